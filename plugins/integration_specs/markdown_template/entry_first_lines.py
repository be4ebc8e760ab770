"""Read the first line of a list entry: `name – description`, an endpoint, a field mapping, or an environment."""

import re
from typing import Any

from integration_specs.text.http_methods import METHODS
from integration_specs.validation.schema import Field

from .inline_values import is_placeholder, normalize, read_words, split_name, strip_code_span, unescape_markdown

_ENDPOINT = re.compile(
    r"[*_]*`?(?P<method>[A-Za-z][A-Za-z0-9_-]{0,39}?)`?[*_]*\s+`?(?P<path>[^\s`][^`]*?)`?[*_]*(?:\s*(?:\s[–—-]|:)\s+(?P<description>.*))?",
    re.DOTALL,
)
_CODED_ENDPOINT = re.compile(
    r"[*_]*`(?P<method>[A-Z][A-Z0-9_-]{0,39}) (?P<path>[^`]+)`[*_]*(?:\s*[–—:-]\s+(?P<description>.*))?", re.DOTALL
)
_ARROW = r"\s*(?:↔|<->|<=>|⇔|→|->|=>|←|<-|\s=\s)\s*"
_ROW = re.compile(
    rf"(?:Local:?\s+)?(`[^`]+`|.+?)({_ARROW}|,\s+(?=Remot[eo]\b))(?:Remot[eo]:?\s+)?(?:(`[^`]+`)(?:\s+\(([^()]*)\))?|(.+?))"
    r"(?:\s+[–—-]\s+(.*))?",
    re.DOTALL | re.IGNORECASE,
)
_KINDS = (
    ("sandbox", r"sand-?box"),
    ("staging", r"stag(e|ing)|uat|homolog\w*|hml|pre-?prod\w*"),
    ("development", r"dev(elopment)?|desenvolvimento|localhost|127\.0\.0\.1|local"),
    ("test", r"test(ing|e|s)?"),
    ("production", r"prod(uction|ucao|ução)?|live"),
)
_URL = re.compile(r"(`?)(?P<url>[a-z][a-z0-9+.-]*://[^\s`<>()]+)\1", re.IGNORECASE)
_SECRET_WORDS = re.compile(
    r"\b(keys?|secrets?|vault|tokens?|credentials?|passwords?|chaves?|segredos?|senhas?|credencia(l|is)|cofre)\b",
    re.IGNORECASE,
)


def environment_kind(*texts: str) -> str | None:
    """Return the kind of an environment if one of its texts names it."""
    for text in texts:
        for kind, pattern in _KINDS:
            if re.search(rf"(?<![a-z])({pattern})(?![a-z])", text.lower()):
                return kind
    return None


def description_of(field: Field) -> str:
    """Return the field that follows the dash in the first line of an entry; empty if there is none."""
    rest = field.fields[1:]
    for format_ in ("markdown", "line", "code"):
        for each in rest:
            if each.kind == "text" and each.format == format_:
                return each.name
    return ""


def read_first_line(field: Field, head: str) -> tuple[dict[str, Any], str]:
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
    name, description = split_name(head)
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
        if not match or (match["method"].upper() not in METHODS and not match["method"].isupper()):
            return {}
    found = {"method": match["method"].upper(), "path": match["path"].strip()}
    if match["description"] and not is_placeholder(match["description"]):
        found["description"] = unescape_markdown(match["description"].strip())
    return {} if is_placeholder(match["path"]) else found


def _environment_head(head: str) -> dict[str, Any]:
    """Return an environment such as `**Production:** https://api.example (key in Vault)`."""
    bold = re.fullmatch(r"\*\*(.+?)\*\*\s*:?\s*(.*)", head) or re.fullmatch(
        r"([^:]+?)\s*(?::(?!//)|\s[–—-]\s)\s*(.*)", head
    )
    label, rest = (bold[1].rstrip(":").strip(), (bold[2] or "").strip()) if bold else (head, "")
    found: dict[str, Any] = {}
    if url := _URL.search(rest):
        found["base_url"] = url["url"].rstrip(".,;")
        rest = f"{rest[: url.start()].strip()} {rest[url.end() :].strip()}".strip().strip("()–—-;,").strip()
    words = normalize(label)
    is_template = words in ("sandbox / staging", "sandbox / homologacao", "production", "producao")
    name = rest if is_template and "base_url" not in found and rest else label
    kind = environment_kind(name, label)
    if is_template and name == label:
        name = "Production" if kind == "production" else "Sandbox"
    rest = "" if name == rest else rest
    found = {"name": unescape_markdown(name)} | ({"kind": kind} if kind else {}) | found
    if rest:
        found["credentials" if _SECRET_WORDS.search(rest) and "base_url" in found else "note"] = unescape_markdown(rest)
    return found
