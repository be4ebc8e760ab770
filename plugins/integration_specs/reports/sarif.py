"""SARIF 2.1.0, for code scanning and editors."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from integration_specs import __version__
from integration_specs.diff import ChangeLevel
from integration_specs.diff.rules import BY_NAME
from integration_specs.findings import Finding, Level
from integration_specs.project.rules import all_rules

from . import CheckReport, DiffReport, with_help, with_impact

_CHANGES: dict[ChangeLevel, str] = {"breaking": "error", "risky": "warning", "safe": "note", "editorial": "note"}
_FINDINGS: dict[Level, str] = {"error": "error", "warning": "warning", "info": "note"}


def check(report: CheckReport) -> Iterator[str]:
    """Yields one log with one run."""
    yield _log([_finding(finding) for finding in report.findings])


def diff(report: DiffReport) -> Iterator[str]:
    """Yields one log with one run: the changes, then the new findings."""
    results = []
    for change in report.changes:
        result: dict[str, Any] = {
            "ruleId": change.rule,
            "level": _CHANGES[change.level],
            "message": {"text": with_impact(change)},
            "locations": [_location(place.file, place.line, place.column)] if (place := change.place) else [],
            "partialFingerprints": {"integrationSpecs/v1": change.fingerprint},
            "properties": {"level": change.level, "concerns": list(change.concerns), "spec": change.spec},
        }
        if change.waiver:
            result["suppressions"] = [{"kind": "external", "justification": change.waiver}]
        results.append(result)
    notes = [
        {
            "level": "error",
            "message": {"text": f"{each.spec} was not compared ({each.side}): {each.message}"},
            "locations": [_location(each.file, each.line, 1)],
        }
        for each in report.skipped
    ]
    yield _log([*results, *(_finding(finding) for finding in report.findings)], notes)


def _finding(finding: Finding) -> dict[str, Any]:
    span = finding.span
    location = _location(finding.file, span.line, span.column)
    if (span.end_line, span.end_column) > (span.line, span.column):
        location["physicalLocation"]["region"].update(endLine=span.end_line, endColumn=span.end_column)
    return {
        "ruleId": finding.rule,
        "level": _FINDINGS[finding.level],
        "message": {"text": with_help(finding)},
        "locations": [location],
    }


def _location(file: str, line: int, column: int) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(file.removeprefix("./")), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": line, "startColumn": column},
        }
    }


def _log(results: list[dict[str, Any]], notes: list[dict[str, Any]] | None = None) -> str:
    checks = all_rules()
    rules = []
    for name in sorted({result["ruleId"] for result in results}):
        rule = checks.get(name) or BY_NAME.get(name)
        described: dict[str, Any] = {"id": name}
        if rule:
            described |= {"shortDescription": {"text": rule.summary}, "fullDescription": {"text": rule.why}}
        rules.append(described)
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if notes:
        invocation["toolExecutionNotifications"] = notes
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "integration-specs", "version": __version__, "rules": rules}},
                "invocations": [invocation],
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }
    return json.dumps(log, ensure_ascii=True, indent=2) + "\n"
