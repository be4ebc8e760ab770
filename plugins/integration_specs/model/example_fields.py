"""The shape of an example: which fields it has and of what type, as paths that the data mapping uses.

Dots lead into objects, `[]` into lists: `charges[].id`. A body of text is read by its content type: a form gives its
names, XML its element names, CSV its columns, JSON written as text its fields; any other text has no fields that a machine could see.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Literal
from urllib.parse import parse_qsl

Type = Literal["string", "integer", "number", "boolean", "null", "object", "array", "date", "date-time"]

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?P<time>[T ][0-9:.]{5,15}(Z|[+-][0-9]{2}:?[0-9]{2})?)?")
_MOST_FIELDS = 20_000


def type_of(value: Any) -> Type:
    """The type of a JSON value; a text that is a date or a time counts as one."""
    plain = _PLAIN_TYPES.get(type(value))
    if plain:
        return plain
    found = _DATE.fullmatch(value) if isinstance(value, str) and value[:1].isdigit() and len(value) < 40 else None
    return "string" if not found else "date-time" if found["time"] else "date"


_PLAIN_TYPES: dict[type, Type] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
}
_ALONE: dict[Type, frozenset[Type]] = {
    each: frozenset([each]) for each in (*_PLAIN_TYPES.values(), "string", "date", "date-time")
}

_PLAIN = {kind: _ALONE[name] for kind, name in _PLAIN_TYPES.items()}
_OBJECT, _ARRAY, _STRING = _ALONE["object"], _ALONE["array"], _ALONE["string"]


def fields(body: Any, content_type: str = "", mark: str = "[]") -> dict[str, frozenset[Type]]:
    """Every field of an example with the types that it has there, containers included; empty when nothing can be seen.

    With an empty `mark` the paths are plain ones, as `plain_path` makes them.
    """
    if isinstance(body, str):
        return _text(body, content_type.lower(), mark)
    found: dict[str, frozenset[Type]] = {}
    stack: list[tuple[str, Any]] = [("", body)]
    while stack and len(found) < _MOST_FIELDS:
        path, value = stack.pop()
        is_object = isinstance(value, dict)
        lead = f"{path}." if path else ""
        for key, each in (
            value.items() if is_object else ((mark, item) for item in value) if isinstance(value, list) else ()
        ):
            inner = lead + key if is_object else path + mark
            types = _PLAIN.get(type(each)) or (_ALONE[type_of(each)] if each[:1].isdigit() else _STRING)
            known = found.get(inner) if inner else types
            if known is None:
                found[inner] = types
            elif known is not types and inner:
                found[inner] = known | types
            if types is _OBJECT or types is _ARRAY:
                stack.append((inner, each))
    return found


def is_seen(path: str, known: dict[str, frozenset[Type]]) -> bool:
    """Whether the mapped `path` is a field of an example; list marks may be left out and places numbered (`messages[0].id`)."""
    return path in known or plain_path(path) in {plain_path(each) for each in known}


def plain_path(path: str) -> str:
    """A path without list marks and indexes, for comparison: `charges[0].id` and `charges[].id` are `charges.id`."""
    return re.sub(r"\[[0-9]*\]", "", path).removeprefix("$.").strip(".")


def _text(body: str, content_type: str, mark: str) -> dict[str, frozenset[Type]]:
    names: Iterable[str] = ()
    if "x-www-form-urlencoded" in content_type:
        pairs = parse_qsl(body.strip(), keep_blank_values=True)
        return {name: _ALONE[type_of(value)] for name, value in pairs[:_MOST_FIELDS]}
    if "xml" in content_type:
        names = _xml(body)
    elif "csv" in content_type:
        rows = csv.reader(body.splitlines()[:2], delimiter=";" if ";" in body.partition("\n")[0] else ",")
        names = (name.strip() for name in next(rows, []))
    elif body.lstrip()[:1] in ("{", "["):
        try:
            return fields(json.loads(body), mark=mark)
        except (ValueError, RecursionError):
            return {}
    return dict.fromkeys(islice(names, _MOST_FIELDS), _ALONE["string"])


_TAG = re.compile(r"<(?P<close>/)?(?:[\w.-]+:)?(?P<name>[\w.-]+)(?P<rest>[^<>]*?)(?P<empty>/)?>", re.ASCII)
_ATTRIBUTE = re.compile(r"(?:[\w.-]+:)?([\w.-]+)\s*=\s*[\"']", re.ASCII)


def _xml(body: str) -> Iterator[str]:
    """Element and attribute (`@name`) paths without namespaces; by tags alone, so that no entity is ever expanded."""
    path: list[str] = []
    for tag in _TAG.finditer(re.sub(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^>]*>", "", body, flags=re.DOTALL)):
        if tag["close"]:
            if path:
                path.pop()
            continue
        path.append(tag["name"])
        yield ".".join(path)
        for name in _ATTRIBUTE.findall(tag["rest"]):
            yield f"{'.'.join(path)}.@{name}"
        if tag["empty"]:
            path.pop()
