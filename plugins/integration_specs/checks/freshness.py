"""Check when a spec was last reviewed."""

from collections.abc import Iterator

from integration_specs.findings import Finding
from integration_specs.model import Spec, parse_date
from integration_specs.model.review_interval import review_days
from integration_specs.text.display import plural

from . import RULES, CheckContext


def check(context: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Compare the dates of the header with today. One day ahead is accepted because of time zones."""
    future = False
    for key in ("last_updated", "last_reviewed"):
        day = parse_date(spec.data.get(key))
        days = (day - context.today).days if day else 0
        if days > 1:
            future = True
            yield spec.report(RULES["future-date"], (key,), day=day, ahead=plural(days, "day"), today=context.today)
    if not future and spec.status not in ("draft", "retired"):
        yield from _review(context, spec)


def _review(context: CheckContext, spec: Spec) -> Iterator[Finding]:
    reviewed = parse_date(spec.data.get("last_reviewed"))
    since = reviewed or parse_date(spec.data.get("last_updated"))
    if since is None:
        return
    days, source = review_days(spec, context.settings.review_every)
    age = (context.today - since).days
    valid_for, today = plural(days, "day"), context.today
    pointer = ("last_reviewed" if reviewed else "last_updated",)
    if age > days:
        what = "last reviewed" if reviewed else "never reviewed, last edited"
        yield spec.report(
            RULES["review-due"],
            pointer,
            what=what,
            age=plural(age, "day"),
            valid_for=valid_for,
            source=source,
            today=today,
        )
    elif reviewed is None:
        yield spec.report(RULES["never-reviewed"], pointer, valid_for=valid_for, source=source, today=today)
