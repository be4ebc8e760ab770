"""Clean texts and values of a vendor's document so that our loader accepts them, and format lists as Markdown."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from integration_specs.documents import SPEC
from integration_specs.documents.yaml_problems import bad_characters

_MAX_DEPTH = SPEC.depth - 12
_MAX_EXAMPLE = SPEC.scalar // 4


def clean(text: str) -> str:
    """Return a text with line feeds only and without the invisible and control characters that our loader rejects."""
    text = re.sub("\r\n?|[\x85\u2028\u2029]", "\n", text)
    if text.isascii() and text.isprintable():
        return text
    return text.translate({ord(each): None for each in set(text) if any(bad_characters(each, allow_invisible=False))})


_TAGS = (
    (re.compile(r"</?br\s*/?>|</(?:p|div|ul|ol|table|tr|blockquote|h[1-6])\s*>|<(?:ul|ol|table|tr|blockquote)(?:\s[^<>]{0,300})?>", re.IGNORECASE), "\n"),
    (re.compile(r"<li(?:\s[^<>]{0,300})?>", re.IGNORECASE), "\n- "),
    (re.compile(r"</?code(?:\s[^<>]{0,300})?>", re.IGNORECASE), "`"),
    (re.compile(r"<(?:b|strong)(?:\s[^<>]{0,300})?>(\s{0,9})", re.IGNORECASE), r"\1**"),
    (re.compile(r"(?<!\s)(\s{0,9})</(?:b|strong)\s*>", re.IGNORECASE), r"**\1"),
    (re.compile(r"<a\s[^<>]{0,300}?href=[\"'](https?://[^\"'<>\s]{1,500})[\"'][^<>]{0,300}>([^<>]{1,300})</a>", re.IGNORECASE), r"[\2](\1)"),
    (re.compile(r"</?(?:p|div|span|font|em|i|u|small|sub|sup|a|li|h[1-6]|img|td|th|thead|tbody|pre)(?:\s[^<>]{0,600})?/?>", re.IGNORECASE), ""),
)  # fmt: skip


_IMAGES = (
    re.compile(r"\[!\[([^\[\]]{0,200})\]\([^()\s]{0,2000}\)\]\("),  # in a link
    re.compile(r"!\[([^\[\]]{0,200})\]\("),
)


def _without_comments(text: str) -> str:
    first, *others = text.split("<!--")
    rest = [each.partition("-->") for each in others]
    return first + "".join(after if end else f"<!--{before}" for before, end, after in rest)


def markdown(text: str) -> str:
    """Return a description as Markdown without HTML and images: common tags become Markdown, images become links."""
    text = clean(text)
    if "<" in text:
        text = _without_comments(text)
        for pattern, instead in _TAGS:
            text = pattern.sub(instead, text)
    if "![" in text:
        for pattern in _IMAGES:
            text = pattern.sub(lambda found: f"[{found[1] or 'image'}](", text)
    text = "\n".join(line.rstrip() for line in text.expandtabs(4).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def clean_json(value: Any, depth: int = 0) -> Any:
    """Return a JSON value with clean texts, and unusual numbers as texts. Raises `ValueError` if it is too deep or too long."""
    match value:
        case str():
            if len(text := clean(value)) > _MAX_EXAMPLE:
                raise ValueError("too long")
            return text
        case int() | float() if not isinstance(value, bool):
            is_plain = len(repr(value)) <= 32 and "e" not in repr(value)
            return value if is_plain else repr(value)
        case dict() | list() if depth > _MAX_DEPTH:
            raise ValueError("too deeply nested")
        case dict():
            return {clean(key)[:200]: clean_json(each, depth + 1) for key, each in value.items()}
        case list():
            return [clean_json(each, depth + 1) for each in value]
    return value


def bullet(name: str, facts: str = "", about: str = "") -> str:
    """Return a list item: a name, facts in parentheses, and a description."""
    lines = (f"{line.strip('#').strip(': ')}:" if re.match("#{1,6} ", line) else line for line in about.splitlines())
    about = " ".join(" ".join(lines).split())
    return f"- `{name}`" + (f" ({facts})" if facts else "") + (f": {about}" if about else "")


def bullet_list(title: str, lines: Sequence[str]) -> str:
    """Return a list under its title; empty without lines."""
    return f"{title}:\n\n" + "\n".join(lines) if lines else ""


def paragraphs(parts: Iterable[str]) -> str | None:
    """Return the distinct texts as paragraphs; None if all are empty."""
    return "\n\n".join(dict.fromkeys(filter(None, map(str.strip, parts)))) or None


def join_names(names: Sequence[str], most: int) -> str:
    """Return the first names as code, joined by commas, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"`{name}`" for name in names[:most]) + more


def shorten(text: str, most: int) -> str:
    """Return the beginning of a text, at most `most` characters, cut between words if possible."""
    head = text[: most - 1]
    space = max(head.rfind(" "), head.rfind("\n"))
    head = (head[:space] if space > most * 3 // 4 else head).rstrip()
    if head.count("```") % 2:
        head = head[: head.rfind("```")].rstrip()
    return head + "…"
