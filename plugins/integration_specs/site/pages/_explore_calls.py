"""Explore: endpoints, events, errors and retries, authentication, secrets and environments of all specs."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from markupsafe import Markup

from integration_specs.model import is_open_question, parse_date
from integration_specs.site.tables import (
    LONG,
    Cells,
    Column,
    Row,
    Table,
    badge_column,
    code_list,
    list_html,
    section_rows,
    word_list,
)
from integration_specs.site.template_helpers import path_html, waits
from integration_specs.text.names import number_aware, slug

from ._explore_time import period_filter

_CODE = Markup("<code>%s</code>")  # does not wrap
_A_DAY = {"second": 86_400, "minute": 1_440, "hour": 24, "day": 1}


def endpoints(cells: Cells) -> Iterator[Table[Row]]:
    """Yield every endpoint of every spec."""
    specs, t = cells.context.catalog.specs, cells.context.translations
    rows = [Row(spec, each.data, each.anchor, each) for spec in specs for each in spec.endpoints]

    def name(row: Row) -> Markup:
        html = Markup('<span class="ispec-method ispec-method--%s">%s</span> %s')
        text = html % (slug(row.item.method), row.item.method, path_html(row.item.path))
        return cells.link(row.spec.id, text, row.anchor)

    def rate_limit(row: Row) -> str:
        limit = row.data.get("rate_limit", {})
        if "requests" not in limit:
            return ""
        return t("{number} per {period}", number=limit["requests"], period=t(limit.get("per", "")))

    def calls_a_day(row: Row) -> str:
        limit = row.data.get("rate_limit", {})
        return str(limit["requests"] * _A_DAY[limit.get("per", "day")]) if "requests" in limit else ""

    columns: tuple[Column[Row], ...] = (
        Column("endpoint", t("Endpoint"), name, sort_key=lambda row: f"{row.item.path} {row.item.method}"),
        replace(cells.spec_column(), cell=lambda row: cells.spec(row.spec)),
        *cells.field_columns(("endpoints", 0), "description", "timeout"),
        Column("rate_limit", t("Rate limit"), rate_limit, sort_key=calls_a_day),
        cells.owner_column(),
        Column("method", t("Method"), None, lambda row: row.item.method),
    )
    yield Table("endpoints", t("Endpoints"), rows, columns, t("No endpoints yet"))


def events(cells: Cells) -> Iterator[Table[Row]]:
    """Yield every event that is received or sent."""
    context, t = cells.context, cells.context.translations
    rows = [Row(spec, each.data, each.anchor, each) for spec in context.catalog.specs for each in spec.events]

    def way(row: Row) -> str:
        return t("Sent") if row.item.sent else t("Received")

    def meaning(row: Row) -> Markup:
        side, name = ("sent", "why") if row.item.sent else ("received", "when")
        return cells.at(("events", side, 0, name), row.data.get(name))

    def signature(row: Row) -> Markup:
        header = row.data.get("signature", {}).get("header")
        return cells.at(("events", "received", 0, "signature", "header"), header)

    def consumers(row: Row) -> list[str]:
        names = row.data.get("consumers", ())
        return [context.spec_titles.get(name) or context.owner_names.get(name, name) for name in names]

    columns: tuple[Column[Row], ...] = (
        Column("event", t("Event"), lambda row: cells.link(row.spec.id, _CODE % row.item.name, row.anchor)),
        badge_column("way", t("Direction"), way, lambda row: "ok" if row.item.sent else "info"),
        replace(cells.spec_column(), cell=lambda row: cells.spec(row.spec)),
        Column("meaning", t("Meaning"), meaning, prose=True),
        Column("signature", t("Signature"), signature),
        Column("guarantee", t("Guarantee"), lambda row: t(row.data.get("delivery", {}).get("guarantee", ""))),
        Column("consumer", t("Consumers"), lambda row: word_list(consumers(row)), consumers),
        cells.owner_filter(),
    )
    yield Table("events", t("Events"), rows, columns, t("No events yet"))


def errors(cells: Cells) -> Iterator[Table[Row]]:
    """Yield the retry strategy of each integration, and what is done about each error."""
    specs, t = cells.context.catalog.specs, cells.context.translations

    def of_retry(row: Row) -> dict[str, Any]:
        return row.data.get("retry") or {}

    def backoff(row: Row) -> str:
        return t(str(of_retry(row).get("backoff", "")))

    def retried(row: Row) -> list[str]:
        return [str(code) for code in of_retry(row).get("retry_on", ())]

    yield Table(
        "retries",
        t("Retry strategy"),
        section_rows(specs, "error_handling"),
        (
            replace(_section_column(cells), filter=None),
            Column("attempts", t("Attempts"), lambda row: str(of_retry(row).get("max_attempts", ""))),
            Column("backoff", t("Backoff"), backoff, backoff),
            Column("delays", t("Delays"), lambda row: ", ".join(map(t.duration, waits(of_retry(row))))),
            Column("retry_on", t("Retried on"), lambda row: code_list(retried(row)), retried),
            *cells.field_columns(("error_handling",), "dead_letter"),
            *cells.field_columns(("error_handling",), "dead_letter_retention", title=t("Kept for")),
            cells.owner_filter(),
        ),
        highlight=lambda row: not row.data,
    )

    def codes(row: Row) -> list[str]:
        return [str(row.data.get("on", ""))] if row.item else [str(code) for code in row.data.get("covers", ())]

    def text(row: Row, of_endpoint: str, of_category: str) -> Markup:
        place = ("endpoints", 0, "errors", 0) if row.item else ("error_handling", "categories", 0)
        name = of_endpoint if row.item else of_category
        return cells.at((*place, name), row.data.get(name))

    rows: list[Row] = []
    for spec in specs:
        rows += (
            Row(spec, error, each.anchor, each) for each in spec.endpoints for error in each.data.get("errors", ())
        )
        categories = spec.section("error_handling").get("categories", ())
        rows += (Row(spec, each, slug("error_handling")) for each in categories)
    by_owner = cells.owner_filter()
    by_spec = replace(cells.spec_column(), cell=None)
    if is_long := len(specs) > LONG:
        rows.sort(key=lambda row: number_aware(cells.owner_name(row.spec)))
    yield Table(
        "answers",
        t("Errors"),
        rows,
        (
            Column("on", t("Error"), lambda row: code_list(codes(row)), codes),
            cells.spec_column() if is_long else by_spec,
            Column(
                "call",
                t("Endpoint"),
                lambda row: cells.link(
                    row.spec.id, _CODE % row.item.label if row.item else t("All endpoints"), row.anchor
                ),
            ),
            Column("meaning", t("Meaning"), lambda row: text(row, "meaning", "name"), prose=True),
            Column("action", t("Action"), lambda row: text(row, "action", "description"), prose=True),
            by_owner,
        ),
        group=by_owner if is_long else by_spec,
    )


def _section_column(cells: Cells) -> Column[Row]:
    missing = cells.context.translations("not written")
    return replace(cells.spec_column(), cell=lambda row: cells.spec(row.spec, row.anchor, "" if row.data else missing))


def _scopes(cells: Cells) -> Column[Row]:
    title = cells.context.translations("Scopes")
    return Column("scopes", title, lambda row: code_list(each["name"] for each in row.data.get("scopes", ())))


def authentication(cells: Cells) -> Iterator[Table[Row]]:
    """Yield how we authenticate with each system, and each scope that we hold."""
    specs, t = cells.context.catalog.specs, cells.context.translations
    place = ("authentication",)
    rows = section_rows(specs, "authentication")
    columns: tuple[Column[Row], ...] = (
        _section_column(cells),
        *cells.field_columns(
            place, "mechanism", filter=lambda row: "" if is_open_question(row.spec.mechanism) else row.spec.mechanism
        ),
        *cells.field_columns(place, "header"),
        _scopes(cells),
        *cells.field_columns(place, "token_lifetime"),
        cells.owner_column(),
    )
    title = t("Authentication and authorization")
    yield Table("access", title, rows, columns, highlight=lambda row: not row.data)
    scopes = [replace(row, data=scope) for row in rows for scope in row.data.get("scopes", ())]
    columns = (
        *cells.field_columns((*place, "scopes", 0), "name", title=t("Scope")),
        cells.spec_column(),
        *cells.field_columns((*place, "scopes", 0), "reason"),
        cells.owner_column(),
    )
    yield Table("scopes", t("Scopes / permissions"), scopes, columns, empty=t("No scopes yet"))


def secrets(cells: Cells) -> Iterator[Table[Row]]:
    """Yield where the secret of each system is stored (never the secret), its scopes, rotation and expiry."""
    context, t = cells.context, cells.context.translations

    def note(text: str) -> Markup:
        return Markup('<span class="ispec-none">%s</span>') % text

    def storage(row: Row) -> Markup:
        text = str(row.data.get("secret_storage", ""))
        place = cells.at(("authentication", "secret_storage"), re.split(r"(?<=[.!?])\s+", text, maxsplit=1)[0] or None)
        each = [
            Markup("%s: %s") % (one["name"], cells.at(("environments", 0, "credentials"), one["credentials"]))
            for one in row.spec.data.get("environments", ())
            if "credentials" in one
        ]
        return place + list_html(each) or note(t("not written"))

    def value(name: str) -> Column[Row]:
        def cell(row: Row) -> Markup:
            day = parse_date(row.data.get(name))
            shown = cells.day(day) if day else cells.at(("authentication", name), row.data.get(name))
            return shown or note(t("no date") if row.data and name != "rotation" else t("not written"))

        (column,) = cells.field_columns(("authentication",), name)
        return replace(column, cell=cell)

    def days(row: Row) -> str:
        dates = (str(row.data.get(name, "")) for name in ("expires", "certificate_expires"))
        return min(filter(parse_date, dates), default="")

    columns: tuple[Column[Row], ...] = (
        cells.spec_column(),
        Column("storage", t("Stored in"), storage, prose=True),
        _scopes(cells),
        *map(value, ("rotation", "expires", "certificate_expires")),
        cells.owner_column(),
        period_filter(context, days),
    )
    rows = section_rows(context.catalog.specs, "authentication")
    rows.sort(key=lambda row: days(row) or date.max.isoformat())
    yield Table("secrets", t("Secrets"), rows, columns)


def environments(cells: Cells) -> Iterator[Table[Row]]:
    """Yield every environment of every system."""
    specs, t = cells.context.catalog.specs, cells.context.translations
    anchor, place = slug("environments"), ("environments", 0)
    columns: tuple[Column[Row], ...] = (
        cells.spec_column(),
        *cells.field_columns(place, "name"),
        *cells.field_columns(place, "kind", filter=lambda row: t(str(row.data.get("kind", "")))),
        *cells.field_columns(place, "base_url", "credentials", "note"),
        cells.owner_filter(),
    )
    rows = [Row(spec, each, anchor) for spec in specs for each in spec.data.get("environments", ())]
    yield Table("environments", t("Environments"), rows, columns)
