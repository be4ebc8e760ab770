"""Which failures a spec answers: endpoint by endpoint, by the endpoint itself, by a category, or by trying again."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from integration_specs.text import suggestions

from . import Endpoint, Spec

FAILURES = ("timeout", "401", "403", "404", "409", "422", "429", "5xx", "malformed", "duplicate")
_OF_READING = tuple(failure for failure in FAILURES if failure not in ("409", "422", "duplicate"))
_OF_FILES = ("timeout", "malformed", "duplicate")
_READING = ("GET", "HEAD", "OPTIONS")
_VERBS = (*_READING, "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One endpoint: the failures that can happen to it, and those of them that nothing is said about."""

    endpoint: Endpoint
    happening: tuple[str, ...]
    open: tuple[str, ...]


def coverage(spec: Spec) -> Iterator[CoverageRow]:
    """A row an endpoint. Reads cannot conflict; what is no HTTP call has no status."""
    handling = spec.section("error_handling")
    covers = (category.get("covers", ()) for category in handling.get("categories", ()))
    common = _failures(chain(*covers, handling.get("retry", {}).get("retry_on", ())))
    for endpoint in spec.endpoints:
        said = common | _failures(error["on"] for error in endpoint.data.get("errors", ()))
        happening = _OF_READING if endpoint.method in _READING else FAILURES if endpoint.method in _VERBS else _OF_FILES
        yield CoverageRow(endpoint, happening, tuple(failure for failure in happening if failure not in said))


def _failures(texts: Iterable[str]) -> set[str]:
    """The failures that some `on` or `covers` texts name."""
    return {failure for text in texts for failure in _named(text)}


@lru_cache(maxsize=2000)
def _named(text: str) -> frozenset[str]:
    """The failures that one such text names: `429`, `400, 422`, `5xx`, `503`, `4xx`, `network`."""
    found: set[str] = set()
    for word in re.findall(r"[a-z0-9]+", suggestions.standard_failure(text) or text.lower()):
        if word in FAILURES:
            found.add(word)
        elif word == "network":
            found.add("timeout")
        elif re.fullmatch(r"5[0-9x]{2}", word):
            found.add("5xx")
        elif word == "4xx":
            found.update(failure for failure in FAILURES if failure.startswith("4"))
    return frozenset(found)
