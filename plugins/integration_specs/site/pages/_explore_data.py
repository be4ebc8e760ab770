"""Explore: local fields, who reads and writes them, where specs contradict each other, and personal data."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from markupsafe import Markup

from integration_specs.grouping import grouped
from integration_specs.model import MappedField, Spec
from integration_specs.site.local_fields import LocalField
from integration_specs.site.tables import Cells, Column, Row, Table, badge, badge_column
from integration_specs.site.template_helpers import code
from integration_specs.text.names import slug, unique_name

ANCHOR = slug("data_mapping")


def fields(cells: Cells) -> Iterator[Table[Any]]:
    """Yield the local entities, and each field with the specs that read or write it."""
    context, t = cells.context, cells.context.translations
    by_entity = grouped((each.entity, each) for each in context.local_fields)

    def conflict_column(fields_of: Callable[[Any], Iterable[LocalField]]) -> Column[Any]:
        def conflicts(row: Any) -> list[str]:
            return sorted({conflict for field in fields_of(row) for conflict in field.conflicts(t)})

        return Column(
            "conflict",
            t("Conflict"),
            lambda row: Markup(" ").join(badge(conflict, "warn") for conflict in conflicts(row)),
            lambda row: conflicts(row) or t("no conflict"),
        )

    def specs(found: Iterable[LocalField], uses: Callable[[LocalField], list[tuple[Spec, MappedField]]]) -> Markup:
        return cells.specs({spec.id: (spec, "") for field in found for spec, _ in uses(field)}.values(), ANCHOR)

    yield Table(
        "entities",
        t("Local entities"),
        sorted(by_entity.items(), key=lambda item: item[0].casefold()),
        (
            Column("entity", t("Local entity"), lambda row: row[0]),
            Column("fields", t("Fields"), lambda row: str(len(row[1]))),
            Column("written", t("Written by"), lambda row: specs(row[1], LocalField.written)),
            Column("read", t("Read by"), lambda row: specs(row[1], LocalField.read)),
            conflict_column(lambda row: row[1]),
        ),
        empty=t("No mapped fields yet"),
        row_id=lambda row: f"entity-{slug(row[0])}",
    )

    def distinct(name: str, translate: Callable[[str], str] = str) -> Callable[[LocalField], str]:
        return lambda field: ", ".join(map(translate, field.distinct(name)))

    def remote_names(uses: list[tuple[Spec, MappedField]]) -> Markup:
        return cells.specs(((spec, row.remote) for spec, row in uses), ANCHOR)

    anchors: dict[int, str] = {}
    used: set[str] = set()
    for each in context.local_fields:
        anchors[id(each)] = unique_name(f"field-{slug(each.entity)}-{slug(each.name)}", used)
        used.add(anchors[id(each)])
    entity: Column[LocalField] = Column("entity", t("Local entity"), None, lambda field: field.entity)
    yield Table(
        "fields",
        t("Local fields"),
        context.local_fields,
        (
            Column("field", t("Field"), lambda field: Markup("<code>%s.%s</code>") % (field.entity, field.name)),
            Column("written", t("Written by"), lambda field: remote_names(field.written())),
            Column("read", t("Read by"), lambda field: remote_names(field.read())),
            Column("type", t("Type"), distinct("type", t)),
            Column("unit", t("Unit"), distinct("unit")),
            Column("personal_data", t("Personal data"), distinct("personal_data", t)),
            conflict_column(lambda field: [field]),
            entity,
            Column("spec", t("Integration"), None, lambda field: dict.fromkeys(spec.title for spec, _ in field.uses)),
        ),
        t("No mapped fields yet"),
        row_id=lambda field: anchors[id(field)],
        group=entity,
    )


def personal_data(cells: Cells) -> Iterator[Table[Row]]:
    """Yield the register of personal data: each mapped field that is about a person."""
    specs, t = cells.context.catalog.specs, cells.context.translations

    columns: tuple[Column[Row], ...] = (
        Column("field", t("Field"), lambda row: code(row.item.local_name)),
        badge_column("kind", t("Kind"), lambda row: t(row.data["personal_data"]), lambda _: "personal"),
        cells.spec_column(),
        Column(
            "direction",
            t("Direction"),
            lambda row: cells.direction(row.item.direction),
            lambda row: t(row.item.direction),
        ),
        Column("remote", t("Remote"), lambda row: code(row.item.remote)),
        cells.owner_column(),
        *cells.field_columns(("data_mapping", 0, "fields", 0), "transform"),
    )
    rows = [
        Row(spec, each.data, ANCHOR, each)
        for spec in specs
        for each in spec.mapped_fields
        if each.data.get("personal_data")
    ]
    yield Table("personal-data", t("Personal data"), rows, columns, empty=t("No personal data is declared"))
