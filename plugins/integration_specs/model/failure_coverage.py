"""Failure coverage: which failures of its endpoints a spec handles, by endpoint, by category or by a retry."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from integration_specs.text.http_methods import METHODS, READ_METHODS
from integration_specs.text.suggestions import standard_failure

from .spec import Endpoint, Spec

FAILURES = ("timeout", "401", "403", "404", "409", "422", "429", "5xx", "malformed", "duplicate")
_FAILURES_OF_READS = tuple(failure for failure in FAILURES if failure not in ("409", "422", "duplicate"))
_FAILURES_WITHOUT_STATUS = ("timeout", "malformed", "duplicate")


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """An endpoint with the failures that it can have, and those of them that the spec does not handle."""

    endpoint: Endpoint
    possible: tuple[str, ...]
    unhandled: tuple[str, ...]


def coverage(spec: Spec) -> Iterator[CoverageRow]:
    """Yield a row for each endpoint. Reads cannot conflict; calls by other protocols have no HTTP status."""
    handling = spec.section("error_handling")
    covers = (category.get("covers", ()) for category in handling.get("categories", ()))
    common = _failures(chain(*covers, handling.get("retry", {}).get("retry_on", ())))
    for endpoint in spec.endpoints:
        handled = common | _failures(error["on"] for error in endpoint.data.get("errors", ()))
        possible: tuple[str, ...] = _FAILURES_WITHOUT_STATUS
        if endpoint.method in METHODS:
            possible = _FAILURES_OF_READS if endpoint.method in READ_METHODS else FAILURES
        yield CoverageRow(endpoint, possible, tuple(failure for failure in possible if failure not in handled))


def _failures(texts: Iterable[str]) -> set[str]:
    """Return the failures that `on` or `covers` texts name."""
    return {failure for text in texts for failure in _named(text)}


@lru_cache(maxsize=2000)
def _named(text: str) -> frozenset[str]:
    """Return the failures that one such text names: `429`, `400, 422`, `5xx`, `503`, `4xx`, `network`."""
    found: set[str] = set()
    for word in re.findall(r"[a-z0-9]+", standard_failure(text) or text.lower()):
        if word in FAILURES:
            found.add(word)
        elif word == "network":
            found.add("timeout")
        elif re.fullmatch(r"5[0-9x]{2}", word):
            found.add("5xx")
        elif word == "4xx":
            found.update(failure for failure in FAILURES if failure.startswith("4"))
    return frozenset(found)
