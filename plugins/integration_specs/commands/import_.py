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
    from integration_specs.findings import Finding


FORMATS = registry.names("importers")


@click.command(epilog=f"Formats: {', '.join(FORMATS)}.")
@click.argument("format_", metavar="FORMAT", type=click.Choice(FORMATS))
@click.argument("file", type=click.Path(path_type=Path))
@root_option
@today_option
@click.option("--id", "id_", metavar="ID", help="Id of the spec. Made from the system's name by default.")
@click.option("-o", "--output", metavar="PATH", help="Where to write. specs/ID.yaml by default; - is standard output.")
@click.option("--force", is_flag=True, help="Overwrite the spec that is there.")
@click.option(
    "--operation", "operations", metavar="ID", multiple=True, help="Take only this operation (may be repeated)."
)
@click.option(
    "--tag", "tags", metavar="TAG", multiple=True, help="Take only operations with this tag (may be repeated)."
)
@click.option(
    "--path", "paths", metavar="PATTERN", multiple=True, help="Take only paths like this, such as '/orders*'."
)
@click.option("--verbose", is_flag=True, help="Tell everything that is not in the spec as it was, however much it is.")
@click.option("--ours", is_flag=True, help="The document describes our own application, not the vendor's.")
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
    """Write a spec from FILE, as a draft where it is not complete.

    Unknowns become TODOs, secrets are masked, and all that has no place in a spec is kept or reported.
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
        fail(f"--operation, --tag and --path do not apply to {format_}: it has no operations to choose from")
    if ours and not getattr(importer, "SUPPORTS_OURS", False):
        fail(f"--ours does not apply to {format_}")
    if not file.exists():
        fail(f"there is no file {file}")
    owners = tuple((owner.key, owner.name) for owner in workspace.owners().owners)
    options = ImportOptions(workspace.schema, shown_name(file, root), owners, operations, tags, paths, _progress, ours)
    try:
        found = importer.read(file, options)
        identity = id_ or (Path(output).stem if output and output != "-" else slug(found.name))
        target = Path(output) if output and output != "-" else settings.specs_folder / f"{identity}.yaml"
        shown = shown_name(target, root)
        for finding in name_findings(identity, shown, {}):
            fail(f"{finding.message}; name another with --id")
        link = schema_link(settings, target)
        until = parse_today(today) + timedelta(days=_DAYS_TO_ANSWER)
        text, report = finalize(found, options, until, [f"{EDITOR_LINE}{link}"] if link else [])
    except ImportFault as fault:
        for finding in fault.findings:
            write([line_of(finding), "\n", *([f"  {finding.help}\n"] if finding.help else [])])
        return 1
    for line in _folded(report, _MOST_LINES if not verbose else None):
        echo_to_stderr(line)
    if output == "-":
        write([text])
        return 0
    same_id = [path for path in find_files(settings.specs_folder).specs if path.stem == identity and path != target]
    if same_id and not output:
        fail(f"{shown_name(same_id[0], root)} has the id {identity} already; name another with --id")
    if target.exists() and not force:
        fail(f"{shown} is there already; add --force to overwrite it, or name another with --id or -o")
    save(target, text, shown)
    write([f"wrote {shown}\n"])
    return 0


_DAYS_TO_ANSWER = 90
_MOST_LINES = 20


def _folded(report: Iterable["Finding"], most: int | None) -> Iterator[str]:
    """Lines of a report; of each rule at most so many, and how many more there are."""
    from integration_specs.reports.concise import line_of

    told: Counter[str] = Counter()
    for finding in report:
        told[finding.rule] += 1
        if most is None or told[finding.rule] <= most:
            yield line_of(finding)
    more = {rule: count - most for rule, count in told.items() if most is not None and count > most}
    for rule, count in more.items():
        yield f"… and {count:,} more of {rule}"
    if more:
        yield "--verbose tells them all"


def _progress(done: int, total: int) -> None:
    """A percentage on standard error, when somebody looks."""
    if sys.stderr.isatty():
        click.echo(f"\rReading {100 * done // max(total, 1)} %" + ("\n" if done >= total else ""), nl=False, err=True)
