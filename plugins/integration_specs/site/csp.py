"""Content-Security-Policy for finished pages.

Inline scripts of the theme's templates are allowed by their hash, scripts inside the content of a spec page are not.
Everything else is loaded from the site's own host; framing, foreign form targets and `<base>` are not allowed.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_SOURCE = re.compile(r"\ssrc\s*=", re.IGNORECASE)
_TYPE = re.compile(r"\stype\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_RUNS = frozenset({"module", "text/javascript", "application/javascript"})
_CHARSET = re.compile(r"<meta\s+charset[^>]*>", re.IGNORECASE)
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
_ARTICLE = re.compile(r"<article\b.*</article>", re.DOTALL)

_DIRECTIVES = (
    ("default-src", "'none'"),
    ("script-src", "'self'"),
    # Material writes style attributes from its scripts (search list, tabs, tooltips).
    ("style-src", "'self' 'unsafe-inline'"),
    ("img-src", "'self' data:"),
    ("font-src", "'self'"),
    ("connect-src", "'self'"),
    ("worker-src", "'self'"),
    ("manifest-src", "'self'"),
    ("base-uri", "'none'"),
    ("form-action", "'self'"),
    ("object-src", "'none'"),
)


@lru_cache(maxsize=4096)
def _hash(script: str) -> str:
    # Browsers normalise line ends before they hash.
    text = script.replace("\r\n", "\n").replace("\r", "\n")
    return "'sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii") + "'"


def script_hashes(html: str) -> frozenset[str]:
    """Return the hashes, in the form used by policies, of the inline scripts in `html` that a browser would run."""
    found = set()
    for attributes, text in _SCRIPT.findall(html):
        kind = _TYPE.search(attributes)
        if not _SOURCE.search(attributes) and (kind is None or kind[1].lower() in _RUNS):
            found.add(_hash(text))
    return frozenset(found)


def policy(hashes: Iterable[str] = ()) -> str:
    """Return the policy on one line; scripts with the given hashes are allowed."""
    allowed = " ".join(sorted(hashes))
    return "; ".join(
        f"{name} {value} {allowed}".rstrip() if name == "script-src" else f"{name} {value}"
        for name, value in _DIRECTIVES
    )


def with_policy(html: str, hashes: Iterable[str]) -> str:
    """Return the page with a policy that allows `hashes`, placed right after the character set.

    A page without a `<head>` is returned unchanged.
    """
    place = _CHARSET.search(html) or _HEAD.search(html)
    if place is None:
        return html
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(hashes)}">'
    return html[: place.end()] + meta + html[place.end() :]


def headers_file(hashes: Iterable[str]) -> str:
    """Return a `_headers` file for the whole site, as Netlify and Cloudflare Pages read it.

    It also forbids framing, which a `<meta>` element cannot do.
    """
    return (
        "/*\n"
        f"  Content-Security-Policy: {policy(hashes)}; frame-ancestors 'none'\n"
        "  X-Content-Type-Options: nosniff\n"
        "  Referrer-Policy: no-referrer\n"
    )


class PagePolicies:
    """Gives each page of a site its policy, and collects the scripts of all pages for the `_headers` file.

    `titles` are those that the theme prints without escaping them, such as titles of pages in the navigation.
    """

    def __init__(self) -> None:
        self.titles: Iterable[str] = ()
        self.hashes: set[str] = set()

    def finish(self, html: str, content: str = "") -> str:
        """Return a page with a policy that allows the scripts of its theme, but none in its titles and its `content`.

        If another program has changed the content, no script of the whole article is allowed.
        """
        trusted = html.replace(content, "", 1) if content in html else _ARTICLE.sub("", html)
        for title in self.titles:
            trusted = trusted.replace(title, "")
        hashes = script_hashes(trusted)
        self.hashes |= hashes
        return with_policy(html, hashes)
