"""Return examples for JSON Schemas (OpenAPI, AsyncAPI): those of the document, otherwise generated ones.

A generated example is the same in every run, and is plainly no real data.
"""

import json
from typing import Any, Literal
from urllib.parse import urlencode

from integration_specs.contracts import Node, Resolver, child
from integration_specs.documents import Pointer

MADE_UP_KEY = "x-made-up-example"
"""The note beside a generated example."""

_MAX_VISITS = 1_500
_MAX_VALUES = 250
_MAX_DEPTH = 9
_FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "email": "name@example.com",
    "idn-email": "name@example.com",
    "hostname": "host.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/example",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "byte": "ZXhhbXBsZQ==",
    "binary": "(the bytes of a file)",
    "password": "********",
}
_NO_VALUE = object()


class SchemaExamples:
    """Examples for the schemas of a document; the example of a shared schema is made once."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._made: dict[tuple[str, Pointer, str], tuple[Any, bool]] = {}

    def of(self, schema: Node, side: Literal["request", "response"]) -> tuple[Any, bool]:
        """Return an example for a request or response (None if the schema describes nothing), and whether the document contains it."""
        top = self._resolver.follow(schema)
        key = (*(schema if _has_siblings(schema.value) else top).place, side)
        if key not in self._made:
            self._made[key] = self._make(schema, top, side)
        return self._made[key]

    def _make(self, schema: Node, top: Node, side: str) -> tuple[Any, bool]:
        given = _stated_example(top.value) if isinstance(top.value, dict) else _NO_VALUE
        if given is not _NO_VALUE:
            return given, True
        value = _ExampleMaker(self._resolver, "readOnly" if side == "request" else "writeOnly").make(schema, 0)
        return (None if value is _NO_VALUE or value in ({}, []) else value), False


class _ExampleMaker:
    def __init__(self, resolver: Resolver, hidden: str) -> None:
        self._resolver, self._mask_values = resolver, hidden
        self._open: set[tuple[str, Pointer]] = set()
        self._visits = self._values = 0

    def make(self, schema: Node, depth: int) -> Any:
        """A value for the schema; `_NOTHING` when none can be made."""
        self._visits += 1
        if self._visits > _MAX_VISITS or self._values > _MAX_VALUES or depth > _MAX_DEPTH:
            return _NO_VALUE
        beside = schema if _has_siblings(schema.value) else None
        node = self._resolver.follow(schema)
        if node.place in self._open or not isinstance(node.value, dict):
            return "any value" if node.value is True else _NO_VALUE
        self._open.add(node.place)
        try:
            value = self._value(node, depth)
            if beside is not None:
                own = Node(
                    beside.document, beside.pointer, {k: v for k, v in beside.value.items() if k != "$ref"}, beside.file
                )
                value = _merged(value, self._value(own, depth))
        finally:
            self._open.discard(node.place)
        return value

    def _value(self, node: Node, depth: int) -> Any:
        schema = node.value
        given = _stated_example(schema)
        if given is not _NO_VALUE:
            self._values += 1
            return given
        value: Any = _NO_VALUE
        for part in self._parts(node, "allOf"):
            value = _merged(value, self.make(part, depth))
        for word in ("oneOf", "anyOf"):
            for part in self._parts(node, word):
                made = self.make(part, depth)
                if made not in (_NO_VALUE, None):
                    value = _merged(value, made)
                    break
        kind = _kind(schema)
        if kind == "object":
            return _merged(value, self._object(node, depth))
        if value is not _NO_VALUE:
            return value
        self._values += 1
        if kind == "array":
            return self._list(node, depth)
        return _scalar(kind, schema)

    def _parts(self, node: Node, word: str) -> list[Node]:
        alternatives = node.value.get(word)
        if not isinstance(alternatives, list):
            return []
        return [child(child(node, word), index) for index in range(min(len(alternatives), 50))]

    def _object(self, node: Node, depth: int) -> Any:
        made: dict[str, Any] = {}
        for name, each in self._resolver.items(child(node, "properties")) if "properties" in node.value else ():
            if isinstance(each.value, dict) and each.value.get(self._mask_values) is True:
                continue
            value = self.make(each, depth + 1)
            if value is not _NO_VALUE:
                made[name] = value
        others = child(node, "additionalProperties")
        if not made and isinstance(others.value, dict) and others.value:
            value = self.make(others, depth + 1)
            if value is not _NO_VALUE:
                made["key"] = value
        return made

    def _list(self, node: Node, depth: int) -> Any:
        first = self._parts(node, "prefixItems") or [child(node, "items")]
        return [value for each in first if each and (value := self.make(each, depth + 1)) is not _NO_VALUE]


def _has_siblings(value: Any) -> bool:
    """Return whether a reference has keywords beside it that change the schema (allowed since JSON Schema 2019-09)."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("$ref"), str)
        and any(name in value for name in ("properties", "allOf", "oneOf", "anyOf", "example", "examples", "const"))
    )


