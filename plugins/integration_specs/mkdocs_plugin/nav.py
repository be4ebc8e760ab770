"""The pages of the specs in the navigation of the site: sections, previous and next pages, and the way up."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Link, Navigation, Section

from integration_specs.site import NavLink
from integration_specs.site.navigation import OVERVIEW

from .page import RenderedPage, own_pages


def nav_entries(nav: Any, title: str = "") -> Iterator[tuple[str, str]]:
    """Yield file and title of each entry of the site's own `nav`; the title is empty if it gives none."""
    if isinstance(nav, str):
        yield nav, title
    elif isinstance(nav, list | dict):
        for name, value in nav.items() if isinstance(nav, dict) else (("", each) for each in nav):
            yield from nav_entries(value, str(name))


def place_pages(nav: Navigation, files: Files, links: Iterable[NavLink], mount: str, config: MkDocsConfig) -> None:
    """Put our pages and `links` into the navigation, whatever made it.

    They are one section: where the first of them was, else at the end. In a site without other pages they are the whole
    navigation. If the site lists some of them itself, these stay and no others are added. A plugin lists all of them.
    """
    pages = [page for page in own_pages(files) if page.place.order]
    home = next((page for page in pages if page.place.order == OVERVIEW), None)
    if home is None:
        return
    listed = {page.file.src_uri for page in nav.pages if isinstance(page, RenderedPage)}
    if len(listed) < len(pages) and any(file in listed for file, _ in nav_entries(config.nav)):
        for page in pages:
            page.parent = page.parent or home.parent
        return
    at = _remove(nav.items)
    items = _tree(pages, links, home.file.url)
    home.is_section_page = bool(mount or nav.items)
    if nav.items:
        section = Section(home.page_title, [])
        for item in items:
            _append(section, item)
        nav.items.insert(len(nav.items) if at is None else at, section)
    else:
        nav.items[:] = items
        nav.homepage = nav.homepage or home
    nav.pages[:] = _pages(nav.items)


def _tree(pages: list[RenderedPage], links: Iterable[NavLink], home: str) -> list[StructureItem]:
    """Return pages and sections in their order; each section begins with its own page or its links to the page `home`."""
    sections: dict[tuple[str, ...], Section] = {(): Section("", [])}

    def section(path: tuple[str, ...]) -> Section:
        if path not in sections:
            sections[path] = Section(escape(path[-1]), [])
            _append(section(path[:-1]), sections[path])
        return sections[path]

    for page in sorted(pages, key=lambda each: (each.place.order, each.place.section)):
        if page.place.section:
            section(page.place.section)
        else:
            _append(section(()), page)
    for link in links:
        _append(section(link.section), Link(escape(link.title), f"{home}{link.query}"))
    for page in pages:
        if not page.place.section:
            continue
        if not page.place.is_listed:
            page.parent = section(page.place.section)
        else:
            page.is_section_page = page.place.title == page.place.section[-1]
            _append(section(page.place.section), page, first=page.is_section_page)
    top = sections[()].children
    for number, item in enumerate(top):
        if isinstance(item, Section) and len(item.children) == 1 and isinstance(only := item.children[0], RenderedPage):
            only.is_section_page = False
            top[number] = only
        top[number].parent = None
    for each in sections.values():
        siblings = [item for item in each.children if isinstance(item, RenderedPage)]
        for page, before, after in zip(siblings, [None, *siblings], [*siblings[1:], None], strict=False):
            page.previous_page, page.next_page = before, after
    return top


def _append(section: Section, item: StructureItem, first: bool = False) -> None:
    item.parent = section
    section.children.insert(0 if first else len(section.children), item)


def _remove(items: list[StructureItem]) -> int | None:
    """Remove our pages, and sections that had no others, from a navigation. Return where the first one was at the top."""
    first = None
    for number, item in [*enumerate(items)]:
        if isinstance(item, RenderedPage) or (isinstance(item, Section) and _remove(item.children) is not None):
            first = number if first is None else first
            if not item.children:
                items.remove(item)
    return first


def _pages(items: Iterable[Any]) -> list[Any]:
    return [page for item in items for page in ([item] if item.is_page else _pages(item.children or ()))]
