"""Group the blocks of an object by label: each label with the text after it and below it."""

from collections.abc import Iterable
from dataclasses import dataclass

from integration_specs.validation.schema import Field

from .blocks import Block, Line, Lines, strip_blank
from .labels import Label, labels_of


@dataclass(slots=True)
class LabelledPart:
    """A label with `rest` (the text after it) and `body` (the lines below it); a part without a label is text by itself."""

    field: Field | None
    note: str
    rest: str
    body: Lines
    raw: Lines
    is_open: bool = False


def labelled_parts(fields: tuple[Field, ...], blocks: Iterable[Block]) -> list[LabelledPart]:
    """Return the labelled parts of some blocks, in order; a block after an empty label belongs to that label."""
    parts: list[LabelledPart] = []
    for block in blocks:
        for head, body, raw in _pieces(fields, block):
            label = label_in(fields, head) if head else None
            last = parts[-1] if parts else None
            if label:
                bare = not label.rest and not strip_blank(body)
                parts.append(LabelledPart(label.field, label.note, label.rest, body, raw, bare))
            elif head == "More:":
                parts.append(LabelledPart(None, "more", "", body, raw))
            elif last and last.is_open:
                # People write an answer after the question instead of below it.
                last.body = (*last.body, Line(raw[0].number, ""), *raw) if last.body else raw
                last.raw = (*last.raw, *raw)
            else:
                parts.append(LabelledPart(None, "", "", (), raw))
    return parts


def _pieces(fields: tuple[Field, ...], block: Block) -> Iterable[tuple[str, Lines, Lines]]:
    """Yield head, body and lines of each part of a block; a paragraph is split at lines that begin with labels."""
    if block.kind in ("item", "heading"):
        yield block.head, block.body, block.raw
        return
    if block.kind == "table" and all(len(row) == 2 for row in block.rows):
        rows = list(zip(block.rows, (block.raw[0], *block.raw[2:]), strict=True))
        if any(label_in(fields, row[0]) for row, _ in rows[1:]):
            # A table of labels and values; its header row counts only if it is such a pair.
            for row, line in rows if label_in(fields, rows[0][0][0]) else rows[1:]:
                yield f"{row[0]}: {row[1]}", (), (line,)
            return
    if block.kind != "text":
        yield "", (), block.raw
        return
    start = 0
    for index in range(1, len(block.raw) + 1):
        if index == len(block.raw) or label_in(fields, block.raw[index].text.strip()):
            raw = block.raw[start:index]
            yield raw[0].text.strip(), raw[1:], raw
            start = index


def label_in(fields: tuple[Field, ...], head: str) -> Label | None:
    """Return the label with which a line begins."""
    return labels_of(fields).find(head)


def label_of(field: Field, block: Block) -> Label | None:
    """Return the label with which an entry of a list begins."""
    if block.kind not in ("item", "text", "heading"):
        return None
    return label_in(field.fields, block.head if block.kind != "text" else block.raw[0].text)
