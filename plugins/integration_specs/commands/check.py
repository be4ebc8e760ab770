"""`integration-specs check`."""

import os
from collections.abc import Collection
from pathlib import Path

import click

from integration_specs.console import (
    abort,
    apply_fixes,
    check_options,
    echo_to_stderr,
    open_project,
    parse_today,
    report_check,
    require_rules,
)
from integration_specs.documents.code_frame import source_reader
from integration_specs.findings import Finding
from integration_specs.project.discovery import shown_name
from integration_specs.project.owner_renames import complete_renames
from integration_specs.project.rules import all_rules
from integration_specs.project.workspace import CheckResult
from integration_specs.reports import CheckReport
from integration_specs.settings import Settings
from integration_specs.text.display import plural
from integration_specs.text.suggestions import did_you_mean


@click.command()
@click.argument("files", metavar="[FILE|ID]...", nargs=-1, type=click.Path(path_type=Path))
@check_options
@click.option(
    "--status",
    type=click.Choice(["draft", "active", "deprecated", "retired"]),
    help="Check the named specs as if they had this status.",
)
@click.option("--fix", is_flag=True, help="Apply the unambiguous fixes, then check again.")
@click.option("--select", metavar="RULE", multiple=True, help="Report only this rule (repeatable).")
@click.option("--ignore", metavar="RULE", multiple=True, help="Do not report this rule (repeatable).")
def command(
    files: tuple[Path, ...],
    root: Path,
    today: str | None,
    format_: str,
    fail_on: str | None,
    status: str | None,
    fix: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
) -> int:
    """Check all specs, or the named ones, and report every problem."""
    workspace = open_project(root)
    if select or ignore:
        require_rules((*select, *ignore), all_rules())
    specs = dict.fromkeys(map(_absolute, workspace.files().specs if files else ()))
    named = [name for file in files for name in _files_of(file, specs, workspace.settings, root)]
    if status:
        if not named:
            abort("--status needs the files or IDs of specs: `check --status active ID`")
        workspace.reader.assumed_status = dict.fromkeys(named, status)

    def run() -> tuple[CheckResult, tuple[Finding, ...]]:
        result = workspace.check(parse_today(today))
        if named:
            result = result.limited_to(named)
        reported = (each for each in result.findings if (not select or each.rule in select) and each.rule not in ignore)
        return result, tuple(reported)

    result, findings = run()
    for _ in range(_MOST_ROUNDS if fix else 0):
        # A key that is fixed may have a value to fix.
        if not apply_fixes(root, complete_renames(workspace, findings), result.texts):
            break
        result, findings = run()
    guesses = sum("did you mean `" in each.message and each.fix is None for each in findings)
    if fix and guesses:
        echo_to_stderr(f'Left {plural(guesses, "problem")} with "did you mean": --fix does not apply guesses')
    source = source_reader(root, result.texts)
    report = CheckReport(findings, result.checked, source, waived=result.waived)
    return report_check(report, format_, fail_on, workspace.settings)


def _files_of(file: Path, specs: Collection[Path], settings: Settings, root: Path) -> list[str]:
    """Return the names in messages of a file, of the specs in a folder, or of the spec with this ID."""
    if not os.path.lexists(file):
        by_id = {path.stem: path for path in specs}
        if str(file) not in by_id:
            abort(f"there is no file or spec {file}{did_you_mean(str(file), by_id)}")
        file = by_id[str(file)]
    path, top = _absolute(file), _absolute(root)
    folders = [source.path for source in settings.spec_sources]
    if path.is_dir():
        if below := [shown_name(each, top) for each in specs if each.is_relative_to(path)]:
            return below
        abort(f"there are no specs in the folder {file}")
    if file.name not in _BESIDE_SPECS and not any(path.is_relative_to(_absolute(top / folder)) for folder in folders):
        abort(f"{file} is not checked: it is not in a folder of specs ({', '.join(folders)})")
    owner = next((each for parent in path.parents if (each := Path(f"{parent}.yaml")) in specs), None)
    if owner is None and path.suffix not in (".yaml", ".yml") and file.name not in _BESIDE_SPECS:
        abort(f"{file} is not checked: it is not a spec, and not in the folder of one")
    return [shown_name(each, top) for each in (owner, path) if each]


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 (`resolve` would follow links)


_MOST_ROUNDS = 10
_BESIDE_SPECS = {"CODEOWNERS", "integration-specs.toml", "pyproject.toml", "mkdocs.yml"}
"""Files outside of the folders of specs that findings may name."""
