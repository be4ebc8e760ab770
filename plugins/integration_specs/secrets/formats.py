"""Secrets that are found by their format; `formats.toml` lists the formats of vendors."""

import base64
import binascii
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .names import is_mixed
from .placeholders import is_placeholder
from .text_search import matches_at, places_of

_REPETITION = re.compile(r"(.)\1{5}")
"""What makes a text a mask, unless a whole secret precedes it."""
_MIXED_LENGTH = 32
"""The start of a secret that must be mixed, so that a truncated text has the same secrets as the whole."""


@dataclass(frozen=True, slots=True)
class _Format:
    """A row of `formats.toml`, which explains the fields."""

    kind: str
    pattern: re.Pattern[str]
    starts: tuple[str, ...]
    inside: bool
    mixed: bool


@cache
def _formats() -> tuple[_Format, ...]:
    rows = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return tuple(
        _Format(
            kind,
            re.compile(f"(?:{row['pattern']})(?![A-Za-z0-9])"),
            tuple(row.get("starts", ())),
            row.get("inside", False),
            row.get("mixed", False),
        )
        for kind, row in rows.items()
    )


_URL = re.compile(r"://[^\s/?#:@\"'<>]*:(?P<secret>[^\s/?#@\"']{3,})@[A-Za-z0-9\[]")
_BASIC = re.compile(r"[Bb]asic\s+(?P<secret>[A-Za-z0-9+/]{12,}={0,2})(?![A-Za-z0-9+/=])")
_BEARER = re.compile(
    r"(?:[Bb]earer|[Oo]authtoken|SSWS|GenieKey|AccessKey)\s+(?P<secret>[A-Za-z0-9._~+/-]{20,}={0,2})(?![A-Za-z0-9])"
)
_SCHEME = re.compile(
    r"uthorization[\"']?\s*[:=]\s*[\"']?(?:[Tt]oken|[Aa]pi-?[Kk]ey|[Kk]ey|OAuth)\s+(?:token=)?[\"']?(?P<secret>[A-Za-z0-9._~+/-]{20,}={0,2})"
)
_HEADERS = (
    (("Basic ", "basic "), _BASIC, "Basic credentials"),
    (("Bearer ", "bearer ", "oauthtoken ", "SSWS ", "GenieKey ", "AccessKey "), _BEARER, "Bearer token"),
    (("uthorization",), _SCHEME, "credentials of a header"),
)


def find_formats(text: str) -> Iterator[tuple[str, int, int, str]]:
    """Yield kind, start, end and value of each secret in `text` that has a known format."""
    # Every format is a long word, so what is not in the long words need not be searched for in the whole text.
    long = " ".join({word for word in text.split() if len(word) >= 16})
    if "-----BEGIN" in text:
        long += " -----BEGIN "
    for each in _formats():
        for match in _matches(each, text, long):
            if _is_secret(each, match[0]) or (
                (head := _REPETITION.split(match[0])[0]) != match[0] and _is_secret(each, head)
            ):
                yield each.kind, match.start(), match.end(), match[0]
    if "://" in text:
        for match in matches_at(_URL, text, places_of(text, "://")):
            if not is_placeholder(match["secret"]):
                yield "password in a URL", *match.span("secret"), match["secret"]
    for starts, pattern, kind in _HEADERS:
        for start in starts:
            for match in matches_at(pattern, text, places_of(text, start)):
                if _is_credential(kind, match["secret"]):
                    yield kind, *match.span("secret"), match["secret"]


def _is_secret(each: _Format, text: str) -> bool:
    is_random = not each.mixed or is_mixed(text[:_MIXED_LENGTH])
    return is_random and not is_placeholder(text) and (not each.starts or bool(each.pattern.match(text)))


def _matches(each: _Format, text: str, long: str) -> Iterator[re.Match[str]]:
    if not each.starts:
        if each.pattern.search(long):
            yield from each.pattern.finditer(text)
        return
    for start in each.starts:
        if start in long:
            anywhere = each.inside or not start[0].isalnum()
            places = (at for at in places_of(text, start) if anywhere or not at or not text[at - 1].isalnum())
            yield from matches_at(each.pattern, text, places)


def _is_credential(kind: str, value: str) -> bool:
    if is_placeholder(value):
        return False
    if kind != "Basic credentials":
        return is_mixed(value)
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return ":" in decoded and decoded.isprintable() and not is_placeholder(decoded)
