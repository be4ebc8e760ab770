"""Beside each spec's page the same for programs: its YAML as it stands, its JSON as `export` writes it, and Markdown.

The Markdown is what `export` writes, but for proving that every odd value can be imported again: that would be more
than half of the work of a whole build, and whoever imports has the YAML.
"""

import json
from collections.abc import Iterator

from ..model import Spec
from ..resolved import resolved_document
from ..template.document import write_document
from . import Asset, Page
from .context import Context


def assets(context: Context) -> Iterator[Asset]:
    """`<id>.yaml`, `<id>.json` and `<id>.md.txt` for each spec: text that no generator takes for a page of its own."""
    for spec in context.catalog.specs:
        yield Asset(f"{spec.id}.yaml", spec.document.text.encode())
        yield Asset(f"{spec.id}.json", _json(context, spec).content.encode())
        yield Asset(f"{spec.id}.md.txt", _markdown(context, spec).content.encode())


def kept_pages(context: Context) -> Iterator[Page]:
    """What is slow to write, and therefore kept: the Markdown, and JSON that people can read."""
    for spec in context.catalog.specs:
        yield _markdown(context, spec)
        yield _json(context, spec)


def _json(context: Context, spec: Spec) -> Page:
    def write() -> Page:
        document = resolved_document(context.catalog, context.schema, spec)
        return Page(f"{spec.id}.json", "", "", json.dumps(document, ensure_ascii=False, indent=1) + "\n")

    return context.remember((spec.file, spec.document.text, "json"), write)


def _markdown(context: Context, spec: Spec) -> Page:
    def write() -> Page:
        owners = tuple((owner.key, owner.name) for owner in context.catalog.owners)
        return Page(f"{spec.id}.md", "", "", write_document(context.schema, spec.data, owners, proven=False))

    return context.remember((spec.file, spec.document.text, "markdown"), write)
