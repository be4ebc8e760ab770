"""Find the field that a label of the template such as `**Owner:**` names."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from integration_specs.text.suggestions import synonyms
from integration_specs.validation.schema import Field

from .inline_values import normalize

_BOLD = re.compile(r"(\*\*|__)(?P<label>.+?)\1\s*:?\s*(?P<rest>.*)", re.DOTALL)
_COLON = re.compile(r"(?P<label>[^:\n]{1,120}):(?:\s+(?P<rest>.*)|)", re.DOTALL)
_NOTE = re.compile(r"x-[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Label:
    """A label: it names a `field` or the extension `note`; `rest` is the text after it."""

    field: Field | None
    note: str
    rest: str


def question(field: Field) -> str:
    """Return the question that the template uses as a label; empty for a field with a label."""
    words = field.guidance[0] if field.kind == "text" and field.guidance else ""
    return words if words.endswith("?") else ""


def is_note_name(key: str) -> bool:
    """Return whether the name of an extension field can be written as a label."""
    return bool(_NOTE.fullmatch(key))


class Labels:
    """The labels of one object's fields."""

    def __init__(self, fields: tuple[Field, ...]) -> None:
        self._names: dict[str, Field] = {}
        for variants in zip(*map(_variants, fields), strict=True):
            for field, words in zip(fields, variants, strict=True):
                for word in words:
                    self._names.setdefault(word, field)
        self._questions = {normalize(words): field for field in fields if (words := question(field))}
        self._questions |= {word: field for word, field in self._names.items() if word.endswith("?")}

    def find(self, head: str) -> Label | None:
        """Return the label with which a line begins; None if it begins with none of these."""
        match = _BOLD.fullmatch(head) or _COLON.fullmatch(head)
        if match:
            words = match["label"].strip().strip("*_`:").strip()
            if _NOTE.fullmatch(words):
                return Label(None, words, match["rest"] or "")
            if field := self._names.get(normalize(words)):
                return Label(field, "", match["rest"] or "")
        for words, field in self._questions.items():
            if normalize(head).startswith(words) and "?" in head:
                at = head.index("?") + 1
                return Label(field, "", head[at:].lstrip(" *_:").removeprefix("– ").removeprefix("- "))
        field = self._names.get(normalize(head)) if len(head) < 120 else None
        return Label(field, "", "") if field else None


def labels_of(fields: tuple[Field, ...]) -> Labels:
    """Return the labels of these fields, cached for each object of the schema."""
    known = _KNOWN.get(id(fields))
    if known is None or known[0] is not fields:
        if len(_KNOWN) > 1000:
            _KNOWN.clear()
        known = _KNOWN[id(fields)] = (fields, Labels(fields))
    return known[1]


_KNOWN: dict[int, tuple[tuple[Field, ...], Labels]] = {}
"""By identity, since fields cannot be hashed; keeping the fields prevents that an id is reused."""


def _variants(field: Field) -> Iterator[set[str]]:
    """Yield the words for a field, best first: its title, the title without parentheses, its parts, synonyms."""
    title = field.title
    yield {normalize(title)}
    bare = re.sub(r"\s*\([^)]*\)", "", title)
    yield {normalize(bare), normalize(bare) + "s", normalize(bare).removesuffix("s")}
    parts = [normalize(part) for part in bare.split(" / ")]
    yield {*parts} if len(parts) > 1 else set()
    yield set(words_for("fields", field.name))


@cache
def words_for(table: str, name: str) -> tuple[str, ...]:
    """Return what people write for the name of a field or section, normalized."""
    tables = [tomllib.loads(Path(__file__).with_name("synonyms.toml").read_text("utf-8"))[table]]
    tables += [synonyms("keys")] if table == "sections" else [synonyms("keys"), synonyms("similar_keys")]
    return tuple(normalize(word.replace("_", " ")) for each in tables for word in each.get(name, ()))
