"""Planted faults: each gives one message at its place, and doing what it says mends the file.

A case is a folder: `specs/` with one faulty file, `mend.txt` with the place (`at LINE:COLUMN`) and the edit that a person
makes who follows the message (`- ` old lines, `+ ` new lines, or `rename OLD -> NEW`), and `expected.txt` with the message.
The first two were written before the messages were. `WRITE_EXPECTED=1` writes the messages anew, to be read in the diff.
"""

import shutil
from pathlib import Path

import pytest

from expecting import expect
from integration_specs.documents.code_frame import source_reader
from integration_specs.documents.fixes import fixed_text
from integration_specs.findings import Finding
from integration_specs.project.rules import all_rules
from integration_specs.project.workspace import Workspace
from integration_specs.reports.text import finding_text
from integration_specs.settings import Settings

CASES = Path(__file__).parent / "cases" / "messages"
NAMES = sorted(path.name for path in CASES.iterdir())
RULES = all_rules()


def findings_in(folder: Path) -> tuple[Finding, ...]:
    """What reading and shape say of the project in `folder`."""
    return tuple(Workspace(Settings(root=folder)).catalog()[1])


def mend(folder: Path, instructions: str) -> None:
    """Make the edit of a `mend.txt` in `folder`."""
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


@pytest.mark.parametrize("name", NAMES)
def test_one_message_at_the_right_place_in_the_right_words(name: str) -> None:
    case = CASES / name
    found = findings_in(case)
    shown = "".join(
        piece for finding in found for piece in finding_text(finding, source_reader(case)(finding.file), width=100)
    )
    assert len(found) == 1, shown
    (finding,) = found
    place = (case / "mend.txt").read_text(encoding="utf-8").split("\n", 1)[0]
    assert place == f"at {finding.span.line}:{finding.span.column}", shown
    expect(shown, case / "expected.txt")


@pytest.mark.parametrize("name", NAMES)
def test_what_the_help_says_mends_it(name: str, tmp_path: Path) -> None:
    case = CASES / name
    (finding,) = findings_in(case)
    assert finding.help
    assert finding.rule in RULES
    assert len(f"{finding.level}[{finding.rule}] {finding.message}") <= 200
    shutil.copytree(case / "specs", tmp_path / "specs")
    mend(tmp_path, (case / "mend.txt").read_text(encoding="utf-8"))
    assert findings_in(tmp_path) == ()


@pytest.mark.parametrize("name", NAMES)
def test_where_there_is_one_right_answer_it_is_applied(name: str, tmp_path: Path) -> None:
    case = CASES / name
    (finding,) = findings_in(case)
    if finding.fix is None:
        return
    shutil.copytree(case / "specs", tmp_path / "specs")
    (path,) = (tmp_path / "specs").iterdir()
    path.write_text(fixed_text(path.read_text(encoding="utf-8"), [finding]), encoding="utf-8")
    assert findings_in(tmp_path) == ()
    written = path.read_text(encoding="utf-8")
    mend_file = (case / "mend.txt").read_text(encoding="utf-8")
    shutil.copytree(case / "specs", tmp_path / "by-hand" / "specs")
    mend(tmp_path / "by-hand", mend_file)
    assert written == (tmp_path / "by-hand" / "specs" / path.name).read_text(encoding="utf-8")
