"""Text fields: a safe subset of Markdown to HTML.

CommonMark without raw HTML and without images; links go to http, https and mailto only. The parser is linear, and plain
text does not meet it at all.
"""

import re
from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_MARKS = re.compile(r"[`*_\[\]<>&\\#~|+\n]|://|^\s*(?:[-=]|\d+[.)]\s)", re.MULTILINE)
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s\"<>]+", re.IGNORECASE)


def safe_link(address: str) -> bool:
    """Whether an address may be a link: it names another place by http, https or mailto, and nothing else."""
    return _SAFE_LINK.fullmatch(address) is not None


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # not needed for plain text

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).disable(["image", "html_block", "html_inline"])
    parser.enable("table")
    setattr(parser, "validateLink", safe_link)  # noqa: B010 (the parser's own way to be told)
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _link_open(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    return f'<a href="{escape(str(tokens[index].attrGet("href")))}" rel="noopener noreferrer">'


def _heading_open(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    # A heading inside a text field must not compete with the page's own.
    return "<p><strong>"


def _heading_close(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    return "</strong></p>\n"


def _plain_open(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    # Alignment would be a style attribute, which a strict policy refuses.
    return f"<{tokens[index].tag}>"


def _code_block(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    # The language that a text names would become a class, and classes are ours.
    return f'<div class="highlight"><pre><code>{escape(tokens[index].content)}</code></pre></div>\n'


_RULES = {
    "fence": _code_block,
    "code_block": _code_block,
    "link_open": _link_open,
    "heading_open": _heading_open,
    "heading_close": _heading_close,
    "table_open": _plain_open,
    "th_open": _plain_open,
    "td_open": _plain_open,
}


@lru_cache(maxsize=4096)
def block(text: str) -> str:
    """A text field as paragraphs, lists and whatever else it holds."""
    text = text.strip()
    if _MARKS.search(text) is None:
        return f"<p>{escape(text)}</p>"
    return str(_parser().render(text)).strip()


@lru_cache(maxsize=4096)
def inline(text: str) -> str:
    """A text field inside a line: no paragraph around a single one."""
    html = block(text)
    if html.startswith("<p>") and html.endswith("</p>") and html.find("<p>", 1) < 0:
        return html[3:-4]
    return html
