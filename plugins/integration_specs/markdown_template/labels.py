"""Find the fields that labels of the template such as `**Owner:**` name, and group the blocks of an object by label."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from integration_specs.text.suggestions import synonyms
from integration_specs.validation.schema import Field

from .blocks import Block, Line, Lines, strip_blank
from .inline_values import normalize

_BOLD = re.compile(r"(\*\*|__)(?P<label>.+?)\1\s*:?\s*(?P<rest>.*)", re.DOTALL)
_COLON = re.compile(r"(?P<label>[^:\n]{1,120}):(?:\s+(?P<rest>.*)|)", re.DOTALL)
_NOTE = re.compile(r"x-[A-Za-z0-9_.-]+")
MORE = "More"
"""The label of extensions whose names cannot be labels."""


@dataclass(slots=True)
class LabelledPart:
    """A label with `rest` (the text after it), `body` (the lines below it) and `raw` (all lines).

    The label names a `field` or the extension `note`; a part without a label is text by itself.
    """

    field: Field | None = None
    note: str = ""
    rest: str = ""
    body: Lines = ()
    raw: Lines = ()


def question(field: Field) -> str:
    """Return the question that the template uses as a label; empty for a field with a label."""
    words = field.guidance[0] if field.kind == "text" and field.guidance else ""
    return words if words.endswith("?") else ""


def is_note_name(key: str) -> bool:
    """Return whether the name of an extension field can be written as a label."""
    return bool(_NOTE.fullmatch(key))


def find_label(fields: tuple[Field, ...], head: str) -> LabelledPart | None:
    """Return the label with which a line begins; None if it begins with none of these."""
    names, questions = _labels(fields)
    if match := _BOLD.fullmatch(head) or _COLON.fullmatch(head):
        words = match["label"].strip().strip("*_`:").strip()
        if _NOTE.fullmatch(words) or (words == MORE and not match["rest"]):
            return LabelledPart(note=words, rest=match["rest"] or "")
        if field := names.get(normalize(words)):
            return LabelledPart(field, rest=match["rest"] or "")
    for words, field in questions.items():
        if "?" in head and normalize(head).startswith(words):
            rest = head[head.index("?") + 1 :].lstrip(" *_:")
            return LabelledPart(field, rest=rest.removeprefix("– ").removeprefix("- "))
    known = names.get(normalize(head)) if len(head) < 120 else None
    return LabelledPart(known) if known else None


def label_of(field: Field, block: Block) -> LabelledPart | None:
    """Return the label with which an entry of a list begins."""
    return find_label(field.fields, block.first) if block.kind in ("item", "text", "heading") else None


def labelled_parts(fields: tuple[Field, ...], blocks: Iterable[Block]) -> list[LabelledPart]:
    """Return the labelled parts of some blocks, in order; a block after an empty label belongs to that label."""
    parts: list[LabelledPart] = []
    is_open = False
    for block in blocks:
        for head, body, raw in _pieces(fields, block):
            part = (find_label(fields, head) if head else None) or LabelledPart()
            if part.field or part.note:
                part.body, part.raw = body, raw
                is_open = not part.rest and not strip_blank(body)
                parts.append(part)
            elif is_open:
                # People write an answer after the question instead of below it.
                last = parts[-1]
                last.body = (*last.body, Line(raw[0].number, ""), *raw) if last.body else raw
                last.raw = (*last.raw, *raw)
            else:
                parts.append(LabelledPart(raw=raw))
    return parts


def _pieces(fields: tuple[Field, ...], block: Block) -> Iterator[tuple[str, Lines, Lines]]:
    """Yield head, body and lines of each part of a block; a paragraph is split at lines that begin with labels."""
    if block.kind in ("item", "heading"):
        yield block.head, block.body, block.raw
        return
    if block.kind == "table" and all(len(row) == 2 for row in block.rows):
        rows = list(zip(block.rows, (block.raw[0], *block.raw[2:]), strict=True))
        if any(find_label(fields, row[0]) for row, _ in rows[1:]):
            # A table of labels and values; its header row counts only if it is such a pair.
            for row, line in rows if find_label(fields, rows[0][0][0]) else rows[1:]:
                yield f"{row[0]}: {row[1]}", (), (line,)
            return
    start = 0
    for index in range(1, len(block.raw) + 1):
        is_text = block.kind == "text"
        if index == len(block.raw) or (is_text and find_label(fields, block.raw[index].text.strip())):
            raw = block.raw[start:index]
            yield (raw[0].text.strip(), raw[1:], raw) if is_text else ("", (), raw)
            start = index


@lru_cache(maxsize=1_000)
def _labels(fields: tuple[Field, ...]) -> tuple[dict[str, Field], dict[str, Field]]:
    """Return the normalized labels and questions of these fields."""
    names: dict[str, Field] = {}
    for variants in zip(*map(_variants, fields), strict=True):
        for field, words in zip(fields, variants, strict=True):
            names.update((word, field) for word in words if word not in names)
    questions = {normalize(words): field for field in fields if (words := question(field))}
    return names, questions | {word: field for word, field in names.items() if word.endswith("?")}


def _variants(field: Field) -> Iterator[set[str]]:
    """Yield the words for a field, best first: its title, the title without parentheses, its parts, synonyms."""
    yield {normalize(field.title)}
    bare = re.sub(r"\s*\([^)]*\)", "", field.title)
    yield {normalize(bare), normalize(bare) + "s", normalize(bare).removesuffix("s")}
    yield {normalize(part) for part in bare.split(" / ")}
    yield set(words_for("fields", field.name))


@cache
def words_for(table: str, name: str) -> tuple[str, ...]:
    """Return what people write for the name of a field or section, normalized."""
    tables = [tomllib.loads(Path(__file__).with_name("synonyms.toml").read_text("utf-8"))[table]]
    tables += [synonyms("keys")] if table == "sections" else [synonyms("keys"), synonyms("similar_keys")]
    return tuple(normalize(word.replace("_", " ")) for each in tables for word in each.get(name, ()))
