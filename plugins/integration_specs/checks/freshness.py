"""Check when a spec was last reviewed."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from integration_specs.findings import Finding
from integration_specs.model import Spec, parse_date
from integration_specs.text.display import plural
from integration_specs.text.messages import Message

from . import RULES, CheckContext, in_parts


def _future_date(key: str, context: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Compare a date with today. One day ahead is accepted because of time zones."""
    day = parse_date(spec.data.get(key))
    days = (day - context.today).days if day else 0
    if days > 1:
        yield spec.report(RULES["future-date"], (key,), day=day, ahead=plural(days, "day"), today=context.today)


def _review(context: CheckContext, spec: Spec) -> Iterator[Finding]:
    reviewed = parse_date(spec.data.get("last_reviewed"))
    since = reviewed or parse_date(spec.data.get("last_updated"))
    if since is None or spec.status in ("draft", "retired") or (since - context.today).days > 1:
        return
    days, source = spec.review_days(context.settings.review_every)
    age = (context.today - since).days
    values: dict[str, Any] = {"valid_for": plural(days, "day"), "source": source, "today": context.today}
    pointer = ("last_reviewed" if reviewed else "last_updated",)
    if age > days:
        what = Message("last reviewed") if reviewed else Message("never reviewed, last edited")
        yield spec.report(RULES["review-due"], pointer, what=what, age=plural(age, "day"), **values)
    elif reviewed is None:
        yield spec.report(RULES["never-reviewed"], pointer, **values)


PARTS = (partial(_future_date, "last_updated"), partial(_future_date, "last_reviewed"), _review)
check = in_parts(*PARTS)
