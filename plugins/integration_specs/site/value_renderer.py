"""HTML for any value of a spec, by its `Field`: the default where a section has no template of its own.

It is written in Python instead of templates because it runs for every value of every spec. All output is escaped.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, wraps
from typing import Any, ParamSpec

from markupsafe import Markup

from integration_specs.model import OpenQuestion, parse_date, parse_open_question
from integration_specs.text.names import slug, unique_name
from integration_specs.validation.schema import Field

from . import markdown
from .highlight import example_html, json_html
from .markdown import escape
from .translations import Translations

P = ParamSpec("P")
LONG_EXAMPLE = 24
"""Longer examples show this many lines and a button for the others."""

_INLINE = ("line", "code", "owner", "spec", "duration", "date", "url", "attachment")


_MARKED = re.compile(r"`([^`]+)`|https?://[^\s<>`]+?(?=&(?:quot|gt|lt|#x27);|[.,;:!?)\]]*(?:[\s`]|$))")
_JOINT = re.compile(r"(?<=[a-z\]])([._/])(?=[a-zA-Z])")


def _safe(method: Callable[P, str]) -> Callable[P, Markup]:
    """Return a method whose result, escaped HTML, templates do not escape again."""

    @wraps(method)
    def marked(*args: P.args, **kwargs: P.kwargs) -> Markup:
        return str.__new__(Markup, method(*args, **kwargs))  # four times as fast as the constructor of `Markup`

    return marked


class ValueRenderer:
    """Renders values for one page.

    `link` returns the link from this page to the page at an address. `owners` and `specs` are the names of what a value
    may refer to, by key; `files` are the links to attachments, by path. IDs are counted per page.
    """

    def __init__(
        self,
        translations: Translations,
        link: Callable[[str], str],
        owners: Mapping[str, str],
        specs: Mapping[str, str],
        files: Mapping[str, str],
    ) -> None:
        self._t, self._link, self._owners, self._specs, self._files = translations, link, owners, specs, files
        self._count, self._used_ids = 0, set[str]()
        self._leaves: dict[str, Callable[[str], str]] = {
            "markdown": markdown.inline,
            "code": code_html,
            "url": self._url,
            "date": self._date,
            "duration": lambda text: escape(self._t.duration(text)),
            "owner": self._owner,
            "spec": self._spec,
            "attachment": self._file,
        }

    # for templates

    @_safe
    def text(self, value: str) -> str:
        """Return a text field as paragraphs; an open question with a badge."""
        question = parse_open_question(value)
        return f"<p>{self._open_question(question)}</p>" if question else markdown.block(value)

    @_safe
    def leaf(self, field: Field, value: Any) -> str:
        """Return one value as inline HTML."""
        if isinstance(value, str):
            if value.startswith("TODO") and (question := parse_open_question(value)):
                return self._open_question(question)
            if field.kind == "choice":
                return escape(self._t(value))
            if render := self._leaves.get(field.format):
                return render(value)
            return self._url(value) if value.startswith(("http://", "https://")) else plain_html(value)
        if isinstance(value, bool):
            return escape(self._t("Yes" if value else "No"))
        return escape(str(value))

    @_safe
    def value(self, field: Field, value: Any, anchor: str = "", compact: bool = False) -> str:
        """Return any value; `anchor` is the prefix of the IDs of a list's items, empty for no IDs."""
        if isinstance(value, dict) and field.kind == "object":
            return self.facts(field, value, anchor=anchor) or self.missing()
        if isinstance(value, list) and field.kind == "list":
            return self._list(field, value, anchor, compact)
        if field.kind == "value" or isinstance(value, dict | list):
            return self.example(value)
        if field.format == "markdown" and not compact:
            return self.text(value) if isinstance(value, str) else escape(str(value))
        return self.leaf(field, value)

    @_safe
    def brief(self, field: Field, value: Any) -> str:
        """Return any value, a small object on one line."""
        return self._pairs(field, value) if _is_flat(field, value) else self.value(field, value)

    @_safe
    def facts(
        self,
        field: Field,
        value: Mapping[str, Any],
        *,
        omit: Iterable[str] = (),
        anchor: str = "",
        missing: bool = True,
    ) -> str:
        """Return an object as a list of facts, without the properties in `omit`; required ones that it lacks are `missing`."""
        rows = []
        for part in field.fields:
            if part.name in omit:
                continue
            if part.name in value:
                given = value[part.name]
                html = self._pairs(part, given) if _is_flat(part, given) else self.value(part, given, anchor)
                wide = bool(given) and _takes_full_width(part)
                id_ = text_anchor(field, part) if anchor == slug(field.name) else ""
                rows.append(self._row(self._t(part.title), html, wide, id_))
            elif missing and part.need != "optional":
                rows.append(self._row(self._t(part.title), self.missing(), False))
        rows.extend(self._extensions(value))
        return f'<dl class="ispec-facts">{"".join(rows)}</dl>' if rows else ""

    @_safe
    def notes(self, value: Mapping[str, Any]) -> str:
        """Return the `x-` extensions of an object; empty if it has none."""
        rows = "".join(self._extensions(value))
        return f'<dl class="ispec-facts">{rows}</dl>' if rows else ""

    @_safe
    def example(self, value: Any, content_type: str = "") -> str:
        """Return an example body as highlighted code that can be copied; a long one is folded."""
        if question := parse_open_question(value):
            return f"<p>{self._open_question(question)}</p>"
        html, lines = example_html(value, content_type)
        code = self.code_block(html)
        if lines <= LONG_EXAMPLE:
            return code
        summary = escape(self._t("Show all {number} lines", number=lines))
        return f'<div class="ispec-long"><details class="ispec-more"><summary>{summary}</summary></details>{code}</div>'

    @_safe
    def code_block(self, html: str) -> str:
        """Return code, given as HTML, as a block that can be copied."""
        # The theme's copy button needs an ID on each block.
        return f'<div class="highlight copy"><pre id="{self.next_id("code")}"><code>{html}\n</code></pre></div>'

    @_safe
    def missing(self) -> str:
        """Return the text for a missing key."""
        return f'<span class="ispec-missing">{escape(self._t("Not written yet"))}</span>'

    @_safe
    def none(self) -> str:
        """Return the text for an empty list."""
        return f'<span class="ispec-none">{escape(self._t("None (intentional)"))}</span>'

    def external_link(self, address: str, text: str) -> Markup:
        """Return a link to another site, or the text alone if the address is not a safe link."""
        if not markdown.safe_link(address):
            return Markup("{}").format(text)
        return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(address, text)

    def next_id(self, prefix: str) -> str:
        """Return an ID that is not used on this page yet."""
        self._count += 1
        return f"{prefix}-{self._count}"

    # leaves

    def _url(self, text: str) -> str:
        if not markdown.safe_link(text):
            return code_html(text)
        shown = text.removeprefix("https://").removeprefix("http://").rstrip("/")
        return f'<a href="{escape(text)}" rel="noopener noreferrer">{escape(shown)}</a>'

    def _date(self, text: str) -> str:
        day = parse_date(text)
        return self._t.time(day) if day else escape(text)

    def _owner(self, key: str) -> str:
        if key in self._owners:
            return f'<a href="{escape(self._link("owners/" + key))}">{escape(self._owners[key])}</a>'
        return f'{code_html(key)} <span class="ispec-missing">{escape(self._t("not in owners.yaml"))}</span>'

    def _file(self, path: str) -> str:
        return f'<a href="{escape(self._files[path])}">{escape(path)}</a>' if path in self._files else code_html(path)

    def _spec(self, key: str) -> str:
        if key in self._specs:
            return f'<a href="{escape(self._link(key))}">{escape(self._specs[key])}</a>'
        return code_html(key)

    @_safe
    def name(self, key: str) -> str:
        """Return a text, linked if it is the key of a spec or an owner."""
        return self._spec(key) if key in self._specs else self._owner(key) if key in self._owners else escape(key)

    def _open_question(self, question: OpenQuestion) -> str:
        about = []
        if question.owner:
            who = self._owner(question.owner) if question.owner in self._owners else escape(question.owner)
            about.append(escape(self._t("assigned to {owner}", owner="\0")).replace("\0", who))
        if question.due:
            about.append(escape(self._t("by {date}", date="\0")).replace("\0", self._t.time(question.due)))
        # Inline, because an open question may be inside a line or a table cell.
        text = markdown.inline(question.text) if question.text else escape(self._t("No question given"))
        details = f" <small>({', '.join(about)})</small>" if about else ""
        return (
            f'<span class="ispec-question"><span class="ispec-badge ispec-badge--question">{escape(self._t("Open question"))}'
            f"</span> {text}{details}</span>"
        )

    # objects and lists

    def _pairs(self, field: Field, value: Mapping[str, Any]) -> str:
        """Return a small nested object: short values on one line, texts below."""
        short, texts = [], []
        for part in field.fields:
            if part.name not in value:
                continue
            if part.format == "markdown":
                texts.append(self.value(part, value[part.name]))
            else:
                short.append(f"<li><span>{escape(self._t(part.title))}</span> {self.leaf(part, value[part.name])}</li>")
        pairs = f'<ul class="ispec-pairs">{"".join(short)}</ul>' if short else ""
        return "".join([pairs, *texts, self.notes(value)]) or self.missing()

    def _row(self, title: str, html: str, wide: bool, id_: str = "") -> str:
        kind = (' class="ispec-wide"' if wide else "") + (f' id="{escape(id_)}"' if id_ else "")
        return f'<div{kind}><dt>{escape(title)}</dt><dd dir="auto">{html}</dd></div>'

    def _extensions(self, value: Mapping[str, Any]) -> Iterator[str]:
        for key, item in value.items():
            if key.startswith("x-"):
                yield self._row(key, self._extension(item), isinstance(item, dict | list))

    def _extension(self, value: Any) -> str:
        return markdown.inline(value) if isinstance(value, str) else f"<code>{json_html(value)}</code>"

    def _list(self, field: Field, items: list[Any], anchor: str, compact: bool) -> str:
        if not items:
            return self.none()
        item = field.item
        if item is None or item.kind == "value":
            return self.example(items)
        if item.kind == "object":
            return self.table(field, items, anchor)
        is_inline = item.format in _INLINE or item.kind == "choice"
        is_short = is_inline and (compact or all(isinstance(each, str) and len(each) < 40 for each in items))
        parts = "".join(f"<li>{self.value(item, each, compact=True)}</li>" for each in items)
        return f'<ul class="ispec-words">{parts}</ul>' if is_short else f"<ul>{parts}</ul>"

    @_safe
    def headers(self, field: Field, items: list[dict[str, Any]]) -> str:
        """Return HTTP headers as a list of names and values; as a table if one of them has more properties."""
        if any(set(each) != {"name", "value"} for each in items):
            return self.table(field, items)
        parts = {part.name: part for part in field.fields}
        rows = "".join(
            f"<li><span>{self.leaf(parts['name'], each['name'])}</span> {self.leaf(parts['value'], each['value'])}</li>"
            for each in items
        )
        return f'<ul class="ispec-pairs">{rows}</ul>'

    @_safe
    def table(self, field: Field, items: list[dict[str, Any]], anchor: str = "", omit: Iterable[str] = ()) -> str:
        """Return a list of objects as a table in a scrollable region, without the columns in `omit`."""
        if not items:
            return self.none()
        given = {name for item in items for name in item}
        columns = [
            part for part in field.fields if part.name not in omit and (part.name in given or part.need != "optional")
        ]
        extra = sorted(name for name in given if name.startswith("x-"))
        head = "".join(f"<th>{escape(title)}</th>" for title in (*(self._t(part.title) for part in columns), *extra))
        rows = []
        for item in items:
            cells = []
            for number, part in enumerate(columns):
                html = self.value(part, item[part.name], compact=True) if part.name in item else ""
                if not html and part.need != "optional":
                    html = self.missing()
                if number:
                    cells.append(f'<td data-label="{escape(self._t(part.title))}" dir="auto">{html}</td>')
                else:
                    id_ = f' id="{escape(self.item_anchor(anchor, field, item))}"' if anchor else ""
                    cells.append(f'<th{id_} scope="row" dir="auto">{html}</th>')
            cells.extend(
                f'<td data-label="{escape(name)}">{self._extension(item[name]) if name in item else ""}</td>'
                for name in extra
            )
            rows.append(f"<tr>{''.join(cells)}</tr>")
        return (
            f'<div class="ispec-scroll" role="group" tabindex="0" aria-label="{escape(self._t(field.title))}">'
            f'<table class="ispec-table"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
        )

    def item_anchor(self, anchor: str, field: Field, item: Any) -> str:
        """Return the ID of a list item, such as `environments-sandbox`; unique on the page."""
        id_ = unique_name(f"{anchor}-{slug(field.identity(item))}", self._used_ids)
        self._used_ids.add(id_)
        return id_


