"""Cases of the importers: in `cases/import-<format>/` a `document.*` beside `spec.yaml` (unless it is refused) and `report.txt`."""

import json
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from case_file import Case
from integration_specs.documents import load_raw_text
from integration_specs.documents.redaction import redact
from integration_specs.findings import Finding
from integration_specs.formatting import to_yaml
from integration_specs.importers import Import, ImportFault, ImportOptions
from integration_specs.importers._finalize import finalize
from integration_specs.validation.schema import read_schema
from integration_specs.validation.validator import Validator

SCHEMA = read_schema()
VALIDATOR = Validator(SCHEMA)


def document(case: Case) -> Path:
    """Return the document that a case imports, unpacked with the files beside it."""
    return next(path for path in case.folder.iterdir() if path.stem in ("document", "input"))


def read(format_: str, path: Path, **asked: Any) -> Import:
    """Import a document. Raises `ImportFault`."""
    given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in asked.items()}
    options = ImportOptions(SCHEMA, path.name, **({"all_operations": True} | given))
    result: Import = import_module(f"integration_specs.importers.{format_}").read(path, options)
    return result


def outcome(format_: str, path: Path, **asked: Any) -> tuple[str, str]:
    """The spec (nothing when the document is refused) and the report, both as text, after all that every import promises was checked."""
    result, faults = _attempt(format_, path, **asked)
    if result is None:
        assert faults
        assert all(finding.level == "error" for finding in faults)
        _placed(faults, path)
        return "", _lines(faults)
    return require_spec(result, path), _lines(result.report)


def _attempt(format_: str, path: Path, **asked: Any) -> tuple[Import | None, tuple[Finding, ...]]:
    try:
        return read(format_, path, **asked), ()
    except ImportFault as fault:
        return None, fault.findings


def written(format_: str, path: Path) -> str:
    """The file that the command writes; empty when the document is refused. Raises `ImportFault` if the file would be invalid."""
    result, _ = _attempt(format_, path)
    return finalize(result, ImportOptions(SCHEMA, path.name), date(2026, 1, 10))[0] if result else ""


def require_spec(result: Import, path: Path) -> str:
    """The spec as YAML, which our loader reads as the same values and in which the schema finds nothing."""
    text = to_yaml(result.data, SCHEMA)
    read_back = load_raw_text(text, "spec.yaml")
    assert [finding for finding in read_back.findings if finding.level == "error"] == []
    assert read_back.data == result.data
    assert VALIDATOR(redact(read_back)) == ()
    assert result.data["status"] == "draft"
    _placed(result.report, path)
    return text


def _placed(findings: tuple[Finding, ...], path: Path) -> None:
    lines = path.read_bytes().count(b"\n") + 1 if path.is_file() else 1
    for finding in findings:
        assert finding.message.isprintable(), finding
        assert len(finding.message) <= 200, finding
        assert finding.file, finding
        assert finding.file != path.name or 1 <= finding.span.line <= lines, finding


def _lines(findings: tuple[Finding, ...]) -> str:
    return "".join(
        f"{finding.file}:{finding.span.line}:{finding.span.column} {finding.level} {finding.rule} {finding.message}"
        + (f" | {finding.help}" if finding.help else "")
        + "\n"
        for finding in findings
    )


def expect_case(format_: str, case: Case) -> None:
    """A case gives the spec and the report that lie beside its document."""
    spec, report = outcome(format_, document(case), **json.loads(case.files.get("options.json", "{}")))
    case.expect(spec, "spec.yaml")
    case.expect(report, "report.txt")


def expected(case: Case) -> tuple[str, str]:
    """Return the spec and the report that a case should give."""
    return case.files.get("spec.yaml", ""), case.files.get("report.txt", "")
