"""Parts of a theme's output that differ from page to page, found by sentinels in place of title, content and so on."""

import copy
import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, NamedTuple

from markupsafe import Markup
from markupsafe import escape as markup_escape
from mkdocs.structure.toc import AnchorLink

from .page import RenderedPage, nested

_OTHER_ORDER = "the theme prints a table of contents in another order"


class NoFrame(Exception):
    """The theme's output has a form that cannot be stamped; the text says why."""


# --- sentinels --------------------------------------------------------------------------------------------------------

_MARK = "\ue000"
"""Begins and ends a sentinel."""
_SPECIAL = escape('"<i>')
"""Part of the sentinels of escaped texts: each filter that a theme may apply changes its form."""


def _strip_tags(text: str) -> str:
    return Markup(text).striptags()  # noqa: S704 (what the filter `striptags` does)


_Filter = Callable[[str], str]
_FILTERS: tuple[_Filter, ...] = (
    lambda text: text,
    lambda text: str(markup_escape(_strip_tags(text))),
    lambda text: str(markup_escape(text)),
    _strip_tags,
)
_FILTER_OF_FORM = {filter_(_SPECIAL): filter_ for filter_ in reversed(_FILTERS)} | {"": _FILTERS[0]}


_PageOf = Callable[[RenderedPage], Any]
_PAGES: dict[str, _PageOf] = {
    "": lambda page: page,
    "previous ": lambda page: page.previous_page,
    "next ": lambda page: page.next_page,
    "entry ": lambda page: page,
}
"""Pages whose title and file name are in an output; the last one is the entry of the page in the navigation."""


def _title(page_of: _PageOf, page: RenderedPage) -> str:
    return getattr(page_of(page), "title", None) or ""


def _file_name(page_of: _PageOf, page: RenderedPage) -> str:
    """Return the last part of the address of a page, without `.html`; empty for no page."""
    found = page_of(page)
    return posixpath.basename(found.url.rstrip("/")).removesuffix(".html") if found else ""


PLACES: dict[str, Callable[[RenderedPage], str]] = {
    "meta title": lambda page: str(page.meta.get("title", "")),
    "description": lambda page: str(page.meta.get("description", "")),
    "edit": lambda page: page.edit_url or "",
    "canonical": lambda page: page.canonical_url or "",
    "content": lambda page: page.content,
    **{f"{name}title": partial(_title, of) for name, of in _PAGES.items()},
    **{f"{name}file": partial(_file_name, of) for name, of in _PAGES.items()},
}
"""What differs from page to page, besides the table of contents."""

META_PLACES = {"title": "meta title", "description": "description"}
"""Keys of `page.meta` that differ from page to page, and the names of their places."""

_SAMPLE = (0, 0, 0, 1, 1, 1, 2, 0, 1, 2, 0)
"""Depths of the entries in a table of contents of sentinels, which shows each way to get from an entry to the next."""


def _sentinel(name: str, special: str = "") -> str:
    return f"{_MARK}{name}:{special}{_MARK}"


def with_sentinels(example: RenderedPage) -> RenderedPage:
    """Return a copy of a page with sentinels for all that differs from page to page."""
    page: RenderedPage = renamed(example)
    sentinels = {key: _sentinel(name, _SPECIAL) for key, name in META_PLACES.items() if example.meta.get(key)}
    page.meta = {**example.meta, **sentinels}
    page.edit_url = example.edit_url and _sentinel("edit")
    page.canonical_url = example.canonical_url and _sentinel("canonical")
    page.content = _sentinel("content", "<h1" if example.has_title else "")
    page.previous_page = example.previous_page and renamed(example.previous_page, "previous ")
    page.next_page = example.next_page and renamed(example.next_page, "next ")
    if example.headings:
        level = example.headings[0].level
        page.toc = nested(
            AnchorLink(_sentinel(f"title#{number}", _SPECIAL), _sentinel(f"id#{number}"), level + depth)
            for number, depth in enumerate(_SAMPLE)
        )
    return page


def renamed(page: Any, which: str = "") -> Any:
    """Return a copy of a page with sentinels for its title and its file name; `which` says of which page they are."""
    changed = copy.copy(page)
    changed.title, changed.file = _sentinel(f"{which}title", _SPECIAL), copy.copy(page.file)
    before, own, after = page.url.rpartition(_file_name(_PAGES[""], page))
    changed.file.url = f"{before}{_sentinel(f'{which}file') if own else ''}{after}"
    return changed


# --- frames -----------------------------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """A sentinel in an output: its name, the filter that the theme applied, and the entry of the contents that it is about."""

    name: str
    filter: _Filter
    entry: int | None

    def of(self, item: AnchorLink) -> str:
        """Return what the theme prints of an entry of the contents."""
        return self.filter(item.id if self.name == "id" else item.title)


@dataclass(frozen=True)
class _Contents:
    """How the theme prints a table of contents; of each pair, the second is for an entry that has others below it."""

    entry: tuple[list[str | _Place], list[str | _Place]]
    first: tuple[str, str]
    below: tuple[str, str]
    """Printed before the first entry below another one."""
    next: tuple[str, str]
    next_below: tuple[str, str]
    """The same as `next` for entries below others."""
    after: str
    up: str
    """Printed after the last entry below another one."""

    def fill(self, items: Iterable[AnchorLink]) -> Iterator[str]:
        last: int | None = None
        for depth, item in _flat(items):
            is_parent = bool(item.children)
            if last is None:
                yield self.first[is_parent]
            elif depth > last:
                yield self.below[is_parent]
            else:
                yield f"{self.after}{self.up * (last - depth)}{(self.next_below if depth else self.next)[is_parent]}"
            for part in self.entry[is_parent]:
                yield part if isinstance(part, str) else part.of(item)
            last = depth
        yield self.after + self.up * (last or 0)


