"""Read one file, Git object or text as a redacted, validated spec."""

from dataclasses import replace
from pathlib import Path, PurePosixPath

from integration_specs.documents import RULES as LOAD_RULES
from integration_specs.documents import Document, load, load_text, require_parser
from integration_specs.findings import Finding, has_errors
from integration_specs.findings.internal_errors import guarded
from integration_specs.model import BrokenSpec, Catalog, Owner, Spec
from integration_specs.text.display import escape_unprintable, printable
from integration_specs.text.messages import DerivedMessage, Message
from integration_specs.validation.schema import SpecSchema
from integration_specs.validation.validator import Validator

from .broken_spec_checks import PartialSpec
from .discovery import RULES

Source = Path | bytes | str | None
"""A file in the working tree, or content from elsewhere; None is a symbolic link in a Git tree, which is refused."""


class SpecReader:
    """The only way from a file to a `Spec` or `BrokenSpec`: load (which redacts), then validate."""

    def __init__(self, schema: SpecSchema, owners_schema: SpecSchema, accepted_secrets: frozenset[str]) -> None:
        """Raises `ParserMissing` when PyYAML has no libyaml. `accepted_secrets` are the hashes of the project's baseline."""
        require_parser()
        self._validator = Validator(schema)
        self._owners_validator = Validator(owners_schema)
        self._accepted = accepted_secrets
        self.assumed_status: dict[str, str] = {}
        """By file: the status to validate and check a spec with, in place of its own."""

    def spec(self, source: Source, file: str, name_findings: tuple[Finding, ...] = ()) -> Spec | BrokenSpec:
        """Return the spec in `source`; its ID is the stem of `file`, the name that messages show.

        `name_findings` are the problems of the file's name. Findings are in `findings` of the result; nothing is raised
        for what the source holds.
        """
        identity = printable(PurePosixPath(file).stem, 255)  # nothing is escaped in a valid ID

        def failed(finding: Finding) -> Spec | BrokenSpec:
            return BrokenSpec(identity, finding.file, _unread(finding), (*name_findings, finding))

        shown = escape_unprintable(file)
        return guarded(
            lambda: self._spec(source, file, identity, name_findings), failed, Message("reading"), shown, identity
        )

    def _spec(self, source: Source, file: str, identity: str, name_findings: tuple[Finding, ...]) -> Spec | BrokenSpec:
        document = self._load(source, file)
        if file in self.assumed_status and isinstance(document.data, dict):
            document = replace(document, data={**document.data, "status": self.assumed_status[file]})
        found = (*name_findings, *(_contract_findings(document) or self._validator(document)))
        findings = tuple(replace(finding, spec=identity) for finding in found)
        if has_errors(findings):
            return BrokenSpec(identity, document.path, document, findings)
        return Spec(identity, document.path, document.data, document, findings)

    def as_draft(self, broken: BrokenSpec) -> Spec | None:
        """Return the spec that `broken` would be as a draft; None if it has errors other than missing parts."""
        rules = {finding.rule for finding in broken.findings if finding.level == "error"}
        data = broken.document.data
        if not rules <= _ALLOWED_IN_DRAFTS or not isinstance(data, dict):
            return None
        if has_errors(self._validator(replace(broken.document, data={**data, "status": "draft"}))):
            return None
        return Spec(broken.id, broken.file, data, broken.document, broken.findings)

    def partial(self, broken: BrokenSpec) -> PartialSpec | None:
        """Return what is valid of a spec with errors; None if it cannot be read."""
        if not isinstance(broken.document.data, dict) or _contract_findings(broken.document):
            return None
        part = self._validator.valid_part(broken.document, broken.findings, {"system": broken.id, "type": "Other"})
        return PartialSpec(broken.id, broken.file, part.data, broken.document, part=part) if part else None

    def owners(self, source: Source, file: str) -> Catalog:
        """Return a catalog without specs: the owners and approvers in `source`, none when it has errors."""

        def failed(finding: Finding) -> Catalog:
            return Catalog((), owners_file=file, owners_document=_unread(finding), project_findings=(finding,))

        return guarded(lambda: self._owners(source, file), failed, Message("reading"), escape_unprintable(file))

    def _owners(self, source: Source, file: str) -> Catalog:
        document = self._load(source, file)
        findings = tuple(self._owners_validator(document))
        catalog = Catalog((), owners_file=file, owners_document=document, project_findings=findings)
        if has_errors(findings):
            return catalog
        owners, approvers = Owner.read(document)
        return replace(catalog, owners=owners, approvers=approvers)

    def _load(self, source: Source, file: str) -> Document:
        if source is None:
            rule = LOAD_RULES["file-symlink"]
            file = escape_unprintable(file)
            message, advice = Message("is a symbolic link, which is not followed"), DerivedMessage(str, rule.good)
            return Document(file, "", None, (rule.finding(message, file, help=advice),))
        if isinstance(source, Path):
            return load(source, file, self._accepted)
        return load_text(source, file, self._accepted)


def _unread(finding: Finding) -> Document:
    return Document(finding.file, "", None, (finding,))


_ALLOWED_IN_DRAFTS = frozenset({"missing-key", "too-few"})


def _contract_findings(document: Document) -> list[Finding]:
    """Return a finding if a document is a contract, such as what stays in the folder of a spec that was removed."""
    data = document.data
    kind = next((each for each in ("openapi", "asyncapi", "swagger") if isinstance(data, dict) and each in data), "")
    if not kind or "system" in data:
        return []
    folder = PurePosixPath(document.path).parent
    rule, span = RULES["contract-without-spec"], document.key_span((kind,))
    return [rule.report(document.path, span, (kind,), kind=kind, name=printable(folder.name))]
