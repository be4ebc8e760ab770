"""One line for each finding or change, for editors, `grep` and logs."""

from collections.abc import Iterator

from integration_specs.findings import Finding
from integration_specs.text.display import printable

from . import CheckReport, DiffReport, entries, summary_lines


def line_of(finding: Finding) -> str:
    """Return `file:line:column level[rule] message`, at most 200 characters."""
    place = f"{finding.file}:{finding.span.line}:{finding.span.column}"
    return printable(f"{place} {finding.level}[{finding.rule}] {finding.message}", 200)


def check(report: CheckReport | DiffReport) -> Iterator[str]:
    """Yield `file:line:column level[rule] message` for each entry, at most 200 characters, then the summary."""
    for entry in entries(report):
        yield printable(f"{entry.place} {entry.level}[{entry.rule}] {entry.message}", 200) + "\n"
    yield from (f"{printable(line, 400)}\n" for line in summary_lines(report))


diff = check
