"""Edits that do not change the meaning yield no change; every change has a place, an impact and approvers."""

import json
import random
import tomllib
from collections.abc import Callable
from datetime import date
from inspect import isfunction
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from case_file import CASES
from integration_specs.diff import CHANGE_LEVELS, Change, Concern, conditions
from integration_specs.diff.classify import compare_specs
from integration_specs.diff.context import Snapshots
from integration_specs.diff.rules import RULES
from integration_specs.diff.text_facts import fact_difference
from integration_specs.diff.walk import Kind, walk
from integration_specs.documents import load, load_text
from integration_specs.model import Catalog, Spec
from integration_specs.validation.schema import SpecSchema, read_schema

ROOT = Path(__file__).parent.parent
SPECS = sorted(path for path in (ROOT / "specs").glob("*.yaml") if path.name != "owners.yaml")
TODAY = date(2026, 11, 22)
SCHEMA = read_schema()


def spec_of(text: str, name: str) -> Spec:
    document = load_text(text, f"specs/{name}.yaml")
    assert document.data is not None, document.findings
    return Spec(name, document.path, document.data, document)


TEXTS: dict[str, dict[str, list[tuple[str, str]]]] = tomllib.loads(
    (CASES / "diff" / "texts.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("kind", "rule", "old", "new"),
    [(kind, rule, *pair) for kind, rules in TEXTS.items() for rule, pairs in rules.items() for pair in pairs],
)
def test_two_texts_are_compared_by_their_facts(kind: str, rule: str, old: str, new: str) -> None:
    for one, other in ((old, new), (new, old)):
        differences = fact_difference(one, other, RULES[rule].facts)
        assert (differences is None) == (kind == "same"), differences


def changes(old: Spec, new: Spec) -> list[Change]:
    world = Snapshots(Catalog((old,)), Catalog((new,)), SCHEMA, TODAY)
    return compare_specs(world, old, new)


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        items = [(key, each if key == "steps" else shuffled(each, chance)) for key, each in value.items()]
        chance.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        items_ = [shuffled(each, chance) for each in value]
        chance.shuffle(items_)
        return items_
    return value


def rewritten(data: Any, style: int, width: int) -> str:
    """The same values in another hand: as JSON, all quoted, in flow style, with other line widths."""
    match style:
        case 0:
            return json.dumps(data, ensure_ascii=False, indent=width % 8)
        case 1:
            return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=width, default_flow_style=True))
    return str(yaml.safe_dump(data, sort_keys=True, allow_unicode=True, width=width))


GATEWAY = load(ROOT / "tests" / "cases" / "diff" / "shop" / "specs" / "gateway.yaml", "specs/gateway.yaml")


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(0, 2), st.integers(20, 200))
def test_the_same_values_in_another_order_and_hand_are_no_change(seed: int, style: int, width: int) -> None:
    old = Spec("gateway", GATEWAY.path, GATEWAY.data, GATEWAY)
    new = spec_of(rewritten(shuffled(GATEWAY.data, random.Random(seed)), style, width), "gateway")  # noqa: S311
    assert changes(old, new) == []


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_real_spec_in_another_order_is_no_change(path: Path) -> None:
    old = spec_of(path.read_text(encoding="utf-8"), path.stem)
    new = spec_of(json.dumps(shuffled(old.data, random.Random(7))), path.stem)  # noqa: S311
    assert changes(old, new) == []


