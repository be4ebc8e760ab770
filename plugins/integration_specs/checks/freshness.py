"""Check when a spec was last reviewed."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import Spec, parse_date
from integration_specs.model.review_interval import review_days
from integration_specs.text.display import plural

from . import CheckContext

REVIEW_DUE = Rule(
    "review-due",
    "warning",
    "The review of a spec is overdue.",
    "An edit is not a review. A review is valid for `review_every`, by default by criticality: critical 90 days, high 180, medium 365, low 730.",
    "last_reviewed: 2020-01-31\nreview_every: 180d",
    "last_reviewed: (the date on which you last verified the whole spec)",
)
NEVER_REVIEWED = Rule(
    "never-reviewed",
    "info",
    "No review of the spec is recorded.",
    "Without one, the date of the last edit counts.",
    "last_updated: 2026-11-22",
    "last_updated: 2026-11-22\nlast_reviewed: 2026-11-22",
)
FUTURE_DATE = Rule(
    "future-date",
    "error",
    "The date of an edit or review is in the future.",
    "A mistyped year would make the spec look up to date for years.",
    "last_reviewed: 2062-11-22",
    "last_reviewed: 2026-11-22",
)
RULES = (REVIEW_DUE, NEVER_REVIEWED, FUTURE_DATE)


def check(context: CheckContext) -> Iterator[Finding]:
    """Compare the dates of the header with today. One day ahead is accepted because of time zones."""
    for spec in context.catalog.specs:
        future = False
        for key in ("last_updated", "last_reviewed"):
            day = parse_date(spec.data.get(key))
            if day and (day - context.today).days > 1:
                future = True
                ahead = plural((day - context.today).days, "day")
                yield spec.finding(
                    FUTURE_DATE,
                    (key,),
                    f"{day} is {ahead} in the future",
                    f"Write the date on which it was done; today is {context.today}.",
                )
        if not future and spec.status not in ("draft", "retired"):
            yield from _review(context, spec)


def _review(context: CheckContext, spec: Spec) -> Iterator[Finding]:
    reviewed = parse_date(spec.data.get("last_reviewed"))
    since = reviewed or parse_date(spec.data.get("last_updated"))
    if since is None:
        return
    valid_for, source = review_days(spec, context.settings.review_every)
    age = (context.today - since).days
    key = "last_reviewed" if reviewed else "last_updated"
    if age > valid_for:
        what = "last reviewed" if reviewed else "never reviewed, last edited"
        yield spec.finding(
            REVIEW_DUE,
            (key,),
            f"{what} {plural(age, 'day')} ago; a review is valid for {plural(valid_for, 'day')} ({source})",
            f"Compare the spec with the running integration, correct it, then write `last_reviewed: {context.today}`.",
        )
    elif reviewed is None:
        yield spec.finding(
            NEVER_REVIEWED,
            (key,),
            f"never reviewed; due {plural(valid_for, 'day')} after the last edit ({source})",
            f"After verifying the whole spec, write `last_reviewed: {context.today}`.",
            key=True,
        )
