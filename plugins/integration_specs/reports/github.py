"""Annotations for GitHub Actions.

GitHub shows at most ten errors, ten warnings and ten notices of a step, so no more are written; the command adds the rest
to the job summary.
"""

from collections.abc import Iterator

from integration_specs.text.display import one_line, printable

from . import CheckReport, DiffReport, Entry, Severity, entries, summary_lines

_MAX_OF_KIND = 10
_KINDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def check(report: CheckReport | DiffReport) -> Iterator[str]:
    """Yield annotations for findings and for breaking and risky changes, most serious first, then the summary.

    Only files that the change touches are annotated.
    """
    touched = report.touched if isinstance(report, DiffReport) else None
    relevant = [
        entry
        for entry in entries(report)
        if entry.level not in ("safe", "editorial") and (touched is None or entry.file in touched)
    ]
    shown = 0
    for severity, kind in _KINDS.items():
        for entry in [each for each in relevant if each.severity == severity][:_MAX_OF_KIND]:
            yield _annotation(kind, entry)
            shown += 1
    if shown < len(relevant):
        yield f"{len(relevant) - shown} more are in the job summary.\n"
    yield from (f"{_text(line)}\n" for line in summary_lines(report))


diff = check


def _annotation(kind: str, entry: Entry) -> str:
    title = entry.rule if entry.level == entry.severity else f"{entry.level}: {entry.rule}"
    place = f"file={_property(entry.file)},line={entry.line},col={entry.column},title={_property(title)}"
    return f"::{kind} {place}::{_text(entry.text)}\n"


def _text(text: str) -> str:
    """Return untrusted text as one line that contains no workflow command."""
    return one_line(text, 600).replace("%", "%25").replace("::", ":\u200b:")


def _property(text: str) -> str:
    return printable(text, 300).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
