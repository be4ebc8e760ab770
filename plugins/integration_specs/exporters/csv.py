"""Tables for spreadsheets: specs, endpoints, data mapping, owners, and the record of processing.

The record has what LGPD art. 37 and GDPR art. 30 ask for and specs contain; the column `open` names what has to be added elsewhere.
"""

from collections.abc import Iterable, Iterator

from integration_specs.grouping import grouped
from integration_specs.model import Endpoint, MappedField, Owner, Spec, is_open_question
from integration_specs.model.spec_tables import INDEX, facts, table

from . import ExportJob

_ENDPOINTS = ("spec", "id", "method", "path", "description", "status", "timeout", "scopes")
_MAPPINGS = (
    "spec", "local_entity", "local", "remote_object", "remote", "direction", "type", "required", "personal_data", "transform",
)  # fmt: skip
_OWNERS = ("key", "name", "kind", "channel", "address", "code_owner", "specs")
_REQUIRED = {True: "yes", False: "no"}
_PROCESSING = (
    "spec", "system", "status", "purpose", "category", "fields", "direction", "sender", "recipient", "owner", "owner_contact",
    "last_reviewed", "open",
)  # fmt: skip
_NOT_IN_SPECS = ("legal basis", "data subjects", "retention", "international transfers")


def export(job: ExportJob) -> dict[str, str]:
    """Return five tables with header rows."""
    specs = job.specs
    return {
        "index.csv": table(INDEX, (facts(spec).values() for spec in specs)),
        "endpoints.csv": table(_ENDPOINTS, (_call(spec, call) for spec in specs for call in spec.endpoints)),
        "mappings.csv": table(_MAPPINGS, (_row(spec, row) for spec in specs for row in spec.mapped_fields)),
        "processing.csv": table(_PROCESSING, (row for spec in specs for row in _processing(job, spec))),
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


def _processing(job: ExportJob, spec: Spec) -> Iterator[Iterable[object]]:
    """Yield a row for each kind of personal data and direction; one with open fields for a spec without a mapping."""
    rows = (row for row in spec.mapped_fields if row.data.get("personal_data"))
    groups = grouped(((row.data["personal_data"], row.direction), row.remote) for row in rows)
    if not groups and spec.mapped_fields:
        return
    owner = job.catalog.owner_by_key.get(spec.owner)
    contact = owner.contacts[0]["address"] if owner and owner.contacts else ""
    why = spec.section("purpose").get("why", "")
    purpose = "" if is_open_question(why) else " ".join(why.split())
    for (kind, direction), fields in groups.items() or [(("", spec.direction), [])]:
        ours, theirs = "our systems", spec.system
        parties = {"Outbound": (ours, theirs), "Inbound": (theirs, ours), "Bidirectional": (f"{ours}; {theirs}",) * 2}
        sender, recipient = parties.get(direction, ("", ""))
        known = {"category": kind, "direction": direction, "purpose": purpose, "owner": owner}
        missing = [*(name for name, value in known.items() if not value), *_NOT_IN_SPECS]
        yield (
            spec.id, spec.system, spec.status, purpose, kind, sorted(set(fields)), direction, sender, recipient,
            owner.name if owner else "", contact, spec.data.get("last_reviewed"), missing,
        )  # fmt: skip
