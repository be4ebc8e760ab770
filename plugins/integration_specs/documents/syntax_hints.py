"""Hints for lines that are not YAML: what people write in place of its syntax."""

import re

from integration_specs.text.display import printable
from integration_specs.text.messages import Message, gettext_noop

_FULL_WIDTH_COLON = re.compile(r"[^\uff1a]*\uff1a.*")
_NO_DASH = re.compile(r"[ \t]*(?:[•·‣▪*–—−]|-(?=[^\s-])|[0-9]{1,2}[.)](?= )) *(?P<value>\S.*)")
_NO_COLON = re.compile(r"[ \t]*(?:- )?(?P<key>[a-z_]+)(?: +| *= *)(?P<value>[^:=\s][^:]*)")
_SPACE_BEFORE_COLON = re.compile(r"[ \t]*(?:- )?(?P<key>[A-Za-z_][\w-]*) +:(?P<value>\S.*)")
_NO_SPACE = re.compile(r"[ \t]*(?:- )?(?P<key>[A-Za-z_][\w-]*):(?P<value>[^\s:/].*)")
_HINTS = (
    (_FULL_WIDTH_COLON, gettext_noop("write the colon as `: `; this one is full-width")),
    (_NO_DASH, gettext_noop("start a list item with a dash and a space: `- {value}`")),
    (_NO_COLON, gettext_noop("put a colon after the key: `{key}: {value}`")),
    (_SPACE_BEFORE_COLON, gettext_noop("put the colon directly after the key: `{key}: {value}`")),
    (_NO_SPACE, gettext_noop("put a space after the colon: `{key}: {value}`")),
)
_NO_BREAK_SPACE = re.compile(
    r"^ *(?P<from>(?P<sign>\u00a0)[\u00a0 ]*\S+:|-(?P<after>\u00a0)|[\w-]+:(?P<last>\u00a0))", re.M
)
_QUOTES = re.compile(r"[“”„‟‘’‚«»]")
_IN_QUOTES = re.compile(r"[“„‘«][^\s“”„‟‘’‚«»]+[“”‘’»]")


def line_hint(line: str) -> str:
    """Return what to write instead of a line that is not a field, or ""."""
    for pattern, hint in _HINTS:
        if found := pattern.fullmatch(line):
            parts = found.groupdict()
            return Message(hint, key=parts.get("key"), value=printable(parts.get("value", ""), 40))
    return ""


def key_of_line(line: str) -> str:
    """Return the key that such a line starts with, or "" if it is not a field without its `: `."""
    found = _NO_COLON.fullmatch(line) or _NO_SPACE.fullmatch(line) or _SPACE_BEFORE_COLON.fullmatch(line)
    return found["key"] if found else ""


def problem_after_quote(quote: str, rest: str) -> str:
    """Return the problem of `rest`, the text after a closing quote on the same line."""
    rest = rest.strip()
    if rest == ",":
        return "comma-after-quote"
    if rest.startswith("//"):
        return "other-comment"
    if rest.startswith(quote):
        return "missing-comma" if re.match(r"(['\"])[^'\"]*\1\s*:", rest) else "two-quotes"
    return "text-after-double-quote" if quote == '"' else "text-after-single-quote"


def has_typographic_quotes(line: str) -> bool:
    """Return whether the value of a line starts with a typographic quote."""
    return bool(_QUOTES.match(line.partition(": ")[2]) or _QUOTES.match(line.strip()))


def with_straight_quotes(line: str) -> str:
    """Return such a line with straight quotes."""
    key, colon, value = line.strip().partition(": ")
    if _QUOTES.match(key):
        key, colon, value = "", "", line.strip()
    return f'{key}{colon}"{printable(_QUOTES.sub("", value), 40)}"'


def words_in_typographic_quotes(text: str) -> list[tuple[int, int]]:
    """Return the start and end of each word in typographic quotes, which would be part of the value."""
    return [match.span() for match in _IN_QUOTES.finditer(text)] if any(sign in text for sign in "“„‘«") else []


def no_break_spaces(text: str) -> list[tuple[int, int]]:
    """Return, for each no-break space where YAML needs a space, the start of the node and the place of the space."""
    if "\u00a0" not in text:
        return []
    groups = ("sign", "after", "last")
    return [(match.start("from"), max(map(match.start, groups))) for match in _NO_BREAK_SPACE.finditer(text)]
