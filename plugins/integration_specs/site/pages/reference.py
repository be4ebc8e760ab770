"""The reference: every key of the format with its meaning, from the schema, and every rule with its reason."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from integration_specs.site import Page, RuleText, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.highlight import json_html
from integration_specs.site.tables import Column, Table, badge_column, code_list
from integration_specs.site.template_helpers import code
from integration_specs.text.messages import gettext_noop
from integration_specs.text.names import slug
from integration_specs.validation.schema import Field

_REQUIRED = {
    "always": gettext_noop("always"),
    "active": gettext_noop("unless a draft"),
    "optional": gettext_noop("optional"),
}


@dataclass(frozen=True, slots=True)
class _Key:
    path: str
    field: Field
    section: str

    @property
    def anchor(self) -> str:
        return slug(f"key {self.path}")


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `reference` on the format and, if the site has been given rules, the page `rules`."""
    yield _format(context)
    if context.options.rules:
        yield _rules(context)


def _format(context: Context) -> Page:
    t = context.translations
    title, lead = t("Format"), t("Every key of a spec, in the order of the template.")
    keys = [
        _Key(path, field, _section(context, top)) for top in context.schema.fields for path, field in _paths((top,))
    ]

    def needed(key: _Key) -> str:
        return t(_REQUIRED[key.field.need])

    columns: tuple[Column[_Key], ...] = (
        Column("key", t("Key"), lambda key: code(key.path) + Markup("<small>%s</small>") % t(key.field.title)),
        Column("needed", t("Required"), needed, needed),
        Column("description", t("Description"), lambda key: context.message(key.field.description), prose=True),
        Column("choices", t("Choices"), lambda key: code_list(key.field.choices)),
        Column("example", t("Example"), lambda key: _example(key.field)),
        Column("section", t("Section"), None, lambda key: key.section),
    )
    table = Table("keys", title, keys, columns, row_id=lambda key: key.anchor, group=columns[-1])
    search = (SearchEntry(key.anchor, key.path, t(key.field.description)) for key in keys)
    links = [(t("Rules"), context.link("reference", "rules"))]
    return context.table_page(
        "reference", title, lead, [table], search=[SearchEntry("", title, lead), *search], links=links
    )


def _section(context: Context, field: Field) -> str:
    if field.header:
        return context.translations("Header")
    return f"{context.schema.section_number(field.name)}. {context.translations(field.title)}"


def _paths(fields: tuple[Field, ...], above: str = "") -> Iterator[tuple[str, Field]]:
    for field in fields:
        path = f"{above}.{field.name}" if above else field.name
        yield path, field
        yield from _paths(field.fields, f"{path}[]" if field.kind == "list" else path)


def _example(field: Field) -> Markup:
    if field.example is None or len(json.dumps(field.example)) > 400:
        return Markup("")
    return Markup(f"<code>{json_html(field.example)}</code>")  # noqa: S704 (escaped)


def _rules(context: Context) -> Page:
    t, rules = context.translations, context.options.rules
    title, lead = t("Rules"), t("What is checked, why, and what to write instead.")

    def meaning(rule: RuleText) -> Markup:
        return Markup("<p>%s</p><p>%s</p>") % (context.message(rule.summary), context.message(rule.why))

    def sample(text: str) -> Markup:
        # Not in `pre`: the theme needs seconds to make copy buttons for hundreds of blocks.
        return Markup('<code class="ispec-block">%s</code>') % t(text) if text else Markup("")

    keys = {field.name: field for field in context.schema.fields}

    def topic(rule: RuleText) -> str:
        return f"{rule.command} · {_section(context, keys[rule.topic]) if rule.topic in keys else t(rule.topic)}"

    def order(rule: RuleText) -> tuple[str, int]:
        return rule.command, [*keys].index(rule.topic) if rule.topic in keys else -1

    columns: tuple[Column[RuleText], ...] = (
        Column("rule", t("Rule"), lambda rule: Markup("<code>%s</code>") % rule.name),
        badge_column("level", t("Severity"), lambda rule: t(rule.level), lambda rule: rule.level),
        Column("meaning", t("Meaning"), meaning, prose=True),
        Column("bad", t("Bad"), lambda rule: sample(rule.bad)),
        Column("good", t("Good"), lambda rule: sample(rule.good)),
        Column("command", t("Command"), None, lambda rule: rule.command),
        Column("section", t("Section"), None, topic),
    )
    table = Table("rules", title, sorted(rules, key=order), columns, row_id=lambda rule: rule.name, group=columns[-1])
    search = (SearchEntry(rule.name, rule.name, t(rule.summary)) for rule in rules)
    links = [(t("Format"), context.link("rules", "reference"))]
    return context.table_page(
        "rules", title, lead, [table], search=[SearchEntry("", title, lead), *search], links=links
    )
