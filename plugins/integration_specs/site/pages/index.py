"""The index: one row a spec, the ones that cannot be read first."""

from collections.abc import Iterator

from markupsafe import Markup

from integration_specs.model import Spec, is_unknown
from integration_specs.site import Page, SearchEntry
from .broken import addresses
from .changes import COMPARED
from integration_specs.site.context import Context
from integration_specs.site.tables import Cell, Cells, Row, Table


def pages(context: Context) -> Iterator[Page]:
    """The page at `index`."""
    t, catalog = context.words, context.catalog
    specs = sorted(catalog.specs, key=lambda spec: (spec.title.casefold(), spec.id))
    title = t("Integrations")
    cells = Cells(context, "index")
    rows = [
        Row(
            (
                Cell(cells.link(address, spec.id) + _small(spec.findings[0].message)),
                Cell(cells.badge(t("Broken"), "error")),
            ),
            alarm=True,
        )
        for spec, address in addresses(context)
    ]
    table = Table(
        "integrations",
        title,
        (t("Integration"), t("Status"), t("Type"), t("Owner"), t("Mechanism"), t("Review")),
        (*rows, *(_row(context, cells, spec) for spec in specs)),
        (
            ("owner", t("Owner")),
            ("type", t("Type")),
            ("direction", t("Direction")),
            ("mechanism", t("Mechanism")),
            ("status", t("Status")),
            ("environment", t("Environment")),
            ("tag", t("Tag")),
        ),
        t("No integrations yet. Add a file such as specs/pagar-me.yaml and it shows here."),
        "ispec-index",
    )
    content = context.fill(
        "index.html",
        title=title,
        table=table,
        count=len(table.rows),
        changed=len(context.changed) if context.options.preview else None,
        compared_link=context.link("index", COMPARED),
        file=lambda target: context.file_link("index", target),
    )
    description = t("What we integrate with, why, and who answers for it.")
    yield context.page("index", title, description, content, search=(SearchEntry("", title, description),), nav=1)


def _row(context: Context, cells: Cells, spec: Spec) -> Row:
    t = context.words
    name = cells.link(spec.id, spec.title) + (_small(spec.system) if spec.title != spec.system else Markup(""))
    arrow = Markup("<small>{}</small>").format(cells.direction(spec.direction).html) if spec.direction else Markup("")
    updated = cells.fact(spec, "last_updated")
    review = cells.review(spec)
    since = Markup('<small>{} <span class="ispec-nowrap">{}</span></small>').format(t("Updated"), updated.html)
    kinds = sorted({t(each["kind"]) for each in spec.data.get("environments", ()) if "kind" in each})
    mechanism = "" if is_unknown(spec.mechanism) else spec.mechanism.partition(" (")[0]
    return Row(
        (
            Cell(name),
            cells.status(spec),
            Cell(Markup("{}{}").format(t(spec.type), arrow)),
            cells.owner(spec),
            cells.fact(spec, "authentication", "mechanism"),
            Cell(review.html + since if updated.html else review.html, review.order),
        ),
        (
            (cells.owner_name(spec),),
            (t(spec.type),),
            (t(spec.direction),) if spec.direction else (),
            (mechanism,) if mechanism else (),
            (t(spec.status),),
            tuple(kinds),
            spec.tags,
        ),
    )


def _small(text: str) -> Markup:
    return Markup("<small>{}</small>").format(text)
