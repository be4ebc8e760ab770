"""For GitHub Actions: annotations on the lines of a pull request.

A step shows at most ten errors and ten warnings, so no more are written; the command puts the rest in the job summary.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from integration_specs.findings import Finding
from integration_specs.text.display import printable

from . import (
    CheckReport,
    DiffReport,
    checked_line,
    compared_line,
    count_line,
    result_line,
    with_help,
    with_impact,
)

_MOST = 10


@dataclass(frozen=True, slots=True)
class _Note:
    kind: Literal["error", "warning", "notice"]
    file: str
    line: int
    column: int
    title: str
    text: str


def check(report: CheckReport) -> Iterator[str]:
    """Yields an annotation for each finding that there is room for, then what was checked."""
    yield from _annotations([_note(finding) for finding in report.findings])
    yield f"{checked_line(report.checked)}\n{count_line(report.findings, report.waived)}\n"


def diff(report: DiffReport) -> Iterator[str]:
    """Yields an annotation for each breaking or risky change and new finding that there is room for, then the counts."""
    notes: list[_Note] = []
    for change in (each for changes in report.by_spec.values() for each in changes):
        if change.level in ("breaking", "risky") and (place := change.place):
            kind: Literal["error", "warning"] = (
                "error" if change.level == "breaking" and not change.waiver else "warning"
            )
            title = f"{change.level}: {change.rule}"
            notes.append(_Note(kind, place.file, place.line, place.column, title, with_impact(change)))
    notes += [_note(finding) for finding in report.findings]
    for skip in report.skipped:
        text = f"{skip.spec} was not compared: it cannot be read on the {skip.side} side: {skip.message}"
        notes.append(_Note("error", skip.file, skip.line, 1, "not compared", text))
    yield from _annotations(notes)
    yield f"{_harmless(compared_line(report))}\n{result_line(report)}; new: {count_line(report.findings)}\n"


def _note(finding: Finding) -> _Note:
    kind: Literal["error", "warning", "notice"] = "notice" if finding.level == "info" else finding.level
    return _Note(kind, finding.file, finding.span.line, finding.span.column, finding.rule, with_help(finding))


def _annotations(notes: list[_Note]) -> Iterator[str]:
    left: dict[str, int] = {"error": _MOST, "warning": _MOST, "notice": _MOST}
    for note in notes:
        if left[note.kind]:
            left[note.kind] -= 1
            where = f"file={_property(note.file)},line={note.line},col={note.column},title={_property(note.title)}"
            yield f"::{note.kind} {where}::{_data(note.text)}\n"
    shown = sum(_MOST - each for each in left.values())
    if shown < len(notes):
        yield f"{len(notes) - shown} more are in the job summary.\n"


def _data(text: str) -> str:
    """Text of a spec as the message of a workflow command: one line, its escapes GitHub's."""
    return printable(" ".join(text.split()), 600).replace("%", "%25").replace("::", ":\u200b:")


def _property(text: str) -> str:
    return printable(text, 300).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def _harmless(text: str) -> str:
    """A line that no workflow command can hide in."""
    return printable(text, 600).replace("::", ":\u200b:")
