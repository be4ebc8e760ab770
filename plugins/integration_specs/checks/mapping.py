"""Check the data mapping against the examples: each mapped remote field occurs in an example of its direction."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from integration_specs.findings import Finding
from integration_specs.model import Direction, MappedField, Spec, is_open_question
from integration_specs.model.example_fields import fields, normalize_path
from integration_specs.text.display import escape_unprintable, listing, plural
from integration_specs.text.messages import Message, joined
from integration_specs.text.suggestions import did_you_mean, suggestion

from . import RULES, CheckContext

_COMPATIBLE = {
    "string": {"string", "date", "date-time"},
    "number": {"integer", "number"},
}
_PARAMETER = re.compile(r"\{([^{}]+)\}")
_SCALARS = frozenset({"string", "integer", "number", "boolean", "null", "date", "date-time"})


@dataclass(slots=True, eq=False)
class ExampleFields:
    """The fields of all examples that are sent or received, with their types: of bodies, and together.

    `words` name the direction in messages. `bodies` has how many bodies have the same fields: most have the same as another.
    `has_opaque_text` is set if the fields of a body are not known. `types` also has the names of parameters and headers.
    """

    words: str
    bodies: Counter[tuple[tuple[str, frozenset[Any]], ...]]
    types: dict[str, frozenset[Any]]
    has_opaque_text: bool


def _example_fields(words: str, messages: Iterable[dict[str, Any]], names: Iterable[str] = ()) -> ExampleFields:
    """Return the fields of the requests, responses or payloads that have an example."""
    bodies, has_opaque_text = [], False
    for message in messages:
        body = message.get("example")
        if body is not None:
            found = fields(body, message.get("content_type", ""), "")
            if isinstance(body, str):
                found = {normalize_path(path): frozenset() for path in found}
                has_opaque_text |= not found
            bodies.append(tuple(found.items()))
    counted, all_types = Counter(bodies), dict.fromkeys(names, frozenset[Any]())
    for same in counted:
        for path, types in same:
            all_types[path] = all_types.get(path, types) | types
    return ExampleFields(words, counted, all_types, has_opaque_text)


def sent_fields(spec: Spec) -> ExampleFields:
    """Return the fields of the examples that we send."""
    requests = [endpoint.data.get("request", {}) for endpoint in spec.endpoints]
    names = [header["name"] for request in requests for header in request.get("headers", ())]
    for endpoint in spec.endpoints:
        query = endpoint.path.partition("?")[2]
        names += _PARAMETER.findall(endpoint.path)
        names += [name for name, _ in parse_qsl(query, keep_blank_values=True)] if query else ()
    return _example_fields(Message("what we send"), requests, names)


def received_fields(spec: Spec) -> ExampleFields:
    """Return the fields of the examples that we receive."""
    responses = [endpoint.data.get("response", {}) for endpoint in spec.endpoints]
    payloads = [event.data.get("payload", {}) for event in spec.events if not event.sent]
    return _example_fields(Message("what we receive"), (*responses, *payloads))


@dataclass(frozen=True)
class _Examples:
    """The fields of the examples of both directions, read on first use."""

    spec: Spec

    @cached_property
    def sent(self) -> ExampleFields:
        return sent_fields(self.spec)

    @cached_property
    def received(self) -> ExampleFields:
        return received_fields(self.spec)

    def of(self, direction: Direction) -> list[ExampleFields]:
        """Return the examples in which a row of this direction may occur."""
        sent = [self.sent] if direction != "Inbound" else []
        return [*sent, self.received] if direction != "Outbound" else sent


def check(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Compare the mapping of a spec with its examples."""
    examples = _Examples(spec)
    yield from _check_rows(examples, is_sent=True)
    yield from _check_rows(examples, is_sent=False)


def _check_rows(examples: _Examples, *, is_sent: bool) -> Iterator[Finding]:
    """Compare the rows of fields that we only send, or all others, with the examples."""
    spec = examples.spec
    rows = [(row, normalize_path(row.remote)) for row in spec.mapped_fields if not is_open_question(row.remote)]
    if not rows:
        return
    reported: set[str] = set()
    for row, path in rows:
        if (row.direction == "Outbound") == is_sent:
            yield from _check_row(spec, row, path, examples, reported)
    other = "Inbound" if is_sent else "Outbound"
    mapped = {path for row, path in rows if row.direction != other}
    yield from _unmapped(spec, examples.sent if is_sent else examples.received, mapped)


