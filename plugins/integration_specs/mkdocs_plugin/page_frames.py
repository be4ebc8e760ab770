"""Stamp the pages of one kind from a frame: the theme's output with places for what differs from page to page.

Running the theme's template for each page is most of the work of a build. Pages of one kind are in one folder and one
section and have the same parts. A frame is made from a few runs of the template with sentinels in place of title,
content and so on. It proves itself in each build: the shortest and the longest page of the kind are made both ways, and if
a byte differs, all pages of the kind go through the template. MkDocs runs its events for stamped pages as for all others.
"""

import copy
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup
from markupsafe import escape as markup_escape
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.toc import AnchorLink, TableOfContents

from .page import RenderedPage

log = get_plugin_logger(__name__)

MINIMUM = 8
"""A frame costs about as much as six runs of the template."""

TEMPLATE = "integration-specs-frame.html"
"""Name of the template that prints a stamped page."""

_KNOWN_PLUGINS = ("material.plugins.search", "mkdocs.contrib.search", "integration_specs.")
"""Modules of plugins that take part in `on_env` or `on_page_context` without changing a page."""


_OTHER_ORDER = "the theme prints a table of contents in another order"


class _NoFrame(Exception):
    """The theme's output has a form that cannot be stamped; the text says why."""


# --- sentinels --------------------------------------------------------------------------------------------------------

_SPECIAL = escape('"<i>')
"""Part of the sentinels of escaped texts: each filter that a theme may apply leaves another form of it."""


def _strip_tags(text: str) -> str:
    return Markup(text).striptags()  # noqa: S704 (what the filter `striptags` does)


_FILTERS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: str(markup_escape(_strip_tags(text))),
    lambda text: str(markup_escape(text)),
    _strip_tags,
)
_FILTER_OF_FORM = {filter_(_SPECIAL): filter_ for filter_ in reversed(_FILTERS)} | {"": _FILTERS[0]}

_PLACES: dict[str, Callable[[RenderedPage], str]] = {
    "title": lambda page: page.title or "",
    "metatitle": lambda page: str(page.meta.get("title", "")),
    "description": lambda page: str(page.meta.get("description", "")),
    "edit": lambda page: page.edit_url or "",
    "canonical": lambda page: page.canonical_url or "",
    "content": lambda page: page.content,
}
"""What differs from page to page, besides the table of contents."""

_META_PLACES = {"title": "metatitle", "description": "description"}
"""Keys of `page.meta` that differ from page to page, and the names of their places."""

_SENTINEL = re.compile(r"Q(title|metatitle|description|edit|canonical|content|u\d+|t\d+)q(.*?)q\1Q", re.DOTALL)


def _sentinel(name: str, special: str = "") -> str:
    return f"Q{name}q{special}q{name}Q"


class _Text(NamedTuple):
    """A sentinel found in the theme's output: its name, and the filter that the theme applied to it."""

    name: str
    filter: Callable[[str], str]


def _parse(output: str) -> list[str | _Text]:
    """Split an output at its sentinels: texts at even places, sentinels at odd ones."""
    parts: list[str | _Text] = []
    end = 0
    for match in _SENTINEL.finditer(output):
        form = match[2].removeprefix("<h1")
        if form not in _FILTER_OF_FORM:
            raise _NoFrame(f"the theme changes the {match[1]} in an unknown way")
        parts += output[end : match.start()], _Text(match[1], _FILTER_OF_FORM[form])
        end = match.end()
    return [*parts, output[end:]]


# --- tables of contents -----------------------------------------------------------------------------------------------


class _State(NamedTuple):
    """What decides how a theme prints an entry of the table of contents."""

    depth: int
    is_parent: bool


_Transition = tuple[_State | None, _State | None]
"""Two entries one after the other; None is the start or the end of the table."""


def _flatten(items: Iterable[AnchorLink], depth: int = 0) -> Iterator[tuple[_State, AnchorLink]]:
    for item in items:
        yield _State(depth, bool(item.children)), item
        yield from _flatten(item.children, depth + 1)


def _nest(states: Iterable[_State], level: int) -> TableOfContents:
    """Return a table of contents of sentinels."""
    top: list[AnchorLink] = []
    open_: list[AnchorLink] = []
    for number, state in enumerate(states):
        item = AnchorLink(_sentinel(f"t{number}", _SPECIAL), _sentinel(f"u{number}"), level + state.depth)
        del open_[state.depth :]
        (open_[-1].children if open_ else top).append(item)
        open_.append(item)
    top[0].active = True  # type: ignore[attr-defined]
    return TableOfContents(top)


