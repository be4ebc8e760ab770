"""Example bodies as coloured code, with the class names of Pygments that every MkDocs theme styles.

JSON is written straight from the value, so nothing is parsed again; everything is escaped on the way. Its keys stay
plain: colouring the values alone reads as well and saves a tenth of a page.
"""

import json
import re
from html import escape
from typing import Any

_XML = re.compile(
    r"(?P<c>&lt;!--.*?--&gt;)|(?P<cp>&lt;[?!].*?&gt;)"
    r"|(?P<nt>&lt;/?[A-Za-z_][\w:.-]*|/?&gt;)|(?P<na>[A-Za-z_][\w:.-]*(?==&quot;))|(?P<s>&quot;[^&<\n]*(?:&(?!quot;)[^&<\n]*)*&quot;)",
    re.DOTALL,
)


def json_html(value: Any) -> str:
    """A JSON value, indented by two, as HTML."""
    parts: list[str] = []
    _write(value, "\n", parts)
    return "".join(parts)


_ESCAPED = re.compile(r"[<>&]")


def _string(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return escape(quoted, quote=False) if _ESCAPED.search(quoted) else quoted


def _write(value: Any, indent: str, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(f'<span class="s2">{_string(value)}</span>')
    elif value is None or isinstance(value, bool):
        parts.append(f'<span class="kc">{json.dumps(value)}</span>')
    elif isinstance(value, dict):
        if not value:
            parts.append("{}")
            return
        deeper, opening = indent + "  ", "{"
        for key, item in value.items():
            parts.append(f"{opening}{deeper}{_string(str(key))}: ")
            _write(item, deeper, parts)
            opening = ","
        parts.append(indent + "}")
    elif isinstance(value, list):
        if not value:
            parts.append("[]")
            return
        deeper, opening = indent + "  ", "["
        for item in value:
            parts.append(opening + deeper)
            _write(item, deeper, parts)
            opening = ","
        parts.append(indent + "]")
    else:
        parts.append(f'<span class="m">{escape(str(value))}</span>')


def language(content_type: str, value: Any) -> str:
    """`json`, `xml` or `text`: how an example is coloured."""
    if not isinstance(value, str):
        return "json"
    if "xml" in content_type or (not content_type and value.lstrip().startswith("<")):
        return "xml"
    return "text"


def example_html(value: Any, content_type: str = "") -> tuple[str, str, int]:
    """An example as its language, its HTML, and its number of lines."""
    kind = language(content_type, value)
    if kind == "json":
        html = json_html(value)
    else:
        html = escape(str(value).rstrip("\n"))
        if kind == "xml":
            html = _XML.sub(lambda match: f'<span class="{match.lastgroup}">{match[0]}</span>', html)
    return kind, html, html.count("\n") + 1
