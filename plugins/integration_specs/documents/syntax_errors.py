"""Problems of a YAML text: characters that are not allowed, and libyaml's errors explained."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from integration_specs.text.display import printable

from .syntax_hints import (
    after_quote,
    has_typographic_quotes,
    key_of_line,
    line_hint,
    no_break_spaces,
    with_straight_quotes,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding with indexes of the text (`start`, `end`) instead of lines and columns."""

    rule: str
    start: int
    end: int
    message: str
    help: str = ""


class StopReading(Exception):
    """Ends the reading of one document; never leaves the package."""

    def __init__(self, problem: Problem | None = None) -> None:
        self.problem = problem


def _syntax(start: int, message: str, help_text: str, length: int = 1) -> Problem:
    return Problem("yaml-syntax", start, start + length, message, help_text)


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
    (re.compile(f"[{_BREAKS}\r]"), "yaml-line-break", "is a line break to some programs but not to others",
     "use a line feed; in double quotes write `\\r`, `\\N`, `\\L` or `\\P`"),
    (re.compile(f"[{_BIDI}]"), "yaml-bidi",
     "changes the direction of the text, so the line looks different from what it says", "delete it"),
    (re.compile(f"[{_SURROGATES}]"), "yaml-surrogate", "is half of a character", "write the character itself"),
    (re.compile(f"[{_CONTROL}]"), "yaml-control-character", "is a control character", "delete it"),
)  # fmt: skip


def bad_characters(text: str, allow_invisible: bool) -> Iterator[Problem]:
    """Yield a problem for each character of a source that is not allowed."""
    for match in (_UNREADABLE if allow_invisible else _BAD).finditer(text):
        yield _bad_character(match[0], match.start(), match.end())


def bad_value(value: str, start: int, end: int) -> Problem | None:
    """Return the problem of a value written with escapes, which may write any line break, but nothing else."""
    match = _IN_VALUE.search(value)
    return _bad_character(match[0], start, end) if match else None


def _bad_character(character: str, start: int, end: int) -> Problem:
    code = f"U+{ord(character):04X}"
    for kind, rule, message, help_text in _KINDS:
        if kind.match(character):
            return Problem(rule, start, end, f"{code} {message}", help_text)
    return Problem("yaml-invisible", start, end, f"{code} is an invisible character", "delete it")


def empty_file() -> Problem:
    return Problem("yaml-empty", 0, 0, "the file is empty", "write at least `system:` and `type:`")


def too_many_nodes(start: int, limit: int) -> Problem:
    message = f"the file has more than {limit:,} values"
    return Problem(
        "yaml-too-many-nodes", start, start + 1, message, "split the file, or move long payloads to an attachment"
    )


def too_deep(start: int, limit: int) -> Problem:
    message = f"nesting level {limit + 1}; the maximum is {limit}"
    return Problem("yaml-too-deep", start, start + 1, message, "flatten it, or write the payload as a block of text")


def complex_key(text: str, start: int) -> Problem:
    """Return the problem of a key that is not plain text, or that libyaml would read without its question mark."""
    if text[start - 1 : start] == "?":
        message = "a text between brackets cannot start with `?`"
        return Problem("yaml-complex-key", start - 1, start, message, "put the whole text in quotes")
    if text.startswith("{", start) and text[start - 1 : start] == "{":
        message = "`{{` starts two mappings, one as the key of the other"
        return Problem("yaml-complex-key", start - 1, start + 1, message, 'put the whole value in quotes: "{{ … }}"')
    message = "a list, mapping or alias cannot be a key"
    help_text = "write a plain word as the key; a key that starts with [, { or * needs quotes"
    return Problem("yaml-complex-key", start, start + 1, message, help_text)


def more_text(text: str, at: int) -> Problem:
    """Return the problem of text after the end of the document."""
    line = _line(text, at).rstrip("\r ")[:80]
    if line.startswith(("---", "...", "%")):
        help_text = "delete the `---`, or move the second document to its own file"
        return Problem("yaml-second-document", at, at + len(line), "a second document starts here", help_text)
    if re.search(r"^\.\.\.[ \t\r]*\n(?:[ \t\r]*(?:#[^\n]*)?\n)*\Z", text[max(0, at - 2000) : at], re.MULTILINE):
        dots = text.rfind("\n...", 0, at) + 1
        return _syntax(dots, "`...` ends the document, but there is more text below it", "delete this line", 3)
    help_text = "indent it like the fields above, or put the whole text in quotes"
    message = f"unexpected text after the end of the document: `{printable(line)}`"
    return _conflict(text) or _syntax(at, message, help_text, max(len(line), 1))