def _stated_example(schema: dict[str, Any]) -> Any:
    if schema.get("example") is not None:
        return schema["example"]
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        return examples[0]
    if schema.get("const") is not None:
        return schema["const"]
    if schema.get("default") is not None and not isinstance(schema["default"], (dict, list)):
        return schema["default"]
    choices = schema.get("enum")
    if isinstance(choices, list):
        return next((choice for choice in choices if choice is not None), _NO_VALUE)
    return _NO_VALUE


def _kind(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if isinstance(kind, str):
        return kind
    for word, meant in (
        ("properties", "object"),
        ("items", "array"),
        ("prefixItems", "array"),
        ("additionalProperties", "object"),
    ):
        if word in schema:
            return meant
    return "string" if "format" in schema or "pattern" in schema else ""


def _scalar(kind: str, schema: dict[str, Any]) -> Any:
    match kind:
        case "string":
            return _string(schema)
        case "integer" | "number":
            return _number(schema, kind)
        case "boolean":
            return True
        case "null":
            return None
    return _NO_VALUE


def _string(schema: dict[str, Any]) -> str:
    text = _FORMATS.get(str(schema.get("format")), "text")
    least, most = schema.get("minLength"), schema.get("maxLength")
    if isinstance(least, int) and len(text) < least <= 200:
        text = (text + "x" * least)[:least]
    if isinstance(most, int) and 0 <= most < len(text):
        text = text[:most]
    return text


def _number(schema: dict[str, Any], kind: str) -> int | float:
    value: int | float = 1 if kind == "integer" else 1.5
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(schema.get("exclusiveMinimum"), (int, float)) and not isinstance(schema["exclusiveMinimum"], bool):
        low = schema["exclusiveMinimum"] + 1
    if isinstance(low, (int, float)) and value < low:
        value = low
    if isinstance(high, (int, float)) and value > high:
        value = high
    return value if kind == "number" else int(value)


def _merged(one: Any, other: Any) -> Any:
    if one is _NO_VALUE:
        return other
    if other is _NO_VALUE:
        return one
    if isinstance(one, dict) and isinstance(other, dict):
        return {**one, **{key: _merged(one[key], value) if key in one else value for key, value in other.items()}}
    return one


JSON = ("application/json", "text/json", "*/*", "application/*")


def preferred_type(types: list[str]) -> str:
    """Return the most useful content type: JSON, then forms, then text, then the first one."""

    def rank(name: str) -> int:
        within_limits = name.split(";", maxsplit=1)[0].strip().lower()
        if within_limits in JSON or within_limits.endswith("+json"):
            return JSON.index(within_limits) if within_limits in JSON else len(JSON)
        if "form" in within_limits:
            return 10
        return 11 if "xml" in within_limits or within_limits.startswith("text/") else 12

    return min(types, key=rank)


def as_body(value: Any, content_type: str) -> Any:
    """Return an example as the spec writes it: a form as text, JSON given as a text as its value, anything else unchanged."""
    within_limits = content_type.split(";", maxsplit=1)[0].strip().lower()
    if within_limits == "application/x-www-form-urlencoded" and isinstance(value, dict):
        pairs = [
            (key, each if isinstance(each, str) else json.dumps(each, ensure_ascii=False))
            for key, each in value.items()
        ]
        return urlencode(pairs, safe="+:/@*{}", encoding="utf-8", errors="replace")
    if (
        (within_limits in JSON or within_limits.endswith("+json"))
        and isinstance(value, str)
        and value.strip()[:1] in ("{", "[")
    ):
        try:
            parsed = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return parsed if isinstance(parsed, (dict, list)) else value
    return value
