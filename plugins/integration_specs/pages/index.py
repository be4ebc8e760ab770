"""The index: one row a spec, the ones that cannot be read first."""

from collections.abc import Iterator

from . import Page, SearchEntry
from .broken import addresses
from .context import Context


def pages(context: Context) -> Iterator[Page]:
    """The page at `index`."""
    t, catalog = context.words, context.catalog
    specs = sorted(catalog.specs, key=lambda spec: (spec.title.casefold(), spec.id))
    content = context.fill(
        "index.html",
        rows=[(spec, context.owner(spec), context.freshness(spec)) for spec in specs],
        broken=list(addresses(context)),
        count=len(specs) + len(catalog.broken),
        link=lambda target: context.link("index", target),
        v=context.values("index"),
    )
    description = t("What we integrate with, why, and who answers for it.")
    title = context.options.title or t("Integrations")
    yield context.page("index", title, description, content, search=(SearchEntry("", title, description),))
