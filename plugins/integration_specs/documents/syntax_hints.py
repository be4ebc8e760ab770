"""Hints for lines that are not YAML: what people write in place of its syntax."""

import re

from integration_specs.text.display import printable

_NO_SPACE = re.compile(r"[ \t]*(?:- )?([A-Za-z_][\w-]*):([^\s:/].*)")
_NO_COLON = re.compile(r"[ \t]*(?:- )?([a-z_]+)(?: +| *= *)([^:=\s][^:]*)")
_SPACE_BEFORE_COLON = re.compile(r"[ \t]*(?:- )?([A-Za-z_][\w-]*) +:(\S.*)")
_NO_DASH = re.compile(r"[ \t]*(?:[•·‣▪*–—−]|-(?=[^\s-])|[0-9]{1,2}[.)](?= )) *(?P<item>\S.*)")
_NO_BREAK_SPACE = re.compile(
    r"^ *(?P<from>(?P<sign>\u00a0)[\u00a0 ]*\S+:|-(?P<after>\u00a0)|[\w-]+:(?P<last>\u00a0))", re.M
)
_QUOTES = re.compile(r"[“”„‟‘’‚«»]")
_IN_QUOTES = re.compile(r"[“„‘«][^\s“”„‟‘’‚«»]+[“”‘’»]")


def line_hint(line: str) -> str:
    """Return what to write instead of a line that is not a field, or ""."""
    if "\uff1a" in line:
        return "write the colon as `: `; this one is full-width"
    if no_dash := _NO_DASH.fullmatch(line):
        return f"start a list item with a dash and a space: `- {printable(no_dash['item'], 40)}`"
    if no_colon := _NO_COLON.fullmatch(line):
        return f"put a colon after the key: `{no_colon[1]}: {printable(no_colon[2], 40)}`"
    if early_space := _SPACE_BEFORE_COLON.fullmatch(line):
        return f"put the colon directly after the key: `{early_space[1]}: {printable(early_space[2], 40)}`"
    if no_space := _NO_SPACE.fullmatch(line):
        return f"put a space after the colon: `{no_space[1]}: {printable(no_space[2], 40)}`"
    return ""


def key_of_line(line: str) -> str:
    """Return the key that such a line starts with, or "" if it is not a field without its `: `."""
    found = _NO_COLON.fullmatch(line) or _NO_SPACE.fullmatch(line) or _SPACE_BEFORE_COLON.fullmatch(line)
    return found[1] if found else ""


def after_quote(quote: str, rest: str) -> tuple[str, str]:
    """Return the message and the hint for `rest`, the text after a closing quote on the same line."""
    rest = rest.strip()
    if rest == ",":
        return "a comma after the closing quote", "delete it: outside of brackets no comma ends a line"
    if rest.startswith("//"):
        return "`//` does not start a comment in YAML", "write ` #` instead, or delete the comment"
    if rest.startswith(quote):
        if re.match(r"(['\"])[^'\"]*\1\s*:", rest):
            return "missing comma between two values", "put a `,` before this one"
        return "two quoted texts side by side", "put a `:` between a key and its value, a `,` between two values"
    inside = 'in double quotes write \\" for a quote' if quote == '"' else "in single quotes write '' for a quote"
    return "text after the closing quote", f"{inside}, or quote the whole value"


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
