"""Check that every kind of failure is handled."""

from collections.abc import Iterator

from integration_specs.findings import Finding
from integration_specs.model import Spec
from integration_specs.model.failure_coverage import coverage
from integration_specs.text.suggestions import standard_failure
from integration_specs.validation.schema import Pointer

from . import RULES, CheckContext


def check(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Yield one finding for what no endpoint handles, one for each endpoint that misses more, and one for each misspelt failure."""
    yield from _misspelt(spec)
    rows = tuple(coverage(spec)) if spec.status not in ("draft", "retired") else ()
    common = []
    for failure in dict.fromkeys(failure for row in rows for failure in row.unhandled):
        possible = [row for row in rows if failure in row.possible]
        if len(possible) > 1 and all(failure in row.unhandled for row in possible):
            common.append(failure)
    if common:
        message = f"no endpoint handles {', '.join(common)}"
        advice = f"Add a category with `covers: [{', '.join(map(_quoted, common))}]`, or `errors` to the endpoints."
        yield spec.report(RULES["failures"], ("error_handling", "categories"), message=message, advice=advice)
    for row in rows:
        if left := [failure for failure in row.unhandled if failure not in common]:
            message = f"{row.endpoint.label} does not handle {', '.join(left)}"
            advice = f"Add `errors:` with `on: {_quoted(left[0])}` and the action to take, or add it to a category's `covers`."
            yield spec.report(RULES["failures"], row.endpoint.pointer, message=message, advice=advice)


def _misspelt(spec: Spec) -> Iterator[Finding]:
    for pointer, word in _words(spec):
        if meant := standard_failure(word):
            yield spec.report(RULES["failure-word"], pointer, word=word, meant=meant, quoted=_quoted(meant))


def _words(spec: Spec) -> Iterator[tuple[Pointer, str]]:
    """Yield each status or kind of failure that a spec names."""
    handling = spec.section("error_handling")
    for number, category in enumerate(handling.get("categories", ())):
        for index, word in enumerate(category.get("covers", ())):
            yield ("error_handling", "categories", number, "covers", index), word
    for index, word in enumerate(handling.get("retry", {}).get("retry_on", ())):
        yield ("error_handling", "retry", "retry_on", index), word
    for endpoint in spec.endpoints:
        for index, error in enumerate(endpoint.data.get("errors", ())):
            yield (*endpoint.pointer, "errors", index, "on"), error["on"]


def _quoted(name: str) -> str:
    return f'"{name}"' if name.isdigit() else name
