"""Renders a catalog: each module in `pages/` contributes to the site.

A module defines `for_spec`, which yields the pages, files and redirects of one spec, or `pages`, which yields those of the
whole site, or both.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from integration_specs.findings import Finding
from integration_specs.findings.internal_errors import guarded_items, recorded_failures
from integration_specs.model import Catalog, Spec
from integration_specs.parallel import parallel_map
from integration_specs.registry import modules
from integration_specs.text.messages import Message
from integration_specs.text.names import unique_name
from integration_specs.validation.schema import SpecSchema

from . import Asset, Page, Redirect, Site, SiteOptions
from .context import Context, environment
from .navigation import with_places
from .render_cache import RenderCache, Rendered
from .translations import translations_for

_FILE = "specs"
"""Where an internal error is reported that is not about one spec."""


def render(
    catalog: Catalog, schema: SpecSchema, options: SiteOptions | None = None, cache: RenderCache | None = None
) -> Site:
    """Return all pages, files and redirects of a catalog, in a stable order. With `cache`, unchanged specs are reused."""
    options = options or SiteOptions()
    templates = environment(translations_for(options.language), options.overrides)
    context = Context(catalog, schema, options, templates, cache)
    if cache is not None:
        cache.begin(context.stamp, catalog.specs)
    made = _render_in_two_processes(context)
    items = [item for outputs in made for item in outputs.items]
    pages = [item for item in items if isinstance(item, Page)]
    failures = [finding for outputs in made for finding in outputs.failures]
    failures += [finding for page in pages for finding in page.failures]
    placed, links = with_places(pages, context.translations)
    assets = tuple(item for item in items if isinstance(item, Asset))
    redirects = tuple(item for item in items if isinstance(item, Redirect))
    return Site(placed, assets, redirects, links, tuple(failures))


@dataclass(frozen=True, slots=True)
class _Outputs:
    """What a module yields, the failures of files in it, and which results can be reused."""

    items: list[Page | Asset | Redirect]
    failures: list[Finding]
    reusable: dict[str, Rendered]


def _render_in_two_processes(context: Context) -> list[_Outputs]:
    """Return the outputs of all modules, sorted by module."""
    # The page of a spec first, since both processes use its templates. One process makes all pages across specs: they
    # need all specs, of which the other process needs copies only for its own.
    of_specs = [
        (name, spec, partial(_for_spec, module, context, spec))
        for spec in context.catalog.specs
        for name, module in reversed([*modules("site.pages", "for_spec")])
    ]
    tasks: list[tuple[str, Spec | None, Callable[[], _Outputs]]] = [
        *of_specs[:1],
        *((name, None, partial(_pages, name, module, context)) for name, module in modules("site.pages", "pages")),
        *of_specs[1:],
    ]
    made = parallel_map(lambda task: task[2](), tasks, amount=len(context.catalog.specs))
    if context.cache is not None:  # what the other process made is known here only from its results
        for (_, spec, _), outputs in zip(tasks, made, strict=True):
            if spec:
                context.cache.results_of(spec).update(outputs.reusable)
    by_name = sorted(zip(tasks, made, strict=True), key=lambda pair: (pair[0][0], pair[0][1] is None))
    return [outputs for _, outputs in by_name]


def _for_spec(module: Any, context: Context, spec: Spec) -> _Outputs:
    with recorded_failures() as failures:
        items = list(module.for_spec(context, spec))
    reusable = dict(context.cache.results_of(spec)) if context.cache is not None else {}
    return _Outputs(items, failures, reusable)


def _pages(name: str, module: Any, context: Context) -> _Outputs:
    """Return what a module yields; if it fails, a page that shows the error replaces what is left."""
    with recorded_failures() as failures:
        part = Message("the pages {name}", name=name)
        items = list(
            guarded_items(lambda: module.pages(context), partial(context.failed_page, name, name), part, _FILE)
        )
    if failures and isinstance(page := items[-1], Page):
        address = unique_name(page.address, {each.address for each in items[:-1]})
        items[-1] = replace(page, address=address, failures=(*page.failures, *failures))
        failures = []
    return _Outputs(items, failures, {})