def text_anchor(section: Field, part: Field) -> str:
    """Return the ID of a text of a section, such as `maintenance-replay`; empty for other values."""
    return slug(f"{section.name} {part.name}") if part.format == "markdown" else ""


def _is_flat(field: Field, value: Any) -> bool:
    return (
        field.kind == "object"
        and isinstance(value, dict)
        and all(part.kind not in ("object", "list", "value") for part in field.fields)
    )


def _takes_full_width(field: Field) -> bool:
    return field.kind == "value" or (
        field.kind == "list" and field.item is not None and field.item.kind in ("object", "value")
    )


@lru_cache(maxsize=8192)
def code_html(text: str) -> str:
    """Return a technical name as HTML; a long one may wrap between its parts."""
    html = escape(text)
    if len(text) > 16:
        html = _JOINT.sub(r"\1<wbr>", html)
    return f"<code>{html}</code>"


def plain_html(text: str) -> str:
    """Return a plain text as inline HTML: what is between backticks is code, and web addresses are links."""
    return _MARKED.sub(_marked, escape(text))


def _marked(found: re.Match[str]) -> str:
    # The text is escaped: an address ends before an escaped quotation mark.
    return f"<code>{found[1]}</code>" if found[1] else f'<a href="{found[0]}" rel="noopener noreferrer">{found[0]}</a>'
