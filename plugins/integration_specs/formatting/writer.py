"""Writes values and their comments as canonical YAML."""

from collections.abc import Iterator
from typing import Any

from integration_specs.documents import RawDocument
from integration_specs.documents.pointers import scalars
from integration_specs.documents.yaml_text import flow_text, folded_block, key_text, scalar_text, string_text
from integration_specs.validation.schema import Field, Pointer, SpecSchema

from .comments import Comments, attach_comments

_FLOW_WIDTH = 100


class YamlWriter:
    """Writes one document in the canonical style."""

    def __init__(self, document: RawDocument, schema: SpecSchema) -> None:
        self._document, self._schema = document, schema
        self._lines = document.text.split("\n")
        self._head, self._comments, self._foot = attach_comments(document) if document.text else ([], {}, [])

    def text(self) -> str:
        """Return the whole text."""
        lines = [*self._head, *self._mapping((), self._document.data, self._schema.fields, 0), *self._foot]
        return "\n".join(line.rstrip() if not line.endswith("\\") else line for line in lines) + "\n"

    def _source(self, at: Pointer) -> str:
        """Return the value as it was written, or "" if it was not read from a file."""
        if not self._document.text:
            return ""
        span = self._document.span(at)
        lines = self._lines[span.line - 1 : span.end_line]
        lines[-1] = lines[-1][: span.end_column - 1]
        lines[0] = lines[0][span.column - 1 :]
        return "\n".join(line.removesuffix("\r") for line in lines)

    def _mapping(self, pointer: Pointer, data: dict[str, Any], fields: tuple[Field, ...], indent: int) -> Iterator[str]:
        order = {known.name: place for place, known in enumerate(fields)}
        first = True
        for key in sorted(data, key=lambda name: order.get(name, len(order))) if fields else data:
            at = (*pointer, key)
            known = next((each for each in fields if each.name == key), None)
            spaced = not pointer and not first and isinstance(data[key], (dict, list)) and bool(data[key])
            if spaced:
                yield ""
            comments = self._comments.get(at)
            if (spaced or first) and comments and comments.before[:1] == [""]:
                del comments.before[0]
            first = False
            yield from self._entry(at, f"{key_text(key)}:", data[key], known, indent)

    def _entry(self, at: Pointer, lead: str, value: Any, known: Field | None, indent: int) -> Iterator[str]:
        """Yield the lines of a key (or a dash) with its value and comments."""
        pad = " " * indent
        comments = self._comments.get(at, Comments())
        yield from (pad + line for line in comments.before)
        beside = f"  {comments.beside}" if comments.beside else ""
        if isinstance(value, (dict, list)) and value and not (flow := self._flow(at, value, indent + len(lead))):
            nested = list(self._nested(at, value, known, indent + 2))
            if lead == "-":
                # The first line of the item moves up to the dash; comments above it go above the dash.
                head = next(place for place, line in enumerate(nested) if not line.lstrip().startswith("#"))
                yield from (pad + line.lstrip() for line in nested[:head])
                if beside and isinstance(value, dict):
                    alone = self._comments.get((*at, next(iter(value))), Comments())
                    if len(nested) == 1 and not alone.beside:
                        nested[head] += beside  # an item of one line keeps it there
                    else:
                        yield f"{pad}{comments.beside}"
                yield f"{pad}- {nested[head][indent + 2 :]}"
                yield from nested[head + 1 :]
            else:
                yield f"{pad}{lead}{beside}"
                yield from nested
        else:
            text = flow if isinstance(value, (dict, list)) and value else self._value(at, value, indent)
            first, *rest = text.split("\n")
            yield f"{pad}{lead} {first}{beside}"
            yield from rest
        yield from (pad + line for line in comments.after)

    def _nested(self, at: Pointer, value: Any, known: Field | None, indent: int) -> Iterator[str]:
        fields = known.fields if known else ()
        if isinstance(value, dict):
            inner = known.item if known and known.item and known.kind == "object" else None
            if inner:
                for key in value:
                    yield from self._entry((*at, key), f"{key_text(key)}:", value[key], inner, indent)
            else:
                yield from self._mapping(at, value, fields, indent)
            return
        spaced = len(at) == 1 and any(isinstance(item, dict) for item in value)
        for index, item in enumerate(value):
            if spaced and index:
                yield ""
            yield from self._entry((*at, index), "-", item, known.item if known else None, indent)

    def _flow(self, at: Pointer, value: Any, column: int) -> str:
        """Return the value on one line, if it was written so (or is a list of scalars from elsewhere) and has no comments; else ""."""
        source = self._source(at)
        short = isinstance(value, list) and all(not isinstance(item, (dict, list)) for item in value)
        if not ((source[:1] in ("[", "{") and "\n" not in source) or (not self._document.text and short)):
            return ""
        if any(known[: len(at)] == at and len(known) > len(at) for known in self._comments):
            return ""
        if any("\n" in text for _, text in scalars(value) if isinstance(text, str)):
            return ""
        text = flow_text(value)
        return text if column + len(text) < _FLOW_WIDTH else ""

    def _value(self, at: Pointer, value: Any, indent: int) -> str:
        if isinstance(value, (dict, list)):
            return "{}" if isinstance(value, dict) else "[]"
        source = self._source(at)
        if isinstance(value, str):
            return (source[:1] == ">" and folded_block(source, indent)) or string_text(value, indent)
        return source if source and "\n" not in source and source[:1] not in "\"'" else scalar_text(value)
