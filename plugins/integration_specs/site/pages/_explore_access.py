"""Explore: authentication, secrets and environments of all specs."""

from typing import Any

from integration_specs.model import Spec, is_unknown
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Column, Table, code_list
from integration_specs.text.names import slug

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
    """Return where each secret is stored (never the secret), how often it is rotated, and when it expires."""
    t = context.translations
    rows: list[tuple[Spec, dict[str, Any]]] = []
    for spec in context.catalog.specs:
        rows.append((spec, {}))
        rows += [(spec, each) for each in spec.data.get("environments", ()) if "credentials" in each]

    def authentication_of(row: tuple[Spec, dict[str, Any]]) -> dict[str, Any]:
        return row[0].section("authentication")

    def environment(row: tuple[Spec, dict[str, Any]]) -> str:
        return cells.at(("environments", 0, "name"), row[1]["name"]) if row[1] else t("All")

    def storage(row: tuple[Spec, dict[str, Any]]) -> str:
        if row[1]:
            return cells.at(("environments", 0, "credentials"), row[1]["credentials"])
        return cells.at(("authentication", "secret_storage"), authentication_of(row).get("secret_storage"))

    columns: tuple[Column[tuple[Spec, dict[str, Any]]], ...] = (
        cells.spec_column(lambda row: row[0], lambda row: ENVIRONMENTS if row[1] else AUTHENTICATION),
        Column("environment", t("Environment"), environment),
        Column("storage", t("Token / secret storage"), storage),
        cells.field_column(("authentication", "rotation"), authentication_of),
        cells.due_column(("authentication", "expires"), authentication_of),
        cells.due_column(("authentication", "certificate_expires"), authentication_of),
        cells.owner_column(lambda row: row[0]),
    )
    return (Table("secrets", t("Secrets"), rows, columns),)


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
