"""Tables of all specs, published by the site and the exports: the index, and CSV for spreadsheets."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from .open_questions import known_text
from .spec import Spec

INDEX = (
    "id", "title", "system", "type", "direction", "status", "criticality", "owner", "mechanism", "environments", "tags",
    "last_updated", "last_reviewed",
)  # fmt: skip
"""Columns of the index."""
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def facts(spec: Spec) -> dict[str, Any]:
    """Return the row of a spec in the index, by column; None or an empty text for a missing value."""
    others = {
        "mechanism": known_text(spec.mechanism),
        "environments": [each["name"] for each in spec.data.get("environments", ())],
        "tags": list(spec.tags),
    }
    return {name: getattr(spec, name, spec.data.get(name)) for name in INDEX} | others


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV. A byte order mark tells Excel that it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return f"\ufeff{text.getvalue()}"


def _cell(value: object) -> str:
    """Return a cell: a list joined by semicolons, and an apostrophe before a text that a spreadsheet would take for a formula."""
    joined = "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else "" if value is None else str(value)
    text = joined.rstrip("\n")
    return f"'{text}" if text.lstrip()[:1] in _FORMULA or text[:1] in ("\t", "\r", "'") else text
