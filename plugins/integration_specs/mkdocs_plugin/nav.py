"""The navigation: the pages across specs are in it, the pages of single specs are below their section."""

from collections.abc import Iterator
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

from integration_specs.site import Page, Site

from .page import RenderedPage


def is_in_nav(page: Page) -> bool:
    """Return whether a page is in the navigation: only those whose number does not grow with the specs are."""
    return page.nav > 0


def nav_titles(nav: Any) -> Iterator[tuple[str, str]]:
    """Yield file and title of each entry to which the site's own `nav` gives a title."""
    for item in nav if isinstance(nav, list) else ():
        for title, value in item.items() if isinstance(item, dict) else ():
            if isinstance(value, str):
                yield value, str(title)
            else:
                yield from nav_titles(value)


def _nav_files(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, list):
        for item in nav:
            yield from _nav_files(item)
    elif isinstance(nav, dict):
        for item in nav.values():
            yield from _nav_files(item)


def add_to_nav(files: Files, site: Site, mount: str, config: MkDocsConfig) -> None:
    """Add the pages across specs to the navigation, unless the site's own `nav` has one of them.

    Without a `nav` MkDocs lists them itself; where all pages of the site are ours, in our order instead of by name.
    """
    prefix = f"{mount}/" if mount else ""
    pages = sorted(filter(is_in_nav, site.pages), key=lambda page: page.nav)
    uris = [f"{prefix}{page.address}.md" for page in pages]
    uris = [uri for uri in uris if isinstance(getattr(files.get_file_from_path(uri), "page", None), RenderedPage)]
    if not uris:
        return
    if config.nav is None:
        if all(isinstance(file.page, RenderedPage) for file in files.documentation_pages()):
            config.nav = list(uris)
    elif not set(_nav_files(config.nav)) & set(uris):
        title = str(getattr(files.src_uris[uris[0]].page, "title", None) or "Integrations")
        config.nav = [*config.nav, {title: list(uris)}] if len(uris) > 1 else [*config.nav, uris[0]]


def set_parents(nav: Navigation, files: Files, mount: str) -> None:
    """Make the section of the index the parent of our pages outside of the navigation, so that it is open on them."""
    index = files.get_file_from_path(f"{mount}/index.md" if mount else "index.md")
    parent = index.page.parent if index is not None and index.page is not None else None
    if parent is None:
        return
    listed = set(map(id, nav.pages))
    for file in files.documentation_pages():
        page = file.page
        if isinstance(page, RenderedPage) and id(page) not in listed:
            page.parent = parent
