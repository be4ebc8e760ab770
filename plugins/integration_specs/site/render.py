"""Renders a catalog: every module in `pages/` with a function `pages`, `assets` or `redirects` contributes to the site."""

from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from functools import partial
from typing import Any

from integration_specs.findings.isolation import guarded, guarded_items, recorded_failures
from integration_specs.model import Catalog
from integration_specs.parallel import is_worthwhile, parallel_map
from integration_specs.registry import modules
from integration_specs.text.names import unique_name
from integration_specs.validation.schema import SpecSchema

from . import Asset, Page, Redirect, Site, SiteOptions
from .context import Context, environment
from .translations import translations_for

_FILE = "specs"
"""Where an internal error is reported that is not about one spec."""


def render(
    catalog: Catalog,
    schema: SpecSchema,
    options: SiteOptions | None = None,
    cache: MutableMapping[str, Page] | None = None,
) -> Site:
    """Return all pages, files and redirects of a catalog, in a stable order.

    Spec pages are stored in `cache`, under a hash of everything they are made of; the caller removes old ones.
    """
    options = options or SiteOptions()
    cache = {} if cache is None else cache
    templates = environment(translations_for(options.language), options.overrides)
    context = Context(catalog, schema, options, templates, cache)
    ready = _make_ahead(context, cache) if is_worthwhile(len(catalog.specs)) else {}
    pages: list[Page] = []
    assets: list[Asset] = []
    redirects: list[Redirect] = []
    for name, module in modules("site.pages", "pages"):
        pages.extend(ready[name] if name in ready else _pages(name, module, context))
    with recorded_failures() as failures:
        for name, module in modules("site.pages", "assets"):
            assets += guarded(lambda: list(module.assets(context)), lambda _: [], f"the files {name}", _FILE)  # noqa: B023
        for name, module in modules("site.pages", "redirects"):
            redirects += guarded(lambda: list(module.redirects(context)), lambda _: [], f"the redirects {name}", _FILE)  # noqa: B023
    failures += [finding for page in pages for finding in page.failures]
    return Site(tuple(pages), tuple(assets), tuple(redirects), tuple(failures))


def _pages(name: str, module: Any, context: Context) -> list[Page]:
    """Return the pages of a module; if one fails, a page that shows the error replaces it and those after it."""
    with recorded_failures() as failures:
        part = f"the pages {name}"
        pages = list(
            guarded_items(lambda: module.pages(context), partial(context.failed_page, name, name), part, _FILE)
        )
    if failures:
        address = unique_name(pages[-1].address, {page.address for page in pages[:-1]})
        pages[-1] = replace(pages[-1], address=address, failures=(*pages[-1].failures, *failures))
    return pages


def _make_ahead(context: Context, cache: MutableMapping[str, Page]) -> dict[str, tuple[Page, ...]]:
    """Render in two processes.

    Pages that can be cached, and are not yet, go into the cache; pages of the other modules are returned by module name.
    """
    others = [(name, module) for name, module in modules("site.pages", "pages") if not hasattr(module, "kept_pages")]

    def make(half: int) -> tuple[dict[str, Page], dict[str, tuple[Page, ...]]]:
        share = _New(cache)
        alone = replace(context, cache=share)
        for _, module in modules("site.pages", "kept_pages"):
            for _ in module.kept_pages(alone, context.catalog.specs[half::2]):
                pass  # the pages are in `share`
        # The first of these modules takes longest, and this process has more to do afterwards.
        return share.made, {name: tuple(_pages(name, module, context)) for name, module in others[1 - half :: 2]}

    ready: dict[str, tuple[Page, ...]] = {}
    for made, pages in parallel_map(make, (0, 1), amount=len(context.catalog.specs)):
        cache.update(made)
        ready |= pages
    return ready


class _New(MutableMapping[str, Page]):
    """Collects the pages that a cache does not have yet."""

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
