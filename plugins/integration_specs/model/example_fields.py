"""The fields of an example and their types, by the paths that the data mapping uses.

Dots lead into objects, `[]` into lists: `charges[].id`. A text is read by its content type: the names of a form, the
elements of XML, the columns of CSV, the fields of JSON. Any other text has no fields.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, Literal
from urllib.parse import parse_qsl

from integration_specs.documents.pointers import Pointer
from integration_specs.text.json_text import read_json

Type = Literal["string", "integer", "number", "boolean", "null", "object", "array", "date", "date-time"]

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?P<time>[T ][0-9:.]{5,15}(Z|[+-][0-9]{2}:?[0-9]{2})?)?")
_MOST_FIELDS = 20_000
LONGEST_PATH = 1_000
"""What is inside a field with a longer path is compared as a whole."""


def type_of(value: Any) -> Type:
    """Return the type of a JSON value; `date` or `date-time` for a text of that form."""
    json_type = _JSON_TYPES.get(type(value))
    if json_type:
        return json_type
    found = _DATE.fullmatch(value) if isinstance(value, str) and value[:1].isdigit() and len(value) < 40 else None
    return "string" if not found else "date-time" if found["time"] else "date"


_JSON_TYPES: dict[type, Type] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
}
_SINGLE: dict[Type, frozenset[Type]] = {
    each: frozenset([each]) for each in (*_JSON_TYPES.values(), "string", "date", "date-time")
}

_TYPES = {kind: _SINGLE[name] for kind, name in _JSON_TYPES.items()}
_OBJECT, _ARRAY, _STRING = _SINGLE["object"], _SINGLE["array"], _SINGLE["string"]


def fields(body: Any, content_type: str = "", mark: str = "[]") -> dict[str, frozenset[Type]]:
    """Return every field of an example, containers included, with its types; nothing for a text without fields.

    With an empty `mark`, the paths are normalized as by `normalize_path`.
    """
    if isinstance(body, str):
        return _text(body, content_type.lower(), mark)
    found: dict[str, frozenset[Type]] = {}
    stack: list[tuple[str, Any]] = [("", body)]
    while stack and len(found) < _MOST_FIELDS:
        path, value = stack.pop()
        lead = f"{path}." if path else ""
        if isinstance(value, dict):
            children: Iterable[tuple[str, Any]] = value.items()
        else:
            lead, children = path, [(mark, item) for item in value] if isinstance(value, list) else ()
        for key, each in children:
            inner = lead + key
            types = _TYPES.get(each.__class__) or (_SINGLE[type_of(each)] if each[:1].isdigit() else _STRING)
            if inner:
                known = found.setdefault(inner, types)
                if known is not types:
                    found[inner] = known | types
            if (types is _OBJECT or types is _ARRAY) and len(inner) <= LONGEST_PATH:
                stack.append((inner, each))
    return found


def places(body: Any, mark: str = "[]") -> Iterator[tuple[str, Pointer, Any]]:
    """Yield each value of an example in its order, with the path of the field as in `fields` and the place; no very long path."""
    stack: list[tuple[str, Pointer, Any]] = [("", (), body)]
    while stack:
        path, place, value = stack.pop()
        if len(path) > LONGEST_PATH:
            continue
        yield path, place, value
        if isinstance(value, dict):
            lead = f"{path}." if path else ""
            stack.extend((f"{lead}{key}", (*place, key), each) for key, each in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend((f"{path}{mark}", (*place, index), each) for index, each in reversed([*enumerate(value)]))


def first_places(body: Any, mark: str = "[]") -> dict[str, Pointer]:
    """Return the first place of each field of an example by its path as in `fields`; the path of the body itself is empty."""
    found: dict[str, Pointer] = {}
    for path, place, _ in places(body, mark):
        found.setdefault(path, place)
    return found


@lru_cache(maxsize=8192)
def normalize_path(path: str) -> str:
    """Return a path without list marks and indexes, for comparison: `charges.id` for `charges[0].id` and `charges[].id`."""
    plain = re.sub(r"\[[0-9]*\]", "", path) if "[" in path else path
    return plain.removeprefix("$.").strip(".")


def _text(body: str, content_type: str, mark: str) -> dict[str, frozenset[Type]]:
    names: Iterable[str] = ()
    if "x-www-form-urlencoded" in content_type:
        pairs = parse_qsl(body.strip(), keep_blank_values=True)
        return {name: _SINGLE[type_of(value)] for name, value in pairs[:_MOST_FIELDS]}
    if "xml" in content_type:
        names = (path for path, _ in xml_texts(body))
    elif "csv" in content_type:
        rows = csv.reader(body.splitlines()[:2], delimiter=";" if ";" in body.partition("\n")[0] else ",")
        names = (name.strip() for name in next(rows, []))
    elif body.lstrip()[:1] in ("{", "["):
        value = read_json(body)
        return {} if value == body else fields(value, mark=mark)
    return dict.fromkeys(islice(names, _MOST_FIELDS), _SINGLE["string"])


_TAG = re.compile(r"<(?P<close>/)?(?:[\w.-]+:)?(?P<name>[\w.-]+)(?P<rest>[^<>]*?)(?P<empty>/)?>", re.ASCII)
_ATTRIBUTE = re.compile(r"(?<![\w.:-])(?!xmlns\b)(?:[\w.-]+:)?([\w.-]+)\s*=\s*[\"']", re.ASCII)


def xml_texts(body: str) -> Iterator[tuple[str, str]]:
    """Yield the paths of elements and attributes (`@name`), without namespaces, with the text at the start of an element.

    No XML parser: entities are never expanded.
    """
    path: list[str] = []
    body = re.sub(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^>]*>", "", body, flags=re.DOTALL)
    for tag in _TAG.finditer(body):
        if tag["close"]:
            if path:
                path.pop()
            continue
        path.append(tag["name"])
        yield ".".join(path), "" if tag["empty"] else body[tag.end() : body.find("<", tag.end())].strip()
        for name in _ATTRIBUTE.findall(tag["rest"]):
            yield f"{'.'.join(path)}.@{name}", ""
        if tag["empty"]:
            path.pop()
