"""What somebody might write into a spec to run a script, load a file, break the page or fool a tool; by family.

Written for this project. Every script calls `alert`, which the tests replace.
"""

JS = "alert(1)"
SCRIPT = f"<script>{JS}</script>"
IMG = f"<img src=x onerror={JS}>"

_ALONE = (
    SCRIPT, f"<SCRIPT>{JS}</SCRIPT>", f"<script\n>{JS}</script\n>", f"<script/x>{JS}</script>", f"<script type=module>{JS}</script>",
    f"<script src=\"data:text/javascript,{JS}\"></script>", f"<script>{JS}//", f"<<script>{JS}</script>", f"<svg><script>{JS}</script></svg>",
    "<svg><script>alert&#40;1&#41;</script></svg>", f"<math><mi><script>{JS}</script></mi></math>",
    f"<svg><script href=\"data:text/javascript,{JS}\"></script></svg>", f"<iframe srcdoc=\"<script>parent.{JS}</script>\"></iframe>",
    f"<iframe srcdoc=\"&lt;script&gt;parent.{JS}&lt;/script&gt;\"></iframe>", f"<iframe src=\"javascript:parent.{JS}\"></iframe>",
    f"<object data=\"data:text/html,<script>parent.{JS}</script>\"></object>", f"<embed src=\"javascript:{JS}\">",
    f"<div><template shadowrootmode=open>{IMG}</template></div>",
)  # fmt: skip

_LOADED = (
    ("img", "onerror", "src=x"), ("img", "OnErRoR", "src=x"), ("image", "onerror", "src=x"), ("input type=image", "onerror", "src=x"),
    ("video", "onerror", "src=data:,x"), ("audio", "onerror", "src=data:,x"), ("link rel=stylesheet", "onerror", "href=data:,x%00"),
    ("object", "onerror", "data=nowhere:x"), ("svg", "onload", ""), ("svg/", "onload", ""), ("iframe", "onload", ""), ("style", "onload", ""),
    ("body", "onload", ""), ("body", "onpageshow", ""), ("details open", "ontoggle", ""), ("script", "onerror", "src=x:x"),
    ("input autofocus", "onfocus", ""), ("textarea autofocus", "onfocus", ""), ("select autofocus", "onfocus", ""),
    ("button autofocus", "onfocus", ""), ("a autofocus href=x", "onfocus", ""), ("div tabindex=0 autofocus", "onfocus", ""),
    ("div contenteditable autofocus", "onfocus", ""), ("div style=animation:a", "onanimationstart", ""),
    ("marquee", "onstart", ""), ("svg><animate", "onbegin", "attributeName=x dur=1s"), ("svg><set", "onbegin", "attributeName=x dur=1s"),
    ("svg><image", "onerror", "href=data:,x"), ("video><source", "onerror", "src=data:,x"), ("picture><img", "onerror", "src=x"),
)  # fmt: skip

_VISIBLE_TAGS = (
    "a", "abbr", "b", "button", "code", "del", "div", "em", "footer", "form", "h1", "header", "kbd", "label", "li", "main", "mark", "nav", "p", "pre",
    "section", "span", "strong", "table", "td", "u", "ul", "xmp", "x-custom",
)  # fmt: skip

_POINTER_EVENTS = ("onclick", "onmouseover", "onpointerover", "onmouseenter")

_SCHEMES = (
    "javascript:", "JaVaScRiPt:", " javascript:", "java\tscript:", "java\nscript:", "\x01javascript:", "javascript&colon;", "&#106;avascript:",
    "&#x6A;avascript:", "javascript://x.example/%0a", "vbscript:", "data:text/html,<script>alert(1)</script>//", "data:text/html;base64,PHNjcmlwdD4=//",
    "blob:", "file:///etc/passwd?", "jar:", "view-source:", "//x.example/",
)  # fmt: skip

_BREAKS = (
    '">', "'>", '"/>', "'/>", "-->", "--!>", "]]>", "</title>", "</textarea>", "</style>", "</script>", "</noscript>", "</template>", "</svg>", "</a>", "</td></tr></table>",
    "</code></pre>", "</h1>", "</article>", "&quot;&gt;", "\\\"}", "'}", "`}", "*/",
)  # fmt: skip

_MARKDOWN = (
    "[x]({js})", "[x](<{js}>)", "[x]: {js}\n\n[x]", "<{js}>", "![x]({js})", "![x](x){{onerror={call}}}", "[x](y){{: onclick={call} }}", "# x {{ onmouseover={call} }}",
    "x\n{{: onclick={call} }}", "/// html | img[src=x onerror={call}]\n///", "/// html | script\n{call}\n///", "```\nx\n```\n{img}", "~~~\nx\n~~~\n{script}", "`x` {img}",
    "`` ` ``{img}", "[^1]\n\n[^1]: {img}", "|a|b|\n|-|-|\n|{img}|{script}|", "> {img}", "- {script}", "1. {img}", "&lt;script&gt;{call}&lt;/script&gt;",
    "&#60;img src=x onerror={call}&#62;", "\\<script>{call}\\</script>", "*[{img}]: {img}", "```{{ .python onclick={call} }}\nx\n```", '```html title="{img}"\n{img}\n```',
    "=== \"{img}\"\n    x", "!!! note \"{img}\"\n    x", "??? {img}\n    x", "<details><summary>{img}</summary></details>", "[x](http://x.example \"\\\" onmouseover={call} x=\\\"\")",
    "--8<-- \"mkdocs.yml\"", ";--8<--\nmkdocs.yml\n;--8<--", "[TOC]\n{img}", "<div markdown>{img}</div>", "<!-- x -->{img}<!-- -->",
)  # fmt: skip

