"""Tables for spreadsheets: specs, endpoints, data mapping and owners."""

from collections.abc import Iterable

from integration_specs.model import Endpoint, MappedField, Owner, Spec
from integration_specs.model.spec_tables import INDEX, facts, table

from . import ExportJob

_ENDPOINTS = ("spec", "id", "method", "path", "description", "status", "timeout", "scopes")
_MAPPINGS = [
    "spec",
    "local_entity",
    "local",
    "remote_object",
    "remote",
    "direction",
    "type",
    "required",
    "personal_data",
    "transform",
]
_OWNERS = ("key", "name", "kind", "channel", "address", "code_owner", "specs")
_REQUIRED = {True: "yes", False: "no"}


def export(job: ExportJob) -> dict[str, str]:
    """Return four tables with header rows."""
    specs = job.specs
    return {
        "index.csv": table(INDEX, (facts(spec).values() for spec in specs)),
        "endpoints.csv": table(_ENDPOINTS, (_call(spec, call) for spec in specs for call in spec.endpoints)),
        "mappings.csv": table(_MAPPINGS, (_row(spec, row) for spec in specs for row in spec.mapped_fields)),
        "owners.csv": table(_OWNERS, (_owner(specs, owner) for owner in job.catalog.owners)),
    }


def _call(spec: Spec, call: Endpoint) -> Iterable[object]:
    status = call.data.get("response", {}).get("status")
    more = (call.data.get(name) for name in ("timeout", "scopes"))
    return (spec.id, call.data.get("id"), call.method, call.path, call.data.get("description"), status, *more)


def _row(spec: Spec, row: MappedField) -> Iterable[object]:
    required = _REQUIRED.get(row.data.get("required", ""))
    more = (row.data.get("type"), required, row.data.get("personal_data"), row.data.get("transform"))
    return (spec.id, row.entity, row.local, row.remote_object, row.remote, row.direction, *more)


def _owner(specs: Iterable[Spec], owner: Owner) -> Iterable[object]:
    contact = owner.contacts[0] if owner.contacts else {}
    owned = [spec.id for spec in specs if spec.owner == owner.key]
    return (owner.key, owner.name, owner.kind, contact.get("channel"), contact.get("address"), owner.code_owner, owned)
