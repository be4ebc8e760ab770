"""Values on one line of Markdown, both ways: words, code, choices, numbers, lists of words."""

import json
import re
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any

from integration_specs.validation.schema import Field

ABSENT: Any = object()
"""What a label with nothing behind it says: not written yet."""
UNREADABLE: Any = object()
"""What words say that are no value of their field."""

NONE_WORDS = frozenset(
    ["none", "n/a", "na", "not applicable", "nothing", "no", "-", "–", "—", "nenhum", "nenhuma", "não se aplica"]
)
"""Words for an empty list."""
_UNKNOWN_WORDS = frozenset(
    ["tbd", "tba", "to be defined", "to be done", "?", "??", "???", "unknown", "todo", "…", "..."]
)
_CHOICE_WORDS = {
    "Inbound": ("incoming", "in", "entrada"),
    "Outbound": ("outgoing", "out", "saida"),
    "Bidirectional": ("bi-directional", "both", "both ways", "two-way", "two way", "ambos", "bidirecional"),
    "API": ("rest", "rest api", "http api", "graphql", "soap"),
    "Webhook": ("webhooks",),
    "File": ("files", "sftp", "ftp", "arquivo", "arquivos"),
}
_YES, _NO = frozenset(["yes", "true", "sim"]), frozenset(["no", "false", "não"])
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
DASH = re.compile(r"(?<=\s)[–—-]\s+")
"""What stands between a name and its description."""


@lru_cache(maxsize=16384)
def normalize(text: str) -> str:
    """A text for comparison: no case, accents, marks of emphasis, or double spaces."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[*_`#:\\]", " ", bare).split())


def says_none(text: str) -> bool:
    """Whether words say that there is nothing, on purpose."""
    return text.strip(" .*_()").lower() in NONE_WORDS


def says_unknown(text: str) -> bool:
    """Whether words say that nobody has written it yet."""
    return text.strip(" *_()").lower() in _UNKNOWN_WORDS


def is_placeholder(text: str) -> bool:
    """Whether a text is a blank of the template that nobody filled; `{{1}}` in a text is none."""
    left = _PLACEHOLDER.sub("", text).replace("`", "").replace("Local", "").replace("Remote", "")
    return bool(_PLACEHOLDER.search(text)) and not left.strip(" –—-↔,;/.") and not re.search(r"\{\{\d*\}\}", text)


_UNSAFE = r"\](?=[(:]\s*<?(?!\s|https?:|mailto:|[^:&\\\s)>]*(?:[\s)>]|$)))"
"""Where a link or its definition leads elsewhere than to the web, a mailbox, or a place beside the document."""
_GUARDS = (
    (re.compile(rf"(\\*){_UNSAFE}", re.IGNORECASE), re.compile(rf"(\\+){_UNSAFE}", re.IGNORECASE), "]"),
    (re.compile(r"(\\*)<(?=[A-Za-z/!?])"), re.compile(r"(\\+)<"), "<"),
)


def escape_markdown(text: str) -> str:
    """A text in which no `<` begins a tag and no link runs a script: what would gets a backslash, which `unguarded` takes away.

    Plain code spans stay as they are.
    """
    if "<" not in text and "](" not in text and "]:" not in text:
        return text
    calm = "``" not in text and "\\`" not in text and "~~~" not in text
    calm = calm and all(line.count("`") % 2 == 0 for line in text.split("\n"))
    parts = re.split(r"(`[^`\n]*`)", text) if calm else [text]
    for number in range(0, len(parts), 2):
        for found, _, mark in _GUARDS:
            parts[number] = found.sub(rf"\1\1\\{mark}", parts[number])
    return "".join(parts)


def unescape_markdown(text: str) -> str:
    """A text without the backslashes of `guarded`."""
    for _, found, mark in reversed(_GUARDS):
        text = found.sub(partial(_without_mark, mark), text)
    return text


def _without_mark(mark: str, match: re.Match[str]) -> str:
    return match[1][: len(match[1]) // 2] + mark if len(match[1]) % 2 else match[0]


def code_span(text: str) -> str:
    """A text as code."""
    return f"`{text}`"


def strip_code_span(text: str) -> str:
    """A text without the marks of code around it."""
    text = text.strip()
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == "`" and "`" not in text[1:-1] else text


def write_scalar(field: Field, value: Any) -> str:
    """A value in words for one line; whether they are read as the same value is for the caller to see."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return json.dumps(value)
    if field.kind == "text" and field.format == "code" and not value.startswith("TODO"):
        return code_span(value)
    return escape_markdown(value) if field.kind == "text" else value


