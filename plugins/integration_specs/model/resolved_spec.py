"""A resolved spec: all defaults and inherited values filled in, for programs that read the JSON export."""

from typing import Any

from integration_specs.validation.schema import SpecSchema

from .catalog import Catalog
from .spec import Spec


def resolved_document(catalog: Catalog, schema: SpecSchema, spec: Spec) -> dict[str, Any]:
    """Return a spec as `schema/export.schema.json` describes it: id, file, owner with contacts, and values."""
    owner = catalog.owner_by_key.get(spec.owner)
    return {
        "id": spec.id,
        "file": spec.file,
        "owner": {"key": owner.key, **owner.data} if owner else None,
        "spec": resolved(schema, spec),
    }


def resolved(schema: SpecSchema, spec: Spec) -> dict[str, Any]:
    """Return the values of a spec with its defaults, its title and the direction of each mapped field."""
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
