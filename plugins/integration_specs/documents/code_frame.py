"""The lines around a finding, with a mark under what is meant: the same value for terminal, Markdown and pages."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from integration_specs.findings import Finding
from integration_specs.text.display import escape_unprintable

WIDTH = 160
"""Cells of a line where nobody knows how wide the reader's screen is."""


@dataclass(frozen=True, slots=True)
class FrameLine:
    """A source line as it can be shown: tabs are spaces, what does not print is visible, long lines are cut.

    `mark` is the stretch (start, end) of `text` that is meant; None when the line is only context.
    """

    number: int
    text: str
    mark: tuple[int, int] | None = None


def frame(finding: Finding, text: str, context: int = 1, width: int = WIDTH) -> tuple[FrameLine, ...]:
    """The lines of `text` (the file's whole text) around a finding; empty when it is about the file as a whole.

    No line takes more than `width` cells of a screen; what is marked begins in the part that is shown.
    """
    lines, span = _lines(text), finding.span
    if not text or span.line > len(lines) or span == type(span)():
        return ()
    found = []
    for number in range(max(1, span.line - context), min(len(lines), span.line + context) + 1):
        line = lines[number - 1]
        if number == span.line:
            start = min(span.column - 1, len(line))
            end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line.rstrip())
            found.append(_marked(number, line, start, max(end, start + 1), width))
        elif line.strip() or number < span.line:
            found.append(_marked(number, line, 0, 0, width))
    return tuple(found)


@lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    """A file of a megabyte is divided once, however much is found in it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def cells(text: str) -> int:
    """How many cells of a terminal a text takes: letters of East Asia two, combining signs none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fitted(text: str, width: int) -> str:
    """A text cut to `width` cells, with `…` where something is left out."""
    if cells(text) <= width:
        return text
    kept = 0
    for place, character in enumerate(text):
        kept += cells(character)
        if kept > width - 1:
            return text[:place] + "…"
    return text


def _marked(number: int, line: str, start: int, end: int, width: int) -> FrameLine:
    line = line[: start + 8 * WIDTH]
    parts = (line[:start], line[start:end], line[end:].rstrip())
    before, middle, after = (escape_unprintable(part.replace("\t", "  ")) for part in parts)
    if end - start and cells(before) + min(cells(middle), width // 2) > width:
        # Keep the end of what stands before the mark: there is the key that it belongs to.
        before = "…" + before[len(before) - width // 3 :]
    if not middle and end > start:
        middle = " "
    text = fitted(before + middle + after, width)
    mark = (len(before), min(len(before) + len(middle), max(len(text), len(before) + 1))) if end > start else None
    return FrameLine(number, text.rstrip() if mark is None or middle.strip() else text, mark)


def source_reader(root: Path, texts: Mapping[str, str] = MappingProxyType({})) -> Callable[[str], str]:
    """A function from a finding's file to its text, each file read once; empty when it cannot be read as text.

    `texts` are those of files that were read already, without their secrets.
    """
    known = dict(texts)

    def read(file: str) -> str:
        if file not in known:
            from . import load
            from .redaction import redacted

            known[file] = redacted(load(root / file, file)).text
        return known[file]

    return read
