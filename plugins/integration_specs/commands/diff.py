"""`integration-specs diff`."""

from dataclasses import replace
from pathlib import Path

import click

from integration_specs.api import ProjectError
from integration_specs.console import (
    abort,
    format_option,
    open_project,
    parse_today,
    root_option,
    source_option,
    today_option,
    write_report,
)

from ._diff_report import FAIL_ON, contract_option, exit_code, failures, report_of


@click.command()
@click.argument("base", default="")
@click.argument("head", default="")
@root_option
@today_option
@format_option("diff")
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="breaking",
    show_default=True,
    help="Lowest severity of a change that fails. New errors and changed specs that cannot be compared always fail.",
)
@source_option
@contract_option
@click.option("--merge-base", is_flag=True, help="Compare HEAD with the common ancestor of BASE and HEAD.")
def command(
    base: str,
    head: str,
    root: Path,
    today: str | None,
    format_: str,
    fail_on: str,
    contracts: dict[str, Path],
    source: str,
    merge_base: bool,
) -> int:
    """Report what changed in meaning between BASE and HEAD.

    The report also says what is affected and who must approve. Each of BASE and HEAD is a git revision, a folder or a file. The defaults are the merge base of the main branch, and the working tree. With
    --contract and without BASE, only the contracts are compared.
    """
    workspace = open_project(root, requires_specs=False)
    try:
        comparison = workspace.compare(
            base, head, merge_base=merge_base, today=parse_today(today), contracts=contracts, source=source
        )
    except ProjectError as error:
        abort(str(error))
    report = report_of(workspace, comparison)
    report = replace(report, failures=failures(report, workspace.settings, fail_on))
    write_report("diff", format_, report)
    return exit_code(report)
