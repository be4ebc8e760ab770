"""Across specs: local fields, who reads and writes them, where they disagree, and which are about people."""

from collections import defaultdict

from markupsafe import Markup

from integration_specs.text.names import slug
from integration_specs.site.context import Context
from integration_specs.site.local_fields import LocalField
from integration_specs.site.tables import Cell, Cells, Row, Table, cell
from integration_specs.site.values import code_html

ANCHOR = "data-mapping"


def fields(context: Context, cells: Cells) -> tuple[Table, ...]:
    """Local entities, and each field with those who read or write it."""
    t = context.words
    every = context.local_fields
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
                        Cell(Markup(code_html(row.local_name))),  # noqa: S704 (escaped)
                        cells.spec(spec, ANCHOR),
                        cells.direction(row.direction),
                        Cell(Markup(code_html(row.remote))),  # noqa: S704 (escaped)
                        cells.owner(spec),
                        cells.at(("data_mapping", 0, "fields", 0, "transform"), row.data.get("transform")),
                    ),
                    ((t(kind),), (spec.title,), (t(row.direction),), (cells.owner_name(spec),)),
                )
            )
    columns = (t("Kind"), t("Field"), t("Integration"), t("Direction"), t("Remote"), t("Owner"), t("Transform"))
    facets = (("kind", t("Kind")), ("spec", t("Integration")), ("direction", t("Direction")), ("owner", t("Owner")))
    return (Table("personal-data", t("Personal data"), columns, tuple(rows), facets, t("No personal data is named")),)
