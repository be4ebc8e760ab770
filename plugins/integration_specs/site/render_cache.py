"""Reuse what was rendered of a spec in the next build of a server."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from integration_specs.model import Spec


class Rendered(NamedTuple):
    """A result, and the facts about other specs and the project that it was rendered from."""

    facts: Any
    result: Any


class RenderCache:
    """Results by kind and spec. One is valid for the same `Spec` object, equal facts and an equal `stamp`.

    `stamp` stands for everything that all results depend on, such as templates and schema.
    """

    def __init__(self) -> None:
        self._stamp = ""
        self._results: dict[str, tuple[Spec, dict[str, Rendered]]] = {}

    def begin(self, stamp: str, specs: Iterable[Spec]) -> None:
        """Start a build of these specs; results of other `Spec` objects are removed."""
        known = self._results if stamp == self._stamp else {}
        self._stamp = stamp
        self._results = {spec.id: known[spec.id] for spec in specs if spec.id in known and known[spec.id][0] is spec}

    def results_of(self, spec: Spec) -> dict[str, Rendered]:
        """Return the results of a spec by kind, to read and to add to."""
        return self._results.setdefault(spec.id, (spec, {}))[1]
