"""A catalog to a site: every module of this folder that has `pages`, `assets` or `redirects` adds its own."""

from collections.abc import Iterator, MutableMapping
from dataclasses import replace

from ..halves import in_halves, pays
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
    cache = {} if cache is None else cache
    looks = environment(words_for(options.language), options.overrides)
    context = Context(catalog, schema, options, looks, cache)
    if pays(len(catalog.specs)):
        _make_ahead(context, cache)
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


def _make_ahead(context: Context, cache: MutableMapping[str, Page]) -> None:
    """Put the pages that are kept and not there yet into the cache: each process makes those whose key is its own."""

    def make(half: int) -> dict[str, Page]:
        share = _Share(cache, half)
        alone = replace(context, cache=share)
        for _, module in modules("pages", "kept_pages"):
            for _ in module.kept_pages(alone):
                pass  # what was made is in the share
        return share.made

    for made in in_halves(make, len(context.catalog.specs)):
        cache.update(made)


class _Share(MutableMapping[str, Page]):
    """A cache that seems to hold what another process makes."""

    def __init__(self, known: MutableMapping[str, Page], half: int) -> None:
        self._known, self._half, self.made = known, half, dict[str, Page]()

    def __getitem__(self, key: str) -> Page:
        if int(key[-1], 16) % 2 != self._half or key in self._known:
            return _ELSEWHERE
        return self.made[key]

    def __setitem__(self, key: str, page: Page) -> None:
        self.made[key] = page

    def __delitem__(self, key: str) -> None:
        del self.made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.made)

    def __len__(self) -> int:
        return len(self.made)


_ELSEWHERE = Page("", "", "", "")
