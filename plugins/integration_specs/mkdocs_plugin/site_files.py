"""Our finished pages as MkDocs' own values: no Markdown, no template of MkDocs ever sees the text of a spec."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils import get_relative_url

from integration_specs.findings import Finding
from integration_specs.site import Heading, Page, SearchEntry, Site
from integration_specs.site.disk_buffer import Waiting

_ADDRESS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,127})*")
_IDS = re.compile(r"\sid=\"([^\"]+)\"")


PLACE_OF_CONTENT = "\0content\0"
"""Stands for a page's content in what is kept of its theme."""


class FinishedPage(MkDocsPage):
    """A page of MkDocs whose content is there before MkDocs asks for it.

    `kept_frame` is what the theme made around the content in an earlier build, empty when it is not known.
    """

    kept_frame = ""
    _body: str | Waiting = ""

    def __init__(self, page: Page, file: File, config: MkDocsConfig, nav_title: str | None) -> None:
        super().__init__(nav_title or escape(page.title), file, config)
        self._nav_title = nav_title
        self.fill(page)

    def fill(self, page: Page) -> None:
        """Take over what `page` says. MkDocs' templates do not escape, so everything that they print is escaped here."""
        self.title = self._nav_title or escape(page.title)
        # Material prints `page.title | striptags`, which un-escapes; a title in `meta` takes another way.
        self.meta = {"title": escape(page.title), "description": escape(page.description)}
        self.markdown = ""
        self._body = page.body
        self.toc = contents(page.headings)
        self.present_anchor_ids = set(_IDS.findall(page.content))
        self.links_to_anchors = {}
        self.search_entries: tuple[SearchEntry, ...] = page.search
        self.edit_url = escape(page.edit_url) or None

    @property
    def content(self) -> str:
        """The HTML, read when it is asked for."""
        return str(self._body)

    @content.setter
    def content(self, value: str | None) -> None:
        if not value:
            self._body = ""
        elif value != str(self._body):  # MkDocs puts back what it asked plugins to change
            self._body = value

    @property
    def kept(self) -> str:
        """The whole page as the theme made it."""
        return self.kept_frame.replace(PLACE_OF_CONTENT, self.content or "")

    def read_source(self, config: MkDocsConfig) -> None:
        """There is no Markdown to read."""

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """There is none to render."""


def with_preview(html: str, page: FinishedPage) -> str:
    """The page with what a chat shows of a link to it, unless the theme or another plugin has written that already."""
    head = html.find("</head>")
    if head < 0 or "og:title" in html[:head]:
        return html
    told = {"type": "article", "title": page.meta["title"], "description": page.meta["description"]}
    if page.canonical_url:
        told["url"] = escape(page.canonical_url)
    tags = "".join(f'<meta property="og:{name}" content="{value}">' for name, value in told.items() if value)
    return f"{html[:head]}{tags}{html[head:]}"


def contents(headings: Iterable[Heading]) -> TableOfContents:
    """The table of contents as MkDocs nests it."""
    top: list[AnchorLink] = []
    open_: list[AnchorLink] = []
    for heading in headings:
        link = AnchorLink(escape(heading.text), heading.anchor, heading.level)
        while open_ and open_[-1].level >= link.level:
            open_.pop()
        (open_[-1].children if open_ else top).append(link)
        open_.append(link)
    if top:
        top[0].active = True  # type: ignore[attr-defined]  # as MkDocs' own function does
    return TableOfContents(top)


def is_prominent(page: Page) -> bool:
    """Whether a page is in the navigation: the index and the pages across specs, whose number is fixed."""
    return page.nav > 0


def remove_unlisted(files: Files, specs: Path) -> None:
    """Take out of the site what lies in the specs folder and is not a page somebody wrote.

    Raw specs, owners and attachments are published only where the site lists them, and links never: MkDocs would follow
    them out of the folder.
    """
    real_root = specs.resolve()
    for file in list(files):
        if file.abs_src_path is None or file.src_dir is None:
            continue
        source = Path(file.abs_src_path)
        real = Path(os.path.realpath(source))  # unlike `resolve`, it has an answer for a loop
        if not source.is_relative_to(specs) and not real.is_relative_to(real_root):
            continue
        is_itself = source.is_relative_to(specs) and real == real_root / source.relative_to(specs)
        if not is_itself or not file.is_documentation_page() or _is_attachment(source, specs):
            files.remove(file)


def _is_attachment(path: Path, specs: Path) -> bool:
    """Whether one of the folders above `path` has the name of a spec beside it."""
    folders = [folder for folder in path.parents if folder != specs and folder.is_relative_to(specs)]
    return any(os.path.lexists(f"{folder}{ending}") for folder in folders for ending in (".yaml", ".yml"))


def add_site(files: Files, site: Site, mount: str, config: MkDocsConfig, finish: Callable[[str], str]) -> list[Finding]:
    """Put pages, assets and redirects among MkDocs' files. Returns what could not be put there, and why.

    `finish` is given each page that no event of MkDocs sees, as HTML.

    Two outputs of one address are never written over each other: the file that was there first stays.
    """
    taken = {_key(file.dest_uri): _name(file) for file in files if file.inclusion.is_in_serve()}  # type: ignore[no-untyped-call]
    for name in config.theme.static_templates:
        taken.setdefault(_key(name), f"{name} of the theme")
    taken.setdefault("search/search_index.json", "the search index")
    folders = {up for key in taken for up in _parents(key)}
    faults: list[Finding] = []
    titles = dict(_nav_titles(config.nav))
    for file, source in _files(site, mount, config, finish, faults):
        key = _key(file.dest_uri)
        other = taken.get(key) or next((taken[up] for up in _parents(key) if up in taken), None)
        if other is None and key in folders:
            other = "a folder of the site"
        if other is not None:
            message = f"{source} and {other} would both be written to {file.dest_uri}"
            hint = "rename one of them, or set `mount` of the plugin to another folder"
            faults.append(Finding("address-taken", "error", message, source, help=hint))
            continue
        taken[key] = source
        folders.update(_parents(key))
        files.append(file)
        page = file.__dict__.pop("finished", None)
        if page is not None:
            FinishedPage(page, file, config, titles.get(file.src_uri))
    return faults


