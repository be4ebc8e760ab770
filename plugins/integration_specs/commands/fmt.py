"""`integration-specs fmt`."""

from pathlib import Path

import click

from integration_specs.console import fail, open_workspace, root_option, write


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@root_option
@click.option("--check", is_flag=True, help="Write nothing; fail when a file is not as it would be written.")
def command(files: tuple[Path, ...], root: Path, check: bool) -> int:
    """Write specs in one style: the schema's order of keys, every comment kept. All of them, or FILES."""
    from integration_specs.documents import load
    from integration_specs.documents.atomic_write import write_atomic
    from integration_specs.documents.redaction import redacted
    from integration_specs.formatting import FormatError, format_document
    from integration_specs.project.discovery import OWNERS_FILE, find_files, shown_name
    from integration_specs.reports.text import finding_text
    from integration_specs.text.display import plural

    workspace = open_workspace(root)
    folder = workspace.settings.specs_folder
    paths = list(files) or [
        *find_files(folder).specs,
        *([folder / OWNERS_FILE] if (folder / OWNERS_FILE).exists() else []),
    ]
    changed = unread = 0
    for path in paths:
        shown = shown_name(path, root)
        document = load(path, shown)
        if document.data is None:
            unread += 1
            shown_document = redacted(document)
            for finding in shown_document.findings:
                write([*finding_text(finding, shown_document.text), "\n"])
            continue
        is_owners = path.name == OWNERS_FILE
        schema = workspace.owners_schema if is_owners else workspace.schema
        try:
            text = format_document(document, schema)
            if text.encode() == path.read_bytes():
                continue
            changed += 1
            if not check:
                write_atomic(path, text.encode())
        except (FormatError, OSError) as error:
            fail(f"{shown}: {error.strerror if isinstance(error, OSError) else error}; the file is as it was")
        write([f"{'would write' if check else 'wrote'} {shown}\n"])
    verb = "would change" if check else "changed"
    write([f"{plural(len(paths), 'file')}: {changed} {verb}, {unread} cannot be read\n"])
    return int(bool(unread) or (check and bool(changed)))
