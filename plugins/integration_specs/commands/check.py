"""`integration-specs check`."""

import importlib
import os
from pathlib import Path

import click

from .. import registry
from ..console import fail, open_workspace, parse_today, require_rules, root_option, today_option, wants_color, write


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@root_option
@today_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(registry.names("reports")),
    default="text",
    show_default=True,
    help="How to say it.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    help="The mildest level that makes the command fail. From the settings, else error.",
)
@click.option("--select", metavar="RULE", multiple=True, help="Report only this rule (may be repeated).")
@click.option("--ignore", metavar="RULE", multiple=True, help="Do not report this rule (may be repeated).")
def command(
    files: tuple[Path, ...],
    root: Path,
    today: str | None,
    format_: str,
    fail_on: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
) -> int:
    """Check specs: all of them, or what concerns FILES."""
    from ..findings import LEVELS
    from ..frames import source_reader
    from ..pipeline import all_rules
    from ..reports import CheckReport

    workspace = open_workspace(root)
    if select or ignore:
        require_rules((*select, *ignore), all_rules())
    missing = next((file for file in files if not os.path.lexists(file)), None)
    if missing:
        fail(f"there is no file {missing}")
    outcome = workspace.outcome(parse_today(today), files)
    findings = tuple(
        finding for finding in outcome.findings if (not select or finding.rule in select) and finding.rule not in ignore
    )
    report = CheckReport(findings, outcome.checked, source_reader(root), wants_color(), outcome.waived)
    reporter = importlib.import_module(f"integration_specs.reports.{format_}")
    if not hasattr(reporter, "check"):
        fail(f"--format {format_} is not for check")
    write(reporter.check(report))
    limit = fail_on or workspace.settings.fail_on
    if limit == "never":
        return 0
    return int(any(LEVELS.index(finding.level) <= LEVELS.index(limit) for finding in findings))
