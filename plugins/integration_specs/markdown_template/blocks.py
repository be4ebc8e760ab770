"""Split Markdown into blocks: list items with their contents, fences, tables, headings and text.

This is not a Markdown parser: it keeps the lines unchanged, since most of them become the text of a field.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["item", "fence", "table", "heading", "text"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line and its number in the document; `text` lacks the indentation of the list around it."""

    number: int
    text: str

    @property
    def blank(self) -> bool:
        """Whether the line has only white space."""
        return not self.text.strip()

    @property
    def indent(self) -> int:
        """The number of leading spaces."""
        return len(self.text) - len(self.text.lstrip(" "))


Lines = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a text with its lines.

    `head` is the first line of an item, the words of a heading, or the info string of a fence. `body` is the rest of an item
    (dedented), everything below a heading, the lines of a text after its first one, or the content of a fence. `rows` are the
    cells of a table.
    """

    kind: Kind
    raw: Lines
    head: str = ""
    body: Lines = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def first(self) -> str:
        """The first line of an item or text, without its mark; the words of a heading."""
        return self.raw[0].text.strip() if self.kind == "text" else self.head

    @property
    def text(self) -> str:
        """All lines, unchanged."""
        return join_lines(self.raw)


_MARK = r"(?:[-*+•◦▪‣]|[0-9]{1,9}[.)])"
_ITEM = re.compile(rf"( *)({_MARK})(?: +(.*)| *$)")
_START = re.compile(rf"[ \t\u00a0]*(?:{_MARK}[ \t\u00a0]+)?")
_FENCE = re.compile(r" *(`{3,}|~{3,})([^`]*)$")
_OPENING = re.compile(rf" *(?:{_MARK} +)*(`{{3,}}|~{{3,}})([^`]*)$")
_HEADING = re.compile(r" {0,3}(#{1,6})(?: (.*))?$")
_RULE = re.compile(r" {0,3}([-*_])( *\1){2,} *$")
_TABLE_RULE = re.compile(r" *\|?( *:?-+:? *\|)+( *:?-+:? *)?\|? *$")
_SEPARATOR = re.compile(r"`[^`]*`?|\\.|(\|)")


def lines_of(text: str) -> Lines:
    """Return the lines of a text, numbered from 1, with tabs and no-break spaces of the indentation as spaces."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    spaced = (_START.sub(lambda start: start[0].replace("\u00a0", " ").expandtabs(4), row, count=1) for row in rows)
    return tuple(Line(number, row) for number, row in enumerate(spaced, 1))


def strip_blank(lines: Sequence[Line]) -> Lines:
    """Return the lines without blank ones at both ends."""
    filled = [index for index, line in enumerate(lines) if not line.blank]
    return tuple(lines[filled[0] : filled[-1] + 1]) if filled else ()


def dedent(lines: Sequence[Line]) -> Lines:
    """Return the lines without blank ones at the end, dedented by the indentation of the first that is not blank."""
    last = len(lines)
    while last and lines[last - 1].blank:
        last -= 1
    by = next((line.indent for line in lines if not line.blank), 0)
    return tuple(Line(line.number, line.text[by if line.blank else min(by, line.indent) :]) for line in lines[:last])


def join_lines(lines: Iterable[Line]) -> str:
    """Return the lines as a text without a final line break."""
    return "\n".join(line.text for line in lines)


def read_heading(line: Line) -> tuple[int, str] | None:
    """Return level and words of a heading; None for another line."""
    match = _HEADING.match(line.text)
    if not match:
        return None
    words = (match[2] or "").strip()
    opened = words.rstrip("#")
    return len(match[1]), words if opened and not opened.endswith(" ") else opened.strip()


class Fences:
    """The ends of the fences in some lines. It takes linear time if asked from the first line to the last."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._unclosed: dict[str, int] = {}

    def end(self, start: int) -> int:
        """Return the index after the fence that opens at `start`, perhaps in an item; `start` if there is none or it is not closed."""
        opening = _OPENING.match(self._lines[start].text)
        if not opening or len(opening[1]) >= self._unclosed.get(opening[1][0], 1000):
            return start
        mark, length = opening[1][0], len(opening[1])
        for index in range(start + 1, len(self._lines)):
            text = self._lines[index].text.strip(" ")
            if len(text) >= length and text[0] == mark and text == mark * len(text):
                return index + 1
        # A line that closes a longer fence would have closed this one.
        self._unclosed[mark] = length
        return start


def has_closed_fences(lines: Sequence[Line]) -> bool:
    """Return whether every fence is closed, so that lines after these are not read as part of it."""
    fences, index = Fences(lines), 0
    while index < len(lines):
        end = fences.end(index)
        if end == index and _OPENING.match(lines[index].text):
            return False
        index = max(index + 1, end)
    return True


def blocks_of(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Return the blocks of a text, without horizontal rules and blank lines."""
    found: list[Block] = []
    fences, index = Fences(lines), 0
    while index < len(lines):
        line = lines[index]
        if line.blank or (_RULE.match(line.text) and line.text.strip() != "- - -"):
            index += 1
        else:
            end = _block_end(lines, index, fences)
            found.append(_block(tuple(lines[index:end])))
            index = end
    return tuple(found)


def _block_end(lines: Sequence[Line], start: int, fences: Fences) -> int:
    item, heading, end = _ITEM.match(lines[start].text), read_heading(lines[start]), fences.end(start)
    if end > start and not item:
        return end
    end = max(start + 1, end)
    while end < len(lines):
        below = read_heading(lines[end]) if heading else None
        if item and lines[end].indent <= len(item[1]) and not lines[end].blank:
            break
        if heading and below and below[0] <= heading[0]:
            break
        if not item and not heading and (lines[end].blank or _begins(lines, end, fences)):
            break
        end = max(end + 1, fences.end(end))
    while item and lines[end - 1].blank:
        end -= 1
    return end


def _begins(lines: Sequence[Line], at: int, fences: Fences) -> bool:
    """Return whether a block other than text begins here."""
    text = lines[at].text
    return bool(_ITEM.match(text) or read_heading(lines[at]) or fences.end(at) > at or _RULE.match(text))


def _block(lines: Lines) -> Block:
    first = lines[0]
    if opening := _FENCE.match(first.text):
        if Fences(lines).end(0) == len(lines):
            content = tuple(Line(line.number, line.text[min(first.indent, line.indent) :]) for line in lines[1:-1])
            return Block("fence", lines, opening[2].strip(), content)
    elif heading := read_heading(first):
        return Block("heading", lines, heading[1], strip_blank(lines[1:]))
    elif item := _ITEM.match(first.text):
        head = (item[3] or "").strip()
        if _FENCE.match(head):
            inner = Line(first.number, " " * item.start(3) + head)
            return Block("item", lines, "", dedent((inner, *lines[1:])))
        return Block("item", lines, head, dedent(lines[1:]))
    elif len(lines) > 1 and "|" in first.text and _TABLE_RULE.match(lines[1].text):
        return Block("table", lines, rows=tuple(cells(line.text) for line in (first, *lines[2:])))
    return Block("text", lines, body=lines[1:])


def cells(row: str) -> tuple[str, ...]:
    """Return the cells of a table row; a bar inside code or after a backslash separates nothing."""
    row = row.strip().removeprefix("|").removesuffix("|")
    bars = [found.start(1) for found in _SEPARATOR.finditer(row) if found[1]]
    return tuple(
        row[start + 1 : end].strip().replace("\\|", "|")
        for start, end in zip([-1, *bars], [*bars, len(row)], strict=True)
    )
