"""The lines around a finding, with a mark under what is meant: the same value for terminal, Markdown and pages."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .findings import Finding

_WIDTH = 160


@dataclass(frozen=True, slots=True)
class FrameLine:
    """A source line as it can be shown: tabs are spaces, what does not print is visible, long lines are cut.

    `mark` is the stretch (start, end) of `text` that is meant; None when the line is only context.
    """

    number: int
    text: str
    mark: tuple[int, int] | None = None


def frame(finding: Finding, text: str, context: int = 1) -> tuple[FrameLine, ...]:
    """The lines of `text` (the file's whole text) around a finding; empty when it is about the file as a whole."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    span = finding.span
    if not text or span.line > len(lines) or span == type(span)():
        return ()
    found = []
    for number in range(max(1, span.line - context), min(len(lines), span.line + context) + 1):
        line = lines[number - 1]
        if number == span.line:
            start = min(span.column - 1, len(line))
            end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line.rstrip())
            found.append(_marked(number, line, start, max(end, start + 1)))
        elif line.strip() or number < span.line:
            found.append(_marked(number, line, 0, 0))
    return tuple(found)


def _marked(number: int, line: str, start: int, end: int) -> FrameLine:
    cut = max(0, start - _WIDTH // 2) if end - start and start > _WIDTH * 3 // 4 else 0
    before, middle, after = (
        _shown(part) for part in (line[cut:start], line[start:end], line[max(end, cut) : cut + _WIDTH])
    )
    if not middle and end > start:
        middle = " "
    lead = "…" if cut else ""
    text = (lead + before + middle + after).rstrip()
    mark = (len(lead + before), min(len(lead + before + middle), _WIDTH)) if end > start else None
    return FrameLine(number, text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…", mark)


def _shown(text: str) -> str:
    text = text.replace("\t", "  ")
    return (
        text
        if text.isprintable()
        else "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)
    )


def source_reader(root: Path) -> Callable[[str], str]:
    """A function from a finding's file to its text, each file read once; empty when it cannot be read as text."""
    known: dict[str, str] = {}

    def read(file: str) -> str:
        if file not in known:
            from .load import load

            known[file] = load(root / file, file).text
        return known[file]

    return read
