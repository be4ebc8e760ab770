"""Explore: one question a page, answered for all specs, and an overview of these pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from integration_specs.site import Page, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.local_fields import LocalField
from integration_specs.site.tables import Cells, Table
from integration_specs.site.translations import Translations

from ._explore_calls import authentication, endpoints, environments, errors, events, secrets
from ._explore_data import fields, personal_data
from ._explore_time import clock, questions

_MOST_FIELDS = 1_000


@dataclass(frozen=True, slots=True)
class View:
    """A page about all specs: its tables, its title and the question that it answers.

    `is_by_spec` if the rows of its tables depend on nothing but their spec (see `Table.context`).
    """

    tables: Callable[[Cells], Iterator[Table[Any]]]
    title: str
    question: str
    is_by_spec: bool = True

    @property
    def key(self) -> str:
        """Return the last part of its address."""
        return self.tables.__name__.replace("_", "-")


def views(t: Translations) -> tuple[View, ...]:
    """Return all views in the order in which they are listed."""
    return (
        View(endpoints, t("Endpoints"), t("Which endpoints do we call, and what are their limits?")),
        View(events, t("Events"), t("Which events do we receive and send, and who consumes them?")),
        View(fields, t("Data fields"), t("Who reads or writes a local field, and do they agree?"), False),
        View(personal_data, t("Personal data"), t("Which personal data goes where, and who owns it?")),
        View(authentication, t("Authentication"), t("How do we authenticate, and which scopes do we hold?")),
        View(secrets, t("Secrets"), t("Where are secrets stored, and when do they expire?")),
        View(environments, t("Environments"), t("Which environments exist, and what are their addresses?")),
        View(errors, t("Errors and retries"), t("What do we do when a call fails, and after the last attempt?")),
        View(clock, t("Calendar"), t("What expires or is due, and when?")),
        View(questions, t("Open questions"), t("What do we not know yet, and who will find out by when?"), False),
    )


def _words(table: Table[Any]) -> str:
    """Return the error codes in a table, for search."""
    filters = [column.filter for column in table.columns if column.filter and column.key in ("on", "retry_on")]
    return " ".join(sorted({code for filter_ in filters for row in table.items for code in filter_(row)}))


def _field_entries(table: Table[Any]) -> Iterator[SearchEntry]:
    """Yield an entry for each row of a table of local fields, unless there are too many for the index."""
    if table.row_id and len(table.items) <= _MOST_FIELDS:
        for row in table.items:
            if isinstance(row, LocalField):
                yield SearchEntry(table.row_id(row), f"{row.entity}.{row.name}", "")


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `across`, and `across/<key>` for each view."""
    t, every = context.translations, views(context.translations)
    counts: dict[str, int] = {}
    finished = []
    for view in every:
        address = f"across/{view.key}"
        tables = [*view.tables(Cells(context, address))]
        if view.is_by_spec:
            tables = [replace(table, context=context) for table in tables]
        counts[view.key] = sum(len(table.items) for table in tables)
        # People search with words of the question, and with names of columns.
        columns = " ".join(column.title for table in tables for column in table.columns)
        search = [
            SearchEntry("", view.title, f"{view.question}\t{columns}"),
            SearchEntry(tables[0].name, view.question, f"\t{_words(tables[0])}"),
        ]
        search += [SearchEntry(each.name, each.title, f"\t{_words(each)}") for each in tables[1:]]
        search += [entry for each in tables for entry in _field_entries(each)]
        link = partial(context.link, address)
        finished.append(
            context.table_page(
                address, view.title, view.question, tables, "explore.html", search, views=every, link=link
            )
        )
    lead, link = t("One question per page, answered for all integrations."), partial(context.link, "across")
    yield context.table_page("across", t("Explore"), lead, (), "explore.html", views=every, link=link, counts=counts)
    yield from finished