def property_problem(kind: str, sign: str, name: str, start: int, end: int) -> Problem:
    """Return the problem of an anchor (`&`), alias (`*`) or tag (`!`)."""
    shown = f"{sign}{printable(name, 40)}"
    rule = "yaml-tag" if kind == "tag" else "yaml-alias"
    help_text = f'if it is text, put the value in quotes: "{shown} …"; otherwise write the value itself'
    return Problem(rule, start, end, f"`{shown}` is a YAML {kind}, which is not allowed", help_text)


def no_break_space(at: int) -> Problem:
    message = "U+00A0, a no-break space, where YAML needs a space"
    return Problem("yaml-invisible", at, at + 1, message, "replace it with a space")


def folded_item(text: str, start: int) -> Problem:
    line = _line(text, start)
    message = f"`{printable(line, 40)}` is read as part of the text above it"
    help_text = (
        "give its dash the indentation of the other items; if it is text, start that text with `|` on its own line"
    )
    return Problem("yaml-folded-item", start, start + len(line), message, help_text)


def typographic_quotes(text: str, start: int, end: int) -> Problem:
    message = f"these quotes are typographic and part of the value: {printable(text, 40)}"
    help_text = f'write straight quotes: "{printable(text[1:-1], 40)}"'
    return Problem("yaml-typographic-quotes", start, end, message, help_text)


_CONFLICT = re.compile(r"^(?:<{7}(?: .*)?|={7}|>{7}(?: .*)?|\|{7}(?: .*)?)\r?$", re.MULTILINE)
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_TAB = re.compile(r"[ \t-]*?\t")
_VALUE = re.compile(r"[ \t]*(?:- +)*(?:[^\s:#\"'][^:#]*:[ \t]+)?(?P<first>[\[{\"'*&!%@`|>])")
_MEANING_OF_START = {
    "*": "starts an alias", "&": "starts an anchor", "!": "starts a tag", "%": "is reserved",
    "@": "is reserved", "`": "is reserved", "|": "starts a block of text", ">": "starts a folded block",
    "[": "starts a list", "{": "starts a mapping", '"': "starts a quoted text", "'": "starts a quoted text",
}  # fmt: skip
_EXPLANATIONS = {
    "could not find expected ':'": "a line without `:` among fields",
    "did not find expected key": "not a field: expected `key: value` at this indentation",
    "did not find expected '-' indicator": "not a list item: expected `- ` at this indentation",
    "block sequence entries are not allowed in this context": "`- ` is not allowed here; start a new line",
    "block mapping entries are not allowed in this context": "`key:` is not allowed here; start a new line",
    "did not find expected ',' or ']'": "this list is not closed: expected `,` or `]`",
    "did not find expected ',' or '}'": "this mapping is not closed: expected `,` or `}`",
    "did not find expected node content": "expected a value",
    "found unexpected ':'": "unexpected `:` between brackets; put the text in quotes",
    "found unexpected document indicator": "`---` inside quotes",
}
_BETWEEN_LINES = frozenset((
    "did not find expected key", "did not find expected '-' indicator", "did not find expected <document start>",
))  # fmt: skip


def plain_problem(error: Exception, text: str) -> Problem:
    """Return what libyaml says of a text, at the place where it stopped."""
    problem = str(getattr(error, "problem", None) or error)
    message = _EXPLANATIONS.get(problem, printable(problem, 80))
    at = _index(error, "problem_mark", len(text))
    help_text = "check the indentation, and quote text that contains `: ` or ` #`"
    return Problem("yaml-syntax", at, min(at + 1, len(text)), message, help_text)


def explain_error(error: Exception, text: str, last: tuple[int, int]) -> Problem:
    """Return the likely cause of a libyaml error; `last` is the span of the last node that it had read."""
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
        return _surrogate_escape(text, surrogate) if surrogate else _unknown_escape(text, at)
    start, end = last
    is_after_quote = text[start : start + 1] in ("'", '"') and text[end:at].strip(" \t") == ""
    if is_after_quote and "\n" in text[start:end]:
        return _unterminated(text, start, end)
    line_start = text.rfind("\n", 0, at) + 1
    line = _line(text, line_start).rstrip("\r ")
    tab = _TAB.match(line)
    if tab and ("token" in problem or "tab" in problem or "did not find" in problem or "could not" in problem):
        return _tab(tab[0], line_start + tab.end() - 1)
    if key := _key_without_colon(text, line_start, line):
        return key
    if is_after_quote and at < line_start + len(line):
        return _syntax(at, *after_quote(text[start], text[at : line_start + len(line)]))
    if problem == "mapping values are not allowed in this context":
        return _unexpected_colon(text, line, line_start, at)
    if text[at : at + 1] in ("}", "]") and problem in _BETWEEN_LINES:
        opening_bracket = "{" if text[at] == "}" else "["
        return _syntax(at, f"this `{text[at]}` closes nothing", f"delete it, or write the missing `{opening_bracket}`")
    if problem == "did not find expected '-' indicator" and _column(text, opening) == _column(text, at):
        return _missing_dash(text, opening, at)
    return _by_line(error, text, (start, end), at, line_start, line)


