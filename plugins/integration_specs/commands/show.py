"""`integration-specs show`."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any

import click
from click.shell_completion import CompletionItem

from integration_specs.console import open_project, require_spec, root_option, screen_width, write
from integration_specs.model import BrokenSpec, Catalog, Spec
from integration_specs.model.draft_progress import draft_progress
from integration_specs.project.discovery import find_files
from integration_specs.reports.text import finding_text
from integration_specs.settings import read_settings
from integration_specs.text.display import printable
from integration_specs.validation.schema import Field, SpecSchema


def _complete_ids(context: click.Context, _parameter: click.Parameter, start: str) -> list[CompletionItem | str]:
    files = find_files(read_settings(context.params.get("root") or Path()).specs_folder).specs
    return [path.stem for path in files if path.stem.startswith(start)]


@click.command()
@click.argument("name", metavar="ID", shell_complete=_complete_ids)
@root_option
def command(name: str, root: Path) -> int:
    """Show a summary of one spec, or the errors of a broken one.

    It has the header, the contacts of the owner and the sections.
    """
    workspace = open_project(root)
    catalog = workspace.catalog()
    spec = require_spec(catalog, name)
    if isinstance(spec, BrokenSpec):
        for finding in spec.findings:
            write([*finding_text(finding, spec.document.text, width=screen_width()), "\n"])
        return 1
    write(_summary(spec, catalog, workspace.schema))
    return 0


def _summary(spec: Spec, catalog: Catalog, schema: SpecSchema) -> Iterator[str]:
    yield f"{printable(spec.title)}\n{spec.file}\n\n"
    for field in schema.header:
        if spec.data.get(field.name):
            yield from _field(field, spec.data[field.name])
    if spec.status == "draft":
        yield from _fact("Progress", draft_progress(spec, schema).text)
    owner = catalog.owner_by_key.get(spec.owner)
    for contact in owner.contacts if owner else ():
        note = f" ({contact['note']})" if "note" in contact else ""
        yield from _fact(f"Contact {owner.name if owner else ''}", f"{contact['channel']} {contact['address']}{note}")
    for number, field in enumerate(schema.sections, 1):
        yield f"\n{number}. {field.title}\n"
        yield from _section(field, spec.data.get(field.name))


def _section(field: Field, value: Any) -> Iterator[str]:
    if value is None:
        yield "  not written yet\n"
    elif isinstance(value, list):
        yield from (f"  - {_item(field, each)}\n" for each in value)
        if not value:
            yield "  none\n"
    elif isinstance(value, dict):
        for child in field.fields:
            if child.name in value:
                yield from _field(child, value[child.name])


def _field(field: Field, value: Any) -> Iterator[str]:
    items = ", ".join(_item(field, each) for each in value) or "none" if isinstance(value, list) else _plain(value)
    yield from _fact(field.title, items)


def _item(field: Field, item: Any) -> str:
    return printable(field.identity(item) or _plain(item), 100)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key.replace('_', ' ')}: {_plain(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return " ".join(str(value).split())


def _fact(title: str, text: str) -> Iterator[str]:
    width = max(min(screen_width(), 100) - 2, 30)
    lines = wrap(printable(f"{title}: {text}", 400), width, subsequent_indent="  ", break_on_hyphens=False)
    yield from (f"  {line}\n" for line in lines)
