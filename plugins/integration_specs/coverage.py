"""Which failures a spec answers: endpoint by endpoint, by the endpoint itself, by a category, or by trying again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from . import slips
from .model import Endpoint, Spec

FAILURES = ("timeout", "401", "403", "404", "409", "422", "429", "5xx", "malformed", "duplicate")
_OF_READING = tuple(failure for failure in FAILURES if failure not in ("409", "422", "duplicate"))
_OF_FILES = ("timeout", "malformed", "duplicate")
_READING = ("GET", "HEAD", "OPTIONS")
_VERBS = (*_READING, "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Answer:
    """Where it is said what happens: at the `endpoint`, in the `category` of that name, or by `retry`."""

    where: Literal["endpoint", "category", "retry"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One endpoint. `answers` has each failure that can happen to it, with None where nothing is said."""

    endpoint: Endpoint
    answers: dict[str, Answer | None]

    @property
    def open(self) -> tuple[str, ...]:
        """Failures that nothing is said about."""
        return tuple(failure for failure, answer in self.answers.items() if answer is None)


def coverage(spec: Spec) -> tuple[CoverageRow, ...]:
    """The grid of a spec: a row an endpoint. Reads cannot conflict; what is no HTTP call has no status."""
    handling = spec.section("error_handling")
    common: dict[str, Answer] = {}
    for category in handling.get("categories", ()):
        for failure in _failures(category.get("covers", ())):
            common.setdefault(failure, Answer("category", category["name"]))
    for failure in _failures(handling.get("retry", {}).get("retry_on", ())):
        common.setdefault(failure, Answer("retry"))
    rows = []
    for endpoint in spec.endpoints:
        own = _failures(error["on"] for error in endpoint.data.get("errors", ()))
        happening = _OF_READING if endpoint.method in _READING else FAILURES if endpoint.method in _VERBS else _OF_FILES
        rows.append(
            CoverageRow(
                endpoint,
                {failure: Answer("endpoint") if failure in own else common.get(failure) for failure in happening},
            )
        )
    return tuple(rows)


def _failures(texts: Iterable[str]) -> set[str]:
    """The failures that some `on` or `covers` texts name."""
    return {failure for text in texts for failure in _named(text)}


@lru_cache(maxsize=2000)
def _named(text: str) -> frozenset[str]:
    """The failures that one such text names: `429`, `400, 422`, `5xx`, `503`, `4xx`, `network`."""
    found: set[str] = set()
    for word in re.findall(r"[a-z0-9]+", slips.failure(text) or text.lower()):
        if word in FAILURES:
            found.add(word)
        elif word == "network":
            found.add("timeout")
        elif re.fullmatch(r"5[0-9x]{2}", word):
            found.add("5xx")
        elif word == "4xx":
            found.update(failure for failure in FAILURES if failure.startswith("4"))
    return frozenset(found)