def _samples(depth: int) -> Iterator[list[_State]]:
    """Yield tables of contents, down to `depth`, that hold all transitions between entries."""
    chains = []
    for last in range(depth + 1):
        down = [_State(each, True) for each in range(last)]
        for target in range(last + 1):
            chains.append([*down, _State(last, False), _State(target, False)])
            if target < depth:
                chains.append([*down, _State(last, False), _State(target, True), _State(target + 1, False)])
    every = [state for chain in reversed(chains) for state in chain]
    for last in range(depth + 1):
        yield [*every, *(_State(each, True) for each in range(last)), _State(last, False)]
    yield [_State(0, False), *every]


@dataclass
class _Contents:
    """How the theme prints one table of contents: texts between two entries, and what it prints of an entry."""

    between: dict[_Transition, str]
    inside: dict[_State, list[str | _Text]]

    def fill(self, entries: list[tuple[_State, AnchorLink]]) -> Iterator[str]:
        before: _State | None = None
        for state, item in entries:
            yield self.between[before, state]
            for part in self.inside[state]:
                yield part if isinstance(part, str) else part.filter(item.id if part.name == "u" else item.title)
            before = state
        yield self.between[before, None]


def _learn(table: dict[Any, Any], key: Any, value: Any) -> None:
    if table.setdefault(key, value) != value:
        raise _NoFrame("the theme prints equal parts of a page in different ways")


# --- frames -----------------------------------------------------------------------------------------------------------


class Frame:
    """The theme's output for one kind of page, with places for what differs."""

    def __init__(self, render: Callable[[RenderedPage], str], example: RenderedPage, depth: int) -> None:
        """Make the frame from runs of the template. `depth` is how deep tables of contents are nested, -1 for none.

        Raises `_NoFrame` when the output cannot be stamped.
        """
        self._parts: list[str | _Text | _Contents] = []
        level = example.toc.items[0].level if depth >= 0 else 0
        for states in _samples(depth) if depth >= 0 else [[]]:
            self._add(_parse(render(_with_sentinels(example, states, level))), states)

    def fill(self, page: RenderedPage) -> str:
        """Return the whole HTML document of a page."""
        entries = list(_flatten(page.toc))
        pieces: list[str] = []
        for part in self._parts:
            if isinstance(part, str):
                pieces.append(part)
            elif isinstance(part, _Contents):
                pieces += part.fill(entries)
            elif part.name == "first":
                pieces.append(part.filter(entries[0][1].id))
            else:
                pieces.append(part.filter(_PLACES[part.name](page)))
        return "".join(pieces)

    def _add(self, parsed: list[str | _Text], states: list[_State]) -> None:
        """Learn from the output for a page whose table of contents has these states."""
        found = list(_group(parsed, states))
        if not self._parts:
            self._parts = found
            return
        if len(found) != len(self._parts):
            raise _NoFrame("the theme prints other parts for other tables of contents")
        for known, new in zip(self._parts, found, strict=True):
            if isinstance(known, _Contents) and isinstance(new, _Contents):
                for transition, text in new.between.items():
                    _learn(known.between, transition, text)
                for state, parts in new.inside.items():
                    _learn(known.inside, state, parts)
            elif known != new:
                raise _NoFrame("the theme prints other texts for other tables of contents")


def _group(parsed: list[str | _Text], states: list[_State]) -> Iterator[str | _Text | _Contents]:
    """Yield the parts of an output, with each table of contents as one part.

    The texts around a table belong to it, since they may depend on its first and last entry.
    """
    at = 0
    while at < len(parsed):
        part = parsed[at]
        following = parsed[at + 1] if at + 1 < len(parsed) else None
        if isinstance(part, str) and isinstance(following, _Text) and following.name == "u0":
            end = at + 1
            while end < len(parsed) and isinstance(each := parsed[end], _Text) and _number(each) is not None:
                end += 2
                if end < len(parsed) and isinstance(ahead := parsed[end], _Text) and ahead.name == "u0":
                    break
            if end == at + 3:  # the link that skips to the content names the first entry alone
                yield part
                yield _Text("first", following.filter)
                at += 2
                continue
            yield _contents(parsed[at:end], states)
            at = end
        elif isinstance(part, _Text) and _number(part) is not None:
            raise _NoFrame(_OTHER_ORDER)
        else:
            yield part
            at += 1