_TEMPLATES = (
    "{{ 7*7 }}", "{% raw %}{% endraw %}{{ config }}", "{{ ''.__class__.__mro__ }}", "{% include 'main.html' %}", "{# x #}" + IMG, "{{ '" + IMG + "'|safe }}",
    "${alert(1)}", "<%= 1 %>" + IMG, "#{alert(1)}", "{%- endblock -%}" + IMG, "[[ x ]]", "&{alert(1)};",
)  # fmt: skip

_MERMAID = (
    "```mermaid\n%%{init: {'themeCSS': '*{background:url(http://x.example/a)}'}}%%\ngraph LR\nA-->B\n```",
    '```mermaid\ngraph LR\nA["' + IMG + '"]-->B\nclick A "javascript:alert(1)"\n```', '<pre class="mermaid">graph LR; A["' + IMG + '"]</pre>',
)  # fmt: skip

_CLOBBER = (
    "<img name=getElementById>", "<form id=document><input name=body></form>", "<a id=__md_scope href=x:1>", "<a id=__config href=x:1>", "<div id=__search></div>",
    "<form name=querySelector>", "<img name=cookie>", "<div data-md-component=source>x</div>", "<div data-md-component=search data-md-toggle=search></div>",
    "<input id=__toggle type=checkbox>", "<iframe name=alert srcdoc=x></iframe>", "<div class=md-clipboard data-clipboard-text=x></div>", "constructor", "__proto__", "toString",
)  # fmt: skip

_PAGE = (
    "<base href=http://x.example/>", "<meta http-equiv=refresh content=\"0;url=http://x.example/\">", "<style>*{display:none}</style>",
    "<style>@import url(http://x.example/a.css);</style>", "<link rel=stylesheet href=http://x.example/a.css>", "<link rel=prefetch href=http://x.example/>",
    "<div style=\"position:fixed;inset:0;background:url(http://x.example/a)\">x</div>", "<img src=http://x.example/a.png>", "<form action=http://x.example/><button>x</button></form>",
    "<meta http-equiv=Content-Security-Policy content=\"default-src *\">", "<img srcset=\"http://x.example/a 1x\">", "<video poster=http://x.example/a></video>",
)  # fmt: skip

_UNICODE = (
    "＜script＞alert(1)＜/script＞", "\u202e" + SCRIPT, "\ufeff" + SCRIPT, "<\u200bscript>alert(1)</script>", "<ſcript>alert(1)</ſcript>", "\x00" + IMG, "<scr\x00ipt>alert(1)</script>",
    "\u2028alert(1)\u2029", "%3Cscript%3Ealert(1)%3C/script%3E", "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "🜀" * 20 + IMG,
)  # fmt: skip

_TOOLS = (
    "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1+1)", "\t=1+1", '=HYPERLINK("http://x.example","x")', "::error::x", "\n::set-output name=x::y", "##[error]x", "::add-mask::x",
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\r::error::x", "@everyone @example/team #1", "<!-- integration-specs -->", "--> " + IMG, "-->\n<!-- digest 0 -->",
    "</details></details>" + IMG, "```\n````\n" + IMG, "www.x.example http://x.example", "$(touch x) `touch x` ; rm x", "../../../etc/passwd", "%s%n%d {0} {x}",
)  # fmt: skip


FAMILIES: dict[str, tuple[str, ...]] = {
    "script elements": _ALONE,
    "event handlers that fire on loading": tuple(
        f"<{tag}{event}={JS}>" if tag.endswith("/") else f"<{tag} {more} {event}={JS}>" for tag, event, more in _LOADED
    ),
    "event handlers of the pointer": tuple(
        f'<{tag} {_POINTER_EVENTS[number % len(_POINTER_EVENTS)]}="{JS}">touch</{tag}>'
        for number, tag in enumerate(_VISIBLE_TAGS)
    ),
    "schemes of links": tuple(
        form.format(f"{scheme}{JS}") for form in ('<a href="{}">x</a>', "[x]({})", "{}") for scheme in _SCHEMES
    ),
    "ends of the surrounding element or text": tuple(
        f"{mark}{(SCRIPT, IMG)[number % 2]}" for number, mark in enumerate(_BREAKS)
    ),
    "Markdown and its extensions": tuple(
        text.format(js=f"javascript:{JS}", call=JS, img=IMG, script=SCRIPT) for text in _MARKDOWN
    ),
    "template languages": _TEMPLATES,
    "Mermaid diagrams": _MERMAID,
    "names that hide properties of the document": _CLOBBER,
    "styles, frames and requests of a page": _PAGE,
    "Unicode and encodings": _UNICODE,
    "spreadsheets, CI logs, terminals and shells": _TOOLS,
}
"""The payloads by what they attack."""


def payloads() -> tuple[str, ...]:
    """Return all payloads, each once."""
    return tuple(dict.fromkeys(text for family in FAMILIES.values() for text in family))
