"""Long texts that are compressed while they wait in memory."""

import zlib
from functools import lru_cache


def compress(text: str) -> bytes:
    """Return a text as few bytes; HTML has about a tenth of its length."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


@lru_cache(maxsize=2)
def decompress(compressed: bytes) -> str:
    """Return the text that `compress` was given; the last ones are kept, since each is asked for several times."""
    return zlib.decompress(compressed).decode("utf-8", "surrogatepass")


def as_text(stored: str | bytes) -> str:
    """Return a text that may be compressed."""
    return stored if isinstance(stored, str) else decompress(stored)
