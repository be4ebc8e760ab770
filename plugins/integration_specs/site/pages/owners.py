"""Owners: a table that starts with unowned specs, and a page for each owner."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from integration_specs.grouping import grouped
from integration_specs.model import Owner, Spec
from integration_specs.site import Page, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Column, Row, Table, badge

from ._explore_time import Question, open_questions, question_table


@dataclass(frozen=True, slots=True)
class Ownership:
    """One row of the table. `owner` is None for a key that is not in `owners.yaml`; `key` is empty for unowned specs."""

    key: str
    owner: Owner | None
    specs: tuple[Spec, ...]
    overdue: int
    questions: tuple[Question, ...]


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `owners`, and `owners/<key>` for each owner."""
    t, rows = context.translations, _ownership(context)
    lead, banner = t("Who owns each integration, and how to reach them."), context.owners_banner("owners")
    search = [SearchEntry("", t("Owners"), f"{lead} {t('Unowned: without an owner.')}")]
    yield context.table_page(
        "owners", t("Owners"), lead, [_table(context, rows)], "owners.html", search=search, banner=banner
    )
    for row in rows:
        if row.owner:
            yield _owner_page(context, row, row.owner)


def _table(context: Context, rows: list[Ownership]) -> Table[Ownership]:
    t, cells = context.translations, Cells(context, "owners")

    def name(row: Ownership) -> Markup:
        if row.owner:
            html = cells.link(f"owners/{row.key}", row.owner.name)
            html += Markup("<small>%s</small>") % t(row.owner.kind)
            if row.owner.code_owner:
                html += Markup("<small><code>%s</code></small>") % row.owner.code_owner
        else:
            html = cells.missing_owner(row.key)
        return html

    def contacts(row: Ownership) -> Markup:
        return context.render("contacts.html", contacts=row.owner.contacts) if row.owner else Markup("")

    def questions(row: Ownership) -> str:
        number = str(len(row.questions))
        return cells.link(f"owners/{row.key}", number, "questions") if row.owner and row.questions else number

    columns: tuple[Column[Ownership], ...] = (
        Column("owner", t("Owner"), name),
        Column("contacts", t("Contacts"), contacts),
        Column("on_call", t("On call"), lambda row: str(row.owner.data.get("on_call", "")) if row.owner else ""),
        Column("specs", t("Integrations"), lambda row: cells.specs((spec, "") for spec in row.specs)),
        Column("overdue", t("Overdue reviews"), lambda row: badge(str(row.overdue), "warn") if row.overdue else "0"),
        Column("questions", t("Open questions"), questions),
        Column("kind", t("Kind"), None, lambda row: t(row.owner.kind) if row.owner else t("unowned")),
    )
    return Table(
        "owners",
        t("Owners"),
        rows,
        columns,
        highlight=lambda row: row.owner is None,
    )


def _owner_page(context: Context, row: Ownership, owner: Owner) -> Page:
    address, t = f"owners/{owner.key}", context.translations
    cells = Cells(context, address)
    criticality = cells.field_columns((), "criticality")
    columns = (cells.spec_column(), cells.status_column(), *criticality, cells.review_column())
    tables: list[Table[Row] | Table[Question]] = [
        Table("specs", t("Integrations"), [Row(spec, spec.data) for spec in row.specs], columns, context=context),
        question_table(cells, row.questions),
    ]
    contacts = " ".join(contact["address"] for contact in owner.contacts)
    content = context.render(
        "owner.html",
        title=owner.name,
        owner=owner,
        tables=tables if row.questions else tables[:1],
        members=[each for each in context.catalog.owners if owner.key in each.data.get("member_of", ())],
        v=context.value_renderer(address),
        edit_url=context.options.edit_url(owner.file, owner.span.line) if owner.file else "",
    )
    search = (SearchEntry("", owner.name, f"{contacts} {owner.data.get('on_call', '')}"),)
    return context.page(address, owner.name, f"{owner.name}: {contacts}", content, search=search)


def _ownership(context: Context) -> list[Ownership]:
    questions = grouped((question.owner, question) for question in open_questions(context))
    by_owner, known = context.specs_by_owner, context.catalog.owner_by_key
    rows = []
    for key in (*(key for key in sorted(by_owner) if key not in known), *known):
        specs = tuple(by_owner.get(key, ()))
        overdue = sum(map(context.is_overdue, specs))
        rows.append(Ownership(key, known.get(key), specs, overdue, tuple(questions.get(key, ()))))
    return rows
