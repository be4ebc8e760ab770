"""Anchors and aliases of vendor documents, with a limit on the size of the expanded document."""

from typing import Any

from .limits import Limits
from .yaml_problems import StopReading, problem


class Anchors:
    """The value of each anchor, the number of nodes that it expands to, and its depth."""

    __slots__ = ("_heights", "_open", "extra", "known")

    def __init__(self) -> None:
        self.known: dict[
            str, tuple[int, Any, int, int] | None
        ] = {}  # node, value, nodes, height; None while it is open
        self.extra = 0  # nodes that aliases add
        self._open: list[tuple[str | None, int, int]] = []
        self._heights: list[int] = []

    def open(self, name: str | None, node: int) -> None:
        """Record the start of a mapping or list."""
        if name is not None:
            self.known[name] = None
        self._open.append((name, node, self.extra))
        self._heights.append(0)

    def close(self, value: Any, nodes: int) -> None:
        """Record the end of the innermost mapping or list, `nodes` into the document."""
        name, node, extra = self._open.pop()
        height = self._heights.pop() + 1
        if self._heights:
            self._heights[-1] = max(self._heights[-1], height)
        if name is not None:
            self.known[name] = (node, value, nodes - node + self.extra - extra, height)

    def use(self, event: Any, nodes: int, level: int, limits: Limits) -> tuple[int, Any]:
        """Return the node and value of an alias. Raises StopReading if it has no anchor, or expands to too much."""
        name, start, end = event.anchor, event.start_mark.index, event.end_mark.index
        target = self.known.get(name)
        if target is None:
            raise StopReading(
                problem("recursive-alias" if name in self.known else "unknown-alias", start, end, alias=name[:40])
            )
        node, value, size, height = target
        self.extra += size - 1  # the alias itself was counted
        if self._heights:
            self._heights[-1] = max(self._heights[-1], height)
        if nodes + self.extra > limits.nodes or level + height > limits.depth:
            raise StopReading(problem("alias-budget", start, end, nodes=limits.nodes, depth=limits.depth))
        return node, value
