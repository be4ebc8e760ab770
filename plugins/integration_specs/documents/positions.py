"""Positions of the nodes of a YAML text."""

from array import array
from collections import defaultdict
from collections.abc import MutableSequence
from typing import Any

from integration_specs.findings import Span

from .pointers import Pointer


class Positions:
    """The position of each node of a text: flat lists in document order, resolved to lines on demand."""

    __slots__ = ("_children", "_last", "_text", "aliases", "ends", "nexts", "starts")

    def __init__(self, text: str) -> None:
        self._text = text
        self.starts: MutableSequence[int] = []
        self.ends: MutableSequence[int] = []
        self.nexts: Any = defaultdict(int)  # of a container, the first node after it; else 0
        self.aliases: dict[int, int] = {}  # alias -> the node it stands for
        self._children: dict[int, dict[str | int, int]] = {}
        self._last = 0, 1, 0  # the last index that was asked for, its line, and where that begins

    def pack(self) -> None:
        """Take less memory; no more nodes can be added."""
        nexts = array("I", bytes(array("I").itemsize * len(self.starts)))
        for node, after in self.nexts.items():
            nexts[node] = after
        self.starts, self.ends, self.nexts = array("I", self.starts), array("I", self.ends), nexts

    def of_text(self, text: str) -> "Positions":
        """Return the same positions for another text whose lines and words have the same lengths."""
        other = Positions(text)
        other.starts, other.ends, other.nexts, other.aliases = self.starts, self.ends, self.nexts, self.aliases
        return other

    def span(self, start: int, end: int) -> Span:
        """Return the span between two indexes of the text."""
        at, line, begin = self._place(start, *(self._last if self._last[2] <= start else (0, 1, 0)))
        self._last = at, line, begin
        _, end_line, end_begin = self._place(end, at, line, begin)
        return Span(line, start - begin + 1, end_line, end - end_begin + 1)

    def _place(self, index: int, at: int, line: int, begin: int) -> tuple[int, int, int]:
        """Return an index with its line and where that begins, counted from an earlier index or a later one of the same line."""
        line += self._text.count("\n", at, index)
        return index, line, self._text.rfind("\n", at, index) + 1 or begin

    def children(self, node: int, container: dict[Any, Any] | list[Any]) -> dict[Any, int]:
        """Return, for each key or index of a container, the node of the key or item."""
        known = self._children.get(node)
        if known is None:
            known = self._children[node] = self.child_nodes(node, container)
        return known

    def child_nodes(self, node: int, container: dict[Any, Any] | list[Any]) -> dict[Any, int]:
        """Return the same for a container that is still being read."""
        mapping = isinstance(container, dict)
        known: dict[Any, int] = {}
        child = node + 1
        for part in container if mapping else range(len(container)):
            known[part] = child
            child += mapping
            child = self.nexts[child] or child + 1
        return known

    def find(self, data: Any, pointer: Pointer) -> tuple[int, int, bool]:
        """Return the nodes of a value and its key and True, or those of the nearest ancestor and False."""
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
        """Return a node as written, without the blank lines after a block, which libyaml counts as part of it."""
        return self._text[self.starts[node] : self.ends[node]].rstrip()

    def node_span(self, node: int) -> Span:
        """Return the span of a node."""
        start = self.starts[node]
        return self.span(start, start + len(self.source(node)))
