"""Secrets that are found by the name of their key, in English and Portuguese."""

import re
from collections.abc import Iterator

from integration_specs.text.messages import Message

from .placeholders import is_placeholder
from .text_search import matches_at, places_of

_WORDS = ("password", "passwd", "passphrase", "senha", "segredo", "secret", "token", "chave", "key")
_KEY = re.compile(
    r"(access|account|admin|api|app|application|auth|client|encryption|functions|hmac|ingestion|license|master|merchant|private|service|shared|signature|signing|subscription"
    r"|verification|webhook)[_ -]?\Z"
)
"""What makes a word that ends with `key` the name of a secret."""
_ASSIGNMENT = re.compile(
    r"[A-Za-z0-9_-]{0,20}(?:\\{0,3}[\"']|[`*]{1,2})?(?:\s{0,4}[:=](?:\*\*)?\s{0,4}|\s{1,20}value:\s)(?:\\{0,3}[\"']|`{1,2})?"
    r"(?P<secret>[^\s\"',;&<>(){}\[\]|`]{8,})"
)
_BEFORE = re.compile(r"[A-Za-z0-9_.-]{0,40}\Z")
_HARMLESS_NAME = re.compile(
    r"page(?!r)|next|cursor|continuation|sync|expir|lifetime|type|_url|_uri|url$|_id$|id$|ids$|name|storage|endpoint|rotation|length|policy"
    r"|hint|(?<!ac)count|hash$|_hash|digest|fingerprint|checksum|thumbprint|sha[0-9]|md5|version|format|alias|_ref|path|location|public|p[uú]blic"
    r"|chave.{0,4}pix|pix.?chave|chave.{0,4}acesso|prim[aá]ri|estrangeir|palavra|idempot|nfe|limit|scope|header|status",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"passw(or)?d|passphrase|senha", re.IGNORECASE)
_STRONG = re.compile(
    r"secret|segredo|senha|passw|passphrase|(api|access|private|client|merchant|auth|hmac).?key|(access|api|auth|server).?token",
    re.IGNORECASE,
)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HEXADECIMAL = re.compile(r"(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{20,}", re.IGNORECASE)
_CONSONANTS = re.compile(r"[b-df-hj-np-tv-z]{5}", re.IGNORECASE)
_WORD = re.compile(r"[0-9]+|[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def is_secret_name(name: str) -> bool:
    """Return whether a key of this name has a secret as its value."""
    lower = name.lower()
    return any(True for word in _WORDS for _ in _names_in(lower, word)) and not _HARMLESS_NAME.search(lower)


def _names_in(lower: str, word: str) -> Iterator[int]:
    places = places_of(lower, word)
    return (place for place in places if _KEY.search(lower, max(0, place - 14), place)) if word == "key" else places


def find_named(text: str) -> Iterator[tuple[str, int, int, str]]:
    """Yield kind, start, end and value of each secret in `text` that follows such a name."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters have a longer lower-case form, and positions must stay
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    for word in _WORDS:
        if word not in lower:
            continue
        for match in matches_at(_ASSIGNMENT, text, (place + len(word) for place in _names_in(lower, word))):
            place = match.start() - len(word)
            before = _BEFORE.search(text, max(0, place - 40), place)
            rest = text[match.start() : match.start("secret")]
            name = (
                (before[0] if before else "")
                + text[place : match.start()]
                + re.split(r"[\s:=\"'`*\\]", rest, maxsplit=1)[0]
            )
            value = "" if match["secret"].endswith("...") else match["secret"].rstrip(".:")
            if is_secret_name(name) and looks_random(name, value):
                yield (
                    Message("value of `{name}`", name=name),
                    match.start("secret"),
                    match.start("secret") + len(value),
                    value,
                )


def looks_random(name: str, value: str) -> bool:
    """Return whether the value of a secret's key is a secret, not a word or a place."""
    # Placeholders are looked for last, because that takes longest.
    if _PASSWORD.search(name) and len(value) >= 8 and re.search(r"[0-9]", value) and re.search(r"[A-Za-z]", value):
        return "/" not in value and not is_placeholder(value)
    is_strong = bool(_STRONG.search(name)) or name.isupper()  # or an environment variable
    if len(value) < 16 or (_UUID.fullmatch(value) and not is_strong):
        return False
    is_random = is_mixed(value) or _is_unreadable(value) or (is_strong and bool(_HEXADECIMAL.fullmatch(value)))
    return is_random and not is_placeholder(value)


def is_mixed(value: str) -> bool:
    """Return whether letters and digits alternate as in random text, and not as in names, paths, dates and numbers."""
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", value) if len(part) >= 8]
    words = sum(len(_WORD.findall(part)) for part in parts)
    return words - len(parts) >= 4 and sum(map(len, parts)) <= 3.5 * words


def _is_unreadable(value: str) -> bool:
    """Return whether a value consists of letters that make no words."""
    return len(value) >= 20 and value.isascii() and value.isalpha() and len(_CONSONANTS.findall(value)) >= 2
