"""Faults of a YAML text: characters that have no place in it, and libyaml's errors in words that help."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from integration_specs.text.display import printable

from .syntax_hints import (
    after_quote,
    cure_of_line,
    has_typographic_quotes,
    name_of_line,
    no_break_spaces,
    straight,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong between two indexes of the text: a Finding that has no lines and columns yet."""

    rule: str
    start: int
    end: int
    message: str
    help: str = ""


class Fatal(Exception):
    """Ends the reading of one document; never leaves the package."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.fault = fault


_BREAKS = "\x85\u2028\u2029"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = "\u00ad\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb\ufffe\uffff"
_SURROGATES = "\ud800-\udfff"
_TAGS = "\U000e0000-\U000e007f"
_CR = "\r(?!\n)"
_BAD = re.compile(f"[{_BREAKS}{_BIDI}{_INVISIBLE}{_CONTROL}{_SURROGATES}{_TAGS}]|{_CR}")
_UNREADABLE = re.compile(f"[{_BREAKS}\ufeff{_CONTROL}{_SURROGATES}]|{_CR}")
_IN_VALUE = re.compile(f"[{_BIDI}{_INVISIBLE}{_CONTROL}{_SURROGATES}{_TAGS}]")
_KINDS = (
    (re.compile(f"[{_BREAKS}\r]"), "yaml-line-break", "is a line break to some programs and none to others",
     "use a line feed; inside double quotes write `\\r`, `\\N`, `\\L` or `\\P`"),
    (re.compile(f"[{_BIDI}]"), "yaml-bidi",
     "changes the direction of text: a line is not what it seems", "delete it"),
    (re.compile(f"[{_SURROGATES}]"), "yaml-surrogate",
     "is half of a character", "write the character itself"),
    (re.compile(f"[{_CONTROL}]"), "yaml-control-character", "is a control character", "delete it"),
)  # fmt: skip


def bad_characters(text: str, allow_invisible: bool) -> Iterator[Fault]:
    """Yields a fault for each character of a source that cannot be read or seen."""
    for match in (_UNREADABLE if allow_invisible else _BAD).finditer(text):
        yield _bad_character(match[0], match.start(), match.end())


def bad_value(value: str, start: int, end: int) -> Fault | None:
    """Returns the fault of a value written with escapes: any line break may come so, nothing else."""
    match = _IN_VALUE.search(value)
    return _bad_character(match[0], start, end) if match else None


def _bad_character(character: str, start: int, end: int) -> Fault:
    code = f"U+{ord(character):04X}"
    for kind, rule, what, help_text in _KINDS:
        if kind.match(character):
            return Fault(rule, start, end, f"{code} {what}", help_text)
    return Fault("yaml-invisible", start, end, f"{code} cannot be seen", "delete it")


def nothing() -> Fault:
    return Fault("yaml-empty", 0, 0, "the file holds no YAML", "write at least `system:` and `type:`")


def too_many_nodes(start: int, most: int) -> Fault:
    return Fault("yaml-too-many-nodes", start, start + 1, f"more than {most:,} values in one file",
                 "split the file, or move long payloads to an attachment")  # fmt: skip


def too_deep(start: int, most: int) -> Fault:
    return Fault("yaml-too-deep", start, start + 1, f"level {most + 1} of nesting; at most {most} are read",
                 "flatten it, or write the payload as a block of text")  # fmt: skip


def complex_key(text: str, start: int) -> Fault:
    """Returns the fault of a key that is no plain text, or that libyaml would read without its question mark."""
    if text[start - 1 : start] == "?":
        cure = "put the whole word in quotes"
        return Fault("yaml-complex-key", start - 1, start, "a word that begins with `?` between brackets", cure)
    if text.startswith("{", start) and text[start - 1 : start] == "{":
        return Fault("yaml-complex-key", start - 1, start + 1,
                     "`{{` opens two mappings, one the key of the other",
                     'put the whole value in quotes: "{{ … }}"')  # fmt: skip
    return Fault("yaml-complex-key", start, start + 1,
                 "the key of a field is a list, a mapping or an alias, not text",
                 "write a plain word as key; a text that begins with [, { or * needs quotes")  # fmt: skip


def more_text(text: str, at: int) -> Fault:
    line = text[at : at + 80].split("\n", maxsplit=1)[0].rstrip("\r ")
    if line.startswith(("---", "...", "%")):
        return Fault("yaml-second-document", at, at + len(line),
                     "a second document begins here; a file holds one",
                     "delete the `---`, or move what follows to a file of its own")  # fmt: skip
    if re.search(r"^\.\.\.[ \t\r]*\n(?:[ \t\r]*(?:#[^\n]*)?\n)*\Z", text[max(0, at - 2000) : at], re.MULTILINE):
        dots = text.rfind("\n...", 0, at) + 1
        message = "`...` ends the document, and more follows"
        return Fault("yaml-syntax", dots, dots + 3, message, "delete this line")
    cure = "indent it like the fields above, or put the whole text in quotes"
    message = f"`{printable(line)}` after the end of the document"
    return _conflict(text) or Fault("yaml-syntax", at, at + max(len(line), 1), message, cure)


def property_fault(what: str, sign: str, name: str, start: int, end: int) -> Fault:
    """Returns the fault of an anchor (`&`), alias (`*`) or tag (`!`)."""
    shown = f"{sign}{printable(name, 40)}"
    rule = "yaml-tag" if what == "tag" else "yaml-alias"
    message = f"`{shown}` is a YAML {what}; files say everything in place, as plain data"
    cure = f'if it is text, put the value in quotes: "{shown} …"; else write the value itself'
    return Fault(rule, start, end, message, cure)


_CONFLICT = re.compile(r"^(?:<{7}(?: .*)?|={7}|>{7}(?: .*)?|\|{7}(?: .*)?)\r?$", re.MULTILINE)
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_TAB = re.compile(r"[ \t-]*?\t")
_VALUE = re.compile(r"[ \t]*(?:- +)*(?:[^\s:#\"'][^:#]*:[ \t]+)?(?P<first>[\[{\"'*&!%@`|>])")
_WRONG_START = {
    "*": "begins an alias", "&": "begins an anchor", "!": "begins a tag", "%": "is reserved",
    "@": "is reserved", "`": "is reserved", "|": "begins a block of text", ">": "begins a folded block",
    "[": "begins a list", "{": "begins a mapping", '"': "begins a quoted text", "'": "begins a quoted text",
}  # fmt: skip
_PLAIN_WORDS = {
    "could not find expected ':'": "a line with no `:` among fields",
    "did not find expected key": "not a field: expected `name: value` at this indentation",
    "did not find expected '-' indicator": "not an item: expected `- ` at this indentation",
    "block sequence entries are not allowed in this context": "`- ` cannot stand here; start a line",
    "block mapping entries are not allowed in this context": "`name:` cannot stand here; start a line",
    "did not find expected ',' or ']'": "this list is not closed: expected `,` or `]`",
    "did not find expected ',' or '}'": "this mapping is not closed: expected `,` or `}`",
    "did not find expected node content": "a value was expected here",
    "found unexpected ':'": "a `:` between brackets: put the text in quotes",
    "found unexpected document indicator": "`---` inside quotes",
}

_BETWEEN_LINES = frozenset((
    "did not find expected key", "did not find expected '-' indicator", "did not find expected <document start>",
))  # fmt: skip


def no_break_space(at: int) -> Fault:
    message = "U+00A0, a no-break space, where YAML needs an ordinary one"
    return Fault("yaml-invisible", at, at + 1, message, "type a space in its place")


def folded_item(text: str, start: int, end: int) -> Fault:
    line = text[start:end].split("\n", maxsplit=1)[0]
    return Fault("yaml-folded-item", start, start + len(line),
                 f"`{printable(line, 40)}` is read as more of the text above it",
                 "give its dash the indentation of the other entries; if it is text, begin that with `|` on a line of its own")  # fmt: skip


def typographic_quotes(text: str, start: int, end: int) -> Fault:
    return Fault("yaml-typographic-quotes", start, end,
                 f"these quotes are typographic, and part of the text: {printable(text, 40)}",
                 f'write straight quotes: "{printable(text[1:-1], 40)}"')  # fmt: skip


def syntax_fault(error: Exception, text: str, last: tuple[int, int]) -> Fault:
    """Returns what is wrong where libyaml gave up; `last` is the stretch of the last node it had read."""
    if conflict := _conflict(text):
        return conflict
    problem = str(getattr(error, "problem", None) or error)
    at = _index(error, "problem_mark", len(text))
    opening = _index(error, "context_mark", at)
    for node, space in no_break_spaces(text):
        if min(opening, text.rfind("\n", 0, at)) <= node <= at:
            return no_break_space(space)
    quoted = "quoted scalar" in str(getattr(error, "context", ""))
    if problem == "found unexpected end of stream" and quoted:
        return _unterminated(text, opening, len(text))
    if quoted and ("escape" in problem or "hexdecimal" in problem):
        surrogate = _SURROGATE.search(text, max(opening, at - 12)) if "Unicode character escape" in problem else None
        return _surrogate_escape(text, surrogate) if surrogate else _no_escape(text, at)
    start, end = last
    is_after_quote = text[start : start + 1] in ("'", '"') and text[end:at].strip(" \t") == ""
    if is_after_quote and "\n" in text[start:end]:
        return _unterminated(text, start, end)
    line_start = text.rfind("\n", 0, at) + 1
    line = text[line_start : line_start + 500].split("\n", maxsplit=1)[0].rstrip("\r ")
    tab = _TAB.match(line)
    if tab and ("token" in problem or "tab" in problem or "did not find" in problem or "could not" in problem):
        return _tab(tab[0], line_start + tab.end() - 1)
    if bare := _bare_name(text, line_start, line):
        return bare
    if is_after_quote and at < line_start + len(line):
        return Fault("yaml-syntax", at, at + 1, *after_quote(text[start], text[at : line_start + len(line)]))
    if problem == "mapping values are not allowed in this context":
        return _stray_colon(text, line, line_start, at)
    if text[at : at + 1] in ("}", "]") and problem in _BETWEEN_LINES:
        cure = f"delete it, or write the `{'{' if text[at] == '}' else '['}` that it belongs to"
        return Fault("yaml-syntax", at, at + 1, f"this `{text[at]}` closes nothing", cure)
    message = _PLAIN_WORDS.get(problem, printable(problem, 80))
    at_its_start = not text[line_start:at].strip(" -") and "at this indentation" in message
    if problem == "did not find expected '-' indicator" and _column(text, opening) == _column(text, at):
        return _no_entry(text, opening, at)
    value = None if at_its_start else _VALUE.match(line)
    help_text = "check the indentation, and quote text that holds `: ` or ` #`"
    if "at this indentation" in message and not value:
        depth = len(line) - len(line.lstrip(" "))
        help_text = (
            f"this line is indented by {depth}: give it, or the lines above, the indentation of their neighbours"
        )
    if value:
        first = value["first"]
        if "token" in problem or "alphabetic" in problem or "tag" in problem or first in "|>":
            at = line_start + value.start("first")
            sign = "a backtick" if first == "`" else f"`{first}`"
            message = f"a value that begins with {sign} is not text: it {_WRONG_START[first]}"
        help_text = f"put the whole value in quotes: {_quoted_value(line)}"
        if first in "|>" and "begins a" in message:
            help_text = "write the text on the lines below it, indented by two more than the key"
        elif first == "*" and line.strip().startswith("* "):
            help_text = cure_of_line(line)
    elif "token" in problem and at < len(text):
        message = f"`{printable(text[at])}` cannot begin a value"
    if "not closed" in message or "simple key" in str(getattr(error, "context", "")):
        place = _no_comma(text, start, end, at) if "not closed" in message and "\n" not in text[opening:at] else 0
        if place > opening:
            at, message, help_text = place, "two values with no comma between them", "put a `,` before this one"
        else:
            at = opening
            help_text = _closing(text, opening) or help_text
    return Fault("yaml-syntax", at, min(at + 1, len(text)), message, help_text)


def _bare_name(text: str, line_start: int, line: str) -> Fault | None:
    """The fault of a name alone in the line above a deeper one: its colon was forgotten."""
    bare = re.search(r"^( *)(?:- )?([a-z_]+)[ \r]*\n\Z", text[max(line_start - 200, 0) : line_start], re.MULTILINE)
    if bare is None or _indent(line) <= len(bare[1]):
        return None
    at = text.rfind(bare[2], 0, line_start)
    return Fault("yaml-syntax", at, at + len(bare[2]), "a name with no `:` after it", f"write `{bare[2]}:`")


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at)


def _no_entry(text: str, opening: int, at: int) -> Fault:
    """The fault of a line without a dash at the indentation of a list."""
    begun = text.count("\n", 0, opening) + 1
    cure = f"begin it with `- ` if it is an entry; if it is a field, take away the dash on line {begun}"
    return Fault("yaml-syntax", at, at + 1, f"no entry of the list that begins on line {begun}", cure)


def _no_escape(text: str, at: int) -> Fault:
    at = max(text.rfind("\\", 0, at + 1), 0)
    cure = "write \\\\ for a backslash, or put the value in single quotes"
    return Fault(
        "yaml-syntax", at, at + 2, f"`{printable(text[at : at + 2])}` begins an escape that does not exist", cure
    )


def _tab(before: str, at: int) -> Fault:
    message, cure = "a tab indents this line; YAML counts spaces only", "use two spaces a level"
    if "-" in before:
        message, cure = "a tab stands after the dash; YAML wants a space", "put one space in its place"
    return Fault("yaml-tab", at, at + 1, message, cure)


def _no_comma(text: str, start: int, end: int, at: int) -> int:
    """Where a value begins that a comma should part from the node before it; 0 when it is not that."""
    if text[end:at].strip(" \t") == "" and end < at:
        return at
    # A plain text goes on over spaces: of `1 "b": 2` it is `1 "b"`.
    return text.rfind(" ", start, end) + 1 if text[at : at + 1] == ":" and " " in text[start:end] else 0


def _stray_colon(text: str, line: str, line_start: int, at: int) -> Fault:
    """A `: ` where none can be: the fault is in this line, or in the one above that has none."""
    if ": " not in text[line_start:at]:
        above = text.rfind("\n", 0, max(line_start - 1, 0)) + 1
        line_above = text[above : max(line_start - 1, above)].rstrip()
        name = name_of_line(line_above)
        if name and _indent(line_above) == _indent(line):
            start = above + line_above.index(name)
            cure = cure_of_line(line_above)
            return Fault("yaml-syntax", start, start + len(name), "a line with no `:` among fields", cure)
        if no_space := re.match(r" *-(?=[A-Za-z_][\w-]*:)", line_above):
            dash = above + no_space.end()
            cure = f"put a space after it: `- {printable(line_above.lstrip(' -'), 40)}`"
            return Fault("yaml-syntax", dash - 1, dash, "no space after this dash", cure)
        entry = re.fullmatch(r"( *- )([^:#]*[^:#\s])", line_above)
        if entry and _indent(line) == len(entry[1]):
            start = above + len(entry[1])
            cure = f"give it the name of a field, as below: `- …: {printable(entry[2], 40)}`"
            return Fault("yaml-syntax", start, start + len(entry[2]), "a text without a name begins this entry", cure)
        key = re.match(r" *(?:- )?([\w-]+): ", line_above)
        if key and not re.match(r" *[a-z_]+: ", line):
            cure = (
                f"if it goes on with the text above, write `{key[1]}: |` there, and the whole text on the lines below"
            )
        else:
            cure = "give it the indentation of the line above, or end that line after its `:`"
        return Fault("yaml-syntax", at, at + 1, "a field indented under a value that is complete", cure)
    if re.search(r", [a-z_]+: ", text[line_start + line.index(": ") : line_start + len(line)]):
        cure = "write each field on a line of its own, with no comma; if it is one text, put the value in quotes"
        return Fault("yaml-syntax", at, at + 1, "a second `: ` in one line", cure)
    if has_typographic_quotes(line):
        cure = f"write straight quotes: `{straight(line)}`"
        return Fault("yaml-syntax", at, at + 1, "a second `: ` in one line; these quotes are typographic", cure)
    cure = f"put the value in quotes if the colon is text: {_quoted_value(line)}"
    return Fault("yaml-syntax", at, at + 1, "a second `: ` in one line", cure)


def _index(error: Exception, name: str, default: int) -> int:
    mark = getattr(error, name, None)
    return default if mark is None else min(int(mark.index), default if name == "problem_mark" else int(mark.index))


def _conflict(text: str) -> Fault | None:
    match = _CONFLICT.search(text)
    if match is None:
        return None
    return Fault("yaml-conflict-marker", match.start(), match.end(), "a merge conflict was left in the file",
                 "keep one of the two sides and delete the lines <<<<<<<, ======= and >>>>>>>")  # fmt: skip


def _unterminated(text: str, start: int, end: int) -> Fault:
    quote = text[start : start + 1]
    closed = "is never closed" if end >= len(text) else f"is closed only on line {text.count(chr(10), 0, end) + 1}"
    return Fault("yaml-unterminated-quote", start, start + 1, f"the quote that opens here {closed}",
                 f"add the closing {quote} at the end of the value")  # fmt: skip


def _surrogate_escape(text: str, match: re.Match[str]) -> Fault:
    pair = _PAIR.match(text, match.start())
    if pair is None:
        return Fault(
            "yaml-surrogate",
            match.start(),
            match.end(),
            f"`{match[0]}` is half of a character",
            "write the character itself",
        )
    character = chr(0x10000 + ((int(pair[1], 16) & 0x3FF) << 10) + (int(pair[2], 16) & 0x3FF))
    message = f"`{pair[0]}` is one character written as two escapes"
    itself = f"{character} itself, or " if character.isprintable() else ""
    cure = f"write {itself}`\\U{ord(character):08X}`"
    return Fault("yaml-surrogate", pair.start(), pair.end(), message, cure)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _closing(text: str, opening: int) -> str:
    """Returns how to end what opens at `opening`; empty when nothing is to be said of it."""
    line = text[opening : opening + 500].split("\n", maxsplit=1)[0].rstrip()
    if line[:1] in ("[", "{"):
        return f"add the closing `{']' if line[0] == '[' else '}'}` at its end"
    before = text[:opening].rstrip().rpartition("\n")[2].rstrip()
    if re.search(r":\s+[|>][+-]?$", before):
        return "indent the text by two more than the key above it"
    return cure_of_line(line)


def _quoted_value(line: str) -> str:
    """Returns the value of a line in quotes, as an example of what to type."""
    name, colon, value = line.strip().partition(": ")
    if not colon:
        name, value = "", line.strip().removeprefix("- ")
    value = value.strip().strip("\"'").replace("'", "''")
    shown = printable(value, 40)
    return f"`{printable(name, 30)}: '{shown}'`" if name else f"`'{shown}'`"
