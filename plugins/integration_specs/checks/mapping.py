"""Proof of the data mapping: each mapped remote field occurs in an example of the right direction."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from integration_specs.findings import Finding, Level, Rule
from integration_specs.model import MappedField, Spec, is_unknown
from integration_specs.model.example_fields import fields, plain_path
from integration_specs.text.display import listing, plural, printable
from integration_specs.text.suggestions import did_you_mean

from . import CheckContext

PROOF = Rule(
    "mapping-proof",
    "error",
    "A mapped remote field occurs in no example of its direction.",
    "What we send must stand in a request (its body, path, query or headers), what we receive in a response or an event that we receive. A field that nobody ever saw is a guess. "
    "In a draft it is a warning.",
    "remote: charges[].idd",
    "remote: charges[].id",
)
UNPROVEN = Rule(
    "mapping-unproven",
    "warning",
    "Fields are mapped, and no example shows what goes that way.",
    "Without an example nobody can check the mapping, and nobody can try the call.",
    "data_mapping with `direction: Inbound`, and no response has an example",
    "response:\n  status: 200\n  example:\n    id: or_EXEMPLO1",
)
ONE_SIDED = Rule(
    "mapping-one-sided",
    "info",
    "A field that goes both ways occurs in examples of one way only.",
    "Either the direction says too much, or an example too little.",
    "remote: code   (direction: Bidirectional, seen in requests only)",
    "remote: code\ndirection: Outbound",
)
TYPE = Rule(
    "mapping-type",
    "warning",
    "The type of a mapped field is not what the examples show.",
    "A number that arrives as text breaks a strict client, and an amount in reais is not one in centavos.",
    "remote: amount\ntype: string   (the example says 29900)",
    "remote: amount\ntype: integer",
)
UNMAPPED = Rule(
    "unmapped-fields",
    "info",
    "An example has fields that nobody maps.",
    "Often right: not everything is wanted. Only examples of which the mapping uses some field are looked at.",
    "example: {id: or_EXEMPLO1, status: paid}   (only `id` is mapped)",
    "fields:\n  - local: status\n    remote: status",
)
RULES = (PROOF, UNPROVEN, ONE_SIDED, TYPE, UNMAPPED)

_FITTING = {
    "string": {"string", "date", "date-time"},
    "number": {"integer", "number"},
}
_SCALARS = frozenset({"string", "integer", "number", "boolean", "null", "date", "date-time"})


@dataclass(slots=True)
class Side:
    """What goes one way: each field with its types, body by body and together; `opaque` when a body shows no fields."""

    words: str
    bodies: list[dict[str, frozenset[Any]]] = field(default_factory=list)
    known: dict[str, frozenset[Any]] = field(default_factory=dict)
    opaque: bool = False

    def add(self, body: Any, content_type: str) -> None:
        if body is None:
            return
        is_text = isinstance(body, str)
        found = fields(body, content_type, "")
        if is_text:
            found = {plain_path(path): frozenset() for path in found}
            self.opaque |= not found
        self.bodies.append(found)
        known = self.known
        for path, types in found.items():
            before = known.get(path)
            known[path] = types if before is None or before is types else before | types


def check(context: CheckContext) -> Iterator[Finding]:
    """Compares the mapping of every spec with its examples."""
    for spec in context.catalog.specs:
        if spec.mapped_fields:
            yield from _spec(spec)


def sides(spec: Spec) -> tuple[Side, Side]:
    """The examples of what we send, and of what we receive."""
    sent, received = Side("what we send"), Side("what we receive")
    for endpoint in spec.endpoints:
        request, response = endpoint.data.get("request", {}), endpoint.data.get("response", {})
        _add_address(sent, endpoint.path)
        for header in request.get("headers", ()):
            sent.known.setdefault(header["name"], frozenset())
        sent.add(request.get("example"), request.get("content_type", ""))
        received.add(response.get("example"), response.get("content_type", ""))
    for event in spec.events:
        if not event.sent:
            payload = event.data.get("payload", {})
            received.add(payload.get("example"), payload.get("content_type", ""))
    return sent, received


def _spec(spec: Spec) -> Iterator[Finding]:
    sent, received = sides(spec)
    mapped: dict[str, set[str]] = {"Outbound": set(), "Inbound": set()}
    blank: set[str] = set()
    for row in spec.mapped_fields:
        if is_unknown(row.remote):
            continue
        path = plain_path(row.remote)
        for direction in mapped if row.direction == "Bidirectional" else (row.direction,):
            mapped[direction].add(path)
        yield from _row(spec, row, path, sent, received, blank)
    yield from _unmapped(spec, sent, mapped["Outbound"])
    yield from _unmapped(spec, received, mapped["Inbound"])


def _add_address(side: Side, path: str) -> None:
    """Places in braces and names of the query are sent, too."""
    if "{" in path:
        for name in re.findall(r"\{([^{}]+)\}", path):
            side.known.setdefault(name, frozenset())
    if "?" in path:
        for name, _ in parse_qsl(path.partition("?")[2], keep_blank_values=True):
            side.known.setdefault(name, frozenset())


def _row(spec: Spec, row: MappedField, path: str, sent: Side, received: Side, blank: set[str]) -> Iterator[Finding]:
    sides = {"Outbound": [sent], "Inbound": [received]}.get(row.direction, [sent, received])
    seen = [side for side in sides if path in side.known]
    if not seen:
        yield from _not_seen(spec, row, path, sides, [sent, received], blank)
        return
    if len(seen) < len(sides):
        lacking = next(side for side in sides if side not in seen)
        if not lacking.opaque:
            yield spec.finding(
                ONE_SIDED,
                (*row.pointer, "remote"),
                f"`{printable(row.remote)}` goes both ways and occurs in no example of {lacking.words}",
                f"Add it to an example of {lacking.words}, or set `direction`.",
            )
    wanted = row.data.get("type")
    types = set().union(*(side.known[path] for side in seen)) - {"null"}
    if wanted and types and not types & _FITTING.get(wanted, {wanted}):
        yield spec.finding(
            TYPE,
            (*row.pointer, "type"),
            f"`{printable(row.remote)}` is {wanted} here, and {' or '.join(sorted(types))} in the examples",
            "Mend the one that is wrong.",
        )


def _not_seen(
    spec: Spec, row: MappedField, path: str, sides: list[Side], both: list[Side], blank: set[str]
) -> Iterator[Finding]:
    if any(side.opaque for side in sides):
        return  # a body of plain text may hold it where no machine can see it
    words = " or ".join(side.words for side in sides)
    if not any(side.known for side in sides):
        if words not in blank and spec.status != "draft":
            blank.add(words)
            yield spec.finding(
                UNPROVEN,
                row.pointer,
                f"no example shows {words}, so the mapping of it cannot be checked",
                "Add an example.",
                key=True,
            )
        return
    other = next((side for side in both if side not in sides and path in side.known), None)
    known = {name for side in sides for name in side.known}
    near = next((name for name in sorted(known) if name.endswith(f".{path}") or path.endswith(f".{name}")), None)
    if other:
        hint = f"; it occurs in {other.words}"
    else:
        hint = f"; did you mean `{printable(near)}`?" if near else did_you_mean(path, known)
    level: Level = "warning" if spec.status == "draft" else "error"
    yield spec.finding(
        PROOF,
        (*row.pointer, "remote"),
        f"`{printable(row.remote)}` is in no example of {words}{hint}",
        "Set the row's `direction`, or mend the example."
        if other
        else "Write the path as in the example (`charges[].id`), or add the field to the example.",
        level=level,
    )


def _unmapped(spec: Spec, side: Side, mapped: set[str]) -> Iterator[Finding]:
    """One finding for all examples of a side: fields of messages that the mapping does use, and that nobody maps."""
    left: dict[str, int] = {}
    used = 0
    for found in side.bodies:
        if mapped.isdisjoint(found):
            continue
        used += 1
        inner = {path[: path.rfind(".")] for path, types in found.items() if not types}
        for path, types in found.items():
            is_leaf = types & _SCALARS if types else path not in inner and ".@" not in path
            if is_leaf and path not in mapped:
                left[path] = left.get(path, 0) + 1
    names = [path for path in sorted(left, key=lambda path: -left[path]) if not _is_inside(path, mapped)]
    if names:
        yield spec.finding(
            UNMAPPED,
            ("data_mapping",),
            f"nobody maps {plural(len(names), 'field')} in {plural(used, 'example')} of {side.words}: {listing(names, 4)}",
            "Add rows for what we use; the rest may stay.",
            (f"all of them: {', '.join(printable(name) for name in names[:60])}",) if len(names) > 4 else (),
            key=True,
        )


def _is_inside(path: str, mapped: set[str]) -> bool:
    """Whether a container of the field is mapped as a whole."""
    place = path.rfind(".")
    while place > 0:
        if path[:place] in mapped:
            return True
        place = path.rfind(".", 0, place)
    return False
