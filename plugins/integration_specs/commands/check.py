"""`integration-specs check`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration_specs.console import (
    abort,
    apply_fixes,
    exit_code,
    fail_on_option,
    format_option,
    open_workspace,
    parse_today,
    require_rules,
    root_option,
    screen_width,
    today_option,
    wants_color,
    with_progress,
    write_report,
)

if TYPE_CHECKING:
    from integration_specs.findings import Finding
    from integration_specs.project.workspace import CheckResult


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@root_option
@today_option
@format_option
@fail_on_option
@click.option("--fix", is_flag=True, help="Apply the unambiguous fixes, then check again.")
@click.option("--select", metavar="RULE", multiple=True, help="Report only this rule (repeatable).")
@click.option("--ignore", metavar="RULE", multiple=True, help="Do not report this rule (repeatable).")
def command(
    files: tuple[Path, ...],
    root: Path,
    today: str | None,
    format_: str,
    fail_on: str | None,
    fix: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
) -> int:
    """Check all specs and report every problem, or only the problems of FILES."""
    from integration_specs.documents.code_frame import source_reader
    from integration_specs.project.discovery import shown_name
    from integration_specs.project.owner_renames import complete_renames
    from integration_specs.project.rules import all_rules
    from integration_specs.reports import CheckReport

    workspace = open_workspace(root)
    if select or ignore:
        require_rules((*select, *ignore), all_rules())
    if missing := next((file for file in files if not os.path.lexists(file)), None):
        abort(f"the file {missing} does not exist")
    workspace.progress = with_progress

    def run() -> "tuple[CheckResult, tuple[Finding, ...]]":
        result = workspace.check(parse_today(today))
        if files:
            result = result.limited_to(shown_name(file.absolute(), root.absolute()) for file in files)
        reported = (each for each in result.findings if (not select or each.rule in select) and each.rule not in ignore)
        return result, tuple(reported)

    result, findings = run()
    for _ in range(_MOST_ROUNDS if fix else 0):
        # A key that is fixed may have a value to fix.
        if not apply_fixes(root, complete_renames(workspace, findings)):
            break
        result, findings = run()
    source = source_reader(root, result.texts)
    report = CheckReport(findings, result.checked, source, wants_color(), result.waived, screen_width())
    write_report("check", format_, report)
    return exit_code(findings, fail_on or workspace.settings.fail_on)


_MOST_ROUNDS = 10
