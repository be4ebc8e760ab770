"""One line a finding, for editors, `grep` and logs."""

from collections.abc import Iterator

from . import CheckReport, checked_line, count_line


def check(report: CheckReport) -> Iterator[str]:
    """Yields `file:line:column level[rule] message`, at most 200 characters each, then the summary."""
    for finding in report.findings:
        line = f"{finding.file}:{finding.span.line}:{finding.span.column} {finding.level}[{finding.rule}] {finding.message}"
        yield (line if len(line) <= 200 else line[:199] + "…") + "\n"
    yield f"{checked_line(report.checked)}\n{count_line(report.findings, report.waived)}\n"
