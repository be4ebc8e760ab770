"""A spec to fill in: valid as a draft, with the schema's help as comments; all from the schema."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from integration_specs.documents import load_text
from integration_specs.formatting import EDITOR_LINE, format_document, to_yaml
from integration_specs.validation.schema import Field, Pointer, SpecSchema

DAYS_TO_ANSWER = 30
"""Days until the questions of a new draft are due."""

_HEAD = (
    "## A draft: answer the TODOs, take the `# ` off what you need, and remove `status: draft` when all is said.",
    "## `integration-specs check` tells what is missing; `integration-specs fmt` brings it into order.",
)


def draft(schema: SpecSchema, facts: dict[str, Any], today: date, editor_schema: str = "") -> str:
    """The text of a new draft.

    `facts` are values of the header (`system` and `type` must be among them); with an `owner` among them, every text that
    an active spec must have is a question to that owner, else it is commented out. What cannot be asked in a text (lists, choices)
    is the schema's example, commented out: taking `# ` off all its lines gives a spec of right shape.
    """
    header = {"last_updated": today.isoformat(), "status": "draft"} | facts
    question = (
        f"TODO({(today + timedelta(DAYS_TO_ANSWER)).isoformat()}, {facts['owner']}): " if "owner" in facts else ""
    )
    wanted = [field for field in schema.sections if field.need != "optional"]
    data = {field.name: header[field.name] for field in schema.header if field.name in header}
    data |= {field.name: _value(field, question) for field in wanted}
    lines = [*([EDITOR_LINE + editor_schema] if editor_schema else ()), *_HEAD]
    lines += _with_help(schema, data, question)
    return format_document(load_text("\n".join(lines) + "\n", "draft"), schema)


def _value(field: Field, question: str) -> Any:
    """A question where a text is wanted, the example elsewhere."""
    if field.kind == "object" and field.fields:
        return {
            child.name: _value(child, question) for child in field.fields if child.need != "optional"
        } or field.example
    if _is_asked(field, question):
        words = " ".join(field.guidance) or field.description
        return question + re.sub(r"\{\{|\}\}", "", words).strip()
    if field.kind == "list" and field.fields:
        wanted = {child.name: child.example for child in field.fields if child.need != "optional"}
        return [wanted | item for item in (field.example or [{}])[:1]]
    return field.example


def _is_asked(field: Field, question: str) -> bool:
    """Whether the value of a field (or one below it) is a question, so that it stands in the draft as it is."""
    if field.kind == "object":
        return any(_is_asked(child, question) for child in field.fields if child.need != "optional")
    return bool(question) and field.kind == "text" and field.format in ("line", "markdown") and field.need != "optional"


def _with_help(schema: SpecSchema, data: dict[str, Any], question: str) -> list[str]:
    """The lines of `data` with help above each wanted key, and a `# ` before what is only an example."""
    text = to_yaml(data, schema)
    document = load_text(text, "draft")
    lines = text.splitlines()
    above: dict[int, list[str]] = {}
    for pointer, field in _wanted((), schema.sections, data):
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


def _wanted(at: Pointer, fields: tuple[Field, ...], data: dict[str, Any]) -> Iterator[tuple[Pointer, Field]]:
    """Every key of `data` that a field with help describes, outside lists."""
    for field in fields:
        if field.name in data:
            yield (*at, field.name), field
            if field.kind == "object" and isinstance(data[field.name], dict):
                yield from _wanted((*at, field.name), field.fields, data[field.name])
