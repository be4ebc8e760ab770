"""The home page: what this is, a search field, numbers that need attention, and a table of all specs."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

from markupsafe import Markup

from integration_specs.model import Spec
from integration_specs.site import Page, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.navigation import folders
from integration_specs.site.tables import Cells, Column, Filter, Table, badge
from integration_specs.site.template_helpers import first_sentence

from ._explore_time import deadlines
from .broken import addresses
from .changes import COMPARED
from .incident import has_card

_CRITICALITY = ("critical", "high", "medium", "low", "")


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `index`."""
    t = context.translations
    title = t("Integrations")
    description = context.options.description or t("The systems we integrate with, why, and who owns each integration.")
    cells = Cells(context, "index")
    broken = [
        (cells.link(address, spec.id), spec.findings[0].message if spec.findings else "")
        for spec, address in addresses(context)
    ]
    table = _table(context, cells, title)
    content = context.render(
        "index.html",
        title=title,
        description=description,
        tiles=_tiles(context, len(broken)),
        broken=broken,
        owners_banner=context.owners_banner(),
        table=table,
        search=context.options.search,
        count=len(table.items) + len(broken),
        changed=len(context.changed) if context.options.preview else None,
        compared_link=context.link("index", COMPARED),
        file=lambda target: context.file_link("index", target),
    )
    yield context.page("index", title, description, content, search=(SearchEntry("", title, description),))


def _tiles(context: Context, broken: int) -> list[tuple[str, int, str]]:
    """Return the title, number and link of each tile."""
    t, specs, today = context.translations, context.catalog.specs, context.options.today
    expiring = sum(not each.is_review and each.day <= today + timedelta(days=90) for each in deadlines(context))
    owners, calendar, questions = (
        context.link("index", page) for page in ("owners", "across/clock", "across/questions")
    )
    return [
        (
            t("critical"),
            sum(_criticality(spec) == "critical" for spec in specs),
            f"?{urlencode({'criticality': t('critical')})}",
        ),
        (
            t("reviews overdue"),
            sum(_overdue(context, spec) for spec in specs),
            f"?{urlencode({'review': t('overdue')})}",
        ),
        (t("without owner"), sum(map(context.is_unowned, specs)), owners),
        (
            t("expiring in 90 days"),
            expiring,
            f"{calendar}?{urlencode({'when': t.plural('{number} day', '{number} days', 90)})}",
        ),
        (t("open questions"), sum(len(spec.unknowns) for spec in specs), questions),
        (t("broken"), broken, "#broken" if broken else "#integrations"),
    ]


def _criticality(spec: Spec) -> str:
    return str(spec.data.get("criticality", ""))


def _overdue(context: Context, spec: Spec) -> bool:
    return spec.status != "retired" and context.freshness(spec).state != "fresh"


def _table(context: Context, cells: Cells, title: str) -> Table[Spec]:
    t = context.translations

    def name(spec: Spec) -> Markup:
        html = cells.link(spec.id, spec.title)
        purpose = first_sentence(str(spec.section("purpose").get("why", "")))
        return html + Markup('<small dir="auto">{}</small>').format(purpose or spec.system)

    def criticality(spec: Spec) -> str:
        level = _criticality(spec)
        return badge(t(level), level) if level else ""

    def review(spec: Spec) -> Markup:
        card = Markup("")
        if has_card(spec):
            card = Markup("<small>{}</small>").format(cells.link(f"incident/{spec.id}", t("Incident card")))
        return cells.review(spec) + card

    columns: tuple[Column[Spec], ...] = (
        Column("name", t("Integration"), name, sort_key=lambda spec: spec.title),
        Column(
            "criticality",
            t("Criticality"),
            criticality,
            filter=lambda spec: t(_criticality(spec)),
            sort_key=lambda spec: str(_CRITICALITY.index(_criticality(spec))),
        ),
        cells.owner_column(lambda spec: spec),
        Column("status", t("Status"), cells.status, filter=lambda spec: t(spec.status)),
        Column(
            "review",
            t("Review"),
            review,
            filter=lambda spec: t("overdue") if _overdue(context, spec) else t("up to date"),
            sort_key=cells.review_due,
        ),
    )
    groups = folders(spec.file for spec in context.catalog.specs)
    filters: tuple[Filter[Spec], ...] = (
        Filter("type", t("Type"), lambda spec: t(spec.type)),
        Filter("tag", t("Tag"), lambda spec: spec.tags),
        Filter("folder", t("Folder"), lambda spec: groups[spec.file][:1]),
    )
    specs = sorted(
        context.catalog.specs,
        key=lambda spec: (_CRITICALITY.index(_criticality(spec)), spec.title.casefold(), spec.id),
    )
    empty = t("No integrations yet. Add a file such as specs/pagar-me.yaml to see it here.")
    return Table("integrations", title, specs, columns, filters, empty, "ispec-index")
