"""The home page: what this is, a search field, numbers that need attention, and a table of all specs."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

from markupsafe import Markup

from integration_specs.site import Page
from integration_specs.site.context import Context
from integration_specs.site.navigation import folders
from integration_specs.site.tables import LONG, Cells, Column, Row, Table, badge_column, folded_list
from integration_specs.site.template_helpers import Tile, first_sentence
from integration_specs.text.names import number_aware

from ._explore_time import deadlines, question_tile
from .broken import addresses
from .changes import COMPARED
from .incident import has_card

_CRITICALITY = ("critical", "high", "medium", "low", "")


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `index`."""
    t, cells = context.translations, Cells(context, "index")
    lead = context.options.description or t("The systems we integrate with, why, and who owns each integration.")
    broken = [
        Markup("%s: %s") % (cells.link(address, spec.id), context.message(spec.findings[0].message))
        if spec.findings
        else cells.link(address, spec.id)
        for spec, address in addresses(context)
    ]
    table = _table(context, cells)
    yield context.table_page(
        "index",
        table.title,
        lead,
        [table],
        "index.html",
        tiles=_tiles(context, len(broken)),
        broken=len(broken),
        broken_list=folded_list(t, broken, 10),
        owners_banner=context.owners_banner("index"),
        search_field=context.options.search,
        count=len(table.items) + len(broken),
        changed=len(context.changed) if context.options.preview else None,
        compared_link=context.link("index", COMPARED),
        file=lambda target: context.file_link("index", target),
    )


def _tiles(context: Context, broken: int) -> list[Tile]:
    t, specs, today = context.translations, context.catalog.specs, context.options.today
    ends = [row.item.day for row in deadlines(context) if not row.item.is_review]
    reviews = [context.review_due(spec) for spec in specs if spec.status != "retired"]
    critical = sum(spec.data.get("criticality") == "critical" for spec in specs)
    period = t.plural("{number} day", "{number} days", 90)
    return [
        Tile(
            t.plural("critical integration", "critical integrations", critical),
            critical,
            f"?{urlencode({'criticality': t('critical')})}",
        ),
        Tile(
            t("overdue for review"),
            sum(day < today.isoformat() for day in reviews),
            f"?{urlencode({'review': t('overdue')})}",
            reviews,
        ),
        Tile(t("without owner"), sum(map(context.is_unowned, specs)), context.link("index", "owners")),
        Tile(
            t("expiring in 90 days"),
            sum(today <= day <= today + timedelta(days=90) for day in ends),
            f"{context.link('index', 'across/clock')}?{urlencode({'when': period, 'kind': t('all but reviews')})}",
            [day.isoformat() for day in ends],
            90,
        ),
        question_tile(context, "index"),
        Tile(t("broken"), broken, "#broken" if broken else "#integrations"),
    ]


def _table(context: Context, cells: Cells) -> Table[Row]:
    t = context.translations

    def name(row: Row) -> Markup:
        purpose = first_sentence(str(row.spec.section("purpose").get("why", ""))) or row.spec.system
        return cells.spec(row.spec) + Markup('<small dir="auto">%s</small>') % purpose

    def level(row: Row) -> str:
        return str(row.data.get("criticality", ""))

    def card(row: Row) -> Markup:
        if not has_card(row.spec):
            return Markup("")
        return Markup("<small>%s</small>") % cells.link(f"incident/{row.spec.id}", t("Incident card"))

    def group(row: Row) -> str:
        if context.is_unowned(row.spec) or context.is_overdue(row.spec):
            return t("Needs attention")
        return t("Criticality: {level}", level=t(level(row) or "not written"))

    groups = folders(spec.file for spec in context.catalog.specs)
    columns: tuple[Column[Row], ...] = (
        Column("name", t("Integration"), name, sort_key=lambda row: row.spec.title),
        badge_column(
            "criticality",
            t("Criticality"),
            lambda row: t(level(row)),
            level,
            lambda row: str(_CRITICALITY.index(level(row))),
        ),
        cells.owner_column(),
        cells.status_column(),
        cells.review_column(card),
        Column("type", t("Type"), None, lambda row: t(row.spec.type)),
        Column("tag", t("Tag"), None, lambda row: row.spec.tags),
        Column("folder", t("Folder"), None, lambda row: groups[row.spec.file][:1]),
    )
    rows = [Row(spec, spec.data) for spec in context.catalog.specs]
    rows.sort(key=lambda row: (_CRITICALITY.index(level(row)), number_aware(row.spec.title), row.spec.id))
    by_attention = Column("group", t("Group"), None, group) if len(rows) > LONG else None
    if by_attention:
        rows.sort(key=lambda row: group(row) != t("Needs attention"))
    empty = t("No integrations yet. Add a file such as specs/pagar-me.yaml to see it here.")
    return Table("integrations", t("Integrations"), rows, columns, empty, None, None, context, by_attention, True)
