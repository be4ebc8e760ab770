"""Parts of a theme's output that differ from page to page, found by sentinels in place of title, content and so on."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

from markupsafe import Markup
from markupsafe import escape as markup_escape
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from .page import RenderedPage, nested

_OTHER_ORDER = "the theme prints a table of contents in another order"


class NoFrame(Exception):
    """The theme's output has a form that cannot be stamped; the text says why."""


# --- sentinels --------------------------------------------------------------------------------------------------------

SPECIAL = escape('"<i>')
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
_FILTER_OF_FORM = {filter_(SPECIAL): filter_ for filter_ in reversed(_FILTERS)} | {"": _FILTERS[0]}


def file_name(page: Page | None) -> str:
    """Return the last part of a page's address, without `.html`; empty for no page."""
    return posixpath.basename(page.url.rstrip("/")).removesuffix(".html") if page else ""


PLACES: dict[str, Callable[[RenderedPage], str]] = {
    "title": lambda page: page.title or "",
    "metatitle": lambda page: str(page.meta.get("title", "")),
    "description": lambda page: str(page.meta.get("description", "")),
    "edit": lambda page: page.edit_url or "",
    "canonical": lambda page: page.canonical_url or "",
    "content": lambda page: page.content,
    "name": file_name,
    "beforetitle": lambda page: (page.previous_page and page.previous_page.title) or "",
    "beforename": lambda page: file_name(page.previous_page),
    "aftertitle": lambda page: (page.next_page and page.next_page.title) or "",
    "aftername": lambda page: file_name(page.next_page),
    "entrytitle": lambda page: page.title or "",
    "entryname": file_name,
}
"""What differs from page to page, besides the table of contents."""

META_PLACES = {"title": "metatitle", "description": "description"}
"""Keys of `page.meta` that differ from page to page, and the names of their places."""

_SENTINEL = re.compile(rf"Q({'|'.join(PLACES)}|[ut]\d+)q(.*?)q\1Q", re.DOTALL)
"""Besides the places: addresses and titles in the table of contents."""


def sentinel(name: str, special: str = "") -> str:
    return f"Q{name}q{special}q{name}Q"


class Text(NamedTuple):
    """A sentinel found in the theme's output: its name, and the filter that the theme applied to it."""

    name: str
    filter: _Filter


def parse(output: str) -> list[str | Text]:
    """Split an output at its sentinels: texts at even places, sentinels at odd ones."""
    parts: list[str | Text] = []
    end = 0
    for match in _SENTINEL.finditer(output):
        form = match[2].removeprefix("<h1")
        if form not in _FILTER_OF_FORM:
            raise NoFrame(f"the theme changes the {match[1]} in an unknown way")
        parts += output[end : match.start()], Text(match[1], _FILTER_OF_FORM[form])
        end = match.end()
    return [*parts, output[end:]]


# --- tables of contents -----------------------------------------------------------------------------------------------


class State(NamedTuple):
    """What decides how a theme prints an entry of the table of contents."""

    depth: int
    is_parent: bool


_Transition = tuple[State | None, State | None]
"""Two entries one after the other; None is the start or the end of the table."""


def flatten(items: Iterable[AnchorLink], depth: int = 0) -> Iterator[tuple[State, AnchorLink]]:
    for item in items:
        yield State(depth, bool(item.children)), item
        yield from flatten(item.children, depth + 1)


def sample_contents(states: Iterable[State], level: int) -> TableOfContents:
    """Return a table of contents of sentinels."""
    return nested(
        AnchorLink(sentinel(f"t{number}", SPECIAL), sentinel(f"u{number}"), level + state.depth)
        for number, state in enumerate(states)
    )


def samples(depth: int) -> Iterator[list[State]]:
    """Yield tables of contents, down to `depth`, that hold all transitions between entries."""
    chains = []
    for last in range(depth + 1):
        down = [State(each, True) for each in range(last)]
        for target in range(last + 1):
            chains.append([*down, State(last, False), State(target, False)])
            if target < depth:
                chains.append([*down, State(last, False), State(target, True), State(target + 1, False)])
    every = [state for chain in reversed(chains) for state in chain]
    for last in range(depth + 1):
        yield [*every, *(State(each, True) for each in range(last)), State(last, False)]
    yield [State(0, False), *every]


@dataclass
class _Contents:
    """How the theme prints one table of contents: texts between two entries, and what it prints of an entry."""

    between: dict[_Transition, str]
    inside: dict[State, list[str | Text]]

    def fill(self, entries: list[tuple[State, AnchorLink]]) -> Iterator[str]:
        before: State | None = None
        for state, item in entries:
            yield self.between[before, state]
            for part in self.inside[state]:
                yield part if isinstance(part, str) else part.filter(item.id if part.name == "u" else item.title)
            before = state
        yield self.between[before, None]


def _learn(table: dict[Any, Any], key: Any, value: Any) -> None:
    if table.setdefault(key, value) != value:
        raise NoFrame("the theme prints equal parts of a page in different ways")


