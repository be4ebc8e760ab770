"""`integration-specs export`."""

from pathlib import Path

import click

from integration_specs import registry
from integration_specs.api import ProjectError
from integration_specs.console import (
    abort,
    echo_to_stderr,
    open_project,
    parse_today,
    root_option,
    save,
    today_option,
    write,
    write_file,
)
from integration_specs.exporters.codeowners import merge
from integration_specs.files import UnreadableFile, is_missing, read_file
from integration_specs.model.codeowners import find_codeowners
from integration_specs.project.discovery import shown_name
from integration_specs.project.workspace import Workspace

FORMATS = registry.names("exporters")


@click.command(epilog=f"Formats: {', '.join(FORMATS)}.")
@click.argument("format_", metavar="FORMAT", type=click.Choice(FORMATS))
@click.argument("ids", metavar="[ID]...", nargs=-1)
@root_option
@today_option
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="File or folder to write to; - is standard output. Default: -; several files need a folder.",
)
@click.option("--check", is_flag=True, help="codeowners: write nothing; fail if CODEOWNERS is not up to date.")
@click.option(
    "--write", "write_", is_flag=True, help="codeowners: update the section of CODEOWNERS between our markers."
)
def command(
    format_: str, ids: tuple[str, ...], root: Path, today: str | None, output: str | None, check: bool, write_: bool
) -> int:
    """Export all specs, or those with these IDs, to another format.

    Broken specs are skipped and reported; then the exit code is 1.
    """
    workspace = open_project(root)
    catalog = workspace.catalog()
    skipped = [spec for spec in catalog.broken if not ids or spec.id in ids]
    for spec in skipped:
        echo_to_stderr(f"Skipped {spec.file}, which has errors; `integration-specs check {spec.file}` reports them")
    try:
        files = workspace.export(format_, ids, today=parse_today(today), warn=echo_to_stderr)
    except ProjectError as error:
        abort(str(error))
    if check or write_:
        if format_ != "codeowners":
            abort("--check and --write apply only to codeowners")
        return _codeowners(workspace, files["CODEOWNERS"], write_) or int(bool(skipped))
    if output in (None, "-"):
        if len(files) != 1:
            abort(
                f"{format_} writes {len(files)} files; name a folder with -o" if files else "there is nothing to export"
            )
        write_file("".join(files.values()))
    else:
        _save(files, Path(str(output)), root)
    return int(bool(skipped))


def _save(files: dict[str, str], target: Path, root: Path) -> None:
    one = len(files) == 1 and not target.is_dir()
    for name, text in files.items():
        path = target if one else target / name
        shown = shown_name(path, root)
        save(path, text, shown)
        echo_to_stderr(f"Wrote {shown}")


def _codeowners(workspace: Workspace, block: str, write_: bool) -> int:
    """Check whether CODEOWNERS is up to date, or update it."""
    settings = workspace.settings
    path = find_codeowners(settings) or settings.root / (settings.codeowners or "CODEOWNERS")
    shown = shown_name(path, settings.root)
    try:
        text = "" if is_missing(path) else read_file(path, 16 << 20).decode()
    except UnreadableFile as error:
        abort(f"{shown}: {error.reason}; the file is unchanged")
    except UnicodeDecodeError:
        abort(f"{shown} is not UTF-8; the file is unchanged")
    updated = merge(text, block)
    if write_ and updated != text:
        save(path, updated, shown)
        write([f"Wrote {shown}\n"])
        return 0
    state = "up to date" if updated == text else "not up to date; run `integration-specs export codeowners --write`"
    write([f"{shown} is {state}\n"])
    return int(updated != text)
