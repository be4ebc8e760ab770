"""A site as Markdown files for any site generator; each contains one block of finished HTML.

Each page is the `index.md` of its own folder, so its relative links are valid whatever addresses the generator uses.

The block is one line, and characters with a meaning in Markdown or in macros are written as character references, so
that a generator does not change it. Assets that are Markdown are renamed, so that no generator makes pages of them.
"""

import json
import re
from collections.abc import Iterator

from . import Site
from .links import file_link, page_link

_TAG = re.compile(r"<(?:/?[a-zA-Z!](?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_REFERENCES = {ord(character): f"&#{ord(character)};" for character in "{}[]`~*_^$+=|:!@\\\n\t"}
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


_LINKED = re.compile(
    r"(?<=\shref=\")(?![a-z][a-z0-9+.-]*:)((?:[^\"#?]*/)?([^\"#?/]+\.(?:md|markdown)))(?=\")", re.IGNORECASE
)
_NAMED = re.compile(rb"(?<=\"markdown\": \")([^\"]+\.md)(?=\")")


def files(site: Site) -> dict[str, bytes]:
    """Return every file by its path: a Markdown file for each page and redirect, and the assets."""
    found = {_asset_path(asset.address): asset.content for asset in site.assets}
    if "catalog.json" in found:
        found["catalog.json"] = _NAMED.sub(rb"\1.txt", found["catalog.json"])
    texts = {asset.address.rpartition("/")[2] for asset in site.assets if _asset_path(asset.address) != asset.address}
    styles = [asset.address for asset in site.assets if asset.address.endswith(".css")]
    scripts = [asset.address for asset in site.assets if asset.address.endswith(".js")]
    for page in site.pages:
        links = [f'<link rel="stylesheet" href="{file_link(page.address, each, True)}">' for each in styles]
        links += [f'<script src="{file_link(page.address, each, True)}" defer></script>' for each in scripts]
        content = inert(_LINKED.sub(lambda link: _asset_path(link[1]) if link[2] in texts else link[1], page.content))
        block = f"<div>{''.join(links)}{content}</div>"
        found[_page_path(page.address)] = _file(block, title=page.title, description=page.description)
    for redirect in site.redirects:
        target = page_link(redirect.address, redirect.target, True)
        block = f'<div><meta http-equiv="refresh" content="0; url={target}"><p>Moved: <a href="{target}">{redirect.target}</a></p></div>'
        found[_page_path(redirect.address)] = _file(block, title=redirect.target)
    return dict(sorted(found.items()))


def _asset_path(address: str) -> str:
    return f"{address}.txt" if address.lower().endswith((".md", ".markdown")) else address


def _page_path(address: str) -> str:
    folder = "" if address == "index" else address.removesuffix("/index")
    return f"{folder}/index.md" if folder else "index.md"


def inert(html: str) -> str:
    """Return HTML as one line that browsers show unchanged and that Markdown parsers, snippets and macros do not touch."""
    return "".join(_pieces(html))


def _pieces(html: str) -> Iterator[str]:
    last = 0
    for tag in _TAG.finditer(html):
        yield html[last : tag.start()].translate(_REFERENCES)
        yield _QUOTED.sub(lambda value: value[0].translate(_REFERENCES), tag[0]).replace("\n", " ")
        last = tag.end()
    yield html[last:].translate(_REFERENCES)


def _plain(text: str) -> str:
    """Return a text that is safe in templates that do not escape it, and contains no macro."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return re.sub(r"\{(?=[{%#])", "{ ", escaped)


def _file(block: str, **front_matter: str) -> bytes:
    lines = [f"{name}: {json.dumps(' '.join(_plain(value).split()))}" for name, value in front_matter.items()]
    return "\n".join(["---", *lines, "---", "", block, ""]).encode()
