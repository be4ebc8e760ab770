"""One HTML page to print or send, with its styles and without scripts."""

import re
from html import escape

from . import ExportJob, PrintedPage

# Our styles expect a theme with a `rem` of 20px and without list markers.
_PRINT = """
html { font: 20px/1.5 system-ui, sans-serif; color: #111; background: #fff; }
body { font-size: 0.75rem; max-width: 50rem; margin: 1.5rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f4f4; padding: 0.4rem; }
table { border-collapse: collapse; }
th, td { border: 1px solid #bbb; padding: 0.1rem 0.4rem; text-align: left; vertical-align: top; }
button, .headerlink, li.ispec-incident-link.ispec-incident-link { display: none; }
td, dd, p, li { overflow-wrap: anywhere; }
.ispec-badges, .ispec-card ul { list-style: none; margin: 0; padding: 0; }
.ispec-badges > li:not(.ispec-incident-link), .ispec-tags > li { display: inline-block; margin-right: 0.4rem; }
.ispec-head { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 0.4rem 1rem; }
dt { font-weight: 600; } dd { margin: 0 0 0.2rem; }
@media print {
  body { max-width: none; margin: 0; padding: 0; font-size: 9.5pt; }
  section.ispec-print + section.ispec-print, nav + section.ispec-print { break-before: page; }
  h2, h3, h4, dt { break-after: avoid; } a { color: inherit; }
}
"""
_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_ID = re.compile(r"(?<=\s)(id|for|aria-labelledby|aria-describedby|aria-controls)=\"([^\"]+)\"")
_NAME = re.compile(r"\S+")
_LINK = re.compile(r"(?<=\s)href=\"([^\"]*)\"")


def export(job: ExportJob) -> dict[str, str]:
    """Return `integrations.html`: a table of contents, then each spec as on its page."""
    pages, styles = job.printed()
    known = {page.address for page in pages}
    title = pages[0].title if len(pages) == 1 else "Integrations"
    styles = styles.replace("</", "<\\/")
    contents = "".join(f'<li><a href="#{page.address}">{escape(page.title)}</a></li>\n' for page in pages)
    body = "".join(_section(page, known) for page in pages)
    return {
        "integrations.html": (
            "<!DOCTYPE html>\n"
            '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
            '<meta name="viewport" content="width=device-width">\n'
            f"<title>{escape(title)}</title>\n<style>{_PRINT}{styles}</style>\n</head>\n<body>\n"
            + (f"<h1>{escape(title)}</h1>\n<nav>\n<ol>\n{contents}</ol>\n</nav>\n" if len(pages) > 1 else "")
            + f"{body}</body>\n</html>\n"
        )
    }


def _section(page: PrintedPage, known: set[str]) -> str:
    """Return a page as a section; its ids and the links to them get its address as a prefix, so that they are unique."""
    content = re.sub(r"<(script|template)\b.*?</\1>", "", page.content, flags=re.DOTALL)
    prefix = rf"{page.address}--\g<0>"

    def local(tag: re.Match[str]) -> str:
        with_ids = _ID.sub(lambda match: f'{match[1]}="{_NAME.sub(prefix, match[2])}"', tag[0])
        return _LINK.sub(lambda match: _link(page.address, match[1], known), with_ids)

    content = _TAG.sub(local, content)
    title = "" if "<h1" in content else f"<h1>{escape(page.title)}</h1>\n"
    return f'<section class="ispec-print" id="{page.address}">\n{title}{content}\n</section>\n'


def _link(address: str, link: str, known: set[str]) -> str:
    """Return the `href` of a link inside the document; empty if its target is not in it."""
    if re.match(r"[a-z][a-z0-9+.-]*:", link):
        return f'href="{link}"'
    path, _, anchor = link.partition("#")
    name = path.strip("./").removesuffix(".html") if path else address
    if name not in known:
        return ""
    return f'href="#{name}--{anchor}"' if anchor else f'href="#{name}"'
