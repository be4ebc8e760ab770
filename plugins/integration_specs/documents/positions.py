"""Positions of the nodes of a YAML text."""

import re
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import MutableSequence
from typing import Any

from integration_specs.findings import Span
from integration_specs.text.compressed import as_text

from .pointers import Pointer


class Positions:
    """The position of each node of a text: flat lists in document order, resolved to lines on demand."""

    __slots__ = ("_children", "_lines", "_stored", "aliases", "ends", "nexts", "starts")

    def __init__(self, text: str | bytes) -> None:
        self._stored = text
        self.starts: MutableSequence[int] = []
        self.ends: MutableSequence[int] = []
        self.nexts: Any = defaultdict(int)  # of a container, the first node after it; else 0
        self.aliases: dict[int, int] = {}  # alias -> the node it stands for
        self._children: dict[int, dict[str | int, int]] = {}
        self._lines = array("I")  # where they begin; filled when the first span is asked for

    def pack(self) -> None:
        """Take less memory; no more nodes can be added."""
        size = "H" if max(len(as_text(self._stored)), len(self.starts)) < 1 << 16 else "I"
        nexts = array(size, [0]) * len(self.starts)
        for node, after in self.nexts.items():
            nexts[node] = after
        self.starts, self.ends, self.nexts = array(size, self.starts), array(size, self.ends), nexts

    def of_text(self, text: str | bytes) -> "Positions":
        """Return the same positions for another text whose lines and words have the same lengths."""
        other = Positions(text)
        other.starts, other.ends, other.nexts, other.aliases = self.starts, self.ends, self.nexts, self.aliases
        return other

    def span(self, start: int, end: int) -> Span:
        """Return the span between two indexes of the text."""
        if not self._lines:
            self._lines = array("I", (0, *(match.end() for match in re.finditer("\n", as_text(self._stored)))))
        line, end_line = bisect_right(self._lines, start), bisect_right(self._lines, end)
        return Span(line, start - self._lines[line - 1] + 1, end_line, end - self._lines[end_line - 1] + 1)

    def lines(self, span: Span) -> list[str]:
        """Return the lines from the first to the last of a span."""
        first = self._lines[span.line - 1]
        end = self._lines[span.end_line] if span.end_line < len(self._lines) else len(as_text(self._stored))
        return as_text(self._stored)[first:end].split("\n")[: span.end_line - span.line + 1]

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
            if child == self.nexts[node]:  # a value that is not in the text, such as an assumed status
                break
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
            is_item = isinstance(data, list) and type(part) is int
            children = self.children(node, data) if mapping or is_item else {}
            if part not in children:
                return node, key, False
            key = children[part]
            node = key + mapping
            data = data[part]
        return node, key, True

    def source(self, node: int) -> str:
        """Return a node as written, without the blank lines after a block, which libyaml counts as part of it."""
        return as_text(self._stored)[self.starts[node] : self.ends[node]].rstrip()

    def node_span(self, node: int) -> Span:
        """Return the span of a node."""
        start = self.starts[node]
        return self.span(start, start + len(self.source(node)))
