"""Edits of this repository's own specs, each with the judgement of a careful reviewer."""

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

ROOT = Path(__file__).parent.parent
WORKSPACE = Workspace(Settings(root=ROOT))
CATALOG = WORKSPACE.catalog()
TODAY = date(2026, 11, 22)
EDITS: list[dict[str, Any]] = [
    edit
    for name in ("judged.toml", "judged-later.toml", "judged-third.toml")
    for edit in tomllib.loads((CASES / "diff" / name).read_text(encoding="utf-8"))["edit"]
]


def edited(text: str, edit: dict[str, Any]) -> str:
    """Return the text of a spec after an edit."""
    old, new = str(edit["old"]), str(edit["new"])
    if edit.get("all"):
        assert old in text
        return text.replace(old, new)
    assert edit.get("after", "") in text
    start = text.index(old, text.index(edit.get("after", "")))
    return text[:start] + new + text[start + len(old) :]


def changes(edit: dict[str, Any]) -> list[Change]:
    old = CATALOG.by_id[edit["file"]]
    document = load_text(edited(old.document.text, edit), old.file)
    assert document.data is not None, document.findings
    new = Spec(old.id, old.file, document.data, document)
    head = Catalog(
        tuple(new if spec.id == old.id else spec for spec in CATALOG.specs), CATALOG.owners, CATALOG.approvers
    )
    return compare_specs(Snapshots(CATALOG, head, WORKSPACE.schema, TODAY), old, new, {})


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit["title"])
def test_an_edit_gets_the_level_that_a_reviewer_would_give(edit: dict[str, Any]) -> None:
    found = changes(edit)
    level, _, concern = edit["expect"].partition(" ")
    worst = min((change.level for change in found), key=CHANGE_LEVELS.index, default="none")
    shown = "\n".join(f"{change.level} {change.concerns} {change.rule} {change.pointer}" for change in found)
    assert worst == level, shown
    concerns = {each for change in found if change.level == worst for each in change.concerns}
    assert not concern or concern in concerns, shown
    teams = {approver.team for change in found for approver in change.approvers}
    expected = dict(CATALOG.approvers).get(concern)
    assert expected is None or expected in teams, shown
