"""Explore: endpoints, events, errors and retries of all specs."""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from integration_specs.model import Endpoint, Event, Spec
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Column, Filter, Table, badge, code_list, word_list
from integration_specs.site.template_helpers import path_html, waits
from integration_specs.text.names import slug

ERRORS = slug("error_handling")


def endpoints(context: Context, cells: Cells) -> tuple[Table[Any], ...]:
    """Return every endpoint of every spec."""
    t = context.translations
    rows = [(spec, endpoint) for spec in context.catalog.specs for endpoint in spec.endpoints]

    def name(row: tuple[Spec, Endpoint]) -> Markup:
        html = Markup('<span class="ispec-method ispec-method--%s">%s</span> %s')
        text = html % (slug(row[1].method), row[1].method, path_html(row[1].path))
        return cells.link(row[0].id, text, row[1].anchor)

    def rate_limit(row: tuple[Spec, Endpoint]) -> str:
        limit = row[1].data.get("rate_limit", {})
        if "requests" not in limit:
            return ""
        return t("{number} per {period}", number=limit["requests"], period=t(limit.get("per", "")))

    columns: tuple[Column[tuple[Spec, Endpoint]], ...] = (
        Column("endpoint", t("Endpoint"), name, sort_key=lambda row: f"{row[1].path} {row[1].method}"),
        cells.spec_column(lambda row: row[0]),
        cells.field_column(("endpoints", 0, "description"), lambda row: row[1].data),
        cells.field_column(("endpoints", 0, "timeout"), lambda row: row[1].data),
        Column("rate_limit", t("Rate limit"), rate_limit),
        cells.owner_column(lambda row: row[0]),
    )
    methods: Filter[tuple[Spec, Endpoint]] = Filter("method", t("Method"), lambda row: row[1].method)
    return (Table("endpoints", t("Endpoints"), rows, columns, (methods,), t("No endpoints yet"), "ispec-calls"),)


def events(context: Context, cells: Cells) -> tuple[Table[Any], ...]:
    """Return every event that is received or sent."""
    t = context.translations
    rows = [(spec, event) for spec in context.catalog.specs for event in spec.events]

    def way(row: tuple[Spec, Event]) -> str:
        return t("Sent") if row[1].sent else t("Received")

    def meaning(row: tuple[Spec, Event]) -> Markup:
        side, name = ("sent", "why") if row[1].sent else ("received", "when")
        return cells.at(("events", side, 0, name), row[1].data.get(name))

    def consumers(row: tuple[Spec, Event]) -> Iterable[str]:
        return map(str, row[1].data.get("consumers", ()))

    def signature(row: tuple[Spec, Event]) -> Markup:
        header = row[1].data.get("signature", {}).get("header")
        return cells.at(("events", "received", 0, "signature", "header"), header)

    columns: tuple[Column[tuple[Spec, Event]], ...] = (
        Column("event", t("Event"), lambda row: cells.link(row[0].id, code_name(row[1].name), row[1].anchor)),
        Column("way", t("Direction"), lambda row: badge(way(row), "ok" if row[1].sent else "info"), filter=way),
        cells.spec_column(lambda row: row[0]),
        Column("meaning", t("Meaning"), meaning),
        Column("signature", t("Signature"), signature),
        Column("guarantee", t("Guarantee"), lambda row: t(row[1].data.get("delivery", {}).get("guarantee", ""))),
        Column(
            "consumer",
            t("Consumers"),
            lambda row: word_list(
                context.spec_titles.get(name, context.owner_names.get(name, name)) for name in consumers(row)
            ),
            filter=consumers,
        ),
    )
    owners: Filter[tuple[Spec, Event]] = Filter("owner", t("Owner"), lambda row: cells.owner_name(row[0]))
    return (Table("events", t("Events"), rows, columns, (owners,), t("No events yet")),)


def code_name(name: str) -> Markup:
    """Return a technical name that does not wrap."""
    return Markup("<code>%s</code>") % name


def errors(context: Context, cells: Cells) -> tuple[Table[Any], ...]:
    """Return the retry strategy of each integration, and what is done about each error."""
    return _retries(context, cells), _errors(context, cells)


def _retries(context: Context, cells: Cells) -> Table[Spec]:
    t = context.translations

    def handling(spec: Spec) -> dict[str, Any]:
        return spec.section("error_handling")

    def retry(spec: Spec) -> dict[str, Any]:
        return handling(spec).get("retry") or {}

    def backoff(spec: Spec) -> str:
        return t(str(retry(spec).get("backoff", "")))

    return Table(
        "retries",
        t("Retry strategy"),
        context.catalog.specs,
        (
            Column("spec", t("Integration"), lambda spec: cells.spec(spec, ERRORS)),
            Column("attempts", t("Attempts"), lambda spec: str(retry(spec).get("max_attempts", ""))),
            Column("backoff", t("Backoff"), backoff, filter=backoff),
            Column("delays", t("Delays"), lambda spec: ", ".join(map(t.duration, waits(retry(spec))))),
            Column("retry_on", t("Retried on"), lambda spec: code_list(retry(spec).get("retry_on", ()))),
            cells.field_column(("error_handling", "dead_letter"), handling),
            cells.field_column(("error_handling", "dead_letter_retention"), handling, t("Kept for")),
        ),
        (Filter("owner", t("Owner"), cells.owner_name),),
        highlight=lambda spec: "error_handling" not in spec.data,
    )


def _errors(context: Context, cells: Cells) -> Table[tuple[Spec, Endpoint | None, dict[str, Any]]]:
    t = context.translations
    rows: list[tuple[Spec, Endpoint | None, dict[str, Any]]] = []
    for spec in context.catalog.specs:
        rows += [(spec, endpoint, error) for endpoint in spec.endpoints for error in endpoint.data.get("errors", ())]
        rows += [(spec, None, category) for category in spec.section("error_handling").get("categories", ())]

    def codes(row: tuple[Spec, Endpoint | None, dict[str, Any]]) -> list[str]:
        return [str(row[2].get("on", ""))] if row[1] else [str(code) for code in row[2].get("covers", ())]

    def call(row: tuple[Spec, Endpoint | None, dict[str, Any]]) -> Markup:
        if row[1] is None:
            return cells.link(row[0].id, t("All endpoints"), ERRORS)
        return cells.link(row[0].id, code_name(row[1].label), row[1].anchor)

    def meaning(row: tuple[Spec, Endpoint | None, dict[str, Any]]) -> str:
        return (
            cells.at(("endpoints", 0, "errors", 0, "meaning"), row[2].get("meaning"))
            if row[1]
            else row[2].get("name", "")
        )

    def action(row: tuple[Spec, Endpoint | None, dict[str, Any]]) -> Markup:
        if row[1]:
            return cells.at(("endpoints", 0, "errors", 0, "action"), row[2].get("action"))
        return cells.at(("error_handling", "categories", 0, "description"), row[2].get("description"))

    return Table(
        "answers",
        t("Errors"),
        rows,
        (
            Column("on", t("Error"), lambda row: code_list(codes(row)), filter=codes),
            cells.spec_column(lambda row: row[0]),
            Column("call", t("Endpoint"), call),
            Column("meaning", t("Meaning"), meaning),
            Column("action", t("Action"), action),
        ),
        (Filter("owner", t("Owner"), lambda row: cells.owner_name(row[0])),),
    )
