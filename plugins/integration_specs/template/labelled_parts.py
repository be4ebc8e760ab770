"""Blocks of an object to entries: each label with what stands behind it, below it, or after it."""

from collections.abc import Iterable
from dataclasses import dataclass

from integration_specs.validation.schema import Field

from .blocks import Block, Line, Lines, strip_blank
from .labels import Label, labels_of


@dataclass(slots=True)
class LabelledPart:
    """A label with what stands behind and below it; without a label, text that stands by itself."""

    field: Field | None
    note: str
    rest: str
    body: Lines
    raw: Lines
    is_open: bool = False


def labelled_parts(fields: tuple[Field, ...], blocks: Iterable[Block]) -> list[LabelledPart]:
    """The entries of some blocks, in order; what stands after a label that has nothing yet is its answer."""
    entries: list[LabelledPart] = []
    for block in blocks:
        for head, body, raw in _pieces(fields, block):
            label = label_in(fields, head) if head else None
            last = entries[-1] if entries else None
            if label:
                bare = not label.rest and not strip_blank(body)
                entries.append(LabelledPart(label.field, label.note, label.rest, body, raw, bare))
            elif head == "More:":
                entries.append(LabelledPart(None, "more", "", body, raw))
            elif last and last.is_open:
                # The answer stands after the question, not below it.
                last.body = (*last.body, Line(raw[0].number, ""), *raw) if last.body else raw
                last.raw = (*last.raw, *raw)
            else:
                entries.append(LabelledPart(None, "", "", (), raw))
    return entries


def _pieces(fields: tuple[Field, ...], block: Block) -> Iterable[tuple[str, Lines, Lines]]:
    """Head, body and lines of a block; a paragraph whose lines begin with labels falls apart."""
    if block.kind in ("item", "heading"):
        yield block.head, block.body, block.raw
        return
    if block.kind == "table" and all(len(row) == 2 for row in block.rows):
        rows = list(zip(block.rows, (block.raw[0], *block.raw[2:]), strict=True))
        if any(label_in(fields, row[0]) for row, _ in rows[1:]):
            # A table of labels with their values; what heads it says nothing unless it is one of them.
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
    """The label that a line begins with."""
    return labels_of(fields).find(head)


def label_of(field: Field, block: Block) -> Label | None:
    """The label that an entry of a list begins with."""
    if block.kind not in ("item", "text", "heading"):
        return None
    return label_in(field.fields, block.head if block.kind != "text" else block.raw[0].text)
