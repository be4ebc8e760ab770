"""Text of a new draft: a valid spec with the help texts of the schema as comments."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from integration_specs.documents import load_text
from integration_specs.formatting import EDITOR_LINE, format_document, to_yaml
from integration_specs.validation.schema import Field, Pointer, SpecSchema

DAYS_TO_ANSWER = 30
"""Days until the TODOs of a new draft are due."""

_HEAD = (
    "## A draft: replace the TODOs, uncomment what you need, and remove `status: draft` when it is complete.",
    "## `integration-specs check` reports problems; `integration-specs fmt` sorts the keys.",
)


def draft(schema: SpecSchema, facts: dict[str, Any], today: date, editor_schema: str = "") -> str:
    """Return the text of a new draft.

    `facts` are values of the header, at least `system` and `type`. With an `owner`, every text that an active spec
    requires is a TODO for that owner; without one it is commented out. Lists and choices are the examples of the schema,
    commented out: without the `# ` they are valid.
    """
    header = {"last_updated": today.isoformat(), "status": "draft"} | facts
    question = (
        f"TODO({(today + timedelta(DAYS_TO_ANSWER)).isoformat()}, {facts['owner']}): " if "owner" in facts else ""
    )
    required = [field for field in schema.sections if field.need != "optional"]
    data = {field.name: header[field.name] for field in schema.header if field.name in header}
    data |= {field.name: _value(field, question) for field in required}
    lines = [*([EDITOR_LINE + editor_schema] if editor_schema else ()), *_HEAD]
    lines += _with_help(schema, data, question)
    return format_document(load_text("\n".join(lines) + "\n", "draft"), schema)


def _value(field: Field, question: str) -> Any:
    """Return a TODO for a text, and the example for anything else."""
    if field.kind == "object" and field.fields:
        return {
            child.name: _value(child, question) for child in field.fields if child.need != "optional"
        } or field.example
    if _is_asked(field, question):
        words = " ".join(field.guidance) or field.description
        return question + re.sub(r"\{\{|\}\}", "", words).strip()
    if field.kind == "list" and field.fields:
        required = {child.name: child.example for child in field.fields if child.need != "optional"}
        return [required | item for item in (field.example or [{}])[:1]]
    return field.example


def _is_asked(field: Field, question: str) -> bool:
    """Return whether the value of a field, or one below it, is a TODO and therefore not commented out."""
    if field.kind == "object":
        return any(_is_asked(child, question) for child in field.fields if child.need != "optional")
    return bool(question) and field.kind == "text" and field.format in ("line", "markdown") and field.need != "optional"


def _with_help(schema: SpecSchema, data: dict[str, Any], question: str) -> list[str]:
    """Return the lines of `data` with help above each key, and examples commented out."""
    text = to_yaml(data, schema)
    document = load_text(text, "draft")
    lines = text.splitlines()
    above: dict[int, list[str]] = {}
    for pointer, field in _described((), schema.sections, data):
        place, column = document.key_span(pointer).line - 1, document.key_span(pointer).column - 1
        number = schema.section_number(field.name) if len(pointer) == 1 else 0
        title = f"{number}. {field.title}" if number else field.title
        choices = f" One of {', '.join(field.choices)}." if field.choices else ""
        if not _is_asked(_section(schema, pointer), question):
            column = 0
        above[place] = [*([""] if number else []), f"{' ' * column}## {title}: {field.description}{choices}"]
        if not _is_asked(field, question):
            for each in range(place, document.span(pointer).end_line):
                if not lines[each][column:].startswith("# "):
                    lines[each] = f"{lines[each][:column]}# {lines[each][column:]}".rstrip()
    return [
        line for place, text in enumerate(lines) for line in (*above.get(place, ()), text) if line or place in above
    ]


def _section(schema: SpecSchema, pointer: Pointer) -> Field:
    return next(field for field in schema.sections if field.name == pointer[0])


def _described(at: Pointer, fields: tuple[Field, ...], data: dict[str, Any]) -> Iterator[tuple[Pointer, Field]]:
    """Yield each key of `data` outside lists, with its field."""
    for field in fields:
        if field.name in data:
            yield (*at, field.name), field
            if field.kind == "object" and isinstance(data[field.name], dict):
                yield from _described((*at, field.name), field.fields, data[field.name])
