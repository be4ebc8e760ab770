"""Explore: one question a page, answered for all specs, and an overview of these pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from integration_specs.site import Page, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Table
from integration_specs.site.translations import Translations

from ._explore_access import authentication, environments, secrets
from ._explore_calls import endpoints, errors, events
from ._explore_data import fields, personal
from ._explore_time import clock, questions


@dataclass(frozen=True, slots=True)
class View:
    """A page about all specs: its key in the address, its title and the question that it answers."""

    key: str
    title: str
    question: str
    tables: Callable[[Context, Cells], tuple[Table[Any], ...]]


def views(t: Translations) -> tuple[View, ...]:
    """Return all views in the order in which they are listed."""
    return (
        View("endpoints", t("Endpoints"), t("Which endpoints do we call, and what are their limits?"), endpoints),
        View("events", t("Events"), t("Which events do we receive and send, and who consumes them?"), events),
        View("fields", t("Data fields"), t("Who reads or writes a local field, and do they agree?"), fields),
        View("personal-data", t("Personal data"), t("Which personal data goes where, and who owns it?"), personal),
        View(
            "authentication",
            t("Authentication"),
            t("How do we authenticate, and which scopes do we hold?"),
            authentication,
        ),
        View("secrets", t("Secrets"), t("Where are secrets stored, and when do they expire?"), secrets),
        View(
            "environments",
            t("Environments"),
            t("Which environments exist, and what are their addresses?"),
            environments,
        ),
        View(
            "errors", t("Errors and retries"), t("What do we do when a call fails, and after the last attempt?"), errors
        ),
        View("clock", t("Calendar"), t("What expires or is due, and when?"), clock),
        View("questions", t("Open questions"), t("What do we not know yet, and who will find out by when?"), questions),
    )


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `across`, and `across/<key>` for each view."""
    t = context.translations
    title, description = t("Explore"), t("One question per page, answered for all integrations.")
    every = views(t)
    counts: dict[str, int] = {}
    finished = []
    for view in every:
        address = f"across/{view.key}"
        tables = view.tables(context, Cells(context, address))
        counts[view.key] = sum(len(table.items) for table in tables)
        content = context.render(
            "explore.html",
            view=view,
            views=every,
            tables=tables,
            counts=counts,
            link=lambda target, source=address: context.link(source, target),
        )
        search = (SearchEntry("", view.title, view.question),)
        finished.append(context.page(address, view.title, view.question, content, search=search))
    content = context.render(
        "explore.html",
        view=None,
        views=every,
        tables=(),
        counts=counts,
        link=lambda target: context.link("across", target),
    )
    yield context.page("across", title, description, content, search=(SearchEntry("", title, description),))
    yield from finished
