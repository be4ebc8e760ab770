"""Explains an error of libyaml: its likely cause, at the place to correct."""

import re
from functools import cache
from pathlib import Path

from integration_specs.text.display import printable
from integration_specs.text.messages import Message

from .syntax_hints import (
    has_typographic_quotes,
    key_of_line,
    line_hint,
    no_break_spaces,
    problem_after_quote,
    with_straight_quotes,
)
from .yaml_problems import Problem, problem

_CONFLICT = re.compile(r"^(?:<{7}(?: .*)?|={7}|>{7}(?: .*)?|\|{7}(?: .*)?)\r?$", re.MULTILINE)
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_TAB = re.compile(r"[ \t-]*?\t")
_VALUE = re.compile(r"[ \t]*+(?:- ++)*+(?:[^\s:#\"'][^:#]*:[ \t]+)?(?P<first>[\[{\"'*&!%@`|>])")
_QUOTED_VALUE = re.compile(
    r"[ \t]*+(?:- ++)*+(?:[^\s:#\"'][^:#]*:[ \t]+)?(?P<quote>[\"'])(?:(?!(?P=quote))[^\\\n])*(?P=quote)[ \t]+"
)
_TEXT_ITEM = re.compile(r"( *- )('[^']*'|\"[^\"]*\"|[^:#]*[^:#\s])")
_OTHER_COMMENT = re.compile(r"//|/\*|<!--")
_COMMENT_IN_BRACKETS = re.compile(r"(?<=[\[{, ])#[^\s,\]}#]+")
_KEY_IN_MARKDOWN = re.compile(
    r" *(?:- )?(?P<key>(?P<signs>\*\*|__|[*`])(?P<name>[A-Za-z][\w /-]*?)(?::(?P=signs)|(?P=signs):))(?=[ \t]|$)"
)
_KEY_ALONE = re.compile(r"^( *(?:- )?)([a-z_]+):[ \t\r]*\n *\Z", re.MULTILINE)
_BETWEEN_LINES = frozenset((
    "did not find expected key", "did not find expected '-' indicator", "did not find expected <document start>",
))  # fmt: skip


@cache
def libyaml_texts() -> dict[str, dict[str, str]]:
    """Return what the errors of libyaml and the signs of YAML mean."""
    import tomllib

    return tomllib.loads(Path(__file__).with_name("libyaml_errors.toml").read_text(encoding="utf-8"))


def more_text(text: str, at: int) -> Problem:
    """Return the problem of text after the end of the document."""
    line = _line(text, at).rstrip("\r ")[:80]
    if line.startswith(("---", "...", "%")):
        return problem("second-document", at, at + len(line))
    if re.search(r"^\.\.\.[ \t\r]*\n(?:[ \t\r]*(?:#[^\n]*)?\n)*\Z", text[max(0, at - 2000) : at], re.MULTILINE):
        dots = text.rfind("\n...", 0, at) + 1
        return problem("document-end", dots, dots + 3)
    return _conflict(text) or problem("more-text", at, at + max(len(line), 1), line=printable(line))


def plain_problem(error: Exception, text: str) -> Problem:
    """Return what libyaml says of a text, at the place where it stopped."""
    said, known = _said(error), libyaml_texts()["errors"]
    message = Message(known[said]) if said in known else printable(said, 80)
    at = _index(error, "problem_mark", len(text))
    help_text = Message("check the indentation, and quote text that contains `: ` or ` #`")
    return _other(text, at, message, help_text)


def explain_error(error: Exception, text: str, last: tuple[int, int]) -> Problem:
    """Return the likely cause of a libyaml error; `last` is the span of the last node that it had read."""
    if conflict := _conflict(text):
        return conflict
    said = _said(error)
    at = _index(error, "problem_mark", len(text))
    opening = _index(error, "context_mark", at)
    for node, space in no_break_spaces(text):
        if min(opening, text.rfind("\n", 0, at)) <= node <= at:
            return problem("no-break-space", space)
    quoted = "quoted scalar" in str(getattr(error, "context", ""))
    if said == "found unexpected end of stream" and quoted:
        return problem("open-quote", opening, quote=text[opening : opening + 1])
    if quoted and ("escape" in said or "hexdecimal" in said):
        return _bad_escape(text, max(opening, at - 12) if "Unicode character escape" in said else len(text), at)
    start, end = last
    is_after_quote = text[start : start + 1] in ("'", '"') and text[end:at].strip(" \t") == ""
    if is_after_quote and "\n" in text[start:end]:
        return problem("late-quote", start, quote=text[start], line=_line_number(text, end))
    line_start = text.rfind("\n", 0, at) + 1
    line = _line(text, line_start).rstrip("\r ")
    tab = _TAB.match(line)
    if tab and any(word in said for word in ("token", "tab", "did not find", "could not")):
        return problem("tab-after-dash" if "-" in tab[0] else "tab", line_start + tab.end() - 1)
    if key := _key_without_colon(text, line_start, line):
        return key
    if is_after_quote and at < line_start + len(line):
        return problem(problem_after_quote(text[start], text[at : line_start + len(line)]), at, sign="//")
    if (first := _QUOTED_VALUE.match(line)) and line_start + first.end() == at:
        return problem(problem_after_quote(first["quote"], line[first.end() :]), at, sign="//")
    if said == "mapping values are not allowed in this context":
        return _unexpected_colon(text, line, line_start, at)
    if text[at : at + 1] in ("}", "]") and said in _BETWEEN_LINES:
        return problem("extra-bracket", at, bracket=text[at], opening="{" if text[at] == "}" else "[")
    if said == "did not find expected '-' indicator" and (item := _item_above(text, line, line_start)):
        return item
    if said == "did not find expected '-' indicator" and _column(text, opening) == _column(text, at):
        return problem("missing-dash", at, line=_line_number(text, opening))
    return _by_line(error, text, last, at, line_start, line)