def _files(
    site: Site, mount: str, config: MkDocsConfig, finish: Callable[[str], str], faults: list[Finding]
) -> Iterator[tuple[File, str]]:
    prefix = f"{mount}/" if mount else ""
    for page in site.pages:
        source = page.source or f"the page `{page.address}`"
        if _is_safe(page.address, source, faults):
            shown = InclusionLevel.INCLUDED if config.nav is None and is_prominent(page) else InclusionLevel.NOT_IN_NAV
            file = File.generated(config, f"{prefix}{page.address}.md", content="", inclusion=shown)
            file.__dict__["finished"] = page
            yield file, source
    for asset in site.assets:
        if _is_safe(asset.address, f"the file `{asset.address}`", faults):
            # What our pages need to look and work as they should; the theme loads it on every page.
            is_ours = asset.address.startswith("assets/")  # an attachment never becomes a script or a style
            if is_ours and asset.address.endswith(".css"):
                config.extra_css.append(prefix + asset.address)
            elif is_ours and asset.address.endswith(".js"):
                config.extra_javascript.append(prefix + asset.address)
            # By its own name a Markdown file would be a page, and collide with the page that it belongs to.
            file = File.generated(config, f"{prefix}{asset.address}.asset", content=asset.content)
            file.dest_uri = prefix + asset.address
            file.inclusion = InclusionLevel.NOT_IN_NAV
            yield file, f"the file `{asset.address}`"
    for redirect in site.redirects:
        source = f"the former address `{redirect.address}`"
        if _is_safe(redirect.address, source, faults) and _is_safe(redirect.target, source, faults):
            page_file = File(f"{prefix}{redirect.address}.md", None, config.site_dir, config.use_directory_urls)
            target = File(f"{prefix}{redirect.target}.md", None, config.site_dir, config.use_directory_urls)
            link = get_relative_url(target.url, page_file.url)
            content = finish(redirect_page(redirect.target, link, target.url, config.site_url))
            file = File.generated(config, page_file.dest_uri, content=content)
            file.inclusion = InclusionLevel.NOT_IN_NAV
            yield file, source


def _is_safe(address: str, source: str, faults: list[Finding]) -> bool:
    if _ADDRESS.fullmatch(address):
        return True
    shown = address.encode("unicode_escape").decode("ascii")[:80]
    message = f"`{shown}` cannot be the address of a page: expected letters, digits, `-`, `_` and single slashes"
    faults.append(Finding("address-unsafe", "error", message, source, help="rename it"))
    return False


def _key(address: str) -> str:
    # Some file systems do not tell `Foo` from `foo`; a site must not depend on which one it is built on.
    return address.casefold()


def _parents(key: str) -> Iterator[str]:
    while "/" in key:
        key = key.rpartition("/")[0]
        yield key


def _name(file: File) -> str:
    return os.path.relpath(file.abs_src_path) if file.abs_src_path else file.src_uri


def redirect_page(name: str, link: str, url: str, site_url: str | None) -> str:
    """A small page that leads to the new address without a script."""
    there = escape(link)
    canonical = f'<link rel="canonical" href="{escape(site_url.rstrip("/") + "/" + url)}">' if site_url else ""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="0;url={there}"><meta name="robots" content="noindex"><link rel="icon" href="data:,">{canonical}'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(name)}</title></head>'
        f'<body><p><a href="{there}">{escape(name)}</a></p></body></html>\n'
    )


# --- navigation -------------------------------------------------------------------------------------------------------


def _nav_titles(nav: Any) -> Iterator[tuple[str, str]]:
    """Titles that the site's own `nav` gives to files."""
    for item in nav if isinstance(nav, list) else ():
        for title, value in item.items() if isinstance(item, dict) else ():
            if isinstance(value, str):
                yield value, str(title)
            else:
                yield from _nav_titles(value)


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
    """Put the index and the pages across specs into the navigation, unless the site's own `nav` has one of them.

    Without a `nav` MkDocs lists them by itself; where the whole site is ours, in our order instead of by name.
    """
    prefix = f"{mount}/" if mount else ""
    prominent = sorted(filter(is_prominent, site.pages), key=lambda page: page.nav)
    ours = [f"{prefix}{page.address}.md" for page in prominent]
    ours = [uri for uri in ours if isinstance(getattr(files.get_file_from_path(uri), "page", None), FinishedPage)]
    if not ours:
        return
    if config.nav is None:
        if all(isinstance(file.page, FinishedPage) for file in files.documentation_pages()):
            config.nav = list(ours)
    elif not set(_nav_files(config.nav)) & set(ours):
        title = str(getattr(files.src_uris[ours[0]].page, "title", None) or "Integrations")
        config.nav = [*config.nav, {title: list(ours)}] if len(ours) > 1 else [*config.nav, ours[0]]


def adopt(nav: Navigation, files: Files, mount: str) -> None:
    """Give the pages outside of the navigation the section of the index as parent: it is open while one is read."""
    index = files.get_file_from_path(f"{mount}/index.md" if mount else "index.md")
    parent = index.page.parent if index is not None and index.page is not None else None
    if parent is None:
        return
    listed = set(map(id, nav.pages))
    for file in files.documentation_pages():
        page = file.page
        if isinstance(page, FinishedPage) and id(page) not in listed:
            page.parent = parent
