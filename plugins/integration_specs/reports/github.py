"""For GitHub Actions: annotations on the lines of a pull request.

A step shows at most ten errors and ten warnings, so no more are written; the command puts the rest in the job summary.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..diff.say import hurt, sentence
from ..findings import visible
from . import CheckReport, DiffReport, checked_line, compared_line, count_line, result_line

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
    notes = [
        _Note(
            _kind(each.level), each.file, each.span.line, each.span.column, each.rule, _helped(each.message, each.help)
        )
        for each in report.findings
    ]
    yield from _annotations(notes)
    yield f"{checked_line(report.checked)}\n{count_line(report.findings, report.waived)}\n"


def diff(report: DiffReport) -> Iterator[str]:
    """Yields an annotation for each breaking or risky change and new finding that there is room for, then the counts."""
    notes: list[_Note] = []
    for change in (each for changes in report.by_spec.values() for each in changes):
        place = change.head or change.base
        if change.level in ("breaking", "risky") and place:
            touched = hurt(change)
            text = sentence(change) + (f"; {touched}" if touched else "")
            kind: Literal["error", "warning"] = (
                "error" if change.level == "breaking" and not change.waiver else "warning"
            )
            notes.append(_Note(kind, place.file, place.line, place.column, f"{change.level}: {change.rule}", text))
    for finding in report.findings:
        text = _helped(finding.message, finding.help)
        notes.append(
            _Note(_kind(finding.level), finding.file, finding.span.line, finding.span.column, finding.rule, text)
        )
    for skip in report.skipped:
        text = f"{skip.spec} was not compared: it cannot be read on the {skip.side} side: {skip.message}"
        notes.append(_Note("error", skip.file, skip.line, 1, "not compared", text))
    yield from _annotations(notes)
    yield f"{_harmless(compared_line(report))}\n{result_line(report)}; new: {count_line(report.findings)}\n"


def _kind(level: str) -> Literal["error", "warning", "notice"]:
    return "error" if level == "error" else "warning" if level == "warning" else "notice"


def _helped(message: str, help_text: str) -> str:
    return f"{message}. {help_text}" if help_text else message


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
    return visible(" ".join(text.split()), 600).replace("%", "%25").replace("::", ":\u200b:")


def _property(text: str) -> str:
    return visible(text, 300).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def _harmless(text: str) -> str:
    """A line that no workflow command can hide in."""
    return visible(text, 600).replace("::", ":\u200b:")
