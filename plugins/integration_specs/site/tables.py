"""Tables that a reader can filter, sort and download: declared as columns here, one template and one script for all."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

from markupsafe import Markup

from integration_specs.findings import Finding
from integration_specs.findings.internal_errors import guarded
from integration_specs.grouping import grouped
from integration_specs.model import Spec
from integration_specs.text.messages import Message
from integration_specs.text.names import slug
from integration_specs.validation.schema import Pointer

from .context import Context
from .markdown import escape
from .template_helpers import code, review_badge
from .translations import Translations

T = TypeVar("T")

LONG, FIRST_ROWS = 70, 20
"""Of more than `LONG` rows below each other, those after the first ones are folded."""
_MOST_SPECS = 12
"""Specs listed in a cell before the others are folded."""
_CELL_END = re.compile("</t[hd]>")
_ARROWS = {"Inbound": "←", "Outbound": "→", "Bidirectional": "↔"}


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column of a table with one row for each `T`, or without `cell` only a filter.

    `key` names the filter in the page's address. `cell` returns HTML, or plain text, which is escaped. `filter` returns
    the value or values by which the row can be found. `sort_key` replaces the cell's text when rows are sorted.
    With `periods` the filter returns dates as ISO texts. The script offers periods instead of dates, relative to the day of
    reading: first the name of the past, then names of the future (`:up to date`, or `30:30 days` for at most 30 days).
    With `chips` the values of the filter are buttons. A column of `prose` is at least as wide as whole sentences need.
    """

    key: str
    title: str
    cell: Callable[[T], str] | None
    filter: Callable[[T], str | Iterable[str]] | None = None
    sort_key: Callable[[T], str] | None = None
    periods: tuple[str, ...] = ()
    chips: bool = False
    prose: bool = False


