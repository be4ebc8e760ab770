"""Text for messages: escaped, truncated, counted and listed."""

import re
from collections.abc import Iterable
from itertools import repeat

from .messages import Message, PluralMessage, joined

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029](?<!\x1b(?=\[[0-9;]*m))")
_LOG_COMMAND = re.compile(r"^(\s*:)(?=:)|(##)(?=\[|vso\[|teamcity\[)", re.MULTILINE)


def printable(text: str, limit: int = 60) -> str:
    """Return `text` with an escape for every character that is not printable, truncated to `limit` characters."""
    if len(text) <= limit and text.isprintable():
        return text  # which may be a message
    shown = escape_unprintable(text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def one_line(text: str, limit: int = 400) -> str:
    """Return `text` in one line, printable and truncated to `limit` characters."""
    return printable(" ".join(text.split()), limit)


def escape_unprintable(text: str) -> str:
    """Return `text` with an escape such as `\\n` or `\\x1b` for every character that is not printable."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def inert(text: str, *, colors: bool = False) -> str:
    """Return lines of text without control characters, and without commands to the program that shows a CI log.

    `colors` keeps the escape sequences of colors.
    """
    if "::" in text or "##" in text:
        text = _LOG_COMMAND.sub(lambda found: f"{found[0]}\u200b", text)
    text = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return text if colors else text.replace("\x1b", "\\x1b")


def plural(count: int, noun: str) -> str:
    """Return `1 spec`, `2 specs`, `1,000 specs`."""
    return PluralMessage(f"{{number}} {noun}", f"{{number}} {noun}s", count)


def listing(words: Iterable[str], limit: int = 5) -> str:
    """Return ``a`, `b` and 3 more``: each word printable and in backticks, at most `limit` of them.

    Long words lose their middle: paths and addresses often differ only at the end.
    """
    shown = [word if len(word) <= 40 else f"{word[:19]}…{word[-20:]}" for word in map(printable, words, repeat(400))]
    quoted = [Message("`{word}`", word=word) if isinstance(word, Message) else f"`{word}`" for word in shown]
    if len(quoted) > limit:
        return Message("{words} and {number} more", words=_with_commas(quoted[:limit]), number=len(quoted) - limit)
    if len(quoted) < 2:
        return quoted[0] if quoted else ""
    return Message("{first} and {second}", first=_with_commas(quoted[:-1]), second=quoted[-1])


def _with_commas(texts: list[str]) -> str:
    has_messages = any(isinstance(text, Message) for text in texts)
    return joined("{first}, {second}", texts) if has_messages else ", ".join(texts)
