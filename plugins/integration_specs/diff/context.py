"""What the condition of a rule may look at: the difference, the values around it, both specs and all specs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from integration_specs.model import Catalog, Spec, impact
from integration_specs.model.impact import Dependant
from integration_specs.model.mapped_field_uses import BodyRole, FieldUse
from integration_specs.validation.schema import Pointer, SpecSchema

from .example_changes import FieldDifference
from .renames import renamed_events, with_new_names
from .text_facts import fact_difference
from .walk import Difference, Parent

_fact_difference = lru_cache(maxsize=64)(fact_difference)  # several rules ask for the same one


@dataclass(frozen=True)
class Snapshots:
    """All specs before and after the change, the schema of both, and the levels of rules in the settings."""

    base: Catalog
    head: Catalog
    schema: SpecSchema
    today: date
    levels: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def renamed(self) -> dict[str, str]:
        """Return the new IDs of renamed specs by their old IDs."""
        return renamed_specs(self.base, self.head)

    @cached_property
    def renamed_events(self) -> dict[str, str]:
        """Return the new names of renamed events that specs send."""
        pairs = ((spec, self.head.by_id.get(self.renamed.get(spec.id, spec.id))) for spec in self.base.specs)
        return renamed_events(self.schema, ((one.data, other.data) for one, other in pairs if other))

    @cached_property
    def owner_keys(self) -> frozenset[str]:
        """Return the keys of all owners and the names of persons, in lower case: texts name them."""
        owners = [owner for catalog in (self.base, self.head) for owner in catalog.owners]
        people = (str(owner.data.get("name", "")).lower() for owner in owners if owner.data.get("kind") == "person")
        return frozenset(filter(None, (*(owner.key for owner in owners), *people)))

    @cached_property
    def dependants(self) -> dict[str, tuple[Dependant, ...]]:
        """Return by spec ID the specs that depend on it, before or after the change."""
        found: dict[str, dict[str, Dependant]] = {}
        for catalog in (self.head, self.base):
            for dependency, specs in impact.dependants(catalog).items():
                for each in specs:
                    found.setdefault(dependency, {})[self.renamed.get(each.spec.id, each.spec.id)] = each
        return {dependency: tuple(specs.values()) for dependency, specs in found.items()}


def renamed_specs(base: Catalog, head: Catalog) -> dict[str, str]:
    """Return the new IDs of specs that list their old ID in `former_ids`, by the old ID."""
    return {
        former: spec.id
        for spec in head.specs
        for former in spec.data.get("former_ids") or ()
        if former in base.by_id and former not in head.by_id
    }


@dataclass(frozen=True)
class ChangeContext:
    """One difference and its surroundings.

    Three fields are set for a difference in an example: `role` is who reads the body, `field_difference` the field that differs, and
    `uses` the rows of the mapping that use it, each with its spec. `places` are the first places of all fields before and after
    the change. `names` are the new names of what the change renames.
    """

    snapshots: Snapshots
    base: Spec
    head: Spec
    difference: Difference
    role: BodyRole | None = None
    field_difference: FieldDifference | None = None
    uses: tuple[tuple[Spec, FieldUse], ...] = ()
    places: tuple[Mapping[str, Pointer], Mapping[str, Pointer]] = ({}, {})
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def old(self) -> Any:
        """Return the value before the change."""
        return self.difference.old

    @property
    def new(self) -> Any:
        """Return the value after the change."""
        return self.difference.new

    @property
    def parents(self) -> tuple[Parent, Parent]:
        """Return the objects that contain the value before and after the change; empty if there is none."""
        return self.difference.parents

    def fact_difference(self, kinds: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Return the facts that only the old and only the new text state.

        None if both state the same, are not texts, or differ in the new names only.
        """
        if not isinstance(self.old, str) or not isinstance(self.new, str):
            return None
        others = (self.new, kinds, self.snapshots.owner_keys)
        found = _fact_difference(self.old, *others)
        return found and _fact_difference(with_new_names(self.old, self.names), *others) and found
