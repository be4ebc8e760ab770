"""`integration-specs check`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration_specs.console import (
    echo_to_stderr,
    fail,
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
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    help="The mildest level that makes the command fail. From the settings, else error.",
)
@click.option("--fix", is_flag=True, help="Mend what has one right answer, then check again.")
@click.option("--select", metavar="RULE", multiple=True, help="Report only this rule (may be repeated).")
@click.option("--ignore", metavar="RULE", multiple=True, help="Do not report this rule (may be repeated).")
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
    """Check specs: all of them, or what concerns FILES."""
    from integration_specs.documents.code_frame import source_reader
    from integration_specs.findings import LEVELS
    from integration_specs.project.discovery import shown_name
    from integration_specs.project.rules import all_rules
    from integration_specs.reports import CheckReport

    workspace = open_workspace(root)
    if select or ignore:
        require_rules((*select, *ignore), all_rules())
    missing = next((file for file in files if not os.path.lexists(file)), None)
    if missing:
        fail(f"there is no file {missing}")
    workspace.progress = with_progress

    def look() -> "tuple[CheckResult, tuple[Finding, ...]]":
        outcome = workspace.check(parse_today(today))
        if files:
            outcome = outcome.limited_to(shown_name(file.absolute(), root.absolute()) for file in files)
        return outcome, tuple(
            each for each in outcome.findings if (not select or each.rule in select) and each.rule not in ignore
        )

    outcome, findings = look()
    for _ in range(_MOST_ROUNDS if fix else 0):
        # A key whose name is mended may have a value to mend.
        if not _mend(root, findings):
            break
        outcome, findings = look()
    source = source_reader(root, outcome.texts)
    report = CheckReport(findings, outcome.checked, source, wants_color(), outcome.waived, screen_width())
    write_report("check", format_, report)
    limit = fail_on or workspace.settings.fail_on
    if limit == "never":
        return 0
    return int(any(LEVELS.index(finding.level) <= LEVELS.index(limit) for finding in findings))


_MOST_ROUNDS = 10


def _mend(root: Path, findings: "tuple[Finding, ...]") -> bool:
    """Write what findings carry as their fix; whether any file changed."""
    from integration_specs.documents.fixes import mend_file
    from integration_specs.text.display import plural

    changed = False
    for file in dict.fromkeys(finding.file for finding in findings if finding.fix is not None):
        fixes = [finding for finding in findings if finding.file == file and finding.fix is not None]
        try:
            written = mend_file(root / file, fixes)
        except OSError as error:
            fail(f"{file}: {error.strerror}; the file is as it was")
        if written:
            changed = True
            echo_to_stderr(f"mended {plural(len(fixes), 'fault')} in {file}")
    return changed
