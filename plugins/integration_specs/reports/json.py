"""For programs: every finding with its place, and what was checked."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict

from integration_specs.diff import CHANGE_LEVELS, Change
from integration_specs.diff.wording import sentence
from integration_specs.findings import Finding

from . import CheckReport, DiffReport


def check(report: CheckReport) -> Iterator[str]:
    """Yields one JSON object, `findings` and `checked`."""
    content = {
        "findings": [finding_json(finding) for finding in report.findings],
        "checked": {**asdict(report.checked), "waived": report.waived},
    }
    yield _written(content)


def diff(report: DiffReport) -> Iterator[str]:
    """Yields one JSON object; its schema is `schema/changes.schema.json`."""
    levels = [change.level for change in report.changes]
    summary: dict[str, object] = {level: levels.count(level) for level in CHANGE_LEVELS}
    summary["specs"] = list(report.changed)
    content = {
        "base": {"title": report.base, "commit": report.commits[0]},
        "head": {"title": report.head, "commit": report.commits[1]},
        "checked": asdict(report.checked),
        "summary": summary,
        "changes": [change_json(change) for change in report.changes],
        "approvals": [asdict(approval) for approval in report.approvals],
        "findings": [finding_json(finding) for finding in report.findings],
        "skipped": [asdict(skip) for skip in report.skipped],
    }
    yield _written(content)


def change_json(change: Change) -> dict[str, object]:
    """A change as JSON values, with a sentence that says it."""
    return {**asdict(change), "message": sentence(change)}


def _written(content: object) -> str:
    """JSON in which whatever does not print is an escape."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


_INVISIBLE = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")


def finding_json(finding: Finding) -> dict[str, object]:
    """A finding as JSON values; the pointer as RFC 6901 writes it."""
    return {
        "rule": finding.rule,
        "level": finding.level,
        "file": finding.file,
        "line": finding.span.line,
        "column": finding.span.column,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column,
        "message": finding.message,
        "help": finding.help,
        "notes": list(finding.notes),
        "spec": finding.spec,
        "pointer": "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in finding.pointer),
    }
