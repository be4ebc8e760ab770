"""Read the JSON Schema of the format as fields.

The schema is the single source for sections: their order, titles, descriptions, examples, and the keys that identify
list items. Pages, formatter, importers, exporters and diff read it from here.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from integration_specs.documents.pointers import find_texts, with_reference

Kind = Literal["text", "choice", "integer", "boolean", "object", "list", "value"]
Need = Literal["always", "active", "optional"]
Pointer = tuple[str | int, ...]


class SchemaError(Exception):
    """The schema is missing, is not a schema of this format, or has a `$ref` to another file."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One property of the format.

    `format` is the format of a text (`line markdown code url date duration owner spec attachment`), or `example` for a
    value of any type. `need` says when the property is required: `active` means unless the spec is a draft. `fields`
    are the properties of an object, or of the items of a list. `item` describes the items of a list, or the values of an
    object with free keys. `keys` are the alternative identities of an item; `.` is the item itself. `guidance` are the
    texts of the blank template, `below` whether they are bullets below the label.
    """

    name: str
    title: str
    description: str
    kind: Kind
    format: str = ""
    need: Need = "optional"
    guidance: tuple[str, ...] = ()
    below: bool = False
    example: Any = None
    default: Any = None
    choices: tuple[str, ...] = ()
    fields: tuple["Field", ...] = ()
    item: "Field | None" = None
    keys: tuple[tuple[str, ...], ...] = ()
    header: bool = False

    def field(self, name: str) -> "Field | None":
        """Return the property `name` of this object, or of the items of this list."""
        return next((field for field in self.fields if field.name == name), None)

    def identity(self, item: Any) -> str:
        """Return the identity of an item of this list: the values of its key, or of the parts that it has."""
        if not isinstance(item, dict):
            return str(item)
        for key in self.keys:
            values = [str(item[name]) for name in key if name in item]
            if len(values) == len(key):
                return " ".join(values)
        return " ".join(str(item[name]) for key in self.keys for name in key if name in item)


@dataclass(frozen=True)
class SpecSchema:
    """A schema: its fields in order, and the JSON for validators."""

    json: dict[str, Any]
    fields: tuple[Field, ...]

    @cached_property
    def header(self) -> tuple[Field, ...]:
        """The fields above the sections."""
        return tuple(field for field in self.fields if field.header)

    @cached_property
    def sections(self) -> tuple[Field, ...]:
        """The numbered sections, in order."""
        return tuple(field for field in self.fields if not field.header)

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The `{{placeholders}}` of the blank template."""
        lines = (line for _, field in self.all_fields() for line in field.guidance)
        return frozenset(text for line in lines for text in re.findall(r"\{\{[^{}]+\}\}", line))

    def all_fields(self) -> Iterator[tuple[Pointer, Field]]:
        """Yield every field with the keys that lead to it."""
        stack: list[tuple[Pointer, Field]] = [((field.name,), field) for field in self.fields]
        while stack:
            pointer, field = stack.pop()
            yield pointer, field
            stack += [((*pointer, each.name), each) for each in field.fields]

    def section_number(self, name: str) -> int:
        """Return the number of a section, from 1; 0 if it is not a section."""
        return next((number for number, field in enumerate(self.sections, 1) if field.name == name), 0)

    def at(self, pointer: Pointer) -> Field | None:
        """Return the field of the value at `pointer`; None outside of the schema (`x-` keys, example bodies)."""
        # All items of a list have the same field.
        return self._at(tuple(0 if isinstance(step, int) else step for step in pointer))

    def fields_at(self, pointer: Pointer) -> tuple[Field, ...]:
        """Return the fields of the object at `pointer`; those of the document for ()."""
        found = self.at(pointer) if pointer else self
        return found.fields if found else ()

    @cached_property
    def _at(self) -> Callable[[Pointer], Field | None]:
        return lru_cache(maxsize=4096)(self._find)

    def _find(self, pointer: Pointer) -> Field | None:
        fields: tuple[Field, ...] = self.fields
        found: Field | None = None
        for step in pointer:
            if isinstance(step, int):
                found = found.item if found else None
            else:
                found = next((field for field in fields if field.name == step), found.item if found else None)
            if found is None:
                return None
            fields = found.fields
        return found

    def identity_path(self, data: Any, pointer: Pointer) -> str:
        """Return `pointer` with identities in place of positions: `endpoints[POST /orders].timeout`.

        Data may lack the value, as the valid part of an invalid spec does; then its position stays.
        """
        text, value = "", data
        for depth, step in enumerate(pointer):
            is_there = (
                step in value if isinstance(value, dict) else isinstance(value, list) and step in range(len(value))
            )
            value = value[step] if is_there else None
            if isinstance(step, int):
                field = self.at(pointer[:depth])
                text += f"[{(field.identity(value) if field and is_there else '') or step}]"
            else:
                text += f".{step}" if text else step
        return text


