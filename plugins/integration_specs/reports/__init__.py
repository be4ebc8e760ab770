"""Output formats for findings and changes; each format is one file in this folder.

A report module defines `check(report)` and `diff(report)`, which yield pieces of text.

May import `project` and the layers below.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from integration_specs.diff import CHANGE_LEVELS, Change, Skip
from integration_specs.diff.approvers import Approval
from integration_specs.diff.wording import counts, hurt, sentence
from integration_specs.findings import Finding
from integration_specs.project.workspace import Checked
from integration_specs.text.display import plural


@dataclass(frozen=True)
class CheckReport:
    """What a report of `check` speaks of. `source` gives the text of a file; `color` and `width` (in cells) are for terminals."""

    findings: tuple[Finding, ...]
    checked: Checked
    source: Callable[[str], str] = field(default=lambda file: "")
    color: bool = False
    waived: int = 0
    width: int = 160


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report says of a spec beside its changes; `page` and `source` are addresses, perhaps empty."""

    id: str
    title: str
    owner: str = ""
    status: str = ""
    page: str = ""
    source: str = ""


@dataclass(frozen=True)
class DiffReport:
    """What a report of `diff` speaks of.

    `findings` are only the new ones. `base` and `head` are the sides as people call them, `changed` the ids of specs whose
    file differs. `subjects` has every changed spec by id.
    """

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[Skip, ...]
    approvals: tuple[Approval, ...]
    checked: Checked
    base: str
    head: str
    changed: tuple[str, ...]
    subjects: dict[str, Subject] = field(default_factory=dict)
    source: Callable[[str], str] = field(default=lambda file: "")
    color: bool = False
    width: int = 160
    commits: tuple[str, str] = ("", "")

    @property
    def by_spec(self) -> dict[str, list[Change]]:
        """Changes by spec id; the specs with the gravest changes first."""
        found: dict[str, list[Change]] = {}
        for change in sorted(self.changes, key=lambda change: (CHANGE_LEVELS.index(change.level), *change.sort_key)):
            found.setdefault(change.spec, []).append(change)
        return found


def compared_line(report: "DiffReport") -> str:
    """What was compared, and what was not, in one line."""
    return f"{checked_line(report.checked)}; base {report.base} → head {report.head}"


def result_line(report: "DiffReport") -> str:
    """How many changes of each level there are, and how many specs nothing is known of."""
    left = len({skip.spec for skip in report.skipped})
    return counts(report.changes) + (f", {plural(left, 'spec')} not compared" if left else "")


def with_impact(change: Change) -> str:
    """What changed, and who or what it touches."""
    return "; ".join(filter(None, (sentence(change), hurt(change))))


def with_help(finding: Finding) -> str:
    """What is wrong, and what to do about it."""
    return f"{finding.message}. {finding.help}" if finding.help else finding.message


def checked_line(checked: Checked) -> str:
    """What was looked at, in one line."""
    return (
        f"checked {plural(checked.specs, 'spec')}, {plural(checked.endpoints, 'endpoint')}, "
        f"{plural(checked.events, 'event')}, {plural(checked.examples, 'example')}; {checked.skipped} skipped"
    )


def count_line(findings: tuple[Finding, ...], waived: int = 0) -> str:
    """How many findings of each level there are, in one line."""
    parts = [
        plural(sum(finding.level == level for finding in findings), word)
        for level, word in (("error", "error"), ("warning", "warning"), ("info", "note"))
        if level != "info" or any(finding.level == "info" for finding in findings)
    ]
    return ", ".join(parts) + (f", {waived} waived" if waived else "")
