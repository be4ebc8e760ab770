"""Local fields: everything that the mappings of all specs say about one of our fields."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from integration_specs.model import Catalog, MappedField, Spec

from .translations import Translations


@dataclass
class LocalField:
    """One of our fields; each of its `uses` is a spec and a row of its mapping."""

    entity: str
    name: str
    uses: list[tuple[Spec, MappedField]] = field(default_factory=list)

    @cached_property
    def directions(self) -> dict[str, set[str]]:
        """Return the directions in which each spec maps the field, by spec ID."""
        found: dict[str, set[str]] = {}
        for spec, row in self.uses:
            found.setdefault(spec.id, set()).add(row.direction)
        return found

    @cached_property
    def writers(self) -> list[str]:
        """Return the IDs of the specs that write the field."""
        return list(dict.fromkeys(spec.id for spec, _ in self.written()))

    @cached_property
    def readers(self) -> list[str]:
        """Return the IDs of the specs that read the field."""
        return list(dict.fromkeys(spec.id for spec, _ in self.read()))

    def written(self) -> list[tuple[Spec, MappedField]]:
        """Return the uses that write a value of the remote system into the field."""
        return [use for use in self.uses if use[1].direction in ("Inbound", "Bidirectional")]

    def read(self) -> list[tuple[Spec, MappedField]]:
        """Return the uses that send the field's value to the remote system."""
        return [use for use in self.uses if use[1].direction in ("Outbound", "Bidirectional")]

    def distinct(self, name: str) -> list[str]:
        """Return the distinct values of `type`, `unit` or `personal_data` in all uses."""
        return list(dict.fromkeys(str(row.data[name]) for _, row in self.uses if name in row.data))

    def conflicts(self, t: Translations) -> Iterator[str]:
        """Yield what the uses contradict each other about, as texts."""
        if len({spec.id for spec, _ in self.written()}) > 1:
            yield t("two writers")
        if len(self.distinct("unit")) > 1:
            yield t("different units")
        if len(self.distinct("type")) > 1:
            yield t("different types")


def local_fields(catalog: Catalog) -> list[LocalField]:
    """Return every mapped local field, sorted by entity and name; a field may repeat its entity (`Order`, `order.id`)."""
    found: dict[tuple[str, str], LocalField] = {}
    for spec in catalog.specs:
        for row in spec.mapped_fields:
            start, _, rest = row.local.partition(".")
            repeats = rest and start.casefold().replace("_", "") == row.entity.casefold().replace(" ", "")
            name = rest if repeats else row.local
            known = found.setdefault((row.entity.casefold(), name), LocalField(row.entity, name))
            known.uses.append((spec, row))
    return [found[key] for key in sorted(found)]
