"""Findings to text: one file a format, found by its folder.

A report module has `check(report)`, which yields the pieces of the text. It prints nothing: the command does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from ..findings import Finding
from ..pipeline import Checked


@dataclass(frozen=True)
class CheckReport:
    """What a report of `check` speaks of. `source` gives the text of a file; `color` and `width` (in cells) are for terminals."""

    findings: tuple[Finding, ...]
    checked: Checked
    source: Callable[[str], str] = field(default=lambda file: "")
    color: bool = False
    waived: int = 0
    width: int = 160


def plural(count: int, word: str) -> str:
    """`1 spec`, `2 specs`, `1,000 specs`."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")


def checked_line(checked: Checked) -> str:
    """What was looked at, in one line."""
    return (
        f"checked {plural(checked.specs, 'spec')}, {plural(checked.endpoints, 'endpoint')}, "
        f"{plural(checked.events, 'event')}, {plural(checked.examples, 'example')}; {checked.skipped} skipped"
    )


def count_line(findings: tuple[Finding, ...], waived: int = 0) -> str:
    """How many findings of each level there are, in one line."""
    counts = [
        plural(sum(finding.level == level for finding in findings), word)
        for level, word in (("error", "error"), ("warning", "warning"), ("info", "note"))
        if level != "info" or any(finding.level == "info" for finding in findings)
    ]
    return ", ".join(counts) + (f", {waived} waived" if waived else "")
