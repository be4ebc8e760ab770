"""For programs: every finding with its place, and what was checked."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from ..findings import Finding
from . import CheckReport


def check(report: CheckReport) -> Iterator[str]:
    """Yields one JSON object, `findings` and `checked`."""
    content = {
        "findings": [finding_json(finding) for finding in report.findings],
        "checked": {**asdict(report.checked), "waived": report.waived},
    }
    yield json.dumps(content, ensure_ascii=False, indent=2) + "\n"


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
