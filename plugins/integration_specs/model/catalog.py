"""All specs and owners of a project."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from integration_specs.documents import Document
from integration_specs.findings import Finding, Span, has_errors

from .spec import Spec


@dataclass(frozen=True)
class Owner:
    """A team or person that can own a spec."""

    key: str
    name: str
    kind: Literal["team", "person"]
    data: dict[str, Any]
    span: Span = field(default=Span())
    file: str = ""

    @property
    def contacts(self) -> tuple[dict[str, str], ...]:
        """Ways to reach the owner, the best first: `channel`, `address`, perhaps `note`."""
        return tuple(self.data.get("contacts", ()))

    @property
    def code_owner(self) -> str:
        """Handle in CODEOWNERS; empty if there is none."""
        return str(self.data.get("code_owner", ""))

    @staticmethod
    def read(document: Document) -> tuple[tuple["Owner", ...], tuple[tuple[str, str], ...]]:
        """Return the owners and approvers (concern, owner key) of a valid `owners.yaml`."""
        owners = tuple(
            Owner(key, data["name"], data["kind"], data, document.key_span(("owners", key)), document.path)
            for key, data in document.data["owners"].items()
        )
        return owners, tuple(document.data.get("approvers", {}).items())


@dataclass(frozen=True)
class BrokenSpec:
    """A spec with syntax or schema errors. `partial` is its valid part, given only while it is checked."""

    id: str
    file: str
    document: Document
    findings: tuple[Finding, ...]
    partial: Spec | None = None


@dataclass(frozen=True)
class Catalog:
    """The specs and owners of a project, in the order of their IDs and keys."""

    specs: tuple[Spec, ...]
    owners: tuple[Owner, ...] = ()
    approvers: tuple[tuple[str, str], ...] = ()
    broken: tuple[BrokenSpec, ...] = ()
    owners_file: str = ""
    owners_document: Document | None = None
    more_owners_documents: tuple[Document, ...] = ()
    """The `owners.yaml` of further folders of specs."""
    project_findings: tuple[Finding, ...] = ()
    """Findings about owners.yaml and about files that are not specs."""

    @property
    def all_specs(self) -> tuple[Spec | BrokenSpec, ...]:
        """Valid specs, then broken ones."""
        return (*self.specs, *self.broken)

    @property
    def owners_documents(self) -> tuple[Document, ...]:
        """All `owners.yaml`, that of the project first."""
        return (*((self.owners_document,) if self.owners_document else ()), *self.more_owners_documents)

    @property
    def findings(self) -> list[Finding]:
        """Findings of syntax, schema and file names; those of checks are not among them."""
        return [*self.project_findings, *(finding for spec in self.all_specs for finding in spec.findings)]

    @property
    def owners_have_errors(self) -> bool:
        """Whether owners.yaml exists but could not be used."""
        return has_errors(finding for finding in self.project_findings if finding.file == self.owners_file)

    @cached_property
    def by_id(self) -> dict[str, Spec]:
        """Specs by ID."""
        return {spec.id: spec for spec in self.specs}

    @cached_property
    def owner_by_key(self) -> dict[str, Owner]:
        """Owners by key."""
        return {owner.key: owner for owner in self.owners}

    @property
    def owner_names(self) -> tuple[tuple[str, str], ...]:
        """The keys and names of all owners."""
        return tuple((owner.key, owner.name) for owner in self.owners)

    def owned_by(self, key: str) -> Iterator[Spec]:
        """Yield the specs of an owner."""
        return (spec for spec in self.specs if spec.owner == key)
