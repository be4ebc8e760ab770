"""Reference of the rules: what each checks or compares, why, and a bad and a good example."""

from collections.abc import Iterator

from markupsafe import Markup

from integration_specs.site import Page, RuleText, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.tables import Column, Filter, Table, badge
from integration_specs.site.template_helpers import message


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `rules`, if the site has been given any."""
    t, rules = context.translations, context.options.rules
    if not rules:
        return
    title, lead = t("Rules"), t("What is checked, why, and what to write instead.")

    def meaning(rule: RuleText) -> Markup:
        return Markup("<p>{}</p><p>{}</p>").format(message(t(rule.summary)), message(t(rule.why)))

    columns: tuple[Column[RuleText], ...] = (
        Column(
            "rule", t("Rule"), lambda rule: Markup("<code>{}</code><small>{}</small>").format(rule.name, rule.command)
        ),
        Column("level", t("Level"), lambda rule: badge(t(rule.level), rule.level), filter=lambda rule: t(rule.level)),
        Column("meaning", t("Meaning"), meaning),
        Column("bad", t("Bad"), lambda rule: _code(rule.bad)),
        Column("good", t("Good"), lambda rule: _code(rule.good)),
    )
    commands: Filter[RuleText] = Filter("command", t("Command"), lambda rule: rule.command)
    table = Table("rules", title, rules, columns, (commands,), css_class="ispec-rules", row_id=lambda rule: rule.name)
    content = context.render(
        "rules.html", title=title, lead=lead, table=table, format=context.link("rules", "reference")
    )
    search = [SearchEntry("", title, lead), *(SearchEntry(rule.name, rule.name, t(rule.summary)) for rule in rules)]
    yield context.page("rules", title, lead, content, search=tuple(search))


def _code(text: str) -> Markup:
    # Not in `pre`: the theme needs seconds to make copy buttons for hundreds of blocks.
    return Markup('<code class="ispec-block">{}</code>').format(text) if text else Markup("")
