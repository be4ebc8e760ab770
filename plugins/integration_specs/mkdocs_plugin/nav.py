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


def nav_titles(nav: Any) -> Iterator[tuple[str, str]]:
    """Yield file and title of each entry to which the site's own `nav` gives a title."""
    for item in nav if isinstance(nav, list) else ():
        for title, value in item.items() if isinstance(item, dict) else ():
            if isinstance(value, str):
                yield value, str(title)
            else:
                yield from nav_titles(value)


def place_pages(nav: Navigation, files: Files, site: Site, mount: str, config: MkDocsConfig) -> None:
    """Put the pages of `site` into the navigation, whatever made it.

    They are one section: where the first of them was, else at the end. In a site without other pages they are the whole
    navigation. If the site lists some of them itself, these stay and no others are added. A plugin lists all of them.
    """
    prefix = f"{mount}/" if mount else ""
    tree = _Tree()
    for page in site.pages:
        file = files.get_file_from_path(f"{prefix}{page.address}.md")
        if file is not None and isinstance(file.page, RenderedPage) and page.nav is not None:
            tree.add(file.page, page.nav)
    if tree.home is None:
        return
    own_files = set(_nav_files(config.nav))
    listed = [page for page in nav.pages if isinstance(page, RenderedPage)]
    if len(listed) < tree.size and any(page.file.src_uri in own_files for page in listed):
        tree.set_parents(tree.home.parent)
        return
    at = _remove(nav.items, nav.items)
    items = tree.items(site.nav_links)
    if not nav.items:
        nav.items[:] = items
        nav.homepage = nav.homepage or tree.home
        tree.home.is_section_page = bool(mount)
    else:
        section = Section(tree.home.page_title, items)
        tree.home.is_section_page = True
        for item in items:
            item.parent = section
        nav.items.insert(len(nav.items) if at is None else at, section)
    nav.pages[:] = [*_pages(nav.items)]


class _Tree:
    """Our pages by the sections that they are in."""

    def __init__(self) -> None:
        self.home: RenderedPage | None = None
        self._placed: list[tuple[RenderedPage, NavPlace]] = []

    @property
    def size(self) -> int:
        """Number of pages, with those that are not listed."""
        return len(self._placed)

    def add(self, page: RenderedPage, place: NavPlace) -> None:
        if place.order == OVERVIEW:
            self.home = page
        self._placed.append((page, place))

    def set_parents(self, parent: Any) -> None:
        """Give all pages that the site does not list itself the same section."""
        for page, _ in self._placed:
            page.parent = page.parent or parent

    def items(self, links: Iterable[NavLink]) -> list[StructureItem]:
        """Return pages and sections in their order; each section begins with its own page or its links."""
        sections: dict[tuple[str, ...], Section] = {}
        top: list[tuple[int, StructureItem]] = []
        for place in sorted((place for _, place in self._placed), key=lambda each: each.section):
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
            _append(
                sections[link.section],
                Link(escape(link.title), f"{self.home.file.url if self.home else ''}{link.query}"),
            )
        for page, place in self._placed:
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
        _link_pages(items)
        for section in sections.values():
            _link_pages(section.children)
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


def _link_pages(items: list[StructureItem]) -> None:
    pages = [item for item in items if isinstance(item, RenderedPage)]
    for number, page in enumerate(pages):
        page.previous_page = pages[number - 1] if number else None
        page.next_page = pages[number + 1] if number + 1 < len(pages) else None


def _remove(items: list[StructureItem], top: list[StructureItem]) -> int | None:
    """Remove our pages, and sections that had no others, from a navigation. Return where the first one was at the top."""
    first = None
    for number, item in [*enumerate(items)]:
        had_pages = isinstance(item, Section) and bool(item.children)
        if isinstance(item, RenderedPage):
            first = number if first is None else first
        elif isinstance(item, Section) and _remove(item.children, top) is not None:
            first = number if first is None else first
            if item.children:
                continue
        if isinstance(item, RenderedPage) or (had_pages and not item.children):  # type: ignore[attr-defined]
            items.remove(item)
    return first


def _pages(items: list[StructureItem]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, Section):
            yield from _pages(item.children)
        elif not isinstance(item, Link):
            yield item


def _nav_files(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, list):
        for item in nav:
            yield from _nav_files(item)
    elif isinstance(nav, dict):
        for item in nav.values():
            yield from _nav_files(item)
