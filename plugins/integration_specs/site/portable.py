"""A site as files that any generator of sites can build: Markdown files that hold one block of finished HTML each.

Each page is the `index.md` of a folder of its own: its links, which are relative to its address, then mean the same in the file, and hold
whether or not a generator makes folders of pages or rewrites what it takes for a path.

Nothing in such a file can mean anything to a generator's Markdown or macros: the block is a single line without the characters that
their syntax begins with, each written as a character reference, which a browser turns back. An asset that is Markdown gets a name by
which no generator takes it for a page: it is what people wrote.
"""

import json
import re
from collections.abc import Iterator

from . import Page, Site
from .links import file_link, page_link

_TAG = re.compile(r"<(?:/?[a-zA-Z!](?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_REFERENCES = {ord(character): f"&#{ord(character)};" for character in "{}[]`~*_^$+=|:!@\\\n\t"}
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


_LINKED = re.compile(
    r"(?<=\shref=\")(?![a-z][a-z0-9+.-]*:)((?:[^\"#?]*/)?([^\"#?/]+\.(?:md|markdown)))(?=\")", re.IGNORECASE
)
_NAMED = re.compile(rb"(?<=\"markdown\": \")([^\"]+\.md)(?=\")")


def files(site: Site) -> dict[str, bytes]:
    """Every file by its path: a Markdown file a page and a redirect, and the assets as they are."""
    found = {_no_page(asset.address): asset.content for asset in site.assets}
    if "catalog.json" in found:
        found["catalog.json"] = _NAMED.sub(rb"\1.txt", found["catalog.json"])
    texts = {asset.address.rpartition("/")[2] for asset in site.assets if _no_page(asset.address) != asset.address}
    styles = [asset.address for asset in site.assets if asset.address.endswith(".css")]
    scripts = [asset.address for asset in site.assets if asset.address.endswith(".js")]
    for page in site.pages:
        links = [f'<link rel="stylesheet" href="{file_link(page.address, each, True)}">' for each in styles]
        links += [f'<script src="{file_link(page.address, each, True)}" defer></script>' for each in scripts]
        content = inert(_LINKED.sub(lambda link: _no_page(link[1]) if link[2] in texts else link[1], page.content))
        block = f"<div>{''.join(links)}{content}</div>"
        found[_place(page.address)] = _file(_front_matter(page), block)
    for redirect in site.redirects:
        target = page_link(redirect.address, redirect.target, True)
        block = f'<div><meta http-equiv="refresh" content="0; url={target}"><p>Moved: <a href="{target}">{redirect.target}</a></p></div>'
        found[_place(redirect.address)] = _file({"title": redirect.target}, block)
    return dict(sorted(found.items()))


def _no_page(address: str) -> str:
    return f"{address}.txt" if address.lower().endswith((".md", ".markdown")) else address


def _place(address: str) -> str:
    folder = "" if address == "index" else address.removesuffix("/index")
    return f"{folder}/index.md" if folder else "index.md"


def inert(html: str) -> str:
    """HTML on one line, saying the same in a browser, and nothing to a Markdown parser, a snippet or a macro."""
    return "".join(_pieces(html))


def _pieces(html: str) -> Iterator[str]:
    last = 0
    for tag in _TAG.finditer(html):
        yield html[last : tag.start()].translate(_REFERENCES)
        yield _QUOTED.sub(lambda value: value[0].translate(_REFERENCES), tag[0]).replace("\n", " ")
        last = tag.end()
    yield html[last:].translate(_REFERENCES)


def _front_matter(page: Page) -> dict[str, str]:
    return {"title": _harmless(page.title), "description": _harmless(page.description)}


def _harmless(text: str) -> str:
    """A plain text that is safe where a template prints it without escaping, and no macro."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return re.sub(r"\{(?=[{%#])", "{ ", escaped)


def _file(front_matter: dict[str, str], block: str) -> bytes:
    lines = [f"{name}: {json.dumps(' '.join(value.split()))}" for name, value in front_matter.items()]
    return "\n".join(["---", *lines, "---", "", block, ""]).encode()
