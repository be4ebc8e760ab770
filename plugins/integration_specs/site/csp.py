"""Content-Security-Policy: what a finished page may load, worked out from the page itself.

Inline scripts are allowed by their hash: those of the theme's templates, never those inside the content of a spec's page,
so that a script that got in there does not run. Everything else comes from the site's own host; nothing may be framed, posted elsewhere or re-based.
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
    # A browser hashes the text after its own normalisation of line ends.
    text = script.replace("\r\n", "\n").replace("\r", "\n")
    return "'sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii") + "'"


def script_hashes(html: str) -> frozenset[str]:
    """The hashes, as a policy writes them, of the inline scripts that a browser would run in `html`.

    Data blocks (`type="application/json"`) never run, and the policy does not ask about them.
    """
    found = set()
    for attributes, text in _SCRIPT.findall(html):
        kind = _TYPE.search(attributes)
        if not _SOURCE.search(attributes) and (kind is None or kind[1].lower() in _RUNS):
            found.add(_hash(text))
    return frozenset(found)


def policy(hashes: Iterable[str] = ()) -> str:
    """The policy as one line, with the given script hashes allowed."""
    allowed = " ".join(sorted(hashes))
    return "; ".join(
        f"{name} {value} {allowed}".rstrip() if name == "script-src" else f"{name} {value}"
        for name, value in _DIRECTIVES
    )


def with_policy(html: str, hashes: Iterable[str]) -> str:
    """The page with a policy that allows `hashes`, as the first thing a browser learns after the character set.

    A page without a `<head>` is returned as it is: there is nothing to put it in.
    """
    place = _CHARSET.search(html) or _HEAD.search(html)
    if place is None:
        return html
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(hashes)}">'
    return html[: place.end()] + meta + html[place.end() :]


def headers_file(hashes: Iterable[str]) -> str:
    """The text of a `_headers` file (Netlify, Cloudflare Pages and others read it) for a whole site.

    It adds what a `<meta>` cannot say: nobody may show the site inside a frame.
    """
    return (
        "/*\n"
        f"  Content-Security-Policy: {policy(hashes)}; frame-ancestors 'none'\n"
        "  X-Content-Type-Options: nosniff\n"
        "  Referrer-Policy: no-referrer\n"
    )
