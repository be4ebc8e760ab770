"""Read and write values on one line of Markdown: text, code, choices, numbers, lists of words."""

import json
import re
import unicodedata
from functools import lru_cache, partial
from typing import Any

from integration_specs.documents import SPEC
from integration_specs.text.suggestions import closest_value, means_none, possible_dates
from integration_specs.validation.schema import Field

ABSENT: Any = object()
"""The value of a label without text: not written yet."""
UNREADABLE: Any = object()
"""The value of text that is invalid for its field."""

_NONE_WITH_REASON = re.compile(
    r"[\s*_(]*(?P<word>[^:;,(–—]{3,20}?)[*_]*(?:[:;,]\s+|\s+[–—-]\s+|\s*\()[\s*_]*(?P<reason>.*\w.*)", re.DOTALL
)
_UNKNOWN_WORDS = {"tbd", "tba", "to be defined", "to be done", "?", "??", "???", "unknown", "todo", "…", "...", "a definir", "desconhecido"}  # fmt: skip
_BOOLEANS = {"yes": True, "true": True, "sim": True, "no": False, "false": False, "não": False}
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
DASH = re.compile(r"(?<=\s)[–—-]\s+")
"""The dash between a name and its description."""


@lru_cache(maxsize=16384)
def normalize(text: str) -> str:
    """Return a text for comparison, without case, accents, emphasis and repeated spaces."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[*_`#:\\]", " ", bare).split())


def none_reason(text: str) -> str | None:
    """Return the reason in a text such as `None: they send no events`, perhaps empty; None if the text means something else."""
    if (bare := text.strip(" .*_()")) and (bare in "–—" or means_none(bare)):
        return ""
    found = _NONE_WITH_REASON.fullmatch(text[:2_000])
    return found["reason"].strip().removesuffix(")").rstrip() if found and means_none(found["word"]) else None


def means_unknown(text: str) -> bool:
    """Return whether a text means that it is not written yet."""
    return text.strip(" *_()").lower() in _UNKNOWN_WORDS


def is_placeholder(text: str) -> bool:
    """Return whether a text is an unfilled placeholder of the template; `{{1}}` is not."""
    left = _PLACEHOLDER.sub("", text).replace("`", "").replace("Local", "").replace("Remote", "")
    return bool(_PLACEHOLDER.search(text)) and not left.strip(" –—-↔,;/.") and not re.search(r"\{\{\d*\}\}", text)


_UNSAFE_LINK = r"\](?=[(:]\s*<?(?!\s|https?:|mailto:|[^:&\\\s)>]*(?:[\s)>]|$)))"
"""A link or link definition whose target is not a web address, a mailbox or a relative path."""
_FIRST = r"(?<!\\)"  # of several backslashes: a long run must not take quadratic time
_ESCAPES = (
    (re.compile(rf"{_FIRST}(\\*){_UNSAFE_LINK}", re.I), re.compile(rf"{_FIRST}(\\+){_UNSAFE_LINK}", re.I), "]"),
    (re.compile(r"(?<=!)(\\*)\["), re.compile(r"(?<=!)(\\+)\["), "["),
    (re.compile(rf"{_FIRST}(\\*)<(?=[A-Za-z/!?])"), re.compile(rf"{_FIRST}(\\+)<"), "<"),
)


def escape_markdown(text: str) -> str:
    """Return a text without live tags, images and links that run a script; `unescape_markdown` removes the backslashes.

    Simple code spans stay unchanged.
    """
    if "<" not in text and "](" not in text and "]:" not in text and "![" not in text:
        return text
    has_simple_code = "``" not in text and "\\`" not in text and "~~~" not in text
    has_simple_code = has_simple_code and all(line.count("`") % 2 == 0 for line in text.split("\n"))
    parts = re.split(r"(`[^`\n]*`)", text) if has_simple_code else [text]
    for number in range(0, len(parts), 2):
        for found, _, mark in _ESCAPES:
            parts[number] = found.sub(rf"\1\1\\{mark}", parts[number])
    return "".join(parts)


def unescape_markdown(text: str) -> str:
    """Return a text without the backslashes of `escape_markdown`."""
    for _, found, mark in reversed(_ESCAPES):
        text = found.sub(partial(_without_mark, mark), text)
    return text


def _without_mark(mark: str, match: re.Match[str]) -> str:
    return match[1][: len(match[1]) // 2] + mark if len(match[1]) % 2 else match[0]


def code_span(text: str) -> str:
    """Return a text as a code span, with longer runs of backticks than those in it. Lines cannot be code and are escaped."""
    if "\n" in text:
        return escape_markdown(text)
    if "`" not in text:
        return f"`{text}`"
    marks = "`" * (max(map(len, re.findall("`+", text))) + 1)
    return f"{marks} {text} {marks}"


def strip_code_span(text: str) -> str:
    """Return the text in a code span; any other text unchanged."""
    text = text.strip()
    found = re.fullmatch(r"(`+)(?!`)(.+?)(?<!`)\1", text, re.DOTALL)
    if not found or found[1] in re.findall("`+", found[2]):
        return text
    inner = found[2]
    return inner[1:-1] if len(found[1]) > 1 and inner[:1] == inner[-1:] == " " and inner.strip() else inner


def write_scalar(field: Field, value: Any) -> str:
    """Return a value as text for one line; the caller verifies that it is read as the same value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return json.dumps(value)
    if field.kind == "text" and field.format == "code" and not value.startswith("TODO"):
        return code_span(value)
    return escape_markdown(value)


