"""Files that are not pages: those beside each spec's page, attachments, the catalog for programs, style and script."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from integration_specs.files import read_if_readable
from integration_specs.findings import Finding
from integration_specs.findings.internal_errors import guarded
from integration_specs.markdown_template.markdown_document import write_document
from integration_specs.model import Spec
from integration_specs.model.llms_txt import llms_text
from integration_specs.model.resolved_spec import resolved_document
from integration_specs.model.spec_tables import INDEX, facts, table
from integration_specs.site import Asset
from integration_specs.site.context import Context
from integration_specs.site.links import address_path
from integration_specs.text.compressed import compress
from integration_specs.text.messages import Message
from integration_specs.validation.schema import schema_folder

from .broken import addresses
from .spec import LARGEST_ATTACHMENT, description, published

SCHEMA = "catalog.schema.json"
_COLUMNS = (*INDEX, "review_due", "page")
_FOLDER = Path(__file__).parent.parent / "assets"


def for_spec(context: Context, spec: Spec) -> Iterator[Asset]:
    """Yield `<id>.yaml`, and `<id>.json` and `<id>.md.txt` as `export` writes them; generators make no pages of these.

    Unlike `export`, this does not prove that the Markdown can be imported again: that would more than double the build time.
    """
    yield Asset(f"{spec.id}.yaml", spec.document.compressed_text, is_compressed=True)
    owner = context.owner(spec)
    for suffix, write in (("json", _json), ("md.txt", _markdown)):
        name, make = f"{spec.id}.{suffix}", partial(context.reuse, suffix, spec, owner, partial(write, context, spec))
        part = Message("the file {name}", name=name)
        yield Asset(name, guarded(make, _message, part, spec.file, spec.id), is_compressed=True)


def _json(context: Context, spec: Spec) -> bytes:
    document = resolved_document(context.catalog, context.schema, spec)
    return compress(json.dumps(document, ensure_ascii=False) + "\n")


def _markdown(context: Context, spec: Spec) -> bytes:
    return compress(write_document(context.schema, spec.data, context.catalog.owner_names, verified=False))


def _message(finding: Finding) -> bytes:
    return compress(f"{finding.message}\n")


def pages(context: Context) -> Iterator[Asset]:
    """Yield the attachments of all specs at `attachments/<id>/<path>`, then the files of the site.

    Addresses in `catalog.json`, `catalog.csv` and `llms.txt` are relative to these files. Each page loads the `.css` and
    `.js` files in `assets/`.
    """
    for spec in context.catalog.specs:
        for path, file in published(context, spec).items():
            content = read_if_readable(file, LARGEST_ATTACHMENT)
            if content is not None:  # otherwise it was replaced since
                yield Asset(f"attachments/{spec.id}/{path}", content)
    flat, specs = context.options.directory_urls, context.catalog.specs
    rows = [
        guarded(partial(_entry, context, spec), lambda _: {}, Message("the row of catalog.json"), spec.file, spec.id)
        for spec in specs
    ]
    whole = {
        "$schema": SCHEMA,
        "format": 1,
        "specs": rows,
        "owners": [
            {
                "key": owner.key,
                "name": owner.name,
                "kind": owner.kind,
                "contacts": [dict(each) for each in owner.contacts],
            }
            for owner in context.catalog.owners
        ],
        "unreadable": [
            {"id": spec.id, "file": spec.file, "page": address_path(address, flat)}
            for spec, address in addresses(context)
        ],
    }
    yield Asset("catalog.json", (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode())
    yield Asset(SCHEMA, (schema_folder() / SCHEMA).read_bytes())
    yield Asset("catalog.csv", table(_COLUMNS, ([row.get(name) for name in _COLUMNS] for row in rows)).encode())
    text = llms_text(context.catalog, context.schema, specs, lambda spec: address_path(spec.id, flat))
    yield Asset("llms.txt", text.encode())
    for own in sorted(_FOLDER.iterdir()):
        yield Asset(f"assets/{own.name}", own.read_bytes())


def _entry(context: Context, spec: Spec) -> dict[str, Any]:
    due = context.due(spec)
    known: dict[str, Any] = {
        **facts(spec),
        "description": description(spec),
        "depends_on": list(spec.data.get("depends_on", ())),
        "endpoints": [endpoint.label for endpoint in spec.endpoints],
        "events_received": [event.name for event in spec.events if not event.sent],
        "events_sent": [event.name for event in spec.events if event.sent],
        "local_entities": sorted({pair["local_entity"] for pair in spec.data.get("data_mapping", ())}),
        "review_due": due.isoformat() if due else None,
        "open_questions": len(spec.open_questions),
        "file": spec.file,
        "page": address_path(spec.id, context.options.directory_urls),
        "json": f"{spec.id}.json",
        "markdown": f"{spec.id}.md.txt",
        "yaml": f"{spec.id}.yaml",
    }
    return {key: value for key, value in known.items() if value not in (None, "")}
