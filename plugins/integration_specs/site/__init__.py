"""The pages of a site as plain values that any generator can write; templates, assets and translations.

May import `model`, `markdown_template` and the layers below.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from integration_specs.findings import Finding
from integration_specs.model.verification import SpecVerification
from integration_specs.settings import SpecSource
from integration_specs.text.compressed import decompress

from .completeness import PageFacts


def _no_edit_url(file: str, line: int) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule as the reference describes it; `command` is the one that reports it (`check` or `diff`).

    `topic` is a key of a spec that the rule is about, or the name of another topic.
    """

    command: str
    topic: str
    name: str
    level: str
    summary: str
    why: str
    bad: str
    good: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A semantic change as pages show it: plain texts, none of them trusted.

    `state` is `added`, `removed` or `changed`; `pointer` is the path by identity; `old` and `new` are the values on one
    line, empty if there is none. `affects` are names by kind (`field`, `flow`, `consumer`, `spec` …); `approvers` are
    teams and the reason why each must approve; `advice` says what to do about a breaking or risky change.
    """

    level: str
    rule: str
    state: str
    concerns: tuple[str, ...]
    pointer: str
    label: str
    old: str = ""
    new: str = ""
    affects: tuple[tuple[str, tuple[str, ...]], ...] = ()
    approvers: tuple[tuple[str, str], ...] = ()
    advice: str = ""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What one commit changed in one spec; `spec` is its ID after the commit, or its last ID.

    `url` is the address of the commit, or empty.
    """

    commit: str
    day: date
    subject: str
    spec: str
    changes: tuple[ChangeView, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """The newest semantic changes, newest first.

    At most `most` commits were read. `gap` says in plain English why the log is incomplete or empty, and what to do.
    """

    entries: tuple[LogEntry, ...]
    most: int
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """The differences between the specs of this site and an earlier state, named by `base`.

    `changes` are listed by spec ID; `skipped` are the IDs of specs that could not be compared, and why.
    """

    base: str
    changes: tuple[tuple[str, tuple[ChangeView, ...]], ...]
    skipped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """Options of a site.

    `description` is the lead of the home page; with `search` it has a field for the search of the theme. `today` is an input, so that equal commits give equal pages. `edit_url` returns the absolute address of a line of a
    file, or an empty text. `findings` are shown on the pages of their specs. Attachments are read below `root`; without
    it none are published. `overrides` are folders with templates that replace ours. `review_every` is the project's
    review interval by criticality. `rules` are listed in the reference. `log` is the history of the specs, None for a
    site without it; `preview` is what this state of the specs changes. `verification` is the result of `verify` by spec;
    `sources` are the further folders of specs.
    `contact_urls` are addresses of contacts by channel. With `keeps_results`, what was made of a spec is kept for the next site.
    """

    language: str = "en"
    description: str = ""
    search: bool = False
    today: date = date(1970, 1, 1)
    edit_url: Callable[[str, int], str] = _no_edit_url
    directory_urls: bool = True
    findings: tuple[Finding, ...] = ()
    overrides: tuple[Path, ...] = ()
    review_every: Mapping[str, str] = field(default_factory=dict)
    contact_urls: Mapping[str, str] = field(default_factory=dict)
    root: Path | None = None
    rules: tuple[RuleText, ...] = ()
    log: ChangeLog | None = None
    preview: Preview | None = None
    verification: Mapping[str, SpecVerification] = field(default_factory=dict)
    sources: tuple[SpecSource, ...] = ()
    keeps_results: bool = False


class Heading(NamedTuple):
    """An entry of the table of contents. `text` is plain text; `anchor` is an ASCII ID of an element of the page."""

    level: int
    anchor: str
    text: str


class SearchEntry(NamedTuple):
    """An entry of the search index, as plain text; `anchor` is empty for the page itself.

    Of `text` the lines that match are shown, without what follows a tab.
    """

    anchor: str
    title: str
    text: str


class NavPlace(NamedTuple):
    """The place of a page in the navigation.

    `order` is the position of the page, or of its top section, among all others; `section` are the titles of the sections
    around the page, outermost first. A page whose title is that of its section is the section's own page. Pages that are not
    listed are below their section, too.
    """

    order: int
    title: str
    section: tuple[str, ...]
    is_listed: bool = True


class NavLink(NamedTuple):
    """An entry of a section of the navigation that leads to the home page with a query or an anchor."""

    title: str
    section: tuple[str, ...]
    query: str


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page: `content` is HTML, everything else is plain text that must be escaped when it is printed.

    The content is `compressed`, since all pages wait in memory until MkDocs writes them.

    `address` is the path under the mount, without a suffix: `index`, `pagar-me`,
    `owners/payments`. `source` is the file that the page shows, empty for computed pages. `edit_url` is absolute or
    empty. Links inside `content` are relative, as `links.py` makes them. `nav` is the place in the navigation, None
    for a page outside of it. `failures` are internal errors: parts of the page that could not be made.
    `facts` are the IDs and links of the content, `has_title` tells whether it has a first heading.
    """

    address: str
    title: str
    description: str
    compressed: bytes
    facts: PageFacts
    headings: tuple[Heading, ...] = ()
    search: tuple[SearchEntry, ...] = ()
    source: str = ""
    edit_url: str = ""
    has_title: bool = True
    nav: NavPlace | None = None
    failures: tuple[Finding, ...] = ()

    @property
    def content(self) -> str:
        """The HTML of the page, without what the theme adds."""
        return decompress(self.compressed)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that is not a page (`catalog.json`, an attachment): `address` is its full path under the mount.

    Files of specs are compressed while they wait in memory.
    """

    address: str
    stored: bytes
    is_compressed: bool = False

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return zlib.decompress(self.stored) if self.is_compressed else self.stored


@dataclass(frozen=True, slots=True)
class Redirect:
    """An old address and the address of the page that replaces it."""

    address: str
    target: str


@dataclass(frozen=True, slots=True)
class Site:
    """All pages, files and redirects of a site, and the internal errors of those that could not be made."""

    pages: tuple[Page, ...]
    assets: tuple[Asset, ...] = field(default=())
    redirects: tuple[Redirect, ...] = field(default=())
    nav_links: tuple[NavLink, ...] = ()
    failures: tuple[Finding, ...] = field(default=())