def read_scalar(field: Field, text: str) -> Any:
    """Return the value of a text on one line; `ABSENT` for none, `UNREADABLE` if it is invalid for the field."""
    text = text.strip()
    if not text or is_placeholder(text) or text in field.guidance:
        return ABSENT
    match field.kind:
        case "choice":
            return text if text in field.choices else _choice(field, text)
        case "integer":
            digits = re.sub(r"(?<=[0-9])[,_ ](?=[0-9]{3}(?![0-9]))", "", strip_code_span(text))
            return int(digits) if re.fullmatch(r"-?[0-9]{1,15}", digits) else UNREADABLE
        case "boolean":
            return _BOOLEANS.get(text.lower().strip(" ."), UNREADABLE)
    return _text(field, text)


def _text(field: Field, text: str) -> Any:
    if means_unknown(text):
        return f"TODO: {field.title}?"
    if text.startswith("TODO"):
        return unescape_markdown(text)
    match field.format:
        case "code" | "attachment" | "spec" | "duration":
            return unescape_markdown(text) if strip_code_span(text) == text else strip_code_span(text)
        case "url":
            link = re.fullmatch(r"\[[^\]]*\]\((\S+?)\)|<(\S+)>|`(\S+)`", text)
            return next(filter(None, link.groups())) if link else text
        case "date":
            dates = possible_dates(strip_code_span(text))
            return dates[0] if len(dates) == 1 else text
    return unescape_markdown(text)


def _choice(field: Field, text: str) -> Any:
    word = normalize(text)
    meant, is_certain = closest_value(word, field.choices)
    if is_certain:
        return meant
    named = [choice for choice in field.choices if re.search(rf"\b{re.escape(choice.lower())}\b", word)]
    if named == ["Inbound", "Outbound"] and "Bidirectional" in field.choices:
        return "Bidirectional"
    return named[0] if len(named) == 1 else UNREADABLE


def write_words(values: list[Any]) -> str:
    """Return a list of words as text for one line; empty if that is not possible."""
    are_words = all(isinstance(value, str) and value and not set("`\n") & set(value) for value in values)
    return ", ".join(map(code_span, values)) if are_words else ""


def read_words(text: str) -> list[str]:
    """Return the words of a list on one line, separated by commas or semicolons outside code and parentheses."""
    text = text.strip()
    if re.fullmatch(r"`[^`]+`(, `[^`]+`)*", text):
        return re.findall(r"`([^`]+)`", text)
    parts = re.findall(r"(?:`[^`]*`|\([^()]*\)|[^,;`(]|[`(])+", text)
    return [word for part in parts if (word := strip_code_span(part))]


def split_name(text: str) -> tuple[str, str]:
    """Return name and description of an entry, separated by the first dash outside code."""
    code = re.match(r"(`[^`]+`)\s*(?:[–—:-]\s*|$)(.*)$", text, re.DOTALL)
    if code:
        return strip_code_span(code[1]), code[2].strip()
    name, dash, rest = text, "", ""
    if (match := DASH.search(text)) or (match := re.search(r":\s+", text)):
        name, dash, rest = text[: match.start()], match[0], text[match.end() :]
    return name.strip().strip("*").rstrip(":").strip() if dash else name.strip(), rest.strip()


def read_example(text: str, language: str = "") -> Any:
    """Return the example in a fence or code span: a JSON value, otherwise text; `ABSENT` if it is not filled in.

    Text of several lines ends with a line break; a single line does if an empty line follows it.
    """
    language = language.split(" ", maxsplit=1)[0].lower()
    if is_placeholder(text.strip()) or not text.strip():
        return ABSENT
    if language in ("", "json", "jsonc", "json5", "js", "javascript"):
        value = read_json(text)
        if value is not ABSENT and (language == "json" or isinstance(value, (dict, list))):
            return value
    *first, last = text.split("\n")
    return f"{text}\n" if first and last else text


def read_json(text: str) -> Any:
    """Return the value of a JSON text; `ABSENT` if it is not JSON, or no spec can hold it.

    That is the case with duplicate or overlong keys, half of a surrogate pair, NaN and infinity.
    """
    try:
        value = json.loads(text, object_pairs_hook=_with_valid_keys)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return ABSENT
    return value


def _with_valid_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs) or any(len(key) > SPEC.key for key in found):
        raise ValueError("a key is duplicate or too long")
    return found
