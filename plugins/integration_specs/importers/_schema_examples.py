"""Generate examples for the JSON Schemas of a document (OpenAPI, AsyncAPI).

A generated example is valid for its schema, the same in every run, and plainly no real data.
"""

from collections.abc import Callable
from itertools import islice
from math import isfinite
from typing import Any, Literal

from integration_specs.contracts import Node, Resolver, child, schema_errors
from integration_specs.documents import Pointer
from integration_specs.documents.pointers import value_at
from integration_specs.model.example_fields import type_of

from . import VALUES
from ._pattern_examples import text_matching

MADE_UP_KEY = "x-made-up-example"
"""The note beside a generated example."""

Side = Literal["request", "response"]

_MAX_VALUES = 250
"""Optional properties are left out after so many values; required ones are not."""
_MAX_VISITS = 3_000
_MAX_DEPTH = 9
_MAX_PARTS = 100
_MAX_ALTERNATIVES = 20
_MAX_REPAIRS = 20
_TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")
_NO_VALUE = object()


class SchemaExamples:
    """Examples for the schemas of a document; the example of a shared schema is made once.

    `report_failed` is called with each schema for which no valid example is found.
    """

    def __init__(self, resolver: Resolver, report_failed: Callable[[Node], None]) -> None:
        self._resolver, self._report_failed = resolver, report_failed
        self._made: dict[tuple[str, Pointer, str], tuple[Any, bool]] = {}

    def of(self, schema: Node, side: Side) -> tuple[Any, bool]:
        """Return an example for a request or response, and whether the document contains it; None if there is none."""
        top = self._resolver.follow(schema)
        key = (*(schema if _siblings(schema.value) else top).place, side)
        if key not in self._made:
            stated = _stated_example(top.value) if top.is_object else _NO_VALUE
            self._made[key] = (self._generated(schema, side), False) if stated is _NO_VALUE else (stated, True)
        return self._made[key]

    def _generated(self, schema: Node, side: Side) -> Any:
        """Return a valid example, without parts that are invalid; None if there is none."""
        value: Any = None
        for uses_stated in (True, False):
            made = _Generator(self._resolver, "readOnly" if side == "request" else "writeOnly", uses_stated)
            value = made.value(schema, 0)
            if value is _NO_VALUE or value in ({}, []):
                return None
            if self._error_at(schema, value, side) is None:
                return value
        for _ in range(_MAX_REPAIRS):
            pointer = self._error_at(schema, value, side)
            if pointer is None:
                return value
            if not pointer:
                break
            del value_at(value, pointer[:-1])[pointer[-1]]
        self._report_failed(schema)
        return None

    def _error_at(self, schema: Node, value: Any, side: Side) -> Pointer | None:
        error = next(schema_errors(self._resolver, schema, value, side, 1), None)
        return error.pointer if error else None


class _Generator:
    """Generates one example. `hidden` is the keyword of properties to leave out; `uses_stated` takes the examples in subschemas."""

    def __init__(self, resolver: Resolver, hidden: str, uses_stated: bool) -> None:
        self._resolver, self._hidden = resolver, hidden
        self._stated = _stated_example if uses_stated else _fixed_value
        self._open: list[tuple[str, Pointer]] = []
        self._visits = self._values = 0

    def value(self, schema: Node, depth: int) -> Any:
        """Return a value for the schema; `_NO_VALUE` if none can be generated."""
        self._visits += 1
        node = self._resolver.follow(schema)
        if self._visits > _MAX_VISITS or depth > _MAX_DEPTH or node.place in self._open:
            return _NO_VALUE
        if not node.is_object:
            return "any value" if node.value is True else _NO_VALUE
        self._open.append(node.place)
        value, alternative, has_more = _NO_VALUE, 0, True
        while has_more and alternative < _MAX_ALTERNATIVES and (value is _NO_VALUE or value is None):
            parts, has_more = self._parts(schema, alternative)
            value, alternative = self._value(parts, depth), alternative + 1
        self._open.pop()
        return _NO_VALUE if value is None and has_more else value

    def _parts(self, schema: Node, alternative: int) -> tuple[list[Node], bool]:
        """Return the schemas that apply together (`allOf`, one of `oneOf` and `anyOf`), and whether there are further alternatives."""
        parts: list[Node] = []
        waiting, has_more = [schema], False
        while waiting and len(parts) < _MAX_PARTS:
            place = waiting.pop(0)
            node = self._resolver.follow(place)
            if siblings := _siblings(place.value):
                waiting.insert(0, Node(place.document, place.pointer, siblings, place.file))
            if not node.is_object or any(node.place == known.place and node.value is known.value for known in parts):
                continue
            parts.append(node)
            waiting += self._listed(node, "allOf")
            for keyword in ("oneOf", "anyOf"):
                if alternatives := self._listed(node, keyword):
                    waiting.append(alternatives[min(alternative, len(alternatives) - 1)])
                    has_more = has_more or alternative + 1 < len(alternatives)
        return parts, has_more

    def _listed(self, node: Node, keyword: str) -> list[Node]:
        listed = child(node, keyword)
        return [each for _, each in islice(self._resolver.items(listed), 50)] if isinstance(listed.value, list) else []

    def _value(self, parts: list[Node], depth: int) -> Any:
        merged: dict[str, Any] = {}
        for part in reversed(parts):
            merged |= part.value
        kind = _kind(merged)
        kinds = {_kind(part.value) for part in parts if "type" in part.value}
        if len(kinds - {"integer"} if "number" in kinds else kinds) > 1:
            return _NO_VALUE
        self._values += 1
        patterns = {each for part in parts if isinstance(each := part.value.get("pattern"), str)}
        stated = [each for part in parts if (each := self._stated(part.value)) is not _NO_VALUE]
        fitting = [each for each in stated if not kind or _is(each, kind)]
        if fitting and (len(parts) == 1 or kind != "object"):
            # Patterns are never matched: a hostile one takes exponential time.
            return _NO_VALUE if patterns and len(parts) > 1 else fitting[0]
        match kind:
            case "object":
                made = self._object(parts, depth)
                for each in fitting if made is not _NO_VALUE and self._stated is _stated_example else ():
                    made |= each
                return made
            case "array":
                return self._array(parts, merged, depth)
            case "string":
                return _string(merged) if len(patterns) < 2 else _NO_VALUE
            case "integer" | "number":
                return _number(merged, kind)
            case "boolean":
                return True
            case "null":
                return None
        return _NO_VALUE

    def _object(self, parts: list[Node], depth: int) -> Any:
        listed = [part.value.get("required") for part in parts]
        required = {name for names in listed if isinstance(names, list) for name in names if isinstance(name, str)}
        properties = {name: each for part in parts for name, each in self._resolver.items(child(part, "properties"))}
        made: dict[str, Any] = {}
        for name in sorted({**properties, **dict.fromkeys(sorted(required))}, key=lambda name: name not in required):
            schema = properties.get(name)
            if (schema and self._is_hidden(schema)) or (self._values > _MAX_VALUES and name not in required):
                continue
            value = self.value(schema, depth + 1) if schema else "any value"
            if value is not _NO_VALUE:
                made[name] = value
            elif name in required:
                return _NO_VALUE
        if not made:
            others = next((each for part in parts if (each := child(part, "additionalProperties")).is_object), None)
            value = self.value(others, depth + 1) if others and others.value else _NO_VALUE
            made |= {"key": value} if value is not _NO_VALUE else {}
        # In the order of the document.
        return {name: made[name] for name in dict.fromkeys((*properties, *made)) if name in made}

    def _is_hidden(self, schema: Node) -> bool:
        node = self._resolver.follow(schema)
        return any(each.is_true(self._hidden) for each in (schema, node))

    def _array(self, parts: list[Node], merged: dict[str, Any], depth: int) -> Any:
        first = next((listed for part in parts if (listed := self._listed(part, "prefixItems"))), [])
        made = [value for each in first if (value := self.value(each, depth + 1)) is not _NO_VALUE]
        items = next((each for part in parts if (each := child(part, "items"))), None)
        least = merged.get("minItems", 0)
        wanted = max(1, least) if isinstance(least, int) and least <= 20 else 1
        if items and len(made) < wanted and merged.get("maxItems") != 0:
            value = self.value(items, depth + 1)
            made += [value] * (wanted - len(made)) if value is not _NO_VALUE else []
        return made if len(made) >= (least if isinstance(least, int) else 0) else _NO_VALUE