def _check_row(spec: Spec, row: MappedField, path: str, examples: _Examples, reported: set[str]) -> Iterator[Finding]:
    relevant, declared = examples.of(row.direction), row.data.get("type")
    without = [each for each in relevant if path not in each.types]
    if len(without) == len(relevant):
        yield from _missing_field(spec, row, path, examples, reported)
        return
    pointer = (*row.pointer, "remote")
    for other in without:
        if not other.has_opaque_text:
            yield spec.report(RULES["mapping-one-sided"], pointer, field=row.remote, messages=other.words)
    types = set().union(*(each.types.get(path, ()) for each in relevant)) - {"null"} if declared else ()
    if declared and types and not types & _COMPATIBLE.get(declared, {declared}):
        shown, pointer = joined("{first} or {second}", sorted(types)), (*row.pointer, "type")
        yield spec.report(RULES["mapping-type"], pointer, field=row.remote, declared=declared, types=shown)


def _missing_field(
    spec: Spec, row: MappedField, path: str, examples: _Examples, reported: set[str]
) -> Iterator[Finding]:
    relevant = examples.of(row.direction)
    if any(each.has_opaque_text for each in relevant):
        return  # a text without structure may contain it
    words = joined("{first} or {second}", (each.words for each in relevant))
    if not any(each.types for each in relevant):
        if words not in reported and spec.status != "draft":
            reported.add(words)
            yield spec.report(RULES["mapping-unproven"], row.pointer, messages=words)
        return
    opposite = _OPPOSITE.get(row.direction)
    other = next((each for each in examples.of(opposite) if path in each.types), None) if opposite else None
    reported.add(str(row.pointer))
    is_one_of_many = len(reported) > _MOST_SUGGESTIONS
    known = set() if is_one_of_many else {name for each in relevant for name in each.types}
    related = next((name for name in sorted(known) if name.endswith(f".{path}") or path.endswith(f".{name}")), "")
    hint = suggestion(related) if related else did_you_mean(path, known)
    if other:
        hint = Message("; it occurs in {messages}", messages=other.words)
    yield spec.report(
        RULES["mapping-proof"],
        (*row.pointer, "remote"),
        variant="in-other-direction" if other else "",
        level="warning" if spec.status == "draft" else "error",
        field=row.remote,
        messages=words,
        hint=hint,
    )


_MOST_SUGGESTIONS = 50
"""Rows of one direction for which a similar field is suggested: each is compared with every field of the examples."""
_OPPOSITE: dict[str, Direction] = {"Outbound": "Inbound", "Inbound": "Outbound"}


def _unmapped(spec: Spec, examples: ExampleFields, mapped: set[str]) -> Iterator[Finding]:
    """Yield one finding for the unmapped fields of all bodies with at least one mapped field."""
    unmapped: dict[str, int] = {}
    count = 0
    for body, number in examples.bodies.items():
        if not any(path in mapped for path, _ in body):
            continue
        count += number
        inner = {path[: path.rfind(".")] for path, types in body if not types}
        for path, types in body:
            is_leaf = types & _SCALARS if types else path not in inner and ".@" not in path
            if is_leaf and path not in mapped:
                unmapped[path] = unmapped.get(path, 0) + number
    names = [path for path in sorted(unmapped, key=lambda path: -unmapped[path]) if not _is_inside(path, mapped)]
    if names:
        yield spec.report(
            RULES["unmapped-fields"],
            ("data_mapping",),
            (Message("all of them: {fields}", fields=escape_unprintable(", ".join(names[:60]))),)
            if len(names) > 4
            else (),
            number=plural(len(names), "field"),
            examples=plural(count, "example"),
            messages=examples.words,
            fields=listing(names, 4),
        )


def _is_inside(path: str, mapped: set[str]) -> bool:
    """Return whether an object or list around the field is mapped as a whole."""
    dot = path.rfind(".")
    while dot > 0:
        if path[:dot] in mapped:
            return True
        dot = path.rfind(".", 0, dot)
    return False


PARTS = tuple(
    lambda _, spec, is_sent=is_sent: _check_rows(_Examples(spec), is_sent=is_sent) for is_sent in (True, False)
)
