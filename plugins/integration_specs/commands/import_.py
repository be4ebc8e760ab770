"""`integration-specs import`."""

import importlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integration_specs import registry
from integration_specs.console import (
    abort,
    echo_to_stderr,
    open_workspace,
    parse_today,
    root_option,
    save,
    today_option,
    write,
)

if TYPE_CHECKING:
    from integration_specs.findings import Finding


FORMATS = registry.names("importers")


@click.command(epilog=f"Formats: {', '.join(FORMATS)}.")
@click.argument("format_", metavar="FORMAT", type=click.Choice(FORMATS))
@click.argument("file", type=click.Path(path_type=Path))
@root_option
@today_option
@click.option("--id", "id_", metavar="ID", help="Id of the spec. Default: derived from the name of the system.")
@click.option("-o", "--output", metavar="PATH", help="File to write; - is standard output. Default: specs/ID.yaml.")
@click.option("--force", is_flag=True, help="Overwrite an existing spec.")
@click.option("--operation", "operations", metavar="ID", multiple=True, help="Import only this operation (repeatable).")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Import only operations with this tag (repeatable).")
@click.option(
    "--path",
    "paths",
    metavar="PATTERN",
    multiple=True,
    help="Import only paths that match, such as '/orders*' (repeatable).",
)
@click.option("--verbose", is_flag=True, help="Report everything that was left out or changed, without a limit.")
@click.option("--ours", is_flag=True, help="The document describes our own application, not the vendor.")
def command(
    format_: str,
    file: Path,
    root: Path,
    today: str | None,
    id_: str | None,
    output: str | None,
    force: bool,
    operations: tuple[str, ...],
    tags: tuple[str, ...],
    paths: tuple[str, ...],
    verbose: bool,
    ours: bool,
) -> int:
    """Create a spec from FILE; an incomplete one is a draft.

    Unknown values become TODOs, secrets are masked, and whatever does not fit into a spec is kept as a note or reported.
    """
    from integration_specs.formatting import EDITOR_LINE
    from integration_specs.importers import ImportFault, ImportOptions
    from integration_specs.importers._finalize import finalize
    from integration_specs.project.discovery import find_files, name_findings, shown_name
    from integration_specs.reports.concise import line_of
    from integration_specs.scaffold.editors import schema_link
    from integration_specs.text.names import slug

    workspace = open_workspace(root)
    settings = workspace.settings
    importer = importlib.import_module(f"integration_specs.importers.{format_}")
    if (operations or tags or paths) and not getattr(importer, "SUPPORTS_SELECTION", False):
        abort(f"--operation, --tag and --path do not apply to {format_}: it has no operations to select")
    if ours and not getattr(importer, "SUPPORTS_OURS", False):
        abort(f"--ours does not apply to {format_}")
    if not file.exists():
        abort(f"the file {file} does not exist")
    owners = tuple((owner.key, owner.name) for owner in workspace.owners().owners)
    options = ImportOptions(workspace.schema, shown_name(file, root), owners, operations, tags, paths, _progress, ours)
    try:
        found = importer.read(file, options)
        identity = id_ or (Path(output).stem if output and output != "-" else slug(found.name))
        target = Path(output) if output and output != "-" else settings.specs_folder / f"{identity}.yaml"
        shown = shown_name(target, root)
        for finding in name_findings(identity, shown, {}):
            abort(f"{finding.message}; choose another with --id")
        link = schema_link(settings, target)
        until = parse_today(today) + timedelta(days=_DAYS_TO_ANSWER)
        text, report = finalize(found, options, until, [f"{EDITOR_LINE}{link}"] if link else [])
    except ImportFault as fault:
        for finding in fault.findings:
            write([line_of(finding), "\n", *([f"  {finding.help}\n"] if finding.help else [])])
        return 1
    for line in _report_lines(report, _MOST_LINES if not verbose else None):
        echo_to_stderr(line)
    if output == "-":
        write([text])
        return 0
    same_id = [path for path in find_files(settings.specs_folder).specs if path.stem == identity and path != target]
    if same_id and not output:
        abort(f"{shown_name(same_id[0], root)} has the id {identity} already; choose another with --id")
    if target.exists() and not force:
        abort(f"{shown} already exists; overwrite it with --force, or choose another with --id or -o")
    save(target, text, shown)
    write([f"Wrote {shown}\n"])
    return 0


_DAYS_TO_ANSWER = 90
_MOST_LINES = 20


def _report_lines(report: Iterable["Finding"], limit: int | None) -> Iterator[str]:
    """Yield the lines of a report: at most `limit` for each rule, then the number of further ones."""
    from integration_specs.reports.concise import line_of

    counts: Counter[str] = Counter()
    for finding in report:
        counts[finding.rule] += 1
        if limit is None or counts[finding.rule] <= limit:
            yield line_of(finding)
    more = {rule: count - limit for rule, count in counts.items() if limit is not None and count > limit}
    for rule, count in more.items():
        yield f"… and {count:,} more of {rule}"
    if more:
        yield "--verbose reports all of them"


def _progress(done: int, total: int) -> None:
    """Show the progress in percent if standard error is a terminal."""
    if sys.stderr.isatty():
        click.echo(f"\rReading {100 * done // max(total, 1)} %" + ("\n" if done >= total else ""), nl=False, err=True)
