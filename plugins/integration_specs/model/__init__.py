"""The catalog: frozen values for specs and owners, and what can be derived from them.

The content of a spec stays in `data`, in the order of the schema; properties name what more than one package needs.

May import `validation` and the layers below.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from integration_specs.documents import Document
from integration_specs.documents.pointers import scalars
from integration_specs.findings import Finding, Level, Rule, Span, has_errors
from integration_specs.text.names import slug, unique_name
from integration_specs.validation.schema import Pointer

Direction = Literal["Inbound", "Outbound", "Bidirectional"]
Side = Literal["request", "response"]
SIDES: tuple[Side, ...] = ("request", "response")


def parse_date(text: Any) -> date | None:
    """The day that an ISO text names; None for anything else (a `TODO`, nothing at all)."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None


_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def parse_duration(text: Any) -> float | None:
    """Seconds in a duration such as `90s` or `7d`; None for anything else."""
    match = re.fullmatch(r"([0-9]{1,6})(ms|s|m|h|d)", text) if isinstance(text, str) else None
    return int(match[1]) * _UNITS[match[2]] if match else None


def is_unknown(value: Any) -> bool:
    """Whether a value is a typed unknown: a text that starts with `TODO`."""
    return isinstance(value, str) and value.startswith("TODO")


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a `TODO(2026-12-10, payments): page size?` says: `due` and `owner` may be missing."""

    question: str
    due: date | None
    owner: str


def parse_unknown(value: Any) -> Unknown | None:
    """The typed unknown that a value is; None for anything else."""
    if not is_unknown(value):
        return None
    inside, question = re.fullmatch(r"TODO(?:\(([^()]*)\))?[\s:]*(.*)", value, re.DOTALL).groups()  # type: ignore[union-attr]
    parts = [part.strip() for part in (inside or "").split(",") if part.strip()]
    due = next(filter(None, map(parse_date, parts)), None)
    owner = next((part for part in parts if parse_date(part) is None), "")
    return Unknown(question.strip(), due, owner)


@dataclass(frozen=True)
class Endpoint:
    """One call. `label` is its method and path, `key` its identity, `anchor` its id on the page."""

    pointer: Pointer
    key: str
    anchor: str
    method: str
    path: str
    data: dict[str, Any]

    @property
    def label(self) -> str:
        """Method and path, as people say it."""
        return f"{self.method} {self.path}"

    def body(self, side: Side) -> Any:
        """The example of that side; None when there is none."""
        return self.data.get(side, {}).get("example")


@dataclass(frozen=True)
class Event:
    """One event; `sent` when it is ours."""

    pointer: Pointer
    name: str
    anchor: str
    sent: bool
    data: dict[str, Any]

    @property
    def example(self) -> Any:
        """The example of its payload; None when there is none."""
        return self.data.get("payload", {}).get("example")


@dataclass(frozen=True)
class MappedField:
    """One row of the data mapping with what it inherits: entity, object and direction."""

    pointer: Pointer
    entity: str
    remote_object: str
    local: str
    remote: str
    direction: Direction
    data: dict[str, Any]

    @property
    def local_name(self) -> str:
        """Entity and field: `Payment.gateway_id`; a field that names its entity itself stays as it is."""
        named = self.local.lower().startswith(f"{self.entity.lower()}.")
        return self.local if named else f"{self.entity}.{self.local}"


@dataclass(frozen=True)
class Spec:
    """One valid integration spec. `file` is the path as the loader names it, `findings` are those of syntax and schema."""

    id: str
    file: str
    data: dict[str, Any]
    document: Document
    findings: tuple[Finding, ...] = ()

    @property
    def system(self) -> str:
        """Name of the outside system."""
        return str(self.data["system"])

    @property
    def title(self) -> str:
        """Heading of the page."""
        return str(self.data.get("title", self.system))

    @property
    def type(self) -> str:
        """API, Webhook, File or Other."""
        return str(self.data["type"])

    @property
    def status(self) -> str:
        """draft, active, deprecated or retired."""
        return str(self.data.get("status", "active"))

    @property
    def owner(self) -> str:
        """Key of the owner; empty when nobody is named (or only a TODO stands there)."""
        owner = self.data.get("owner", "")
        return "" if is_unknown(owner) else str(owner)

    @property
    def direction(self) -> Direction | Literal[""]:
        """Direction of the data; empty when not written yet."""
        return self.section("overview").get("direction", "")  # type: ignore[no-any-return]

    @property
    def mechanism(self) -> str:
        """Authentication mechanism; empty when not written yet."""
        return str(self.section("authentication").get("mechanism", ""))

    @property
    def tags(self) -> tuple[str, ...]:
        """Words to find it by."""
        return tuple(self.data.get("tags", ()))

    @property
    def gist(self) -> str:
        """The first sentence of why we integrate, on one line; empty when not written yet."""
        return re.split(r"(?<=[.!?]) ", " ".join(str(self.section("purpose").get("why", "")).split()), maxsplit=1)[0]

    def section(self, name: str) -> dict[str, Any]:
        """A section that is an object; empty when not written yet."""
        return self.data.get(name) or {}

    def unknowns(self) -> Iterator[tuple[Pointer, Unknown]]:
        """Typed unknowns in the order of the file; bodies of examples and `x-` notes are somebody else's texts."""
        if "TODO" not in self.document.text:
            return
        for pointer, value in scalars(self.data):
            unknown = parse_unknown(value)
            if unknown and not any(step == "example" or str(step).startswith("x-") for step in pointer):
                yield pointer, unknown

    def line(self, pointer: Pointer) -> int:
        """Line of the key (or list item) at `pointer`."""
        return self.document.key_span(pointer).line

    def finding(
        self,
        rule: Rule,
        pointer: Pointer,
        message: str,
        help: str = "",
        notes: tuple[str, ...] = (),
        *,
        level: Level | None = None,
        key: bool = False,
        cause: str = "",
    ) -> Finding:
        """A finding about the value at `pointer`, or about its key (or list item) when `key` is set.

        Those of one spec that name the same `cause` are told as one.
        """
        span, level = self._span(pointer, key), level or rule.level
        return Finding(rule.name, level, message, self.file, span, help, notes, pointer, self.id, cause=cause)

    def _span(self, pointer: Pointer, key: bool) -> Span:
        return (self.document.key_span if key else self.document.span)(pointer)

    @cached_property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The calls, in the order of the file; anchors are unique on the page."""
        anchors = _Anchors("endpoint")
        return tuple(
            Endpoint(
                ("endpoints", index),
                item.get("id") or f"{item['method']} {item['path']}",
                anchors(item.get("id") or f"{item['method']} {item['path']}"),
                item["method"],
                item["path"],
                item,
            )
            for index, item in enumerate(self.data.get("endpoints", ()))
        )

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Events received, then sent, in the order of the file."""
        anchors = _Anchors("event")
        return tuple(
            Event(("events", side, index), item["name"], anchors(f"{side} {item['name']}"), side == "sent", item)
            for side in ("received", "sent")
            for index, item in enumerate(self.section("events").get(side, ()))
        )

    @cached_property
    def mapped_fields(self) -> tuple[MappedField, ...]:
        """All rows of the data mapping."""
        return tuple(
            MappedField(
                ("data_mapping", index, "fields", row_index),
                entity["local_entity"],
                entity["remote_object"],
                row["local"],
                row["remote"],
                row.get("direction", self.direction or "Bidirectional"),
                row,
            )
            for index, entity in enumerate(self.data.get("data_mapping", ()))
            for row_index, row in enumerate(entity.get("fields", ()))
        )

    def resolve_step(self, step: str) -> Endpoint | Event | None:
        """What a flow step names (the text before ` – ` or ` - `): an endpoint by id or label, or an event by name."""
        name = step_reference(step)
        for endpoint in self.endpoints:
            if name in (endpoint.key, endpoint.label):
                return endpoint
        return next((event for event in self.events if event.name == name), None)


