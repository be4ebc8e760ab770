"""Across specs: local fields, who reads and writes them, where they disagree, and which are about people."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..model import Catalog, MappedField, Spec, slug
from .context import Context
from .tables import Cell, Cells, Row, Table, cell
from .words import Words

ANCHOR = "data-mapping"


@dataclass(slots=True)
class LocalField:
    """A field of ours with everything that touches it: each use is a spec and a row of its mapping."""

    entity: str
    name: str
    uses: list[tuple[Spec, MappedField]] = field(default_factory=list)

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


def fields(context: Context, cells: Cells) -> tuple[Table, ...]:
    """Local entities, and each field with those who read or write it."""
    t = context.words
    every = local_fields(context.catalog)
    entities: dict[str, list[LocalField]] = defaultdict(list)
    for each in every:
        entities[each.entity].append(each)
    summary = []
    for entity, parts in sorted(entities.items(), key=lambda item: item[0].casefold()):
        writers, readers = (
            list({use[0].id: (use[0], "") for part in parts for use in uses(part)}.values())
            for uses in (LocalField.written, LocalField.read)
        )
        clashes = sorted({clash for part in parts for clash in part.conflicts(t)})
        summary.append(
            Row(
                (
                    cell(entity),
                    cell(str(len(parts))),
                    cells.specs(writers, ANCHOR),
                    cells.specs(readers, ANCHOR),
                    cells.alarm(clashes),
                ),
                (tuple(clashes) or (t("no conflict"),),),
                anchor=f"entity-{slug(entity)}",
            )
        )
    rows = []
    for each in every:
        clashes = list(each.conflicts(t))
        users = {spec.id: spec for spec, _ in each.uses}
        rows.append(
            Row(
                (
                    Cell(cells.markup("<code>{}.{}</code>", each.entity, each.name)),
                    cells.specs(((spec, row.remote) for spec, row in each.written()), ANCHOR),
                    cells.specs(((spec, row.remote) for spec, row in each.read()), ANCHOR),
                    cell(", ".join(map(t, each.said("type")))),
                    cell(", ".join(each.said("unit"))),
                    cell(", ".join(map(t, each.said("personal_data")))),
                    cells.alarm(clashes),
                ),
                ((each.entity,), tuple(spec.title for spec in users.values()), tuple(clashes) or (t("no conflict"),)),
            )
        )
    conflict = ("conflict", t("Conflict"))
    return (
        Table(
            "entities",
            t("Local entities"),
            (t("Local entity"), t("Fields"), t("Written by"), t("Read by"), t("Conflict")),
            tuple(summary),
            (conflict,),
            t("No mapped fields yet"),
        ),
        Table(
            "fields",
            t("Local fields"),
            (t("Field"), t("Written by"), t("Read by"), t("Type"), t("Unit"), t("Personal data"), t("Conflict")),
            tuple(rows),
            (("entity", t("Local entity")), ("spec", t("Integration")), conflict),
            t("No mapped fields yet"),
        ),
    )


def personal(context: Context, cells: Cells) -> tuple[Table, ...]:
    """The register of personal data: each mapped field that is about a person."""
    t, rows = context.words, []
    for spec in context.catalog.specs:
        for row in spec.mapped_fields:
            kind = row.data.get("personal_data")
            if not kind:
                continue
            rows.append(
                Row(
                    (
                        Cell(cells.badge(t(kind), "personal")),
                        Cell(cells.markup("<code>{}</code>", row.local_name)),
                        cells.spec(spec, ANCHOR),
                        cells.direction(row.direction),
                        Cell(cells.markup("<code>{}</code>", row.remote)),
                        cells.at(("data_mapping", 0, "fields", 0, "transform"), row.data.get("transform")),
                        cells.owner(spec),
                    ),
                    ((t(kind),), (spec.title,), (t(row.direction),), (cells.owner_name(spec),)),
                )
            )
    columns = (t("Kind"), t("Field"), t("Integration"), t("Direction"), t("Remote"), t("Transform"), t("Owner"))
    facets = (("kind", t("Kind")), ("spec", t("Integration")), ("direction", t("Direction")), ("owner", t("Owner")))
    return (Table("personal-data", t("Personal data"), columns, tuple(rows), facets, t("No personal data is named")),)
