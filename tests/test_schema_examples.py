"""Examples that importers generate: valid for their schema, required fields first, never without end."""

import re
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from integration_specs.contracts import Resolver, child
from integration_specs.documents import Document
from integration_specs.importers._pattern_examples import text_matching
from integration_specs.importers._schema_examples import SchemaExamples

PATTERNS = (
    "^[0-9]{11}$",
    "^[A-Z]{3}-\\d+$",
    "^(a|b)c*$",
    "[a-f0-9]{8}",
    "^\\S+@\\S+$",
    "^[^@ ]+$",
    "^x?y{2,4}$",
    "\\w+",
)


def generated(schema: Any, schemas: dict[str, Any] | None = None, side: Any = "response") -> Any:
    """Return the example of a schema of an OpenAPI 3.1 document with these shared schemas."""
    data = {"openapi": "3.1.0", "components": {"schemas": schemas or {}}, "x-schema": schema}
    resolver = Resolver(Document("a.json", "", data, ()))
    return SchemaExamples(resolver, lambda schema: None).of(child(resolver.root, "x-schema"), side)[0]


def _strings() -> st.SearchStrategy[dict[str, Any]]:
    limits = st.fixed_dictionaries({}, optional={"minLength": st.integers(0, 40), "maxLength": st.integers(40, 60)})
    formats = st.sampled_from(["date", "date-time", "email", "uuid", "uri", "binary"])
    return st.one_of(
        limits.map(lambda each: {"type": "string", **each}),
        st.sampled_from(PATTERNS).map(lambda pattern: {"type": "string", "pattern": pattern}),
        formats.map(lambda name: {"type": "string", "format": name}),
        st.lists(st.text(max_size=5), min_size=1, max_size=3).map(lambda choices: {"enum": choices}),
    )


def _numbers() -> st.SearchStrategy[dict[str, Any]]:
    limits = {"minimum": st.integers(-50, 50), "maximum": st.integers(60, 90), "multipleOf": st.integers(1, 8)}
    strict = {"exclusiveMinimum": st.integers(-50, 50), "exclusiveMaximum": st.integers(60, 90)}
    kinds = st.sampled_from(["integer", "number"])
    return st.tuples(kinds, st.fixed_dictionaries({}, optional=limits | strict)).map(
        lambda pair: {"type": pair[0], **pair[1]}
    )


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    names = st.sampled_from("abcdefg")
    return st.tuples(
        st.dictionaries(names, inner, max_size=5),
        st.lists(names, max_size=3, unique=True),
        st.booleans(),
        st.sampled_from([{}, {"readOnly": True}, {"writeOnly": True}]),
    ).map(
        lambda each: {
            "type": "object",
            "properties": {name: {**schema, **each[3]} for name, schema in each[0].items()},
            "required": [name for name in each[1] if each[2] or name in each[0]],
        }
    )


