"""Syntax highlighting of example bodies.

JSON is written directly from the value. Strings, numbers and keywords are the elements `i`, `u` and `b`, which our style
sheet colours: they are much shorter than the classes of Pygments, which XML uses.
"""

import json
import re
from html import escape
from json.encoder import encode_basestring
from typing import Any

_XML = re.compile(
    r"(?P<c>&lt;!--.*?--&gt;)|(?P<cp>&lt;[?!].*?&gt;)"
    r"|(?P<nt>&lt;/?[A-Za-z_][\w:.-]*|/?&gt;)|(?P<na>[A-Za-z_][\w:.-]*(?==&quot;))|(?P<s>&quot;[^&<\n]*(?:&(?!quot;)[^&<\n]*)*&quot;)",
    re.DOTALL,
)


def json_html(value: Any) -> str:
    """Return a JSON value, indented by two spaces, as HTML."""
    parts: list[str] = []
    _write(value, "\n", parts)
    return "".join(parts)


_ESCAPED = re.compile(r"[<>&]")


def _string(text: str) -> str:
    quoted = encode_basestring(text)
    return escape(quoted, quote=False) if _ESCAPED.search(quoted) else quoted


def _write(value: Any, indent: str, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(f"<i>{_string(value)}</i>")
    elif value is None or isinstance(value, bool):
        parts.append(f"<b>{json.dumps(value)}</b>")
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
        parts.append(f"<u>{escape(str(value))}</u>")


def language(content_type: str, value: Any) -> str:
    """Return the language of an example: `json`, `xml` or `text`."""
    if not isinstance(value, str):
        return "json"
    if "xml" in content_type or (not content_type and value.lstrip().startswith("<")):
        return "xml"
    return "text"


def example_html(value: Any, content_type: str = "") -> tuple[str, int]:
    """Return an example as HTML, and its number of lines."""
    kind = language(content_type, value)
    if kind == "json":
        html = json_html(value)
    else:
        html = escape(str(value).rstrip("\n"))
        if kind == "xml":
            html = _XML.sub(lambda match: f'<span class="{match.lastgroup}">{match[0]}</span>', html)
    return html, html.count("\n") + 1