def _is(value: Any, kind: str) -> bool:
    """Return whether a value has a type of JSON Schema; `true` is not a number."""
    own = "string" if isinstance(value, str) else type_of(value)
    return own == kind or (own, kind) == ("integer", "number") or kind not in _TYPES


def _siblings(schema: Any) -> dict[str, Any]:
    """Return the keywords beside a `$ref` that change the schema (allowed since JSON Schema 2019-09)."""
    if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):
        return {}
    return {key: each for key, each in schema.items() if key not in ("$ref", "summary", "description", "title")}


def _stated_example(schema: dict[str, Any]) -> Any:
    """Return the example that a schema states; `_NO_VALUE` if there is none."""
    if schema.get("example") is not None:
        return schema["example"]
    if isinstance(examples := schema.get("examples"), list) and examples:
        return examples[0]
    fixed = _fixed_value(schema)
    default = schema.get("default")
    return fixed if fixed is not _NO_VALUE or default is None or isinstance(default, (dict, list)) else default


def _fixed_value(schema: dict[str, Any]) -> Any:
    """Return the constant or first choice of a schema; `_NO_VALUE` if there is none."""
    choices = schema.get("enum")
    allowed = [schema.get("const"), *(choices if isinstance(choices, list) else ())]
    return next((choice for choice in allowed if choice is not None), _NO_VALUE)


def _kind(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if isinstance(kind, str):
        return kind
    return next((kind for keyword, kind in VALUES["type_by_keyword"].items() if keyword in schema), "")


def _string(schema: dict[str, Any]) -> Any:
    least, most = _limit(schema, "minLength"), _limit(schema, "maxLength")
    shortest = int(least) if least and 0 < least <= 500 else 0
    longest = int(most) if most is not None and most >= 0 else 1_000
    if isinstance(schema.get("pattern"), str):
        text = text_matching(schema["pattern"], shortest, longest)
        return _NO_VALUE if text is None else text
    text = VALUES["string_examples"].get(str(schema.get("format")), "text")
    return text.ljust(shortest, "x")[:longest]


def _number(schema: dict[str, Any], kind: str) -> Any:
    step = _limit(schema, "multipleOf")
    value = step if step and step > 0 else 1 if kind == "integer" else 1.5
    low, high, above = (_limit(schema, name) for name in ("minimum", "maximum", "exclusiveMinimum"))
    if above is not None:
        low = above + 1
    elif low is not None and schema.get("exclusiveMinimum") is True:  # as in OpenAPI 3.0
        low += 1
    try:
        if low is not None and value < low:
            value = -(-low // value) * value if step else low
        if high is not None and value > high:
            value = high // value * value if step else high
        if not isfinite(value):
            return _NO_VALUE
    except OverflowError:  # a whole number that is too large for a calculation
        return _NO_VALUE
    return value if kind == "number" else int(value)


def _limit(schema: dict[str, Any], keyword: str) -> int | float | None:
    value: int | float | None = schema.get(keyword)
    return value if _is(value, "number") else None
