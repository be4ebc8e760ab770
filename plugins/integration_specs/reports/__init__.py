"""Output formats for findings and changes; each format is one file in this folder.

A report module defines `check(report)`, `diff(report)` or both, which yield pieces of text.

May import `project` and the layers below.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from integration_specs.diff import CHANGE_LEVELS, Approver, Change, Skip, fingerprint
from integration_specs.diff.descriptions import count_text, impact_text, sentence
from integration_specs.findings import Finding
from integration_specs.grouping import grouped
from integration_specs.model.verification import Verification
from integration_specs.project.workspace import Checked
from integration_specs.text.display import plural

Severity = Literal["error", "warning", "note"]
_SEVERITIES: dict[str, Severity] = {
    "breaking": "error",
    "risky": "warning",
    "safe": "note",
    "editorial": "note",
    "error": "error",
    "warning": "warning",
    "info": "note",
}
NOT_COMPARED = "not-compared"
"""What reports name as the rule of a spec that was not compared."""


_WEIGHTS = {"critical": 0, "high": 1, "medium": 2, "low": 3}
_SECTION_ORDER = {"endpoints": 0, "events": 1, "data_mapping": 3}


@dataclass(frozen=True)
class CheckReport:
    """The content of a report of `check`.

    `source` returns the text of a file; `color` and `width` (in terminal cells) are for terminals. `verification` is the
    summary of `verify`.
    """

    findings: tuple[Finding, ...]
    checked: Checked
    source: Callable[[str], str] = lambda _: ""
    color: bool = False
    waived: int = 0
    width: int = 160
    verification: Verification | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A spec as reports introduce it; `page` and `source` are addresses or empty."""

    id: str
    title: str
    owner: str = ""
    status: str = ""
    page: str = ""
    source: str = ""
    criticality: str = ""


