"""`integration-specs render`."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

import click

from integration_specs.api import ProjectError
from integration_specs.console import (
    abort,
    echo_to_stderr,
    exit_code,
    open_project,
    parse_today,
    root_option,
    today_option,
    write,
)
from integration_specs.documents.atomic_write import make_folder, refuse_links, write_atomic
from integration_specs.site import SiteOptions
from integration_specs.site.markdown_site import files
from integration_specs.text.display import plural

_LIST = ".integration-specs.json"


@click.command()
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the pages.",
)
@root_option
@today_option
@click.option("--compare", metavar="REV", default="", help="Mark changes against this revision.")
@click.option(
    "--history", metavar="N", default=100, show_default=True, help="Number of commits in the change log; 0 for none."
)
@click.option("--language", default="en", show_default=True, help="Language of the pages, such as pt-BR.")
def command(out: Path, root: Path, today: str | None, compare: str, history: int, language: str) -> int:
    """Write pages for any site generator.

    They are Markdown files that contain HTML, and their assets. Pages of an earlier run that no longer exist are removed; other files in the folder are kept. If a spec is broken,
    its page shows the errors and the exit code is 1.
    """
    project = open_project(root)
    for source in project.settings.spec_sources:
        if Path(os.path.realpath(out)).is_relative_to(os.path.realpath(root / source.path)):
            abort(
                f"{out} is in the folder of the specs, {source.path}, whose files would be replaced; name another folder"
            )
    try:
        options = SiteOptions(language=language)
        site, result = project.site(parse_today(today), options=options, history=history, compare=compare)
    except ProjectError as error:
        abort(str(error))
    made = files(site)
    try:
        make_folder(out)
        for name, content in made.items():
            path = out / name
            make_folder(path.parent)
            if not path.is_file() or path.read_bytes() != content:
                write_atomic(path, content)
        _sweep(out, made)
        write_atomic(out / _LIST, (json.dumps(sorted(made), indent=1) + "\n").encode())
    except OSError as error:
        abort(f"{error.filename or out}: {error.strerror}")
    for broken in result.catalog.broken:
        echo_to_stderr(f"{broken.file} is broken; its page shows the errors")
    write([f"Wrote {plural(len(made), 'file')} to {out}\n"])
    for failure in site.failures:
        echo_to_stderr(f"{failure.file}: {failure.message}. {failure.help}")
    return exit_code((*result.findings, *site.failures), "never") or int(bool(result.catalog.broken))


def _sweep(out: Path, made: Iterable[str]) -> None:
    """Remove the files of an earlier run that this run did not write."""
    try:
        before = json.loads((out / _LIST).read_bytes())
    except (OSError, ValueError):
        return
    names = {name for name in before if isinstance(name, str)} if isinstance(before, list) else set()
    for name in sorted(names - set(made)):
        path = out / name
        if ".." not in path.parts and not Path(name).is_absolute() and path.is_file():
            refuse_links(path)
            path.unlink()
