"""The shape of an example: which fields it has and of what type, as paths that the data mapping uses.

Dots lead into objects, `[]` into lists: `charges[].id`. A body of text is read by its content type: a form gives its
names, XML its element names, CSV its columns, JSON written as text its fields; any other text has no fields that a machine could see.
"""

import csv
import json
import re
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import parse_qsl

Type = Literal["string", "integer", "number", "boolean", "null", "object", "array", "date", "date-time"]

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?P<time>[T ][0-9:.]{5,15}(Z|[+-][0-9]{2}:?[0-9]{2})?)?")
_MOST_FIELDS = 20_000


def type_of(value: Any) -> Type:
    """The type of a JSON value; a text that is a date or a time counts as one."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case dict():
            return "object"
        case list():
            return "array"
    found = _DATE.fullmatch(value) if isinstance(value, str) and len(value) < 40 else None
    return "string" if not found else "date-time" if found["time"] else "date"


def fields(body: Any, content_type: str = "", mark: str = "[]") -> dict[str, frozenset[Type]]:
    """Every field of an example with the types that it has there, containers included; empty when nothing can be seen.

    With an empty `mark` the paths are plain ones, as `plain_path` makes them.
    """
    found: dict[str, set[Type]] = {}
    for path, value_type in _walk(body, mark) if not isinstance(body, str) else _text(body, content_type.lower()):
        found.setdefault(path, set()).add(value_type)
        if len(found) >= _MOST_FIELDS:
            break
    return {path: frozenset(types) for path, types in found.items()}


def is_seen(path: str, known: dict[str, frozenset[Type]]) -> bool:
    """Whether the mapped `path` is a field of an example; list marks may be left out and places numbered (`messages[0].id`)."""
    return path in known or plain_path(path) in {plain_path(each) for each in known}


def plain_path(path: str) -> str:
    """A path without list marks and indexes, for comparison: `charges[0].id` and `charges[].id` are `charges.id`."""
    return re.sub(r"\[[0-9]*\]", "", path).removeprefix("$.").strip(".")


def _walk(body: Any, mark: str = "[]") -> Iterator[tuple[str, Type]]:
    stack: list[tuple[str, Any]] = [("", body)]
    while stack:
        path, value = stack.pop()
        if path:
            yield path, type_of(value)
        if isinstance(value, dict):
            stack.extend((f"{path}.{key}" if path else key, each) for key, each in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend((f"{path}{mark}", each) for each in reversed(value))


def _text(body: str, content_type: str) -> Iterator[tuple[str, Type]]:
    if "x-www-form-urlencoded" in content_type:
        for name, value in parse_qsl(body.strip(), keep_blank_values=True):
            yield name, type_of(value)
    elif "xml" in content_type:
        yield from _xml(body)
    elif "csv" in content_type:
        rows = csv.reader(body.splitlines()[:2], delimiter=";" if ";" in body.partition("\n")[0] else ",")
        for name in next(rows, []):
            yield name.strip(), "string"
    elif body.lstrip()[:1] in ("{", "["):
        try:
            yield from _walk(json.loads(body))
        except (ValueError, RecursionError):
            return


_TAG = re.compile(r"<(?P<close>/)?(?:[\w.-]+:)?(?P<name>[\w.-]+)(?P<rest>[^<>]*?)(?P<empty>/)?>", re.ASCII)
_ATTRIBUTE = re.compile(r"(?:[\w.-]+:)?([\w.-]+)\s*=\s*[\"']", re.ASCII)


def _xml(body: str) -> Iterator[tuple[str, Type]]:
    """Element and attribute (`@name`) paths without namespaces; by tags alone, so that no entity is ever expanded."""
    path: list[str] = []
    for tag in _TAG.finditer(re.sub(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^>]*>", "", body, flags=re.DOTALL)):
        if tag["close"]:
            if path:
                path.pop()
            continue
        path.append(tag["name"])
        yield ".".join(path), "string"
        for name in _ATTRIBUTE.findall(tag["rest"]):
            yield f"{'.'.join(path)}.@{name}", "string"
        if tag["empty"]:
            path.pop()