def _number(part: _Text) -> int | None:
    return int(part.name[1:]) if part.name[1:].isdigit() else None


def _contents(parts: list[str | _Text], states: list[_State]) -> _Contents:
    """Return how a table of contents is printed; `parts` begin and end with the text around it."""
    contents = _Contents({}, {})
    last: int | None = None
    inside: list[str | _Text] = []
    for text, sentinel in zip(parts[::2], [*parts[1::2], None], strict=True):
        number = _number(sentinel) if isinstance(sentinel, _Text) else None
        if number == last and number is not None:
            inside.append(text)
        else:
            if number is not None and number != (0 if last is None else last + 1):
                raise _NoFrame(_OTHER_ORDER)
            if last is not None:
                _learn(contents.inside, states[last], inside)
            before, after = (None if each is None else states[each] for each in (last, number))
            _learn(contents.between, (before, after), text)
            inside, last = [], number
        if isinstance(sentinel, _Text):
            inside.append(_Text(sentinel.name[0], sentinel.filter))
    return contents


def _with_sentinels(example: RenderedPage, states: list[_State], level: int) -> RenderedPage:
    page = copy.copy(example)
    page.title = _sentinel("title", _SPECIAL)
    sentinels = {key: _sentinel(name, _SPECIAL) for key, name in _META_PLACES.items() if example.meta.get(key)}
    page.meta = {**example.meta, **sentinels}
    page.edit_url = example.edit_url and _sentinel("edit")
    page.canonical_url = example.canonical_url and _sentinel("canonical")
    page.content = _sentinel("content", "<h1" if "<h1" in example.content else "")
    page.toc = _nest(states, level) if states else example.toc
    return page


# --- a build ----------------------------------------------------------------------------------------------------------


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
        return _render(page, config, nav, env, doc_files)

    for pages in _kinds(doc_files, nav).values():
        if len(pages) < MINIMUM:
            continue
        try:
            frame = _proved_frame(pages, render)
        except _NoFrame as reason:
            log.debug(f"{len(pages)} pages like {pages[0].url} are not stamped: {reason}")
            continue
        log.debug(f"{len(pages)} pages like {pages[0].url} are stamped")
        for page in pages:
            page.frame = frame
            page.meta["template"] = TEMPLATE


def _proved_frame(pages: list[RenderedPage], render: Callable[[RenderedPage], str]) -> Frame:
    depth = max((state.depth for page in pages for state, _ in _flatten(page.toc)), default=-1)
    by_size = sorted(pages, key=lambda page: len(page.content))
    frame = Frame(render, by_size[len(pages) // 2], depth)
    for page in (by_size[0], by_size[-1]):
        try:
            stamped = frame.fill(page)
        except KeyError:  # a transition between entries that no sample showed
            raise _NoFrame(_OTHER_ORDER) from None
        if stamped != render(page):
            raise _NoFrame(f"the frame does not give the theme's output for {page.url}")
    return frame


def _kinds(files: Iterable[File], nav: Navigation) -> dict[tuple[Any, ...], list[RenderedPage]]:
    """Return pages outside of the navigation by all on which the theme's output may depend, besides its places."""
    listed = set(map(id, nav.pages))
    kinds: dict[tuple[Any, ...], list[RenderedPage]] = defaultdict(list)
    for file in files:
        page = file.page
        if isinstance(page, RenderedPage) and id(page) not in listed and "template" not in page.meta and page.content:
            first = page.toc.items[0] if page.toc.items else None
            parts = [(name, bool(value(page))) for name, value in _PLACES.items()]
            meta = [(key, repr(value)) for key, value in sorted(page.meta.items()) if key not in _META_PLACES]
            facts = (first.level if first else 0, page.is_homepage, "<h1" in page.content)
            kinds[posixpath.dirname(page.url.rstrip("/")), id(page.parent), *parts, *meta, *facts].append(page)
    return kinds


def _render(
    page: RenderedPage, config: MkDocsConfig, nav: Navigation, env: jinja2.Environment, doc_files: Sequence[File]
) -> str:
    """Return what the theme's template prints for a page, as MkDocs runs it."""
    page.active = True
    try:
        return str(env.get_template("main.html").render(get_context(nav, doc_files, config, page)))
    finally:
        page.active = False