EDITS: dict[str, Callable[[str], str]] = {
    "comments": lambda text: "# new\n" + text.replace("\noverview:\n", "\n# about it\noverview: # here\n"),
    "blank lines": lambda text: text.replace("\noverview:\n", "\n\n\noverview:\n"),
    "line ends": lambda text: text.replace("\n", "\r\n"),
    "byte order mark": lambda text: "\ufeff" + text,
    "quotes": lambda text: text.replace("type: API\n", 'type: "API"\n').replace("type: File\n", "type: 'File'\n"),
    "a default said": lambda text: text.replace("\ntype:", "\nformat: 1\ntype:"),
    "block style": lambda text: text.replace(": |\n", ": |-\n"),
    "folded text": lambda text: text.replace("  why: |\n", "  why: >\n"),
    "numbers": lambda text: text.replace("amount: 29900\n", "amount: 29900.0\n").replace(": 450000\n", ": 4.5e5\n"),
    "units of time": lambda text: text.replace(": 24h\n", ": 1d\n").replace(": 30s\n", ": 30000ms\n"),
    "end of file": lambda text: text.rstrip("\n"),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_an_edit_of_form_is_no_change(path: Path, edit: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert changes(spec_of(text, path.stem), spec_of(EDITS[edit](text), path.stem)) == []


def _places(value: Any) -> Any:
    """Places of optional values: items of lists, and optional values of objects."""
    names = {name for field in SCHEMA.fields for name in _key_names(field)} | {
        "system",
        "type",
        "status",
        "rule",
        "reason",
        "expires",
    }
    stack = [value]
    while stack:
        here = stack.pop()
        pairs = here.items() if isinstance(here, dict) else enumerate(here)
        for key, each in pairs:
            if key not in names:
                yield here, key
            if isinstance(each, (dict, list)) and key != "example":
                stack.append(each)


def _key_names(field: Any) -> set[str]:
    own = {name for key in field.keys for name in key}
    return own.union(*(_key_names(each) for each in field.fields))


@pytest.mark.parametrize("number", range(len(list(_places(GATEWAY.data)))))
def test_removing_any_value_and_restoring_it_are_changes(number: int) -> None:
    """Whatever goes is told somewhere at or around its place, by a rule whose mirror exists; the way back as well."""
    content = json.loads(json.dumps(GATEWAY.data))
    holder, key = list(_places(content))[number]
    del holder[key]
    old = Spec("gateway", GATEWAY.path, GATEWAY.data, GATEWAY)
    new = spec_of(json.dumps(content), "gateway")
    forth, back = changes(old, new), changes(new, old)
    assert bool(forth) == bool(back)
    assert len({change.fingerprint for change in forth}) == len(forth)
    assert all((RULES[change.rule].mirror or change.rule) in RULES for change in forth)


def schema_paths(schema: SpecSchema) -> set[str]:
    found = set()
    stack = [(field, field.name) for field in schema.fields]
    while stack:
        field, path = stack.pop()
        path += "[]" if field.kind == "list" else ""
        found |= {path, path.removesuffix("[]")}
        if field.kind == "object" and not field.fields:
            path += "[]"
            found.add(path)
        inner = field.fields or (field.item.fields if field.item else ())
        stack += [(each, f"{path}.{each.name}") for each in inner]
    return found


def test_every_path_of_a_rule_is_in_a_schema() -> None:
    owners = read_schema(ROOT / "schema" / "owners.schema.json")
    known = schema_paths(SCHEMA) | schema_paths(owners) | {"", "*"}
    bodies = {
        f"{role}{mark}"
        for role in ("request", "response", "received", "sent")
        for mark in ("{}", "*", "{notation}", "{precision}", "{enumeration}")
    }
    unknown = {
        path
        for rule in RULES.values()
        for path in rule.paths
        if path not in known | bodies and rule.name[:5] != "spec-"
        # Those of other files have a case each, see `test_every_rule_has_a_case_whose_way_back_is_its_mirror`.
        if not path.startswith(("contract{", "attachment{", "codeowners"))
    }
    assert not unknown


def test_rules_and_conditions_match() -> None:
    defined = {name for name, each in vars(conditions).items() if isfunction(each) and not name.startswith("_")}
    defined -= {
        name for name, each in vars(conditions).items() if getattr(each, "__module__", "") != conditions.__name__
    }
    defined |= conditions.EXPRESSIONS.keys()
    assert {rule.condition.removeprefix("not ") for rule in RULES.values() if rule.condition} == defined
    for rule in RULES.values():
        assert rule.level in CHANGE_LEVELS
        assert not (set(rule.concerns) - set(get_args(Concern)))
        assert not (set(rule.kinds) - set(get_args(Kind)))
        assert (rule.mirror or rule.name) in RULES


def test_every_rule_explains_itself() -> None:
    for rule in RULES.values():
        assert rule.summary.endswith(".")
        assert rule.advice.endswith(".")
        assert rule.before or rule.after


def test_a_change_is_found_by_identity_not_by_place() -> None:
    old = spec_of(
        "system: x\ntype: API\nendpoints:\n  - {method: GET, path: /a, timeout: 1s}\n  - {method: GET, path: /b, timeout: 1s}\n",
        "x",
    )
    new = spec_of(
        "system: x\ntype: API\nendpoints:\n  - {method: GET, path: /b, timeout: 2s}\n  - {method: GET, path: /a, timeout: 1s}\n",
        "x",
    )
    (found,) = changes(old, new)
    assert found.pointer == "endpoints[GET /b].timeout"
    assert found.base is not None
    assert found.head is not None
    assert (found.base.line, found.head.line) == (5, 4)


def test_another_value_of_the_same_change_has_another_fingerprint() -> None:
    text = "system: x\ntype: API\nendpoints:\n  - {method: GET, path: /a, timeout: %ss}\n"
    marks = [changes(spec_of(text % 9, "x"), spec_of(text % value, "x"))[0].fingerprint for value in (5, 6, 6)]
    assert marks[0] != marks[1] == marks[2]


def test_a_thousand_renamed_items_do_not_take_for_ever() -> None:
    rows = [{"method": "GET", "path": f"/{n}"} for n in range(1_500)]
    others = [{"method": "PUT", "path": f"/x{n}"} for n in range(1_500)]
    found = list(walk(SCHEMA.fields, {"endpoints": rows}, {"endpoints": others}))
    assert len(found) == 3_000


def test_a_field_of_an_example_is_found_at_its_own_line() -> None:
    text = "system: x\ntype: API\nendpoints:\n  - method: GET\n    path: /a\n    response:\n      example:\n        data:\n          - a: 1\n          - id: {}\n"
    (found,) = changes(spec_of(text.format("7"), "x"), spec_of(text.format("'7'"), "x"))
    assert found.pointer == "endpoints[GET /a].response.example.data[].id"
    assert found.base is not None
    assert found.head is not None
    assert (found.base.line, found.head.line, found.head.column) == (10, 10, 13)
