"""A catalog to a site: every module of this folder that has `pages`, `assets` or `redirects` adds its own."""

from collections.abc import Iterator, MutableMapping
from dataclasses import replace

from integration_specs.parallel import is_worthwhile, parallel_map
from integration_specs.model import Catalog
from integration_specs.registry import modules
from integration_specs.validation.schema import SpecSchema
from .disk_buffer import Spool
from . import Asset, Page, Redirect, Site, SiteOptions
from .context import Context, environment
from .words import words_for


def render(
    catalog: Catalog,
    schema: SpecSchema,
    options: SiteOptions | None = None,
    cache: MutableMapping[str, Page] | None = None,
    spool: Spool | None = None,
) -> Site:
    """All pages, files and redirects of a catalog, in a steady order.

    Spec pages are kept in `cache`, under a hash of everything that they are made of; the caller throws old ones away. With
    a `spool` what is long in pages waits there, and can be read until the caller closes it.
    """
    options = options or SiteOptions()
    cache = {} if cache is None else cache
    looks = environment(words_for(options.language), options.overrides)
    context = Context(catalog, schema, options, looks, cache, spool)
    ready = _make_ahead(context, cache) if is_worthwhile(len(catalog.specs)) else {}
    pages: list[Page] = []
    assets: list[Asset] = []
    redirects: list[Redirect] = []
    for name, module in modules("site.pages", "pages"):
        pages.extend(ready[name] if name in ready else module.pages(context))
    for _, module in modules("site.pages", "assets"):
        assets.extend(module.assets(context))
    for _, module in modules("site.pages", "redirects"):
        redirects.extend(module.redirects(context))
    return Site(tuple(pages), tuple(assets), tuple(redirects))


def _make_ahead(context: Context, cache: MutableMapping[str, Page]) -> dict[str, tuple[Page, ...]]:
    """Work in two processes: the pages that are kept and not there yet, every second spec in each, go into the cache; those
    of the modules that keep none, every second module in each, are returned by the module's name."""
    others = [(name, module) for name, module in modules("site.pages", "pages") if not hasattr(module, "kept_pages")]

    def make(half: int) -> tuple[dict[str, Page], dict[str, tuple[Page, ...]]]:
        share = _New(cache)
        alone = replace(context, cache=share)
        for _, module in modules("site.pages", "kept_pages"):
            for _ in module.kept_pages(alone, context.catalog.specs[half::2]):
                pass  # what was made is in the share
        # The first of them is the longest, and this process has the most to do when it is alone again.
        return share.made, {name: tuple(module.pages(context)) for name, module in others[1 - half :: 2]}

    ready: dict[str, tuple[Page, ...]] = {}
    for made, pages in parallel_map(make, (0, 1), amount=len(context.catalog.specs)):
        cache.update(made)
        ready |= pages
    return ready


class _New(MutableMapping[str, Page]):
    """What is not in a cache yet; of what is there it only knows that."""

    def __init__(self, known: MutableMapping[str, Page]) -> None:
        self._known, self.made = known, dict[str, Page]()

    def __getitem__(self, key: str) -> Page:
        return _THERE if key in self._known else self.made[key]

    def __setitem__(self, key: str, page: Page) -> None:
        self.made[key] = page

    def __delitem__(self, key: str) -> None:
        del self.made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.made)

    def __len__(self) -> int:
        return len(self.made)


_THERE = Page("", "", "", "")
