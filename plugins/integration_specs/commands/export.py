"""`integration-specs export`."""

import importlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration_specs import registry
from integration_specs.console import (
    echo_to_stderr,
    fail,
    open_workspace,
    parse_today,
    root_option,
    save,
    today_option,
    write,
)

if TYPE_CHECKING:
    from integration_specs.exporters import PrintedPage
    from integration_specs.model import Catalog
    from integration_specs.project.workspace import Workspace


FORMATS = registry.names("exporters")


@click.command(epilog=f"Formats: {', '.join(FORMATS)}.")
@click.argument("format_", metavar="FORMAT", type=click.Choice(FORMATS))
@click.argument("ids", metavar="[ID]...", nargs=-1)
@root_option
@today_option
@click.option(
    "-o", "--output", metavar="PATH", help="File or folder to write to; - is standard output, the default for one file."
)
@click.option(
    "--check", is_flag=True, help="codeowners: write nothing; fail when CODEOWNERS is not as it would be written."
)
@click.option(
    "--write", "write_", is_flag=True, help="codeowners: write our lines into CODEOWNERS, between their markers."
)
def command(
    format_: str, ids: tuple[str, ...], root: Path, today: str | None, output: str | None, check: bool, write_: bool
) -> int:
    """Write specs, all of them or those with these IDs, as what other tools read.

    Specs that are broken are left out and named; then the exit code is 1.
    """
    from integration_specs.exporters import ExportError, ExportJob

    workspace = open_workspace(root)
    catalog = workspace.catalog()
    broken = {spec.id: spec.file for spec in catalog.broken}
    for id_ in ids:
        if id_ not in catalog.by_id and id_ not in broken:
            fail(f"there is no spec {id_!r}; `integration-specs list` names them")
    specs = tuple(spec for spec in catalog.specs if not ids or spec.id in ids)
    lost = [file for id_, file in broken.items() if not ids or id_ in ids]
    for file in lost:
        echo_to_stderr(f"{file} is broken and left out; `integration-specs check {file}` says why")
    printed = partial(_printed, workspace, catalog, {spec.id for spec in specs}, today)
    job = ExportJob(catalog, specs, workspace.schema, workspace.settings, printed, echo_to_stderr)
    try:
        files: dict[str, str] = importlib.import_module(f"integration_specs.exporters.{format_}").export(job)
    except ExportError as error:
        fail(f"nothing to export: {error}")
    if check or write_:
        if format_ != "codeowners":
            fail("--check and --write are for codeowners")
        return _codeowners(workspace, files["CODEOWNERS"], write_) or int(bool(lost))
    if output in (None, "-"):
        if len(files) != 1:
            fail(
                f"{format_} makes {len(files)} files; name a folder with -o" if files else "there is nothing to export"
            )
        write(files.values())
    else:
        _save(files, Path(str(output)), root)
    return int(bool(lost))


def _save(files: dict[str, str], target: Path, root: Path) -> None:
    from integration_specs.project.discovery import shown_name

    one = len(files) == 1 and not target.is_dir()
    for name, text in files.items():
        path = target if one else target / name
        shown = shown_name(path, root)
        save(path, text, shown)
        echo_to_stderr(f"wrote {shown}")


def _codeowners(workspace: "Workspace", block: str, write_: bool) -> int:
    """Compare CODEOWNERS with what it would be, or write it."""
    from integration_specs.exporters.codeowners import merge
    from integration_specs.model.codeowners import find_codeowners
    from integration_specs.project.discovery import shown_name

    settings = workspace.settings
    path = find_codeowners(settings) or settings.root / (settings.codeowners or "CODEOWNERS")
    shown = shown_name(path, settings.root)
    try:
        text = path.read_bytes().decode() if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{shown}: {error.strerror if isinstance(error, OSError) else 'is not UTF-8'}; it is as it was")
    wanted = merge(text, block)
    if wanted == text:
        write([f"{shown} is up to date\n"])
        return 0
    if not write_:
        write([f"{shown} is not up to date; run `integration-specs export codeowners --write`\n"])
        return 1
    save(path, wanted, shown)
    write([f"wrote {shown}\n"])
    return 0


def _printed(
    workspace: "Workspace", catalog: "Catalog", ids: set[str], today: str | None
) -> "tuple[tuple[PrintedPage, ...], str]":
    """The site's pages of some specs, and its styles."""
    from integration_specs.exporters import PrintedPage
    from integration_specs.site import SiteOptions
    from integration_specs.site.render import render

    options = SiteOptions(today=parse_today(today), edit_url=workspace.settings.edit_url)
    site = render(catalog, workspace.schema, options)
    styles = (asset.content.decode() for asset in site.assets if asset.address.endswith(".css"))
    pages = (PrintedPage(page.address, page.title, page.content) for page in site.pages if page.address in ids)
    return tuple(pages), "".join(styles)
