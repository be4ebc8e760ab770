"""What is done when a call fails: every kind of failure has an answer."""

from collections.abc import Iterator

from ..coverage import coverage
from ..findings import Finding, Rule
from . import Checkup

FAILURES = Rule(
    "failures",
    "warning",
    "Nothing says what happens when a call fails in a certain way.",
    "Time-out, 401, 403, 404, 409, 422, 429, 5xx, an answer that cannot be read and a repeated call happen to everybody. Each needs an answer: in "
    "the endpoint's `errors`, in a category's `covers`, or in `retry_on`. Reads need none for 409, 422 and repeats.",
    "error_handling:\n  categories:\n    - name: Rate limit\n      description: Wait.",
    "error_handling:\n  categories:\n    - name: Rate limit\n      description: Wait.\n      covers: ['429']",
)
RULES = (FAILURES,)


def check(checkup: Checkup) -> Iterator[Finding]:
    """One finding for what no endpoint answers, and one for each endpoint that lacks more."""
    for spec in checkup.catalog.specs:
        if spec.status in ("draft", "retired"):
            continue
        rows = coverage(spec)
        if not any(row.open for row in rows):
            continue
        happening = dict.fromkeys(failure for row in rows for failure in row.answers)
        common = [
            failure
            for failure in happening
            if sum(failure in row.answers for row in rows) > 1
            and all(failure in row.open for row in rows if failure in row.answers)
        ]
        if common:
            yield spec.finding(
                FAILURES,
                ("error_handling", "categories"),
                f"no endpoint says what happens on {', '.join(common)}",
                f"Add a category with `covers: [{', '.join(_quoted(name) for name in common)}]`, or `errors` to the endpoints.",
                key=True,
            )
        for row in rows:
            left = [failure for failure in row.open if failure not in common]
            if left:
                yield spec.finding(
                    FAILURES,
                    row.endpoint.pointer,
                    f"{row.endpoint.label} does not say what happens on {', '.join(left)}",
                    f"Add `errors:` with `on: {_quoted(left[0])}` and what we do, or name it in a category's `covers`.",
                    key=True,
                )


def _quoted(name: str) -> str:
    return f'"{name}"' if name.isdigit() else name
