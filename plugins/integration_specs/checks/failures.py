"""Check that every kind of failure is handled."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import Spec
from integration_specs.model.failure_coverage import coverage
from integration_specs.text.display import printable
from integration_specs.text.suggestions import standard_failure
from integration_specs.validation.schema import Pointer

from . import CheckContext

FAILURES = Rule(
    "failures",
    "warning",
    "A kind of failure is not handled.",
    "Any call can time out, fail with 401, 403, 404, 409, 422, 429 or 5xx, return a malformed response, or be sent twice. Describe what happens in "
    "the endpoint's `errors`, in a category's `covers`, or in `retry_on`. Calls that only read need nothing for 409, 422 and duplicates.",
    "error_handling:\n  categories:\n    - name: Rate limit\n      description: Wait.",
    "error_handling:\n  categories:\n    - name: Rate limit\n      description: Wait.\n      covers: ['429']",
)
WORD = Rule(
    "failure-word",
    "warning",
    "A status or kind of failure has an unknown form.",
    "`on`, `covers` and `retry_on` take an HTTP status (`503`), a class (`5xx`), `timeout`, `network`, `malformed`, `duplicate`, or a code of "
    "the vendor. `500s` would be taken for such a code.",
    "retry_on: [500s]",
    "retry_on: [5xx]",
)
RULES = (FAILURES, WORD)


def check(context: CheckContext) -> Iterator[Finding]:
    """Yield one finding for what no endpoint handles, one for each endpoint that misses more, and one for each misspelt failure."""
    for spec in context.catalog.specs:
        yield from _misspelt(spec)
        if spec.status in ("draft", "retired"):
            continue
        rows = tuple(coverage(spec))
        if not any(row.unhandled for row in rows):
            continue
        possible = dict.fromkeys(failure for row in rows for failure in row.possible)
        common = [
            failure
            for failure in possible
            if sum(failure in row.possible for row in rows) > 1
            and all(failure in row.unhandled for row in rows if failure in row.possible)
        ]
        if common:
            yield spec.finding(
                FAILURES,
                ("error_handling", "categories"),
                f"no endpoint handles {', '.join(common)}",
                f"Add a category with `covers: [{', '.join(_quoted(name) for name in common)}]`, or `errors` to the endpoints.",
                key=True,
            )
        for row in rows:
            left = [failure for failure in row.unhandled if failure not in common]
            if left:
                yield spec.finding(
                    FAILURES,
                    row.endpoint.pointer,
                    f"{row.endpoint.label} does not handle {', '.join(left)}",
                    f"Add `errors:` with `on: {_quoted(left[0])}` and the action to take, or add it to a category's `covers`.",
                    key=True,
                )


def _misspelt(spec: Spec) -> Iterator[Finding]:
    handling = ("error_handling",)
    lists: list[tuple[Pointer, list[str]]] = [
        ((*handling, "categories", index, "covers"), category.get("covers", []))
        for index, category in enumerate(spec.section("error_handling").get("categories", ()))
    ]
    lists.append(
        ((*handling, "retry", "retry_on"), spec.section("error_handling").get("retry", {}).get("retry_on", []))
    )
    places = [((*pointer, index), word) for pointer, words in lists for index, word in enumerate(words)]
    for endpoint in spec.endpoints:
        for index, error in enumerate(endpoint.data.get("errors", ())):
            places.append(((*endpoint.pointer, "errors", index, "on"), error["on"]))
    for place, word in places:
        if meant := standard_failure(word):
            message = f"`{printable(word)}` is not a known status, class or kind of failure; did you mean `{meant}`?"
            yield spec.finding(WORD, place, message, f"Write `{_quoted(meant)}`.")


def _quoted(name: str) -> str:
    return f'"{name}"' if name.isdigit() else name
