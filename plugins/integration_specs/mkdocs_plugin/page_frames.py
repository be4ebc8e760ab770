"""Stamp the pages of one kind from a frame: the theme's output with places for what differs from page to page.

Running the theme's template for each page is most of the work of a build. Pages of one kind are in one folder and one
section and have the same parts. A frame is made from the template's output for a page with sentinels in place of title,
content and so on; of pages in the navigation, a second run shows how the entry of a page is printed when it is not active.
A frame proves itself in each build: some pages of the kind are made both ways, and if a byte differs, all pages of the
kind go through the template. So do all pages of a site whose own templates or plugins may treat one page in another way.
MkDocs runs its events for stamped pages as for all others.
"""

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.utils import get_theme_dir

from .page import RenderedPage
from .theme_output import META_PLACES, PLACES, Frame, NoFrame, renamed, with_sentinels

log = get_plugin_logger(__name__)

MINIMUM = 8
"""A frame costs about as much as five runs of the template."""

TEMPLATE = "integration-specs-frame.html"
"""Name of the template that prints a stamped page."""

_KNOWN_PLUGINS = ("material.plugins.search", "mkdocs.contrib.search", "integration_specs.")
"""Modules of plugins that take part in `on_env` or `on_page_context` without changing a page."""

_SAME_FOR_ALL = {"base_url", "config", "features", "lang"}
"""Variables of templates that are the same for all pages of a kind."""

_Render = Callable[[RenderedPage], str]
_Items = list[Any] | None
"""The part of the navigation that lists a page; None for a page that is not in it."""


def use_frames(files: Files, config: MkDocsConfig, nav: Navigation, env: jinja2.Environment) -> None:
    """Give a frame to each page of ours that can be stamped."""
    if env.loader is None:
        return
    if reason := next(_special_treatments(config, env), None):
        log.debug(f"Pages are not stamped: {reason}")
        return
    env.loader = jinja2.ChoiceLoader([jinja2.DictLoader({TEMPLATE: "{{ page.stamped }}"}), env.loader])
    doc_files = files.documentation_pages()

    def render(page: RenderedPage) -> str:
        """Return what the theme's template prints for a page, as MkDocs runs it."""
        page.active = True
        try:
            return str(env.get_template("main.html").render(get_context(nav, doc_files, config, page)))
        finally:
            page.active = False

    pages = [file.page for file in doc_files if isinstance(file.page, RenderedPage)]
    for items, kind in _kinds(pages, nav):
        if len(kind) < MINIMUM:
            continue
        try:
            frame = _proved_frame(kind, items, render)
        except Exception as reason:  # a template may fail with sentinels
            log.debug(f"{len(kind)} pages like {kind[0].url} are not stamped: {reason}")
            continue
        log.debug(f"{len(kind)} pages like {kind[0].url} are stamped")
        for page in kind:
            page.frame = frame
            page.meta["template"] = TEMPLATE


def _special_treatments(config: MkDocsConfig, env: jinja2.Environment) -> Iterator[str]:
    """Yield what may treat a single page in another way, which no frame shows."""
    for event in ("env", "page_context"):
        for method in config.plugins.events[event]:
            module = getattr(method, "__module__", "")
            if not module.startswith(_KNOWN_PLUGINS):
                yield f"{module} takes part in on_{event}"
    if config.theme.name != "material":
        yield "the theme is not Material"
        return
    for folder in config.theme.dirs:
        paths = Path(folder).rglob("*.html") if folder != get_theme_dir("material") else ()
        for path in paths:
            name = path.relative_to(folder)
            if name.parts[0] != "integration_specs" and _depends_on_page(path, env):
                yield f"the template {name} may depend on the page"


def _depends_on_page(path: Path, env: jinja2.Environment) -> bool:
    try:
        template = env.parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, jinja2.TemplateError):
        return True
    included = map(str, meta.find_referenced_templates(template))
    return not (
        meta.find_undeclared_variables(template) <= _SAME_FOR_ALL and all(each.endswith(".html") for each in included)
    )


def _proved_frame(pages: list[RenderedPage], items: _Items, render: _Render) -> Frame:
    by_size = sorted(pages, key=lambda page: page.size)
    frame = _frame(by_size[len(pages) // 2], items, render)
    if not all(map(frame.has_entry, pages)):
        raise NoFrame("the theme prints an entry of the navigation in another way")
    deepest = max(pages, key=lambda page: len({each.level for each in page.headings}))
    for page in {id(each): each for each in (by_size[0], by_size[-1], deepest)}.values():
        if frame.fill(page) != render(page):
            raise NoFrame(f"the frame does not give the theme's output for {page.url}")
    return frame


def _frame(example: RenderedPage, items: _Items, render: _Render) -> Frame:
    sample = with_sentinels(example)
    if items is None:
        return Frame.parse(render(sample))
    place = items.index(example)
    try:
        items[place] = sample
        output = render(sample)
        items[place] = renamed(example, "entry ")
        inactive = render(sample)
    finally:
        items[place] = example
    return Frame.parse(output) if output == inactive else Frame.parse_listed(output, inactive, example)


def _kinds(pages: Iterable[RenderedPage], nav: Navigation) -> Iterator[tuple[_Items, list[RenderedPage]]]:
    """Yield pages by all on which the theme's output may depend, besides its places, with the items that list them."""
    listed = set(map(id, nav.pages))
    lists = dict(_lists(nav.items))
    kinds: dict[tuple[Any, ...], list[RenderedPage]] = defaultdict(list)
    for page in pages:
        items = lists.get(id(page))
        if "template" in page.meta or not page.size or (items is None and id(page) in listed):
            continue
        parts = [(name, bool(value(page))) for name, value in PLACES.items() if name != "content"]
        meta = [(key, repr(value)) for key, value in sorted(page.meta.items()) if key not in META_PLACES]
        facts = (page.headings[0].level if page.headings else 0, page.is_homepage, page.has_title)
        kinds[_folder(page), id(page.parent), id(items), *parts, *meta, *facts].append(page)
    for kind in kinds.values():
        yield lists.get(id(kind[0])), kind


def _lists(items: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    """Yield our pages whose neighbours in the navigation are pages in the same folder, with the items that list them."""
    for before, page, after in zip(items, items[1:], items[2:], strict=False):
        if all(isinstance(each, RenderedPage) and not each.is_section_page for each in (before, page, after)):
            is_between = [page.previous_page, page.next_page] == [before, after]
            if is_between and _folder(before) == _folder(page) == _folder(after):
                yield id(page), items
    for item in items:
        if isinstance(item, Section):
            yield from _lists(item.children)


def _folder(page: RenderedPage) -> str:
    return posixpath.dirname(page.url.rstrip("/"))
