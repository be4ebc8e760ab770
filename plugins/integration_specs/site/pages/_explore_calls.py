"""Across specs: calls, events, and what happens when they fail."""

from integration_specs.text.names import slug
from integration_specs.validation.schema import Field
from integration_specs.site.context import Context
from integration_specs.site.template_helpers import path_html, waits
from integration_specs.site.tables import Cell, Cells, Row, Table, cell, codes_cell, words_cell


def endpoints(context: Context, cells: Cells) -> tuple[Table, ...]:
    """Every call of every spec."""
    t, rows = context.words, []
    for spec in context.catalog.specs:
        for endpoint in spec.endpoints:
            badge = '<span class="ispec-method ispec-method--{}">{}</span> {}'
            name = cells.markup(badge, slug(endpoint.method), endpoint.method, path_html(endpoint.path))
            limit = endpoint.data.get("rate_limit", {})
            rows.append(
                Row(
                    (
                        Cell(cells.link(spec.id, name, endpoint.anchor), f"{endpoint.path} {endpoint.method}"),
                        cells.spec(spec),
                        cells.at(("endpoints", 0, "description"), endpoint.data.get("description")),
                        cells.at(("endpoints", 0, "timeout"), endpoint.data.get("timeout")),
                        cell(
                            t("{number} a {period}", number=limit["requests"], period=t(limit.get("per", "")))
                            if "requests" in limit
                            else ""
                        ),
                        cells.owner(spec),
                    ),
                    ((spec.title,), (endpoint.method,), (cells.owner_name(spec),)),
                )
            )
    columns = (t("Call"), t("Integration"), t("Description"), t("Timeout"), t("Rate limit"), t("Owner"))
    facets = (("spec", t("Integration")), ("method", t("Method")), ("owner", t("Owner")))
    return (Table("endpoints", t("Endpoints"), columns, tuple(rows), facets, t("No calls yet"), "ispec-calls"),)


def events(context: Context, cells: Cells) -> tuple[Table, ...]:
    """Every event that is received or sent."""
    t, rows = context.words, []
    for spec in context.catalog.specs:
        for event in spec.events:
            side = "sent" if event.sent else "received"
            way = t("Sent") if event.sent else t("Received")
            delivery = event.data.get("delivery", {})
            consumers = event.data.get("consumers", ())
            rows.append(
                Row(
                    (
                        Cell(cells.link(spec.id, cells.markup("<code>{}</code>", event.name), event.anchor)),
                        Cell(cells.badge(way, "info" if not event.sent else "ok")),
                        cells.spec(spec),
                        cells.at(
                            ("events", side, 0, "why" if event.sent else "when"),
                            event.data.get("why" if event.sent else "when"),
                        ),
                        cells.at(
                            ("events", side, 0, "signature", "header"), event.data.get("signature", {}).get("header")
                        ),
                        cell(t(delivery["guarantee"]) if "guarantee" in delivery else ""),
                        words_cell(
                            context.spec_titles.get(name, context.owner_names.get(name, name)) for name in consumers
                        ),
                    ),
                    ((spec.title,), (way,), (cells.owner_name(spec),), tuple(map(str, consumers))),
                )
            )
    columns = (
        t("Event"),
        t("Direction"),
        t("Integration"),
        t("Meaning"),
        t("Signature"),
        t("Guarantee"),
        t("Consumers"),
    )
    facets = (("spec", t("Integration")), ("way", t("Direction")), ("owner", t("Owner")), ("consumer", t("Consumers")))
    return (Table("events", t("Events"), columns, tuple(rows), facets, t("No events yet")),)


def errors(context: Context, cells: Cells) -> tuple[Table, ...]:
    """How each integration tries again, and what is done about each answer that is an error."""
    t, retries, answers = context.words, [], []
    anchor = slug("error_handling")
    for spec in context.catalog.specs:
        handling = spec.section("error_handling")
        retry = handling.get("retry") or {}
        delays = waits(retry)
        attempts = retry.get("max_attempts")
        backoff = retry.get("backoff")
        retries.append(
            Row(
                (
                    cells.spec(spec, anchor),
                    cell("" if attempts is None else str(attempts)),
                    cell(t(backoff) if backoff else ""),
                    cell(", ".join(map(t.duration, delays))),
                    codes_cell(retry.get("retry_on", ())),
                    cells.fact(spec, "error_handling", "dead_letter"),
                    cells.fact(spec, "error_handling", "dead_letter_retention"),
                ),
                ((cells.owner_name(spec),), (t(backoff),) if backoff else ()),
                alarm="error_handling" not in spec.data,
            )
        )
        for place in (*spec.endpoints,):
            for error in place.data.get("errors", ()):
                call = cells.markup("<code>{}</code>", place.label)
                answers.append(
                    Row(
                        (
                            cell(str(error.get("on", ""))),
                            cells.spec(spec),
                            Cell(cells.link(spec.id, call, place.anchor)),
                            *(
                                cells.at(("endpoints", 0, "errors", 0, name), error.get(name))
                                for name in ("meaning", "action")
                            ),
                        ),
                        ((spec.title,), (str(error.get("on", "")),), (cells.owner_name(spec),)),
                    )
                )
        field = context.schema.at(("error_handling", "categories", 0))
        for category in handling.get("categories", ()) if isinstance(field, Field) else ():
            covers = tuple(map(str, category.get("covers", ())))
            answers.append(
                Row(
                    (
                        codes_cell(covers),
                        cells.spec(spec),
                        Cell(cells.link(spec.id, t("All calls"), anchor)),
                        cell(category.get("name", "")),
                        cells.at(("error_handling", "categories", 0, "description"), category.get("description")),
                    ),
                    ((spec.title,), covers, (cells.owner_name(spec),)),
                )
            )
    again = Table(
        "retries",
        t("Retry strategy"),
        (
            t("Integration"),
            t("Attempts"),
            t("Backoff"),
            t("Waits"),
            t("Retried on"),
            t("Dead-letter / failure handling"),
            t("Kept for"),
        ),
        tuple(retries),
        (("owner", t("Owner")), ("backoff", t("Backoff"))),
    )
    each = Table(
        "answers",
        t("Errors"),
        (t("Error"), t("Integration"), t("Call"), t("Meaning"), t("Action")),
        tuple(answers),
        (("spec", t("Integration")), ("on", t("Error")), ("owner", t("Owner"))),
    )
    return again, each
