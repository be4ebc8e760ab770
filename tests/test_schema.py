"""The schema is the single list of sections: what every part of it must have, and that two validators read it alike."""

import copy
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]  # the only reader of Python's own expressions
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integration_specs.documents import load, load_text
from integration_specs.formatting import to_yaml
from integration_specs.text.suggestions import _normalized, synonyms
from integration_specs.validation.rewrites import text_forms
from integration_specs.validation.schema import Field, SchemaError, SpecSchema, read_schema, schema_folder
from integration_specs.validation.validator import FORMATS, Validator

FILES = ("integration-spec.schema.json", "owners.schema.json")
SPECS = Path(__file__).parent.parent / "specs"

STANDARD = {
    "$schema", "$id", "$defs", "$ref", "title", "description", "type", "properties", "required", "items", "enum", "enumDescriptions", "const",
    "default", "examples", "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems",
    "maxProperties", "patternProperties", "propertyNames", "additionalProperties", "if", "then", "else",
}  # fmt: skip
"""The words of JSON Schema that editors, both validators and this project read alike."""
OURS = {"x-key", "x-format", "x-header", "x-guidance"}


def schema(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((schema_folder() / name).read_text(encoding="utf-8"))
    return content


def resolve(root: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = root
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target | {key: value for key, value in node.items() if key != "$ref"}
    return node


def subschemas(root: dict[str, Any], path: str = "", node: Any = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema in a schema, the conditional parts left out, with its path."""
    node = root if node is None else node
    yield path, node
    for word in ("properties", "$defs"):
        for name, child in node.get(word, {}).items():
            yield from subschemas(root, f"{path}/{word}/{name}", child)
    for word in ("items", "additionalProperties"):
        if isinstance(node.get(word), dict):
            yield from subschemas(root, f"{path}/{word}", node[word])


ALL = [(name, path, node) for name in FILES for path, node in subschemas(schema(name))]
PROPERTIES = [(name, path, node) for name, path, node in ALL if path.rsplit("/", 2)[-2:-1] == ["properties"]]


@pytest.mark.parametrize(("name", "path", "node"), PROPERTIES, ids=[f"{path}" for _, path, _ in PROPERTIES])
def test_every_property_has_a_description_and_an_example(name: str, path: str, node: dict[str, Any]) -> None:
    root = schema(name)
    for word in ("title", "description"):
        assert node.get(word, "").strip(), f"{path} has no {word}"
    assert node["description"].endswith((".", "?")), path
    assert node.get("examples"), f"{path} has no example"
    validator = jsonschema_rs.validator_for(
        {**resolve(root, node), "$defs": root["$defs"]}, formats=FORMATS, validate_formats=True
    )
    for example in node["examples"]:
        assert validator.is_valid(example), f"{path}: {example!r} is not valid"


SELF_EXPLANATORY = {"second", "string", "team", "email"}
"""The first values of lists of choices whose words say everything."""


@pytest.mark.parametrize(("path", "node"), [(path, node) for _, path, node in ALL if "enum" in node])
def test_every_choice_has_a_description_for_editors(path: str, node: dict[str, Any]) -> None:
    if node["enum"][0] not in SELF_EXPLANATORY:
        assert len(node["enumDescriptions"]) == len(node["enum"]), path
        assert all(text.endswith(".") for text in node["enumDescriptions"]), path


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_without_bounds(name: str) -> None:
    root = schema(name)
    for path, node in subschemas(root):
        whole = resolve(root, node)
        if whole.get("type") == "array":
            assert "x-key" in whole, f"{path}: what identifies an item?"
            assert "maxItems" in whole, path
            assert "items" in whole, path
        elif whole.get("type") == "string" and "enum" not in whole:
            assert "maxLength" in whole, path
            assert "x-format" in whole, path
        elif whole.get("type") == "object":
            assert "additionalProperties" in whole, f"{path}: other keys must be refused"
            if "properties" in whole:
                assert whole["additionalProperties"] is False, path
                assert whole["patternProperties"] == {"^x-": True}, path
        elif whole.get("type") in ("integer", "number") and "const" not in whole:
            assert {"minimum", "maximum"} <= set(whole), path


@pytest.mark.parametrize("name", FILES)
def test_keys_of_lists_are_properties_of_their_items(name: str) -> None:
    root = schema(name)
    for path, node in subschemas(root):
        if "x-key" not in node:
            continue
        key = node["x-key"]
        ways = [[key]] if isinstance(key, str) else [key] if isinstance(key[0], str) else key
        known = resolve(root, node["items"]).get("properties", {})
        for part in (part for way in ways for part in way):
            assert (part == ".") == (not known), f"{path}: {part}"
            assert part == "." or part in known, f"{path}: {part}"


@pytest.mark.parametrize("name", FILES)
def test_only_known_words_are_used(name: str) -> None:
    def words(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for word, value in node.items():
                yield word
                if word in ("properties", "$defs", "patternProperties"):
                    for child in value.values():
                        yield from words(child)
                elif word not in ("examples", "default", "const", "enum", "enumDescriptions"):
                    yield from words(value)

    used = set(words(schema(name)))
    assert used <= STANDARD | OURS, used - STANDARD - OURS
    assert not used & {"oneOf", "anyOf", "allOf", "not", "unevaluatedProperties", "uniqueItems", "$dynamicRef"}


@pytest.mark.parametrize("name", FILES)
def test_references_stay_inside(name: str) -> None:
    assert all(match.startswith("#/$defs/") for match in re.findall(r'"\$ref": "([^"]*)"', json.dumps(schema(name))))
    assert read_schema(schema_folder() / name).fields


def test_every_synonym_stands_for_an_allowed_value() -> None:
    choices = {str(choice) for _, _, node in ALL for choice in node.get("enum", ())}
    assert synonyms("values").keys() <= choices
    assert [word for words in synonyms("values").values() for word in words if word in choices] == []


@pytest.mark.parametrize("table", ["keys", "similar_keys"])
def test_every_synonym_of_a_key_stands_for_a_key(table: str) -> None:
    keys = {path.rpartition("/")[2] for _, path, _ in PROPERTIES}
    assert synonyms(table).keys() <= keys


def test_every_place_of_a_key_exists() -> None:
    for path in synonyms("places"):
        fields = read_schema().fields
        for step in path.split("."):
            (field,) = (each for each in fields if each.name == step)
            fields = field.fields


@pytest.mark.parametrize("table", ["values", "keys", "similar_keys", "places", "words", "units"])
def test_synonyms_are_written_as_they_are_compared(table: str) -> None:
    for words in synonyms(table).values():
        assert list(words) == [_normalized(word) for word in words]
        assert len(set(words)) == len(words)


def test_there_are_many_names_for_sections_and_fields_in_two_languages() -> None:
    assert sum(map(len, [*synonyms("keys").values(), *synonyms("places").values()])) >= 60


def test_every_form_of_a_text_names_keys_of_its_mapping() -> None:
    for form in text_forms().values():
        fields = [
            field
            for field in all_fields(read_schema().fields)
            if field.name == form.name and field.kind in ("object", "list")
        ]
        assert fields, form.name
        names = {name for pattern in form.patterns for name in re.compile(pattern).groupindex} | {form.rest} - {""}
        assert any(names <= {child.name for child in field.fields} for field in fields), form.name


def all_fields(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from all_fields(field.fields)


def test_the_schemas_are_ready_for_the_catalog_of_schemastore() -> None:
    entries = json.loads((schema_folder() / "schemastore-catalog.json").read_text(encoding="utf-8"))
    assert [entry["url"] for entry in entries] == [schema(name)["$id"] for name in FILES]
    for entry in entries:
        assert entry["name"]
        assert entry["description"]
        # Its editors apply a schema to every file that matches, so a pattern must name a folder of ours.
        assert all("integration-specs/" in pattern for pattern in entry["fileMatch"] if not pattern.startswith("!"))


TEMPLATE = Path(__file__).parent / "cases" / "template" / "expected.md"


def homes() -> Iterator[tuple[str, str]]:
    """Title and guidance of every property of the spec schema, whole and without markup."""
    for name, _, node in PROPERTIES:
        if name == FILES[0]:
            guidance = node.get("x-guidance", ())
            for words in (guidance,) if isinstance(guidance, str) else guidance or ("",):
                yield node["title"], words


@pytest.mark.parametrize(
    "line",
    [
        line.strip()
        for line in TEMPLATE.read_text(encoding="utf-8").splitlines()
        if line.strip(" -`") not in ("", "json")
    ],
)
def test_every_line_of_the_template_has_its_home_in_the_schema(line: str) -> None:
    titles = {title for title, _ in homes()}
    guidance = " \n ".join(words for _, words in homes())
    words = line.removeprefix("> ").removeprefix("- ").strip()
    if heading := re.fullmatch(r"## [0-9]+\. (.+)", words):
        assert heading[1] in titles
        return
    if label := re.match(r"\*\*(.+?):\*\*\s*|(Request|Response|Notes|Base URL|Credentials):\s*", words):
        name = label[1] or label[2]
        assert name in titles or name in guidance, name
        words = words[label.end() :]
    for place in re.findall(r"\{\{.+?\}\}", words) or ([words] if words else []):
        assert place in guidance, place


# Patterns


def patterns() -> set[str]:
    found = {node["pattern"] for _, _, node in ALL if "pattern" in node}
    return found | {node["propertyNames"]["pattern"] for _, _, node in ALL if "propertyNames" in node}


def repeats(parsed: Any, inside: bool = False) -> Iterator[bool]:
    """For each repetition without a bound in a parsed expression, whether it stands in another one."""
    for operator, argument in parsed:
        unbounded = str(operator).endswith("REPEAT") and argument[1] > 1
        if unbounded:
            yield inside
        parts = argument if isinstance(argument, (list, tuple)) else [argument]
        for part in parts:
            for each in part if isinstance(part, list) else [part]:
                if isinstance(each, _parser.SubPattern):
                    yield from repeats(each, inside or unbounded)


@pytest.mark.parametrize("pattern", sorted(patterns()))
def test_patterns_are_plain_anchored_and_cannot_run_away(pattern: str) -> None:
    assert pattern.isascii()
    assert pattern.startswith("^")
    assert pattern.endswith("$")
    assert "\\p" not in pattern
    assert not any(repeats(_parser.parse(pattern))), "a repetition in a repetition"


def test_the_lint_of_patterns_sees_a_nested_repetition() -> None:
    assert any(repeats(_parser.parse("^(a+)+$")))
    assert any(repeats(_parser.parse("^(x|(a*b)*)$")))


@pytest.mark.case("S2")
@pytest.mark.parametrize("pattern", sorted(patterns()))
@pytest.mark.parametrize("seed", ["a", "0", "-", "A", "a-", "TODO", "https://", "a.", "/", "é", " "])
def test_near_misses_are_refused_quickly(pattern: str, seed: str) -> None:
    node = {"type": "string", "pattern": pattern}
    validator = jsonschema_rs.validator_for(node)
    for text in (seed * (10_000 // len(seed)) + "\n", "https://" + seed * 9000 + "\x00", "0" + seed * 9000 + "!"):
        durations = []
        for _ in range(3):  # the garbage collector, or a thread of another test, may take time, too
            begun = time.process_time()
            agreed = validator.is_valid(text) == is_valid_by_reference(node, text)
            durations.append(time.process_time() - begun)
        assert min(durations) < 0.1
        assert agreed, (pattern, text[:20])


@pytest.mark.case("S6")
@pytest.mark.parametrize("text", ["abc\n", "ａbc", "аbc", "a b", "", "-a", "A", "é", "a" * 81])
def test_ids_are_plain_words(text: str) -> None:
    document = load_text(json.dumps({"system": "A", "type": "API", "status": "draft", "depends_on": [text]}), "x.yaml")
    assert Validator(read_schema())(document)


# One list of sections


def grown(folder: Path) -> SpecSchema:
    """The schema with a section more, and nothing else touched."""
    content = schema(FILES[0])
    content["properties"]["compliance"] = {
        "type": "array",
        "title": "Compliance",
        "description": "What law asks of us here.",
        "examples": [[{"law": "LGPD", "duty": "Delete on request."}]],
        "x-key": "law",
        "maxItems": 20,
        "items": {
            "type": "object",
            "required": ["law"],
            "properties": {
                "law": {"$ref": "#/$defs/line", "title": "Law", "description": "Its name.", "examples": ["LGPD"]},
                "duty": {"$ref": "#/$defs/markdown", "title": "Duty", "description": "What to do.", "examples": ["X"]},
            },
            "patternProperties": {"^x-": True},
            "additionalProperties": False,
        },
    }
    path = folder / FILES[0]
    path.write_text(json.dumps(content), encoding="utf-8")
    return read_schema(path)


def test_a_section_added_to_the_schema_alone_is_checked_ordered_and_keyed(tmp_path: Path) -> None:
    new = grown(tmp_path)
    start = "system: A\ntype: API\nstatus: draft\n"
    validator = Validator(new)
    good = load_text(start + "compliance:\n  - law: LGPD\n    duty: Delete on request.\n", "x.yaml")
    assert validator(good) == ()
    assert Validator(read_schema())(good)[0].rule == "unknown-key"
    rules = [
        each.rule
        for each in validator(load_text(start + "compliance:\n  - law: LGPD\n  - law: LGPD\n  - dutty: x\n", "x.yaml"))
    ]
    assert sorted(rules) == ["duplicate-item", "missing-key", "unknown-key"]
    written = to_yaml({"compliance": [{"duty": "x", "law": "LGPD"}], "system": "A"}, new)
    assert written == "system: A\n\ncompliance:\n  - law: LGPD\n    duty: x\n"
    assert new.section_number("compliance") == len(new.sections)


# The validator agrees with jsonschema, the reference implementation


def is_valid_by_reference(schema: dict[str, Any], data: Any) -> bool:
    """Return what jsonschema says, with `$` as in ECMAScript: Python's also matches before a last line break."""

    def pattern(_validator: Any, expression: str, instance: Any, _schema: Any) -> Iterator[Any]:
        if isinstance(instance, str) and not re.search(re.sub(r"\$(?=$|\|)", r"\\Z", expression), instance):
            yield jsonschema.ValidationError("pattern")

    checker = jsonschema.FormatChecker(formats=())
    for name, function in FORMATS.items():
        checker.checks(name)(function)
    extend: Any = jsonschema.validators.extend
    reference = extend(jsonschema.Draft202012Validator, {"pattern": pattern})
    return bool(reference(schema, format_checker=checker).is_valid(data))


SCHEMA = read_schema()
VALIDATOR = jsonschema_rs.validator_for(SCHEMA.json, formats=FORMATS, validate_formats=True)
REAL = [load(path, path.name).data for path in sorted(SPECS.glob("*.yaml")) if path.name != "owners.yaml"]
SMALL = load_text((schema_folder().parent / "tests/cases/schema/small.yaml").read_text(encoding="utf-8"), "x").data


def test_both_validators_accept_the_real_specs() -> None:
    for data in [*REAL, SMALL]:
        assert VALIDATOR.is_valid(data)
        assert is_valid_by_reference(SCHEMA.json, data)


odd = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 700), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12), st.just([]), st.just({}), st.just(""), st.just("TODO: what?"), st.just("a\n"),
    st.sampled_from(["2026-02-30", "2026-11-22", "https://", "https://a.example", "http://[", "30s", "30", "API", "draft"]),
    st.lists(st.text(max_size=3), max_size=2), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(child, (*path, key))


PLACES = [path for path in places(SMALL) if path]


@settings(max_examples=300)
@given(st.data())
def test_both_validators_agree_on_mutated_specs(data: st.DataObject) -> None:
    spec = copy.deepcopy(SMALL)
    for _ in range(data.draw(st.integers(1, 3))):
        *above, last = data.draw(st.sampled_from(PLACES))
        holder = spec
        try:
            for step in above:
                holder = holder[step]
            holder[last]
        except (KeyError, IndexError, TypeError):
            continue
        match data.draw(st.sampled_from(["drop", "replace", "rename"])):
            case "drop" if isinstance(holder, dict):
                del holder[last]
            case "rename" if isinstance(holder, dict):
                holder[data.draw(st.sampled_from(["x-note", f"{last}s", str(last).upper(), ""]))] = holder.pop(last)
            case _ if isinstance(holder, (dict, list)):
                holder[last] = data.draw(odd)
    assert VALIDATOR.is_valid(spec) == is_valid_by_reference(SCHEMA.json, spec)
    document = load_text(json.dumps(spec), "spec.yaml")
    if document.data is not None and not VALIDATOR.is_valid(document.data):
        assert Validator(SCHEMA)(document), "an invalid spec without a message"


# Schemas of others


@pytest.mark.parametrize(
    "reference", ["http://127.0.0.1:9/x.json", "file:///etc/passwd", "other.json#/$defs/a", "#anchor", "//a.example/b"]
)
def test_a_reference_out_of_the_schema_is_refused_and_nothing_is_looked_up(tmp_path: Path, reference: str) -> None:
    path = tmp_path / "integration-spec.schema.json"
    path.write_text(json.dumps({"type": "object", "properties": {"a": {"$ref": reference}}}))
    with pytest.raises(SchemaError, match="leaves the schema"):
        read_schema(path)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"properties": []}', '{"properties": {"a": 1}}'])
def test_a_schema_that_is_none_is_reported_and_not_raised(tmp_path: Path, text: str) -> None:
    path = tmp_path / "integration-spec.schema.json"
    path.write_text(text)
    with pytest.raises(SchemaError):
        read_schema(path)
