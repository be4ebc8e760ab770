"""`integration-specs init`."""

import sys
from pathlib import Path

import click

from integration_specs.console import abort, echo_to_stderr, open_project, parse_today, save, today_option, write
from integration_specs.scaffold.editors import SPEC_SCHEMA, derived_files, first_files
from integration_specs.scaffold.project_files import project_files
from integration_specs.scaffold.requirements import requirement
from integration_specs.text.display import plural


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), default=Path())
@today_option
@click.option(
    "--editor",
    is_flag=True,
    help="Write only the files for editors (schemas, settings) of an existing project.",
)
@click.option("--check", is_flag=True, help="With --editor: write nothing; fail if a file is not up to date.")
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab"]),
    default="github",
    show_default=True,
    help="Where the project is hosted: writes the files that check, review and publish it there.",
)
@click.option("--aggregate", is_flag=True, help="Create a project that publishes the specs of several repositories.")
def command(folder: Path, today: str | None, editor: bool, check: bool, ci: str, aggregate: bool) -> int:
    """Create a project in DIR.

    It has an example spec, owners, a site, CI, pre-commit hooks and editor settings.
    """
    if check and not editor:
        abort("--check requires --editor")
    if aggregate and ci != "github":
        abort("--aggregate writes a workflow for GitHub; it has none for GitLab")
    if editor:
        return _editor(folder, check)
    return _project(folder, parse_today(today).isoformat(), "aggregate" if aggregate else ci)


def _project(folder: Path, today: str, ci: str) -> int:
    files = project_files(today, ci)
    if existing := next((name for name in files if (folder / name).exists()), None):
        abort(f"{folder / existing} already exists; name a new folder, or use `init --editor` for editor files only")
    for name, text in files.items():
        save(folder / name, text)
    enter = "" if folder == Path() else f"cd {folder} && "
    write([f"Wrote {len(files)} files to {folder}\nNext: {enter}git init -b main && make serve\n"])
    if (source := requirement().partition(" @ ")[2]).startswith("file:"):
        write([f"Offline: {enter}make serve VENV={sys.prefix}\n"])
        write([f"requirements.txt installs {source}; for CI, name a package index or a wheel instead.\n"])
    return 0


def _editor(folder: Path, check: bool) -> int:
    """Write the files derived from the schema, and settings if there are none; with `check`, report what would change."""
    workspace = open_project(folder)
    derived, first = derived_files(), first_files(workspace.settings.specs)
    if workspace.settings.schema:
        del derived[SPEC_SCHEMA]
    stale = {name: text for name, text in derived.items() if _text(folder / name) != text}
    stale |= {name: text for name, text in first.items() if not (folder / name).exists()}
    for name, text in stale.items():
        if not check:
            save(folder / name, text)
        write([f"{'Would write' if check else 'Wrote'} {folder / name}\n"])
    settings = folder / ".vscode/settings.json"
    if "yaml.schemas" not in (_text(settings) or "yaml.schemas"):
        echo_to_stderr(f"{settings} has no yaml.schemas, so editors find the schema of a spec only by its first line")
    write([f"{plural(len(stale), 'file')} {'would change' if check else 'changed'}\n"])
    return int(check and bool(stale))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