def _by_line(error: Exception, text: str, last: tuple[int, int], at: int, line_start: int, line: str) -> Problem:
    """Return the problem of a line for which no cause is known."""
    if fence := re.match(r" *(?:- )?(```|~~~)", line):
        return problem("code-fence", line_start + fence.start(1), line_start + len(line))
    if "simple key" in str(getattr(error, "context", "")):
        begin = _index(error, "context_mark", at)
        if comment := _OTHER_COMMENT.match(text, begin):
            return problem("other-comment", begin, comment.end(), sign=comment[0])
        key = _KEY_ALONE.search(text, max(begin - 200, 0), begin)
        if key and len(key[1]) == _column(text, begin) - 1:
            return problem("value-not-indented", begin, begin + len(_line(text, begin).rstrip()), key=key[2])
    if (key := _KEY_IN_MARKDOWN.match(line)) and line.startswith("-"):
        return problem("markdown-file", line_start, line_start + key.end())
    if key:
        return problem(
            "key-in-markdown", *(line_start + each for each in key.span("key")), key=printable(key["name"], 40)
        )
    if line.startswith("- ") and at == line_start and _said(error) == "did not find expected key":
        return problem("item-among-fields", at, line_start + len(line))
    bracket = max(text.rfind("[", 0, at), text.rfind("{", 0, at), 0)
    in_brackets = "flow" in str(getattr(error, "context", ""))
    if in_brackets and (comment := _COMMENT_IN_BRACKETS.search(text, bracket, at)):
        return problem("comment-in-brackets", comment.start(), comment.end(), value=printable(comment[0], 40))
    plain = plain_problem(error, text)
    said, message, help_text = _said(error), plain.message, plain.help
    at_its_start = not text[line_start:at].strip(" -") and "at this indentation" in message
    value = None if at_its_start else _VALUE.match(line)
    if value:
        first = value["first"]
        if "token" in said or "alphabetic" in said or "tag" in said or first in "|>":
            at = line_start + value.start("first")
            sign = Message("a backtick") if first == "`" else f"`{first}`"
            meaning = Message(libyaml_texts()["starts"][first])
            message = Message("a value cannot start with {sign}, which {meaning}", sign=sign, meaning=meaning)
        help_text = Message("put the whole value in quotes: {quoted}", quoted=_quoted_value(line))
        if first in "|>" and "starts a" in message:
            help_text = Message("write the text on the lines below, indented by two spaces more than the key")
        elif first == "*" and line.strip().startswith("* "):
            help_text = line_hint(line)
    elif "at this indentation" in message:
        help_text = Message(
            "this line is indented by {number}; give it, or the lines above, the indentation of its neighbors",
            number=_indent(line),
        )
    elif "token" in said and at < len(text):
        message = Message("a value cannot start with `{sign}`", sign=printable(text[at]))
    if "not closed" in message or "simple key" in str(getattr(error, "context", "")):
        opening = _index(error, "context_mark", at)
        comma = _missing_comma(text, last, at) if "not closed" in message and "\n" not in text[opening:at] else 0
        if comma > opening:
            return problem("missing-comma", comma)
        return problem("other", opening, message=message, help=_how_to_close(text, opening) or help_text)
    return _other(text, at, message, help_text)


def _other(text: str, at: int, message: str, help_text: str) -> Problem:
    return problem("other", at, min(at + 1, len(text)), message=message, help=help_text)


def _key_without_colon(text: str, line_start: int, line: str) -> Problem | None:
    """Return the problem of a key alone in the line above a deeper one."""
    key = re.search(r"^( *)(?:- )?([a-z_]+)[ \r]*\n\Z", text[max(line_start - 200, 0) : line_start], re.MULTILINE)
    if key is None or _indent(line) <= len(key[1]):
        return None
    start = text.rfind(key[2], 0, line_start)
    return problem("key-without-colon", start, start + len(key[2]), key=key[2])


