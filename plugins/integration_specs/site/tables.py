"""Tables that a reader can filter, sort and download: plain values here, one template, one script."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from markupsafe import Markup

from integration_specs.model import Spec, parse_date
from integration_specs.validation.schema import Field, Pointer
from .context import Context
from .template_helpers import review_badge
from .values import code_html

FIRST_ROWS = 300
"""So many rows of a table are shown at once where scripts run."""
_MOST_SPECS = 12
"""So many specs are listed in a cell before the rest is folded."""
ARROWS = {"Inbound": "←", "Outbound": "→", "Bidirectional": "↔"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and what it is sorted by when that is not its text."""

    html: Markup
    order: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells in the order of the columns, and for each facet of the table the values that it has there.

    `anchor` is its id on the page, empty for none; `alarm` marks it as one that somebody must look at.
    """

    cells: tuple[Cell, ...]
    facets: tuple[tuple[str, ...], ...] = ()
    anchor: str = ""
    alarm: bool = False

    def html(self, labels: tuple[str, ...]) -> str:
        """The row; `labels` are the headings as they stand in an attribute.

        Facets are one attribute: values are parted by line breaks, facets by tabs.
        """
        told = "\t".join("\n".join(map(_one_line, values)) for values in self.facets)
        attributes = f' id="{escape(self.anchor)}"' if self.anchor else ""
        attributes += ' class="ispec-row--broken"' if self.alarm else ""
        attributes += f' data-f="{escape(told)}"' if told.strip() else ""
        cells = []
        for place, each in enumerate(self.cells):
            order = f' data-s="{escape(each.order)}"' if each.order else ""
            if place:
                cells.append(f'<td data-label="{labels[place]}"{order}>{each.html}</td>')
            else:
                cells.append(f'<th scope="row"{order}>{each.html}</th>')
        return f"<tr{attributes}>{''.join(cells)}</tr>"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `columns` are its headings, `facets` (key in the address, heading) what it can be filtered by.

    `name` is the name of the downloaded file and the table's id on its page; `empty` is said when it has no rows.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    facets: tuple[tuple[str, str], ...] = ()
    empty: str = ""
    look: str = ""

    @property
    def bodies(self) -> Markup:
        """The rows, built in Python since there may be ten thousand; those that a script shows when asked stand apart."""
        labels = tuple(map(escape, self.columns))
        rows = [row.html(labels) for row in self.rows]
        rest = (
            "\n".join(["", '<tbody class="ispec-rest">', *rows[FIRST_ROWS:], "</tbody>"]) if rows[FIRST_ROWS:] else ""
        )
        return Markup("\n".join(["<tbody>", *rows[:FIRST_ROWS], "</tbody>"]) + rest)  # noqa: S704 (escaped)


def _safe(text: str | Markup) -> str:
    return str(text) if isinstance(text, Markup) else escape(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def cell(html: str | Markup, order: str = "") -> Cell:
    """A cell of finished HTML, or of plain text, which is escaped."""
    return Cell(Markup(_safe(html)), order)  # noqa: S704 (escaped)


def words_cell(items: Iterable[str]) -> Cell:
    """A cell of plain words beside each other."""
    inner = "".join(f"<li>{escape(item)}</li>" for item in items)
    return Cell(Markup(f'<ul class="ispec-words">{inner}</ul>' if inner else ""))  # noqa: S704 (escaped)


def codes_cell(items: Iterable[str]) -> Cell:
    """A cell of technical names beside each other."""
    inner = "".join(f"<li>{code_html(item)}</li>" for item in items)
    return Cell(Markup(f'<ul class="ispec-words">{inner}</ul>' if inner else ""))  # noqa: S704 (escaped)


class Cells:
    """Makes the cells of one page that say where something stands and who answers for it."""

    def __init__(self, context: Context, address: str) -> None:
        self._context, self._address = context, address
        self._values, self._words = context.values(address), context.words
        self._owners: dict[str, Cell] = {}
        self._specs: dict[tuple[str, str], Cell] = {}
        self._fields: dict[Pointer, Field | None] = {}

    def link(self, target: str, text: str | Markup, anchor: str = "") -> Markup:
        """A link to a page, or to a place on it."""
        address = escape(self._context.link(self._address, target, anchor))
        return Markup(f'<a href="{address}">{_safe(text)}</a>')  # noqa: S704 (escaped)

    def spec(self, spec: Spec, anchor: str = "") -> Cell:
        """The title of a spec, linked to its page or to a place on it."""
        key = (spec.id, anchor)
        if key not in self._specs:
            self._specs[key] = Cell(self.link(spec.id, spec.title, anchor))
        return self._specs[key]

    def specs(self, specs: Iterable[tuple[Spec, str]], anchor: str = "") -> Cell:
        """Titles of specs, each linked, each with a remark that may be empty; many are folded after the first."""
        items = [
            f"<li>{self.spec(spec, anchor).html}{f' <small>{escape(note)}</small>' if note else ''}</li>"
            for spec, note in specs
        ]
        shown = len(items) if len(items) <= _MOST_SPECS + 1 else _MOST_SPECS
        html = f'<ul class="ispec-plain">{"".join(items[:shown])}</ul>' if items else ""
        if items[shown:]:
            more = escape(self._words("and {number} more", number=len(items) - shown))
            html += f'<details class="ispec-fold"><summary>{more}</summary><ul class="ispec-plain">{"".join(items[shown:])}</ul></details>'
        return Cell(Markup(html))  # noqa: S704 (escaped)

    def owner(self, spec: Spec) -> Cell:
        """The owner of a spec, linked; in words when there is none."""
        if spec.owner not in self._owners:
            self._owners[spec.owner] = self._owner(spec)
        return self._owners[spec.owner]

    def _owner(self, spec: Spec) -> Cell:
        owner = self._context.owner(spec)
        if owner:
            return Cell(self.link(f"owners/{owner.key}", owner.name))
        if spec.owner:
            name = Markup("<code>{}</code> ").format(spec.owner)
            return Cell(name + self.badge(self._words("not in owners.yaml"), "warn"))
        return Cell(self.badge(self._words("No owner"), "warn"), "0")

    def owner_name(self, spec: Spec) -> str:
        """The owner of a spec as a facet."""
        return self._context.owner_names.get(spec.owner, spec.owner) or self._words("No owner")

    def badge(self, text: str, kind: str) -> Markup:
        """A word in a coloured frame."""
        return Markup(f'<span class="ispec-badge ispec-badge--{escape(kind)}">{escape(text)}</span>')  # noqa: S704

    def status(self, spec: Spec) -> Cell:
        """Where a spec is in its life."""
        return Cell(self.badge(self._words(spec.status), spec.status))

    def direction(self, direction: str) -> Cell:
        """Which way data goes, as an arrow and in words."""
        if not direction:
            return cell("")
        arrow, word = ARROWS[direction], escape(self._words(direction))
        return Cell(Markup(f'<span class="ispec-nowrap"><span aria-hidden="true">{arrow}</span> {word}</span>'))  # noqa: S704

    def review(self, spec: Spec) -> Cell:
        """How the review of a spec stands at build; the script looks again when it is read."""
        fresh = self._context.freshness(spec)
        badge = review_badge(self._words, fresh.due, fresh.state == "fresh")
        return Cell(badge, fresh.due.isoformat() if fresh.due else "0")

    def fact(self, spec: Spec, *pointer: str) -> Cell:
        """The value at a place of a spec by the look of its field; empty when it is not written."""
        value: Any = spec.data
        for step in pointer:
            value = value.get(step) if isinstance(value, dict) else None
        return self.at(pointer, value)

    def at(self, pointer: Pointer, value: Any) -> Cell:
        """A value by the look of the field at a place of the schema; empty for None."""
        if value is None:
            return cell("")
        if pointer not in self._fields:
            self._fields[pointer] = self._context.schema.at(pointer)
        field = self._fields[pointer]
        if field is None:
            return cell("")
        if isinstance(value, str):
            return Cell(self._values.leaf(field, value), value if field.format == "date" else "")
        return Cell(self._values.value(field, value))

    def due(self, spec: Spec, *pointer: str) -> Cell:
        """A day on which something ends, alarming when it has passed, on the day of the build or of the reading."""
        value: Any = spec.data
        for step in pointer:
            value = value.get(step) if isinstance(value, dict) else None
        day = parse_date(value)
        return Cell(self.day(day), day.isoformat()) if day else self.at(pointer, value)

    def day(self, day: date) -> Markup:
        """A day by which something must be done; passed, it is a badge that says so."""
        t = self._words
        late = t("passed on {date}", date=t.day(day))
        if day < self._context.options.today:
            return self.badge(late, "warn")
        told = Markup('<time class="ispec-due" datetime="{0}" data-due="{0}" data-late="{1}">{2}</time>')
        return told.format(day.isoformat(), late, t.day(day))

    def alarm(self, words: Iterable[str]) -> Cell:
        """Words that somebody must look at."""
        return Cell(Markup(" ").join(self.badge(word, "warn") for word in words))

    @staticmethod
    def markup(template: str, *values: str | Markup) -> Markup:
        """A template of ours with escaped values in its places."""
        return Markup(template.format(*map(_safe, values)))  # noqa: S704 (the templates are ours, the values escaped)
