"""Find the bodies in which the rows of the data mapping occur.

A bare field name such as `status` occurs in many bodies. A row belongs to those whose endpoint or event names the remote object
of the row, or in which the field is nested below the object. Where only the name fits, the use is marked as possible.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from integration_specs.grouping import grouped
from integration_specs.validation.schema import Pointer

from . import example_fields
from .spec import BODY_KEYS, Endpoint, Event, MappedField, Spec

BodyRole = Literal["request", "response", "received", "sent"]
"""Who reads a body: the vendor (`request`), we (`response`, `received` for an event or file), our consumers (`sent`)."""

READ_BY: dict[BodyRole, tuple[str, ...]] = {
    "request": ("Outbound", "Bidirectional"),
    "response": ("Inbound", "Bidirectional"),
    "received": ("Inbound", "Bidirectional"),
    "sent": ("Inbound", "Outbound", "Bidirectional"),
}
"""The directions of the rows that a body may carry."""

_ENVELOPES = frozenset((
    "data", "result", "results", "item", "items", "record", "records", "entry", "entries", "list", "rows", "value", "values",
    "payload", "body", "response", "content", "contents", "object", "objects", "resource", "resources", "attributes", "message",
    "envelope", "detail", "details",
))  # fmt: skip
"""Names of objects around the remote object."""
_GENERIC = frozenset((
    "a", "an", "and", "api", "csv", "data", "document", "entity", "file", "for", "object", "of", "or", "record", "resource",
    "row", "the", "type", "via",
))  # fmt: skip
"""Words that say nothing about which object is meant."""
_MAX_COMPARISONS = 200_000
"""Of rows with fields of the same name, in one spec; the uses beyond are left out."""


@dataclass(frozen=True, slots=True)
class Body:
    """The request or response of an endpoint, or the payload of an event; `pointer` leads to the object with the example."""

    pointer: Pointer
    target: Endpoint | Event
    role: BodyRole
    example: Any
    content_type: str


class FieldUse(NamedTuple):
    """A row whose remote field is the field `path` of a body; not `certain` if only the name of the field fits."""

    row: MappedField
    body: Body
    path: str
    certain: bool


def bodies(spec: Spec) -> Iterator[Body]:
    """Yield every body of a spec that has an example."""
    found: list[tuple[Endpoint | Event, str, BodyRole]] = [
        (endpoint, side, body_role(spec, side)) for endpoint in spec.endpoints for side in BODY_KEYS
    ]
    found += [(event, "payload", "sent" if event.sent else "received") for event in spec.events]
    for target, side, role in found:
        data = target.data.get(side) or {}
        if data.get("example") is not None:
            content_type = str(data.get("content_type", ""))
            yield Body((*target.pointer, side), target, role, data["example"], content_type)


def body_role(spec: Spec, side: str) -> BodyRole:
    """Return who reads the request or response of an endpoint; the endpoints of a Webhook are ours."""
    if spec.type == "Webhook":
        return "received" if side == "request" else "request"
    if side == "response":
        return "response"
    return "sent" if spec.type == "File" else "request"


def find_field_uses(spec: Spec) -> tuple[FieldUse, ...]:
    """Return every use of a row in a body, in the order of the bodies."""
    system = _tokens(spec.system)
    objects = {
        row.remote_object: _tokens(row.remote_object) - system or _tokens(row.remote_object)
        for row in spec.mapped_fields
    }
    named = frozenset().union(*objects.values()) if objects else frozenset()
    every = [(row, _segments(row.remote)) for row in spec.mapped_fields]
    rows = {role: [each for each in every if each[0].direction in read] for role, read in READ_BY.items()}
    found: list[FieldUse] = []
    left = _MAX_COMPARISONS
    for body in bodies(spec):
        if isinstance(body.target, Event) and body.target.sent:
            continue
        fields = example_fields.fields(body.example, body.content_type)
        by_name = grouped((_segments(path)[-1], (path, _segments(path))) for path in fields)
        resources = _resources(body.target, named)
        uses: list[FieldUse] = []
        for row, wanted in rows[body.role]:
            if wanted[-1] not in by_name:
                continue
            if "seen_in" in row.data and set(row.data["seen_in"]).isdisjoint(body.target.names):
                continue
            paths = by_name[wanted[-1]][:left]
            left -= len(paths)
            for path, segments in paths:
                certain = _fit(wanted, segments, objects[row.remote_object], resources, len(objects) == 1)
                if certain is not None:
                    uses.append(FieldUse(row, body, path, certain or "seen_in" in row.data))
        found += uses if resources else _of_main_object(uses)
    certain_rows = {use.row.pointer for use in found if use.certain}
    return tuple(
        use._replace(certain=True)
        if use.row.pointer not in certain_rows and "." in example_fields.normalize_path(use.row.remote)
        else use
        for use in found
    )


def _of_main_object(uses: list[FieldUse]) -> list[FieldUse]:
    """Return uses in a body whose endpoint or event names no object, certain for the object with the most rows in it."""
    counts = Counter({use.row.remote_object: 0 for use in uses})
    for name, _ in {(use.row.remote_object, use.row.pointer) for use in uses}:
        counts[name] += 1
    most = max(counts.values(), default=0)
    main = [name for name, count in counts.items() if count == most]
    return [use if use.certain or main != [use.row.remote_object] else use._replace(certain=True) for use in uses]


@lru_cache(maxsize=8192)
def _segments(path: str) -> tuple[str, ...]:
    return tuple(example_fields.normalize_path(path).split("."))


@lru_cache(maxsize=8192)
def _fit(
    wanted: tuple[str, ...],
    segments: tuple[str, ...],
    own: frozenset[str],
    resources: frozenset[str] | None,
    is_only_object: bool,
) -> bool | None:
    """Return whether a field is certainly the wanted one, None if it is another.

    `own` are the words of the row's object, `resources` those of the objects that the endpoint or event names, None if
    it names none.
    """
    is_own_resource = resources is not None and not own.isdisjoint(resources)
    inner = wanted[1:] if len(wanted) > 1 and _singular(wanted[0]) in own else ()
    for target in filter(None, (wanted, inner)):
        if segments[-len(target) :] != target:
            continue
        prefix = segments[: -len(target)]
        others = [each for each in prefix if _singular(each) not in own]
        if not _ENVELOPES.issuperset(map(str.lower, others)):
            continue
        if len(others) < len(prefix) or is_own_resource or (target is wanted and inner):
            return True
        if target is not wanted:
            continue
        if is_only_object or len(wanted) > 2:
            return True
        if resources is None or len(wanted) > 1:
            return False
    return None


def _resources(target: Endpoint | Event, named: frozenset[str]) -> frozenset[str] | None:
    """Return which of the `named` objects an endpoint or event is about, None if none."""
    if isinstance(target, Event):
        candidates = [target.name]
    else:
        segments = [each for each in target.path.partition("?")[0].split("/") if each]
        static = [each for each in segments if "{" not in each]
        before_parameter = [one for one, other in pairwise(segments) if "{" in other and "{" not in one]
        key = [target.key] if target.key != target.label else []
        candidates = [*static[-1:], *before_parameter[-1:], *key, *static[::-1]]
    for candidate in candidates:
        if found := _tokens(candidate) & named:
            return found
    return None


@lru_cache(maxsize=4096)
def _tokens(text: str) -> frozenset[str]:
    """Return the words of a name in the singular: `createOrders` and `order.created` both contain `order`."""
    words = re.findall(r"[A-Za-z][a-z]+|[A-Z]+(?![a-z])|[a-z]+", text)
    return frozenset(_singular(word) for word in words) - _GENERIC


@lru_cache(maxsize=4096)
def _singular(word: str) -> str:
    word = word.lower()
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
