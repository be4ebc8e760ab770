"""Conversion of other documents to draft specs; each format is one file in this folder.

An importer module defines `read(path, options)`, which returns an `Import` or raises `ImportFault`. It writes nothing and fetches
nothing: the command redacts secrets, validates and writes. `PICKS = True` says that operations can be selected, `SIDES = True` that the
document may describe our own application.

May import `model`, `contracts`, `template` and the layers below.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from integration_specs.findings import Finding, Rule, Span
from integration_specs.validation.schema import SpecSchema

IMPORT_FAULT = Rule(
    "import-fault",
    "error",
    "The document cannot be imported.",
    "It is not what the format says it is, or it is of a version that is not read. Nothing was written.",
    "swagger: '2.0'",
    "openapi: 3.1.0",
)
LEFT_OUT = Rule(
    "import-left-out",
    "warning",
    "Something of the document is not in the spec.",
    "The spec has no place for it, or it was not asked for. Nothing is dropped without a word.",
    "an operation that no --tag picks",
    "add the tag, or write the endpoint by hand",
)
KEPT = Rule(
    "import-kept",
    "warning",
    "Something of the document has no place in the spec and was kept as an `x-` note.",
    "A note is kept by every command, but no page section shows it; move it where it belongs.",
    "a heading that the template does not have",
    "x-imported: the text below it",
)
MASKED = Rule(
    "import-masked",
    "warning",
    "A secret was masked before anything was written.",
    "A secret in a document that people pass around is known to others: revoke it, then write where the new one is kept.",
    "a password in an example",
    "the name of the place where it is kept",
)
MADE_UP = Rule(
    "import-made-up",
    "info",
    "A value was made up from the document's schema.",
    "The document has no example. What was made up has the right shape and says nothing of real data.",
    "a schema without examples",
    "an example taken from a real call",
)
ASSUMED = Rule(
    "import-assumed",
    "info",
    "The document can be read in two ways, and one was chosen.",
    "Who sends and who receives depends on whose application the document describes. The message says which option turns it round.",
    "an AsyncAPI document of our own application",
    "the same command with `--ours`",
)
RULES = (IMPORT_FAULT, LEFT_OUT, KEPT, MASKED, MADE_UP, ASSUMED)


class ImportFault(Exception):
    """The document cannot be imported: `findings` say what, where, and what to do about it."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(finding.message for finding in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the command was asked for.

    `shown` is the document's name in messages. `owners` are the keys and names of `owners.yaml`. `operations`, `tags` and
    `paths` (patterns such as `/orders*`) pick what is taken, everything when all are empty. `ours` says that the document describes our own
    application, not the vendor's. `progress` is told how many of how many
    steps are done; call it rarely.
    """

    schema: SpecSchema
    shown: str
    owners: tuple[tuple[str, str], ...] = ()
    operations: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    progress: Callable[[int, int], None] = field(default=lambda done, total: None)
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Import:
    """A spec as values (`data`, as the YAML file will hold them), and what became of the rest of the document.

    An unknown is a text `TODO: question?`: the command adds who finds out, and until when. A `status` is only there when the
    document says one: the command makes what is not complete a draft, masks secrets, and turns what the schema refuses into notes.

    `report` has a finding of `LEFT_OUT`, `KEPT`, `MASKED` or `MADE_UP` for all that is not in `data` as it was. `name` is what the spec's id
    is made of when none is given: the system's name.
    """

    data: dict[str, Any]
    report: tuple[Finding, ...] = ()
    name: str = ""


def note(rule: Rule, options: ImportOptions, message: str, span: Span | None = None, *, help: str = "") -> Finding:
    """A line of the report about the document."""
    return Finding(rule.name, rule.level, message, options.shown, span or Span(), help)


def fault(options: ImportOptions, message: str, span: Span | None = None, help: str = "") -> ImportFault:
    """What is raised when the document cannot be imported."""
    return ImportFault(note(IMPORT_FAULT, options, message, span, help=help))