def schema_folder() -> Path:
    """Return the folder of the bundled schemas: in the wheel, or in a checkout."""
    here = Path(__file__).parent.parent
    inside = here / "schema"
    return inside if inside.is_dir() else here.parent.parent / "schema"


def read_schema(path: Path | None = None) -> SpecSchema:
    """Read a schema of specs, by default the bundled one. Raises `SchemaError`."""
    path = path or schema_folder() / "integration-spec.schema.json"
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise SchemaError(f"{path}: the schema does not exist; set `schema` in the settings to its folder") from None
    except (OSError, ValueError) as error:
        raise SchemaError(f"{path}: cannot read the schema: {error}") from None
    if not isinstance(content, dict):
        raise SchemaError(f"{path}: the schema must be a JSON object")
    for _, reference in find_texts(content, lambda name, _: name == "$ref"):
        if not reference.startswith("#/"):
            raise SchemaError(f"{path}: `$ref: {reference}` leaves the schema; write a reference that starts with `#/`")
    try:
        return SpecSchema(content, _fields(content, content, content.get("else")))
    except (AttributeError, KeyError, TypeError) as error:
        raise SchemaError(f"{path}: not a schema of integration specs: {error!r}") from None


def _fields(root: dict[str, Any], node: dict[str, Any], active: Any) -> tuple[Field, ...]:
    """Return the properties of an object schema; `active` is its part that applies unless the spec is a draft."""
    active = active if isinstance(active, dict) else {}
    always, later = set(node.get("required", ())), set(active.get("required", ()))
    return tuple(
        _field(
            root,
            name,
            property_,
            "always" if name in always else "active" if name in later else "optional",
            active.get("properties", {}).get(name, {}),
        )
        for name, property_ in node.get("properties", {}).items()
    )


def _field(root: dict[str, Any], name: str, node: dict[str, Any], need: Need, active: dict[str, Any]) -> Field:
    node = with_reference(root, node)
    kind: Kind = "choice" if "enum" in node else _KINDS.get(node.get("type", ""), "value")
    fields: tuple[Field, ...] = ()
    item = None
    if kind == "object":
        fields = _fields(root, node, active)
        if isinstance(node.get("additionalProperties"), dict):
            item = _field(root, name, node["additionalProperties"], "always", {})
    elif kind == "list":
        item = _field(root, name, node.get("items", {}), "always", active.get("items", {}))
        fields = item.fields
    guidance = node.get("x-guidance", ())
    return Field(
        name=name,
        title=node.get("title", name),
        description=node.get("description", ""),
        kind=kind,
        format=node.get("x-format", "line" if kind == "text" else ""),
        need=need,
        guidance=(guidance,) if isinstance(guidance, str) else tuple(guidance),
        below=bool(guidance) and not isinstance(guidance, str),
        example=next(iter(node.get("examples", ())), None),
        default=node.get("default"),
        choices=tuple(node.get("enum", ())),
        fields=fields,
        item=item,
        keys=_keys(node, fields) if kind == "list" else (),
        header=node.get("x-header", kind not in ("object", "list")),
    )


_KINDS: dict[str, Kind] = {
    "string": "text",
    "integer": "integer",
    "number": "integer",
    "boolean": "boolean",
    "object": "object",
    "array": "list",
}


def _keys(node: dict[str, Any], fields: tuple[Field, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the alternative identities of an item: `"name"`, `["method", "path"]` or `[["id"], ["method", "path"]]`."""
    key = node.get("x-key") or ([fields[0].name] if fields else ".")
    if isinstance(key, str):
        return ((key,),)
    if all(isinstance(part, str) for part in key):
        return (tuple(key),)
    return tuple(tuple(part) for part in key)
