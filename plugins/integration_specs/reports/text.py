"""For people at a terminal: each finding with its lines, what is marked, and what to write."""

from collections.abc import Iterator

from ..findings import Finding, Level
from ..frames import frame
from . import CheckReport, checked_line, count_line

_COLORS: dict[Level, str] = {"error": "31", "warning": "33", "info": "36"}


def check(report: CheckReport) -> Iterator[str]:
    """Yields each finding with its frame, then what was checked and how many were found."""
    for finding in report.findings:
        yield from finding_text(finding, report.source(finding.file), report.color)
        yield "\n"
    if report.checked.skipped:
        yield f"{report.checked.skipped} skipped: mend its errors of syntax or shape first, the checks of meaning did not run on it.\n"
    yield f"{checked_line(report.checked)}\n"
    summary = count_line(report.findings, report.waived)
    worst = next((level for level in _COLORS if any(finding.level == level for finding in report.findings)), None)
    yield _paint(summary, f"1;{_COLORS[worst]}" if worst else "1;32", report.color) + "\n"


def finding_text(finding: Finding, source: str, color: bool = False) -> Iterator[str]:
    """Yields one finding: place, level, rule and message; the marked lines; notes and help."""
    tint = _COLORS[finding.level]
    place = f"{finding.file}:{finding.span.line}:{finding.span.column}"
    yield f"{_paint(place, '1', color)}: {_paint(f'{finding.level}[{finding.rule}]', f'1;{tint}', color)} {_paint(finding.message, '1', color)}\n"
    lines = frame(finding, source)
    width = len(str(lines[-1].number)) if lines else 1
    gutter = _paint(f"{'':{width}} |", "34", color)
    for line in lines:
        yield f" {_paint(f'{line.number:{width}} |', '34', color)} {line.text}".rstrip() + "\n"
        if line.mark:
            yield f" {gutter} {' ' * line.mark[0]}{_paint('^' * (line.mark[1] - line.mark[0]), f'1;{tint}', color)}\n"
    for note in finding.notes:
        yield f" {'':{width}} {_paint('=', '34', color)} {note}\n"
    if finding.help:
        yield f" {'':{width}} {_paint('=', '34', color)} {_paint('help:', '1;32', color)} {finding.help}\n"


def _paint(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text
