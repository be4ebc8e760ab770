"""JSON for programs; the schemas are `schema/findings.schema.json` and `schema/changes.schema.json`."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from integration_specs.diff import CHANGE_LEVELS, Change
from integration_specs.diff.descriptions import sentence
from integration_specs.findings import Finding

from . import CheckReport, DiffReport


def check(report: CheckReport) -> Iterator[str]:
    """Yield one JSON object with `findings` and `checked`."""
    checked: dict[str, Any] = {**asdict(report.checked), "waived": report.waived}
    compared = {"verification": asdict(report.verification)} if report.verification else {}
    findings = [finding_json(finding) for finding in report.findings]
    yield _write({"findings": findings, "checked": checked, **compared})


def diff(report: DiffReport) -> Iterator[str]:
    """Yield one JSON object with all that was compared and changed."""
    levels = [change.level for change in report.changes]
    summary: dict[str, Any] = {level: levels.count(level) for level in CHANGE_LEVELS}
    content: dict[str, Any] = {
        "base": {"title": report.base, "commit": report.commits[0]},
        "head": {"title": report.head, "commit": report.commits[1]},
        "checked": asdict(report.checked),
        "summary": {**summary, "specs": list(report.changed)},
        "changes": [change_json(change) for change in report.changes],
        "approvals": [
            asdict(approval) | {"reasons": [reason.text for reason in approval.reasons]}
            for approval in report.approvals
        ],
        "findings": [finding_json(finding) for finding in report.findings],
        "old_findings": [finding_json(finding) for finding in report.old_findings],
        "skipped": [asdict(skip) for skip in report.skipped],
        "failures": list(report.failures),
    }
    yield _write(content)


def change_json(change: Change) -> dict[str, object]:
    """Return a change as JSON values, with its sentence as `message`."""
    approvers = [
        {"team": each.team, "reason": "; ".join(reason.text for reason in each.reasons)} for each in change.approvers
    ]
    return {**asdict(change), "approvers": approvers, "message": sentence(change)}


def finding_json(finding: Finding) -> dict[str, object]:
    """Return a finding as JSON values, with its pointer in the form of RFC 6901."""
    span = finding.span
    return {
        "rule": finding.rule,
        "level": finding.level,
        "file": finding.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "message": finding.message,
        "help": finding.help,
        "notes": list(finding.notes),
        "spec": finding.spec,
        "pointer": "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in finding.pointer),
    }


_INVISIBLE = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")


def _write(content: object) -> str:
    """Return JSON in which characters that do not print are escaped."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"
