"""Conversion of other documents to draft specs; each format is one file in this folder.

An importer module defines `read(path, options)`, which returns an `Import` or raises `ImportFault`, and nothing else, whatever
the file holds. It writes nothing and fetches nothing: `finalize` masks secrets and validates, the command writes.
`SUPPORTS_SELECTION = True` says that operations can be selected, `SUPPORTS_OURS = True` that the document may describe our own
application.

May import `model`, `contracts`, `markdown_template` and the layers below.
"""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from integration_specs.documents import VENDOR
from integration_specs.files import read_file
from integration_specs.findings import Finding, Rule, Span
from integration_specs.findings.internal_errors import has_internal_error, internal_error
from integration_specs.findings.rule_tables import load_rules
from integration_specs.validation.schema import Pointer, SpecSchema

RULES = tuple(load_rules("integration_specs.importers").values())
VALUES: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("vendor_values.toml").read_text("utf-8"))
IMPORT_FAULT, LEFT_OUT, KEPT, MASKED, MADE_UP, ASSUMED = RULES


class ImportFault(Exception):
    """The document cannot be imported; `findings` say what is wrong, where, and what to do.

    `tags` are the tags of a document with too many operations to import all of them unasked, with counts; None otherwise.
    """

    def __init__(self, *findings: Finding, tags: Counter[str] | None = None) -> None:
        super().__init__("; ".join(finding.message for finding in findings))
        self.findings, self.tags = findings, tags

    @property
    def exit_code(self) -> int:
        """Return the exit code of the command: 1 for a problem of the document, 2 for one of the command line or the importer."""
        return 2 if self.tags is not None or has_internal_error(self.findings) else 1


_FORMATS = {
    "postman": re.compile(r"_postman_id|schema\.(?:get)?postman\.com"),
    "asyncapi": re.compile(r"""^\s*\{?\s*["']?asyncapi["']?\s*:""", re.MULTILINE),
    "openapi": re.compile(r"""^\s*\{?\s*["']?(?:openapi|swagger)["']?\s*:""", re.MULTILINE),
}


def format_of(path: Path) -> str:
    """Return the format of a document, by its suffix and its first lines; empty if it has none of ours. Raises `OSError`."""
    if path.suffix.lower() in (".md", ".markdown"):
        return "markdown"
    start = read_file(path, VENDOR.size)[:100_000].decode("utf-8", "replace")
    return next((name for name, pattern in _FORMATS.items() if pattern.search(start)), "")


def read_document(importer: ModuleType, path: Path, options: "ImportOptions") -> "Import":
    """Return what an importer reads. Raises `ImportFault`, also for a failure of the importer itself."""
    try:
        found: Import = importer.read(path, options)
    except ImportFault:
        raise
    except Exception as error:
        raise ImportFault(internal_error(error, "the importer", options.shown)) from error
    return found


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Options of the command.

    `shown` is the document's name in messages. `owners` are the keys and names in `owners.yaml`. `operations`, `tags` and
    `paths` (patterns such as `/orders*`) select what is imported. Without them everything is, which a large document requires
    to be confirmed by `all_operations`. `ours` says that the document describes our own application. `owner` is the owner of the
    spec, who answers its open questions; `answers` are values for it by their pointer.
    """

    schema: SpecSchema
    shown: str
    owners: tuple[tuple[str, str], ...] = ()
    operations: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    ours: bool = False
    all_operations: bool = False
    owner: str = ""
    answers: tuple[tuple[Pointer, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    """The imported spec as values, and a report of everything that is not in it unchanged.

    In `data`, an open question is the text `TODO: question?`, without owner and date. `name` is the system's name, from which
    the spec's ID is derived; empty if the document has none. `summary` counts what was imported. `finalize` turns `data` into a
    valid file.
    """

    data: dict[str, Any]
    report: tuple[Finding, ...] = ()
    name: str = ""
    summary: str = ""


def note(rule: Rule, options: ImportOptions, message: str, span: Span | None = None, *, help: str = "") -> Finding:
    """Return an entry of the report."""
    return rule.finding(message, options.shown, span or Span(), help)


def fault(options: ImportOptions, message: str, span: Span | None = None, help: str = "") -> ImportFault:
    """Return the exception to raise if the document cannot be imported."""
    return ImportFault(note(IMPORT_FAULT, options, message, span, help=help))
