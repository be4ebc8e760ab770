"""Give ready search entries to Material's search plugin and to MkDocs' own, so that they do not parse our HTML."""

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

from integration_specs.site import navigation

from .page import RenderedPage

SEPARATOR = r"&(?:lt|gt|amp|quot|#\d+);|[\s\-,:;!?=+*#&|~^\[\](){}<>\"'`/\\]+|\.(?!\w)"
"""Splits `/v2/{id}/messages` into words, but not `order_id`, `order.created`, `Pagar.me` and `1.5`."""

_DOTTED = re.compile(r"\w+(?:\.\w+)+")

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
    for plugin in _search_plugins(config):
        index = getattr(plugin, "search_index", None)
        parse = getattr(index, "add_entry_from_context", None)
        rows = getattr(index, "entries", None)
        own = getattr(index, "_entries", None)
        if callable(parse) and isinstance(rows, list):
            _replace(index, parse, rows, html=True)
        elif callable(parse) and isinstance(own, list):
            _replace(index, parse, own, html=False)
        else:
            done = False
    return done


def _search_plugins(config: MkDocsConfig) -> list[Any]:
    return [plugin for name, plugin in config.plugins.items() if name.partition(" ")[0].split("/")[-1] == "search"]


def _replace(index: Any, parse: Any, rows: list[dict[str, Any]], *, html: bool) -> None:
    # Material shows entries as HTML; the script of MkDocs' own search escapes what it shows.
    def text_of(text: str) -> str:
        return escape(text, quote=False) if html else text

    done: set[str] = set()  # an incremental build adds a page again: its rows replace the old ones

    def add(page: Any) -> None:
        if not isinstance(page, RenderedPage):
            parse(page)
            return
        excluded = page.meta.get("search") or {}
        if isinstance(excluded, dict) and excluded.get("exclude"):
            return
        old = (
            [place for place, row in enumerate(rows) if row["location"].partition("#")[0] == page.url]
            if page.url in done
            else []
        )
        place = old[0] if old else len(rows)
        rows[place : place + len(old)] = list(rows_of(page))
        done.add(page.url)
        page.search_entries = ()

    def rows_of(page: RenderedPage) -> Iterator[dict[str, Any]]:
        for entry in page.search_entries:
            row: dict[str, Any] = {
                "location": f"{page.url}#{entry.anchor}" if entry.anchor else page.url,
                "title": text_of(entry.title),
                "text": text_of(_with_parts(entry.text)),
            }
            if html and (boost := _BOOSTS.get(page.order, 1.0)) != 1.0:
                row["boost"] = boost
            yield row

    index.add_entry_from_context = add


def _with_parts(text: str) -> str:
    """Return a text followed by the parts of the dotted names in it, so that `amount` finds `payment.amount`."""
    parts = dict.fromkeys(part for name in _DOTTED.findall(text) for part in name.split(".") if len(part) > 2)
    return f"{text} {' '.join(parts)}" if parts else text