def _arrays(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(inner, st.integers(0, 3), st.booleans()).map(
        lambda each: {"type": "array", "items": each[0], "minItems": each[1], "uniqueItems": each[2]}
    )


def _combined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    keyword = st.sampled_from(["allOf", "oneOf", "anyOf"])
    return st.tuples(keyword, st.lists(inner, min_size=1, max_size=3)).map(lambda each: {each[0]: each[1]})


SCALARS = st.one_of(
    _strings(), _numbers(), st.sampled_from([{"type": "boolean"}, {"type": ["null", "string"]}, {}, True])
)
SCHEMAS = st.recursive(
    st.one_of(SCALARS, st.sampled_from("ABC").map(lambda name: {"$ref": f"#/components/schemas/{name}"})),
    lambda inner: st.one_of(_objects(inner.filter(lambda each: each is not True)), _arrays(inner), _combined(inner)),
    max_leaves=12,
)
LENIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def _is_valid(schema: Any, schemas: dict[str, Any], value: Any) -> bool:
    whole = {"components": {"schemas": schemas}, "allOf": [schema]}
    try:
        return bool(Draft202012Validator(whole).is_valid(value))
    except BaseException as error:
        # An `allOf` that contains itself; the validator's part in Rust may panic instead.
        if type(error).__name__ not in ("RecursionError", "PanicException"):
            raise
        return True


@given(SCHEMAS, st.fixed_dictionaries(dict.fromkeys("ABC", SCHEMAS)))
@settings(LENIENT, max_examples=300)
def test_a_generated_example_is_valid(schema: Any, schemas: dict[str, Any]) -> None:
    """For any schema, references in a circle included; or there is none."""
    schema, schemas = _visible(schema), {name: _visible(each) for name, each in schemas.items()}
    value = generated(schema, schemas)
    assert value is None or _is_valid(schema, schemas, value), value


def _visible(schema: Any) -> Any:
    """Return the schema without `readOnly` and `writeOnly`, which a plain validator ignores."""
    if isinstance(schema, dict):
        return {key: _visible(each) for key, each in schema.items() if key not in ("readOnly", "writeOnly")}
    return [_visible(each) for each in schema] if isinstance(schema, list) else schema


@given(
    st.recursive(
        SCALARS,
        lambda inner: st.one_of(_objects(inner.filter(lambda each: each is not True)), _arrays(inner)),
        max_leaves=12,
    )
)
@settings(LENIENT, max_examples=200)
def test_plain_schemas_have_an_example(schema: Any) -> None:
    """Without contradictions there is one, and properties that only the other side sends are left out."""
    if schema in ({}, True) or schema == {"type": "object", "properties": {}, "required": []}:
        return
    for side, hidden in (("request", "readOnly"), ("response", "writeOnly")):
        value = generated(schema, side=side)
        if isinstance(value, dict) and isinstance(schema, dict):
            shown = [name for name in value if schema["properties"].get(name, {}).get(hidden)]
            assert not shown


def test_required_fields_precede_optional_ones() -> None:
    """A required field behind 300 optional ones is in the example, at its place in the document."""
    properties: dict[str, Any] = {f"optional{number}": {"type": "string"} for number in range(300)}
    properties["last"] = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    value = generated({"type": "object", "properties": properties, "required": ["last"]})
    assert value["last"] == {"id": "text"}
    assert list(value)[-1] == "last"
    assert 200 < len(value) < 300


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "pattern": "^[0-9]{3}-[A-F]{2}$"}, "000-AA"),
        ({"type": "object", "properties": {"a": {"type": "integer", "example": "no number"}}}, {"a": 1}),
        ({"type": "object", "properties": {"a": {"type": "string", "example": "theirs"}}}, {"a": "theirs"}),
        ({"oneOf": [{"type": "object", "required": ["a"], "properties": {"a": {"not": {}}}}, {"type": "integer"}]}, 1),
        ({"allOf": [{"type": "object", "properties": {"a": {"const": 1}}}, {"required": ["a", "b"]}]}, {"a": 1, "b": "any value"}),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, None),
        ({"allOf": [{"oneOf": [{"type": "integer"}, {"type": "string", "pattern": "^a$"}]}, {"type": "string"}]}, "a"),
        ({"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "pattern": "(?=x)y"}}}, None),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
        ({"type": "integer", "multipleOf": 7, "minimum": 50}, 56),
        ({"type": "integer", "multipleOf": 1e-300, "maximum": -1e308}, None),
        ({"type": "number", "multipleOf": 1e-300, "minimum": 1e308}, None),
        ({"type": "number", "multipleOf": 1.5, "minimum": 10**400}, None),
        ({"type": "integer", "maximum": -(10**400)}, None),
        ({"type": "array", "minItems": 2, "items": {"type": "string"}, "uniqueItems": True}, None),
    ],
)  # fmt: skip
def test_what_is_generated(schema: Any, expected: Any) -> None:
    assert generated(schema) == expected


def test_a_required_circle_has_no_example_and_an_optional_one_ends() -> None:
    itself = {"$ref": "#/components/schemas/A"}
    endless = {"type": "object", "required": ["a"], "properties": {"a": itself}}
    ending = {"type": "object", "properties": {"a": itself, "b": {"type": "boolean"}}}
    assert generated(itself, {"A": endless}) is None
    assert generated(itself, {"A": ending}) == {"b": True}


def test_alternatives_in_alternatives_take_no_exponential_time() -> None:
    schemas: dict[str, Any] = {f"S{n}": {"oneOf": [{"$ref": f"#/components/schemas/S{n + 1}"}] * 30} for n in range(30)}
    schemas["S30"] = {"type": "object", "required": ["a"], "properties": {"a": {"not": {}}}}
    began = time.process_time()
    assert generated({"$ref": "#/components/schemas/S0"}, schemas) is None
    assert time.process_time() - began < 10


@pytest.mark.filterwarnings("ignore::FutureWarning")
@given(st.from_regex(r"[\[\]()^$.*+?{}|a-c0-9\\dws,-]{0,20}", fullmatch=True))
@settings(LENIENT, max_examples=500)
def test_a_text_for_a_pattern_matches_it(pattern: str) -> None:
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError):
        assert text_matching(pattern) is None
        return
    text = text_matching(pattern)
    assert text is None or len(text) > 200 or compiled.search(text) is not None or "^" in pattern[1:] or "$" in pattern[:-1] or "\\b" in pattern.lower()  # fmt: skip
