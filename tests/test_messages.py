"""Planted faults: each gives one message at its place, and following its advice removes the fault.

A case holds one faulty file below `specs/`; `edit.txt` with the place (`at LINE:COLUMN`) and the edit of a person who
follows the message (`- ` old lines, `+ ` new lines, or `rename OLD -> NEW`); and `expected.txt` with the message. The first
two are written before the message is.
"""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from case_file import Case, cases, names
from integration_specs.documents.code_frame import source_reader
from integration_specs.documents.fixes import fixed_text
from integration_specs.findings import Finding
from integration_specs.project.rules import all_rules
from integration_specs.project.workspace import Workspace
from integration_specs.reports.text import finding_text
from integration_specs.settings import Settings
from messages import untranslatable

ALL_CASES = cases("messages")
RULES = all_rules()


def findings_in(folder: Path) -> tuple[Finding, ...]:
    """What reading and shape say of the project in `folder`."""
    return tuple(Workspace(Settings(root=folder)).catalog().findings)


def edit(folder: Path, instructions: str) -> None:
    """Apply the instructions of an `edit.txt` to the spec in `folder`."""
    (path,) = (folder / "specs").iterdir()
    lines = instructions.splitlines()[1:]
    if lines[0].startswith("rename "):
        old, new = lines[0].removeprefix("rename ").split(" -> ")
        (folder / "specs" / old).rename(folder / "specs" / new)
        return
    old_lines = [line[2:] for line in lines if line.startswith("- ")]
    new_lines = [line[2:] for line in lines if line.startswith("+ ")]
    text = path.read_text(encoding="utf-8").split("\n")
    at = next(place for place in range(len(text)) if text[place : place + len(old_lines)] == old_lines)
    text[at : at + len(old_lines)] = new_lines
    path.write_text("\n".join(text), encoding="utf-8")


@pytest.mark.measured
@pytest.mark.parametrize("case", ALL_CASES, ids=names(ALL_CASES))
def test_a_fault_gives_one_message_and_its_advice_removes_the_fault(
    case: Case, tmp_path: Path, measured: Callable[..., None]
) -> None:
    folder = case.folder
    found = findings_in(folder)
    shown = "".join(
        piece for finding in found for piece in finding_text(finding, source_reader(folder)(finding.file), width=100)
    )
    assert len(found) == 1, shown
    assert untranslatable(found) == []
    (finding,) = found
    place = case.files["edit.txt"].split("\n", 1)[0]
    assert place == f"at {finding.span.line}:{finding.span.column}", shown
    measured("located", 1)
    case.expect(shown, "expected.txt")
    assert finding.help
    assert finding.rule in RULES
    assert len(f"{finding.level}[{finding.rule}] {finding.message}") <= 200
    by_hand = shutil.copytree(folder / "specs", tmp_path / "by-hand" / "specs").parent
    edit(by_hand, case.files["edit.txt"])
    assert findings_in(by_hand) == ()
    if finding.fix is not None:
        (path,) = shutil.copytree(folder / "specs", tmp_path / "fixed" / "specs").iterdir()
        path.write_text(fixed_text(path.read_text(encoding="utf-8"), [finding]), encoding="utf-8")
        assert path.read_text(encoding="utf-8") == (by_hand / "specs" / path.name).read_text(encoding="utf-8")


MISTAKES = cases("mistakes")
OWNERS = "owners:\n  payments:\n    name: Payments team\n    kind: team\n    contacts:\n      - {channel: email, address: pay@example.com}\n"


def checked(folder: Path) -> list[Finding]:
    """Return all findings of `check` for the project in `folder`, with one owner."""
    (folder / "specs" / "owners.yaml").write_text(OWNERS, encoding="utf-8")
    found = Workspace(Settings(root=folder)).check(date(2026, 11, 22)).findings
    (folder / "specs" / "owners.yaml").unlink()
    return [finding for finding in found if finding.rule != "draft-progress"]


@pytest.mark.parametrize("case", MISTAKES, ids=names(MISTAKES))
def test_the_advice_for_a_mistake_followed_literally_removes_it_and_creates_no_other(
    case: Case, tmp_path: Path
) -> None:
    by_hand = case.unpack(tmp_path / "by-hand")
    found = checked(by_hand)
    errors = [finding for finding in found if finding.level == "error"]
    shown = "".join("".join(finding_text(each, case.files["specs/x.yaml"], width=100)) for each in errors)
    assert len(errors) == 1, shown
    case.expect(shown, "expected.txt")
    (finding,) = errors
    instructions = case.files["edit.txt"].splitlines()
    new = [line[2:].strip() for line in instructions if line.startswith("+ ")]
    old = [line[2:].strip() for line in instructions if line.startswith("- ")]
    values = {line.partition(": ")[2] for line in old}
    for line in new if finding.fix is None else new[:1]:
        key, _, value = line.removeprefix("- ").partition(": ")
        advised = line.removeprefix("- ") in finding.help or (
            value in values and f"`{key.rstrip(':')}:`" in finding.help
        )
        assert line in old or advised, (line, shown)
    edit(by_hand, "\n" + case.files["edit.txt"])
    assert {each.rule for each in checked(by_hand)} <= {each.rule for each in found if each is not finding}
    if finding.fix is not None:
        fixed = fixed_text(case.files["specs/x.yaml"], [finding])
        assert fixed == (by_hand / "specs" / "x.yaml").read_text(encoding="utf-8")


def test_mistakes_are_in_two_languages() -> None:
    assert len(MISTAKES) >= 60
    assert sum(each.name.startswith("pt-") for each in MISTAKES) >= 20
