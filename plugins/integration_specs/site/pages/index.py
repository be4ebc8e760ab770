"""The home page: one row for each spec, first those that cannot be read."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from integration_specs.model import BrokenSpec, Spec, is_unknown
from integration_specs.site import Page, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Column, Filter, Table, badge

from .broken import addresses
from .changes import COMPARED


@dataclass(frozen=True, slots=True)
class _Row:
    """A spec, or a broken spec and the address of its page."""

    spec: Spec | None
    broken: BrokenSpec | None = None
    address: str = ""


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `index`."""
    t = context.translations
    title, description = t("Integrations"), t("The systems we integrate with, why, and who owns each integration.")
    table = _table(context, title)
    content = context.render(
        "index.html",
        title=title,
        description=description,
        table=table,
        count=len(table.items),
        changed=len(context.changed) if context.options.preview else None,
        compared_link=context.link("index", COMPARED),
        file=lambda target: context.file_link("index", target),
    )
    yield context.page("index", title, description, content, search=(SearchEntry("", title, description),), nav=1)


def _table(context: Context, title: str) -> Table[_Row]:
    t, cells = context.translations, Cells(context, "index")
    rows = [_Row(None, broken, address) for broken, address in addresses(context)]
    rows += [_Row(spec) for spec in sorted(context.catalog.specs, key=lambda spec: (spec.title.casefold(), spec.id))]

    def name(row: _Row) -> Markup:
        if row.broken:
            return cells.link(row.address, row.broken.id) + _small(row.broken.findings[0].message)
        assert row.spec  # noqa: S101 (see `_Row`)
        system = _small(row.spec.system) if row.spec.title != row.spec.system else Markup("")
        return cells.link(row.spec.id, row.spec.title) + system

    def status(row: _Row) -> Markup:
        return cells.status(row.spec) if row.spec else badge(t("Broken"), "error")

    def kind(row: _Row) -> str:
        if row.spec is None:
            return ""
        return Markup("{}{}").format(
            t(row.spec.type), _small(cells.direction(row.spec.direction)) if row.spec.direction else ""
        )

    def mechanism(spec: Spec) -> str:
        return "" if is_unknown(spec.mechanism) else spec.mechanism.partition(" (")[0]

    def review(row: _Row) -> Markup:
        if row.spec is None:
            return Markup("")
        updated = cells.at(("last_updated",), row.spec.data.get("last_updated"))
        since = Markup('<small>{} <span class="ispec-nowrap">{}</span></small>').format(t("Updated"), updated)
        return cells.review(row.spec) + (since if updated else "")

    columns: tuple[Column[_Row], ...] = (
        Column("name", t("Integration"), name),
        Column("status", t("Status"), status, lambda row: t(row.spec.status) if row.spec else ()),
        Column("type", t("Type"), kind, lambda row: t(row.spec.type) if row.spec else ()),
        Column(
            "owner",
            t("Owner"),
            lambda row: cells.owner(row.spec) if row.spec else "",
            lambda row: cells.owner_name(row.spec) if row.spec else (),
        ),
        Column(
            "mechanism",
            t("Mechanism"),
            lambda row: cells.at(("authentication", "mechanism"), row.spec.mechanism or None) if row.spec else "",
            lambda row: mechanism(row.spec) if row.spec else (),
        ),
        Column("review", t("Review"), review, sort_key=lambda row: cells.review_due(row.spec) if row.spec else ""),
    )
    filters: tuple[Filter[_Row], ...] = (
        Filter("direction", t("Direction"), lambda row: t(row.spec.direction) if row.spec else ()),
        Filter(
            "environment",
            t("Environment"),
            lambda row: (
                sorted({t(each["kind"]) for each in row.spec.data.get("environments", ()) if "kind" in each})
                if row.spec
                else ()
            ),
        ),
        Filter("tag", t("Tag"), lambda row: row.spec.tags if row.spec else ()),
    )
    empty = t("No integrations yet. Add a file such as specs/pagar-me.yaml to see it here.")
    return Table(
        "integrations", title, rows, columns, filters, empty, "ispec-index", highlight=lambda row: row.spec is None
    )


def _small(text: str) -> Markup:
    return Markup("<small>{}</small>").format(text)
