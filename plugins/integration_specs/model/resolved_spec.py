"""A spec with nothing left to be worked out, for programs: the export of all specs and the JSON beside each page."""

from typing import Any

from integration_specs.validation.schema import SpecSchema

from . import Catalog, Spec


def resolved_document(catalog: Catalog, schema: SpecSchema, spec: Spec) -> dict[str, Any]:
    """A spec as `schema/export.schema.json` describes it: its id, its file, its owner with contacts, its values."""
    owner = catalog.owner_by_key.get(spec.owner)
    return {
        "id": spec.id,
        "file": spec.file,
        "owner": {"key": owner.key, **owner.data} if owner else None,
        "spec": resolved(schema, spec),
    }


def resolved(schema: SpecSchema, spec: Spec) -> dict[str, Any]:
    """A spec's values with what it leaves unsaid: defaults, its title, and the direction of each mapped field."""
    data = {field.name: field.default for field in schema.fields if field.default is not None}
    data |= {"title": spec.title, **spec.data}
    order = {field.name: place for place, field in enumerate(schema.fields)}
    if "data_mapping" in data:
        data["data_mapping"] = [
            entity | ({"fields": []} if "fields" in entity else {}) for entity in data["data_mapping"]
        ]
        for row in spec.mapped_fields:
            data["data_mapping"][row.pointer[1]]["fields"].append(row.data | {"direction": row.direction})
    return dict(sorted(data.items(), key=lambda item: order.get(item[0], len(order))))