def _by_line(error: Exception, text: str, last: tuple[int, int], at: int, line_start: int, line: str) -> Problem:
    """Return the problem of a line for which no cause is known."""
    plain = plain_problem(error, text)
    problem, message, help_text = str(getattr(error, "problem", None) or error), plain.message, plain.help
    at_its_start = not text[line_start:at].strip(" -") and "at this indentation" in message
    value = None if at_its_start else _VALUE.match(line)
    if value:
        first = value["first"]
        if "token" in problem or "alphabetic" in problem or "tag" in problem or first in "|>":
            at = line_start + value.start("first")
            sign = "a backtick" if first == "`" else f"`{first}`"
            message = f"a value cannot start with {sign}, which {_MEANING_OF_START[first]}"
        help_text = f"put the whole value in quotes: {_quoted_value(line)}"
        if first in "|>" and "starts a" in message:
            help_text = "write the text on the lines below, indented by two more than the key"
        elif first == "*" and line.strip().startswith("* "):
            help_text = line_hint(line)
    elif "at this indentation" in message:
        help_text = (
            f"this line is indented by {_indent(line)}; give it, or the lines above, the indentation of its neighbors"
        )
    elif "token" in problem and at < len(text):
        message = f"a value cannot start with `{printable(text[at])}`"
    if "not closed" in message or "simple key" in str(getattr(error, "context", "")):
        opening = _index(error, "context_mark", at)
        comma = _missing_comma(text, last, at) if "not closed" in message and "\n" not in text[opening:at] else 0
        if comma > opening:
            return _syntax(comma, "missing comma between two values", "put a `,` before this one")
        return Problem("yaml-syntax", opening, opening + 1, message, _how_to_close(text, opening) or help_text)
    return Problem("yaml-syntax", at, min(at + 1, len(text)), message, help_text)


def _key_without_colon(text: str, line_start: int, line: str) -> Problem | None:
    """Return the problem of a key alone in the line above a deeper one."""
    key = re.search(r"^( *)(?:- )?([a-z_]+)[ \r]*\n\Z", text[max(line_start - 200, 0) : line_start], re.MULTILINE)
    if key is None or _indent(line) <= len(key[1]):
        return None
    return _syntax(text.rfind(key[2], 0, line_start), "a key without `:`", f"write `{key[2]}:`", len(key[2]))


def _missing_dash(text: str, opening: int, at: int) -> Problem:
    """Return the problem of a line without a dash at the indentation of a list."""
    line = text.count("\n", 0, opening) + 1
    help_text = f"start it with `- ` if it is an item; if it is a field, remove the dash on line {line}"
    return _syntax(at, f"not an item of the list that starts on line {line}", help_text)


def _unknown_escape(text: str, at: int) -> Problem:
    at = max(text.rfind("\\", 0, at + 1), 0)
    help_text = "write \\\\ for a backslash, or put the value in single quotes"
    return _syntax(at, f"unknown escape `{printable(text[at : at + 2])}`", help_text, 2)


def _tab(before: str, at: int) -> Problem:
    message, help_text = "this line is indented with a tab; YAML allows spaces only", "use two spaces for each level"
    if "-" in before:
        message, help_text = "a tab after the dash; YAML needs a space", "replace it with one space"
    return Problem("yaml-tab", at, at + 1, message, help_text)


def _missing_comma(text: str, last: tuple[int, int], at: int) -> int:
    """Return the start of a value that a comma should separate from the node before it; 0 if that is not the problem."""
    start, end = last
    if text[end:at].strip(" \t") == "" and end < at:
        return at
    # A plain text continues over spaces: in `1 "b": 2` it is `1 "b"`.
    return text.rfind(" ", start, end) + 1 if text[at : at + 1] == ":" and " " in text[start:end] else 0


