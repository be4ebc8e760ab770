"""Read the first line of a list entry: `name – description`, an endpoint, a field mapping, or an environment."""

import re
from typing import Any

from integration_specs.validation.schema import Field

from .inline_values import is_placeholder, normalize, read_words, split_headline, strip_code_span, unescape_markdown

_ENDPOINT = re.compile(
    r"[*_]*`?(?P<method>[A-Za-z][A-Za-z0-9_-]{0,39}?)`?[*_]*\s+`?(?P<path>[^\s`][^`]*?)`?[*_]*(?:\s*(?:\s[–—-]|:)\s+(?P<description>.*))?",
    re.DOTALL,
)
_CODED_ENDPOINT = re.compile(
    r"[*_]*`(?P<method>[A-Z][A-Z0-9_-]{0,39}) (?P<path>[^`]+)`[*_]*(?:\s*[–—:-]\s+(?P<description>.*))?", re.DOTALL
)
_VERBS = frozenset(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
_ARROW = r"\s*(?:↔|<->|<=>|⇔|→|->|=>|←|<-|\s=\s)\s*"
_ROW = re.compile(
    rf"(?:Local:?\s+)?(`[^`]+`|.+?)({_ARROW}|,\s+(?=Remote\b))(?:Remote:?\s+)?(?:(`[^`]+`)(?:\s+\(([^()]*)\))?|(.+?))"
    r"(?:\s+[–—-]\s+(.*))?",
    re.DOTALL | re.IGNORECASE,
)
_KINDS = ("sandbox", "staging", "production", "test", "development")


def description_of(field: Field) -> str:
    """Return the field that follows the dash in the first line of an entry; empty if there is none."""
    rest = field.fields[1:]
    for format_ in ("markdown", "line", "code"):
        for each in rest:
            if each.kind == "text" and each.format == format_:
                return each.name
    return ""


def read_headline(field: Field, head: str) -> tuple[dict[str, Any], str]:
    """Return the values in the first line of an entry, and the field for text without a label below it."""
    head = re.sub(r"\s{20,}", " ", head)  # a long run of spaces makes the patterns slow
    names = [each.name for each in field.fields]
    if "method" in names:
        return _endpoint_head(head), "description"
    if "local" in names:
        match = _ROW.fullmatch(head)
        if not match:
            return {}, "note"
        row = {"local": strip_code_span(match[1]), "remote": strip_code_span(match[3] or match[5])}
        row |= {"direction": "Inbound"} if match[2].strip() in ("<-", "←") else {}
        note = unescape_markdown("; ".join(filter(None, (match[4], match[6]))))
        return row | ({"note": note} if note else {}), "note"
    if "base_url" in names:
        return _environment_head(head), "note"
    slot = description_of(field)
    name, description = split_headline(head)
    if is_placeholder(name):
        return {}, slot
    link = re.fullmatch(r"\[([^\]]+)\]\((https?://[^\s)]+)\)", name)
    if link and "url" in names:
        return (
            {names[0]: link[1], "url": link[2]} | ({slot: unescape_markdown(description)} if description else {})
        ), slot
    title = unescape_markdown(name) if "`" not in head[:1] else name
    if len(title) > 160:
        return {names[0]: f"{title[:80].rsplit(' ', 1)[0]} …", slot: unescape_markdown(head)}, slot
    found = {names[0]: title} if title else {}
    if description and slot and not is_placeholder(description):
        kind = next(each for each in field.fields if each.name == slot)
        found[slot] = strip_code_span(description) if kind.format == "code" else unescape_markdown(description)
    return found, slot


def inline_entries(rest: str) -> list[str]:
    """Split a line into entries such as `a, b (why)`; a line with a description after a dash is one entry."""
    words = read_words(rest)
    if len(words) == 1 or re.search(r"\s[–—-]\s", rest) or any(len(word) > 80 for word in words):
        named = re.fullmatch(r"(`[^`]+`|[^()]{1,80}?)(?<!\])\s*\(([^()]+)\)", rest)
        return [f"{named[1]} – {named[2]}" if named else rest]
    *most, last = words
    if not any(re.search(r"\s", word) for word in most) and (
        both := re.fullmatch(r"(\S+)\s+(?:and|e|&)\s+(\S+)", last)
    ):
        words = [*most, both[1], both[2]]
    found = []
    for word in words:
        named = re.fullmatch(r"(`[^`]+`|[^()]+?)\s*\(([^()]+)\)", word)
        found.append(f"{named[1]} – {named[2]}" if named else f"`{word}`")
    return found


def _endpoint_head(head: str) -> dict[str, Any]:
    match = _CODED_ENDPOINT.fullmatch(head)
    if not match:
        match = _ENDPOINT.fullmatch(head)
        if not match or (match["method"].upper() not in _VERBS and not match["method"].isupper()):
            return {}
    found = {"method": match["method"].upper(), "path": match["path"].strip()}
    if match["description"] and not is_placeholder(match["description"]):
        found["description"] = unescape_markdown(match["description"].strip())
    return {} if is_placeholder(match["path"]) else found


def _environment_head(head: str) -> dict[str, Any]:
    bold = re.fullmatch(r"\*\*(.+?)\*\*\s*:?\s*(.*)", head) or re.fullmatch(r"([^:]+):(?:\s+(.*))?", head)
    label, rest = (bold[1].rstrip(":").strip(), (bold[2] or "").strip()) if bold else (head, "")
    words = normalize(label)
    kind = next((kind for kind in _KINDS if kind in words), "")
    name = label
    if words in ("sandbox / staging", "production"):
        address, rest = (
            (strip_code_span(rest), "") if re.fullmatch(r"`?[a-z][a-z0-9+.-]*://[^\s`]+`?", rest) else ("", rest)
        )
        name = rest or ("Sandbox" if kind == "sandbox" else "Production")
        found = {"name": unescape_markdown(name), "kind": kind}
        return found | ({"base_url": address} if address else {})
    found = {"name": unescape_markdown(name)} | ({"kind": kind} if kind else {})
    return found | ({"note": unescape_markdown(rest)} if rest else {})
