"""Values that are obviously not secrets."""

import re
import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path

_PLACEHOLDER = re.compile(
    r"[{}<>…]|\.\.\.|\*{3}|x{4}|X{4}|•|%[sd]"
    r"|exemplo|example|sample|fake|dummy|change_?me|trocar|your|seu_|sua_|redacted|masked|placeholder|todo|ficti|secret_here"
    r"|abcdefgh|01234567|12345678|(.)\1{5}",
    re.IGNORECASE,
)


def digest(value: str) -> str:
    """Return the hash by which a baseline knows a value."""
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _published() -> frozenset[str]:
    text = Path(__file__).with_name("published_samples.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["sha256"])


def is_placeholder(value: str) -> bool:
    """Return whether a value is a placeholder, a mask, a published sample, or has fewer than six different characters."""
    return bool(_PLACEHOLDER.search(value, 0, 1000)) or len(set(value)) < 6 or digest(value) in _published()