def _bad_escape(text: str, surrogates: int, at: int) -> Problem:
    """Return the problem of half a surrogate pair, or of the pair, from `surrogates` on, or of another escape at `at`."""
    half = _SURROGATE.search(text, surrogates)
    if half is None:
        at = max(text.rfind("\\", 0, at + 1), 0)
        return problem("unknown-escape", at, at + 2, escape=printable(text[at : at + 2]))
    pair = _PAIR.match(text, half.start())
    if pair is None:
        return problem("half-escape", half.start(), half.end(), escape=half[0])
    code = 0x10000 + ((int(pair[1], 16) & 0x3FF) << 10) + (int(pair[2], 16) & 0x3FF)
    itself = Message("{character} itself, or ", character=chr(code)) if chr(code).isprintable() else ""
    return problem("escape-pair", pair.start(), pair.end(), escape=pair[0], itself=itself, code=code)


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
        return _colon_below(text, line, line_start, at)
    if re.search(r", [a-z_]+: ", line[line.find(": ") :]):
        return problem("fields-in-one-line", at)
    if has_typographic_quotes(line):
        return problem("colon-in-typographic-quotes", at, line=with_straight_quotes(line))
    return problem("second-colon", at, quoted=_quoted_value(line))


def _colon_below(text: str, line: str, line_start: int, at: int) -> Problem:
    """Return the problem of a field below a line that cannot have fields below it."""
    start = text.rfind("\n", 0, max(line_start - 1, 0)) + 1
    above = text[start : max(line_start - 1, start)].rstrip()
    key = key_of_line(above)
    if key and _indent(above) == _indent(line):
        start += above.index(key)
        return problem("line-without-colon", start, start + len(key), hint=line_hint(above))
    if no_space := re.match(r" *-(?=[A-Za-z_][\w-]*:)", above):
        return problem("no-space-after-dash", start + no_space.end() - 1, item=printable(above.lstrip(" -"), 40))
    if item := _item_above(text, line, line_start):
        return item
    field = re.match(r" *(?:- )?([\w-]+): ", above)
    if field and not re.match(r" *[a-z_]+: ", line):
        return problem("deeper-text", at, key=field[1])
    return problem("deeper-field", at)


def _item_above(text: str, line: str, line_start: int) -> Problem | None:
    """Return the problem of a text as an item, in the line above fields of that item."""
    start = text.rfind("\n", 0, max(line_start - 1, 0)) + 1
    item = _TEXT_ITEM.fullmatch(text[start : max(line_start - 1, start)].rstrip())
    if item is None or not re.match(r" *[A-Za-z_][\w ]*:(?: |$)", line) or _indent(line) < len(item[1]):
        return None
    start += len(item[1])
    if call := re.match(r"['\"`]*([A-Z]{3,7}) +(/[^\s'\"`]*)", item[2]):
        return problem("endpoint-without-keys", start, start + len(item[2]), method=call[1], path=printable(call[2]))
    return problem("item-without-key", start, start + len(item[2]), item=printable(item[2], 40))


def _said(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error)


def _index(error: Exception, name: str, default: int) -> int:
    mark = getattr(error, name, None)
    return default if mark is None else min(int(mark.index), default if name == "problem_mark" else int(mark.index))


def _conflict(text: str) -> Problem | None:
    match = _CONFLICT.search(text)
    return match and problem("conflict", *match.span())


def _line(text: str, start: int) -> str:
    """Return the rest of the line from `start` on."""
    end = text.find("\n", start)
    return text[start:] if end < 0 else text[start:end]


def _line_number(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _how_to_close(text: str, opening: int) -> str:
    """Return how to end what opens at `opening`, or ""."""
    line = _line(text, opening).rstrip()
    if line[:1] in ("[", "{"):
        return Message("add the closing `{bracket}` at its end", bracket="]" if line[0] == "[" else "}")
    before = text[text.rfind("\n", 0, len(text[:opening].rstrip())) + 1 : opening].rstrip()
    if re.search(r":[ \t]+[|>][+-]?$", before):
        return Message("indent the text by two spaces more than the key above it")
    return line_hint(line)


def _quoted_value(line: str) -> str:
    """Return the value of a line in quotes, as an example of what to write."""
    key, colon, value = line.strip().partition(": ")
    if not colon:
        key, value = "", line.strip().removeprefix("- ")
    value = value.strip().strip("\"'").replace("'", "''")
    shown = printable(value, 40)
    return f"`{printable(key, 30)}: '{shown}'`" if key else f"`'{shown}'`"
