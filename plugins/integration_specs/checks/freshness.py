"""Whether somebody has looked at a spec lately."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import Spec, parse_date
from integration_specs.model.review_interval import review_days
from integration_specs.text.display import plural

from . import CheckContext

REVIEW_DUE = Rule(
    "review-due",
    "warning",
    "A spec has not been reviewed for too long.",
    "An edit is not a review. A review holds for `review_every`; without it, by criticality: critical 90 days, high 180, medium 365, low 730.",
    "last_reviewed: 2020-01-31\nreview_every: 180d",
    "last_reviewed: (the day on which you last read it all and found it true)",
)
NEVER_REVIEWED = Rule(
    "never-reviewed",
    "info",
    "No review of the spec is recorded.",
    "Until there is one, the day of the last edit counts, for as long as a review would.",
    "last_updated: 2026-11-22",
    "last_updated: 2026-11-22\nlast_reviewed: 2026-11-22",
)
FUTURE_DATE = Rule(
    "future-date",
    "error",
    "A date of something done lies in the future.",
    "A mistyped year makes a spec look fresh for years.",
    "last_reviewed: 2062-11-22",
    "last_reviewed: 2026-11-22",
)
RULES = (REVIEW_DUE, NEVER_REVIEWED, FUTURE_DATE)


def check(context: CheckContext) -> Iterator[Finding]:
    """Compares the days in the header with today; one day ahead is a matter of time zones."""
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
                    f"{day} is {ahead} ahead of today, {context.today}",
                    "Write the day on which it was done.",
                )
        if not future and spec.status not in ("draft", "retired"):
            yield from _review(context, spec)


def _review(context: CheckContext, spec: Spec) -> Iterator[Finding]:
    reviewed = parse_date(spec.data.get("last_reviewed"))
    since = reviewed or parse_date(spec.data.get("last_updated"))
    if since is None:
        return
    holds, source = review_days(spec, context.settings.review_every)
    age = (context.today - since).days
    key = "last_reviewed" if reviewed else "last_updated"
    if age > holds:
        what = "last reviewed" if reviewed else "never reviewed, last edited"
        yield spec.finding(
            REVIEW_DUE,
            (key,),
            f"{what} {plural(age, 'day')} ago; a review holds {plural(holds, 'day')} ({source})",
            f"Read it all against what runs, mend it, then write `last_reviewed: {context.today}`.",
        )
    elif reviewed is None:
        yield spec.finding(
            NEVER_REVIEWED,
            (key,),
            f"never reviewed; due {plural(holds, 'day')} after the last edit ({source})",
            f"Once somebody has read it all and found it true, write `last_reviewed: {context.today}`.",
            key=True,
        )
