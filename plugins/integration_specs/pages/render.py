"""A catalog to a site: every module of this folder that has `pages`, `assets` or `redirects` adds its own."""

from collections.abc import MutableMapping

from ..model import Catalog
from ..registry import modules
from ..schema import SpecSchema
from . import Asset, Page, Redirect, Site, SiteOptions
from .context import Context, environment
from .words import words_for


def render(
    catalog: Catalog,
    schema: SpecSchema,
    options: SiteOptions | None = None,
    cache: MutableMapping[str, Page] | None = None,
) -> Site:
    """All pages, files and redirects of a catalog, in a steady order.

    Spec pages are kept in `cache`, under a hash of everything that they are made of; the caller throws old ones away.
    """
    options = options or SiteOptions()
    context = Context(catalog, schema, options, environment(words_for(options.language), options.overrides), cache)
    pages: list[Page] = []
    assets: list[Asset] = []
    redirects: list[Redirect] = []
    for _, module in modules("pages", "pages"):
        pages.extend(module.pages(context))
    for _, module in modules("pages", "assets"):
        assets.extend(module.assets(context))
    for _, module in modules("pages", "redirects"):
        redirects.extend(module.redirects(context))
    return Site(tuple(pages), tuple(assets), tuple(redirects))
