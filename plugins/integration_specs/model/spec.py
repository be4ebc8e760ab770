"""A spec with its endpoints, events and mapped fields.

The content stays in `data`, in the order of the schema; properties name what more than one package needs.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

from integration_specs.documents import Document
from integration_specs.documents.pointers import find_texts
from integration_specs.findings import Finding, Level, Rule, Span
from integration_specs.grouping import grouped
from integration_specs.text.messages import Message
from integration_specs.text.names import slug, unique_name
from integration_specs.validation.schema import Pointer

from .dates import parse_duration
from .example_fields import fields, normalize_path
from .open_questions import OpenQuestion, is_open_question, known_text, parse_open_question

if TYPE_CHECKING:
    from .mapped_field_uses import FieldUse

Direction = Literal["Inbound", "Outbound", "Bidirectional"]
BODY_KEYS: tuple[Literal["request", "response"], ...] = ("request", "response")
"""The keys of an endpoint whose values may have an example."""
REVIEW_DAYS = {"critical": 90, "high": 180, "medium": 365, "low": 730}
"""For how many days a review is valid, by criticality, unless the spec or the settings say otherwise."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An operation that we call. `key` identifies it, `anchor` is its ID on the page."""

    pointer: Pointer
    key: str
    anchor: str
    method: str
    path: str
    data: dict[str, Any]

    @property
    def label(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which a step or row may refer to it."""
        return (self.key, self.label)

    def body(self, key: Literal["request", "response"]) -> Any:
        """Return the example of the request or response; None if there is none."""
        return self.data.get(key, {}).get("example")


@dataclass(frozen=True, slots=True)
class Event:
    """An event that we receive, or send if `sent` is set."""

    pointer: Pointer
    name: str
    anchor: str
    sent: bool
    data: dict[str, Any]

    @property
    def label(self) -> str:
        """Its name, as an endpoint has a label."""
        return self.name

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which a step or row may refer to it."""
        return (self.name,)

    @property
    def example(self) -> Any:
        """The example of its payload; None if there is none."""
        return self.data.get("payload", {}).get("example")


@dataclass(frozen=True, slots=True)
class MappedField:
    """A row of the data mapping with what it inherits: entity, remote object and direction."""

    pointer: Pointer
    entity: str
    remote_object: str
    local: str
    remote: str
    direction: Direction
    data: dict[str, Any]

    @property
    def local_name(self) -> str:
        """Entity and field, such as `Payment.gateway_id`."""
        has_entity = self.local.lower().startswith(f"{self.entity.lower()}.")
        return self.local if has_entity else f"{self.entity}.{self.local}"


@dataclass(frozen=True)
class Spec:
    """A valid spec. `file` is its path in messages; `findings` are the warnings of its syntax and schema."""

    id: str
    file: str
    data: dict[str, Any]
    document: Document
    findings: tuple[Finding, ...] = ()

    @property
    def system(self) -> str:
        """Name of the external system."""
        return str(self.data["system"])

    @property
    def title(self) -> str:
        """Title of the page."""
        return str(self.data.get("title", self.system))

    @property
    def type(self) -> str:
        """`API`, `Webhook`, `File` or `Other`."""
        return str(self.data["type"])

    @property
    def status(self) -> str:
        """`draft`, `active`, `deprecated` or `retired`."""
        return str(self.data.get("status", "active"))

    @property
    def owner(self) -> str:
        """Key of the owner; empty if it is missing or unknown."""
        owner = self.data.get("owner", "")
        return "" if is_open_question(owner) else str(owner)

    @property
    def direction(self) -> Direction | Literal[""]:
        """Direction of the data; empty if it is missing."""
        return self.section("overview").get("direction", "")  # type: ignore[no-any-return]

    @property
    def mechanism(self) -> str:
        """Authentication mechanism; empty if it is missing."""
        return str(self.section("authentication").get("mechanism", ""))

    @property
    def tags(self) -> tuple[str, ...]:
        """Tags for searching."""
        return tuple(self.data.get("tags", ()))

    @property
    def summary(self) -> str:
        """The first sentence of `purpose.why`, on one line; empty if it is missing or an open question."""
        return re.split(r"(?<=[.!?]) ", " ".join(known_text(self.section("purpose").get("why")).split()), maxsplit=1)[0]

    @property
    def request_headers(self) -> tuple[tuple[str, str], ...]:
        """Names and values of the authentication headers; several are separated by commas (`X-Key: {key}, X-Secret: {secret}`)."""
        header = str(self.section("authentication").get("header", ""))
        parts = () if is_open_question(header) else re.split(r",\s+(?=[A-Za-z0-9_-]+:\s)", header)
        pairs = (part.partition(":")[::2] for part in parts if ":" in part)
        stripped = ((name.strip(), value.strip()) for name, value in pairs)
        return tuple((name, value) for name, value in stripped if re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name))

    def review_days(self, of_project: Mapping[str, str]) -> tuple[int, str]:
        """Return for how many days a review is valid, and where that is set. `of_project` has durations by criticality."""
        own = parse_duration(self.data.get("review_every"))
        if own is not None:
            return round(own / 86400), "review_every"
        criticality = self.data.get("criticality", "medium")
        found = parse_duration(of_project.get(criticality))
        return REVIEW_DAYS[criticality] if found is None else round(found / 86400), Message(
            "criticality {criticality}", criticality=Message(criticality)
        )

    def section(self, name: str) -> dict[str, Any]:
        """Return a section that is an object; an empty object if it is missing."""
        value = self.data.get(name)
        return {} if value is None else value

    @cached_property
    def open_questions(self) -> tuple[tuple[Pointer, OpenQuestion], ...]:
        """The open questions, in the order of the file; examples and `x-` notes have none."""
        if "TODO" not in self.document.text:
            return ()
        found = find_texts(self.data, lambda _, text: is_open_question(text), is_free_key)
        return tuple((pointer, question) for pointer, text in found if (question := parse_open_question(text)))

    def span(self, pointer: Pointer, *, key: bool = False) -> Span:
        """Return where the value at `pointer`, or its key or list item, is in the file."""
        return self.document.key_span(pointer) if key else self.document.span(pointer)

    def line(self, pointer: Pointer) -> int:
        """Return the line of the key or list item at `pointer`."""
        return self.document.key_span(pointer).line

    def report(
        self,
        rule: Rule,
        pointer: Pointer,
        notes: tuple[str, ...] = (),
        /,
        *,
        variant: str = "",
        level: Level | None = None,
        cause: str = "",
        **values: object,
    ) -> Finding:
        """Return a finding with the templates of its rule, or of a variant of it, in which `values` replace the names.

        Findings of one spec with the same `cause` are reported as one.
        """
        message, advice = rule.texts(variant, **values)
        span = self.span(pointer, key=rule.at_key)
        return rule.finding(
            message, self.file, span, advice, notes=notes, pointer=pointer, spec=self.id, level=level, cause=cause
        )

    @cached_property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The endpoints, in the order of the file; anchors are unique on the page."""
        items = list(self.data.get("endpoints", ()))
        keys = [item.get("id") or f"{item['method']} {item['path']}" for item in items]
        rows = zip(items, keys, _anchors("endpoint", keys), strict=True)
        return tuple(
            Endpoint(("endpoints", index), key, anchor, item["method"], item["path"], item)
            for index, (item, key, anchor) in enumerate(rows)
        )

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Events received, then sent, in the order of the file."""
        section = self.section("events")
        rows = [(key, index, item) for key in ("received", "sent") for index, item in enumerate(section.get(key, ()))]
        anchors = _anchors("event", (f"{key} {item['name']}" for key, _, item in rows))
        return tuple(
            Event(("events", key, index), item["name"], anchor, key == "sent", item)
            for (key, index, item), anchor in zip(rows, anchors, strict=True)
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
                row.get("direction") or self.direction or "Bidirectional",
                row,
            )
            for index, entity in enumerate(self.data.get("data_mapping", ()))
            for row_index, row in enumerate(entity.get("fields", ()))
        )

    @cached_property
    def rows_within(self) -> dict[Pointer, list[MappedField]]:
        """The rows by their own pointers and by those of what contains them."""
        return grouped((row.pointer[:end], row) for row in self.mapped_fields for end in range(1, len(row.pointer) + 1))

    @cached_property
    def field_uses(self) -> "tuple[FieldUse, ...]":
        """The uses of the rows of the data mapping in the examples."""
        from .mapped_field_uses import find_field_uses

        return find_field_uses(self)

    @cached_property
    def use_of_row(self) -> "dict[Pointer, FieldUse]":
        """The first use of each row that has one, by the pointer of the row."""
        return {use.row.pointer: use for use in reversed(self.field_uses)}

    @cached_property
    def example_paths(self) -> frozenset[str]:
        """The normalized paths of all fields of all examples."""
        from .mapped_field_uses import bodies

        found = (fields(body.example, body.content_type) for body in bodies(self))
        return frozenset(normalize_path(path) for paths in found for path in paths)

    @cached_property
    def _uses_by_body(self) -> "dict[Pointer, list[tuple[str, int, FieldUse]]]":
        # sorted by normalized path, each with that and its number among all
        numbered = ((f"{normalize_path(use.path)}.", number, use) for number, use in enumerate(self.field_uses))
        found = grouped((each[-1].body.pointer, each) for each in numbered)
        return {pointer: sorted(uses, key=itemgetter(0, 1)) for pointer, uses in found.items()}

    def uses_within(self, body: Pointer, path: str) -> "list[FieldUse]":
        """Return the uses of the field `path` of a body or of a field inside it; every field is inside the empty path."""
        uses = self._uses_by_body.get(body, [])
        if container := normalize_path(path):
            first, last = (bisect_left(uses, container + end, key=itemgetter(0)) for end in "./")
            uses = uses[first:last]
        return [use for *_, use in sorted(uses, key=itemgetter(1))]

    def resolve_step(self, step: str) -> Endpoint | Event | None:
        """Return the endpoint (by ID or label) or event (by name) that a flow step names; None if there is none."""
        return self.named_targets.get(step_reference(step))

    @cached_property
    def named_targets(self) -> dict[str, Endpoint | Event]:
        """What a flow step may name: endpoints by ID and label, and events by name."""
        names = [(name, each) for each in self.targets.values() for name in each.names]
        return dict(reversed(names))  # the first of a name counts

    @cached_property
    def targets(self) -> dict[Pointer, Endpoint | Event]:
        """The endpoints and events by their pointers."""
        found: list[Endpoint | Event] = [*self.endpoints, *self.events]
        return {each.pointer: each for each in found}

    @cached_property
    def flows_by_target(self) -> dict[Pointer, dict[int, str]]:
        """Index and name of the flows with a step that names an endpoint or event, by the pointer of that."""
        found: dict[Pointer, dict[int, str]] = {}
        for index, flow in enumerate(self.section("overview").get("flows", ())):
            for step in flow.get("steps", ()):
                if target := self.resolve_step(step):
                    found.setdefault(target.pointer, {})[index] = flow["name"]
        return found

    def mentions(self, name: str) -> bool:
        """Return whether the file contains a name; each is looked for once."""
        if name not in self._mentioned:
            self._mentioned[name] = name in self.document.text
        return self._mentioned[name]

    @cached_property
    def _mentioned(self) -> dict[str, bool]:
        return {}

    @cached_property
    def results(self) -> dict[str, Any]:
        """What was made of this object, by name, to be used again as long as the file does not change."""
        return {}

    def forget(self) -> None:
        """Free the memory of all values that were computed; they are computed again if they are needed."""
        for name in vars(self).keys() - self.__dataclass_fields__.keys():
            del vars(self)[name]


def step_reference(step: str) -> str:
    """Return the part of a flow step that names an endpoint or event, without the comment after a dash."""
    return re.split(r"\s+[–—-]\s+", step, maxsplit=1)[0].strip()


def is_free_text(pointer: Pointer) -> bool:
    """Return whether a value is in an example or an `x-` note, whose texts are not ours to interpret."""
    return any(is_free_key(step) for step in pointer if isinstance(step, str))


def is_free_key(key: str) -> bool:
    """Return whether the value of a key is such a text, or contains them."""
    return key == "example" or key.startswith("x-")


def _anchors(prefix: str, texts: Iterable[str]) -> list[str]:
    """Return an ID for each text that is unique on one page: `prefix-slug`, then `prefix-slug-2`."""
    anchors: dict[str, None] = {}
    for text in texts:
        anchors[unique_name(f"{prefix}-{slug(text)}", anchors)] = None
    return list(anchors)
