"""`integration-specs init`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration_specs.console import echo_to_stderr, fail, open_workspace, parse_today, save, today_option, write

if TYPE_CHECKING:
    from integration_specs.project.workspace import Workspace

STARTER = Path(__file__).parent.parent / "scaffold" / "starter"


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), default=Path())
@today_option
@click.option(
    "--editor",
    is_flag=True,
    help="Only what editors read: schemas, settings and snippets, for a project that is there.",
)
@click.option("--check", is_flag=True, help="With --editor: write nothing; fail when a file is not what it should be.")
def command(folder: Path, today: str | None, editor: bool, check: bool) -> int:
    """Make a whole new project in DIR: specs, owners, site, CI and editor settings. It serves and passes its tests at once."""
    if check and not editor:
        fail("--check goes with --editor")
    return _editor(folder, check) if editor else _project(folder, parse_today(today).isoformat())


def _project(folder: Path, today: str) -> int:
    from integration_specs import __version__
    from integration_specs.scaffold.editors import derived_files, first_files
    from integration_specs.validation.schema import read_schema

    files = {
        path.relative_to(STARTER).as_posix().replace("dot-", "."): path.read_text(encoding="utf-8")
        .replace("{{today}}", today)
        .replace("{{version}}", __version__)
        for path in sorted(STARTER.rglob("*"))
        if path.is_file()
    }
    files |= derived_files(read_schema()) | first_files("specs")
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        fail(f"{folder} has a {taken[0]} already; name a new folder, or use `init --editor` for editor settings alone")
    for name, text in files.items():
        save(folder / name, text)
    there = "" if folder == Path() else f"cd {folder} && "
    write([f"wrote {len(files)} files into {folder}\nNext: {there}git init && make serve\n"])
    return 0


def _editor(folder: Path, check: bool) -> int:
    """Write what follows from the schema, and settings where there are none; or tell what is out of date."""
    from integration_specs.scaffold.editors import first_files

    workspace = open_workspace(folder)
    stale = [(name, text) for name, text in _derived(workspace) if _text(folder / name) != text]
    first = first_files(workspace.settings.specs)
    stale += [(name, text) for name, text in first.items() if not (folder / name).exists()]
    for name, text in stale:
        if not check:
            save(folder / name, text)
        write([f"{'would write' if check else 'wrote'} {folder / name}\n"])
    if "yaml.schemas" not in (_text(folder / ".vscode/settings.json") or "yaml.schemas"):
        echo_to_stderr(
            f"{folder / '.vscode/settings.json'} is yours and says nothing of yaml.schemas; new specs need their first line"
        )
    write([f"{len(stale)} files {'would change' if check else 'changed'}\n"])
    return int(check and bool(stale))


def _derived(workspace: "Workspace") -> Iterator[tuple[str, str]]:
    from integration_specs.scaffold.editors import SPEC_SCHEMA, derived_files

    for name, text in derived_files(workspace.schema).items():
        if name != SPEC_SCHEMA or not workspace.settings.schema:
            yield name, text


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
