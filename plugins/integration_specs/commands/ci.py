"""`integration-specs ci`."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from integration_specs.console import (
    abort,
    add_to_summary,
    echo_to_stderr,
    open_project,
    parse_today,
    report_text,
    root_option,
    source_option,
    today_option,
    write,
)
from integration_specs.diff import CHANGE_LEVELS
from integration_specs.documents.atomic_write import make_folder, write_atomic
from integration_specs.findings.internal_errors import guarded, recorded_failures
from integration_specs.model import Catalog
from integration_specs.project.git import Repository, RevisionError
from integration_specs.reports import DiffReport
from integration_specs.review.acknowledgements import AcknowledgementError, acknowledge, read_comments, read_members
from integration_specs.review.base_and_head import SETTINGS_FILES, Source, find_sources, write_files
from integration_specs.review.compare import compare
from integration_specs.settings import Settings, SettingsError, read_settings

from ._diff_report import FAIL_ON, contract_option, exit_code, failures, platform, report_of

_FILES = {
    "markdown": "comment.md",
    "html": "report.html",
    "json": "changes.json",
    "sarif": "changes.sarif",
    "junit": "junit.xml",
    "gitlab": "gitlab.json",
}
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*( [A-Za-z0-9][A-Za-z0-9._/-]*)?")
"""What scripts may read: handles, and pairs of them; none is taken for an option."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


@click.command()
@root_option
@today_option
@click.option(
    "--base",
    default="",
    help="Revision to compare with. The default is the target branch of the pull or merge request.",
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="never",
    show_default=True,
    help="Lowest severity of a change that fails the job. Errors of check, old and new, always fail it.",
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the reports, one file for each format."
)
@contract_option
@click.option("--site", default="", help="Address of the published site or preview, for links.")
@click.option(
    "--own-settings", is_flag=True, help="Read settings and schema from the change itself, not from its base."
)
@click.option(
    "--comments",
    type=click.Path(dir_okay=False, path_type=Path),
    help="JSON file with the comments of the pull request, in which approvers acknowledge changes.",
)
@click.option(
    "--members",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with proven memberships of teams, one `author organization/team` a line.",
)
@source_option
@click.option("--trust-labels", is_flag=True, help="Accept labels such as `acknowledged: 1a2b3c4d`, too.")
def command(
    root: Path,
    today: str | None,
    base: str,
    fail_on: str,
    out: Path | None,
    contracts: dict[str, Path],
    site: str,
    own_settings: bool,
    comments: Path | None,
    members: Path | None,
    trust_labels: bool,
    source: str,
) -> int:
    """Check and compare all specs in a CI job.

    Writes annotations (or text) and the job summary; with --out also comment.md, report.html, changes.json, changes.sarif, junit.xml,
    gitlab.json, reviewers.txt and unproven.txt. The last one lists acknowledgements whose author is not yet a proven member of the
    team. Settings, waivers, approvers and CODEOWNERS come from the base.
    """
    try:
        name, exact = _base(os.environ, base)
        settings = read_settings(root)
        old, new = find_sources(settings, name, "", merge_base=not exact, only=source)
        with TemporaryDirectory() as folder:
            if old.repository and not own_settings:
                settings = _settings_of(old, old.repository, root, Path(folder))
            workspace = open_project(root, settings, requires_specs=False)
            comparison = compare(workspace, old, new, parse_today(today), contracts)
        labels = platform(os.environ).labels if trust_labels else ()
        found_comments = read_comments(comments) if comments else ()
        found_members = read_members(members) if members else frozenset()
        changes, claims = acknowledge(comparison.changes, comparison.before, found_comments, labels, found_members)
        report = report_of(workspace, replace(comparison, changes=changes), site, is_ci=True)
    except (RevisionError, SettingsError, AcknowledgementError) as error:
        abort(str(error))
    notes = [f"{author} acknowledged a change, but is not shown to be a member of {team}" for author, team in claims]
    report = replace(report, failures=failures(report, workspace.settings, fail_on), notes=tuple(notes))
    reviewers = _reviewers(report, comparison.before)
    lists = {"reviewers.txt": reviewers, "unproven.txt": [" ".join(claim) for claim in claims]}
    text = cache(partial(_text, report=report))
    with recorded_failures() as broken:
        format_ = "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"
        write([text(format_)], raw=format_ == "github")
        add_to_summary(map(text, ["markdown"]))
        if out:
            _write_files(out, text, lists)
    for failure in broken:
        echo_to_stderr(f"{failure.message}. {failure.help}")
    _outputs(report, reviewers)
    return exit_code(replace(report, findings=(*report.findings, *broken)))


def _base(environment: Mapping[str, str], base: str) -> tuple[str, bool]:
    """Return the revision to compare with, empty for the main branch, and whether it already is the merge base."""
    if base:
        return base, False
    if commit := environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        return commit, True
    target = environment.get("GITHUB_BASE_REF") or environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
    return (f"origin/{target}", False) if target else ("", False)


def _settings_of(base: Source, repository: Repository, root: Path, folder: Path) -> Settings:
    """Return the settings of the base, with the files that they name copied to `folder`.

    Raises `SettingsError`.
    """
    files = repository.files(base.commit, "")
    write_files(repository, files, SETTINGS_FILES, folder)
    settings = replace(read_settings(folder), root=root)
    if settings.schema:
        write_files(repository, files, repository.files(base.commit, settings.schema), folder)
        settings = replace(settings, schema=str(folder / settings.schema))
    if settings.secrets_baseline:
        write_files(repository, files, [Path(settings.secrets_baseline).as_posix()], folder)
        settings = replace(settings, secrets_baseline=str(folder / settings.secrets_baseline))
    echo_to_stderr(f"settings and schema are read from the base, {base.commit[:7]}")
    return settings


def _reviewers(report: DiffReport, owners: Catalog) -> list[str]:
    """Return the handles of the teams that must approve and that CODEOWNERS does not request."""
    missing = [approval.team for approval in report.approvals if not approval.in_codeowners]
    handles = [owner.code_owner for key in missing if (owner := owners.owner_by_key.get(key)) and owner.code_owner]
    return [handle.removeprefix("@") for handle in handles if handle.startswith("@")]


def _text(format_: str, report: DiffReport) -> str:
    """Return a report, empty if it fails: the others are still written."""
    return guarded(
        lambda: "".join(report_text("diff", format_, report)), lambda _: "", f"the report {format_}", format_
    )


def _write_files(out: Path, text_of: Callable[[str], str], lists: Mapping[str, list[str]]) -> None:
    make_folder(out)
    for format_, name in _FILES.items():
        if text := text_of(format_):
            write_atomic(out / name, text.encode())  # never writes through a link
    for name, entries in lists.items():
        write_atomic(out / name, "".join(f"{each}\n" for each in entries if _PLAIN.fullmatch(each)).encode())


def _outputs(report: DiffReport, reviewers: list[str]) -> None:
    """Write the number of changes, the changed specs and the reviewers to the outputs of a GitHub Actions step."""
    path = os.environ.get("GITHUB_OUTPUT")
    if not path:
        return
    levels = [change.level for change in report.changes]
    changed = [name for name in report.changed if _ID.fullmatch(name)]
    plain = [each for each in reviewers if _PLAIN.fullmatch(each)]
    with Path(path).open("a", encoding="utf-8") as file:
        file.writelines(f"{level}={levels.count(level)}\n" for level in CHANGE_LEVELS)
        file.write(f"changed={' '.join(changed)}\nreviewers={' '.join(plain)}\n")
