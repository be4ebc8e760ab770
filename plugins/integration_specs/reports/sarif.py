"""SARIF 2.1.0 for code scanning and editors."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from integration_specs import __version__
from integration_specs.diff.rules import RULES as CHANGE_RULES
from integration_specs.project.rules import all_rules

from . import NOT_COMPARED, CheckReport, DiffReport, Entry, entries


def check(report: CheckReport | DiffReport) -> Iterator[str]:
    """Yield one log with one run; specs that were not compared are notifications."""
    found = list(entries(report))
    results = [_result(entry) for entry in found if entry.rule != NOT_COMPARED]
    notifications = [
        {"level": "error", "message": {"text": entry.text}, "locations": [_location(entry)]}
        for entry in found
        if entry.rule == NOT_COMPARED
    ]
    rules = [_rule(name) for name in sorted({result["ruleId"] for result in results})]
    run = {
        "tool": {"driver": {"name": "integration-specs", "version": __version__, "rules": rules}},
        "invocations": [
            {
                "executionSuccessful": True,
                **({"toolExecutionNotifications": notifications} if notifications else {}),
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    yield json.dumps(log, ensure_ascii=True, indent=2) + "\n"


diff = check


def _result(entry: Entry) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": entry.rule,
        "level": entry.severity,
        "message": {"text": entry.text},
        "locations": [_location(entry)],
        "partialFingerprints": {"integrationSpecs/v1": entry.fingerprint},
        "properties": {"level": entry.level, "concerns": list(entry.concerns), "spec": entry.spec},
    }
    if entry.accepted:
        result["suppressions"] = [{"kind": "external", "justification": entry.accepted}]
    return result


def _location(entry: Entry) -> dict[str, Any]:
    region = {"startLine": entry.line, "startColumn": entry.column}
    if entry.end_line:
        region |= {"endLine": entry.end_line, "endColumn": entry.end_column}
    artifact = {"uri": quote(entry.file.removeprefix("./")), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _rule(name: str) -> dict[str, Any]:
    described: dict[str, Any] = {"id": name}
    if rule := all_rules().get(name):
        described |= {"shortDescription": {"text": rule.summary}, "fullDescription": {"text": rule.why}}
    elif change_rule := CHANGE_RULES.get(name):
        described |= {
            "shortDescription": {"text": change_rule.summary},
            "fullDescription": {"text": change_rule.advice},
        }
    return described
