"""Explore: what expires or is due, and open questions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from markupsafe import Markup

from integration_specs.model import Spec, Unknown, parse_date
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Column, Filter, Table
from integration_specs.site.translations import Translations
from integration_specs.text.names import slug
from integration_specs.validation.schema import Pointer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day on which something expires or is due; `anchor` is the place on the spec's page.

    `is_review` is true for reviews, which other pages list by themselves.
    """

    day: date
    kind: str
    detail: str
    spec: Spec
    anchor: str = ""
    is_review: bool = False


def periods(t: Translations, day: date | None, today: date) -> list[str]:
    """Return the values of the filter by time that a day belongs to."""
    if day is None:
        return []
    if day < today:
        return [t("overdue")]
    return [t.plural("{number} day", "{number} days", days) for days in (30, 90) if day <= today + timedelta(days=days)]


def period_filter(context: Context, day: Callable[[T], date | None]) -> Filter[T]:
    """Return the filter by time: overdue, 30 days, 90 days."""
    t = context.translations
    return Filter("when", t("When"), lambda row: periods(t, day(row), context.options.today), chips=True)


def deadlines(context: Context) -> list[Deadline]:
    """Return every deadline of every spec, sorted by day."""
    found = (each for spec in context.catalog.specs for each in _deadlines(context, spec))
    return sorted(found, key=lambda each: (each.day, each.spec.id, each.kind))


def _deadlines(context: Context, spec: Spec) -> Iterator[Deadline]:
    t, authentication = context.translations, slug("authentication")
    named = (
        (("api_version", "sunset"), t("Version ends"), spec.section("api_version").get("pinned", ""), ""),
        (("vendor", "contract_ends"), t("Contract ends"), "", ""),
        (("authentication", "expires"), t("Secret expires"), "", authentication),
        (("authentication", "certificate_expires"), t("Certificate expires"), "", authentication),
    )
    for (section, name), kind, detail, anchor in named:
        if day := parse_date(spec.section(section).get(name)):
            yield Deadline(day, kind, detail, spec, anchor)
    for waiver in spec.data.get("waivers", ()):
        if day := parse_date(waiver.get("expires")):
            yield Deadline(day, t("Waiver expires"), waiver["rule"], spec)
    if due := context.freshness(spec).due:
        yield Deadline(due, t("Review due"), "", spec, is_review=True)


def clock(context: Context, cells: Cells) -> tuple[Table[Any], ...]:
    """Return API versions, contracts, secrets, certificates, waivers and reviews, by the day on which they end."""
    t = context.translations
    columns: tuple[Column[Deadline], ...] = (
        Column("day", t("Date"), lambda row: cells.day(row.day), sort_key=lambda row: row.day.isoformat()),
        Column("kind", t("What ends"), lambda row: row.kind, filter=lambda row: row.kind),
        Column("detail", t("Detail"), lambda row: row.detail),
        cells.spec_column(lambda row: row.spec, lambda row: row.anchor),
        cells.owner_column(lambda row: row.spec),
    )
    return (
        Table(
            "calendar",
            t("Calendar"),
            deadlines(context),
            columns,
            (period_filter(context, lambda row: row.day),),
            t("No deadlines yet"),
            highlight=lambda row: row.day < context.options.today,
        ),
    )


@dataclass(frozen=True, slots=True)
class Question:
    """An open question: a typed unknown, and its place in a spec."""

    unknown: Unknown
    spec: Spec
    pointer: Pointer


def open_questions(context: Context) -> list[Question]:
    """Return every open question, sorted by due date."""
    rows = [Question(unknown, spec, pointer) for spec in context.catalog.specs for pointer, unknown in spec.unknowns]
    return sorted(rows, key=lambda row: (row.unknown.due is None, row.unknown.due or date.max, row.spec.id))


def questions(context: Context, cells: Cells) -> tuple[Table[Any], ...]:
    """Return every open question, sorted by due date."""
    return (question_table(context, cells, open_questions(context)),)


def question_table(context: Context, cells: Cells, rows: Sequence[Question]) -> Table[Question]:
    """Return open questions with links to their place on the page and in the file."""
    t = context.translations

    def where(row: Question) -> str:
        path = context.schema.identity_path(row.spec.data, row.pointer)
        url = context.options.edit_url(row.spec.file, row.spec.line(row.pointer))
        return Markup('<a href="{}">{}</a>').format(url, path) if url else path

    def owner_name(row: Question) -> str:
        key = row.unknown.owner or row.spec.owner
        return context.owner_names.get(key, key) or t("No owner")

    def assignee(row: Question) -> str:
        key = row.unknown.owner or row.spec.owner
        return cells.link(f"owners/{key}", owner_name(row)) if key in context.owner_names else owner_name(row)

    def overdue(row: Question) -> bool:
        return row.unknown.due is not None and row.unknown.due < context.options.today

    def state(row: Question) -> str:
        return t("no date") if row.unknown.due is None else t("overdue") if overdue(row) else t("open")

    columns: tuple[Column[Question], ...] = (
        Column("question", t("Question"), lambda row: row.unknown.question or t("Unknown (no question given)")),
        cells.spec_column(lambda row: row.spec, lambda row: context.anchor(row.spec, row.pointer)),
        Column("where", t("Where"), where),
        Column("owner", t("Assigned to"), assignee, filter=owner_name),
        Column(
            "due",
            t("Due"),
            lambda row: cells.day(row.unknown.due) if row.unknown.due else Markup(""),
            filter=state,
            sort_key=lambda row: row.unknown.due.isoformat() if row.unknown.due else "",
        ),
    )
    return Table("questions", t("Open questions"), rows, columns, empty=t("No open questions"), highlight=overdue)
