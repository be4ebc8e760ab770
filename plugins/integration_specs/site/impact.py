"""What a spec touches, and what breaks if one of its calls or events goes: short, since it is read in a hurry."""

from dataclasses import dataclass

from integration_specs.model.impact import flows_of, rows_of
from integration_specs.model import Endpoint, Event, Spec
from integration_specs.text.names import slug
from .context import Context
from .local_fields import LocalField

_MOST = 6
_NAMED = 3
"""Names that are listed of one kind."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A local entity that a spec maps: how, and the ids of other specs that read or write the same fields of it."""

    name: str
    anchor: str
    writes: int
    reads: int
    writers: tuple[str, ...]
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one kind, and how many more there are."""

    title: str
    names: tuple[str, ...]
    more: int = 0


def entities(context: Context, spec: Spec) -> tuple[Entity, ...]:
    """The local entities of a spec; of the specs that share fields with it one more than are listed, for each."""
    by_entity: dict[str, list[LocalField]] = {}
    for each in context.fields_of.get(spec.id, ()):
        by_entity.setdefault(each.entity, []).append(each)
    return tuple(_entity(spec, name, fields) for name, fields in by_entity.items())


def _entity(spec: Spec, name: str, fields: list[LocalField]) -> Entity:
    writers: dict[str, None] = {}
    readers: dict[str, None] = {}
    writes = reads = 0
    for each in fields:
        ours = each.directions[spec.id]
        writes += bool(ours - {"Outbound"})
        reads += bool(ours - {"Inbound"})
        # Of so many at least one more than are listed is another spec; all of them may be thousands.
        for found, known in ((writers, each.writers), (readers, each.readers)):
            for user in known[: _MOST + 2]:
                if user != spec.id and len(found) <= _MOST:
                    found[user] = None
    return Entity(name, f"entity-{slug(name)}", writes, reads, tuple(writers), tuple(readers))


def receivers(context: Context, spec: Spec) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Events that a spec sends, each with the ids of other specs that say they receive one of that name."""
    found = []
    for event in spec.events:
        others = (
            [name for name in context.receivers.get(event.name, ()) if name != spec.id][:_MOST] if event.sent else ()
        )
        if others:
            found.append((event.name, tuple(others)))
    return tuple(found)


def hurt(context: Context, spec: Spec, needing: int) -> dict[str, tuple[Names, ...]]:
    """By the anchor of an endpoint or event, what breaks if it goes; `needing` is how many specs depend on this one.

    A call hurts the specs that depend on this one; the consumers of an event stand in its card already.
    """
    t = context.words
    need = (
        t("1 integration that needs this one")
        if needing == 1
        else t("{number} integrations that need this one", number=needing)
    )
    found: dict[str, tuple[Names, ...]] = {}
    targets: list[Endpoint | Event] = [*spec.endpoints, *spec.events]
    for target in targets:
        flows = dict.fromkeys(name for _, name in flows_of(spec, target))
        fields = dict.fromkeys(row.local for row in rows_of(spec, target))
        names = [
            Names(title, tuple(each)[:_NAMED], len(each) - _NAMED)
            for title, each in ((t("Flows"), flows), (t("Local fields"), fields))
            if each
        ]
        if names and needing and isinstance(target, Endpoint):
            names.append(Names("", (need,)))
        if names:
            found[target.anchor] = tuple(names)
    return found
