"""Across specs: what ends or is due, and what nobody knows yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from integration_specs.model import Spec, Unknown, parse_date
from integration_specs.text.names import slug
from integration_specs.site.context import Context
from integration_specs.site.tables import Cell, Cells, Row, Table, cell
from integration_specs.site.words import Words


@dataclass(frozen=True, slots=True)
class Ending:
    """A day on which something ends or is due, and where the spec says so."""

    day: date
    kind: str
    what: str
    spec: Spec
    anchor: str = ""


def endings(context: Context) -> list[Ending]:
    """Every day that somebody should have in the calendar, the first first."""
    t = context.words
    return sorted(
        (each for spec in context.catalog.specs for each in _endings(context, t, spec)),
        key=lambda each: (each.day, each.spec.id, each.kind),
    )


def _endings(context: Context, t: Words, spec: Spec) -> Iterator[Ending]:
    access = slug("authentication")
    named = (
        (("api_version", "sunset"), t("Version ends"), spec.section("api_version").get("pinned", ""), ""),
        (("vendor", "contract_ends"), t("Contract ends"), "", ""),
        (("authentication", "expires"), t("Secret expires"), "", access),
        (("authentication", "certificate_expires"), t("Certificate expires"), "", access),
    )
    for (section, name), kind, what, anchor in named:
        if day := parse_date(spec.section(section).get(name)):
            yield Ending(day, kind, what, spec, anchor)
    for waiver in spec.data.get("waivers", ()):
        if day := parse_date(waiver.get("expires")):
            yield Ending(day, t("Waiver expires"), waiver["rule"], spec)
    if due := context.freshness(spec).due:
        yield Ending(due, t("Review due"), "", spec)


def clock(context: Context, cells: Cells) -> tuple[Table, ...]:
    """Versions, contracts, secrets, certificates, waivers and reviews, by the day on which they end."""
    t = context.words
    rows = tuple(
        Row(
            (
                Cell(cells.day(each.day), each.day.isoformat()),
                cell(each.kind),
                cell(each.what),
                cells.spec(each.spec, each.anchor),
                cells.owner(each.spec),
            ),
            ((each.kind,), (each.spec.title,), (cells.owner_name(each.spec),)),
            alarm=each.day < context.options.today,
        )
        for each in endings(context)
    )
    columns = (t("Day"), t("What ends"), t("Detail"), t("Integration"), t("Owner"))
    facets = (("kind", t("What ends")), ("spec", t("Integration")), ("owner", t("Owner")))
    return (Table("calendar", t("Calendar"), columns, rows, facets, t("Nothing has a date yet")),)


def questions(context: Context, cells: Cells) -> tuple[Table, ...]:
    """Every open question, those that are due first."""
    t = context.words
    found = [(unknown, spec, pointer) for spec in context.catalog.specs for pointer, unknown in spec.unknowns()]
    found.sort(key=lambda each: (each[0].due is None, each[0].due or date.max, each[1].id))
    rows = tuple(_question(context, cells, *each) for each in found)
    columns = (t("Question"), t("Integration"), t("Where"), t("Asked of"), t("Due"))
    facets = (("owner", t("Asked of")), ("spec", t("Integration")), ("due", t("Due")))
    return (Table("questions", t("Open questions"), columns, rows, facets, t("No open questions")),)


def _question(context: Context, cells: Cells, unknown: Unknown, spec: Spec, pointer: tuple[str | int, ...]) -> Row:
    t = context.words
    key = unknown.owner or spec.owner
    name = context.owner_names.get(key, key) or t("No owner")
    asked = cells.link(f"owners/{key}", name) if key in context.owner_names else Markup("{}").format(name)
    late = unknown.due is not None and unknown.due < context.options.today
    section = next((each for each in context.schema.sections if pointer and each.name == pointer[0]), None)
    state = t("without a date") if unknown.due is None else t("overdue") if late else t("open")
    return Row(
        (
            cell(unknown.question or t("Unknown, without a question")),
            cells.spec(spec, slug(section.name) if section else ""),
            cell(context.schema.identity_path(spec.data, pointer)),
            Cell(asked),
            Cell(cells.day(unknown.due), unknown.due.isoformat()) if unknown.due else cell(""),
        ),
        ((name,), (spec.title,), (state,)),
        alarm=late,
    )
