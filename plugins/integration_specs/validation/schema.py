"""Schema file to `SpecSchema`: the only reader of JSON Schema words.

The schema is the single list of sections: their titles, order, help, examples and what identifies the items of each
list. Pages, formatter, importers, exporters and the diff walk read it from here.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

Kind = Literal["text", "choice", "integer", "flag", "object", "list", "value"]
Need = Literal["always", "active", "optional"]
Pointer = tuple[str | int, ...]


class SchemaError(Exception):
    """The schema itself cannot be used: it is missing, is not JSON, or points out of itself."""


@dataclass(frozen=True, slots=True)
class Field:
    """One property of the format.

    `kind` says what a value is, `format` how a text is meant (`line markdown code url date duration owner spec
    attachment`) or, for a free value, `example`. `need` says when it must be there: `active` means unless the spec is a
    draft. `fields` are the properties of an object or of a list's
    items; `item` describes a list's items or the values of an object with free keys; `keys` are the alternatives that identify
    an item (`.` is the item itself). `guidance` holds the words of the blank template, `below` whether they
    stand in bullets below the label.
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
        """The property `name` of this object, or of this list's items."""
        return next((field for field in self.fields if field.name == name), None)

    def identity(self, item: Any) -> str:
        """What tells this item of the list from its neighbours: the parts of its key that it has, perhaps none."""
        if not isinstance(item, dict):
            return str(item)
        for key in self.keys:
            if all(name in item for name in key):
                return " ".join(str(item[name]) for name in key)
        return " ".join(str(item[name]) for key in self.keys for name in key if name in item)


@dataclass(frozen=True)
class SpecSchema:
    """A schema, read: `fields` in their order, and the JSON itself for validators."""

    json: dict[str, Any]
    fields: tuple[Field, ...]

    @cached_property
    def header(self) -> tuple[Field, ...]:
        """What stands above the sections: plain facts about the spec."""
        return tuple(field for field in self.fields if field.header)

    @cached_property
    def sections(self) -> tuple[Field, ...]:
        """The numbered sections, in order: every object and list that is not part of the header."""
        return tuple(field for field in self.fields if not field.header)

    def section_number(self, name: str) -> int:
        """Number of the section `name`, counted from 1; 0 when it is not a section."""
        return next((number for number, field in enumerate(self.sections, 1) if field.name == name), 0)

    def at(self, pointer: Pointer) -> Field | None:
        """The field that describes the value at `pointer`; None outside the schema (`x-` notes, example bodies)."""
        return self._at(
            tuple(0 if isinstance(step, int) else step for step in pointer)
        )  # all items are described alike

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
        """`pointer` into `data` as people write it and as it stays when items move: `endpoints[POST /orders].timeout`."""
        text, value = "", data
        for depth, step in enumerate(pointer):
            value = value[step] if value is not None else None
            if isinstance(step, int):
                field = self.at(pointer[:depth])
                text += f"[{(field.identity(value) if field else '') or step}]"
            else:
                text += f".{step}" if text else step
        return text


def schema_folder() -> Path:
    """Folder of the schemas that come with the product: inside the wheel, or the repository's own."""
    here = Path(__file__).parent.parent
    inside = here / "schema"
    return inside if inside.is_dir() else here.parent.parent / "schema"


def read_schema(path: Path | None = None) -> SpecSchema:
    """Read a spec schema (by default the product's own).

    Raises `SchemaError` when it is missing, is no JSON object, or holds a `$ref` that leaves it.
    """
    path = path or schema_folder() / "integration-spec.schema.json"
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise SchemaError(f"{path}: there is no schema; set `schema` in the settings to its folder") from None
    except (OSError, ValueError) as error:
        raise SchemaError(f"{path}: the schema cannot be read: {error}") from None
    if not isinstance(content, dict):
        raise SchemaError(f"{path}: a schema is a JSON object")
    for reference in _references(content):
        if not reference.startswith("#/"):
            raise SchemaError(
                f"{path}: `$ref: {reference}` leaves the schema; only references that start with `#/` are followed"
            )
    try:
        return SpecSchema(content, _fields(content, content, content.get("else")))
    except (AttributeError, KeyError, TypeError) as error:
        raise SchemaError(f"{path}: this is not a schema of integration specs: {error!r}") from None


def _references(node: Any) -> Iterator[str]:
    stack = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def _resolve(root: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """`node` with its `$ref` merged in; what the node says itself wins."""
    while reference := node.get("$ref"):
        target: Any = root
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def _fields(root: dict[str, Any], node: dict[str, Any], active: Any) -> tuple[Field, ...]:
    """The properties of an object schema; `active` is the part that holds unless the spec is a draft."""
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
    node = _resolve(root, node)
    kind = _kind(node)
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
    "boolean": "flag",
    "object": "object",
    "array": "list",
}


def _kind(node: dict[str, Any]) -> Kind:
    return "choice" if "enum" in node else _KINDS.get(node.get("type", ""), "value")


def _keys(node: dict[str, Any], fields: tuple[Field, ...]) -> tuple[tuple[str, ...], ...]:
    """Alternatives of what identifies an item: `"name"`, `["method", "path"]` or `[["id"], ["method", "path"]]`."""
    key = node.get("x-key") or ([fields[0].name] if fields else ".")
    if isinstance(key, str):
        return ((key,),)
    if all(isinstance(part, str) for part in key):
        return (tuple(key),)
    return tuple(tuple(part) for part in key)
