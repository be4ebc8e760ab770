"""The index: one row a spec, the ones that cannot be read first; facets for a script that narrows it down."""

from collections.abc import Iterator

from ..model import Spec, is_unknown
from . import Page, SearchEntry
from .broken import addresses
from .context import Context

Facets = dict[str, tuple[str, ...]]

FACETS = {
    "owner": "Owner",
    "type": "Type",
    "direction": "Direction",
    "mechanism": "Mechanism",
    "status": "Status",
    "environment": "Environment",
    "tag": "Tags",
}
"""What the index can be narrowed down by, with its title."""


def pages(context: Context) -> Iterator[Page]:
    """The page at `index`."""
    t, catalog = context.words, context.catalog
    specs = sorted(catalog.specs, key=lambda spec: (spec.title.casefold(), spec.id))
    rows = [(spec, context.owner(spec), context.freshness(spec), facets(spec)) for spec in specs]
    content = context.fill(
        "index.html",
        rows=rows,
        facets=list(_choices(context, [row[3] for row in rows])),
        broken=list(addresses(context)),
        count=len(specs) + len(catalog.broken),
        link=lambda target: context.link("index", target),
        v=context.values("index"),
    )
    description = t("What we integrate with, why, and who answers for it.")
    title = context.options.title or t("Integrations")
    yield context.page("index", title, description, content, search=(SearchEntry("", title, description),))


def facets(spec: Spec) -> Facets:
    """The values of one spec for each facet; none where it does not say."""
    kinds = {each["kind"] for each in spec.data.get("environments", ()) if "kind" in each}
    mechanism = "" if is_unknown(spec.mechanism) else spec.mechanism.partition(" (")[0]
    single = {
        "owner": spec.owner,
        "type": spec.type,
        "direction": spec.direction,
        "mechanism": mechanism,
        "status": spec.status,
    }
    several = {"environment": tuple(sorted(kinds)), "tag": spec.tags}
    return {name: (value,) if value else () for name, value in single.items()} | several


def _choices(context: Context, rows: list[Facets]) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Each facet that tells rows apart, with its values and their words."""
    for name, title in FACETS.items():
        values = {value for row in rows for value in row[name]}
        if len(values) > 1:
            words = context.owner_names if name == "owner" else {}
            shown = [(value, words.get(value) or context.words(value)) for value in values]
            yield name, title, sorted(shown, key=lambda choice: (choice[1].casefold(), choice[0]))
