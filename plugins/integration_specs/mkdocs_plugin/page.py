"""A rendered page as a MkDocs page: MkDocs runs its events for it, but no Markdown or template sees the spec's text."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents

from integration_specs.site import NavPlace, Page, SearchEntry
from integration_specs.text.compressed import compress, decompress

if TYPE_CHECKING:
    from .theme_output import Frame

_OUTSIDE = NavPlace(0, "", ())
"""Place of pages outside of the navigation."""


class RenderedPage(MkDocsPage):
    """A MkDocs page whose content was rendered before.

    With a `frame`, the theme's template is not run: the page is stamped from it.
    """

    frame: "Frame | None" = None
    is_section_page = False
    has_title = False
    """Whether the content has a first heading."""
    _is_hidden = False
    """Whether the content is hidden from MkDocs while no plugin changes it, so that it is not decompressed."""
    _toc: TableOfContents | None = None

    def __init__(self, page: Page, file: File, config: MkDocsConfig, nav_title: str | None) -> None:
        super().__init__(nav_title or escape(page.title), file, config)
        self._nav_title = nav_title
        self.fill(page)

    @property
    def content(self) -> str:
        """The HTML of the page."""
        return "" if self._is_hidden or not self._compressed else decompress(self._compressed)

    @content.setter
    def content(self, text: str | None) -> None:
        if self._is_hidden:
            self._is_hidden = False
        elif text is None or text is not self.content:
            self._compressed = compress(text) if text else b""
            self.has_title = "<h1" in (text or "")

    @property
    def toc(self) -> TableOfContents:
        """The table of contents, made when it is asked for first."""
        if self._toc is None:
            self._toc = nested(AnchorLink(escape(each.text), each.anchor, each.level) for each in self.headings)
        return self._toc

    @toc.setter
    def toc(self, contents: TableOfContents) -> None:
        self._toc = contents

    @property
    def present_anchor_ids(self) -> set[str]:  # type: ignore[override]  # MkDocs only reads it
        """The IDs of the page, to which pages of others may link."""
        return {*self.facts.ids.split("\n")}

    @property
    def size(self) -> int:
        """The number of bytes of the compressed content."""
        return len(self._compressed)

    @property
    def is_index(self) -> bool:
        """Whether the page is the one of the section that it is in."""
        return self.is_section_page or super().is_index

    def fill(self, page: Page) -> None:
        """Take over the values of `page`, escaped, since MkDocs' templates do not escape."""
        self.page_title = escape(page.title)
        self.title = self._nav_title or escape((page.nav and page.nav.title) or page.title)
        # Material prints `page.title | striptags`, which removes the escaping, unless there is a title in `meta`.
        # A feed needs a description.
        self.meta = {"title": escape(page.title), "description": escape(page.description or page.title)}
        self.markdown = ""
        self._compressed, self.has_title, self._is_hidden = page.compressed, page.has_title, False
        self.headings, self._toc = page.headings, None
        self.facts = page.facts
        self.links_to_anchors = {}
        self.search_entries: tuple[SearchEntry, ...] = page.search
        self.address, self.place = page.address, page.nav or _OUTSIDE
        self.edit_url = escape(page.edit_url) or None
        self.frame = None

    def free(self) -> None:
        """Forget the content and the table of contents: the page is written."""
        self.content, self._toc = "", None

    @property
    def stamped(self) -> str:
        """The whole HTML document, made from the frame."""
        return self.frame.fill(self) if self.frame else ""

    def read_source(self, config: MkDocsConfig) -> None:
        """Do nothing: there is no Markdown to read."""

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Do nothing: there is no Markdown to render. MkDocs passes the content to plugins next, and sets what they return."""
        self._is_hidden = not config.plugins.events["page_content"]


def own_pages(files: Files) -> Iterator[RenderedPage]:
    """Yield our pages among MkDocs' files."""
    return (file.page for file in files.documentation_pages() if isinstance(file.page, RenderedPage))


def with_head_tags(html: str, page: RenderedPage, is_wide: bool) -> str:
    """Add to the head of a page what our styles must know before the content is there, and what chats show for a link.

    A wide page has tables, whose columns would move while rows arrive, so browsers wait for its content. The tags for
    chats (Open Graph) are left out if the theme or another plugin has added them.
    """
    head = html.find("</head>")
    if head < 0:
        return html
    tags = f'<meta name="integration-specs" content="{"wide" if is_wide else "narrow"}">'
    if is_wide:
        tags += '<link rel="expect" href="#content" blocking="render">'
    if "og:title" not in html[:head]:
        values = {"type": "article", "title": page.meta.get("title"), "description": page.meta.get("description")}
        if page.canonical_url:
            values["url"] = escape(page.canonical_url)
        tags += "".join(f'<meta property="og:{name}" content="{value}">' for name, value in values.items() if value)
    return f"{html[:head]}{tags}{html[head:]}"


def nested(links: Iterable[AnchorLink]) -> TableOfContents:
    """Return links nested by their levels, as MkDocs nests headings."""
    top: list[AnchorLink] = []
    open_: list[AnchorLink] = []
    for link in links:
        while open_ and open_[-1].level >= link.level:
            open_.pop()
        (open_[-1].children if open_ else top).append(link)
        open_.append(link)
    if top:
        top[0].active = True  # type: ignore[attr-defined]  # as MkDocs' own function does
    return TableOfContents(top)
