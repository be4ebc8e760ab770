"""Check that every kind of failure is handled."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

from integration_specs.findings import Finding
from integration_specs.model import Endpoint, Spec
from integration_specs.text.http_methods import METHODS, READ_METHODS
from integration_specs.text.suggestions import standard_failure
from integration_specs.validation.schema import Pointer

from . import RULES, CheckContext, in_parts

_FAILURES = ("timeout", "401", "403", "404", "409", "422", "429", "5xx", "malformed", "duplicate")
_FAILURES_OF_READS = tuple(failure for failure in _FAILURES if failure not in ("409", "422", "duplicate"))
_FAILURES_WITHOUT_STATUS = ("timeout", "malformed", "duplicate")


def _unhandled(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Yield one finding for what no endpoint handles, and one for each endpoint that misses more."""
    rows = tuple(_coverage(spec)) if spec.status not in ("draft", "retired") else ()
    common = []
    for failure in dict.fromkeys(failure for _, _, unhandled in rows for failure in unhandled):
        affected = [unhandled for _, possible, unhandled in rows if failure in possible]
        if len(affected) > 1 and all(failure in unhandled for unhandled in affected):
            common.append(failure)
    if common:
        names, quoted = ", ".join(common), ", ".join(map(_quoted, common))
        pointer = ("error_handling", "categories")
        yield spec.report(RULES["failures"], pointer, variant="everywhere", failures=names, quoted=quoted)
    for endpoint, _possible, unhandled in rows:
        if left := [failure for failure in unhandled if failure not in common]:
            names, first = ", ".join(left), _quoted(left[0])
            yield spec.report(
                RULES["failures"], endpoint.pointer, endpoint=endpoint.label, failures=names, failure=first
            )


def _words_of_endpoints(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    for endpoint in spec.endpoints:
        for index, error in enumerate(endpoint.data.get("errors", ())):
            yield from _misspelt(spec, (*endpoint.pointer, "errors", index, "on"), error["on"])


def _words_of_handling(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    handling = spec.section("error_handling")
    for number, category in enumerate(handling.get("categories", ())):
        for index, word in enumerate(category.get("covers", ())):
            yield from _misspelt(spec, ("error_handling", "categories", number, "covers", index), word)
    for index, word in enumerate(handling.get("retry", {}).get("retry_on", ())):
        yield from _misspelt(spec, ("error_handling", "retry", "retry_on", index), word)


def _misspelt(spec: Spec, pointer: Pointer, word: str) -> Iterator[Finding]:
    if meant := standard_failure(word):
        yield spec.report(RULES["failure-word"], pointer, word=word, meant=meant, quoted=_quoted(meant))


PARTS = (_words_of_endpoints, _words_of_handling, _unhandled)
check = in_parts(*PARTS)


def _quoted(name: str) -> str:
    return f'"{name}"' if name.isdigit() else name


def _coverage(spec: Spec) -> Iterator[tuple[Endpoint, tuple[str, ...], tuple[str, ...]]]:
    """Yield each endpoint, the failures that it can have, and those of them that the spec does not handle.

    Reads cannot conflict; calls by other protocols have no HTTP status.
    """
    handling = spec.section("error_handling")
    covers = (category.get("covers", ()) for category in handling.get("categories", ()))
    common = _failures(chain(*covers, handling.get("retry", {}).get("retry_on", ())))
    for endpoint in spec.endpoints:
        handled = common | _failures(error["on"] for error in endpoint.data.get("errors", ()))
        possible: tuple[str, ...] = _FAILURES_WITHOUT_STATUS
        if endpoint.method in METHODS:
            possible = _FAILURES_OF_READS if endpoint.method in READ_METHODS else _FAILURES
        yield endpoint, possible, tuple(failure for failure in possible if failure not in handled)


def _failures(texts: Iterable[str]) -> set[str]:
    """Return the failures that `on` or `covers` texts name."""
    return {failure for text in texts for failure in _named(text)}


@lru_cache(maxsize=2000)
def _named(text: str) -> frozenset[str]:
    """Return the failures that one such text names: `429`, `400, 422`, `5xx`, `503`, `4xx`, `network`."""
    found: set[str] = set()
    for word in re.findall(r"[a-z0-9]+", standard_failure(text) or text.lower()):
        if word in _FAILURES:
            found.add(word)
        elif word == "network":
            found.add("timeout")
        elif re.fullmatch(r"5[0-9x]{2}", word):
            found.add("5xx")
        elif word == "4xx":
            found.update(failure for failure in _FAILURES if failure.startswith("4"))
    return frozenset(found)
