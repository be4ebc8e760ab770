"""`integration-specs import`."""

import importlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from integration_specs import registry
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
from integration_specs.findings import Finding
from integration_specs.formatting import EDITOR_LINE
from integration_specs.importers import ImportFault, ImportOptions, read_document
from integration_specs.importers._finalize import finalize
from integration_specs.project.discovery import find_files, name_findings, shown_name
from integration_specs.reports.concise import line_of
from integration_specs.scaffold.editors import schema_link
from integration_specs.text.display import listing, printable
from integration_specs.text.names import slug
from integration_specs.text.suggestions import did_you_mean

FORMATS = registry.names("importers")
_MAX_TAGS = 60
_DAYS_TO_ANSWER = 90
_MAX_LINES = 20


@click.command(epilog=f"Formats: {', '.join(FORMATS)}.")
@click.argument("format_", metavar="FORMAT", type=click.Choice(FORMATS))
@click.argument("file", type=click.Path(path_type=Path))
@root_option
@today_option
@click.option("--id", "id_", metavar="ID", help="ID of the spec. Default: derived from the name of the system.")
@click.option("-o", "--output", metavar="PATH", help="File to write; - is standard output. Default: specs/ID.yaml.")
@click.option("--force", is_flag=True, help="Overwrite an existing spec.")
@click.option("--owner", metavar="KEY", default="", help="Owner of the spec, who answers its open questions.")
@click.option(
    "--operation", "operations", metavar="ID", multiple=True, help="Import only this operation or webhook (repeatable)."
)
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Import only operations with this tag (repeatable).")
@click.option(
    "--path",
    "paths",
    metavar="PATTERN",
    multiple=True,
    help="Import only paths that match, such as '/orders*' (repeatable).",
)
@click.option("--all", "all_operations", is_flag=True, help="Import all operations, however many there are.")
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
    owner: str,
    verbose: bool,
    **selection: Any,
) -> int:
    """Create a spec from FILE; an incomplete one is a draft.

    Unknown values become TODOs, secrets are masked, and whatever does not fit into a spec is kept as a note or reported.
    """
    workspace = open_project(root)
    settings = workspace.settings
    importer = importlib.import_module(f"integration_specs.importers.{format_}")
    selects = any(selection[name] for name in ("operations", "tags", "paths", "all_operations"))
    if selects and not getattr(importer, "SUPPORTS_SELECTION", False):
        abort(f"{format_} has no operations to select")
    if selection["ours"] and not getattr(importer, "SUPPORTS_OURS", False):
        abort(f"--ours does not apply to {format_}")
    if not file.exists():
        abort(f"the file {file} does not exist")
    owners = {each.key: each.name for each in workspace.owners().owners}
    if owner and owners and owner not in owners:
        abort(f"unknown owner {owner!a}{did_you_mean(owner, owners, f'; known are {listing(owners)}')}")
    options = ImportOptions(workspace.schema, shown_name(file, root), tuple(owners.items()), owner=owner, **selection)
    try:
        try:
            found = read_document(importer, file, options)
        except ImportFault as fault:
            if not fault.tags or not is_terminal():
                raise
            found = read_document(importer, file, _with_chosen_tags(options, fault.findings[0].message, fault.tags))
        identity = id_ or (Path(output).stem if output and output != "-" else slug(found.name, ""))
        if not identity:
            abort("the document has no title; choose the ID of the spec with --id")
        target = Path(output) if output and output != "-" else settings.specs_folder / f"{identity}.yaml"
        shown = shown_name(target, root)
        for finding in name_findings(identity, shown, {}):
            abort(f"{finding.message}; choose another with --id")
        link = schema_link(settings, target)
        until = parse_today(today) + timedelta(days=_DAYS_TO_ANSWER)
        text, report = finalize(found, options, until, [f"{EDITOR_LINE}{link}"] if link else [])
    except ImportFault as fault:
        write(line for finding in fault.findings for line in _fault_lines(finding))
        return fault.exit_code
    for line in _report_lines(report, found.summary, None if verbose else _MAX_LINES):
        echo_to_stderr(line)
    if output == "-":
        write_file(text)
        return 0
    same_id = [path for path in find_files(settings.specs_folder).specs if path.stem == identity and path != target]
    if same_id and not output:
        abort(f"{shown_name(same_id[0], root)} has the ID {identity} already; choose another with --id")
    if target.exists() and not force:
        abort(f"{shown} already exists; overwrite it with --force, or choose another with --id or -o")
    save(target, text, shown)
    write([f"Wrote {shown}\n"])
    return 0


def is_terminal() -> bool:
    """Return whether the user can answer questions."""
    return sys.stdin.isatty()


def _with_chosen_tags(options: ImportOptions, message: str, tags: Counter[str]) -> ImportOptions:
    """Ask which tags to import."""
    echo_to_stderr(f"{message}, with these tags:")
    for tag, count in tags.most_common(_MAX_TAGS):
        echo_to_stderr(f"  {printable(tag)} ({count})")
    answer: str = click.prompt("Tags to import, separated by commas (* for all)", err=True)
    if answer.strip() == "*":
        return replace(options, all_operations=True)
    return replace(options, tags=tuple(tag.strip() for tag in answer.split(",") if tag.strip()))


def _fault_lines(finding: Finding) -> Iterator[str]:
    yield f"{line_of(finding)}\n"
    if finding.help:
        yield f"  {finding.help}\n"


def _report_lines(report: Iterable[Finding], summary: str, limit: int | None) -> Iterator[str]:
    """Yield the lines of a report: at most `limit` for each rule, then the number of further ones, and the summary."""
    counts: Counter[str] = Counter()
    for finding in report:
        counts[finding.rule] += 1
        if limit is None or counts[finding.rule] <= limit:
            yield line_of(finding)
    more = {rule: count - limit for rule, count in counts.items() if limit is not None and count > limit}
    yield from (f"… and {count:,} more of {rule}" for rule, count in more.items())
    if more:
        yield "--verbose reports all of them"
    if summary:
        yield summary
