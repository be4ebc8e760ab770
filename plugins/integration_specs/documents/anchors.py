"""Anchors and aliases of vendors' documents, within a budget on their size when written out."""

from typing import Any

from .limits import Limits
from .syntax_errors import Fatal, Fault


class Anchors:
    """What each anchor stands for, how many nodes it would take if written out, and how deep it goes."""

    __slots__ = ("_heights", "_open", "extra", "known")

    def __init__(self) -> None:
        self.known: dict[str, tuple[int, Any, int, int] | None] = {}  # node, value, nodes, height; None: still open
        self.extra = 0  # nodes that aliases add
        self._open: list[tuple[str | None, int, int]] = []
        self._heights: list[int] = []

    def open(self, name: str | None, node: int) -> None:
        """A mapping or list begins."""
        if name is not None:
            self.known[name] = None
        self._open.append((name, node, self.extra))
        self._heights.append(0)

    def close(self, value: Any, nodes: int) -> None:
        """The innermost mapping or list ends, `nodes` into the document."""
        name, node, extra = self._open.pop()
        height = self._heights.pop() + 1
        if self._heights:
            self._heights[-1] = max(self._heights[-1], height)
        if name is not None:
            self.known[name] = (node, value, nodes - node + self.extra - extra, height)

    def use(self, event: Any, nodes: int, level: int, limits: Limits) -> tuple[int, Any]:
        """Returns the node and the value of an alias; raises Fatal if there is none or it is too much."""
        name, start, end = event.anchor, event.start_mark.index, event.end_mark.index
        target = self.known.get(name)
        if target is None:
            what = "stands for the list or mapping it is in" if name in self.known else "has no anchor before it"
            raise Fatal(Fault("yaml-alias", start, end, f"the alias `*{name[:40]}` {what}", "write the value itself"))
        node, value, size, height = target
        self.extra += size - 1  # the alias itself was counted
        if self._heights:
            self._heights[-1] = max(self._heights[-1], height)
        if nodes + self.extra > limits.nodes or level + height > limits.depth:
            message = f"written out, the aliases make more than {limits.nodes:,} values or {limits.depth} levels"
            raise Fatal(Fault("yaml-alias-budget", start, end, message, "use a document without aliases"))
        return node, value
