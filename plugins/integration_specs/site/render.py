"""Renders a catalog: each module in `pages/` contributes to the site.

A module defines `for_spec`, which yields the pages, files and redirects of one spec, or `pages`, which yields those of the
whole site, or both.
"""

from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

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
from .translations import translations_for

_FILE = "specs"
"""Where an internal error is reported that is not about one spec."""


def render(catalog: Catalog, schema: SpecSchema, options: SiteOptions | None = None) -> Site:
    """Return all pages, files and redirects of a catalog, in a stable order."""
    options = options or SiteOptions()
    templates = environment(translations_for(options.language), options.overrides)
    made = _render_in_two_processes(Context(catalog, schema, options, templates))
    items = [item for outputs in made for item in outputs.items]
    pages = [item for item in items if isinstance(item, Page)]
    failures = [finding for outputs in made for finding in outputs.failures]
    failures += [finding for page in pages for finding in page.failures]
    placed, links = with_places(pages, translations_for(options.language))
    assets = tuple(item for item in items if isinstance(item, Asset))
    redirects = tuple(item for item in items if isinstance(item, Redirect))
    return Site(placed, assets, redirects, links, tuple(failures))


class _Outputs(NamedTuple):
    """What a module yields for a spec or for the whole site, and the failures of files in it."""

    module: str
    is_across: bool
    items: list[Page | Asset | Redirect]
    failures: list[Finding]


def _render_in_two_processes(context: Context) -> list[_Outputs]:
    """Return the outputs of all modules, sorted by module."""
    specs, is_kept = context.catalog.specs, context.options.keeps_results
    # The page of a spec first, since both processes use its templates. One process makes all pages across specs: they
    # need all specs, of which the other process needs copies only for its own.
    of_spec = [*modules("site.pages", "for_spec")][::-1]
    tasks: list[Spec | tuple[str, Any]] = [*specs[:1], *modules("site.pages", "pages"), *specs[1:]]

    def outputs(task: Spec | tuple[str, Any]) -> tuple[list[_Outputs], dict[str, Any]]:
        if not isinstance(task, Spec):
            return [_across(*task, context)], {}
        made = [_for_spec(name, module, context, task) for name, module in of_spec]
        results = task.results if is_kept else {}
        if not is_kept:
            task.forget()
        return made, results

    made = parallel_map(outputs, tasks)
    for task, (_, results) in zip(tasks, made, strict=True):
        if isinstance(task, Spec) and is_kept:  # those of the other process are not known here
            task.results.update(results)
    return sorted((each for found, _ in made for each in found), key=lambda each: each[:2])


def _for_spec(name: str, module: Any, context: Context, spec: Spec) -> _Outputs:
    with recorded_failures() as failures:
        return _Outputs(name, False, list(module.for_spec(context, spec)), failures)


def _across(name: str, module: Any, context: Context) -> _Outputs:
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
    return _Outputs(name, True, items, failures)
