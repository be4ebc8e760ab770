"""Is the date honest? What `last_updated` says, against what changed."""

from collections.abc import Iterator, Sequence
from datetime import date

from integration_specs.findings import Finding, Rule
from integration_specs.model import Spec, parse_date

from . import Change

RULES = (
    Rule(
        "date-not-moved",
        "warning",
        "The meaning of a spec changed, but `last_updated` did not.",
        "Readers tell by the date whether they have seen the latest version.",
        "last_updated: 2026-01-10 (as before)",
        "last_updated: 2026-11-22",
    ),
    Rule(
        "only-date-moved",
        "warning",
        "`last_updated` changed, but nothing else did.",
        "A date that changes for no reason says nothing. If you checked the spec against reality, change `last_reviewed` instead.",
        "last_updated: 2026-11-22 (nothing else changed)",
        "last_reviewed: 2026-11-22",
    ),
)
_NOT_MOVED, _ALONE = RULES
_REVIEWS = ("review-done", "review-undone")


def findings(old: Spec, new: Spec, changes: Sequence[Change], today: date) -> Iterator[Finding]:
    """Yields what is wrong with the date of a changed spec; one that says today cannot move."""
    meaning = any(change.level != "editorial" and change.rule not in _REVIEWS for change in changes)
    moved = old.data.get("last_updated") != new.data.get("last_updated")
    pointer = ("last_updated",) if "last_updated" in new.data else ()
    last = parse_date(new.data.get("last_updated"))
    if meaning and not moved and (last is None or last < today):
        said = new.data.get("last_updated", "missing")
        message = f"the meaning of {new.id} changed, but `last_updated` is still {said}"
        yield new.finding(_NOT_MOVED, pointer, message, "Write the day of this change.")
    elif moved and [change.rule for change in changes] == ["date-moved"]:
        help_text = "Set it back, or move `last_reviewed` if somebody reviewed the spec."
        yield new.finding(_ALONE, pointer, "only `last_updated` moved", help_text)
