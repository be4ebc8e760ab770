"""Edits of this repository's own specs, each with the judgement of a careful reviewer."""

import json
import shutil
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from case_file import CASES
from integration_specs.diff import CHANGE_LEVELS, Change
from integration_specs.diff.classify import compare_specs
from integration_specs.diff.context import Snapshots
from integration_specs.documents import load_text
from integration_specs.model import Catalog, Spec
from integration_specs.project.workspace import Workspace
from integration_specs.settings import Settings
from scratch import commit, git, run

ROOT = Path(__file__).parent.parent
WORKSPACE = Workspace(Settings(root=ROOT))
CATALOG = WORKSPACE.catalog()
TODAY = date(2026, 11, 22)
EDITS: list[dict[str, Any]] = [
    edit
    for name in (
        "judged.toml",
        "judged-later.toml",
        "judged-third.toml",
        "judged-4.toml",
        "judged-5.toml",
        "judged-6.toml",
        "judged-7.toml",
        "judged-8.toml",
    )
    for edit in tomllib.loads((CASES / "diff" / name).read_text(encoding="utf-8"))["edit"]
]


IN_SPECS = [edit for edit in EDITS if "file" in edit]
BESIDE_SPECS = [edit for edit in EDITS if "path" in edit]


def edited(text: str, edit: dict[str, Any]) -> str:
    """Return the text of a file after one replacement; an empty `old` stands for the whole file."""
    old, new = str(edit.get("old", "")), str(edit.get("new", ""))
    if not old:
        return new
    if edit.get("all"):
        assert old in text
        return text.replace(old, new)
    assert edit.get("after", "") in text
    start = text.index(old, text.index(edit.get("after", "")))
    return text[:start] + new + text[start + len(old) :]


def sides(text: str, edit: dict[str, Any]) -> tuple[str, str]:
    """Return the text of a file before and after an edit."""
    for each in edit.get("before", []):
        text = edited(text, each)
    base = text
    for each in (edit, *edit.get("also", [])):
        text = edited(text, each)
    return base, text


def with_spec(old: Spec, text: str) -> tuple[Spec, Catalog]:
    document = load_text(text, old.file)
    assert document.data is not None, document.findings
    new = Spec(old.id, old.file, document.data, document)
    specs = tuple(new if spec.id == old.id else spec for spec in CATALOG.specs)
    return new, Catalog(specs, CATALOG.owners, CATALOG.approvers)


def changes(edit: dict[str, Any]) -> list[Change]:
    spec = CATALOG.by_id[edit["file"]]
    base, head = sides(spec.document.text, edit)
    old, old_catalog = with_spec(spec, base)
    new, new_catalog = with_spec(spec, head)
    return compare_specs(Snapshots(old_catalog, new_catalog, WORKSPACE.schema, TODAY), old, new)


def judge(edit: dict[str, Any], found: list[dict[str, Any]]) -> None:
    """Fail unless the changes have the expected level, concern and approvers, or one of those that are `also_right`."""
    worst = min((change["level"] for change in found), key=CHANGE_LEVELS.index, default="none")
    shown = "\n".join(
        f"{change['level']} {change['concerns']} {change['rule']} {change['pointer']} {change['teams']}"
        for change in found
    )
    answers = [each.partition(" ") for each in (edit["expect"], *edit.get("also_right", ()))]
    assert worst in [level for level, _, _ in answers], shown
    concerns = {each for change in found if change["level"] == worst for each in change["concerns"]}
    named = [concern for level, _, concern in answers if level == worst]
    assert not all(named) or concerns & set(named), shown
    teams = {team for change in found for team in change["teams"]}
    approvers = dict(CATALOG.approvers)
    assert any(concern not in approvers or approvers[concern] in teams for concern in named), shown
    assert teams.issuperset(edit.get("approvers", ())), shown


@pytest.mark.parametrize("edit", IN_SPECS, ids=lambda edit: edit["title"])
def test_an_edit_gets_the_level_that_a_reviewer_would_give(edit: dict[str, Any]) -> None:
    judge(
        edit,
        [
            {
                "level": change.level,
                "concerns": change.concerns,
                "rule": change.rule,
                "pointer": change.pointer,
                "teams": [approver.team for approver in change.approvers],
            }
            for change in changes(edit)
        ],
    )


@pytest.mark.parametrize("edit", BESIDE_SPECS, ids=lambda edit: edit["title"])
def test_an_edit_beside_the_specs_is_judged_as_well(edit: dict[str, Any], tmp_path: Path) -> None:
    for folder in ("specs", "schema"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "integration-specs.toml", tmp_path)
    file = tmp_path / edit["path"]
    others = [each for each in edit.get("also", []) if "path" in each]
    own = [each for each in edit.get("also", []) if "path" not in each]
    file.parent.mkdir(exist_ok=True)
    base, head = sides(file.read_text(encoding="utf-8") if file.exists() else "", edit | {"also": own})
    file.write_text(base, encoding="utf-8")
    git(tmp_path, "init", "-q", "-b", "main", str(tmp_path))
    commit(tmp_path, "Base")
    file.unlink()
    if not edit.get("deleted"):
        (tmp_path / edit.get("renamed", edit["path"])).write_text(head, encoding="utf-8")
    for each in others:
        other = tmp_path / each["path"]
        other.write_text(edited(other.read_text(encoding="utf-8"), each), encoding="utf-8")
    commit(tmp_path, "Head")
    words = ("HEAD~1", "HEAD", "--format", "json", "--today", str(TODAY), "--fail-on", "never")
    done = run(tmp_path, "diff", *words)
    assert done.stdout, done.stderr
    judge(
        edit,
        [
            {**change, "teams": [approver["team"] for approver in change["approvers"]]}
            for change in json.loads(done.stdout)["changes"]
        ],
    )
