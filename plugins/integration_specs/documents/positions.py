"""Where each node of a YAML text stands."""

import re
from array import array
from bisect import bisect_left, bisect_right
from typing import Any

from integration_specs.findings import Span

Pointer = tuple[str | int, ...]


class Positions:
    """Where each node of a text stands: two flat arrays in document order, resolved when somebody asks."""

    __slots__ = ("_children", "_lines", "_text", "aliases", "ends", "nexts", "shifts", "starts")

    def __init__(self, text: str, shifts: list[int]) -> None:
        self._text = text
        self.starts = array("I")
        self.ends = array("I")
        self.nexts: dict[int, int] = {}  # container -> first node after it
        self.aliases: dict[int, int] = {}  # alias -> the node it stands for
        self.shifts = shifts  # where eleven characters fewer were parsed than the text has
        self._lines = array("I")
        self._children: dict[int, dict[str | int, int]] = {}

    def over(self, text: str) -> "Positions":
        """Returns the same places in another text, whose lines and words are as long."""
        other = Positions(text, self.shifts)
        other.starts, other.ends, other.nexts, other.aliases = self.starts, self.ends, self.nexts, self.aliases
        return other

    def place(self, index: int) -> int:
        """Returns the index in the text of an index in what was parsed."""
        return index + 11 * bisect_left(self.shifts, index) if self.shifts else index

    def span(self, start: int, end: int) -> Span:
        """Returns the span of two indexes of what was parsed."""
        return self._text_span(self.place(start), self.place(end))

    def _text_span(self, start: int, end: int) -> Span:
        if not self._lines:
            self._lines.append(0)
            self._lines.extend(match.end() for match in re.finditer("\n", self._text))
        first, last = bisect_right(self._lines, start), bisect_right(self._lines, end)
        return Span(first, start - self._lines[first - 1] + 1, last, end - self._lines[last - 1] + 1)

    def children(self, node: int, container: dict[Any, Any] | list[Any]) -> dict[Any, int]:
        """Returns, for each key or index of a container, the node of the key or of the item."""
        known = self._children.get(node)
        if known is None:
            known = self._children[node] = self.child_nodes(node, container)
        return known

    def child_nodes(self, node: int, container: dict[Any, Any] | list[Any]) -> dict[Any, int]:
        """The same of a container that is still being read."""
        mapping = isinstance(container, dict)
        known: dict[Any, int] = {}
        child = node + 1
        for part in container if mapping else range(len(container)):
            known[part] = child
            child += mapping
            child = self.nexts.get(child, child + 1)
        return known

    def find(self, data: Any, pointer: Pointer) -> tuple[int, int, bool]:
        """Returns the nodes of the value and of the key, or of the nearest ancestor and False."""
        node = key = 0
        for part in pointer:
            node = self.aliases.get(node, node)
            mapping = isinstance(data, dict)
            if not (mapping and part in data) and not (
                isinstance(data, list) and type(part) is int and 0 <= part < len(data)
            ):
                return node, key, False
            key = self.children(node, data)[part]
            node = key + mapping
            data = data[part]
        return node, key, True

    def source(self, node: int) -> str:
        """Returns a node as written; libyaml counts the blank lines after a block as part of it, we do not."""
        return self._text[self.place(self.starts[node]) : self.place(self.ends[node])].rstrip()

    def node_span(self, node: int) -> Span:
        """Returns the span of a node."""
        start = self.place(self.starts[node])
        return self._text_span(start, start + len(self.source(node)))
