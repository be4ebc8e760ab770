"""Checks that a built site is complete: it reads the HTML files, whatever program wrote them."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from posixpath import normpath
from sys import intern
from urllib.parse import unquote, urlsplit

from integration_specs.findings import Finding
from integration_specs.parallel import parallel_map

_ATTRIBUTE = re.compile(r"\s(id|href|data-specs)=(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


class _PageFacts:
    """The ids and links of one HTML file, and the number of specs in its `data-specs` attribute."""

    __slots__ = ("ids", "links", "specs")

    def __init__(self, html: str) -> None:
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.specs: str | None = None
        # An HTML parser takes twenty times as long.
        for match in _ATTRIBUTE.finditer(html):
            place = match.start()
            if html.rfind("<", 0, place) < html.rfind(">", 0, place):
                continue  # text, not an attribute
            name, *values = match.groups("")
            value = intern(unescape("".join(values)))  # most pages share their links
            if name == "id":
                self.ids.add(value)
            elif name == "href":
                self.links.add(value)
            else:
                self.specs = value


def check_site(site: Path, ids: Iterable[str], mount: str = "") -> tuple[Finding, ...]:
    """Return a finding of the rule `site-incomplete` for each missing page, broken link or wrong count.

    `site` is the built folder, `ids` are the ids of all spec files, `mount` is the folder of the pages inside the site.
    Every spec must have a page, every link between pages must resolve, and the index must link to every spec and give
    their number in its `data-specs` attribute.
    """
    return tuple(
        Finding(rule="site-incomplete", level="error", message=message, file=file, help=hint)
        for file, message, hint in _problems(site, sorted(set(ids)), mount.strip("/"))
    )


def _problems(site: Path, ids: list[str], mount: str) -> Iterator[tuple[str, str, str]]:
    root = site / mount if mount else site
    files = sorted(root.rglob("*.html"))

    facts_of = parallel_map(lambda file: _PageFacts(file.read_text(encoding="utf-8", errors="replace")), files)
    pages = {file.relative_to(site).as_posix(): facts for file, facts in zip(files, facts_of, strict=True)}
    prefix = f"{mount}/" if mount else ""
    rebuild = "build the site again; if this remains, check for a plugin or template that removes or renames pages"

    homes = {id_: next((p for p in _candidates(prefix + id_) if p in pages), None) for id_ in ids}
    for id_, home in homes.items():
        if home is None:
            yield f"{prefix}{id_}/index.html", f"the spec `{id_}` has no page in the built site", rebuild

    index = pages.get(f"{prefix}index.html")
    if index is None:
        yield f"{prefix}index.html", "the home page of the specs is missing", rebuild
    elif index.specs != str(len(ids)):
        found = "does not give the number of specs" if index.specs is None else f"says {index.specs} specs"
        yield f"{prefix}index.html", f"the home page {found}, but there are {len(ids)} files", rebuild

    arrived = set()
    for address, facts in pages.items():
        for link in sorted(facts.links):
            target = _target(address, link)
            if target is None:
                continue
            path, anchor = target
            if address == f"{prefix}index.html":
                arrived.add(path)
            if not path.startswith(prefix) or not path.endswith(".html"):
                continue
            if path not in pages:
                yield address, f"the link `{link}` leads to {path}, which is not in the site", rebuild
            elif anchor and anchor not in pages[path].ids:
                yield address, f"the link `{link}` leads to #{anchor}, which is not on {path}", rebuild
    if index is not None:
        for id_, home in homes.items():
            if home is not None and home not in arrived:
                yield f"{prefix}index.html", f"the index has no link to the spec `{id_}`", rebuild


def _candidates(address: str) -> tuple[str, str]:
    return f"{address}/index.html", f"{address}.html"


def _target(page: str, link: str) -> tuple[str, str] | None:
    """Return the file that a relative link leads to, and its anchor; None for links out of the site."""
    try:
        parts = urlsplit(link)
    except ValueError:  # such as `http://[`
        return None
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return None
    anchor = unquote(parts.fragment)
    if not parts.path:
        return (page, anchor) if anchor else None
    folder = page.rpartition("/")[0]
    path = normpath(f"{folder}/{unquote(parts.path)}" if folder else unquote(parts.path))
    if path.startswith(".."):
        return None
    if parts.path.endswith(("/", "/.", "/..")) or parts.path in (".", ".."):
        path = "index.html" if path == "." else f"{path}/index.html"
    return path, anchor
