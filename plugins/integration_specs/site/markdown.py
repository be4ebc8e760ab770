"""Text fields: a safe subset of Markdown as HTML.

CommonMark without raw HTML and images; links may use http, https and mailto only. Plain text skips the parser.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from html import escape as html_escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_MARKS = re.compile(r"[`*_\[\]<>&\\#~|+\n]")
has_markup = re.compile("[&<>\"']").search
_LIST_MARK = re.compile(r"[-=]|\d+[.)]\s")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s\"<>]+", re.IGNORECASE)


def escape(text: str) -> str:
    """Return a text as HTML, as `html.escape` does, which takes longer where there is nothing to escape."""
    return html_escape(text) if has_markup(text) else text


def safe_link(address: str) -> bool:
    """Return whether an address may be a link: it uses http, https or mailto and contains nothing unsafe."""
    return _SAFE_LINK.fullmatch(address) is not None


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # not needed for plain text

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).disable(["image", "html_block", "html_inline"])
    parser.enable("table")
    setattr(parser, "validateLink", safe_link)  # noqa: B010 (how the parser is configured)
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _link_open(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    return f'<a href="{escape(str(tokens[index].attrGet("href")))}" rel="noopener noreferrer">'


def _code_block(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    # The language would become a CSS class, which must not be under the control of a spec.
    return f'<div class="highlight"><pre><code>{html_escape(tokens[index].content)}</code></pre></div>\n'


def _constant(html: str) -> Callable[..., str]:
    return lambda *_: html


_RULES = {
    "fence": _code_block,
    "code_block": _code_block,
    "link_open": _link_open,
    # A heading inside a text field must not be part of the outline of the page.
    "heading_open": _constant("<p><strong>"),
    "heading_close": _constant("</strong></p>\n"),
    # Alignment would be a style attribute, which a strict policy rejects.
    "th_open": _constant("<th>"),
    "td_open": _constant("<td>"),
}


@lru_cache(maxsize=4096)
def block(text: str) -> str:
    """Return a text field as paragraphs and other blocks."""
    text = text.strip()
    if not (_MARKS.search(text) or "://" in text or _LIST_MARK.match(text)):
        return f"<p>{html_escape(text)}</p>"
    return str(_parser().render(text)).strip()


@lru_cache(maxsize=4096)
def inline(text: str) -> str:
    """Return a text field as inline HTML: a single paragraph loses its `p` element."""
    html = block(text)
    if html.startswith("<p>") and html.endswith("</p>") and html.find("<p>", 1) < 0:
        return html[3:-4]
    return html
