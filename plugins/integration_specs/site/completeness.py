"""Checks that a built site is complete: every spec has a page, and every link between our pages resolves."""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from pathlib import Path
from posixpath import normpath
from typing import NamedTuple
from urllib.parse import unquote

from integration_specs.files import UnreadableFile, read_file
from integration_specs.findings import Finding

_ATTRIBUTE = re.compile(r"\s(id|href|data-specs)=(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_OWN_ATTRIBUTE = re.compile(r' (id|href|data-specs)="([^"]*)"')
_OTHER_SITES = ("https://", "http://", "mailto:")
_LARGEST = 256 << 20
"""The limit for an HTML page, in bytes."""
_REBUILD = "build the site again; if this remains, check for a plugin or template that removes or renames pages"


class PageFacts(NamedTuple):
    """The IDs and links of one HTML page, and the number of specs in its `data-specs` attribute.

    IDs and links are one text each, since a page has hundreds of them: a line break is before and after each ID, and between
    links. Links to other sites and to IDs of the page itself are left out.
    """

    ids: str
    links: str
    specs: str | None

    def has_id(self, id_: str) -> bool:
        """Return whether the page has this ID."""
        return f"\n{id_}\n" in self.ids

    @staticmethod
    def of_file(path: Path) -> "PageFacts":
        """Return the facts of an HTML file, whatever program wrote it. Raises `UnreadableFile`."""
        html = read_file(path, _LARGEST).decode(errors="replace")
        # An HTML parser takes twenty times as long.
        found = (each.groups("") for each in _ATTRIBUTE.finditer(html) if _is_in_tag(html, each.start()))
        return PageFacts._of((name, "".join(values)) for name, *values in found)

    @staticmethod
    def of_content(html: str) -> "PageFacts":
        """Return the facts of HTML that we rendered: its text has no quotation marks that are not escaped."""
        return PageFacts._of(_OWN_ATTRIBUTE.findall(html))

    @staticmethod
    def _of(attributes: Iterable[tuple[str, str]]) -> "PageFacts":
        found: dict[str, dict[str, None]] = {"id": {}, "href": {}, "data-specs": {}}
        for name, value in attributes:
            found[name][value] = None
        ids, links, specs = (unescape("\n".join(each)) for each in found.values())
        facts = PageFacts(f"\n{ids}\n", "", specs or None)
        far = (each for each in links.split("\n") if not each.startswith(_OTHER_SITES))
        return facts._replace(links="\n".join(each for each in far if each[:1] != "#" or not facts.has_id(each[1:])))


def _is_in_tag(html: str, place: int) -> bool:
    return html.rfind("<", 0, place) >= html.rfind(">", 0, place)


def check_site(
    site: Path,
    ids: Iterable[str],
    mount: str = "",
    known: Mapping[str, PageFacts] | None = None,
    other_languages: tuple[str, ...] = (),
) -> tuple[Finding, ...]:
    """Return a finding of the rule `site-incomplete` for each missing page, broken link or wrong count.

    `site` is the built folder, `ids` are the IDs of all spec files, `mount` is the folder of the pages inside the site.
    Every spec must have a page, every link between pages must resolve, and the index must link to every spec and give
    their number in its `data-specs` attribute. Pages whose facts are `known`, by address, are not read. The folders of
    `other_languages`, each with a slash, are built later and left out.
    """
    prefix = f"{mount.strip('/')}/" if mount.strip("/") else ""
    files = {path.relative_to(site).as_posix(): path for path in sorted((site / prefix).rglob("*.html"))}
    pages: dict[str, PageFacts] = {}
    problems: list[tuple[str, str]] = []
    for address, path in files.items():
        if not address.startswith(other_languages):
            try:
                pages[address] = (known or {}).get(address) or PageFacts.of_file(path)
            except UnreadableFile as error:
                problems.append((address, f"the page cannot be read: {error.reason}"))
    problems += _problems(pages, sorted(set(ids)), prefix, other_languages)
    return tuple(Finding("site-incomplete", "error", message, file, help=_REBUILD) for file, message in problems)


def _problems(
    pages: Mapping[str, PageFacts], ids: list[str], prefix: str, other_languages: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    homes = {id_: next((p for p in _candidates(prefix + id_) if p in pages), None) for id_ in ids}
    for id_, home in homes.items():
        if home is None:
            yield f"{prefix}{id_}/index.html", f"the spec `{id_}` has no page in the built site"

    index_address = f"{prefix}index.html"
    index = pages.get(index_address)
    if index is None:
        yield index_address, "the home page of the specs is missing"
    elif index.specs != str(len(ids)):
        found = "does not give the number of specs" if index.specs is None else f"says {index.specs} specs"
        yield index_address, f"the home page {found}, but the number of files is {len(ids)}"

    linked = set()
    for address, facts in pages.items():
        for link in sorted({*facts.links.split("\n")}):
            target = _target(address, link)
            if target is None:
                continue
            path, anchor = target
            if address == index_address:
                linked.add(path)
            if not path.startswith(prefix) or not path.endswith(".html") or path.startswith(other_languages):
                continue
            if path not in pages:
                yield address, f"the link `{link}` leads to {path}, which is not in the site"
            elif anchor and not pages[path].has_id(anchor):
                yield address, f"the link `{link}` leads to #{anchor}, which is not on {path}"
    for id_, home in homes.items():
        if index is not None and home is not None and home not in linked:
            yield index_address, f"the index has no link to the spec `{id_}`"


def _candidates(address: str) -> tuple[str, str]:
    return f"{address}/index.html", f"{address}.html"


def _target(page: str, link: str) -> tuple[str, str] | None:
    """Return the file that a relative link leads to, and its anchor; None for links out of the site."""
    path, _, fragment = link.partition("#")
    path, anchor = path.partition("?")[0], unquote(fragment)
    if path.startswith("/") or ":" in path.partition("/")[0]:
        return None
    if not path:
        return (page, anchor) if anchor else None
    folder = page.rpartition("/")[0]
    target = normpath(f"{folder}/{unquote(path)}" if folder else unquote(path))
    if target.startswith(".."):
        return None
    if path.endswith(("/", "/.", "/..")) or path in (".", ".."):
        target = "index.html" if target == "." else f"{target}/index.html"
    return target, anchor
