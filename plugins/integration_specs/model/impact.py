"""Impact analysis: the mapped rows, local fields, flows, consumers and specs that depend on a part of a spec."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from integration_specs.documents.pointers import nodes
from integration_specs.grouping import grouped
from integration_specs.validation.schema import Pointer, SpecSchema

from .catalog import Catalog
from .mapped_field_uses import FieldUse
from .spec import BODY_KEYS, Endpoint, Event, MappedField, Spec

_WHOLE_SPEC = {"authentication", "environments", "status", "type", "system", "api_version", "overview"}


@dataclass(frozen=True, slots=True)
class Impact:
    """Something that a change affects, and who owns it.

    `via` are the events through which a consumer or spec is affected. `possible` marks a row of which only the name of the
    field fits.
    """

    kind: Literal["mapping", "field", "flow", "consumer", "spec", "event", "endpoint"]
    name: str
    spec: str = ""
    pointer: str = ""
    owner: str = ""
    via: tuple[str, ...] = ()
    possible: bool = False


@dataclass(frozen=True, slots=True)
class Dependant:
    """A spec that depends on another one, and the events of the other one that it consumes."""

    spec: Spec
    events: tuple[str, ...] = ()

    def mentions(self, target: Endpoint | Event) -> bool:
        """Return whether the spec consumes an event or names an endpoint of the spec that it depends on."""
        if isinstance(target, Event):
            return target.name in self.events
        return any(map(self.spec.mentions, {target.key, target.label}))


def dependants(catalog: Catalog) -> dict[str, tuple[Dependant, ...]]:
    """Return, by spec ID, the specs that name it in `depends_on`, that it names as consumers, or that receive its events."""
    receivers = grouped((event.name, spec) for spec in catalog.specs for event in spec.events if not event.sent)
    found: dict[str, dict[str, list[str]]] = {}
    for spec in catalog.specs:
        for dependency in spec.data.get("depends_on", ()):
            found.setdefault(dependency, {}).setdefault(spec.id, [])
        for event in spec.events:
            if event.sent:
                names = [*event.data.get("consumers", ()), *(each.id for each in receivers.get(event.name, ()))]
                for name in dict.fromkeys(names):
                    if name in catalog.by_id and name != spec.id:
                        found.setdefault(spec.id, {}).setdefault(name, []).append(event.name)
    return {
        dependency: tuple(
            Dependant(catalog.by_id[name], tuple(dict.fromkeys(events))) for name, events in names.items()
        )
        for dependency, names in found.items()
    }


def of_rows(schema: SpecSchema, spec: Spec, rows: Iterable[MappedField], *, possible: bool = False) -> Iterator[Impact]:
    """Yield the rows and their local fields."""
    for row in rows:
        pointer = schema.identity_path(spec.data, row.pointer)
        yield Impact("mapping", f"{row.local} ↔ {row.remote}", spec.id, pointer, spec.owner, possible=possible)
        yield Impact("field", f"{row.entity}: {row.local}", spec.id, pointer, spec.owner, possible=possible)


def of_uses(schema: SpecSchema, spec: Spec, uses: Iterable[FieldUse]) -> Iterator[Impact]:
    """Yield the rows of uses, the certain ones first, and their local fields."""
    uses = list(uses)
    certain = {use.row.pointer: use.row for use in uses if use.certain}
    possible = {use.row.pointer: use.row for use in uses if use.row.pointer not in certain}
    yield from of_rows(schema, spec, certain.values())
    yield from of_rows(schema, spec, possible.values(), possible=True)


def of_pointer(
    catalog: Catalog,
    schema: SpecSchema,
    spec: Spec,
    pointer: Pointer,
    dependants: Iterable[Dependant] = (),
    *,
    is_removed: bool = True,
) -> Iterator[Impact]:
    """Yield what depends on the value at `pointer` of a spec.

    `dependants` are the specs that depend on the spec. A removed endpoint affects all of them, a changed one only those that
    name it; an event affects those that consume it.
    """
    top = pointer[0] if pointer else ""
    target = spec.targets.get(pointer[:2] if top == "endpoints" else pointer[:3])
    if isinstance(target, Endpoint):
        yield from _of_target(schema, spec, target)
        yield from _of_specs(each for each in dependants if is_removed or each.mentions(target))
    elif target:
        yield from _of_specs(replace(each, events=()) for each in dependants if each.mentions(target))
        yield from (replace(each, via=()) for each in _consumers(catalog, (target,)))
        yield from _of_target(schema, spec, target)
    elif top == "data_mapping":
        rows = spec.rows_within.get(pointer[:4], ())
        yield from (each for each in of_rows(schema, spec, rows) if each.kind == "field")
    elif pointer[:2] == ("authentication", "scopes"):
        yield from _of_scope(schema, spec, pointer)
    elif not pointer or top in _WHOLE_SPEC:
        if not pointer:
            yield from of_rows(schema, spec, spec.mapped_fields)
            yield from _consumers(catalog, spec.events)
        if top in ("", "overview"):
            for index, flow in enumerate(spec.section("overview").get("flows", ())):
                yield _flow(schema, spec, index, flow["name"])
        yield from _of_specs(dependants)


def _of_target(schema: SpecSchema, spec: Spec, target: Endpoint | Event) -> Iterator[Impact]:
    for index, name in spec.flows_by_target.get(target.pointer, {}).items():
        yield _flow(schema, spec, index, name)
    sides = ("payload",) if isinstance(target, Event) else BODY_KEYS
    yield from of_uses(schema, spec, (use for side in sides for use in spec.uses_within((*target.pointer, side), "")))


def _of_scope(schema: SpecSchema, spec: Spec, pointer: Pointer) -> Iterator[Impact]:
    """Yield the endpoints and events that need a scope, or any scope."""
    scopes = spec.data["authentication"]["scopes"]
    names = {scopes[pointer[2]]["name"]} if len(pointer) > 2 else {scope["name"] for scope in scopes}
    for each in spec.targets.values():
        if names & set(each.data.get("scopes", ())):
            path = schema.identity_path(spec.data, each.pointer)
            yield Impact("endpoint" if isinstance(each, Endpoint) else "event", each.label, spec.id, path, spec.owner)


def _of_specs(dependants: Iterable[Dependant]) -> Iterator[Impact]:
    for each in dependants:
        yield Impact("spec", each.spec.title, each.spec.id, "", each.spec.owner, each.events)


def _consumers(catalog: Catalog, events: Iterable[Event]) -> Iterator[Impact]:
    """Yield the consumers of events that we send which have no spec: teams and services, each once."""
    pairs = ((consumer, event.name) for event in events if event.sent for consumer in event.data.get("consumers", ()))
    for consumer, names in grouped(pair for pair in pairs if pair[0] not in catalog.by_id).items():
        owner = consumer if consumer in catalog.owner_by_key else ""
        yield Impact("consumer", consumer, "", "", owner, tuple(names))


def _flow(schema: SpecSchema, spec: Spec, index: int, name: str) -> Impact:
    return Impact("flow", name, spec.id, schema.identity_path(spec.data, ("overview", "flows", index)), spec.owner)


def unique(found: Iterable[Impact]) -> tuple[Impact, ...]:
    """Return each item once, in its first place."""
    return tuple(dict.fromkeys(found))


def named_pointers(schema: SpecSchema, spec: Spec) -> dict[str, Pointer]:
    """Return the pointer of everything in a spec that has a name: its path, or the short name of an endpoint, event or field."""
    found: dict[str, Pointer] = {}
    for pointer, _ in nodes(spec.data):
        if pointer and "example" not in pointer[:-1]:
            found.setdefault(schema.identity_path(spec.data, pointer), pointer)
    for row in spec.mapped_fields:
        found.setdefault(row.local, row.pointer)
        found.setdefault(row.remote, row.pointer)
    for name, target in spec.named_targets.items():
        found.setdefault(name, target.pointer)
    return found


def of_name(catalog: Catalog, schema: SpecSchema, spec: Spec, name: str) -> tuple[Impact, ...] | None:
    """Return what depends on something named as in `named_pointers`, or on a field of an example (`….example.field`).

    An empty name means the whole spec. None if the spec has nothing of that name.
    """
    specs = dependants(catalog).get(spec.id, ())
    known = named_pointers(schema, spec)
    if not name or name in known:
        return unique(of_pointer(catalog, schema, spec, known.get(name, ()), specs))
    place, mark, field = name.partition(".example")
    pointer = known.get(f"{place}{mark}")
    if pointer is None:
        return None
    uses = spec.uses_within(pointer[:-1], field.removeprefix("."))
    around = of_pointer(catalog, schema, spec, pointer, specs, is_removed=False)
    return unique((*of_uses(schema, spec, uses), *(each for each in around if each.kind not in ("mapping", "field"))))
