"""Comments of a YAML file, and the node that each of them belongs to."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from integration_specs.documents import Pointer, RawDocument
from integration_specs.documents.pointers import nodes
from integration_specs.findings import Span

EDITOR_LINE = "# yaml-language-server: $schema="
"""The start of the comment that tells editors where the schema is; it is always the first line."""


@dataclass(slots=True)
class Comments:
    """Comments of one node: the lines before it, the one beside it, and the lines after its last one."""

    before: list[str] = field(default_factory=list)
    beside: str = ""
    after: list[str] = field(default_factory=list)


def attach_comments(document: RawDocument) -> tuple[list[str], dict[Pointer, Comments], list[str]]:
    """Return the comments at the head of the file, those of each node, and those at its end."""
    lines = re.split(r"\r\n|\r|\n", document.text)
    begins = ((_begin(document, lines, pointer), pointer) for pointer, _ in nodes(document.data) if pointer)
    places = sorted(begins, key=lambda place: (place[0], len(place[1])))
    rows = [at[0] for at, _ in places]
    columns: dict[int, list[int]] = {}
    for index, (at, _) in enumerate(places):
        columns.setdefault(at[1], []).append(index)
    covered = _covered(document)
    head: list[str] = []
    foot: list[str] = []
    found: dict[Pointer, Comments] = {}
    for number, line in enumerate(lines, 1):
        column = _comment_column(line, covered.get(number, ()))
        if column is None:
            continue
        comment = line[column:].rstrip()
        if line[:column].strip():
            owner = _beside(document, places, rows, number)
            if owner is not None:
                found.setdefault(owner, Comments()).beside = comment
            continue
        blank_above = number > 1 and not lines[number - 2].strip()
        above = bisect_left(rows, number)
        below = bisect_right(rows, number)
        following = places[below] if below < len(places) else None
        same = columns.get(column + 1, [])
        nearest = bisect_left(same, above)
        previous = places[same[nearest - 1]] if nearest else None
        if comment.startswith(EDITOR_LINE) and not above:
            head.append(comment)
        elif previous and column and (following is None or following[0][1] < column + 1):
            found.setdefault(previous[1], Comments()).after.append(comment)
        elif following:
            # Keep an empty line between comments at the left margin.
            gap = [""] if blank_above and len(following[1]) == 1 else []
            found.setdefault(following[1], Comments()).before += *gap, comment
        else:
            foot += *([""] if blank_above else []), comment
    return head, found, foot


def _beside(
    document: RawDocument, places: list[tuple[tuple[int, int], Pointer]], rows: list[int], number: int
) -> Pointer | None:
    """Return the node of a comment at the end of line `number`: the outermost that is on this line only, or the last that starts on it."""
    first, after = bisect_left(rows, number), bisect_right(rows, number)
    whole = (pointer for _, pointer in places[first:after] if document.span(pointer).end_line == number)
    return next(whole, places[after - 1][1] if after else None)


def _begin(document: RawDocument, lines: list[str], pointer: Pointer) -> tuple[int, int]:
    """Return the line and column where a key, or the dash of a list item, starts."""
    span = document.key_span(pointer)
    if not isinstance(pointer[-1], int):
        return span.line, span.column
    before = lines[span.line - 1][: span.column - 1].rstrip()
    return span.line, len(before) if before.endswith("-") else span.column - 2


def _covered(document: RawDocument) -> dict[int, list[tuple[int, int]]]:
    """Return for each line the spans (columns from 0) of keys and scalars, in which a `#` is text."""
    covered: dict[int, list[tuple[int, int]]] = {}

    def cover(span: Span, *, block: bool = False) -> None:
        for number in range(span.line, span.end_line + 1):
            start = span.column - 1 if number == span.line else 0
            end = span.end_column - 1 if number == span.end_line else 1_000_000
            # There may be a comment after the indicator of a block.
            covered.setdefault(number, []).append((start, start + 1 if block and number == span.line else end))

    for pointer, value in nodes(document.data):
        if pointer and isinstance(pointer[-1], str):
            cover(document.key_span(pointer))
        if not isinstance(value, (dict, list)):
            cover(document.span(pointer), block=(document.source_text(pointer) or "")[:1] in ("|", ">"))
    return covered


def _comment_column(line: str, covered: Iterable[tuple[int, int]]) -> int | None:
    """Return the column where the comment of a line starts, or None."""
    covered = list(covered)
    for match in re.finditer(r"(?:^|(?<=[\s\[{,]))#", line):
        if not any(start <= match.start() < end for start, end in covered):
            return match.start()
    return None
