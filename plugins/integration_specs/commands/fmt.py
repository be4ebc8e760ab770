"""`integration-specs fmt`."""

import os
from pathlib import Path

import click

from integration_specs.console import abort, open_project, root_option, write
from integration_specs.documents import load, load_raw
from integration_specs.documents.atomic_write import write_atomic
from integration_specs.files import is_file
from integration_specs.formatting import FormatError, format_document
from integration_specs.project.discovery import OWNERS_FILE, find_files, shown_name
from integration_specs.reports.text import finding_text
from integration_specs.text.display import plural
from integration_specs.text.suggestions import did_you_mean


@click.command()
@click.argument("files", metavar="[FILE|ID]...", nargs=-1, type=click.Path(path_type=Path))
@root_option
@click.option("--check", is_flag=True, help="Write nothing; fail if a file is not formatted.")
def command(files: tuple[Path, ...], root: Path, check: bool) -> int:
    """Format all specs, or FILES, and keep every comment.

    Keys are put in the order of the schema.
    """
    workspace = open_project(root)
    folder = workspace.settings.specs_folder
    owners = folder / OWNERS_FILE
    specs = [] if files and all(map(os.path.lexists, files)) else find_files(folder).specs
    by_id = {path.stem: path for path in specs}
    paths = [file if os.path.lexists(file) else by_id.get(str(file), file) for file in files]
    if missing := next((path for path in paths if not os.path.lexists(path)), None):
        abort(f"there is no file or spec {missing}{did_you_mean(str(missing), by_id)}")
    paths = paths or [*specs, *([owners] if is_file(owners) else [])]
    changed = unreadable = 0
    for path in paths:
        shown = shown_name(path, root)
        document = load_raw(path, shown)
        if document.data is None:
            unreadable += 1
            safe = load(path, shown)
            for finding in safe.findings:
                write([*finding_text(finding, safe.text), "\n"])
            continue
        schema = workspace.owners_schema if path.name == OWNERS_FILE else workspace.schema
        try:
            text = format_document(document, schema)
            if text.encode() == path.read_bytes():
                continue
            changed += 1
            if not check:
                write_atomic(path, text.encode(), document.text)
        except (FormatError, OSError) as error:
            abort(f"{shown} is unchanged: {error.strerror if isinstance(error, OSError) else error}")
        write([f"{'Would format' if check else 'Formatted'} {shown}\n"])
    verb = "would be formatted" if check else "formatted"
    write([f"{plural(len(paths), 'file')} checked: {changed} {verb}, {unreadable} unreadable\n"])
    return int(bool(unreadable) or (check and bool(changed)))
