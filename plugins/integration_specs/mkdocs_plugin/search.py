"""Give ready search entries to Material's search plugin and to MkDocs' own, so that they do not parse our HTML."""

from collections.abc import Iterator
from functools import update_wrapper
from html import escape
from inspect import unwrap
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

from integration_specs.site import navigation

from .page import RenderedPage

SEPARATOR = r"&(?:lt|gt|amp|quot|#\d+);|[\s\-,:;!?=+*#&|~^\[\](){}<>\"'`/\\]+|\.(?!\w)"
"""Splits `/v2/{id}/messages` into words, but not `order_id`, `order.created`, `Pagar.me` and `1.5`."""

_MKDOCS_DEFAULT = r"[\s\-]+"
_BOOSTS = {navigation.SYSTEMS: 4.0, navigation.OWNERS: 20.0, navigation.EXPLORE: 2.0, navigation.REFERENCE: 1e-6}
"""Weights in Material's search by the place in the navigation.

Format and rules come last. With one word, a page about all specs comes before the sections of single specs.
"""


def set_separator(config: MkDocsConfig) -> None:
    """Make each segment of a path searchable, unless the site sets a separator itself."""
    for plugin in _search_plugins(config):
        if plugin.config.get("separator", "") in (None, _MKDOCS_DEFAULT):
            plugin.config["separator"] = SEPARATOR


def take_over(config: MkDocsConfig) -> bool:
    """Let the search index take the ready entries of our pages instead of parsing them.

    Return whether that was possible for all search plugins. It depends on their internals: a plugin with other internals
    is not changed, and parses our pages like all others.
    """
    done = True
    handlers: list[Any] = config.plugins.events["page_context"]
    for plugin in _search_plugins(config):
        index = getattr(plugin, "search_index", None)
        is_html = isinstance(getattr(index, "entries", None), list)
        rows = getattr(index, "entries" if is_html else "_entries", None)
        place = next((n for n, each in enumerate(handlers) if getattr(unwrap(each), "__self__", None) is plugin), None)
        if place is None or not isinstance(rows, list):
            done = False
        else:
            handlers[place] = _with_ready_entries(unwrap(handlers[place]), rows, is_html)
    return done


def _search_plugins(config: MkDocsConfig) -> list[Any]:
    return [plugin for name, plugin in config.plugins.items() if name.partition(" ")[0].split("/")[-1] == "search"]


def _with_ready_entries(handler: Any, rows: list[dict[str, Any]], is_html: bool) -> Any:
    """Return the `on_page_context` of a search plugin so that our pages add their entries to `rows`.

    The handler itself also searches the content for attributes of its own, which takes longer than everything else for a page.
    """
    done: set[str] = set()

    def add(context: Any, *, page: Any, **values: Any) -> Any:
        if not isinstance(page, RenderedPage):
            return handler(context, page=page, **values)
        own = page.meta.get("search")
        if not (isinstance(own, dict) and own.get("exclude")):
            places = range(len(rows)) if page.url in done else ()  # an incremental build adds a page again
            old = [place for place in places if rows[place]["location"].partition("#")[0] == page.url]
            start = old[0] if old else len(rows)
            rows[start : start + len(old)] = _rows(page, is_html)
            done.add(page.url)
            page.search_entries = ()
        return context

    return update_wrapper(add, handler)


def _rows(page: RenderedPage, is_html: bool) -> Iterator[dict[str, Any]]:
    boost = _BOOSTS.get(page.place.order, 1.0)
    for anchor, title, text in page.search_entries:
        row: dict[str, Any] = {
            "location": f"{page.url}#{anchor}" if anchor else page.url,
            "title": escape(title, quote=False) if is_html else title,
            "text": _paragraphs(text) if is_html else text,
        }
        yield row | {"boost": boost} if is_html and boost != 1.0 else row


def _paragraphs(text: str) -> str:
    # Material shows entries as HTML, and of their paragraphs the first two that match.
    lines = (line.partition("\t") for line in escape(text, quote=False).splitlines())
    return "".join(
        f"<p>{shown}{f' <span hidden>{hidden}</span>' if hidden else ''}</p>" if shown else f"<p hidden>{hidden}</p>"
        for shown, _, hidden in lines
    )
