"""What runs across specs: one table a question, each on its page, and a page that leads to them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from integration_specs.site import Page, SearchEntry
from ._explore_access import authentication, environments, secrets
from ._explore_calls import endpoints, errors, events
from ._explore_data import fields, personal
from ._explore_time import clock, questions
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Table
from integration_specs.site.words import Words


@dataclass(frozen=True, slots=True)
class View:
    """A page across specs: its key in the address, what it is called and what question it answers."""

    key: str
    title: str
    question: str
    tables: Callable[[Context, Cells], tuple[Table, ...]]


def views(t: Words) -> tuple[View, ...]:
    """All views, in the order in which they are listed."""
    return (
        View("endpoints", t("Endpoints"), t("Which calls do we make, and with what limits?"), endpoints),
        View("events", t("Events"), t("Which events do we receive and send, and who listens?"), events),
        View("fields", t("Local data"), t("Who reads or writes a local field, and do they agree?"), fields),
        View(
            "personal-data", t("Personal data"), t("Which personal data goes where, and who answers for it?"), personal
        ),
        View("authentication", t("Access"), t("How do we prove who we are, and what may we do?"), authentication),
        View("secrets", t("Secrets"), t("Where are the secrets kept, and when do they end?"), secrets),
        View(
            "environments",
            t("Environments"),
            t("Which environments are there, and under which addresses?"),
            environments,
        ),
        View(
            "errors",
            t("Errors and retries"),
            t("What do we do when a call fails, and what comes after the last attempt?"),
            errors,
        ),
        View("clock", t("Calendar"), t("What ends or is due, and when?"), clock),
        View("questions", t("Open questions"), t("What do we not know yet, and who finds out until when?"), questions),
    )


def pages(context: Context) -> Iterator[Page]:
    """The page at `across`, and `across/<key>` for each view."""
    t = context.words
    title, description = t("Across specs"), t("One question, answered for all integrations at once.")
    every = views(t)
    counts: dict[str, int] = {}
    finished = []
    for view in every:
        address = f"across/{view.key}"
        tables = view.tables(context, Cells(context, address))
        counts[view.key] = sum(len(table.rows) for table in tables)
        content = context.fill(
            "explore.html",
            view=view,
            views=every,
            tables=tables,
            counts=counts,
            link=lambda target, source=address: context.link(source, target),
        )
        search = (SearchEntry("", view.title, view.question),)
        finished.append(context.page(address, view.title, view.question, content, search=search))
    content = context.fill(
        "explore.html",
        view=None,
        views=every,
        tables=(),
        counts=counts,
        link=lambda target: context.link("across", target),
    )
    yield context.page("across", title, description, content, search=(SearchEntry("", title, description),), nav=4)
    yield from finished
