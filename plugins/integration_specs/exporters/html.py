"""One HTML page to print or send, with its styles and without scripts."""

import re
from functools import partial

from jinja2 import Environment, PackageLoader

from . import ExportJob, PrintedPage

_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_ID = re.compile(r"(?<=\s)(id|for|aria-labelledby|aria-describedby|aria-controls)=\"([^\"]+)\"")
_NAME = re.compile(r"\S+")
_LINK = re.compile(r"(?<=\s)href=\"([^\"]*)\"")


def export(job: ExportJob) -> dict[str, str]:
    """Return `integrations.html`: a table of contents, then each spec as on its page; rendered from `print.html.j2`."""
    pages, styles = job.printed()
    environment = Environment(
        loader=PackageLoader("integration_specs", "exporters"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["with_unique_ids"] = partial(_with_unique_ids, known={page.address for page in pages})
    title = pages[0].title if len(pages) == 1 else "Integrations"
    template = environment.get_template("print.html.j2")
    return {"integrations.html": template.render(pages=pages, styles=styles.replace("</", "<\\/"), title=title)}


def _with_unique_ids(page: PrintedPage, known: set[str]) -> str:
    """Return the content of a page; its IDs and the links to them get its address as a prefix."""
    content = re.sub(r"<(script|template)\b.*?</\1>", "", page.content, flags=re.DOTALL)
    prefix = rf"{page.address}--\g<0>"

    def local(tag: re.Match[str]) -> str:
        with_ids = _ID.sub(lambda match: f'{match[1]}="{_NAME.sub(prefix, match[2])}"', tag[0])
        return _LINK.sub(lambda match: _link(page.address, match[1], known), with_ids)

    return _TAG.sub(local, content)


def _link(address: str, link: str, known: set[str]) -> str:
    """Return the `href` of a link inside the document; empty if its target is not in it."""
    if re.match(r"[a-z][a-z0-9+.-]*:", link):
        return f'href="{link}"'
    path, _, anchor = link.partition("#")
    name = path.strip("./").removesuffix(".html") if path else address
    if name not in known:
        return ""
    return f'href="#{name}--{anchor}"' if anchor else f'href="#{name}"'
