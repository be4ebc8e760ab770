"""Beside each spec's page the same for programs: its YAML as it stands, its JSON as `export` writes it, and Markdown.

The Markdown is what `export` writes, but for proving that every odd value can be imported again: that would be more
than half of the work of a whole build, and whoever imports has the YAML.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from integration_specs.model import Spec
from integration_specs.model.resolved_spec import resolved_document
from integration_specs.template.document import write_document
from integration_specs.site import Asset, Page
from integration_specs.site.context import Context


def assets(context: Context) -> Iterator[Asset]:
    """`<id>.yaml`, `<id>.json` and `<id>.md.txt` for each spec: text that no generator takes for a page of its own."""
    texts = (page.content for page in kept_pages(context, context.catalog.specs))
    for spec, markdown in zip(context.catalog.specs, texts, strict=True):
        document = resolved_document(context.catalog, context.schema, spec)
        yield Asset(f"{spec.id}.yaml", spec.document.text.encode())
        yield Asset(f"{spec.id}.json", (json.dumps(document, ensure_ascii=False) + "\n").encode())
        yield Asset(f"{spec.id}.md.txt", markdown.encode())


def kept_pages(context: Context, specs: Iterable[Spec]) -> Iterator[Page]:
    """The Markdown of each of these specs, which is slow to write and therefore kept."""
    owners = tuple((owner.key, owner.name) for owner in context.catalog.owners)
    for spec in specs:

        def write(data: dict[str, Any] = spec.data, address: str = f"{spec.id}.md") -> Page:
            text = write_document(context.schema, data, owners, verified=False)
            return Page(address, "", "", context.body(text))

        yield context.remember((spec.file, spec.document.text, "markdown"), write)
