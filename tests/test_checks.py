"""Checks of meaning: every case finds what its `expected.txt` says, nothing else, and every rule has cases of both kinds."""

import shutil
from pathlib import Path

import pytest

from check_cases import CASES, found_in, make_project
from integration_specs import registry

RULES = {rule.name: rule for _, module in registry.modules("checks", "RULES") for rule in module.RULES}
BUILT_AT_RUN_TIME = {"secret", "personal-data"}
"""Rules whose cases would look like what they look for: their tests are in a file of their own."""

CASE_FOLDERS = sorted(path.parent for path in CASES.glob("*/*/expected.txt"))


@pytest.mark.parametrize("case", CASE_FOLDERS, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_case_finds_what_it_says(case: Path, tmp_path: Path) -> None:
    found = found_in(make_project(case, tmp_path))
    assert found == (case / "expected.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", sorted(RULES.keys() - BUILT_AT_RUN_TIME))
def test_a_rule_has_cases_that_fail_and_cases_that_pass(name: str) -> None:
    failing = {case for case in CASE_FOLDERS if f"[{name}]" in (case / "expected.txt").read_text(encoding="utf-8")}
    passing = {case for case in CASE_FOLDERS if case.parent.name == name} - failing
    assert failing, f"no case in {CASES}/{name} finds it"
    assert passing, f"no case in {CASES}/{name} passes it"


def test_the_base_is_clean(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    shutil.copy(CASES / "base.yaml", tmp_path / "specs" / "pay.yaml")
    shutil.copy(CASES / "owners.yaml", tmp_path / "specs")
    assert found_in(tmp_path) == []


def test_every_rule_says_what_to_write() -> None:
    for rule in RULES.values():
        assert rule.summary.endswith("."), rule.name
        assert all((rule.why, rule.bad, rule.good)), rule.name
