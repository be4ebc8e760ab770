"""What commands share: common options, the project they work on, and all writing to the terminal."""

import importlib
import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn, TypeVar

import click

from integration_specs.grouping import grouped
from integration_specs.text.display import inert
from integration_specs.text.suggestions import did_you_mean

from . import registry

if TYPE_CHECKING:
    from .api import Project
    from .findings import Finding
    from .model import BrokenSpec, Catalog, Spec
    from .reports import CheckReport
    from .settings import Settings

root_option = click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder of the project. Default: the current folder.",
)
source_option = click.option(
    "--source",
    default="",
    help="Compare only this entry of the setting `specs`, by its name or path. Revisions are those of its repository.",
)


def format_option(kind: Literal["check", "diff"]) -> Callable[["_Command"], "_Command"]:
    """Return the option for the format of a report of `check` or `diff`."""
    formats = click.Choice(registry.defining("reports", kind))
    return click.option(
        "--format", "format_", type=formats, default="text", show_default=True, help="Format of the report."
    )


fail_on_option = click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    help="Lowest severity that makes the command fail. Default: the setting `fail_on`, else error.",
)
today_option = click.option(
    "--today",
    metavar="YYYY-MM-DD",
    help="Date to use as today. Default: the date of SOURCE_DATE_EPOCH, else the current date.",
)


_Command = TypeVar("_Command", bound=Callable[..., object])


def check_options(command: _Command) -> _Command:
    """Add the options that `check` and `verify` share: root, today, format and fail_on."""
    return root_option(today_option(format_option("check")(fail_on_option(command))))


def open_project(root: Path, settings: "Settings | None" = None, *, requires_specs: bool = True) -> "Project":
    """Return the project in `root`. Abort if its settings or schema are invalid, or if it has no folder of specs.

    Without `requires_specs`, the folder may be missing, since a change may delete all specs.
    """
    from . import api

    try:
        project = api.open_project(root, settings, requires_specs=requires_specs)
    except api.ProjectError as error:
        abort(str(error))
    project.progress = with_progress
    return project


def parse_today(text: str | None) -> date:
    """Return the date given with `--today`, else that of SOURCE_DATE_EPOCH, else the current one. Abort if it is invalid."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if not text and epoch:
            return datetime.fromtimestamp(int(epoch), UTC).date()
        return date.fromisoformat(text) if text else date.today()
    except (ValueError, OverflowError, OSError):
        invalid = f"--today must be a date written YYYY-MM-DD, not {text!r}"
        abort(invalid if text else f"SOURCE_DATE_EPOCH must be a number of seconds, not {epoch!r}")


def require_rules(names: Iterable[str], rules: Collection[str]) -> None:
    """Abort if one of `names` is not a rule."""
    for name in names:
        if name not in rules:
            abort(f"unknown rule {name!a}{did_you_mean(name, rules, '; `integration-specs rules` lists all rules')}")


def require_spec(catalog: "Catalog", identity: str) -> "Spec | BrokenSpec":
    """Return the spec with this ID, which may be broken. Abort if there is none."""
    specs = catalog.by_id | {spec.id: spec for spec in catalog.broken}
    if identity not in specs:
        abort(f"unknown spec {identity!a}{did_you_mean(identity, specs, '; `integration-specs list` lists all specs')}")
    return specs[identity]


def wants_color() -> bool:
    """Return whether standard output is a terminal that shows colors and whose user wants them."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def screen_width() -> int:
    """Return the columns of the terminal; a large number if there is none, because files and logs scroll."""
    return max(shutil.get_terminal_size((160, 24)).columns, 40)


