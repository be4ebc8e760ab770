"""Check `last_updated` against what changed."""

from collections.abc import Iterator, Sequence
from datetime import date

from integration_specs.findings import Finding, Rule
from integration_specs.model import Spec, parse_date
from integration_specs.text.messages import Message

from . import Change

RULES = (
    Rule(
        "date-not-updated",
        "warning",
        "The meaning of a spec changed, but `last_updated` did not.",
        "The date tells readers whether they have seen the latest version.",
        "last_updated: 2026-01-10  # unchanged",
        "last_updated: 2026-11-22",
    ),
    Rule(
        "only-date-updated",
        "warning",
        "Only `last_updated` changed.",
        "The date says when the content changed. For a review without changes, set `last_reviewed`.",
        "last_updated: 2026-11-22  # nothing else changed",
        "last_reviewed: 2026-11-22",
    ),
)
_NOT_UPDATED, _ONLY_DATE = RULES
_SAME_CONTENT = ("review-done", "review-withdrawn", "spec-renamed")


def findings(old: Spec, new: Spec, changes: Sequence[Change], today: date) -> Iterator[Finding]:
    """Yield what is wrong with the date of a changed spec; a date of today cannot be updated."""
    meaningful = any(change.level != "editorial" and change.rule not in _SAME_CONTENT for change in changes)
    updated = old.data.get("last_updated") != new.data.get("last_updated")
    pointer = ("last_updated",) if "last_updated" in new.data else ()
    last = parse_date(new.data.get("last_updated"))
    if meaningful and not updated and (last is None or last < today):
        value = new.data.get("last_updated", Message("missing"))
        message = Message(
            "the meaning of {spec} changed, but `last_updated` is still {value}", spec=new.id, value=value
        )
        advice = Message("Set it to the day of this change.")
        yield new.report(_NOT_UPDATED, pointer, message=message, advice=advice)
    elif updated and [change.rule for change in changes] == ["last-updated-changed"]:
        message = Message("only `last_updated` changed")
        advice = Message("Restore it, or set `last_reviewed` if somebody reviewed the spec.")
        yield new.report(_ONLY_DATE, pointer, message=message, advice=advice)
