"""One line a finding, for editors, `grep` and logs."""

from collections.abc import Iterator

from ..findings import Finding
from . import CheckReport, checked_line, count_line


def line_of(finding: Finding) -> str:
    """`file:line:column level[rule] message`, at most 200 characters."""
    line = f"{finding.file}:{finding.span.line}:{finding.span.column} {finding.level}[{finding.rule}] {finding.message}"
    return line if len(line) <= 200 else line[:199] + "…"


def check(report: CheckReport) -> Iterator[str]:
    """Yields `file:line:column level[rule] message`, at most 200 characters each, then the summary."""
    for finding in report.findings:
        yield line_of(finding) + "\n"
    yield f"{checked_line(report.checked)}\n{count_line(report.findings, report.waived)}\n"