@dataclass(frozen=True)
class DiffReport:
    """The content of a report of `diff` or `ci`.

    `findings` are the new ones, `old_findings` those that the base has, too (only `ci` reports them). `base` and `head` name the
    two sides, `commits` are their object IDs. `changed` are the IDs of specs whose file differs; `subjects` contains every
    spec with changes by ID. `failures` says why the command fails, `notes` what else people must know. `prefix` is the path from the top of the repository to the
    project, `touched` the files that the change touches (None if unknown), `link` returns the address of a line or nothing.
    """

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[Skip, ...]
    approvals: tuple[Approver, ...]
    checked: Checked
    base: str
    head: str
    changed: tuple[str, ...]
    subjects: dict[str, Subject] = field(default_factory=dict)
    source: Callable[[str], str] = lambda _: ""
    color: bool = False
    width: int = 160
    commits: tuple[str, str] = ("", "")
    old_findings: tuple[Finding, ...] = ()
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    owner_names: dict[str, str] = field(default_factory=dict)
    prefix: str = ""
    touched: frozenset[str] | None = None
    link: Callable[[str, int], str] = lambda file, line: ""

    @property
    def by_spec(self) -> dict[str, list[Change]]:
        """Return changes by spec ID: specs with serious changes and critical specs first, endpoints and events before rows."""

        def order(change: Change) -> tuple[object, ...]:
            subject = self.subjects.get(change.spec)
            weight = _WEIGHTS.get(subject.criticality if subject else "", len(_WEIGHTS))
            top = change.pointer.partition("[")[0].partition(".")[0]
            section = _SECTION_ORDER.get(top, 2)
            return (CHANGE_LEVELS.index(change.level), weight, change.spec, section, change.pointer, change.rule)

        return grouped((change.spec, change) for change in sorted(self.changes, key=order))

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to report."""
        serious = any(finding.level != "info" for finding in self.findings)
        return not (self.changes or serious or self.skipped or self.failures)


@dataclass(frozen=True, slots=True)
class Entry:
    """A change, a spec that was not compared, or a finding, for formats that list all three in the same way.

    `line` and `column` count from 1; `end_line` is 0 if the end is unknown. `level` is that of the change or finding;
    `accepted` says why a change does not fail.
    """

    rule: str
    level: str
    severity: Severity
    message: str
    detail: str
    spec: str
    file: str
    line: int
    column: int
    fingerprint: str
    end_line: int = 0
    end_column: int = 0
    concerns: tuple[str, ...] = ()
    accepted: str = ""

    @property
    def place(self) -> str:
        """Return `file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def text(self) -> str:
        """Return message and detail as sentences in one line."""
        return f"{self.message}. {self.detail[0].upper()}{self.detail[1:]}" if self.detail else self.message


def entries(report: CheckReport | DiffReport) -> Iterator[Entry]:
    """Yield what was not compared, then changes, then findings, with paths relative to the top of the repository."""
    prefix = report.prefix if isinstance(report, DiffReport) else ""
    for entry in _entries(report):
        yield replace(entry, file=f"{prefix}{entry.file}") if prefix else entry


def _entries(report: CheckReport | DiffReport) -> Iterator[Entry]:
    if isinstance(report, DiffReport):
        for skip in report.skipped:
            message = f"{skip.spec} was not compared: it is invalid on the {skip.side} side"
            mark = fingerprint(NOT_COMPARED, skip.spec, skip.side)
            yield Entry(NOT_COMPARED, "error", "error", message, skip.message, skip.spec, skip.file, skip.line, 1, mark)
        for change in report.changes:
            yield _change_entry(change)
    counts: dict[tuple[str, str, str], int] = {}
    findings = (*report.findings, *report.old_findings) if isinstance(report, DiffReport) else report.findings
    for finding in findings:
        span, key = finding.span, (finding.rule, finding.file, ".".join(map(str, finding.pointer)))
        counts[key] = counts.get(key, -1) + 1
        yield Entry(
            finding.rule,
            finding.level,
            _SEVERITIES[finding.level],
            finding.message,
            finding.help,
            finding.spec,
            finding.file,
            span.line,
            span.column,
            fingerprint(*key, count=counts[key]),
            *((span.end_line, span.end_column) if (span.end_line, span.end_column) > (span.line, span.column) else ()),
        )


def _change_entry(change: Change) -> Entry:
    location = change.location
    return Entry(
        change.rule,
        change.level,
        "warning" if change.level == "breaking" and is_accepted(change) else _SEVERITIES[change.level],
        sentence(change),
        "; ".join(filter(None, (impact_text(change), change.level_reason))),
        change.spec,
        location.file if location else change.spec,
        location.line if location else 1,
        location.column if location else 1,
        change.fingerprint,
        concerns=change.concerns,
        accepted=acceptance(change),
    )


def is_accepted(change: Change) -> bool:
    """Return whether a waiver covers a change or somebody acknowledged it, so that it does not fail."""
    return bool(change.waiver or change.acknowledged_by)


def acceptance(change: Change) -> str:
    """Return why a change does not fail; empty if it may."""
    if change.acknowledged_by:
        return f"acknowledged by {change.acknowledged_by}"
    return f"waived: {change.waiver}" if change.waiver else ""


def compared_line(report: DiffReport) -> str:
    """Return what was compared and what was not, in one line."""
    return f"{checked_line(report.checked)}; base {report.base} → head {report.head}"


def result_line(report: DiffReport) -> str:
    """Return the number of changes of each level, and of specs that were not compared."""
    skipped = len({skip.spec for skip in report.skipped})
    return count_text(report.changes) + (f", {plural(skipped, 'spec')} not compared" if skipped else "")


def check_line(report: CheckReport) -> str:
    """Return what was checked, or compared with recordings, in one line."""
    return report.verification.summary if report.verification else checked_line(report.checked)


def checked_line(checked: Checked) -> str:
    """Return what was checked, in one line."""
    return (
        f"checked {plural(checked.specs, 'spec')}, {plural(checked.endpoints, 'endpoint')}, "
        f"{plural(checked.events, 'event')}, {plural(checked.examples, 'example')}; {checked.skipped} skipped"
    )


def count_line(findings: tuple[Finding, ...], waived: int = 0) -> str:
    """Return the number of findings of each level, in one line; notes only if there are any."""
    levels = [finding.level for finding in findings]
    parts = [plural(levels.count("error"), "error"), plural(levels.count("warning"), "warning")]
    if "info" in levels:
        parts.append(plural(levels.count("info"), "note"))
    return ", ".join(parts) + (f", {waived} waived" if waived else "")


def summary_lines(report: CheckReport | DiffReport) -> tuple[str, str]:
    """Return what was checked or compared, and the result, as the two last lines of a log."""
    if isinstance(report, DiffReport):
        return compared_line(report), f"{result_line(report)}; new: {count_line(report.findings)}"
    return check_line(report), count_line(report.findings, report.waived)
