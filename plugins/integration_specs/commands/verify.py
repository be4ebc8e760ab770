"""`integration-specs verify`."""

from functools import partial
from pathlib import Path

import click

from integration_specs.console import (
    abort,
    apply_fixes,
    check_options,
    echo_to_stderr,
    open_project,
    parse_today,
    report_check,
    require_spec,
    with_progress,
)
from integration_specs.findings import Finding
from integration_specs.findings.internal_errors import guarded
from integration_specs.model import BrokenSpec
from integration_specs.model.verification import Verification
from integration_specs.project.discovery import shown_name
from integration_specs.project.rules import with_levels
from integration_specs.project.waivers import apply_waivers
from integration_specs.project.workspace import Checked
from integration_specs.recordings.comparison import Comparison
from integration_specs.recordings.examples import example_fixes
from integration_specs.recordings.matching import Matcher
from integration_specs.recordings.reading import find_files, read
from integration_specs.reports import CheckReport
from integration_specs.text.display import plural


@click.command()
@click.argument("recordings", metavar="RECORDING...", nargs=-1, required=True, type=click.Path(path_type=Path))
@check_options
@click.option(
    "--spec", "spec_id", metavar="ID", help="Spec of calls to local addresses and of recordings without host names."
)
@click.option(
    "--base-url",
    "base_urls",
    metavar="URL",
    multiple=True,
    help="Another base URL of the spec named by --spec (repeatable).",
)
@click.option(
    "--write",
    "write_",
    is_flag=True,
    help="Add missing examples to the specs, without secrets and personal data; then run `fmt`.",
)
def command(
    recordings: tuple[Path, ...],
    root: Path,
    today: str | None,
    format_: str,
    spec_id: str | None,
    base_urls: tuple[str, ...],
    fail_on: str | None,
    write_: bool,
) -> int:
    """Compare specs with recorded calls.

    RECORDING is a file or a folder with HAR files, VCR or betamax cassettes, Pact contracts or WireMock mappings. Nothing is
    called. Calls to other systems are ignored.
    """
    if base_urls and not spec_id:
        abort("--base-url requires --spec")
    workspace = open_project(root)
    catalog = workspace.catalog()
    chosen = require_spec(catalog, spec_id) if spec_id else None
    if isinstance(chosen, BrokenSpec):
        abort(f"{chosen.file} is broken; `integration-specs check {chosen.file}` reports why")
    matcher = Matcher(catalog.specs, chosen, base_urls)
    comparison = Comparison(matcher)
    number, findings = _read(recordings, root, comparison)
    if not number and not findings:
        abort(f"there are no recordings in {', '.join(map(str, recordings))}")
    findings += comparison.findings()
    broken = () if chosen else catalog.broken  # their calls count as those of other systems
    findings += [found for spec in broken for found in spec.findings if found.level == "error"]
    texts = {spec.file: spec.document.text for spec in catalog.specs}  # recordings are not shown
    texts |= {spec.file: spec.document.text for spec in broken}
    fixes = example_fixes(comparison, matcher, workspace.schema)
    if write_ and apply_fixes(root, fixes, texts, "Added", "example"):  # report what is left
        context = click.get_current_context()
        return int(context.invoke(command, **{**context.params, "write_": False}))
    verification = Verification(
        number, comparison.calls.total() + comparison.unrelated, comparison.unrelated, tuple(comparison.summaries())
    )
    found = with_levels(findings, workspace.settings)
    left, waived = apply_waivers(workspace.schema, catalog, found, parse_today(today), report=False)
    left.sort(key=lambda finding: finding.sort_key)
    report = CheckReport(
        tuple(left), Checked(), lambda file: texts.get(file, ""), waived=waived, verification=verification
    )
    return report_check(report, format_, fail_on, workspace.settings)


def _read(paths: tuple[Path, ...], root: Path, comparison: Comparison) -> tuple[int, list[Finding]]:
    """Compare the calls in all files; return the number of recordings and the findings about files."""
    number, skipped = 0, 0
    findings: list[Finding] = []
    for path in paths:
        if not path.exists():
            abort(f"the file {path} does not exist")
        for file in with_progress(list(find_files(path))):
            found = guarded(
                partial(_compare, file, root, comparison),
                lambda error: [error],
                "comparing the recording",
                shown_name(file, root),
            )
            if path.is_dir() and found and found[0].rule == "recording-format":
                skipped += 1
                continue
            number += not found
            findings += found
    if skipped:
        echo_to_stderr(f"Skipped {plural(skipped, 'file')} without recordings")
    return number, findings


def _compare(file: Path, root: Path, comparison: Comparison) -> list[Finding]:
    """Compare the calls in one file; return the findings about the file."""
    calls, findings = read(file, shown_name(file, root))
    for call in calls:
        comparison.add(call)
    return findings