def read_scalar(field: Field, text: str) -> Any:
    """The value that words on one line say; `ABSENT` for none, `UNREADABLE` when they are no value of the field."""
    text = text.strip()
    if not text or is_placeholder(text) or text in field.guidance:
        return ABSENT
    match field.kind:
        case "choice":
            return _choice(field, text)
        case "integer":
            digits = re.sub(r"(?<=[0-9])[,_ ](?=[0-9]{3}(?![0-9]))", "", strip_code_span(text))
            return int(digits) if re.fullmatch(r"-?[0-9]{1,15}", digits) else UNREADABLE
        case "flag":
            word = text.lower().strip(" .")
            return True if word in _YES else False if word in _NO else UNREADABLE
    return _text(field, text)


def _text(field: Field, text: str) -> Any:
    if says_unknown(text):
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
            return _date(strip_code_span(text))
    return unescape_markdown(text)


_DATES = ("%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y")
"""Ways to write a date in which no month can be taken for a day."""


def _date(text: str) -> str:
    for way in _DATES:
        with suppress(ValueError):
            return datetime.strptime(text, way).replace(tzinfo=UTC).date().isoformat()
    return text


def _choice(field: Field, text: str) -> Any:
    if text in field.choices:
        return text
    word = normalize(text)
    for choice in field.choices:
        if word == choice.lower() or word in _CHOICE_WORDS.get(choice, ()):
            return choice
    both = re.fullmatch(r"(inbound|outbound)\W+(?:and |e |& )?(inbound|outbound)", word)
    if both and "Bidirectional" in field.choices:
        return "Bidirectional"
    named = [choice for choice in field.choices if re.search(rf"\b{re.escape(choice.lower())}\b", word)]
    return named[0] if len(named) == 1 else UNREADABLE


def read_status(text: str) -> int:
    """The HTTP status that words say, with or without its name; 0 for other words."""
    match = re.fullmatch(r"(?:HTTP )?([1-5][0-9]{2})(?: ([A-Za-z -]+))?", strip_code_span(text).rstrip("."))
    if not match:
        return 0
    with suppress(ValueError):
        status = HTTPStatus(int(match[1]))
        return status.value if not match[2] or match[2].lower() == status.phrase.lower() else 0
    return 0


def write_words(field: Field, values: list[Any]) -> str:
    """A list of words for one line; nothing when one of them would not stand there."""
    if not values or not all(isinstance(value, str) and value and "`" not in value for value in values):
        return "" if values else "None"
    return ", ".join(code_span(value) for value in values)


def read_words(text: str) -> list[str]:
    """The words of a list on one line: parted by commas or semicolons, outside code and brackets."""
    text = text.strip()
    if re.fullmatch(r"`[^`]+`(, `[^`]+`)*", text):
        return re.findall(r"`([^`]+)`", text)
    parts = re.findall(r"(?:`[^`]*`|\([^()]*\)|[^,;`(]|[`(])+", text)
    return [word for part in parts if (word := strip_code_span(part))]


def write_note(field: Field, value: Any) -> str:
    """An extension's value for one line; nothing for what would not stand there."""
    if isinstance(value, list):
        return write_words(field, value) if value else ""
    return "" if isinstance(value, (dict, str)) or value is None else write_scalar(field, value)


def read_note(text: str) -> Any:
    """The number, the flag or the list of words that an extension holds; `ABSENT` when it is a text."""
    if re.fullmatch(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?", text):
        return json.loads(text)
    if text in ("yes", "no"):
        return text == "yes"
    return read_words(text) if re.fullmatch(r"`[^`]+`(, `[^`]+`)*", text) else ABSENT


def split_headline(text: str) -> tuple[str, str]:
    """Name and description of an entry, parted by the first dash that stands outside code."""
    code = re.match(r"(`[^`]+`)\s*(?:[–—:-]\s*|$)(.*)$", text, re.DOTALL)
    if code:
        return strip_code_span(code[1]), code[2].strip()
    name, dash, rest = text, "", ""
    if (match := DASH.search(text)) or (match := re.search(r":\s+", text)):
        name, dash, rest = text[: match.start()], match[0], text[match.end() :]
    return name.strip().strip("*").rstrip(":").strip() if dash else name.strip(), rest.strip()
