"""What a rule may look at when it judges a difference: both specs, all specs, and the values around it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

from integration_specs.model import Catalog, MappedField, Spec, impact, parse_date, parse_duration
from integration_specs.validation.schema import Pointer, SpecSchema

from .example_changes import FieldDifference
from .walk import Difference

Role = Literal["request", "answer", "received", "sent"]
"""Who reads a body: the vendor (request), we (an answer, an event or file received), or our consumers (sent)."""


@dataclass(frozen=True)
class Snapshots:
    """All specs before and after, and the schema that both are walked along."""

    base: Catalog
    head: Catalog
    schema: SpecSchema
    today: date

    @cached_property
    def dependants(self) -> dict[str, tuple[Spec, ...]]:
        """By spec id, the specs that need it, now or before."""
        found: dict[str, dict[str, Spec]] = {}
        for catalog in (self.base, self.head):
            for needed, specs in impact.dependants(catalog).items():
                found.setdefault(needed, {}).update((spec.id, spec) for spec in specs)
        return {needed: tuple(specs.values()) for needed, specs in found.items()}


@dataclass(frozen=True)
class Case:
    """One difference with its surroundings. `body` is set when it is about a field of an example, `rows` when rows
    of either side's mapping use it."""

    world: Snapshots
    base: Spec
    head: Spec
    difference: Difference
    role: Role | None = None
    body: FieldDifference | None = None
    rows: tuple[tuple[Spec, MappedField], ...] = ()

    @property
    def old(self) -> Any:
        """The value before."""
        return self.difference.old

    @property
    def new(self) -> Any:
        """The value after."""
        return self.difference.new

    def around(self, side: Literal["base", "head"]) -> dict[str, Any]:
        """The object around the value on that side; empty when it is not there."""
        pointer = self.difference.base if side == "base" else self.difference.head
        if pointer is None:
            pointer = self.counterpart(side)
            if len(pointer) < len((self.difference.head if side == "base" else self.difference.base) or ()):
                return {}
        value: Any = self.base.data if side == "base" else self.head.data
        for step in pointer[:-1]:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return {}
        return value if isinstance(value, dict) else {}

    def counterpart(self, side: Literal["base", "head"]) -> Pointer:
        """Where a value that `side` does not have would stand there, as near as list items can be found again."""
        pointer = (self.difference.head if side == "base" else self.difference.base) or ()
        here, there = (self.head.data, self.base.data) if side == "base" else (self.base.data, self.head.data)
        return translate(self.world.schema, here, there, pointer)

    @cached_property
    def seconds(self) -> tuple[float, float] | None:
        """Both values as durations; None unless both are."""
        one, other = parse_duration(self.old), parse_duration(self.new)
        return None if one is None or other is None else (one, other)

    @cached_property
    def days(self) -> tuple[int, int] | None:
        """Both values as days; None unless both are."""
        one, other = parse_date(self.old), parse_date(self.new)
        return None if one is None or other is None else (one.toordinal(), other.toordinal())


def translate(schema: SpecSchema, here: Any, there: Any, pointer: Pointer) -> Pointer:
    """`pointer` into `here` as a pointer into `there`: list items are found again by identity; stops where there is none."""
    found: list[str | int] = []
    for depth, step in enumerate(pointer):
        if isinstance(step, int):
            field = schema.at(pointer[:depth])
            identity = field.identity(here[step]) if field else ""
            items = there if isinstance(there, list) else []
            match = next(
                (i for i, item in enumerate(items) if field and identity and field.identity(item) == identity), None
            )
            if match is None:
                return tuple(found)
            here, there = here[step], items[match]
            found.append(match)
        else:
            here = here.get(step) if isinstance(here, dict) else None
            there = there.get(step) if isinstance(there, dict) else None
            found.append(step)
            if there is None and depth + 1 < len(pointer):
                return tuple(found)
    return tuple(found)
