"""Secrets that are found by their format; `formats.toml` lists the formats of vendors."""

import base64
import binascii
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from integration_specs.text.messages import gettext_noop

from .names import is_mixed
from .placeholders import is_placeholder
from .text_search import matches_at, places_of

_REPETITION = re.compile(r"(.)\1{5}")
"""What makes a text a mask, unless a whole secret precedes it."""
_MIXED_LENGTH = 32
"""The start of a secret that must be mixed, so that a truncated text has the same secrets as the whole."""
_SHORTEST_WITHOUT_START = 36
"""The length of the shortest secret of a format without a known start."""


@dataclass(frozen=True)
class _Format:
    """A row of `formats.toml`, which explains the fields."""

    kind: str
    expression: str
    starts: tuple[str, ...]
    inside: bool
    mixed: bool

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern of a whole secret; most are never needed."""
        return re.compile(f"(?:{self.expression})(?![A-Za-z0-9])")


@cache
def _formats() -> tuple[_Format, ...]:
    rows = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return tuple(
        _Format(
            kind,
            row["pattern"],
            tuple(row.get("starts", ())),
            row.get("inside", False),
            row.get("mixed", False),
        )
        for kind, row in rows.items()
    )


_WORD = re.compile(r"[A-Za-z0-9]{3,}")
_URL = re.compile(r"://[^\s/?#:@\"'<>]*:(?P<secret>[^\s/?#@\"']{3,})@[A-Za-z0-9\[]")
_BASIC = re.compile(r"[Bb]asic\s+(?P<secret>[A-Za-z0-9+/]{12,}={0,2})(?![A-Za-z0-9+/=])")
_BEARER = re.compile(
    r"(?:[Bb]earer|[Oo]authtoken|SSWS|GenieKey|AccessKey)\s+(?P<secret>[A-Za-z0-9._~+/-]{20,}={0,2})(?![A-Za-z0-9])"
)
_SCHEME = re.compile(
    r"uthorization[\"']?\s*[:=]\s*[\"']?(?:[Tt]oken|[Aa]pi-?[Kk]ey|[Kk]ey|OAuth)\s+(?:token=)?[\"']?(?P<secret>[A-Za-z0-9._~+/-]{20,}={0,2})"
)
_CREDENTIALS = (
    (("://",), _URL, gettext_noop("password in a URL")),
    (("Basic ", "basic "), _BASIC, gettext_noop("Basic credentials")),
    (("Bearer ", "bearer ", "oauthtoken ", "SSWS ", "GenieKey ", "AccessKey "), _BEARER, gettext_noop("Bearer token")),
    (("uthorization",), _SCHEME, gettext_noop("credentials of a header")),
)


def find_formats(text: str) -> Iterator[tuple[str, int, int, str]]:
    """Yield kind, start, end and value of each secret in `text` that has a known format."""
    # Every format is a long word, so what is not in the long words need not be searched for in the whole text.
    words = text.encode("ascii", "replace").split()
    long = b" ".join({word for word in words if len(word) >= 16}).decode()
    if "-----BEGIN" in text:
        long += " -----BEGIN "
    for each in _formats_in(long) if long else ():
        for match in _matches(each, text):
            if _is_secret(each, match[0]) or (
                (head := _REPETITION.split(match[0])[0]) != match[0] and _is_secret(each, head)
            ):
                yield each.kind, match.start(), match.end(), match[0]
    for starts, pattern, kind in _CREDENTIALS:
        for start in starts:
            for match in matches_at(pattern, text, places_of(text, start)):
                if _is_credential(kind, match["secret"]):
                    yield kind, *match.span("secret"), match["secret"]


def _is_secret(each: _Format, text: str) -> bool:
    is_random = not each.mixed or is_mixed(text[:_MIXED_LENGTH])
    return is_random and not is_placeholder(text) and (not each.starts or bool(each.pattern.match(text)))


@cache
def _starts() -> tuple[list[tuple[str, int]], dict[str, list[int]], list[int]]:
    """Return the numbers of formats by how to find them: by any start, by the start of a word, and by the pattern alone.

    Those of the first kind are with the start, those of the second by its first three characters.
    """
    anywhere: list[tuple[str, int]] = []
    at_words: dict[str, list[int]] = {}
    for number, each in enumerate(_formats()):
        for start in each.starts:
            if not each.inside and _WORD.match(start):
                at_words.setdefault(start[:3], []).append(number)
            else:
                anywhere.append((start, number))
    return anywhere, at_words, [number for number, each in enumerate(_formats()) if not each.starts]


def _formats_in(long: str) -> list[_Format]:
    """Return the formats whose secrets may be in a text, in their order."""
    anywhere, at_words, others = _starts()
    found = {number for start, number in anywhere if start in long}
    longest = " ".join(word for word in long.split() if len(word) >= _SHORTEST_WITHOUT_START)
    found.update(number for number in others if longest and _formats()[number].pattern.search(longest))
    for word in {word[:3] for word in _WORD.findall(long)} & at_words.keys():
        found.update(at_words[word])
    formats = [_formats()[number] for number in sorted(found)]
    # A start with a space is that of several words.
    return [each for each in formats if each.pattern.search(long) or any(" " in start for start in each.starts)]


def _matches(each: _Format, text: str) -> Iterator[re.Match[str]]:
    if not each.starts:
        yield from each.pattern.finditer(text)
    for start in each.starts:
        anywhere = each.inside or not start[0].isalnum()
        places = (at for at in places_of(text, start) if anywhere or not at or not text[at - 1].isalnum())
        yield from matches_at(each.pattern, text, places)


def _is_credential(kind: str, value: str) -> bool:
    if is_placeholder(value):
        return False
    if kind != "Basic credentials":
        return kind == "password in a URL" or is_mixed(value)
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return ":" in decoded and decoded.isprintable() and not is_placeholder(decoded)
