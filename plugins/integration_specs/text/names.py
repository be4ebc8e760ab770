"""Names made by us: of a text, and unlike those that are taken."""

import re
import unicodedata
from collections.abc import Container
from functools import lru_cache


@lru_cache(maxsize=65536)
def slug(text: str, otherwise: str = "item") -> str:
    """An ASCII word of letters, digits and hyphens for ids and anchors; `otherwise` when nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-") or otherwise


def unique_name(name: str, taken: Container[str], joint: str = "-", number: int = 2) -> str:
    """The name, with the first number from `number` on behind it that makes it one of its own when it is taken."""
    free = name
    while free in taken:
        free, number = f"{name}{joint}{number}", number + 1
    return free
