"""What commands share: their usual options, the project they work on, and the only writing to the terminal."""

import importlib
import os
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

import click

from integration_specs.text.suggestions import did_you_mean

from . import registry

if TYPE_CHECKING:
    from .project.workspace import Workspace
    from .settings import Settings

root_option = click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder of the project. The current one by default.",
)
format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(registry.names("reports")),
    default="text",
    show_default=True,
    help="How to say it.",
)
today_option = click.option(
    "--today",
    metavar="YYYY-MM-DD",
    help="The day that counts as today. That of SOURCE_DATE_EPOCH, else the real one, by default.",
)


def open_workspace(root: Path, settings: "Settings | None" = None) -> "Workspace":
    """The project in `root`, by these settings or its own; ends the command when its settings or schema cannot be used, nothing can be read or it has no specs."""
    from .documents import ParserMissing
    from .project.workspace import Workspace
    from .settings import SettingsError, read_settings
    from .validation.schema import SchemaError

    try:
        settings = settings or read_settings(root)
        workspace = Workspace(settings)
    except (SettingsError, SchemaError, ParserMissing) as error:
        fail(str(error))
    if not settings.specs_folder.is_dir():
        fail(
            f"there is no folder {settings.specs_folder}; run this in the project's folder, or name it with --root, or set `specs` in integration-specs.toml"
        )
    return workspace


def parse_today(text: str | None) -> date:
    """The day that `--today` names, else that of SOURCE_DATE_EPOCH, else the real one. Ends the command when it is no day."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if not text and epoch:
            return datetime.fromtimestamp(int(epoch), UTC).date()
        return date.fromisoformat(text) if text else date.today()
    except (ValueError, OverflowError, OSError):
        wrong = f"--today must be a day written YYYY-MM-DD, not {text!r}"
        fail(wrong if text else f"SOURCE_DATE_EPOCH must be a number of seconds, not {epoch!r}")


def require_rules(names: Iterable[str], rules: Collection[str]) -> None:
    """End the command when one of `names` is no rule."""
    for name in names:
        if name not in rules:
            fail(f"there is no rule {name!a}{did_you_mean(name, rules, '; `integration-specs rules` lists them')}")


def wants_color() -> bool:
    """Whether standard output is a terminal that shows colours and whose user wants them."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def screen_width() -> int:
    """Cells of a line of the terminal; wide where there is none, since files and logs scroll."""
    return max(shutil.get_terminal_size((160, 24)).columns, 40)


def with_progress(files: Sequence[Path]) -> Iterator[Path]:
    """`files`, with a bar on standard error while they are worked on, when they are many and a terminal shows it."""
    if len(files) < _MANY or not sys.stderr.isatty():
        yield from files
        return
    with click.progressbar(files, label="Reading specs", file=sys.stderr, update_min_steps=20) as bar:
        yield from bar


_MANY = 50  # a hundred, when two processes share them


def write(pieces: Iterable[str]) -> None:
    """Write a text to standard output, piece by piece."""
    for piece in pieces:
        sys.stdout.write(piece)


def save(path: Path, text: str, shown: str = "") -> None:
    """Write a file, and the folders that it needs; ends the command when that cannot be done."""
    from .documents.atomic_write import write_atomic

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text.encode())
    except OSError as error:
        fail(f"{shown or path} cannot be written: {error.strerror}")


def add_to_summary(pieces: Iterable[str]) -> None:
    """Add a Markdown text to the summary of a job of GitHub Actions; elsewhere there is none."""
    if path := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.writelines((*pieces, "\n"))


def write_report(kind: Literal["check", "diff"], format_: str, report: object, *, summary: bool = True) -> None:
    """Write a report to standard output; in GitHub Actions, what annotations have no room for goes to the job summary."""

    def text(name: str) -> Iterable[str]:
        pieces: Iterable[str] = getattr(importlib.import_module(f"integration_specs.reports.{name}"), kind)(report)
        return pieces

    if summary and format_ == "github":
        add_to_summary(text("markdown"))
    write(text(format_))


def echo_to_stderr(message: str) -> None:
    """Say on standard error what happened besides: it is no part of the report."""
    click.echo(message, err=True)


def fail(message: str) -> NoReturn:
    """Say why the command could not run, and end it with 2."""
    raise click.ClickException(message)