def table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield lines with aligned columns, truncated to the width of the terminal."""
    from .documents.code_frame import cells, truncate_cells

    widths = [max(cells(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        padded = (text + " " * (width - cells(text)) for text, width in zip(row, widths, strict=True))
        yield truncate_cells("  ".join(padded).rstrip(), screen_width()) + "\n"


def with_progress(files: Sequence[Path]) -> Iterator[Path]:
    """Yield `files`, with a progress bar on standard error if they are many and it is a terminal."""
    if len(files) < _MANY or not sys.stderr.isatty():
        yield from files
        return
    with click.progressbar(files, label="Reading specs", file=sys.stderr, update_min_steps=20) as bar:
        yield from bar


_MANY = 50  # a hundred, when two processes share them


def write(pieces: Iterable[str], *, raw: bool = False) -> None:
    """Write a text to standard output, without control characters and commands of CI logs unless it is `raw`."""
    colors = wants_color()
    for piece in pieces:
        sys.stdout.write(piece if raw else inert(piece, colors=colors))


def write_file(text: str) -> None:
    """Write the content of a file to standard output as it is, and warn if a terminal or a CI log shows it."""
    if sys.stdout.isatty() or os.environ.get("CI"):
        echo_to_stderr("This output is the unchanged text of specs; write it to a file with -o")
    write([text], raw=True)


def echo_to_stderr(message: str) -> None:
    """Write a line that is not part of the output to standard error."""
    click.echo(inert(message), err=True)


def abort(message: str) -> NoReturn:
    """End the command with an error message and exit code 2; it is shortened, because it may name a value of any length."""
    raise click.ClickException(inert(message if len(message) < 1_000 else f"{message[:700]} … {message[-300:]}"))


def save(path: Path, text: str, shown: str = "") -> None:
    """Write a file and create its folders. Abort if that fails; `shown` is the name of the file in that message."""
    from .documents.atomic_write import make_folder, write_atomic

    try:
        make_folder(path.parent)
        write_atomic(path, text.encode())
    except OSError as error:
        abort(f"cannot write {shown or path}: {error.strerror}")


def add_to_summary(pieces: Iterable[str]) -> None:
    """Add a Markdown text to the job summary if this is a job of GitHub Actions."""
    if path := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.writelines((*pieces, "\n"))


def report_text(kind: Literal["check", "diff"], format_: str, report: object) -> Iterable[str]:
    """Return the pieces of a report."""
    pieces: Iterable[str] = getattr(importlib.import_module(f"integration_specs.reports.{format_}"), kind)(report)
    return pieces


def write_report(kind: Literal["check", "diff"], format_: str, report: object) -> None:
    """Write a report to standard output; with the format `github`, also a Markdown report to the job summary."""
    if format_ == "github":
        add_to_summary(report_text(kind, "markdown", report))
    raw = format_ == "github"  # whose texts are escaped, and which has commands
    write(report_text(kind, format_, report), raw=raw)


def report_check(report: "CheckReport", format_: str, fail_on: str | None, settings: "Settings") -> int:
    """Write a report of `check` or `verify` as this terminal shows it. Return the exit code."""
    write_report("check", format_, replace(report, color=wants_color(), width=screen_width()))
    return exit_code(report.findings, fail_on or settings.fail_on)


def apply_fixes(
    root: Path, findings: "Iterable[Finding]", texts: Mapping[str, str], verb: str = "Fixed", what: str = "problem"
) -> bool:
    """Apply the fixes of findings about `texts` to their files. Return whether a file changed.

    `verb` and `what` describe it on standard error.
    """
    from .documents.fixes import fix_file
    from .text.display import plural

    changed = False
    by_file = grouped((finding.file, finding) for finding in findings if finding.fix is not None)
    for file, fixes in by_file.items():
        try:
            number = fix_file(root / file, fixes, texts.get(file))
        except OSError as error:
            abort(f"{file} is unchanged: {error.strerror}")
        if number:
            changed = True
            echo_to_stderr(f"{verb} {plural(number, what)} in {file}")
    return changed


def exit_code(findings: "Iterable[Finding]", limit: str) -> int:
    """Return 1 if a finding is at least as severe as `limit`, which may be `never`; 2 if the result is not complete."""
    from .findings import LEVELS
    from .findings.internal_errors import has_internal_error

    findings = tuple(findings)
    if has_internal_error(findings):
        return 2
    return int(limit != "never" and any(LEVELS.index(each.level) <= LEVELS.index(limit) for each in findings))
