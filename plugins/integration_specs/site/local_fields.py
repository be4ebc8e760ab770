"""Local fields: what the mappings of all specs say of a field of ours together."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from integration_specs.model import Catalog, MappedField, Spec
from .words import Words


@dataclass
class LocalField:
    """A field of ours with everything that touches it: each use is a spec and a row of its mapping."""

    entity: str
    name: str
    uses: list[tuple[Spec, MappedField]] = field(default_factory=list)

    @cached_property
    def directions(self) -> dict[str, set[str]]:
        """The directions that each spec gives the field, by the spec's id."""
        found: dict[str, set[str]] = {}
        for spec, row in self.uses:
            found.setdefault(spec.id, set()).add(row.direction)
        return found

    @cached_property
    def writers(self) -> list[str]:
        """Ids of the specs that write the field."""
        return list(dict.fromkeys(spec.id for spec, _ in self.written()))

    @cached_property
    def readers(self) -> list[str]:
        """Ids of the specs that read the field."""
        return list(dict.fromkeys(spec.id for spec, _ in self.read()))

    def written(self) -> list[tuple[Spec, MappedField]]:
        """Uses that put a value of the outside system into the field."""
        return [use for use in self.uses if use[1].direction in ("Inbound", "Bidirectional")]

    def read(self) -> list[tuple[Spec, MappedField]]:
        """Uses that send the field's value to the outside system."""
        return [use for use in self.uses if use[1].direction in ("Outbound", "Bidirectional")]

    def said(self, name: str) -> list[str]:
        """The different values that the uses give to `type`, `unit` or `personal_data`."""
        return list(dict.fromkeys(str(row.data[name]) for _, row in self.uses if name in row.data))

    def conflicts(self, t: Words) -> Iterator[str]:
        """What does not fit together, in words."""
        if len({spec.id for spec, _ in self.written()}) > 1:
            yield t("two writers")
        if len(self.said("unit")) > 1:
            yield t("different units")
        if len(self.said("type")) > 1:
            yield t("different types")


def local_fields(catalog: Catalog) -> list[LocalField]:
    """Every local field that a mapping names, by entity and name; a field may repeat its entity (`Order`, `order.id`)."""
    found: dict[tuple[str, str], LocalField] = {}
    for spec in catalog.specs:
        for row in spec.mapped_fields:
            start, _, rest = row.local.partition(".")
            name = (
                rest
                if rest and start.casefold().replace("_", "") == row.entity.casefold().replace(" ", "")
                else row.local
            )
            known = found.setdefault((row.entity.casefold(), name), LocalField(row.entity, name))
            known.uses.append((spec, row))
    return [found[key] for key in sorted(found)]
