"""A code quality report for GitLab merge requests."""

import json
from collections.abc import Iterator

from . import CheckReport, DiffReport, Entry, entries

_SEVERITIES = {
    "breaking": "blocker",
    "risky": "major",
    "safe": "minor",
    "editorial": "info",
    "error": "critical",
    "warning": "minor",
    "info": "info",
}


def check(report: CheckReport | DiffReport) -> Iterator[str]:
    """Yield the list of issues."""
    yield json.dumps([_issue(entry) for entry in entries(report)], ensure_ascii=True, indent=2) + "\n"


diff = check


def _issue(entry: Entry) -> dict[str, object]:
    return {
        "description": entry.text,
        "check_name": entry.rule,
        "fingerprint": entry.fingerprint,
        "severity": _SEVERITIES[entry.level],
        "location": {"path": entry.file, "lines": {"begin": entry.line}},
    }
