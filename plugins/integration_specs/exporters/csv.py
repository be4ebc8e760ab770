"""Tables for spreadsheets: the index, the endpoints, the data mapping and the owners."""

import csv
import io
from collections.abc import Iterable

from . import ExportJob


def export(job: ExportJob) -> dict[str, str]:
    """Four tables with a header each."""
    specs = job.specs
    return {
        "index.csv": _table(
            (
                "id",
                "title",
                "system",
                "type",
                "status",
                "owner",
                "direction",
                "mechanism",
                "criticality",
                "tags",
                "last_updated",
                "last_reviewed",
            ),
            (
                (
                    *(
                        spec.id,
                        spec.title,
                        spec.system,
                        spec.type,
                        spec.status,
                        spec.owner,
                        spec.direction,
                        spec.mechanism,
                    ),
                    *(spec.data.get("criticality", ""), " ".join(spec.tags)),
                    *(spec.data.get("last_updated", ""), spec.data.get("last_reviewed", "")),
                )
                for spec in specs
            ),
        ),
        "endpoints.csv": _table(
            ("spec", "id", "method", "path", "description", "status", "timeout", "scopes"),
            (
                (
                    *(spec.id, call.data.get("id", ""), call.method, call.path, call.data.get("description", "")),
                    *(call.data.get("response", {}).get("status", ""), call.data.get("timeout", "")),
                    " ".join(call.data.get("scopes", ())),
                )
                for spec in specs
                for call in spec.endpoints
            ),
        ),
        "mappings.csv": _table(
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
        "owners.csv": _table(
            ("key", "name", "kind", "channel", "address", "code_owner", "specs"),
            (
                (
                    *(owner.key, owner.name, owner.kind),
                    *((owner.contacts[0]["channel"], owner.contacts[0]["address"]) if owner.contacts else ("", "")),
                    *(owner.code_owner, " ".join(spec.id for spec in specs if spec.owner == owner.key)),
                )
                for owner in job.catalog.owners
            ),
        ),
    }


def _table(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(tuple(_cell(value) for value in row) for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula: what begins like one is marked as text."""
    text = str(value).rstrip("\n")
    return (
        f"'{text}"
        if text.lstrip()[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠") or text[:1] in ("\t", "\r", "'")
        else text
    )
