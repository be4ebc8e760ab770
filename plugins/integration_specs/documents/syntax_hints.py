"""What people type in place of YAML, seen in the line where libyaml gave up: plain functions of texts."""

import re

from integration_specs.text.display import printable

_NO_SPACE = re.compile(r"[ \t]*(?:- )?([A-Za-z_][\w-]*):([^\s:/].*)")
_NO_COLON = re.compile(r"[ \t]*(?:- )?([a-z_]+)(?: +| *= *)([^:=\s][^:]*)")
_LATE_COLON = re.compile(r"[ \t]*(?:- )?([A-Za-z_][\w-]*) +:(\S.*)")
_NO_DASH = re.compile(r"[ \t]*(?:[•·‣▪*–—−]|-(?=[^\s-])|[0-9]{1,2}[.)](?= )) *(?P<item>\S.*)")
_NO_BREAK = re.compile(r"^ *(?P<from>(?P<sign>\u00a0)[\u00a0 ]*\S+:|-(?P<after>\u00a0)|[\w-]+:(?P<last>\u00a0))", re.M)
_QUOTES = re.compile(r"[“”„‟‘’‚«»]")
_IN_QUOTES = re.compile(r"[“„‘«][^\s“”„‟‘’‚«»]+[“”‘’»]")


def cure_of_line(line: str) -> str:
    """Returns what to type instead of a line that is no field; empty when nothing is to be said of it."""
    if "\uff1a" in line:
        return "write the colon as `: `; this one is full-width"
    if no_dash := _NO_DASH.fullmatch(line):
        return f"begin an item of a list with a dash and a space: `- {printable(no_dash['item'], 40)}`"
    if no_colon := _NO_COLON.fullmatch(line):
        return f"put a colon after the name: `{no_colon[1]}: {printable(no_colon[2], 40)}`"
    if late := _LATE_COLON.fullmatch(line):
        return f"put the colon right after the name: `{late[1]}: {printable(late[2], 40)}`"
    if no_space := _NO_SPACE.fullmatch(line):
        return f"put a space after the colon: `{no_space[1]}: {printable(no_space[2], 40)}`"
    return ""


def name_of_line(line: str) -> str:
    """Returns the name that such a line begins with, where it is a field without its `: `."""
    found = _NO_COLON.fullmatch(line) or _NO_SPACE.fullmatch(line) or _LATE_COLON.fullmatch(line)
    return found[1] if found else ""


def after_quote(quote: str, rest: str) -> tuple[str, str]:
    """Returns message and cure for `rest`, which stands behind a closed quote in the same line."""
    rest = rest.strip()
    if rest == ",":
        return "a comma after the closing quote", "delete it: outside brackets a line ends without one"
    if rest.startswith("//"):
        return "`//` begins no comment here", "write `#` and a space before it, or delete the comment"
    if rest.startswith(quote):
        if re.match(r"(['\"])[^'\"]*\1\s*:", rest):
            return "two values with no comma between them", "put a `,` before this one"
        return "two texts side by side", "put a `:` between a name and its value, a `,` between two values"
    inside = (
        'inside double quotes write \\" for a quote' if quote == '"' else "inside single quotes write '' for a quote"
    )
    return "text after the closing quote", f"{inside}, or quote the whole value"


def has_typographic_quotes(line: str) -> bool:
    """Whether the value of a line begins with a quote that a text processor made."""
    return bool(_QUOTES.match(line.partition(": ")[2]) or _QUOTES.match(line.strip()))


def straight(line: str) -> str:
    """Returns the value of such a line with quotes that YAML knows."""
    name, colon, value = line.strip().partition(": ")
    if _QUOTES.match(name):
        name, colon, value = "", "", line.strip()
    return f'{name}{colon}"{printable(_QUOTES.sub("", value), 40)}"'


def words_in_typographic_quotes(text: str) -> list[tuple[int, int]]:
    """Returns each word that stands in such quotes: as a value they would be part of it."""
    return [match.span() for match in _IN_QUOTES.finditer(text)] if any(sign in text for sign in "“„‘«") else []


def no_break_spaces(text: str) -> list[tuple[int, int]]:
    """Returns where a line may begin with a no-break space in place of one that YAML counts: the node, and the space."""
    if "\u00a0" not in text:
        return []
    spaces = ("sign", "after", "last")
    return [(match.start("from"), max(map(match.start, spaces))) for match in _NO_BREAK.finditer(text)]
