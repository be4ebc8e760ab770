"""For GitLab: a code quality report, shown in the merge request."""

import json
from collections.abc import Iterator

from integration_specs.diff import ChangeLevel, fingerprint
from integration_specs.findings import Finding, Level

from . import CheckReport, DiffReport, with_impact

_CHANGES: dict[ChangeLevel, str] = {"breaking": "blocker", "risky": "major", "safe": "minor", "editorial": "info"}
_FINDINGS: dict[Level, str] = {"error": "critical", "warning": "minor", "info": "info"}


def check(report: CheckReport) -> Iterator[str]:
    """Yields the list of findings."""
    yield _written(_findings(report.findings))


def diff(report: DiffReport) -> Iterator[str]:
    """Yields the list of changes, new findings and what could not be compared."""
    issues: list[dict[str, object]] = []
    for change in report.changes:
        file, line = (place.file, place.line) if (place := change.place) else (change.spec, 1)
        issues.append(_issue(with_impact(change), change.rule, change.fingerprint, _CHANGES[change.level], file, line))
    for skip in report.skipped:
        mark = fingerprint("not-compared", skip.spec, skip.side)
        issues.append(
            _issue(
                f"not compared ({skip.side}): {skip.message}", "not-compared", mark, "critical", skip.file, skip.line
            )
        )
    yield _written([*issues, *_findings(report.findings)])


def _findings(findings: tuple[Finding, ...]) -> list[dict[str, object]]:
    found = []
    counts: dict[tuple[str, str, str], int] = {}
    for finding in findings:
        key = (finding.rule, finding.file, ".".join(map(str, finding.pointer)))
        counts[key] = counts.get(key, -1) + 1
        mark = fingerprint(*key, counts[key])
        found.append(
            _issue(finding.message, finding.rule, mark, _FINDINGS[finding.level], finding.file, finding.span.line)
        )
    return found


def _issue(text: str, rule: str, mark: str, severity: str, file: str, line: int) -> dict[str, object]:
    return {
        "description": text,
        "check_name": rule,
        "fingerprint": mark,
        "severity": severity,
        "location": {"path": file, "lines": {"begin": line}},
    }


def _written(issues: list[dict[str, object]]) -> str:
    return json.dumps(issues, ensure_ascii=True, indent=2) + "\n"
