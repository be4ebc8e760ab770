"""`integration-specs diff`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration_specs.console import (
    fail,
    format_option,
    open_workspace,
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
    help="The mildest level that makes the command fail; a new error and a spec that cannot be compared do so, too.",
)
@click.option(
    "--merge-base", is_flag=True, help="Compare with the commit that BASE and HEAD share, not with BASE itself."
)
def command(base: str, head: str, root: Path, today: str | None, format_: str, fail_on: str, merge_base: bool) -> int:
    """Tell what changed in meaning between BASE and HEAD, who is hurt and who must agree.

    Each is a git revision, a folder or a file. Without them: the merge base of the main branch, and the working tree.
    """
    from integration_specs.review.compare import RevisionError, compare
    from integration_specs.review.snapshots import sides

    workspace = open_workspace(root)
    try:
        one, other = sides(root, workspace.settings.branch, base, head, merge_base=merge_base)
        comparison = compare(workspace, one, other, parse_today(today))
    except RevisionError as error:
        fail(str(error))
    write_report("diff", format_, report_of(workspace, comparison))
    return status_of(workspace, comparison, fail_on)


def report_of(workspace: "Workspace", comparison: "Comparison", site: str = "") -> "DiffReport":
    """A comparison as reports take it; `site` is the address of a published site, for links."""
    from integration_specs.diff.approvers import approvals, asked_by_codeowners
    from integration_specs.documents.code_frame import source_reader
    from integration_specs.reports import DiffReport, Subject

    catalog, settings = comparison.outcome.catalog, workspace.settings
    repository = comparison.base.repository or comparison.head.repository
    asks = asked_by_codeowners(settings, catalog, repository.prefix if repository else "")
    subjects = {}
    for identity in {change.spec for change in comparison.changes}:
        spec = catalog.by_id.get(identity) or comparison.before.by_id.get(identity)
        if spec:
            page = _page(site, spec.id) if site and spec.id in catalog.by_id else ""
            subjects[identity] = Subject(
                spec.id, spec.title, spec.owner, spec.status, page, settings.edit_url(spec.file)
            )
    return DiffReport(
        comparison.changes,
        comparison.findings,
        comparison.skipped,
        approvals(comparison.changes, asks),
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


def _page(site: str, identity: str) -> str:
    """Address of a spec's page on a site, or its file in a folder with a built site."""
    folder = f"{site.rstrip('/')}/{identity}/"
    return folder if site.startswith(("http://", "https://")) else f"{folder}index.html"


def status_of(workspace: "Workspace", comparison: "Comparison", fail_on: str, *, errors: bool = False) -> int:
    """1 when something is at or above the level that fails, or could not be compared; else 0. With `errors`, findings always count."""
    from integration_specs.diff import CHANGE_LEVELS
    from integration_specs.findings import LEVELS

    if fail_on == "never" and not errors:
        return 0
    limit = LEVELS.index(workspace.settings.fail_on)
    grave = fail_on != "never" and any(
        CHANGE_LEVELS.index(change.level) <= CHANGE_LEVELS.index(fail_on)
        for change in comparison.changes
        if not change.waiver
    )
    worse = any(LEVELS.index(finding.level) <= limit for finding in comparison.findings)
    return int(grave or worse or any(each.spec in comparison.changed for each in comparison.skipped))
