"""What a site consists of: plain values that any generator can write."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the table of contents. `text` is plain text; `anchor` an ASCII id that is in the page."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """What search finds at one place of a page: plain text; `anchor` is empty for the page itself."""

    anchor: str
    title: str
    text: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page, finished: `content` is HTML, everything else plain text that whoever prints it must escape.

    `address` is the page's path under the mount, without ending: `index`, `pagar-me`, `owners/payments`.
    `source` is the file that the page shows (posix path as the loader names it), empty for computed pages.
    `edit_url` is absolute or empty. Links inside `content` are relative to the page's own folder address (`../x/`),
    as made by `links.py`, and right whether or not the site uses directory addresses.
    """

    address: str
    title: str
    description: str
    content: str
    headings: tuple[Heading, ...] = ()
    search: tuple[SearchEntry, ...] = ()
    source: str = ""
    edit_url: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file beside the pages (`catalog.json`, an attachment): `address` is its whole path under the mount."""

    address: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Redirect:
    """An old address and the page that took its place."""

    address: str
    target: str


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that a catalog becomes."""

    pages: tuple[Page, ...]
    assets: tuple[Asset, ...] = field(default=())
    redirects: tuple[Redirect, ...] = field(default=())
