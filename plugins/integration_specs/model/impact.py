"""Impact analysis: the mapped rows, local fields, flows, consumers and specs that depend on a part of a spec."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from integration_specs.validation.schema import Pointer, SpecSchema

from . import example_fields
from .catalog import Catalog
from .spec import Endpoint, Event, MappedField, Spec

_WHOLE_SPEC = {"authentication", "environments", "status", "type", "system", "api_version", "overview"}
_SENDS, _RECEIVES = ("Outbound", "Bidirectional"), ("Inbound", "Bidirectional")


@dataclass(frozen=True, slots=True)
class Impact:
    """Something that a change affects, and who owns it."""

    kind: Literal["mapping", "field", "flow", "consumer", "spec", "event", "endpoint"]
    name: str
    spec: str = ""
    pointer: str = ""
    owner: str = ""


def dependants(catalog: Catalog) -> dict[str, tuple[Spec, ...]]:
    """Return, by spec id, the specs that name it in `depends_on` or that it names as consumers of its events."""
    found: dict[str, dict[str, Spec]] = {}
    for spec in catalog.specs:
        for needed in spec.data.get("depends_on", ()):
            found.setdefault(needed, {})[spec.id] = spec
        for event in spec.events:
            for consumer in event.data.get("consumers", ()) if event.sent else ():
                if consumer in catalog.by_id and consumer != spec.id:
                    found.setdefault(spec.id, {})[consumer] = catalog.by_id[consumer]
    return {needed: tuple(specs.values()) for needed, specs in found.items()}


def mapped_rows(spec: Spec, path: str, directions: Iterable[str]) -> tuple[MappedField, ...]:
    """Return the rows of these directions that map the field `path` of an example or a field inside it; all for an empty path."""
    wanted = example_fields.normalize_path(path)
    return tuple(
        row
        for row in spec.mapped_fields
        if row.direction in directions
        and (not wanted or f"{example_fields.normalize_path(row.remote)}.".startswith(f"{wanted}."))
    )


def rows_in(spec: Spec, body: object, content_type: str, directions: Iterable[str]) -> tuple[MappedField, ...]:
    """Return the rows of these directions whose remote field occurs in an example."""
    if body is None:
        return ()
    known = example_fields.fields(body, content_type)
    return tuple(row for row in mapped_rows(spec, "", directions) if example_fields.has_field(known, row.remote))


def rows_of(spec: Spec, target: Endpoint | Event) -> Iterator[MappedField]:
    """Yield the rows whose fields an endpoint (its request first) or a received event carries."""
    if isinstance(target, Endpoint):
        for key, directions in (("request", _SENDS), ("response", _RECEIVES)):
            body = target.data.get(key, {})
            yield from rows_in(spec, body.get("example"), body.get("content_type", ""), directions)
    elif not target.sent:
        content_type = target.data.get("payload", {}).get("content_type", "")
        yield from rows_in(spec, target.example, content_type, _RECEIVES)


def flows_of(spec: Spec, target: Endpoint | Event) -> Iterator[tuple[int, str]]:
    """Yield index and name of each flow with a step that names this endpoint or event."""
    for index, flow in enumerate(spec.section("overview").get("flows", ())):
        for step in flow.get("steps", ()):
            found = spec.resolve_step(step)
            if found is not None and found.pointer == target.pointer:
                yield index, flow["name"]
                break


def of_rows(schema: SpecSchema, spec: Spec, rows: Iterable[MappedField]) -> Iterator[Impact]:
    """Yield the rows and their local fields."""
    for row in rows:
        pointer = schema.identity_path(spec.data, row.pointer)
        yield Impact("mapping", f"{row.local} ↔ {row.remote}", spec.id, pointer, spec.owner)
        yield Impact("field", f"{row.entity}: {row.local}", spec.id, pointer, spec.owner)


def of_pointer(
    catalog: Catalog, schema: SpecSchema, spec: Spec, pointer: Pointer, needing: Iterable[Spec] = ()
) -> Iterator[Impact]:
    """Yield what depends on the value at `pointer` of a spec. `needing` are the specs that depend on the spec itself."""
    top = pointer[0] if pointer else ""
    if top == "endpoints" and len(pointer) > 1:
        endpoint = next((each for each in spec.endpoints if each.pointer == pointer[:2]), None)
        if endpoint:
            yield from _flows(schema, spec, endpoint)
            yield from of_rows(schema, spec, rows_of(spec, endpoint))
            yield from _of_specs(needing)
    elif top == "events" and len(pointer) > 2:
        event = next((each for each in spec.events if each.pointer == pointer[:3]), None)
        if event:
            yield from _consumers(catalog, spec, event)
            yield from _flows(schema, spec, event)
            yield from of_rows(schema, spec, rows_of(spec, event))
    elif top == "data_mapping":
        rows = [
            row
            for row in spec.mapped_fields
            if row.pointer[: len(pointer)] == pointer[:4] or row.pointer == pointer[:4]
        ]
        yield from (each for each in of_rows(schema, spec, rows) if each.kind == "field")
    elif pointer[:2] == ("authentication", "scopes"):
        yield from _of_scope(schema, spec, pointer)
    elif not pointer or top in _WHOLE_SPEC:
        if not pointer:
            yield from of_rows(schema, spec, spec.mapped_fields)
            for event in spec.events:
                yield from _consumers(catalog, spec, event)
        for index, flow in enumerate(spec.section("overview").get("flows", ())):
            yield _flow(schema, spec, index, flow["name"])
        yield from _of_specs(needing)


def _of_scope(schema: SpecSchema, spec: Spec, pointer: Pointer) -> Iterator[Impact]:
    """Yield the endpoints and events that need a scope, or any scope."""
    scopes = spec.data["authentication"]["scopes"]
    names = {scopes[pointer[2]]["name"]} if len(pointer) > 2 else {scope["name"] for scope in scopes}
    targets: tuple[Endpoint | Event, ...] = (*spec.endpoints, *spec.events)
    for each in targets:
        if names & set(each.data.get("scopes", ())):
            path = schema.identity_path(spec.data, each.pointer)
            if isinstance(each, Endpoint):
                yield Impact("endpoint", each.label, spec.id, path, spec.owner)
            else:
                yield Impact("event", each.name, spec.id, path, spec.owner)


def _of_specs(specs: Iterable[Spec]) -> Iterator[Impact]:
    for spec in specs:
        yield Impact("spec", spec.title, spec.id, "", spec.owner)


def _consumers(catalog: Catalog, spec: Spec, event: Event) -> Iterator[Impact]:
    """Yield who receives an event that we send: other specs, teams, or services without a spec."""
    for consumer in event.data.get("consumers", ()) if event.sent else ():
        other = catalog.by_id.get(consumer)
        owner = other.owner if other else consumer if consumer in catalog.owner_by_key else ""
        yield Impact("consumer", consumer, other.id if other else "", f"{event.name}", owner)
    if event.sent:
        for other in catalog.specs:
            if other.id != spec.id and any(not each.sent and each.name == event.name for each in other.events):
                yield Impact("event", event.name, other.id, f"events.received[{event.name}]", other.owner)


def _flows(schema: SpecSchema, spec: Spec, target: Endpoint | Event) -> Iterator[Impact]:
    for index, name in flows_of(spec, target):
        yield _flow(schema, spec, index, name)


def _flow(schema: SpecSchema, spec: Spec, index: int, name: str) -> Impact:
    return Impact("flow", name, spec.id, schema.identity_path(spec.data, ("overview", "flows", index)), spec.owner)


def unique(found: Iterable[Impact]) -> tuple[Impact, ...]:
    """Return each item once, in its first place."""
    return tuple(dict.fromkeys(found))


def named_pointers(schema: SpecSchema, spec: Spec) -> dict[str, Pointer]:
    """Return the pointer of everything in a spec that has a name: its path, or the short name of an endpoint, event or field."""
    found: dict[str, Pointer] = {}
    stack: list[tuple[Pointer, object]] = [((), spec.data)]
    while stack:
        pointer, value = stack.pop()
        if pointer:
            found[schema.identity_path(spec.data, pointer)] = pointer
        if pointer and pointer[-1] == "example":
            continue
        if isinstance(value, dict):
            stack.extend(((*pointer, key), each) for key, each in value.items())
        elif isinstance(value, list):
            stack.extend(((*pointer, index), each) for index, each in enumerate(value))
    for row in spec.mapped_fields:
        found.setdefault(row.local, row.pointer)
        found.setdefault(row.remote, row.pointer)
    for event in spec.events:
        found.setdefault(event.name, event.pointer)
    for endpoint in spec.endpoints:
        found.setdefault(endpoint.key, endpoint.pointer)
        found.setdefault(endpoint.label, endpoint.pointer)
    return found


def of_name(catalog: Catalog, schema: SpecSchema, spec: Spec, name: str) -> tuple[Impact, ...] | None:
    """Return what depends on something named as in `named_pointers`, or on a field of an example (`….example.field`).

    An empty name means the whole spec. None if the spec has nothing of that name.
    """
    needing = dependants(catalog).get(spec.id, ())
    known = named_pointers(schema, spec)
    if not name or name in known:
        return unique(of_pointer(catalog, schema, spec, known.get(name, ()), needing))
    place, mark, field = name.partition(".example")
    pointer = known.get(f"{place}{mark}")
    if pointer is None:
        return None
    received = pointer[0] == "events" or "response" in pointer
    rows = mapped_rows(spec, field.removeprefix("."), _RECEIVES if received else _SENDS)
    around = of_pointer(catalog, schema, spec, pointer, ())
    return unique((*of_rows(schema, spec, rows), *(each for each in around if each.kind not in ("mapping", "field"))))
