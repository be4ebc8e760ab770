"""Tables for spreadsheets: the index, the endpoints, the data mapping and the owners."""

from ..published import INDEX, facts, table
from . import ExportJob


def export(job: ExportJob) -> dict[str, str]:
    """Four tables with a header each."""
    specs = job.specs
    return {
        "index.csv": table(INDEX, (facts(spec).values() for spec in specs)),
        "endpoints.csv": table(
            ("spec", "id", "method", "path", "description", "status", "timeout", "scopes"),
            (
                (
                    *(spec.id, call.data.get("id", ""), call.method, call.path, call.data.get("description", "")),
                    *(call.data.get("response", {}).get("status", ""), call.data.get("timeout", "")),
                    call.data.get("scopes"),
                )
                for spec in specs
                for call in spec.endpoints
            ),
        ),
        "mappings.csv": table(
            (
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
            ),
            (
                (
                    *(spec.id, row.entity, row.local, row.remote_object, row.remote, row.direction),
                    *(row.data.get("type", ""), {True: "yes", False: "no"}.get(row.data.get("required", ""), "")),
                    *(row.data.get("personal_data", ""), row.data.get("transform", "")),
                )
                for spec in specs
                for row in spec.mapped_fields
            ),
        ),
        "owners.csv": table(
            ("key", "name", "kind", "channel", "address", "code_owner", "specs"),
            (
                (
                    *(owner.key, owner.name, owner.kind),
                    *((owner.contacts[0]["channel"], owner.contacts[0]["address"]) if owner.contacts else ("", "")),
                    *(owner.code_owner, [spec.id for spec in specs if spec.owner == owner.key]),
                )
                for owner in job.catalog.owners
            ),
        ),
    }
