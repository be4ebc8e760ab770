"""Code frames: the source lines around a finding, with its span marked, for terminal, Markdown and pages."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from integration_specs.findings import Finding
from integration_specs.findings.internal_errors import best_effort
from integration_specs.text.display import escape_unprintable

from .loading import load

WIDTH = 160
"""Width of a line in terminal cells where the width of the screen is unknown."""


@dataclass(frozen=True, slots=True)
class FrameLine:
    """A source line for display: tabs as spaces, unprintable characters escaped, long lines truncated.

    `mark` is the marked part (start, end) of `text`; None if the line is only context.
    """

    number: int
    text: str
    mark: tuple[int, int] | None = None


def frame(finding: Finding, text: str, context: int = 1, width: int = WIDTH) -> tuple[FrameLine, ...]:
    """Return the lines of `text`, the whole file, around a finding; empty if it is about the file as a whole.

    No line is wider than `width` terminal cells; the start of the marked part is always shown.
    """
    return best_effort(lambda: _frame(finding, text, context, width), ())


def _frame(finding: Finding, text: str, context: int, width: int) -> tuple[FrameLine, ...]:
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
    """Return the lines of a file; cached, because a large file may have many findings."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def cells(text: str) -> int:
    """Return the width of a text in terminal cells: two for East Asian wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def truncate_cells(text: str, width: int) -> str:
    """Return a text truncated to `width` cells, with `…` at the end if something is left out."""
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
        # Keep the end of the text before the mark, which has the key of the value.
        before = "…" + before[len(before) - width // 3 :]
    if not middle and end > start:
        middle = " "
    text = truncate_cells(before + middle + after, width)
    mark = (len(before), min(len(before) + len(middle), max(len(text), len(before) + 1))) if end > start else None
    return FrameLine(number, text.rstrip() if mark is None or middle.strip() else text, mark)


def source_reader(root: Path, texts: Mapping[str, str] = MappingProxyType({})) -> Callable[[str], str]:
    """Return a function that returns the text of a finding's file, or "" if it cannot be read; each file is read once.

    `texts` are the redacted texts of files that were read already.
    """
    known = dict(texts)

    def read(file: str) -> str:
        if file not in known:
            known[file] = load(root / file, file).text
        return known[file]

    return read
