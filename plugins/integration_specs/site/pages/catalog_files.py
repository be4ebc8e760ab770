"""The catalog for programs: `catalog.json` with its schema, `catalog.csv`, and `llms.txt`."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from integration_specs.findings.internal_errors import guarded
from integration_specs.model import Owner, Spec
from integration_specs.model.llms_txt import llms_text
from integration_specs.model.spec_tables import INDEX, facts, table
from integration_specs.site import Asset
from integration_specs.site.context import Context
from integration_specs.site.links import address_path
from integration_specs.validation.schema import schema_folder

from .broken import addresses
from .spec import description

SCHEMA = "catalog.schema.json"
_COLUMNS = (*INDEX, "review_due", "page")


def assets(context: Context) -> Iterator[Asset]:
    """Yield the files; addresses in them are relative to the files."""
    rows = [
        guarded(partial(_entry, context, spec), lambda _: {}, "the row of catalog.json", spec.file, spec.id)
        for spec in context.catalog.specs
    ]
    whole = {
        "$schema": SCHEMA,
        "format": 1,
        "specs": rows,
        "owners": [_owner(owner) for owner in context.catalog.owners],
        "unreadable": [
            {"id": spec.id, "file": spec.file, "page": address_path(address, context.options.directory_urls)}
            for spec, address in addresses(context)
        ],
    }
    yield Asset("catalog.json", (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode())
    yield Asset(SCHEMA, (schema_folder() / SCHEMA).read_bytes())
    yield Asset("catalog.csv", table(_COLUMNS, ([row.get(name) for name in _COLUMNS] for row in rows)).encode())
    flat = context.options.directory_urls
    text = llms_text(context.catalog, context.schema, context.catalog.specs, lambda spec: address_path(spec.id, flat))
    yield Asset("llms.txt", text.encode())


def _entry(context: Context, spec: Spec) -> dict[str, Any]:
    due = context.freshness(spec).due
    known: dict[str, Any] = {
        **facts(spec),
        "description": description(spec),
        "depends_on": list(spec.data.get("depends_on", ())),
        "endpoints": [endpoint.label for endpoint in spec.endpoints],
        "events_received": [event.name for event in spec.events if not event.sent],
        "events_sent": [event.name for event in spec.events if event.sent],
        "local_entities": sorted({pair["local_entity"] for pair in spec.data.get("data_mapping", ())}),
        "review_due": due.isoformat() if due else None,
        "open_questions": len(spec.unknowns),
        "file": spec.file,
        "page": address_path(spec.id, context.options.directory_urls),
        "json": f"{spec.id}.json",
        "markdown": f"{spec.id}.md.txt",
        "yaml": f"{spec.id}.yaml",
    }
    return {key: value for key, value in known.items() if value not in (None, "")}


def _owner(owner: Owner) -> dict[str, Any]:
    return {
        "key": owner.key,
        "name": owner.name,
        "kind": owner.kind,
        "contacts": [dict(each) for each in owner.contacts],
    }
