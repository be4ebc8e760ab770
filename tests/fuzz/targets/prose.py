"""Text fields: whatever the text, HTML of our own few elements, balanced, with links to other places only."""

import re
from html.parser import HTMLParser

from integration_specs.site.markdown import block, inline, safe_link

SEEDS = (
    "Some *text* with `code`, **more** and [a link](https://x.example/a?b=1).\n\n- one\n- two\n  1. three\n\n> quoted\n\n# Head\n",
    "| a | b |\n|---|:-:|\n| `x` | <b>y</b> |\n\n```json\n{\"a\": \"<script>\"}\n```\n\n    code\n",
    "<img src=x onerror=alert(1)> [x](javascript:alert(1)) <javascript:x> ![i](http://x.example/i.png) [r]\n\n[r]: data:text/html,x \"t\"\n",
    "&lt;script&gt; &#x6A;avascript: \\<b> <!-- c --> <?php ?> <![CDATA[x]]> </div></td> ***a** b* ~~c~~ http://x.example www.x.example\n",
)  # fmt: skip
OURS = frozenset(
    [
        "a",
        "blockquote",
        "br",
        "code",
        "div",
        "em",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)


class _Strict(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in OURS, tag
        for name, value in attrs:
            assert (tag, name) in {("a", "href"), ("a", "rel"), ("div", "class"), ("ol", "start")}, (tag, name)
            assert name != "href" or not value or safe_link(value), value  # an empty one leads to the page itself
            assert name != "class" or value == "highlight", value
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("br", "hr"):
            assert self.open.pop() == tag, tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def run(text: str) -> None:
    """Write the text as a field and inside a line."""
    for html in (block(text), inline(text)):
        parser = _Strict()
        parser.feed(html)
        parser.close()
        assert not parser.open
        assert not re.search(r"<(?![a-z/])", html)
