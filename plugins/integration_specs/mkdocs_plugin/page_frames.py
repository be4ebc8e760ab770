"""Stamp the pages of one kind from a frame: the theme's output with places for what differs from page to page.

Running the theme's template for each page is most of the work of a build. Pages of one kind are in one folder and one
section and have the same parts. A frame is made from a few runs of the template with sentinels in place of title,
content and so on; of pages in the navigation, one more run shows how the entry of a page is printed when it is not active.
A frame proves itself in each build: the shortest and the longest page of the kind are made both ways, and if a byte
differs, all pages of the kind go through the template. MkDocs runs its events for stamped pages as for all others.
"""

import copy
import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import jinja2
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, Section

from .page import RenderedPage
from .theme_output import (
    META_PLACES,
    PLACES,
    SPECIAL,
    Entry,
    NoFrame,
    Part,
    State,
    file_name,
    fill,
    find_entry,
    flatten,
    group,
    merge,
    parse,
    sample_contents,
    samples,
    sentinel,
)

log = get_plugin_logger(__name__)

MINIMUM = 8
"""A frame costs about as much as seven runs of the template."""

TEMPLATE = "integration-specs-frame.html"
"""Name of the template that prints a stamped page."""

_KNOWN_PLUGINS = ("material.plugins.search", "mkdocs.contrib.search", "integration_specs.")
"""Modules of plugins that take part in `on_env` or `on_page_context` without changing a page."""

Render = Callable[[RenderedPage], str]


class Frame:
    """The theme's output for one kind of page, with places for what differs."""

    def __init__(self, render: Render, pages: Sequence[RenderedPage], items: list[Any] | None) -> None:
        """Make the frame from runs of the template for one of `pages`. Raises `NoFrame` if the output cannot be stamped.

        `items` is the part of the navigation that lists the pages, None for pages that are not in it.
        """
        depth = max(len({each.level for each in page.headings}) for page in pages) - 1
        example = pages[len(pages) // 2]
        runs = [*samples(depth)] if depth >= 0 else [[]]
        outputs: list[list[Any]] = []
        for states in runs:
            sample = _with_sentinels(example, states)
            with _replaced(items, example, sample):
                outputs.append(parse(render(sample)))
        if items:
            entry, sample = copy.copy(example), _with_sentinels(example, runs[0])
            entry.title, entry.file = sentinel("entrytitle", SPECIAL), _file_with_sentinel(example, "entryname")
            with _replaced(items, example, entry):
                inactive = parse(render(sample))
            if inactive != outputs[0]:
                find_entry(outputs, inactive, example)
        self._parts, *others = [list(group(output, states)) for output, states in zip(outputs, runs, strict=True)]
        for parts in others:
            merge(self._parts, parts)

    _parts: list[Part]

    def fill(self, page: RenderedPage) -> str:
        """Return the whole HTML document of a page."""
        return "".join(fill(self._parts, page, list(flatten(page.toc))))

    def check_entries(self, page: RenderedPage) -> None:
        """Raise `NoFrame` if the navigation has no entry for a page."""
        for part in self._parts:
            if isinstance(part, Entry):
                part.around(page)


@contextmanager
def _replaced(items: list[Any] | None, page: RenderedPage, other: RenderedPage) -> Iterator[None]:
    """Put another page in the place of a page in the navigation, if it is there."""
    at = items.index(page) if items else 0
    if items:
        items[at] = other
    try:
        yield
    finally:
        if items:
            items[at] = page


def _with_sentinels(example: RenderedPage, states: list[State]) -> RenderedPage:
    page = copy.copy(example)
    page.title = sentinel("title", SPECIAL)
    sentinels = {key: sentinel(name, SPECIAL) for key, name in META_PLACES.items() if example.meta.get(key)}
    page.meta = {**example.meta, **sentinels}
    page.edit_url = example.edit_url and sentinel("edit")
    page.canonical_url = example.canonical_url and sentinel("canonical")
    page.content = sentinel("content", "<h1" if example.has_title else "")
    page.toc = sample_contents(states, example.headings[0].level) if states else example.toc
    page.file = _file_with_sentinel(page, "name")
    page.previous_page = _neighbour(page.previous_page, "before")
    page.next_page = _neighbour(page.next_page, "after")
    return page


def _neighbour(page: Any, place: str) -> Any:
    """Return a copy of the previous or next page with sentinels."""
    if page is None:
        return None
    changed = copy.copy(page)
    changed.title = sentinel(f"{place}title", SPECIAL)
    changed.file = _file_with_sentinel(page, f"{place}name")
    return changed


def _file_with_sentinel(page: Any, name: str) -> File:
    changed: File = copy.copy(page.file)
    head, own, tail = page.url.rpartition(file_name(page))
    changed.url = f"{head}{sentinel(name) if own else ''}{tail}"
    return changed


def use_frames(files: Files, config: MkDocsConfig, nav: Navigation, env: jinja2.Environment) -> None:
    """Give a frame to each page of ours that can be stamped."""
    for event in ("env", "page_context"):
        for method in config.plugins.events[event]:
            module = getattr(method, "__module__", "")
            if not module.startswith(_KNOWN_PLUGINS):
                log.debug(f"Pages are not stamped: {module} takes part in on_{event}")
                return
    if env.loader is None:
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

    for items, pages in _kinds(doc_files, nav):
        if len(pages) < MINIMUM:
            continue
        try:
            frame = _proved_frame(pages, items, render)
        except NoFrame as reason:
            log.debug(f"{len(pages)} pages like {pages[0].url} are not stamped: {reason}")
            continue
        log.debug(f"{len(pages)} pages like {pages[0].url} are stamped")
        for page in pages:
            page.frame = frame
            page.meta["template"] = TEMPLATE


def _proved_frame(pages: list[RenderedPage], items: list[Any] | None, render: Render) -> Frame:
    by_size = sorted(pages, key=lambda page: page.size)
    frame = Frame(render, by_size, items)
    for page in (by_size[0], by_size[-1]):
        try:
            stamped = frame.fill(page)
        except KeyError:  # a transition between entries that no sample showed
            raise NoFrame("the theme prints a table of contents in another order") from None
        if stamped != render(page):
            raise NoFrame(f"the frame does not give the theme's output for {page.url}")
    if items:
        for page in pages:
            frame.check_entries(page)
    return frame


def _kinds(files: Iterable[File], nav: Navigation) -> Iterator[tuple[list[Any] | None, list[RenderedPage]]]:
    """Yield pages by all on which the theme's output may depend, besides its places, with the items that list them."""
    listed = set(map(id, nav.pages))
    lists = dict(_lists(nav.items))
    kinds: dict[tuple[Any, ...], list[RenderedPage]] = defaultdict(list)
    for page in (file.page for file in files):
        if not isinstance(page, RenderedPage) or "template" in page.meta or not page.size:
            continue
        items = lists.get(id(page))
        if items is None and id(page) in listed:
            continue
        parts = [(name, bool(value(page))) for name, value in PLACES.items() if name != "content"]
        meta = [(key, repr(value)) for key, value in sorted(page.meta.items()) if key not in META_PLACES]
        facts = (page.headings[0].level if page.headings else 0, page.is_homepage, page.has_title)
        kinds[_folder(page), id(page.parent), id(items), *parts, *meta, *facts].append(page)
    for pages in kinds.values():
        yield lists.get(id(pages[0])), pages


def _lists(items: list[Any]) -> Iterator[tuple[int, list[Any]]]:
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
