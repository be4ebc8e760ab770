"""The pages of the specs in the navigation of the site: sections, previous and next pages, and the way up."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Link, Navigation, Section

from integration_specs.site import NavLink, NavPlace, Site
from integration_specs.site.navigation import OVERVIEW

from .page import RenderedPage


def nav_entries(nav: Any, title: str = "") -> Iterator[tuple[str, str]]:
    """Yield file and title of each entry of the site's own `nav`; the title is empty if it gives none."""
    if isinstance(nav, str):
        yield nav, title
    elif isinstance(nav, list):
        for item in nav:
            yield from nav_entries(item)
    elif isinstance(nav, dict):
        for name, value in nav.items():
            yield from nav_entries(value, str(name))


def place_pages(nav: Navigation, files: Files, site: Site, mount: str, config: MkDocsConfig) -> None:
    """Put the pages of `site` into the navigation, whatever made it.

    They are one section: where the first of them was, else at the end. In a site without other pages they are the whole
    navigation. If the site lists some of them itself, these stay and no others are added. A plugin lists all of them.
    """
    prefix = f"{mount}/" if mount else ""
    placed: list[tuple[RenderedPage, NavPlace]] = []
    for page in site.pages:
        file = files.get_file_from_path(f"{prefix}{page.address}.md")
        if file is not None and isinstance(file.page, RenderedPage) and page.nav is not None:
            placed.append((file.page, page.nav))
    home = next((each for each, place in placed if place.order == OVERVIEW), None)
    if home is None:
        return
    own_files = {file for file, _ in nav_entries(config.nav)}
    listed = [page for page in nav.pages if isinstance(page, RenderedPage)]
    if len(listed) < len(placed) and any(page.file.src_uri in own_files for page in listed):
        for each, _ in placed:
            each.parent = each.parent or home.parent
        return
    at = _remove(nav.items)
    items = _tree(placed, site.nav_links, home.file.url)
    if not nav.items:
        nav.items[:] = items
        nav.homepage = nav.homepage or home
        home.is_section_page = bool(mount)
    else:
        section = Section(home.page_title, items)
        home.is_section_page = True
        for item in items:
            item.parent = section
        nav.items.insert(len(nav.items) if at is None else at, section)
    nav.pages[:] = [*_pages(nav.items)]


def _tree(placed: list[tuple[RenderedPage, NavPlace]], links: Iterable[NavLink], home: str) -> list[StructureItem]:
    """Return pages and sections in their order; each section begins with its own page or its links to the page `home`."""
    sections: dict[tuple[str, ...], Section] = {}
    top: list[tuple[int, StructureItem]] = []
    for place in sorted((place for _, place in placed), key=lambda each: each.section):
        for depth in range(1, len(place.section) + 1):
            path = place.section[:depth]
            if path in sections:
                continue
            sections[path] = Section(escape(path[-1]), [])
            if depth > 1:
                _append(sections[path[:-1]], sections[path])
            else:
                top.append((place.order, sections[path]))
    for link in links:
        _append(sections[link.section], Link(escape(link.title), f"{home}{link.query}"))
    for page, place in placed:
        section = sections[place.section] if place.section else None
        if section is None:
            top.append((place.order, page))
        elif not place.is_listed:
            page.parent = section
        elif place.title == place.section[-1]:
            page.is_section_page, page.parent = True, section
            section.children.insert(0, page)
        else:
            _append(section, page)
    items = [_alone(item) for _, item in sorted(top, key=lambda each: each[0])]
    for siblings in (items, *(section.children for section in sections.values())):
        pages = [item for item in siblings if isinstance(item, RenderedPage)]
        for page, before, after in zip(pages, [None, *pages], [*pages[1:], None], strict=False):
            page.previous_page, page.next_page = before, after
    return items


def _alone(item: StructureItem) -> StructureItem:
    """Return the page of a section that has no others, and any other entry as it is."""
    if isinstance(item, Section) and len(item.children) == 1 and isinstance(page := item.children[0], RenderedPage):
        page.is_section_page, page.parent = False, None
        return page
    return item


def _append(section: Section, item: StructureItem) -> None:
    item.parent = section
    section.children.append(item)


def _remove(items: list[StructureItem]) -> int | None:
    """Remove our pages, and sections that had no others, from a navigation. Return where the first one was at the top."""
    first = None
    for number, item in [*enumerate(items)]:
        if isinstance(item, RenderedPage) or (isinstance(item, Section) and _remove(item.children) is not None):
            first = number if first is None else first
            if not item.children:
                items.remove(item)
    return first


def _pages(items: list[StructureItem]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, Section):
            yield from _pages(item.children)
        elif not isinstance(item, Link):
            yield item
