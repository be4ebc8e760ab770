"""Reference of the spec format, from the schema: every key with its meaning, whether it is required, and an example."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from integration_specs.site import Page, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.highlight import json_html
from integration_specs.site.tables import Column, Filter, Table, code_list
from integration_specs.site.template_helpers import code, message
from integration_specs.site.translations import gettext_noop
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


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `reference`."""
    t = context.translations
    title, lead = t("Format"), t("Every key of a spec, in the order of the template.")
    keys = [
        _Key(path, field, _section(context, top))
        for top in context.schema.fields
        for path, field in _paths((top,))
    ]  # fmt: skip
    columns: tuple[Column[_Key], ...] = (
        Column("key", t("Key"), lambda key: code(key.path) + Markup("<small>{}</small>").format(t(key.field.title))),
        Column(
            "needed",
            t("Required"),
            lambda key: t(_REQUIRED[key.field.need]),
            filter=lambda key: t(_REQUIRED[key.field.need]),
        ),
        Column("description", t("Description"), lambda key: message(t(key.field.description))),
        Column("choices", t("Choices"), lambda key: code_list(key.field.choices)),
        Column("example", t("Example"), lambda key: _example(key.field)),
    )
    sections: Filter[_Key] = Filter("section", t("Section"), lambda key: key.section)
    table = Table("keys", title, keys, columns, (sections,), css_class="ispec-reference", row_id=_row_id)
    content = context.render(
        "reference.html", title=title, lead=lead, table=table, rules=context.link("reference", "rules")
    )
    search = [SearchEntry("", title, lead)]
    search += [SearchEntry(_row_id(key), key.path, t(key.field.description)) for key in keys]
    yield context.page("reference", title, lead, content, search=tuple(search))


def _row_id(key: _Key) -> str:
    return slug(f"key {key.path}")


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
