"""Files beside each spec's page: its YAML, and the JSON and Markdown that `export` writes.

Unlike `export`, this does not prove that the Markdown can be imported again: that would more than double the build time.
"""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from integration_specs.findings import Finding
from integration_specs.findings.isolation import guarded
from integration_specs.model import Spec
from integration_specs.model.resolved_spec import resolved_document
from integration_specs.site import Asset, Page
from integration_specs.site.context import Context
from integration_specs.template.markdown_document import write_document


def assets(context: Context) -> Iterator[Asset]:
    """Yield `<id>.yaml`, `<id>.json` and `<id>.md.txt` for each spec; generators do not make pages of these."""
    texts = (page.content for page in kept_pages(context, context.catalog.specs))
    for spec, markdown in zip(context.catalog.specs, texts, strict=True):
        resolve = partial(resolved_document, context.catalog, context.schema, spec)
        document = guarded(resolve, lambda _: {}, f"the file {spec.id}.json", spec.file, spec.id)
        yield Asset(f"{spec.id}.yaml", spec.document.text.encode())
        yield Asset(f"{spec.id}.json", (json.dumps(document, ensure_ascii=False) + "\n").encode())
        yield Asset(f"{spec.id}.md.txt", markdown.encode())


def kept_pages(context: Context, specs: Iterable[Spec]) -> Iterator[Page]:
    """Yield the Markdown of each of these specs; it is cached because it is slow to write."""
    owners = tuple((owner.key, owner.name) for owner in context.catalog.owners)
    for spec in specs:

        def write(data: dict[str, Any] = spec.data, address: str = f"{spec.id}.md") -> Page:
            text = write_document(context.schema, data, owners, verified=False)
            return Page(address, "", "", text)

        make = partial(context.remember, (spec.file, spec.document.text, "markdown"), write)
        failed = partial(_failed_page, f"{spec.id}.md")
        yield guarded(make, failed, f"the file {spec.id}.md", spec.file, spec.id)


def _failed_page(address: str, finding: Finding) -> Page:
    return Page(address, "", "", f"{finding.message}\n")
