"""`integration-specs ci`."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from integration_specs.console import (
    abort,
    add_to_summary,
    echo_to_stderr,
    open_project,
    parse_today,
    report_text,
    root_option,
    today_option,
    write,
)
from integration_specs.findings.isolation import guarded, recorded_failures

from .diff import FAIL_ON, exit_code, report_of

if TYPE_CHECKING:
    from integration_specs.findings import Finding
    from integration_specs.project.git import Repository
    from integration_specs.reports import DiffReport
    from integration_specs.review.sources import Source
    from integration_specs.settings import Settings

_SETTINGS = ("integration-specs.toml", "pyproject.toml")
_FILES = {
    "markdown": "comment.md",
    "html": "report.html",
    "json": "changes.json",
    "sarif": "changes.sarif",
    "junit": "junit.xml",
    "gitlab": "gitlab.json",
}


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
    help="Lowest level of a change that fails the job. Errors of check always fail it.",
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the reports, one file for each format."
)
@click.option("--site", default="", help="Address of the published site or preview, for links.")
@click.option(
    "--own-settings", is_flag=True, help="Read settings and schema from the change itself, not from its base."
)
def command(
    root: Path, today: str | None, base: str, fail_on: str, out: Path | None, site: str, own_settings: bool
) -> int:
    """Check all specs and report what changed, in one run for a CI job.

    Writes annotations (or text), the job summary, and with --out the files comment.md, report.html, changes.json,
    changes.sarif, junit.xml and gitlab.json. Settings and schema come from the base of the change.
    """
    from tempfile import TemporaryDirectory

    from integration_specs.reports import CheckReport
    from integration_specs.review.compare import RevisionError, compare
    from integration_specs.review.sources import find_sources
    from integration_specs.settings import SettingsError, read_settings

    try:
        name, exact = _base(os.environ, base)
        settings = read_settings(root)
        old, new = find_sources(root, settings.branch, name, "", merge_base=not exact)
        with TemporaryDirectory() as folder:
            if old.repository and not own_settings:
                settings = _settings_of(old, old.repository, root, Path(folder))
            workspace = open_project(root, settings)
            comparison = compare(workspace, old, new, parse_today(today))
    except (RevisionError, SettingsError) as error:
        abort(str(error))
    report = report_of(workspace, comparison, site)
    everything = replace(report, findings=_all_findings(report, comparison.outcome.findings))
    format_ = "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"
    with recorded_failures() as failures:
        write([_text("diff", format_, everything)])
        add_to_summary([_text("diff", "markdown", report)])
        if len(everything.findings) > len(report.findings):
            add_to_summary([_text("check", "markdown", CheckReport(everything.findings, report.checked))])
        if out:
            _write_files(out, report)
    for failure in failures:
        echo_to_stderr(f"{failure.message}. {failure.help}")
    _outputs(report)
    whole = replace(comparison, findings=(*everything.findings, *failures))
    return exit_code(workspace, whole, fail_on, errors=True)


def _base(environment: Mapping[str, str], base: str) -> tuple[str, bool]:
    """Return the revision to compare with, empty for the main branch, and whether it already is the merge base."""
    if base:
        return base, False
    if commit := environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        return commit, True
    target = environment.get("GITHUB_BASE_REF") or environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
    return (f"origin/{target}", False) if target else ("", False)


def _settings_of(base: "Source", repository: "Repository", root: Path, folder: Path) -> "Settings":
    """Return the settings of the base, with the files that they name copied to `folder`.

    Raises `SettingsError`.
    """
    from integration_specs.settings import read_settings

    files = repository.files(base.commit, "")

    def fetch(*names: str) -> None:
        regular = {name: files[name].id for name in names if name in files and not files[name].is_link}
        contents = repository.read(regular.values())
        for name, identity in regular.items():
            path = folder / name
            if path.resolve().is_relative_to(folder.resolve()):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(contents[identity])

    fetch(*_SETTINGS)
    settings = replace(read_settings(folder), root=root)
    if settings.schema:
        fetch(*repository.files(base.commit, settings.schema))
        settings = replace(settings, schema=str(folder / settings.schema))
    if settings.secrets_baseline:
        fetch(Path(settings.secrets_baseline).as_posix())
        settings = replace(settings, secrets_baseline=str(folder / settings.secrets_baseline))
    echo_to_stderr(f"settings and schema are read from the base, {base.title}")
    return settings


def _all_findings(report: "DiffReport", found: "tuple[Finding, ...]") -> "tuple[Finding, ...]":
    """Return the new findings, then the errors and warnings that the base has, too."""
    before = (finding for finding in found if finding.level != "info" and finding not in report.findings)
    return (*report.findings, *before)


def _text(kind: Literal["check", "diff"], format_: str, report: object) -> str:
    """Return a report, empty if it fails: the others are still written."""
    return guarded(lambda: "".join(report_text(kind, format_, report)), lambda _: "", f"the report {format_}", format_)


def _write_files(out: Path, report: "DiffReport") -> None:
    from integration_specs.documents.atomic_write import write_atomic

    out.mkdir(parents=True, exist_ok=True)
    for format_, name in _FILES.items():
        if text := _text("diff", format_, report):
            write_atomic(out / name, text.encode())  # never writes through a link


def _outputs(report: "DiffReport") -> None:
    """Write the number of changes and the changed specs to the outputs of a GitHub Actions step."""
    from integration_specs.diff import CHANGE_LEVELS

    path = os.environ.get("GITHUB_OUTPUT")
    if not path:
        return
    levels = [change.level for change in report.changes]
    with Path(path).open("a", encoding="utf-8") as file:
        file.writelines(f"{level}={levels.count(level)}\n" for level in CHANGE_LEVELS)
        file.write(
            f"changed={' '.join(name for name in report.changed if name.replace('-', '').isalnum() and name.isascii())}\n"
        )
