"""Proof that a built site is whole: a function of the folder and of the ids that must be in it.

It reads only the HTML, so it holds for whatever wrote it.
"""

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
    """What one HTML file offers (`ids`), where it leads (`links`) and how many specs it says there are."""

    __slots__ = ("ids", "links", "specs")

    def __init__(self, html: str) -> None:
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.specs: str | None = None
        # 1,000 pages of 60 KB are read in less than half a second; an HTML parser takes twenty times as long.
        for match in _ATTRIBUTE.finditer(html):
            place = match.start()
            if html.rfind("<", 0, place) < html.rfind(">", 0, place):
                continue  # in the text, and not in a tag
            name, *values = match.groups("")
            value = intern(unescape("".join(values)))  # most pages have the same
            if name == "id":
                self.ids.add(value)
            elif name == "href":
                self.links.add(value)
            else:
                self.specs = value


def check_site(site: Path, ids: Iterable[str], mount: str = "") -> tuple[Finding, ...]:
    """Every spec has its page, every link between pages of the mount arrives, and the index counts right.

    `site` is the built folder, `ids` the ids of all spec files, `mount` the folder of the pages inside the site. The
    index says how many specs there are in a `data-specs` attribute and links to each. Faults are findings of rule
    `site-incomplete`, in the order of the pages; an empty tuple means that the site is whole.
    """
    return tuple(
        Finding(rule="site-incomplete", level="error", message=message, file=file, help=hint)
        for file, message, hint in _faults(site, sorted(set(ids)), mount.strip("/"))
    )


def _faults(site: Path, ids: list[str], mount: str) -> Iterator[tuple[str, str, str]]:
    root = site / mount if mount else site
    files = sorted(root.rglob("*.html"))

    facts_of = parallel_map(lambda file: _PageFacts(file.read_text(encoding="utf-8", errors="replace")), files)
    pages = {file.relative_to(site).as_posix(): facts for file, facts in zip(files, facts_of, strict=True)}
    prefix = f"{mount}/" if mount else ""
    rebuild = "build again; if it stays, a plugin or template removes or renames pages"

    homes = {id_: next((p for p in _candidates(prefix + id_) if p in pages), None) for id_ in ids}
    for id_, home in homes.items():
        if home is None:
            yield f"{prefix}{id_}/index.html", f"the spec `{id_}` has no page in the built site", rebuild

    index = pages.get(f"{prefix}index.html")
    if index is None:
        yield f"{prefix}index.html", "the index of the specs was not built", rebuild
    elif index.specs != str(len(ids)):
        said = "says no number of specs" if index.specs is None else f"says {index.specs} specs"
        yield f"{prefix}index.html", f"the index {said}, there are {len(ids)} files", rebuild

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
    """The file inside the site that a relative link means, and its anchor; None for links that leave the site."""
    try:
        parts = urlsplit(link)
    except ValueError:  # `http://[`, as a person may have written it
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
