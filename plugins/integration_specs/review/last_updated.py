"""Check `last_updated` against what changed."""

from collections.abc import Iterator, Sequence
from datetime import date

from integration_specs.diff import Change
from integration_specs.findings import Finding
from integration_specs.model import Spec, parse_date
from integration_specs.project.discovery import RULES
from integration_specs.text.messages import Message

_SAME_CONTENT = ("review-done", "review-withdrawn", "spec-renamed")


def findings(old: Spec, new: Spec, changes: Sequence[Change], today: date) -> Iterator[Finding]:
    """Yield what is wrong with the date of a changed spec; a date of today cannot be updated."""
    meaningful = any(change.level != "editorial" and change.rule not in _SAME_CONTENT for change in changes)
    updated = old.data.get("last_updated") != new.data.get("last_updated")
    pointer = ("last_updated",) if "last_updated" in new.data else ()
    last = parse_date(new.data.get("last_updated"))
    if meaningful and not updated and (last is None or last < today):
        value = new.data.get("last_updated", Message("missing"))
        yield new.report(RULES["date-not-updated"], pointer, spec=new.id, value=value)
    elif updated and [change.rule for change in changes] == ["last-updated-changed"]:
        yield new.report(RULES["only-date-updated"], pointer)
