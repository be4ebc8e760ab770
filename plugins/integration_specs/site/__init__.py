"""The pages of a site as plain values that any generator can write; templates, assets and translations.

May import `model`, `template` and the layers below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from integration_specs.findings import Finding
from .disk_buffer import Waiting

OWN_ADDRESSES = frozenset(
    [
        "across",
        "assets",
        "attachments",
        "catalog",
        "changes",
        "health",
        "incident",
        "index",
        "landscape",
        "llms",
        "owners",
        "reference",
        "rules",
        "samples",
    ]
)
"""How the addresses of our own pages and files begin: no spec may be called so."""


def _no_edit_url(file: str, line: int) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class RuleText:
    """What the reference says of a rule; `command` is the one that reports it (`check`, `diff`)."""

    command: str
    name: str
    level: str
    summary: str
    why: str
    bad: str
    good: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change of meaning as pages tell it: plain texts, of which nothing is trusted.

    `state` is `new`, `gone` or `different`; `pointer` the path by identity; `old` and `new` the values in one line, empty
    where there is none. `touches` are names by kind (`field`, `flow`, `consumer`, `spec` …), `approvers` teams and why.
    """

    level: str
    rule: str
    state: str
    concerns: tuple[str, ...]
    pointer: str
    label: str
    old: str = ""
    new: str = ""
    touches: tuple[tuple[str, tuple[str, ...]], ...] = ()
    approvers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What one commit changed in one spec; `spec` is the id that it had after it, or last."""

    commit: str
    day: date
    subject: str
    spec: str
    changes: tuple[ChangeView, ...]


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """The newest changes of meaning, the newest first.

    `most` is how many commits were looked at, at most. `gap` says in plain English why it is incomplete or empty, and what mends
    that; `commit_url` is an address with `{commit}`, or empty.
    """

    entries: tuple[LogEntry, ...]
    most: int
    gap: str = ""
    commit_url: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the specs of this site change against another state of them, named by `base`.

    `changes` are those of each changed spec, by id; `skipped` the ids of specs that could not be compared, and why.
    """

    base: str
    changes: tuple[tuple[str, tuple[ChangeView, ...]], ...]
    skipped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What a site wants of its pages.

    `today` is an input, so that an unchanged commit gives unchanged pages. `edit_url` maps a file (as the loader names
    it) and a line to an absolute address, or to nothing. `findings` are shown on the pages of their specs.
    `root` is the project's folder, where attachments are read; without it none are published.
    `overrides` are folders whose templates come before ours. `review_every` is how long a review holds by criticality, where the project says so.
    `rules` are all that the reference explains. `log` is the history of the specs, None for a site without it; `preview`
    is what this state of them changes.
    """

    language: str = "en"
    today: date = date(1970, 1, 1)
    edit_url: Callable[[str, int], str] = _no_edit_url
    directory_urls: bool = True
    findings: tuple[Finding, ...] = ()
    overrides: tuple[Path, ...] = ()
    review_every: Mapping[str, str] = field(default_factory=dict)
    root: Path | None = None
    rules: tuple[RuleText, ...] = ()
    log: ChangeLog | None = None
    preview: Preview | None = None


class Heading(NamedTuple):
    """An entry of the table of contents. `text` is plain text; `anchor` an ASCII id that is in the page."""

    level: int
    anchor: str
    text: str


class SearchEntry(NamedTuple):
    """What search finds at one place of a page: plain text; `anchor` is empty for the page itself."""

    anchor: str
    title: str
    text: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page, finished: `content` is HTML, everything else plain text that whoever prints it must escape. It is made with a
    `body`, which is the content or stands for it.

    `address` is the page's path under the mount, without ending: `index`, `pagar-me`, `owners/payments`.
    `source` is the file that the page shows (posix path as the loader names it), empty for computed pages.
    `edit_url` is absolute or empty. Links inside `content` are relative to the page's own folder address (`../x/`),
    as made by `links.py`, and right whether or not the site uses directory addresses. `nav` is the page's place in the
    navigation, counted from 1; 0 keeps it out, so that the navigation does not grow with the specs.
    """

    address: str
    title: str
    description: str
    body: str | Waiting
    headings: tuple[Heading, ...] = ()
    search: tuple[SearchEntry, ...] = ()
    source: str = ""
    edit_url: str = ""
    nav: int = 0

    @property
    def content(self) -> str:
        """The HTML."""
        return str(self.body)


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