@dataclass(frozen=True)
class _Entry:
    """How the theme prints the entry of a page in the navigation.

    `text` is the navigation without an active entry. In it an entry is `inactive`; in the navigation of its own page it is
    `active`, and all else is the same.
    """

    text: str
    inactive: "Frame"
    active: "Frame"

    def around(self, page: RenderedPage) -> list[str]:
        """Return the texts before and after the entry of a page, or the whole text if the page has none."""
        return self.text.split(self.inactive.fill(page), 1)

    def fill(self, page: RenderedPage) -> str:
        before, after = self.around(page)
        return f"{before}{self.active.fill(page)}{after}"


class Frame:
    """A part of the theme's output for one kind of page, or the whole, with places for what differs."""

    def __init__(self, parts: list[str | _Place | _Contents | _Entry]) -> None:
        self._parts = parts

    def fill(self, page: RenderedPage) -> str:
        """Return the output for a page."""
        return "".join(self._filled(page))

    def _filled(self, page: RenderedPage) -> Iterator[str]:
        for part in self._parts:
            if isinstance(part, str):
                yield part
            elif isinstance(part, _Place):
                # The link that skips to the content names the first entry alone.
                yield part.of(page.toc.items[0]) if part.entry == 0 else part.filter(PLACES[part.name](page))
            elif isinstance(part, _Contents):
                yield from part.fill(page.toc)
            else:
                yield part.fill(page)

    def has_entry(self, page: RenderedPage) -> bool:
        """Return whether the navigation lists a page, if it is part of the output."""
        return all(len(part.around(page)) == 2 for part in self._parts if isinstance(part, _Entry))

    @staticmethod
    def parse(output: str) -> "Frame":
        """Return the frame of an output with sentinels. Raises `NoFrame`."""
        parts: list[Any] = output.split(_MARK)
        parts[1::2] = map(_place, parts[1::2])
        return Frame([*_with_contents(parts)])

    @staticmethod
    def parse_listed(output: str, inactive: str, example: RenderedPage) -> "Frame":
        """Return the same for a page in the navigation.

        In the output `inactive`, the navigation does not list the page, but another one with sentinels in its place; it
        would list `example`.
        """
        start = len(posixpath.commonprefix([output, inactive]))
        if output.count(_MARK, 0, start) % 2:  # inside of a sentinel
            start = output.rindex(_MARK, 0, start)
        end = posixpath.commonprefix([output[start:][::-1], inactive[start:][::-1]])[::-1]
        if end.count(_MARK) % 2:
            end = end[end.index(_MARK) + 1 :]
        head, tail = Frame.parse(output[:start])._parts, Frame.parse(end)._parts
        entry = Frame.parse(inactive[start : len(inactive) - len(end)])
        text = f"{head.pop()}{entry.fill(example)}{tail.pop(0)}"
        return Frame([*head, _Entry(text, entry, Frame.parse(output[start : len(output) - len(end)])), *tail])


def _flat(items: Iterable[AnchorLink], depth: int = 0) -> Iterator[tuple[int, AnchorLink]]:
    for item in items:
        yield depth, item
        yield from _flat(item.children, depth + 1)


def _place(sentinel: str) -> _Place:
    name, _, form = sentinel.partition(":")
    filter_ = _FILTER_OF_FORM.get(form.removeprefix("<h1"))
    kind, _, entry = name.partition("#")
    if filter_ is None or kind not in (*PLACES, "id"):
        raise NoFrame(f"the theme changes the {kind} in an unknown way")
    return _Place(kind, filter_, int(entry) if entry else None)


def _with_contents(parts: list[Any]) -> Iterator[str | _Place | _Contents]:
    """Yield texts and places in turn, with all places of a table of contents as one."""
    text, at = parts[0], 1
    while at < len(parts):
        end, last = at, 0
        while end < len(parts) and parts[end].entry is not None and parts[end].entry >= last:
            last = parts[end].entry
            end += 2
        if end > at + 2 or last > 0:
            before, contents, text = _contents(text, parts[at:end])
            yield before
            yield contents
            at = end
        else:
            yield text
            yield parts[at]
            text, at = parts[at + 1], at + 2
    yield text


def _contents(before: str, parts: list[Any]) -> tuple[str, _Contents, str]:
    """Return how a table of contents is printed, and the texts before and after it.

    `parts` are the places of the entries in `_SAMPLE`, each with the text after it.
    """
    between, entries = [before], list[list[Any]]()
    for place, text in zip(parts[::2], parts[1::2], strict=True):
        if place.entry == len(entries):
            entries.append([place._replace(entry=None)])
        elif place.entry == len(entries) - 1:
            entries[-1] += between.pop(), place._replace(entry=None)
        else:
            raise NoFrame(_OTHER_ORDER)
        between.append(text)
    if len(entries) != len(_SAMPLE):
        raise NoFrame(_OTHER_ORDER)
    start, leaf, parent, below, leaf_below, parent_below, _, _, below_parent, _, up, end = between
    after = posixpath.commonprefix([leaf, parent, leaf_below, parent_below, up, end])
    leaf, parent, leaf_below, parent_below, up, end = (
        text.removeprefix(after) for text in (leaf, parent, leaf_below, parent_below, up, end)
    )
    up = up.removesuffix(leaf)
    shared = len(posixpath.commonprefix([leaf, parent]))
    first = leaf[shared:], parent[shared:]
    contents = _Contents(
        entry=(entries[0], entries[2]),
        first=first,
        below=(below, below_parent),
        next=(leaf, parent),
        next_below=(leaf_below, parent_below),
        after=after,
        up=up[: len(up) // 2],  # from the second level to the top
    )
    return start.removesuffix(first[0]), contents, end
