"""Text for messages: escaped, truncated, counted and listed."""

from collections.abc import Iterable


def printable(text: str, limit: int = 60) -> str:
    """Return `text` truncated to `limit` characters, with an escape for every character that is not printable."""
    return escape_unprintable(text if len(text) <= limit else text[: limit - 1] + "…")


def escape_unprintable(text: str) -> str:
    """Return `text` with an escape such as `\\n` or `\\x1b` for every character that is not printable."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def plural(count: int, noun: str) -> str:
    """Return `1 spec`, `2 specs`, `1,000 specs`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listing(words: Iterable[str], limit: int = 5) -> str:
    """Return ``a`, `b` and 3 more``: each word printable and in backticks, at most `limit` of them."""
    quoted = [f"`{printable(word, 40)}`" for word in words]
    if len(quoted) > limit:
        return f"{', '.join(quoted[:limit])} and {len(quoted) - limit} more"
    return " and ".join(filter(None, [", ".join(quoted[:-1]), *quoted[-1:]]))