@dataclass(frozen=True)
class Table(Generic[T]):
    """A table with a row for each of `items`.

    `name` is its ID on the page and the name of the downloaded file. `empty` is shown if there are no rows. `row_id`
    returns the ID of a row on the page; rows for which `highlight` is true need somebody's attention. With `context`, rows
    depend on nothing but their spec, titles, folders and owners of specs, and the day: a server keeps them until the spec changes.
    Rows with the same filter value of the column `group` are below one heading, closed but for the first one if `first_is_open`.
    """

    name: str
    title: str
    items: Sequence[T]
    columns: tuple[Column[T], ...]
    empty: str = ""
    row_id: Callable[[T], str] | None = None
    highlight: Callable[[T], bool] | None = None
    context: Context | None = None
    group: Column[T] | None = None
    first_is_open: bool = False

    @cached_property
    def filters(self) -> list[Column[T]]:
        """Return the columns that are filters, too, and the filters without a column."""
        return [each for each in self.columns if each.filter]

    @cached_property
    def shown(self) -> list[Column[T]]:
        """Return the columns that are not only filters."""
        return [each for each in self.columns if each.cell]

    @property
    def groups(self) -> list[tuple[str, bool, list[Markup], list[Markup]]]:
        """Return the title of each group, whether it is open, its first rows and those that are folded.

        Without groups all rows are in an open one without a title. Rows are only folded in an open group.
        """
        rows = (
            self._rows_by_spec(self.context)
            if self.context and self.context.options.keeps_results
            else self._rows(self.items)
        )
        column = self.group
        titles = (" ".join(_filter_values(column, item)) if column else "" for item in self.items)
        found = grouped(zip(titles, map(Markup, rows), strict=True))
        groups: list[tuple[str, bool, list[Markup], list[Markup]]] = []
        for title, each in found.items():
            is_open = len(found) == 1 or (self.first_is_open and not groups)
            shown = FIRST_ROWS if is_open and len(each) > LONG else len(each)
            groups.append((title, is_open, each[:shown], each[shown:]))
        return groups

    def widths(self, rows: Sequence[Markup]) -> list[int]:
        """Return how wide each column is, in steps of 5 % from 5 to 40, by the texts in some of the rows.

        Tables in parts need it: browsers find the columns of each part alone.
        """
        some = (_CELL_END.split(row)[:-1] for row in rows[:: len(rows) // 50 + 1])
        cells = [[Markup(cell).striptags() for cell in row] for row in some if len(row) == len(self.shown)]  # noqa: S704
        needed = []
        for column, *texts in zip(self.shown, *cells, strict=True):
            words = [0, *(len(word) for text in texts for word in text.split())]
            average = sum(map(len, texts)) / max(len(texts), 1)
            needed.append(max(len(column.title) + 3, min(max(words), 24) + 2, min(average, 80) / 2))
        return [5 * min(max(round(20 * each / sum(needed)), 1), 8) for each in needed]

    def _rows(self, items: Iterable[T]) -> list[str]:
        part = Message("a row of the table {name}", name=self.name)
        return [guarded(partial(self._row, item), self._failed_row, part, "specs") for item in items]

    def _rows_by_spec(self, context: Context) -> list[str]:
        """Return all rows; those of specs that did not change are those of the last build."""
        rows = [""] * len(self.items)
        places = grouped((item.spec.id, number) for number, item in enumerate(self.items))  # type: ignore[attr-defined]
        for numbers in places.values():
            items = [self.items[number] for number in numbers]
            spec: Spec = items[0].spec  # type: ignore[attr-defined]
            try:
                found = context.reuse(f"rows of {self.name}", spec, context.row_facts, lambda: [*map(self._row, items)])  # noqa: B023
            except Exception:  # reported for the row, and not kept
                found = self._rows(items)
            for number, row in zip(numbers, found, strict=True):
                rows[number] = row
        return rows

    def _failed_row(self, finding: Finding) -> str:
        return f'<tr class="ispec-row--broken"><td colspan="{len(self.shown)}">{escape(finding.message)}</td></tr>'

    def _row(self, item: T) -> str:
        # One attribute holds the values of all filters: tabs separate filters, line breaks separate values.
        values = "\t".join("\n".join(_filter_values(each, item)) for each in self.filters)
        attributes = f' id="{escape(id_)}"' if self.row_id and (id_ := self.row_id(item)) else ""
        attributes += ' class="ispec-row--broken"' if self.highlight and self.highlight(item) else ""
        attributes += f' data-f="{escape(values)}"' if values.strip() else ""
        cells = []
        for column, start, end in self._cells:
            html, key = column.cell(item) if column.cell else "", column.sort_key(item) if column.sort_key else ""
            html = html if isinstance(html, Markup) else escape(html)
            order = f' data-s="{escape(key)}"' if key else ""
            cells.append(f"{start}{order}>{html}{end}")
        return f"<tr{attributes}>{''.join(cells)}</tr>"

    @cached_property
    def _cells(self) -> list[tuple[Column[T], str, str]]:
        """Return each column that is shown, with the start and the end of its cells."""
        first, *others = self.shown
        cells = [(each, f'<td data-label="{escape(each.title)}" dir="auto"', "</td>") for each in others]
        return [(first, '<th scope="row" dir="auto"', "</th>"), *cells]


def _filter_values(column: Column[T], item: T) -> list[str]:
    values = column.filter(item) if column.filter else ()
    found = [values] if isinstance(values, str) else values
    return [" ".join(value.split()) for value in found if value]


def list_html(items: Iterable[str], css_class: str = "ispec-plain") -> Markup:
    """Return HTML or plain texts as a list; empty without items."""
    inner = "".join(f"<li>{item if isinstance(item, Markup) else escape(item)}</li>" for item in items)
    return Markup(f'<ul class="{css_class}">{inner}</ul>' if inner else "")  # noqa: S704 (escaped)


def folded_list(t: Translations, items: Sequence[str], most: int, number: int = 0) -> Markup:
    """Return a list whose items after the first `most` are folded, unless only one is; `number` is that of all items."""
    shown = len(items) if len(items) <= most + 1 else most
    html = list_html(items[:shown])
    if items[shown:]:
        more = t("and {number} more", number=(number or len(items)) - shown)
        html += Markup('<details class="ispec-fold"><summary>%s</summary>%s</details>') % (
            more,
            list_html(items[shown:]),
        )
    return html


def word_list(items: Iterable[str]) -> Markup:
    """Return plain words side by side."""
    return list_html(items, "ispec-words")


def code_list(items: Iterable[str]) -> Markup:
    """Return technical names side by side."""
    return list_html(map(code, items), "ispec-words")


def badge_column(
    key: str,
    title: str,
    text: Callable[[T], str],
    kind: Callable[[T], str],
    sort_key: Callable[[T], str] | None = None,
) -> Column[T]:
    """Return a column of badges by whose texts rows can be found; there is no badge without a text."""
    return Column(key, title, lambda row: badge(shown, kind(row)) if (shown := text(row)) else "", text, sort_key)


def badge(text: str, kind: str) -> Markup:
    """Return a word in a coloured frame."""
    return Markup(f'<span class="ispec-badge ispec-badge--{escape(kind)}">{escape(text)}</span>')  # noqa: S704 (escaped)


@dataclass(frozen=True, slots=True)
class Row:
    """A row about a spec: `data` is an object of the spec, `anchor` its place on the page, `item` its endpoint or event."""

    spec: Spec
    data: Mapping[str, Any]
    anchor: str = ""
    item: Any = None


def section_rows(specs: Iterable[Spec], section: str) -> list[Row]:
    """Return a row for each spec with one of its sections, those without it first."""
    rows = [Row(spec, spec.section(section), slug(section)) for spec in specs]
    return sorted(rows, key=lambda row: bool(row.data))


class Cells:
    """Makes the cells and columns that several tables have, for the page at `address`."""

    def __init__(self, context: Context, address: str) -> None:
        self.context, self._address, self._t = context, address, context.translations
        self._values = context.value_renderer(address)
        self._links: dict[tuple[str, str, str], Markup] = {}

    # columns

    def spec_column(self) -> Column[Row]:
        """Return the column of the spec of a row, linked to its page or to a place on it."""
        title = self._t("Integration")
        return Column("spec", title, lambda row: self.spec(row.spec, row.anchor), lambda row: row.spec.title)

    def owner_column(self) -> Column[Row]:
        """Return the column of the owner of a row's spec; specs without one are sorted first."""
        return Column(
            "owner",
            self._t("Owner"),
            lambda row: self.owner(row.spec),
            lambda row: self.owner_name(row.spec),
            lambda row: "" if row.spec.owner else "0",
        )

    def owner_filter(self) -> Column[Row]:
        """Return a filter by owner, for tables without a column of owners."""
        return replace(self.owner_column(), cell=None)

    def field_columns(
        self, pointer: Pointer, *names: str, title: str = "", filter: Callable[[Row], str] | None = None
    ) -> Iterator[Column[Row]]:
        """Yield the columns of properties of the object at `pointer` in the schema."""
        for name in names:
            at = (*pointer, name)
            field = self.context.schema.at(at)
            yield Column(
                name,
                title or self._t(field.title if field else name),
                lambda row, at=at, name=name: self.at(at, row.data.get(name)),  # type: ignore[misc]
                filter,
                (lambda row, name=name: str(row.data.get(name) or "")) if field and field.format == "date" else None,  # type: ignore[misc]
                prose=field is not None and field.format == "markdown",
            )

    # cells

    def link(self, target: str, text: str, anchor: str = "") -> Markup:
        """Return a link to a page, or to a place on it."""
        html = text if isinstance(text, Markup) else escape(text)
        return Markup(f'<a href="{escape(self.context.link(self._address, target, anchor))}">{html}</a>')  # noqa: S704 (escaped)

    def spec(self, spec: Spec, anchor: str = "", note: str = "") -> Markup:
        """Return the title of a spec, linked to its page or to a place on it, with a note that may be empty."""
        key = (spec.id, anchor, note)
        if key not in self._links:
            html = self.link(spec.id, spec.title, anchor)
            self._links[key] = html + (Markup(" <small>%s</small>") % note if note else "")
        return self._links[key]

    def specs(self, specs: Iterable[tuple[Spec, str]], anchor: str = "") -> Markup:
        """Return linked titles of specs, each with a note that may be empty; a long list is folded."""
        return folded_list(self._t, [self.spec(spec, anchor, note) for spec, note in specs], _MOST_SPECS)

    def owner(self, spec: Spec) -> Markup:
        """Return the owner of a spec, linked; a badge if there is none."""
        owner = self.context.owner(spec)
        return self.link(f"owners/{owner.key}", owner.name) if owner else self.missing_owner(spec.owner)

    def missing_owner(self, key: str) -> Markup:
        """Return the key of an owner that is not in `owners.yaml`, or that cannot be read from it; a badge without a key."""
        if not key:
            return badge(self._t("No owner"), "warn")
        broken = self.context.catalog.owners_have_errors
        return Markup("<code>%s</code> %s") % (key, "" if broken else badge(self._t("not in owners.yaml"), "warn"))

    def owner_name(self, spec: Spec) -> str:
        """Return the name of the owner of a spec, as a filter shows it."""
        return self.context.owner_name(spec.owner)

    def direction(self, direction: str) -> Markup:
        """Return which way data goes, as an arrow and in words; empty if it is not known."""
        if not direction:
            return Markup("")
        html = Markup('<span class="ispec-nowrap"><span aria-hidden="true">%s</span> %s</span>')
        return html % (_ARROWS[direction], self._t(direction))

    def status_column(self) -> Column[Row]:
        """Return the column of the lifecycle status of a row's spec."""
        return badge_column(
            "status", self._t("Status"), lambda row: self._t(row.spec.status), lambda row: row.spec.status
        )

    def review_column(self, more: Callable[[Row], Markup] = lambda row: Markup("")) -> Column[Row]:
        """Return the column of the state of the last review, with `more` below; sorted by the day on which it is due."""

        return Column(
            "review",
            self._t("Review"),
            lambda row: review_badge(self._t, self.context.due(row.spec), self.context.options.today) + more(row),
            lambda row: self.context.review_due(row.spec),
            lambda row: self.context.review_due(row.spec),
            (self._t("overdue"), f":{self._t('up to date')}"),
        )

    def at(self, pointer: Pointer, value: Any) -> Markup:
        """Return a value in the format of the field at `pointer` in the schema; empty for None."""
        field = self.context.schema.at(pointer)
        if value is None or field is None:
            return Markup("")
        return self._values.leaf(field, value) if isinstance(value, str) else self._values.value(field, value)

    def day(self, day: date) -> Markup:
        """Return a date by which something must be done; a badge once it has passed, at build time or when it is read."""
        late = self._t("passed on {date}", date=self._t.day(day))
        if day < self.context.options.today:
            return badge(late, "warn")
        html = Markup('<time class="ispec-due" datetime="%s" data-due="%s" data-late="%s">%s</time>')
        return html % (day.isoformat(), day.isoformat(), late, self._t.day(day))
