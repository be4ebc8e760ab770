"""Text of a new draft: a valid spec with the answers of its author, TODOs, and the help texts of the schema as comments."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from integration_specs.documents import load_text
from integration_specs.formatting import EDITOR_LINE, format_document, to_yaml
from integration_specs.validation.schema import Field, Pointer, SpecSchema

DAYS_TO_ANSWER = 30
"""Days until the TODOs of a new draft are due."""


def draft(schema: SpecSchema, answers: Mapping[Pointer, Any], today: date, editor_schema: str = "") -> str:
    """Return the text of a new draft.

    `answers` are values by their pointer, at least for `system` and `type`. With an `owner`, every other text that an
    active spec requires is a TODO for that owner; without one it is commented out. The rest are the examples of the
    schema, commented out: without the `# ` they are valid.
    """
    return _Draft(schema, answers, today).text(editor_schema)


def todo(owner: str, today: date, question: str) -> str:
    """Return an open question of a new draft."""
    return f"TODO({(today + timedelta(DAYS_TO_ANSWER)).isoformat()}, {owner}): {question}"


class _Draft:
    def __init__(self, schema: SpecSchema, answers: Mapping[Pointer, Any], today: date) -> None:
        header: dict[Pointer, Any] = {("last_updated",): today.isoformat(), ("status",): "draft"}
        self._schema, self._today = schema, today
        self._answers = {**header, **answers}
        self._owner = str(answers.get(("owner",), ""))

    def text(self, editor_schema: str) -> str:
        sections = [field for field in self._schema.sections if field.need != "optional"]
        header = [field for field in self._schema.header if (field.name,) in self._answers]
        data = {field.name: self._answers[field.name,] for field in header}
        data |= {field.name: self._value((field.name,), field) for field in sections}
        first = "replace the TODOs, uncomment" if self._owner else "uncomment"
        lines = [
            *([EDITOR_LINE + editor_schema] if editor_schema else ()),
            f"## A draft: {first} what you need, and remove `status: draft` when it is complete.",
            "## `integration-specs check --status active ID` shows what is missing; `integration-specs fmt` sorts the keys.",
            *self._commented(data),
        ]
        return format_document(load_text("\n".join(lines) + "\n", "draft"), self._schema)

    def _value(self, pointer: Pointer, field: Field) -> Any:
        """Return the answer, a TODO for a text, or the example."""
        if pointer in self._answers:
            return self._answers[pointer]
        required = [child for child in field.fields if child.need != "optional"]
        if field.kind == "object" and field.fields:
            return {child.name: self._value((*pointer, child.name), child) for child in required} or field.example
        if self._is_todo(field):
            words = " ".join(field.guidance) or field.description
            return todo(self._owner, self._today, re.sub(r"\{\{|\}\}", "", words).strip())
        if field.kind == "list" and field.fields:
            return [{child.name: child.example for child in required} | item for item in (field.example or [{}])[:1]]
        return field.example

    def _is_todo(self, field: Field) -> bool:
        is_text = field.kind == "text" and field.format in ("line", "markdown")
        return is_text and bool(self._owner) and field.need != "optional"

    def _is_active(self, pointer: Pointer, field: Field) -> bool:
        """Return whether the value of a field, or one below it, is an answer or a TODO and therefore not commented out."""
        if pointer in self._answers or self._is_todo(field):
            return True
        children = field.fields if field.kind == "object" else ()
        return any(self._is_active((*pointer, each.name), each) for each in children if each.need != "optional")

    def _commented(self, data: dict[str, Any]) -> list[str]:
        """Return the lines of `data` with help above each key, and examples commented out."""
        text = to_yaml(data, self._schema)
        document = load_text(text, "draft")
        lines = text.splitlines()
        above: dict[int, list[str]] = {}
        for pointer, field in _described((), self._schema.sections, data):
            place, column = document.key_span(pointer).line - 1, document.key_span(pointer).column - 1
            number = self._schema.section_number(field.name) if len(pointer) == 1 else 0
            title = f"{number}. {field.title}" if number else field.title
            choices = f" One of {', '.join(field.choices)}." if field.choices else ""
            section = next(each for each in self._schema.sections if each.name == pointer[0])
            if not self._is_active(pointer[:1], section):
                column = 0
            above[place] = [*([""] if number else []), f"{' ' * column}## {title}: {field.description}{choices}"]
            if not self._is_active(pointer, field):
                for each in range(place, document.span(pointer).end_line):
                    if not lines[each][column:].startswith("# "):
                        lines[each] = f"{lines[each][:column]}# {lines[each][column:]}".rstrip()
        return [
            line for place, text in enumerate(lines) for line in (*above.get(place, ()), text) if line or place in above
        ]


def _described(at: Pointer, fields: tuple[Field, ...], data: dict[str, Any]) -> Iterator[tuple[Pointer, Field]]:
    """Yield each key of `data` outside lists, with its field."""
    for field in fields:
        if field.name in data:
            yield (*at, field.name), field
            if field.kind == "object" and isinstance(data[field.name], dict):
                yield from _described((*at, field.name), field.fields, data[field.name])
