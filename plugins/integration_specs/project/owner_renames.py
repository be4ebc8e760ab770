"""Fixes for the references to an owner whose key a fix renames in `owners.yaml`."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from integration_specs.documents import RawDocument, load_raw
from integration_specs.documents.pointers import scalars
from integration_specs.findings import Finding
from integration_specs.model.open_questions import parse_open_question
from integration_specs.validation.schema import SpecSchema

from .discovery import OWNERS_FILE, find_files, shown_name
from .workspace import Workspace


def complete_renames(workspace: Workspace, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with a fix for each reference to an owner whose key a fix renames.

    A key is not renamed if the new one exists already, or if an open question (`TODO`) names the old one.
    """
    findings = list(findings)
    settings = workspace.settings
    owners_path = settings.specs_folder / OWNERS_FILE
    owners_file = shown_name(owners_path, settings.root)
    renamed = {each.pointer: each.fix for each in findings if each.file == owners_file and _is_owner_key(each)}
    if not renamed:
        return findings
    owners = load_raw(owners_path, owners_file)
    specs = [load_raw(path, shown_name(path, settings.root)) for path in find_files(settings.specs_folder).specs]
    fixed = {name for document in specs for name in _owners_of_open_questions(document)}
    taken = Counter([*owners.data["owners"], *renamed.values()])
    keys = {str(at[-1]): new for at, new in renamed.items() if new and taken[new] == 1 and at[-1] not in fixed}
    findings = [
        replace(each, fix=None) if each.pointer in renamed and str(each.pointer[-1]) not in keys else each
        for each in findings
    ]
    findings += _references(owners, workspace.owners_schema, keys)
    for document in specs:
        findings += _references(document, workspace.schema, keys)
    return findings


def _is_owner_key(finding: Finding) -> bool:
    return finding.rule == "wrong-key" and finding.fix is not None and finding.pointer[:-1] == ("owners",)


def _owners_of_open_questions(document: RawDocument) -> Iterator[str]:
    for _, value in scalars(document.data):
        if question := parse_open_question(value):
            yield question.owner


def _references(document: RawDocument, schema: SpecSchema, keys: dict[str, str]) -> Iterator[Finding]:
    for pointer, value in scalars(document.data):
        if not isinstance(value, str) or value not in keys:
            continue
        field = schema.at(pointer)
        if (field and field.format == "owner") or "escalation" in pointer:  # which may be a name, too
            yield Finding("wrong-key", "error", "", document.path, document.span(pointer), fix=keys[value])
