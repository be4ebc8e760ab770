"""`integration-specs diff`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration_specs.console import (
    abort,
    format_option,
    open_project,
    parse_today,
    root_option,
    screen_width,
    today_option,
    wants_color,
    write_report,
)

if TYPE_CHECKING:
    from integration_specs.project.workspace import Workspace
    from integration_specs.reports import DiffReport
    from integration_specs.review.compare import Comparison

FAIL_ON = ("breaking", "risky", "safe", "editorial", "never")


@click.command()
@click.argument("base", default="")
@click.argument("head", default="")
@root_option
@today_option
@format_option
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="breaking",
    show_default=True,
    help="Lowest level of a change that fails. New errors and specs that cannot be compared fail, too.",
)
@click.option("--merge-base", is_flag=True, help="Compare HEAD with the common ancestor of BASE and HEAD.")
def command(base: str, head: str, root: Path, today: str | None, format_: str, fail_on: str, merge_base: bool) -> int:
    """Report what changed in meaning between BASE and HEAD, what is affected and who must approve.

    Each is a git revision, a folder or a file. The defaults are the merge base of the main branch, and the working tree.
    """
    from integration_specs.api import ProjectError

    workspace = open_project(root)
    try:
        comparison = workspace.compare(base, head, merge_base=merge_base, today=parse_today(today))
    except ProjectError as error:
        abort(str(error))
    write_report("diff", format_, report_of(workspace, comparison))
    return exit_code(workspace, comparison, fail_on)


def report_of(workspace: "Workspace", comparison: "Comparison", site: str = "") -> "DiffReport":
    """Return the report of a comparison; `site` is the address of a published site, for links."""
    from integration_specs.diff.approvers import approvals, requested_by_codeowners
    from integration_specs.documents.code_frame import source_reader
    from integration_specs.reports import DiffReport, Subject

    catalog, settings = comparison.outcome.catalog, workspace.settings
    repository = comparison.base.repository or comparison.head.repository
    is_requested = requested_by_codeowners(settings, catalog, repository.prefix if repository else "")
    subjects = {}
    for name in {change.spec for change in comparison.changes}:
        if spec := catalog.by_id.get(name) or comparison.before.by_id.get(name):
            page = _page(site, name) if site and name in catalog.by_id else ""
            subjects[name] = Subject(name, spec.title, spec.owner, spec.status, page, settings.edit_url(spec.file))
    return DiffReport(
        comparison.changes,
        comparison.findings,
        comparison.skipped,
        approvals(comparison.changes, is_requested),
        comparison.checked,
        comparison.base.title,
        comparison.head.title,
        comparison.changed,
        subjects,
        source_reader(settings.root),
        wants_color(),
        screen_width(),
        commits=(comparison.base.commit, comparison.head.commit),
    )


def _page(site: str, name: str) -> str:
    """Return the address of a spec's page, or its file if `site` is a folder."""
    folder = f"{site.rstrip('/')}/{name}/"
    return folder if site.startswith(("http://", "https://")) else f"{folder}index.html"


def exit_code(workspace: "Workspace", comparison: "Comparison", fail_on: str, *, errors: bool = False) -> int:
    """Return 1 if a change, a finding or a spec that was not compared fails the command, otherwise 0.

    With `errors`, findings count even if `fail_on` is `never`.
    """
    from integration_specs.diff import CHANGE_LEVELS
    from integration_specs.findings import LEVELS
    from integration_specs.findings.isolation import has_internal_error

    if has_internal_error((*comparison.findings, *comparison.outcome.findings)):
        return 2
    if fail_on == "never" and not errors:
        return 0
    change_levels = () if fail_on == "never" else CHANGE_LEVELS[: CHANGE_LEVELS.index(fail_on) + 1]
    finding_levels = LEVELS[: LEVELS.index(workspace.settings.fail_on) + 1]
    return int(
        any(change.level in change_levels and not change.waiver for change in comparison.changes)
        or any(finding.level in finding_levels for finding in comparison.findings)
        or any(skip.spec in comparison.changed for skip in comparison.skipped)
    )