def _unexpected_colon(text: str, line: str, line_start: int, at: int) -> Problem:
    """Return the problem of a `: ` that is not allowed: in this line, or in the line above, which has none."""
    if ": " not in text[line_start:at]:
        above = text.rfind("\n", 0, max(line_start - 1, 0)) + 1
        line_above = text[above : max(line_start - 1, above)].rstrip()
        key = key_of_line(line_above)
        if key and _indent(line_above) == _indent(line):
            start = above + line_above.index(key)
            return _syntax(start, "a line without `:` among fields", line_hint(line_above), len(key))
        if no_space := re.match(r" *-(?=[A-Za-z_][\w-]*:)", line_above):
            help_text = f"put a space after it: `- {printable(line_above.lstrip(' -'), 40)}`"
            return _syntax(above + no_space.end() - 1, "no space after this dash", help_text)
        item = re.fullmatch(r"( *- )([^:#]*[^:#\s])", line_above)
        if item and _indent(line) == len(item[1]):
            help_text = f"give it a key, as in the line below: `- …: {printable(item[2], 40)}`"
            return _syntax(above + len(item[1]), "this item starts with a text without a key", help_text, len(item[2]))
        field = re.match(r" *(?:- )?([\w-]+): ", line_above)
        help_text = "give it the indentation of the line above, or end that line after its `:`"
        if field and not re.match(r" *[a-z_]+: ", line):
            help_text = (
                f"if it continues the text above, write `{field[1]}: |` there, and the whole text on the lines below"
            )
        return _syntax(at, "a field indented under a value that is complete", help_text)
    message = "a second `: ` in one line"
    if re.search(r", [a-z_]+: ", line[line.find(": ") :]):
        help_text = "write each field on its own line, without the comma; if it is one text, put the value in quotes"
    elif has_typographic_quotes(line):
        message += "; these quotes are typographic"
        help_text = f"write straight quotes: `{with_straight_quotes(line)}`"
    else:
        help_text = f"if the colon is part of the text, put the value in quotes: {_quoted_value(line)}"
    return _syntax(at, message, help_text)


def _index(error: Exception, name: str, default: int) -> int:
    mark = getattr(error, name, None)
    return default if mark is None else min(int(mark.index), default if name == "problem_mark" else int(mark.index))


def _conflict(text: str) -> Problem | None:
    match = _CONFLICT.search(text)
    if match is None:
        return None
    help_text = "keep one of the two versions and delete the lines <<<<<<<, ======= and >>>>>>>"
    return Problem("yaml-conflict-marker", match.start(), match.end(), "unresolved merge conflict", help_text)


def _unterminated(text: str, start: int, end: int) -> Problem:
    quote = text[start : start + 1]
    closed = "is never closed" if end >= len(text) else f"is closed only on line {text.count(chr(10), 0, end) + 1}"
    help_text = f"add the closing {quote} at the end of the value"
    return Problem("yaml-unterminated-quote", start, start + 1, f"the quote that opens here {closed}", help_text)


def _surrogate_escape(text: str, match: re.Match[str]) -> Problem:
    pair = _PAIR.match(text, match.start())
    if pair is None:
        help_text = "write the character itself"
        return Problem("yaml-surrogate", match.start(), match.end(), f"`{match[0]}` is half of a character", help_text)
    character = chr(0x10000 + ((int(pair[1], 16) & 0x3FF) << 10) + (int(pair[2], 16) & 0x3FF))
    message = f"`{pair[0]}` is one character written as two escapes"
    itself = f"{character} itself, or " if character.isprintable() else ""
    help_text = f"write {itself}`\\U{ord(character):08X}`"
    return Problem("yaml-surrogate", pair.start(), pair.end(), message, help_text)


def _line(text: str, start: int) -> str:
    """Return the rest of the line from `start` on."""
    end = text.find("\n", start)
    return text[start:] if end < 0 else text[start:end]


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _how_to_close(text: str, opening: int) -> str:
    """Return how to end what opens at `opening`, or ""."""
    line = _line(text, opening).rstrip()
    if line[:1] in ("[", "{"):
        return f"add the closing `{']' if line[0] == '[' else '}'}` at its end"
    before = text[text.rfind("\n", 0, len(text[:opening].rstrip())) + 1 : opening].rstrip()
    if re.search(r":[ \t]+[|>][+-]?$", before):
        return "indent the text by two more than the key above it"
    return line_hint(line)


def _quoted_value(line: str) -> str:
    """Return the value of a line in quotes, as an example of what to write."""
    key, colon, value = line.strip().partition(": ")
    if not colon:
        key, value = "", line.strip().removeprefix("- ")
    value = value.strip().strip("\"'").replace("'", "''")
    shown = printable(value, 40)
    return f"`{printable(key, 30)}: '{shown}'`" if key else f"`'{shown}'`"
