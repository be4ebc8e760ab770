"""One line a finding or change, for editors, `grep` and logs."""

from collections.abc import Iterator

from integration_specs.diff.wording import sentence
from integration_specs.findings import Finding
from integration_specs.text.display import printable

from . import CheckReport, DiffReport, checked_line, compared_line, count_line, result_line


def line_of(finding: Finding) -> str:
    """`file:line:column level[rule] message`, at most 200 characters."""
    place = f"{finding.file}:{finding.span.line}:{finding.span.column}"
    return printable(f"{place} {finding.level}[{finding.rule}] {finding.message}", 200)


def check(report: CheckReport) -> Iterator[str]:
    """Yields `file:line:column level[rule] message`, at most 200 characters each, then the summary."""
    for finding in report.findings:
        yield line_of(finding) + "\n"
    yield f"{checked_line(report.checked)}\n{count_line(report.findings, report.waived)}\n"


def diff(report: DiffReport) -> Iterator[str]:
    """Yields `file:line:column level[rule] what`, at most 200 characters each, new findings too, then the summary."""
    for change in report.changes:
        where = f"{place.file}:{place.line}:{place.column}" if (place := change.place) else change.spec
        yield printable(f"{where} {change.level}[{change.rule}] {sentence(change)}", 200) + "\n"
    for skip in report.skipped:
        line = f"{skip.file}:{skip.line}:1 error[not-compared] cannot be read on the {skip.side} side: {skip.message}"
        yield printable(line, 200) + "\n"
    for finding in report.findings:
        yield line_of(finding) + "\n"
    yield f"{printable(compared_line(report), 400)}\n{result_line(report)}; new: {count_line(report.findings)}\n"
