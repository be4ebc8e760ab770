"""Texts and values of strangers as our loader reads them: nothing invisible, Markdown without HTML, nothing too deep or too long."""

import re
from typing import Any

from ..load import SPEC
from ..load.syntax import bad_characters

_MOST_DEPTH = SPEC.depth - 12
_MOST_EXAMPLE = SPEC.scalar // 4


def clean(text: str) -> str:
    """A text without what our loader refuses: line breaks become line feeds, invisible and control characters go."""
    text = re.sub("\r\n?|[\x85\u2028\u2029]", "\n", text)
    faults = list(bad_characters(text, allow_invisible=False))
    for fault in reversed(faults):
        text = text[: fault.start] + text[fault.end :]
    return text


_TAGS = (
    (re.compile(r"<!--.*?-->", re.DOTALL), ""),
    (re.compile(r"<br\s*/?>|</(?:p|div|ul|ol|table|tr|h[1-6])\s*>|<(?:ul|ol|table|tr)(?:\s[^<>]{0,300})?>", re.IGNORECASE), "\n"),
    (re.compile(r"<li(?:\s[^<>]{0,300})?>", re.IGNORECASE), "\n- "),
    (re.compile(r"</?code(?:\s[^<>]{0,300})?>", re.IGNORECASE), "`"),
    (re.compile(r"</?(?:b|strong)(?:\s[^<>]{0,300})?>", re.IGNORECASE), "**"),
    (re.compile(r"<a\s[^<>]{0,300}?href=[\"'](https?://[^\"'<>\s]{1,500})[\"'][^<>]{0,300}>([^<>]{1,300})</a>", re.IGNORECASE), r"[\2](\1)"),
    (re.compile(r"</?(?:p|div|span|em|i|u|small|sub|sup|a|li|h[1-6]|img|td|th|thead|tbody|pre)(?:\s[^<>]{0,600})?/?>", re.IGNORECASE), ""),
)  # fmt: skip


_LINKED_PICTURE = re.compile(r"\[!\[([^\[\]]{0,200})\]\([^()\s]{0,2000}\)\]\(")
_PICTURE = re.compile(r"!\[([^\[\]]{0,200})\]\(")


def markdown(text: str) -> str:
    """A text of a vendor as Markdown: common HTML becomes Markdown or goes and pictures links (both would be shown as they are)."""
    text = clean(text)
    if "<" in text:
        for pattern, instead in _TAGS:
            text = pattern.sub(instead, text)
    if "![" in text:
        text = _LINKED_PICTURE.sub(lambda found: f"[{found[1] or 'picture'}](", text)
        text = _PICTURE.sub(lambda found: f"[{found[1] or 'picture'}](", text)
    text = "\n".join(line.rstrip() for line in text.expandtabs(4).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def plain(value: Any, depth: int, lost: list[int]) -> Any:
    """A JSON value within the loader's limits; `lost[0]` counts what had to go."""
    match value:
        case str():
            text = clean(value)
            if len(text) > _MOST_EXAMPLE:
                lost[0] += 1
                text = text[:_MOST_EXAMPLE] + "…"
            return text
        case float():
            return value if len(repr(value)) <= 32 and "e" not in repr(value) else repr(value)
        case int() if not isinstance(value, bool):
            return value if len(str(value)) <= 32 else str(value)
        case dict() | list() if depth >= _MOST_DEPTH:
            lost[0] += 1
            return "…"
        case dict():
            result: dict[str, Any] = {}
            for key, each in value.items():
                name = clean(key)[:200]
                lost[0] += name in result
                result.setdefault(name, plain(each, depth + 1, lost))
            return result
        case list():
            return [plain(each, depth + 1, lost) for each in value]
    return value


def shorten(text: str, most: int) -> str:
    """The beginning of a text, at most that many characters, cut between words where it can be."""
    head = text[: most - 1]
    space = max(head.rfind(" "), head.rfind("\n"))
    head = (head[:space] if space > most * 3 // 4 else head).rstrip()
    if head.count("```") % 2:
        head = head[: head.rfind("```")].rstrip()
    return head + "…"
