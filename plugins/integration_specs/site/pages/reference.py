"""Reference of the format, from the schema itself: every key with its meaning, when it is needed, and an example."""

import json
from collections.abc import Iterator

from markupsafe import Markup

from integration_specs.text.names import slug
from integration_specs.validation.schema import Field
from integration_specs.site import Page, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.highlight import json_html
from integration_specs.site.template_helpers import code, message
from integration_specs.site.tables import Cell, Cells, Row, Table, cell, codes_cell
from integration_specs.site.words import Words


def pages(context: Context) -> Iterator[Page]:
    """The page at `reference`."""
    t = context.words
    title, lead = t("Format"), t("What can stand in a spec, in the order of the template.")
    cells = Cells(context, "reference")
    rows = [row for field in context.schema.fields for row in _rows(t, cells, field, "", _group(context, field))]
    columns = (t("Key"), t("Needed"), t("Description"), t("Choices"), t("Example"))
    facets = (("section", t("Section")), ("needed", t("Needed")))
    table = Table("keys", title, columns, tuple(rows), facets, look="ispec-reference")
    content = context.fill(
        "reference.html", title=title, lead=lead, table=table, rules=context.link("reference", "rules")
    )
    search = [SearchEntry("", title, lead)]
    search += [
        SearchEntry(slug(f"key {path}"), path, field.description) for path, field in _paths(context.schema.fields)
    ]
    yield context.page("reference", title, lead, content, search=tuple(search), nav=7)


def _group(context: Context, field: Field) -> str:
    if field.header:
        return context.words("Header of a spec")
    return f"{context.schema.section_number(field.name)}. {context.words(field.title)}"


def _paths(fields: tuple[Field, ...], above: str = "") -> Iterator[tuple[str, Field]]:
    for field in fields:
        path = f"{above}.{field.name}" if above else field.name
        yield path, field
        yield from _paths(field.fields, f"{path}[]" if field.kind == "list" else path)


def _rows(t: Words, cells: Cells, field: Field, above: str, group: str) -> Iterator[Row]:
    for path, each in _paths((field,), above):
        needed = t({"always": "always", "active": "unless a draft", "optional": "optional"}[each.need])
        yield Row(
            (
                Cell(cells.markup("{}<small>{}</small>", code(path), t(each.title))),
                cell(needed),
                cell(message(each.description)),
                codes_cell(each.choices),
                Cell(_example(each)),
            ),
            ((group,), (needed,)),
            anchor=slug(f"key {path}"),
        )


def _example(field: Field) -> Markup:
    if field.example is None or len(json.dumps(field.example)) > 400:
        return Markup("")
    return Markup(f"<code>{json_html(field.example)}</code>")  # noqa: S704 (escaped)
