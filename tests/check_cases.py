"""Projects for the tests of checks.

A case contains only the sections that it is about; `base.yaml` adds the others at the end, so that line numbers stay.
"""

import shutil
from datetime import date
from pathlib import Path

from case_file import Case
from integration_specs.project.workspace import Workspace
from integration_specs.reports import CheckReport, concise
from integration_specs.settings import read_settings
from integration_specs.validation.schema import read_schema
from messages import untranslatable

CASES = Path(__file__).parent / "cases" / "checks"
TODAY = date(2026, 11, 22)
SCHEMA = read_schema()


def _sections(text: str) -> dict[str, str]:
    """Return the text of a spec by its top-level keys."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines(keepends=True):
        if line[0] not in " #\n-":
            name = line.partition(":")[0]
        found[name] = found.get(name, "") + line
    return found


def make_project(case: Case | Path, folder: Path) -> Path:
    """Write a case, or copy a project, to `folder`, and add the missing sections."""
    if isinstance(case, Case):
        case.unpack(folder)
    else:
        shutil.copytree(case, folder, dirs_exist_ok=True)
    base = _sections((CASES / "base.yaml").read_text(encoding="utf-8"))
    specs = folder / "specs"
    for path in specs.rglob("*.yaml"):
        if path.name != "owners.yaml":
            text = path.read_text(encoding="utf-8")
            if text.startswith("# whole"):
                continue
            own = _sections(text)
            path.write_text(text + "".join(part for name, part in base.items() if name not in own), encoding="utf-8")
    if not (specs / "owners.yaml").exists():
        shutil.copy(CASES / "owners.yaml", specs)
    return folder


def found_in(folder: Path) -> list[str]:
    """Return the findings of a project, one line each."""
    outcome = Workspace(read_settings(folder), SCHEMA).check(TODAY)
    assert untranslatable(outcome.findings) == []
    return "".join(concise.check(CheckReport(outcome.findings, outcome.checked))).splitlines()[:-2]
