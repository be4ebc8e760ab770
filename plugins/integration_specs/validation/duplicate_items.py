"""Findings for list items with the same identity: links, diff and reports refer to an item by its identity."""

from collections.abc import Iterator
from typing import Any

from integration_specs.documents import Document
from integration_specs.findings import Finding
from integration_specs.text.display import printable
from integration_specs.text.messages import Message, joined

from .messages import RULES
from .schema import Field, Pointer, SpecSchema
from .violations import display_path


class DuplicateFinder:
    """Finds duplicate items in documents of one schema."""

    def __init__(self, schema: SpecSchema) -> None:
        self._schema = schema
        self._containers: dict[int, tuple[Field, ...]] = {}
        """For each tuple of fields, by its `id`, the fields that hold objects or lists: the only ones to visit."""
        self._collect(schema.fields)

    def _collect(self, fields: tuple[Field, ...]) -> None:
        if id(fields) in self._containers:
            return
        self._containers[id(fields)] = tuple(field for field in fields if field.kind in ("object", "list"))
        for field in self._containers[id(fields)]:
            self._collect(field.fields)
            if field.item:
                self._collect(field.item.fields)

    def __call__(self, document: Document) -> Iterator[Finding]:
        """Return a finding for each item whose identity an earlier item of the list has."""
        stack: list[tuple[Pointer, tuple[Field, ...], Any]] = [((), self._schema.fields, document.data)]
        while stack:
            pointer, fields, data = stack.pop()
            if not isinstance(data, dict):
                continue
            for field in self._containers[id(fields)]:
                value = data.get(field.name)
                if not value:
                    continue
                at, has_containers = (*pointer, field.name), bool(self._containers[id(field.fields)])
                if field.kind == "object":
                    if has_containers:
                        stack.append((at, field.fields, value))
                    if field.item and isinstance(value, dict):  # an object with free keys
                        stack.extend(((*at, key), field.item.fields, each) for key, each in value.items())
                elif isinstance(value, list):
                    if len(value) > 1:
                        yield from _duplicates(document, field, at, value)
                    if has_containers:
                        stack.extend(((*at, index), field.fields, item) for index, item in enumerate(value))


def _duplicates(document: Document, field: Field, at: Pointer, items: list[Any]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        identity = field.identity(item)
        if not identity or first.setdefault(identity, index) == index:
            continue
        here, there = document.key_span((*at, index)), document.key_span((*at, first[identity]))
        line = Message("line {line}", line=there.line) if there.line != here.line else Message("the same line")
        message = Message(
            "`{path}` has a duplicate `{identity}`; the first is on {line}",
            path=display_path(at),
            identity=printable(identity),
            line=line,
        )
        keys = [joined("{first} and {second}", (f"`{part}`" for part in key)) for key in field.keys if key != (".",)]
        help_ = Message("Remove one of them.")
        if keys:
            listed = joined("{first} or {second}", keys)
            help_ = Message("Remove one of them, or give it another {keys}.", keys=listed)
        yield RULES["duplicate-item"].finding(message, document.path, here, help_, pointer=(*at, index))