# --- entries of the navigation ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """How the theme prints the entry of a page in the navigation.

    `text` is the navigation without an active entry. In it an entry is `inactive`; in the navigation of its own page it is
    `active`, and all else is the same.
    """

    text: str
    inactive: list[Any]
    active: list[Any]

    def around(self, page: RenderedPage) -> tuple[str, str]:
        """Return the texts before and after the entry of a page. Raises `NoFrame` if the page has none."""
        before, found, after = self.text.partition("".join(fill(self.inactive, page, [])))
        if not found:
            raise NoFrame("the theme prints an entry of the navigation in another way")
        return before, after


def find_entry(outputs: list[list[Any]], inactive: list[Any], page: RenderedPage) -> None:
    """Make one part of the active entry of a page in each of the outputs; in the output `inactive` it is not active."""
    first = outputs[0]
    start = _shared(first, inactive)
    end = _shared(first[start:][::-1], inactive[start:][::-1])
    entry = inactive[start : len(inactive) - end]
    before = posixpath.commonprefix([first[start], entry[0]])
    entry[0] = entry[0].removeprefix(before)
    after = posixpath.commonprefix([first[-end - 1][::-1], entry[-1][::-1]])[::-1]
    entry[-1] = entry[-1].removesuffix(after)
    text = f"{before}{''.join(fill(entry, page, []))}{after}"
    head = first[:start]
    for output in outputs:
        stop = next((place for place in range(start, len(output), 2) if output[place].endswith(after)), start)
        active = output[start : stop + 1]
        if output[:start] != head or not (active[0].startswith(before) and active[-1].endswith(after)):
            raise NoFrame("the theme prints the navigation in different ways")
        active[0] = active[0].removeprefix(before)
        active[-1] = active[-1].removesuffix(after)
        output[start : stop + 1] = ["", Entry(text, entry, active), ""]


def _shared(one: list[Any], other: list[Any]) -> int:
    """Return how many texts and sentinels two outputs share at the start; what follows begins with a text."""
    most = min(len(one), len(other)) - 1
    return next((place for place in range(most) if one[place] != other[place]), most) // 2 * 2


# --- parts ------------------------------------------------------------------------------------------------------------

Part = str | Text | _Contents | Entry


def merge(known: list[Part], new: list[Part]) -> None:
    """Add what the output for another sample shows. Raises `NoFrame` if the rest differs."""
    if len(known) != len(new):
        raise NoFrame("the theme prints other parts for other pages")
    for one, other in zip(known, new, strict=True):
        if isinstance(one, _Contents) and isinstance(other, _Contents):
            for transition, text in other.between.items():
                _learn(one.between, transition, text)
            for state, parts in other.inside.items():
                _learn(one.inside, state, parts)
        elif isinstance(one, Entry) and isinstance(other, Entry):
            merge(one.active, other.active)
        elif one != other:
            raise NoFrame("the theme prints other texts for other pages")


def fill(parts: Iterable[Part], page: RenderedPage, entries: list[tuple[State, AnchorLink]]) -> Iterator[str]:
    """Yield the parts as they are for a page; `entries` are those of its table of contents."""
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, _Contents):
            yield from part.fill(entries)
        elif isinstance(part, Entry):
            before, after = part.around(page)
            yield before
            yield from fill(part.active, page, entries)
            yield after
        elif part.name == "first":
            yield part.filter(entries[0][1].id)
        else:
            yield part.filter(PLACES[part.name](page))


def group(parsed: list[Any], states: list[State]) -> Iterator[Part]:
    """Yield the parts of an output, with each table of contents as one part.

    The texts around a table belong to it, since they may depend on its first and last entry.
    """
    at = 0
    while at < len(parsed):
        part = parsed[at]
        following = parsed[at + 1] if at + 1 < len(parsed) else None
        if isinstance(part, str) and isinstance(following, Text) and following.name == "u0":
            end = at + 1
            while end < len(parsed) and isinstance(each := parsed[end], Text) and _number(each) is not None:
                end += 2
                if end < len(parsed) and isinstance(ahead := parsed[end], Text) and ahead.name == "u0":
                    break
            if end == at + 3:  # the link that skips to the content names the first entry alone
                yield part
                yield Text("first", following.filter)
                at += 2
                continue
            yield _contents(parsed[at:end], states)
            at = end
        elif isinstance(part, Text) and _number(part) is not None:
            raise NoFrame(_OTHER_ORDER)
        else:
            if isinstance(part, Entry):
                part.active[:] = [*group(part.active, states)]
            yield part
            at += 1


def _number(part: Text) -> int | None:
    return int(part.name[1:]) if part.name[1:].isdigit() else None


def _contents(parts: list[str | Text], states: list[State]) -> _Contents:
    """Return how a table of contents is printed; `parts` begin and end with the text around it."""
    contents = _Contents({}, {})
    last: int | None = None
    inside: list[str | Text] = []
    for text, sentinel in zip(parts[::2], [*parts[1::2], None], strict=True):
        number = _number(sentinel) if isinstance(sentinel, Text) else None
        if number == last and number is not None:
            inside.append(text)
        else:
            if number is not None and number != (0 if last is None else last + 1):
                raise NoFrame(_OTHER_ORDER)
            if last is not None:
                _learn(contents.inside, states[last], inside)
            before, after = (None if each is None else states[each] for each in (last, number))
            _learn(contents.between, (before, after), text)
            inside, last = [], number
        if isinstance(sentinel, Text):
            inside.append(Text(sentinel.name[0], sentinel.filter))
    return contents
