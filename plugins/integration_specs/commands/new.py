"""`integration-specs new`."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from integration_specs.console import abort, open_project, parse_today, root_option, save, today_option, write
from integration_specs.text.names import slug

if TYPE_CHECKING:
    from integration_specs.model import Catalog
    from integration_specs.project.workspace import Workspace
    from integration_specs.validation.schema import Field


@click.command()
@click.argument("name", metavar="ID")
@root_option
@today_option
@click.option("--system", help="Name of the external system, as its vendor writes it.")
@click.option("--type", "type_", help="Type of the integration, one of the types in the schema.")
@click.option("--owner", metavar="KEY", help='Key of the owner in owners.yaml; "" for none.')
@click.option("--in", "folder", metavar="FOLDER", default="", help="Folder below the folder of specs.")
def command(
    name: str, root: Path, today: str | None, system: str | None, type_: str | None, owner: str | None, folder: str
) -> int:
    """Create the spec ID as a draft with all open questions in it. Asks for what no option gives."""
    from integration_specs.scaffold.draft import draft
    from integration_specs.scaffold.editors import schema_link

    workspace = open_project(root)
    day = parse_today(today)
    catalog = workspace.catalog()
    path = _path(workspace, catalog, name, folder)
    facts: dict[str, Any] = {}
    for field, given in (("system", system), ("type", type_), ("owner", owner)):
        known = workspace.schema.at((field,))
        if known is not None and (answer := _answer(known, given, catalog)):
            facts[field] = answer
    save(path, draft(workspace.schema, facts, day, schema_link(workspace.settings, path)))
    write([f"Wrote {path}\nNext: replace its TODOs, then run `integration-specs check {path}`.\n"])
    return 0


def _path(workspace: "Workspace", catalog: "Catalog", name: str, folder: str) -> Path:
    from integration_specs.project.discovery import name_findings

    known = {spec.id: spec.file for spec in catalog.specs} | {spec.id: spec.file for spec in catalog.broken}
    for finding in name_findings(name, name, known):
        abort(finding.message + (f"; try {slug(name, '')!r}" if finding.rule == "file-id" and slug(name, "") else ""))
    specs = workspace.settings.specs_folder
    path = specs / folder / f"{name}.yaml"
    if not path.resolve().is_relative_to(specs.resolve()):
        abort(f"--in {folder} is outside of {specs}")
    if os.path.lexists(path):
        abort(f"{path} already exists")
    return path


def _answer(field: "Field", given: str | None, catalog: "Catalog") -> str:
    """Return the value for a field of the header: the option's, else the user's answer. Abort if the option is invalid."""
    allowed = field.choices or (tuple(catalog.owner_by_key) if field.format == "owner" else ())
    always = field.need == "always"
    if given is not None:
        return _checked(field, given, allowed, always)
    if not sys.stdin.isatty():
        if always:
            abort(
                f"--{field.name} is required without a terminal" + (f": one of {', '.join(allowed)}" if allowed else "")
            )
        return ""
    hint = f" ({', '.join(allowed)})" if allowed else ""
    while True:
        text = click.prompt(
            f"{field.title}: {field.description}{hint}", default=None if always else "", show_default=False, err=True
        )
        try:
            return _checked(field, text, allowed, always)
        except click.ClickException as error:
            click.echo(error.message, err=True)


def _checked(field: "Field", text: str, allowed: Iterable[str], always: bool) -> str:
    from integration_specs.text.suggestions import closest_value

    text = text.strip()
    if not text.isprintable() or len(text) > 400 or (always and not text):
        abort(f"--{field.name} must be one line of at most 400 characters")
    if not text or not (allowed := tuple(allowed)) or text in allowed:
        return text
    near, sure = closest_value(text, allowed)
    if not (sure and field.choices):
        hint = f"did you mean `{near}`?" if near else f"known are {', '.join(allowed)}"
        abort(f"{field.name} {text!r} is not known; {hint}")
    return near
