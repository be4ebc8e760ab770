"""Names of values for people."""

from dataclasses import dataclass
from typing import Any

from integration_specs.findings.rule_tables import RuleTable
from integration_specs.model import Spec
from integration_specs.text.display import printable
from integration_specs.text.messages import DerivedMessage, Message, joined
from integration_specs.validation.schema import Field, Pointer, SpecSchema

from . import Concern

_MAX_VALUE = 2_000
BODIES: dict[str, str] = {
    "request": Message("request"),
    "response": Message("response"),
    "payload": Message("payload"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """What `sections.toml` says of a section: its concern, and whether labels leave its name out."""

    name: str
    concern: Concern
    is_left_out: bool = True


SECTIONS = RuleTable("integration_specs.diff", "sections.toml", Section)


def label_of(schema: SpecSchema, spec: Spec, pointer: Pointer) -> str:
    """Return a name for the value at `pointer`: `POST /orders, timeout`, `scope recipients:write`."""
    words: list[str] = []
    value: Any = spec.data
    for depth, step in enumerate(pointer):
        value = value[step]
        field = schema.at(pointer[: depth + 1])
        if isinstance(step, int):
            words[-1:] = [_item_label(schema.at(pointer[:depth]), value, str(step))]
        else:
            is_named = field is not None and field.name == step  # not a key of `owners`, for example
            words.append(DerivedMessage(str.lower, field.title) if field and is_named else printable(str(step)))
    section = SECTIONS.get(str(pointer[0])) if len(words) > 1 else None
    return joined("{first}, {second}", words[1:] if section and section.is_left_out else words)


def _item_label(field: Field | None, item: Any, otherwise: str) -> str:
    if field is None:
        return otherwise
    if isinstance(item, dict) and "method" in item and "path" in item:
        name = printable(f"{item['method']} {item['path']}", 100)
        return f"{name} ({item['id']})" if "id" in item else name
    identity = printable(" ".join(field.identity(item).split()), 80) or otherwise
    if is_row(item):
        return f"{item['local']} ↔ {item['remote']}"
    noun = DerivedMessage(str.lower, field.fields[0].title if field.fields else field.title)
    if not field.fields:
        return Message("{noun}: “{name}”", noun=noun, name=identity)
    return Message("{noun} {name}", noun=noun, name=identity)


def is_row(value: Any) -> bool:
    """Return whether a value is a row of the mapping."""
    return isinstance(value, dict) and "local" in value and "remote" in value


def shown_value(field: Field | None, value: Any) -> Any:
    """Return a value for reports: the identity of a list item, the beginning of a long text."""
    if is_row(value):
        return f"{value['local']} ↔ {value['remote']}"
    if field is not None and field.kind == "list" and not isinstance(value, list) and value is not None:
        return field.identity(value) or value
    if isinstance(value, str) and len(value) > _MAX_VALUE:
        return value[: _MAX_VALUE - 1] + "…"
    return value
