"""What a spec affects, and what breaks without one of its endpoints or events."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from integration_specs.grouping import grouped
from integration_specs.model import Endpoint, Spec
from integration_specs.text.names import slug

from .context import Context
from .local_fields import LocalField

_MOST = 6


@dataclass(frozen=True, slots=True)
class Entity:
    """A local entity that a spec maps, and the IDs of other specs that read or write the same fields."""

    name: str
    anchor: str
    writes: int
    reads: int
    writers: tuple[str, ...]
    readers: tuple[str, ...]


class Names(NamedTuple):
    """Names of one kind."""

    title: str
    names: tuple[str, ...]


def entities(context: Context, spec: Spec) -> tuple[Entity, ...]:
    """Return the local entities of a spec, each with the specs that share fields with it (one more than is listed)."""
    by_entity = grouped((each.entity, each) for each in context.fields_of.get(spec.id, ()))
    return tuple(_entity(spec, name, fields) for name, fields in by_entity.items())


def _entity(spec: Spec, name: str, fields: list[LocalField]) -> Entity:
    def others(users: Iterable[list[str]]) -> tuple[str, ...]:
        # There may be thousands of users: of each field, one more than is listed is enough.
        found = dict.fromkeys(user for each in users for user in each[: _MOST + 2] if user != spec.id)
        return tuple(found)[: _MOST + 1]

    writes, reads = (
        sum(bool(each.directions[spec.id] - {other}) for each in fields) for other in ("Outbound", "Inbound")
    )
    writers, readers = others(each.writers for each in fields), others(each.readers for each in fields)
    return Entity(name, f"entity-{slug(name)}", writes, reads, writers, readers)


def receivers(context: Context, spec: Spec) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the events that a spec sends, each with the IDs of specs that receive an event of that name.

    There is one more than is listed, if there are so many.
    """
    found = (
        (event.name, tuple(name for name in context.receivers.get(event.name, ()) if name != spec.id)[: _MOST + 1])
        for event in spec.events
        if event.sent
    )
    return tuple(each for each in found if each[1])


def impact_by_anchor(context: Context, spec: Spec, dependants: int) -> dict[str, tuple[Names, ...]]:
    """Return what breaks without an endpoint or event, by its anchor.

    `dependants` is the number of specs that depend on this one: they need its endpoints. Consumers of events are listed
    with the event itself.
    """
    t = context.translations
    need = t.plural("{number} dependent integration", "{number} dependent integrations", dependants)
    found: dict[str, tuple[Names, ...]] = {}
    fields = grouped((use.body.target.anchor, use.row.local) for use in spec.field_uses)
    for pointer, target in spec.targets.items():
        flows = spec.flows_by_target.get(pointer, {}).values()
        lists = ((t("Flows"), flows), (t("Local fields"), fields.get(target.anchor, ())))
        distinct = ((title, tuple(dict.fromkeys(names))) for title, names in lists)
        names = tuple(Names(title, each) for title, each in distinct if each)
        if names:
            is_needed = dependants and isinstance(target, Endpoint)
            found[target.anchor] = (*names, Names("", (need,))) if is_needed else names
    return found
