"""What the site and the exports both publish of all specs: the columns of the index, and tables for spreadsheets."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from . import Spec, is_unknown

INDEX = (
    "id", "title", "system", "type", "direction", "status", "criticality", "owner", "mechanism", "environments", "tags",
    "last_updated", "last_reviewed",
)  # fmt: skip
"""Columns of the index, in the order of the template's facts."""
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def facts(spec: Spec) -> dict[str, Any]:
    """What the index says of a spec, by column; None or an empty text for what it leaves unsaid."""
    return {
        "id": spec.id,
        "title": spec.title,
        "system": spec.system,
        "type": spec.type,
        "direction": spec.direction,
        "status": spec.status,
        "criticality": spec.data.get("criticality"),
        "owner": spec.owner,
        "mechanism": "" if is_unknown(spec.mechanism) else spec.mechanism,
        "environments": [each["name"] for each in spec.data.get("environments", ())],
        "tags": list(spec.tags),
        "last_updated": spec.data.get("last_updated"),
        "last_reviewed": spec.data.get("last_reviewed"),
    }


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV that a spreadsheet opens with its accents; it begins with a byte order mark, by which Excel knows UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return f"\ufeff{text.getvalue()}"


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula: what begins like one is marked as text. A list is parted by semicolons."""
    words = "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else "" if value is None else str(value)
    text = words.rstrip("\n")
    return f"'{text}" if text.lstrip()[:1] in _FORMULA or text[:1] in ("\t", "\r", "'") else text
