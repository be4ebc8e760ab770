"""Names for IDs, keys, anchors and files, derived from free text."""

import re
import unicodedata
from collections.abc import Container
from functools import lru_cache

_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}
)
_ADDRESSES = (
    "across assets attachments catalog changes health incident index landscape llms owners reference rules samples"
)
OWN_ADDRESSES = frozenset(_ADDRESSES.split())
"""First parts of the addresses of our own pages and files: no spec may have such an ID."""


@lru_cache(maxsize=65536)
def slug(text: str, default: str = "item") -> str:
    """Return `text` as lower-case ASCII letters, digits and hyphens, at most 80; `default` if nothing is left.

    Accents are folded: `Cobrança São Paulo` becomes `cobranca-sao-paulo`.
    """
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_WITHOUT_DECOMPOSITION))
    letters = decomposed.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:80].strip("-") or default


def number_aware(text: str) -> tuple[str | int, ...]:
    """Return a key that sorts `Team 9` before `Team 10`, without regard to case."""
    return tuple(int(part) if number % 2 else part for number, part in enumerate(re.split(r"(\d+)", text.casefold())))


def unique_name(name: str, used: Container[str], joiner: str = "-", number: int = 2) -> str:
    """Return `name`, or `name-2`, `name-3`, … (from `number` on) if it is already used."""
    candidate = name
    while candidate in used:
        candidate, number = f"{name}{joiner}{number}", number + 1
    return candidate
