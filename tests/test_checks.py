"""The checks: each case has exactly the findings of its `expected.txt`, and each rule has cases that fail and that pass."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_file import Case, cases, names
from check_cases import CASES, SCHEMA, TODAY, found_in, make_project
from integration_specs import registry
from integration_specs.checks import CheckContext
from integration_specs.documents import load_text
from integration_specs.model import Catalog, Spec
from integration_specs.project.rules import check_rules
from integration_specs.settings import Settings
from strategies import SPECS

RULES = check_rules()
BUILT_AT_RUN_TIME = {"secret", "personal-data"}
"""Rules whose cases would look like real secrets or personal data: their tests are in other files."""

ALL_CASES = cases("checks")


@pytest.mark.parametrize("case", ALL_CASES, ids=names(ALL_CASES))
def test_a_case_has_the_expected_findings(case: Case, tmp_path: Path) -> None:
    case.expect("".join(f"{line}\n" for line in found_in(make_project(case, tmp_path))), "expected.txt")


@pytest.mark.parametrize("name", sorted(RULES.keys() - BUILT_AT_RUN_TIME))
def test_a_rule_has_cases_that_fail_and_cases_that_pass(name: str) -> None:
    failing = {case.name for case in ALL_CASES if f"[{name}]" in case.files["expected.txt"]}
    passing = {case.name for case in ALL_CASES if case.path.parent.name == name} - failing
    assert failing, f"no case in {CASES}/{name} finds it"
    assert passing, f"no case in {CASES}/{name} passes it"


def test_the_base_is_clean(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    shutil.copy(CASES / "base.yaml", tmp_path / "specs" / "pay.yaml")
    shutil.copy(CASES / "owners.yaml", tmp_path / "specs")
    assert found_in(tmp_path) == []


def test_every_rule_is_documented() -> None:
    for rule in RULES.values():
        assert rule.summary.endswith("."), rule.name
        assert all((rule.why, rule.bad, rule.good)), rule.name


@given(st.lists(SPECS, min_size=1, max_size=3))
def test_no_spec_makes_a_check_fail_and_every_finding_has_a_location(contents: list[dict[str, Any]]) -> None:
    specs = []
    for number, content in enumerate(contents):
        document = load_text(json.dumps({"status": "active", **content}, indent=1), f"specs/s{number}.yaml")
        if document.data is not None:
            specs.append(Spec(f"s{number}", document.path, document.data, document))
    context = CheckContext(Catalog(tuple(specs), owners_file="owners.yaml"), SCHEMA, Settings(), TODAY)
    found = [
        finding
        for _, module in registry.modules("checks", "check")
        for spec in specs
        for finding in module.check(context, spec)
    ]
    for _, module in registry.modules("checks", "check_all"):
        found += module.check_all(context)
    for finding in found:
        assert finding.rule in RULES
        assert finding.message.isprintable(), finding.message
        assert finding.help
        assert 1 <= finding.span.line <= context.catalog.by_id[finding.spec].document.text.count("\n") + 1
