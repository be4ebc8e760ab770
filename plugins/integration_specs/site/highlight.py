"""Syntax highlighting of example bodies.

Strings, numbers and keywords of JSON are the elements `i`, `u` and `b`, which our style sheet colours: they are much
shorter than the classes of Pygments, which XML uses.
"""

import json
import re
from html import escape
from typing import Any

_JSON = re.compile(r'(?P<key>"(?:[^"\\]|\\.)*":)|(?P<i>"(?:[^"\\]|\\.)*")|(?P<b>true|false|null)|(?P<u>-?\d[\d.eE+-]*)')
_XML = re.compile(
    r"(?P<c>&lt;!--.*?--&gt;)|(?P<cp>&lt;[?!].*?&gt;)"
    r"|(?P<nt>&lt;/?[A-Za-z_][\w:.-]*|/?&gt;)|(?P<na>[A-Za-z_][\w:.-]*(?==&quot;))|(?P<s>&quot;[^&<\n]*(?:&(?!quot;)[^&<\n]*)*&quot;)",
    re.DOTALL,
)


def json_html(value: Any) -> str:
    """Return a JSON value, indented by two spaces, as HTML."""
    return _JSON.sub(_json_token, escape(json.dumps(value, ensure_ascii=False, indent=2), quote=False))


def _json_token(match: re.Match[str]) -> str:
    return match[0] if match["key"] else f"<{match.lastgroup}>{match[0]}</{match.lastgroup}>"


def example_html(value: Any, content_type: str = "") -> tuple[str, int]:
    """Return an example as HTML, and its number of lines."""
    if isinstance(value, str):
        html = escape(value.rstrip("\n"))
        if "xml" in content_type or (not content_type and value.lstrip().startswith("<")):
            html = _XML.sub(lambda match: f'<span class="{match.lastgroup}">{match[0]}</span>', html)
    else:
        html = json_html(value)
    return html, html.count("\n") + 1
