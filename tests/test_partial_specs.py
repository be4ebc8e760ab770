"""A spec with schema errors is checked for meaning, and no finding follows from one of its errors."""

import copy
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from case_file import Case, cases, names
from check_cases import make_project
from integration_specs.documents import load
from integration_specs.findings import Finding
from integration_specs.formatting import to_yaml
from integration_specs.project.rules import check_rules
from integration_specs.project.workspace import Workspace
from integration_specs.reports import CheckReport, concise
from integration_specs.settings import Settings
from integration_specs.validation.schema import read_schema
from test_messages import edit

TODAY = date(2026, 11, 22)
SCHEMA = read_schema()
RULES = check_rules().keys() - {"draft-progress"}
CASES = cases("partial")
FAULTS = [*cases("messages"), *cases("mistakes")]


def found_in(folder: Path) -> tuple[Finding, ...]:
    return Workspace(Settings(root=folder), SCHEMA).check(TODAY).findings


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_a_spec_with_errors_is_checked_for_meaning(case: Case, tmp_path: Path) -> None:
    workspace = Workspace(Settings(root=make_project(case, tmp_path)), SCHEMA)
    result = workspace.check(TODAY)
    text = "".join(concise.check(CheckReport(result.findings, result.checked)))
    case.expect(text, "expected.txt")
    assert workspace.check_catalog(workspace.catalog(), TODAY).findings == result.findings


@pytest.mark.parametrize("case", FAULTS, ids=names(FAULTS))
def test_no_finding_goes_away_with_an_error(case: Case, tmp_path: Path) -> None:
    """What checks report of a file with one error, they also report when it is fixed."""
    folder = case.unpack(tmp_path)
    found = found_in(folder)
    if all(finding.rule in check_rules() for finding in found):
        return
    before = meanings(found)
    edit(folder, case.files["edit.txt"] if case.files["edit.txt"].startswith("at ") else f"\n{case.files['edit.txt']}")
    assert before <= meanings(found_in(folder))


def meanings(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    """Return the findings of checks: rule and message."""
    return {(finding.rule, finding.message) for finding in findings if finding.rule in RULES}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(child, (*path, key))


SPECS = Path(__file__).parent.parent / "specs"
REAL = {path.stem: load(path, path.name).data for path in sorted(SPECS.glob("*.yaml"))}
OWNERS = REAL.pop("owners")
ORIGINAL: dict[str, set[tuple[str, str]]] = {}


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_an_error_in_a_real_spec_brings_no_finding_of_meaning(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name = data.draw(st.sampled_from(sorted(REAL)))
    spec = copy.deepcopy(REAL[name])
    path = data.draw(st.sampled_from([each for each in places(spec) if each and "example" not in each]))
    folder = tmp_path_factory.mktemp("project")
    if name not in ORIGINAL:
        ORIGINAL[name] = meanings(check_text(folder, name, spec))
    holder = spec
    for step in path[:-1]:
        holder = holder[step]
    wrong = data.draw(st.sampled_from(["drop", "rename", 7, {"unknown": 1}, ["one"], ""]))
    if wrong in ("drop", "rename") and isinstance(holder, dict):
        value = holder.pop(path[-1])
        if wrong == "rename":
            holder[f"{path[-1]}x"] = value
    else:
        holder[path[-1]] = wrong
    found = check_text(folder, name, spec)
    errors = [finding for finding in found if finding.rule not in RULES and finding.level == "error"]
    # A fix other than that of a key would write another value than the one that was there.
    assume(errors and all(finding.fix is None or finding.rule == "unknown-key" for finding in errors))
    assert meanings(found) - ORIGINAL[name] == set(), (path, wrong)


def check_text(folder: Path, name: str, spec: Any) -> tuple[Finding, ...]:
    (folder / "specs").mkdir(exist_ok=True)
    (folder / "specs" / "owners.yaml").write_text(
        to_yaml(OWNERS, read_schema(Path("schema/owners.schema.json"))), encoding="utf-8"
    )
    (folder / "specs" / f"{name}.yaml").write_text(json.dumps(spec), encoding="utf-8")
    if (SPECS / name).is_dir() and not (folder / "specs" / name).exists():
        shutil.copytree(SPECS / name, folder / "specs" / name)
    return found_in(folder)
