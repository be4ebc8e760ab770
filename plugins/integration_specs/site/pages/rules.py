"""Reference of every rule: what is checked or compared, why, and what to write instead."""

from collections.abc import Iterator

from markupsafe import Markup

from integration_specs.site import Page, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.template_helpers import message
from integration_specs.site.tables import Cell, Cells, Row, Table


def pages(context: Context) -> Iterator[Page]:
    """The page at `rules`; none where the site was given no rules."""
    t, rules = context.words, context.options.rules
    if not rules:
        return
    title, lead = t("Rules"), t("What is checked, and what to write instead.")
    cells = Cells(context, "rules")
    rows = tuple(
        Row(
            (
                Cell(cells.markup("<code>{}</code><small>{}</small>", rule.name, rule.command)),
                Cell(cells.badge(t(rule.level), rule.level)),
                Cell(Markup("<p>{}</p><p>{}</p>").format(message(rule.summary), message(rule.why))),
                Cell(_code(rule.bad)),
                Cell(_code(rule.good)),
            ),
            ((rule.command,), (t(rule.level),)),
            anchor=rule.name,
        )
        for rule in rules
    )
    columns = (t("Rule"), t("Level"), t("Meaning"), t("Bad"), t("Good"))
    table = Table("rules", title, columns, rows, (("command", t("Command")), ("level", t("Level"))), look="ispec-rules")
    content = context.fill("rules.html", title=title, lead=lead, table=table, format=context.link("rules", "reference"))
    search = [SearchEntry("", title, lead), *(SearchEntry(rule.name, rule.name, rule.summary) for rule in rules)]
    yield context.page("rules", title, lead, content, search=tuple(search))


def _code(text: str) -> Markup:
    return Markup("<pre><code>{}</code></pre>").format(text) if text else Markup("")
