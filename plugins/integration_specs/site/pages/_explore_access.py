"""Explore: authentication, secrets and environments of all specs."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from markupsafe import Markup

from integration_specs.model import Spec, is_unknown, parse_date
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Column, Table, code_list, list_html
from integration_specs.text.names import slug

from ._explore_time import period_filter

AUTHENTICATION, ENVIRONMENTS = slug("authentication"), slug("environments")


def authentication(context: Context, cells: Cells) -> tuple[Table[Any], ...]:
    """Return how we authenticate with each system, and each scope that we hold."""
    t = context.translations

    def section(spec: Spec) -> dict[str, Any]:
        return spec.section("authentication")

    mechanisms = Table(
        "access",
        t("Authentication and authorization"),
        context.catalog.specs,
        (
            cells.spec_column(lambda spec: spec, AUTHENTICATION),
            cells.field_column(
                ("authentication", "mechanism"),
                section,
                filter=lambda spec: "" if is_unknown(spec.mechanism) else spec.mechanism,
            ),
            cells.field_column(("authentication", "header"), section),
            Column(
                "scopes", t("Scopes"), lambda spec: code_list(each["name"] for each in section(spec).get("scopes", ()))
            ),
            cells.field_column(("authentication", "token_lifetime"), section),
            cells.owner_column(lambda spec: spec),
        ),
        highlight=lambda spec: "authentication" not in spec.data,
    )
    scopes = Table(
        "scopes",
        t("Scopes / permissions"),
        [(spec, scope) for spec in context.catalog.specs for scope in section(spec).get("scopes", ())],
        (
            cells.field_column(("authentication", "scopes", 0, "name"), lambda row: row[1], t("Scope")),
            cells.spec_column(lambda row: row[0], AUTHENTICATION),
            cells.field_column(("authentication", "scopes", 0, "reason"), lambda row: row[1]),
            cells.owner_column(lambda row: row[0]),
        ),
        empty=t("No scopes yet"),
    )
    return mechanisms, scopes


def secrets(context: Context, cells: Cells) -> tuple[Table[Any], ...]:
    """Return where the secret of each system is stored (never the secret), its scopes, rotation and expiry."""
    t = context.translations

    def section(spec: Spec) -> dict[str, Any]:
        return spec.section("authentication")

    def storage(spec: Spec) -> Markup:
        text = str(section(spec).get("secret_storage", ""))
        place = cells.at(("authentication", "secret_storage"), re.split(r"(?<=[.!?])\s+", text, maxsplit=1)[0] or None)
        each = [
            Markup("{}: {}").format(one["name"], cells.at(("environments", 0, "credentials"), one["credentials"]))
            for one in spec.data.get("environments", ())
            if "credentials" in one
        ]
        return place + list_html(each) or empty

    def ends(name: str) -> Column[Spec]:
        column = cells.due_column(("authentication", name), section)
        return replace(column, cell=lambda spec: column.cell(spec) or (never if section(spec) else empty))

    def next_end(spec: Spec) -> date | None:
        days = [parse_date(section(spec).get(name)) for name in ("expires", "certificate_expires")]
        return min((day for day in days if day), default=None)

    empty = Markup('<span class="ispec-none">{}</span>').format(t("not written"))
    never = Markup('<span class="ispec-none">{}</span>').format(t("no date"))
    columns: tuple[Column[Spec], ...] = (
        cells.spec_column(lambda spec: spec, AUTHENTICATION),
        Column("storage", t("Stored in"), storage),
        Column("scopes", t("Scopes"), lambda spec: code_list(each["name"] for each in section(spec).get("scopes", ()))),
        replace(
            rotation := cells.field_column(("authentication", "rotation"), section),
            cell=lambda spec: rotation.cell(spec) or empty,
        ),
        ends("expires"),
        ends("certificate_expires"),
        cells.owner_column(lambda spec: spec),
    )
    return (
        Table(
            "secrets",
            t("Secrets"),
            context.catalog.specs,
            columns,
            (period_filter(context, next_end),),
            css_class="ispec-secrets",
        ),
    )


def environments(context: Context, cells: Cells) -> tuple[Table[Any], ...]:
    """Return every environment of every system."""
    t = context.translations
    rows = [(spec, each) for spec in context.catalog.specs for each in spec.data.get("environments", ())]
    columns: tuple[Column[tuple[Spec, dict[str, Any]]], ...] = (
        cells.spec_column(lambda row: row[0], ENVIRONMENTS),
        cells.field_column(("environments", 0, "name"), lambda row: row[1]),
        cells.field_column(
            ("environments", 0, "kind"), lambda row: row[1], filter=lambda row: t(str(row[1].get("kind", "")))
        ),
        *(
            cells.field_column(("environments", 0, name), lambda row: row[1])
            for name in ("base_url", "credentials", "note")
        ),
        cells.owner_column(lambda row: row[0]),
    )
    return (Table("environments", t("Environments"), rows, columns),)
