"""Beside each spec's page the same for programs: its YAML as it stands, its JSON and Markdown as `export` writes them."""

import json
from collections.abc import Iterator

from ..model import Spec
from ..resolved import resolved_document
from ..template.document import write_document
from . import Asset
from .context import Context

_KEPT: dict[str, tuple[object, tuple[Asset, ...]]] = {}
"""Per spec, while a server runs: what its files were made of, and the files. Markdown is slow to write."""


def assets(context: Context) -> Iterator[Asset]:
    """`<id>.yaml`, `<id>.json` and `<id>.md` for each spec."""
    for spec in context.catalog.specs:
        if context.cache is None:
            yield from _files(context, spec)
            continue
        facts = (spec.file, spec.document.text, context.stamp)
        known = _KEPT.get(spec.id)
        if known is None or known[0] != facts:
            known = _KEPT[spec.id] = (facts, _files(context, spec))
        yield from known[1]


def _files(context: Context, spec: Spec) -> tuple[Asset, ...]:
    owners = tuple((owner.key, owner.name) for owner in context.catalog.owners)
    document = resolved_document(context.catalog, context.schema, spec)
    return (
        Asset(f"{spec.id}.yaml", spec.document.text.encode()),
        Asset(f"{spec.id}.json", (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()),
        Asset(f"{spec.id}.md", write_document(context.schema, spec.data, owners).encode()),
    )
