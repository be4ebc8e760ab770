"""Explore: what expires or is due, and open questions."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from integration_specs.model import OpenQuestion, Spec, parse_date
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Column, Row, Table
from integration_specs.site.template_helpers import Tile, code
from integration_specs.site.value_renderer import plain_html
from integration_specs.validation.schema import Pointer


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day on which something expires or is due.

    `is_review` is true for reviews, which other pages list by themselves.
    """

    day: date
    kind: str
    detail: str
    is_review: bool = False


def period_filter(context: Context, days: Callable[[Row], str | Iterable[str]]) -> Column[Row]:
    """Return the filter by time: overdue, 30 days, 90 days."""
    t = context.translations
    future = (f"{number}:{t.plural('{number} day', '{number} days', number)}" for number in (30, 90))
    return Column("when", t("When"), None, days, chips=True, periods=(t("overdue"), *future))


def deadlines(context: Context) -> list[Row]:
    """Return every deadline of every spec, sorted by day."""
    rows = (row for spec in context.catalog.specs for row in _deadlines(context, spec))
    return sorted(rows, key=lambda row: (row.item.day, row.spec.id, row.item.kind))


def _deadlines(context: Context, spec: Spec) -> Iterator[Row]:
    t = context.translations
    named = (
        ("api_version", "sunset", t("Version ends"), spec.section("api_version").get("pinned", "")),
        ("vendor", "contract_ends", t("Contract ends"), ""),
        ("authentication", "expires", t("Secret expires"), ""),
        ("authentication", "certificate_expires", t("Certificate expires"), ""),
    )
    for section, name, kind, detail in named:
        if day := parse_date(spec.section(section).get(name)):
            yield Row(spec, {}, context.anchor(spec, (section,)), Deadline(day, kind, detail))
    for waiver in spec.data.get("waivers", ()):
        if day := parse_date(waiver.get("expires")):
            yield Row(spec, {}, item=Deadline(day, t("Waiver expires"), waiver["rule"]))
    if due := context.due(spec):
        yield Row(spec, {}, item=Deadline(due, t("Review due"), "", is_review=True))


def clock(cells: Cells) -> Iterator[Table[Row]]:
    """Yield API versions, contracts, secrets, certificates, waivers and reviews, by the day on which they end."""
    context, t = cells.context, cells.context.translations
    columns: tuple[Column[Row], ...] = (
        Column("day", t("Date"), lambda row: cells.day(row.item.day), sort_key=lambda row: row.item.day.isoformat()),
        Column(
            "kind",
            t("What ends"),
            lambda row: row.item.kind,
            lambda row: [row.item.kind] if row.item.is_review else [row.item.kind, t("all but reviews")],
        ),
        Column("detail", t("Detail"), lambda row: row.item.detail),
        cells.spec_column(),
        cells.owner_column(),
        period_filter(context, lambda row: row.item.day.isoformat()),
    )
    yield Table(
        "calendar",
        t("Calendar"),
        deadlines(context),
        columns,
        t("No deadlines yet"),
        highlight=lambda row: row.item.day < context.options.today,
    )


@dataclass(frozen=True, slots=True)
class Question:
    """An open question and its place in a spec."""

    asked: OpenQuestion
    spec: Spec
    pointer: Pointer

    @property
    def owner(self) -> str:
        """Return who must answer it: the owner named in the question, or that of the spec."""
        return self.asked.owner or self.spec.owner


def open_questions(context: Context) -> list[Question]:
    """Return every open question, sorted by due date."""
    rows = [Question(asked, spec, pointer) for spec in context.catalog.specs for pointer, asked in spec.open_questions]
    return sorted(rows, key=lambda row: (row.asked.due or date.max, row.spec.id))


def question_tile(context: Context, address: str) -> Tile:
    """Return the number of open questions, for the page at `address`."""
    number = sum(len(spec.open_questions) for spec in context.catalog.specs)
    title = context.translations.plural("open question", "open questions", number)
    return Tile(title, number, context.link(address, "across/questions"))


def questions(cells: Cells) -> Iterator[Table[Question]]:
    """Yield every open question, sorted by due date."""
    yield question_table(cells, open_questions(cells.context))


def question_table(cells: Cells, rows: Sequence[Question]) -> Table[Question]:
    """Return open questions with links to their place on the page and in the file."""
    context, t = cells.context, cells.context.translations

    def question(row: Question) -> Markup:
        return Markup(plain_html(row.asked.text or t("No question given")))  # noqa: S704 (escaped)

    def where(row: Question) -> Markup:
        # An item of a list of texts is the question itself: its position is shorter.
        head, last = row.pointer[:-1], row.pointer[-1]
        path = context.schema.identity_path(row.spec.data, row.pointer if isinstance(last, str) else head)
        place = cells.link(row.spec.id, code(path), context.anchor(row.spec, row.pointer))
        line = row.spec.line(row.pointer)
        url = context.options.edit_url(row.spec.file, line)
        return place + Markup(' <a href="%s">%s</a>') % (url, t("Line {line}", line=line)) if url else place

    def assignee(row: Question) -> str:
        name = context.owner_name(row.owner)
        return cells.link(f"owners/{row.owner}", name) if row.owner in context.owner_names else name

    def due(row: Question) -> str:
        return row.asked.due.isoformat() if row.asked.due else ""

    columns: tuple[Column[Question], ...] = (
        Column("question", t("Question"), question),
        Column("spec", t("Integration"), lambda row: cells.spec(row.spec)),
        Column("where", t("Where"), where),
        Column("owner", t("Assigned to"), assignee, lambda row: context.owner_name(row.owner)),
        Column(
            "due",
            t("Due"),
            lambda row: cells.day(row.asked.due) if row.asked.due else "",
            lambda row: due(row) or t("no date"),
            due,
            (t("overdue"), f":{t('open')}"),
        ),
    )
    return Table(
        "questions",
        t("Open questions"),
        rows,
        columns,
        empty=t("No open questions"),
        highlight=lambda row: (row.asked.due or date.max) < context.options.today,
    )
