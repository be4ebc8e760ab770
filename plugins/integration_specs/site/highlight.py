"""Syntax highlighting of example bodies.

Strings, numbers and keywords of JSON are the elements `i`, `u` and `b`, which our style sheet colours: they are much
shorter than the classes of Pygments, which XML uses.
"""

import re
from functools import lru_cache
from html import escape
from typing import Any

from integration_specs.text.json_text import indented_json, plain_json, quoted

_XML = re.compile(
    r"(?P<c>&lt;!--.*?--&gt;)|(?P<cp>&lt;[?!].*?&gt;)"
    r"|(?P<nt>&lt;/?[A-Za-z_][\w:.-]*|/?&gt;)|(?P<na>[A-Za-z_][\w:.-]*(?==&quot;))|(?P<s>&quot;[^&<\n]*(?:&(?!quot;)[^&<\n]*)*&quot;)",
    re.DOTALL,
)


def json_html(value: Any) -> str:
    """Return a JSON value, indented by two spaces, as HTML."""
    return indented_json(value, _key, _text, _word)


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    return escape(quoted(name), quote=False)


def _text(text: str) -> str:
    return f"<i>{escape(quoted(text), quote=False)}</i>"


def _word(value: Any) -> str:
    if isinstance(value, dict | list):
        return plain_json(value)
    name = "b" if value is None or isinstance(value, bool) else "u"
    return f"<{name}>{plain_json(value)}</{name}>"


def example_html(value: Any, content_type: str = "") -> tuple[str, int]:
    """Return an example as HTML, and its number of lines."""
    if isinstance(value, str):
        html = escape(value.rstrip("\n"))
        if "xml" in content_type or (not content_type and value.lstrip().startswith("<")):
            html = _XML.sub(lambda match: f'<span class="{match.lastgroup}">{match[0]}</span>', html)
    else:
        html = json_html(value)
    return html, html.count("\n") + 1
