"""Stamp the pages of one kind from a frame: the theme's output with places for what differs from page to page.

Running the theme's template for each page is most of the work of a build. Pages of one kind are in one folder and one
section and have the same parts. A frame is made from a few runs of the template with sentinels in place of title,
content and so on; of pages in the navigation, two are active in turn, which shows how an entry is printed when it is not.
A frame proves itself in each build: the shortest and the longest page of the kind are made both ways, and if a byte
differs, all pages of the kind go through the template. MkDocs runs its events for stamped pages as for all others.
"""

import copy
import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, NamedTuple

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
    NoFrame,
    Part,
    State,
    file_name,
    fill,
    flatten,
    group,
    join_entries,
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


class _Siblings(NamedTuple):
    """Our pages that follow each other in a section of the navigation, whose entries are `items`."""

    pages: list[RenderedPage]
    items: list[Any]

    @contextmanager
    def with_sample(self, page: RenderedPage, sample: RenderedPage) -> Iterator[None]:
        """Put a sample in the place of a page, and sentinels in place of the titles."""
        at, titles = self.items.index(page), [each.title for each in self.pages]
        for number, each in enumerate(self.pages):
            each.title = sentinel(f"n{number}", SPECIAL)
        self.items[at] = sample
        try:
            yield
        finally:
            self.items[at] = page
            for each, title in zip(self.pages, titles, strict=True):
                each.title = title


class Frame:
    """The theme's output for one kind of page, with places for what differs."""

    def __init__(self, render: Render, pages: Sequence[RenderedPage], siblings: _Siblings | None) -> None:
        """Make the frame from runs of the template for two of `pages`. Raises `NoFrame` if the output cannot be stamped."""
        depth = max((state.depth for page in pages for state, _ in flatten(page.toc)), default=-1)
        example = pages[len(pages) // 2]
        runs: list[tuple[RenderedPage, list[State]]]
        runs = [(example, states) for states in (samples(depth) if depth >= 0 else [[]])]
        if siblings:
            place = siblings.pages.index
            other = next((each for each in pages if abs(place(each) - place(example)) > 1), None)
            if other is None:
                raise NoFrame("too few pages are in the navigation")
            runs.append((other, runs[0][1]))
        outputs: list[list[Any]] = []
        for page, states in runs:
            sample = _with_sentinels(page, states)
            if siblings:
                with siblings.with_sample(page, sample):
                    outputs.append(parse(render(sample)))
            else:
                outputs.append(parse(render(sample)))
        if siblings:
            join_entries(outputs, [place(page) for page, _ in runs], siblings.pages)
        self._parts, *others = [list(group(output, states)) for output, (_, states) in zip(outputs, runs, strict=True)]
        for parts in others:
            merge(self._parts, parts)

    _parts: list[Part]

    def fill(self, page: RenderedPage) -> str:
        """Return the whole HTML document of a page."""
        return "".join(fill(self._parts, page, list(flatten(page.toc))))


def _with_sentinels(example: RenderedPage, states: list[State]) -> RenderedPage:
    page = copy.copy(example)
    page.title = sentinel("title", SPECIAL)
    sentinels = {key: sentinel(name, SPECIAL) for key, name in META_PLACES.items() if example.meta.get(key)}
    page.meta = {**example.meta, **sentinels}
    page.edit_url = example.edit_url and sentinel("edit")
    page.canonical_url = example.canonical_url and sentinel("canonical")
    page.content = sentinel("content", "<h1" if example.has_title else "")
    page.toc = (
        sample_contents(states, example.toc.items[0].level if example.toc.items else 2) if states else example.toc
    )
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

    for siblings, pages in _kinds(doc_files, nav):
        if len(pages) < MINIMUM:
            continue
        try:
            frame = _proved_frame(pages, siblings, render)
        except NoFrame as reason:
            log.debug(f"{len(pages)} pages like {pages[0].url} are not stamped: {reason}")
            continue
        log.debug(f"{len(pages)} pages like {pages[0].url} are stamped")
        for page in pages:
            page.frame = frame
            page.meta["template"] = TEMPLATE


def _proved_frame(pages: list[RenderedPage], siblings: _Siblings | None, render: Render) -> Frame:
    by_size = sorted(pages, key=lambda page: page.size)
    frame = Frame(render, by_size, siblings)
    for page in (by_size[0], by_size[-1]):
        try:
            stamped = frame.fill(page)
        except KeyError:  # a transition between entries that no sample showed
            raise NoFrame("the theme prints a table of contents in another order") from None
        if stamped != render(page):
            raise NoFrame(f"the frame does not give the theme's output for {page.url}")
    return frame


def _kinds(files: Iterable[File], nav: Navigation) -> Iterator[tuple[_Siblings | None, list[RenderedPage]]]:
    """Yield pages by all on which the theme's output may depend, besides its places, with their siblings in the navigation."""
    listed = set(map(id, nav.pages))
    siblings_of = {id(page): each for each in _siblings(nav.items) for page in each.pages[1:-1]}
    kinds: dict[tuple[Any, ...], list[RenderedPage]] = defaultdict(list)
    for page in (file.page for file in files):
        if not isinstance(page, RenderedPage) or "template" in page.meta or not page.size:
            continue
        siblings = siblings_of.get(id(page))
        if siblings is None and id(page) in listed:
            continue
        if siblings:
            at = siblings.pages.index(page)
            if [page.previous_page, page.next_page] != [siblings.pages[at - 1], siblings.pages[at + 1]]:
                continue
        first = page.toc.items[0] if page.toc.items else None
        parts = [(name, bool(value(page))) for name, value in PLACES.items() if name != "content"]
        meta = [(key, repr(value)) for key, value in sorted(page.meta.items()) if key not in META_PLACES]
        facts = (first.level if first else 0, page.is_homepage, page.has_title)
        kinds[_folder(page), id(page.parent), id(siblings), *parts, *meta, *facts].append(page)
    for pages in kinds.values():
        yield siblings_of.get(id(pages[0])), pages


def _siblings(items: list[Any]) -> Iterator[_Siblings]:
    """Yield the longest lists of our pages in one folder that follow each other in the navigation."""
    for (is_ours, _), run in groupby(items, lambda item: (_is_plain_page(item), _folder(item))):
        pages = list(run)
        if is_ours:
            yield _Siblings(pages, items)
    for item in items:
        if isinstance(item, Section):
            yield from _siblings(item.children)


def _is_plain_page(item: Any) -> bool:
    return isinstance(item, RenderedPage) and not item.is_section_page


def _folder(item: Any) -> str:
    return posixpath.dirname(item.url.rstrip("/")) if isinstance(item, RenderedPage) else ""