def step_reference(step: str) -> str:
    """The part of a flow step that names an endpoint or event, without the remark after the dash."""
    return re.split(r"\s+[–—-]\s+", step, maxsplit=1)[0].strip()


class _Anchors:
    """Ids for one page: `prefix-slug`, counted on when taken."""

    def __init__(self, prefix: str) -> None:
        self._prefix, self._taken = prefix, set[str]()

    def __call__(self, text: str) -> str:
        anchor = unique_name(f"{self._prefix}-{slug(text)}", self._taken)
        self._taken.add(anchor)
        return anchor


@dataclass(frozen=True)
class Owner:
    """A team or person that may own a spec."""

    key: str
    name: str
    kind: Literal["team", "person"]
    data: dict[str, Any]
    span: Span = field(default=Span())

    @property
    def contacts(self) -> tuple[dict[str, str], ...]:
        """Ways to reach them, the best first: `channel`, `address`, perhaps `note`."""
        return tuple(self.data.get("contacts", ()))

    @property
    def code_owner(self) -> str:
        """Handle in CODEOWNERS; empty when there is none."""
        return str(self.data.get("code_owner", ""))

    @staticmethod
    def read(document: Document) -> tuple[tuple["Owner", ...], tuple[tuple[str, str], ...]]:
        """Owners and approvers (concern, owner key) of a valid `owners.yaml`."""
        owners = tuple(
            Owner(key, data["name"], data["kind"], data, document.key_span(("owners", key)))
            for key, data in document.data["owners"].items()
        )
        return owners, tuple(document.data.get("approvers", {}).items())


@dataclass(frozen=True)
class BrokenSpec:
    """A spec that has errors of syntax or shape: nothing but its findings is known of it."""

    id: str
    file: str
    document: Document
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Catalog:
    """Everything that is known: specs and owners by their keys' order, and what could not be read."""

    specs: tuple[Spec, ...]
    owners: tuple[Owner, ...] = ()
    approvers: tuple[tuple[str, str], ...] = ()
    broken: tuple[BrokenSpec, ...] = ()
    owners_file: str = ""
    owners_document: Document | None = None
    project_findings: tuple[Finding, ...] = ()
    """Findings about owners.yaml and about files that are not specs."""

    @property
    def all_specs(self) -> tuple[Spec | BrokenSpec, ...]:
        """Valid specs, then broken ones."""
        return (*self.specs, *self.broken)

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
        """Specs by id."""
        return {spec.id: spec for spec in self.specs}

    @cached_property
    def owner_by_key(self) -> dict[str, Owner]:
        """Owners by key."""
        return {owner.key: owner for owner in self.owners}

    def owned_by(self, key: str) -> Iterator[Spec]:
        """Specs of one owner."""
        return (spec for spec in self.specs if spec.owner == key)
