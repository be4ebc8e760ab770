"""Explore: local fields, who reads and writes them, where specs contradict each other, and personal data."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup

from integration_specs.model import MappedField, Spec
from integration_specs.site.context import Context
from integration_specs.site.local_fields import LocalField
from integration_specs.site.tables import Cells, Column, Filter, Table, badge
from integration_specs.site.template_helpers import code
from integration_specs.text.names import slug

ANCHOR = slug("data_mapping")


def fields(context: Context, cells: Cells) -> tuple[Table[Any], ...]:
    """Return the local entities, and each field with the specs that read or write it."""
    t = context.translations
    by_entity: dict[str, list[LocalField]] = defaultdict(list)
    for each in context.local_fields:
        by_entity[each.entity].append(each)

    def conflicts(found: Iterable[LocalField]) -> list[str]:
        return sorted({conflict for field in found for conflict in field.conflicts(t)})

    def conflict_column(fields_of: Callable[[Any], Iterable[LocalField]]) -> Column[Any]:
        return Column(
            "conflict",
            t("Conflict"),
            lambda row: Markup(" ").join(badge(conflict, "warn") for conflict in conflicts(fields_of(row))),
            filter=lambda row: conflicts(fields_of(row)) or t("no conflict"),
        )

    def specs(found: Iterable[LocalField], uses: Callable[[LocalField], list[tuple[Spec, MappedField]]]) -> Markup:
        return cells.specs({spec.id: (spec, "") for field in found for spec, _ in uses(field)}.values(), ANCHOR)

    entities = Table(
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

    each_field = Table(
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
        ),
        (
            Filter("entity", t("Local entity"), lambda field: field.entity),
            Filter("spec", t("Integration"), lambda field: dict.fromkeys(spec.title for spec, _ in field.uses)),
        ),
        t("No mapped fields yet"),
    )
    return entities, each_field


def personal(context: Context, cells: Cells) -> tuple[Table[Any], ...]:
    """Return the register of personal data: each mapped field that is about a person."""
    t = context.translations
    rows = [
        (spec, row) for spec in context.catalog.specs for row in spec.mapped_fields if row.data.get("personal_data")
    ]

    def kind(row: tuple[Spec, MappedField]) -> str:
        return t(row[1].data["personal_data"])

    columns: tuple[Column[tuple[Spec, MappedField]], ...] = (
        Column("kind", t("Kind"), lambda row: badge(kind(row), "personal"), filter=kind),
        Column("field", t("Field"), lambda row: code(row[1].local_name)),
        cells.spec_column(lambda row: row[0], ANCHOR),
        Column(
            "direction", t("Direction"), lambda row: cells.direction(row[1].direction), lambda row: t(row[1].direction)
        ),
        Column("remote", t("Remote"), lambda row: code(row[1].remote)),
        cells.owner_column(lambda row: row[0]),
        cells.field_column(("data_mapping", 0, "fields", 0, "transform"), lambda row: row[1].data),
    )
    return (Table("personal-data", t("Personal data"), rows, columns, empty=t("No personal data is declared")),)
