"""`integration-specs new`."""

import os
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import click

from integration_specs.checks.environments import is_address
from integration_specs.console import (
    abort,
    echo_to_stderr,
    open_project,
    parse_today,
    root_option,
    save,
    today_option,
    write,
)
from integration_specs.importers import format_of
from integration_specs.model import Catalog
from integration_specs.project.discovery import name_findings
from integration_specs.project.workspace import Workspace
from integration_specs.scaffold.add_owner import with_owner
from integration_specs.scaffold.draft import draft, todo
from integration_specs.scaffold.editors import schema_link
from integration_specs.text.names import slug
from integration_specs.text.suggestions import closest_value
from integration_specs.validation.schema import Field, Pointer

from .import_ import command as import_command

_QUESTIONS: dict[str, Pointer] = {
    "system": ("system",),
    "type": ("type",),
    "owner": ("owner",),
    "direction": ("overview", "direction"),
    "why": ("purpose", "why"),
    "mechanism": ("authentication", "mechanism"),
    "sandbox": ("environments", 0, "base_url"),
    "production": ("environments", 1, "base_url"),
}
_ASKED_FOR_IMPORTS = ("owner", "direction", "why")
_TODO = "TODO"


@click.command()
@click.argument("name", metavar="ID")
@root_option
@today_option
@click.option("--system", help="Name of the external system, as its vendor writes it.")
@click.option("--type", help="Type of the integration, one of the types in the schema.")
@click.option("--owner", metavar="KEY", help='Key of the owner in owners.yaml; "" for none.')
@click.option("--direction", help="Direction of the data, from our point of view.")
@click.option("--why", help="Why we integrate with this system.")
@click.option("--mechanism", help="Authentication mechanism.")
@click.option("--sandbox", metavar="ADDRESS", help="Address of the sandbox.")
@click.option("--production", metavar="ADDRESS", help="Address of the production environment.")
@click.option("--from", "document", metavar="FILE", type=click.Path(path_type=Path), help="Import FILE into the draft.")
@click.option("--in", "folder", metavar="FOLDER", default="", help="Folder below the folder of specs.")
@click.pass_context
def command(
    context: click.Context,
    /,
    name: str,
    root: Path,
    today: str | None,
    document: Path | None,
    folder: str,
    **given: str | None,
) -> int:
    """Create the spec ID as a draft. Questions without an option are asked; Enter accepts the value in brackets.

    Unanswered questions become TODOs with owner and date. With --from, the OpenAPI, AsyncAPI, Postman or Markdown document
    is imported as `import` does, and the answers are added.
    """
    workspace = open_project(root)
    day = parse_today(today)
    catalog = workspace.catalog()
    path = _path(workspace, catalog, name, folder)
    answers = _Answers(workspace, catalog, name, day, is_import=document is not None).ask(given)
    if not document:
        save(path, draft(workspace.schema, answers, day, schema_link(workspace.settings, path)))
        write([f"Wrote {path}\nNext: replace its TODOs, then run `integration-specs check {path}`.\n"])
        return 0
    format_ = format_of(document)
    if not format_:
        abort(f"{document} is not an OpenAPI, AsyncAPI, Postman or Markdown document")
    result: int = context.invoke(
        import_command,
        format_=format_,
        file=document,
        root=root,
        today=today,
        id_=name,
        output=str(path),
        owner=answers.get(("owner",), ""),
        answers=tuple(answers.items()),
    )
    return result


def _path(workspace: Workspace, catalog: Catalog, name: str, folder: str) -> Path:
    known = {spec.id: spec.file for spec in catalog.all_specs}
    for finding in name_findings(name, name, known):
        suggestion = slug(re.sub(r"\.ya?ml$", "", Path(name).name), "") if finding.rule == "file-id" else ""
        abort(finding.message + (f"; try {suggestion!r}" if suggestion else ""))
    specs = workspace.settings.specs_folder
    path = specs / folder / f"{name}.yaml"
    if not path.resolve().is_relative_to(specs.resolve()):
        abort(f"--in {folder} is outside of {specs}")
    if os.path.lexists(path):
        abort(f"{path} already exists")
    return path


class _Answers:
    """Asks the questions for a new spec."""

    def __init__(self, workspace: Workspace, catalog: Catalog, name: str, today: date, *, is_import: bool) -> None:
        self._workspace, self._today, self._is_import = workspace, today, is_import
        owners = Counter(dict.fromkeys(catalog.owner_by_key, 0))
        owners.update(spec.owner for spec in catalog.specs if spec.owner in owners)
        self._owners = [key for key, _ in owners.most_common()]
        system = name.replace("-", " ").title()
        self._defaults = {
            "system": system,
            "type": "API",
            "direction": "Bidirectional",
            "owner": "".join(self._owners[:1]),
        }
        self._asks = sys.stdin.isatty()

    def ask(self, given: dict[str, str | None]) -> dict[Pointer, Any]:
        """Return the answers by pointer: the options, and for those not given what the user answers."""
        fields = {name: self._workspace.schema.at(pointer) for name, pointer in _QUESTIONS.items()}
        found = {name: self._answer(name, field, given[name]) for name, field in fields.items() if field}
        answers: dict[Pointer, Any] = {
            pointer: found[name] for name, pointer in _QUESTIONS.items() if found.get(name) and len(pointer) < 3
        }
        owner = found.get("owner", "")
        addresses = {name: found[name] for name in ("sandbox", "production") if name in found}
        if any(addresses.values()) or (addresses and owner and self._asks and not self._is_import):
            environments = []
            for name, address in addresses.items():
                environment = {"name": name.capitalize(), "kind": name, "base_url": address}
                if owner:
                    environment["base_url"] = address or todo(owner, self._today, f"address of {name}?")
                    environment["credentials"] = todo(owner, self._today, "where are they stored?")
                environments.append({key: value for key, value in environment.items() if value})
            answers["environments",] = environments
        return answers

    def _answer(self, name: str, field: Field, given: str | None) -> str:
        if given is not None:
            return self._valid(name, field, given)
        if not self._asks and field.need == "always" and not self._is_import:
            one_of = f": one of {', '.join(field.choices)}" if field.choices else ""
            abort(f"--{name} is required without a terminal{one_of}")
        if not self._asks or (self._is_import and name not in _ASKED_FOR_IMPORTS):
            return ""
        choices = self._allowed(name, field)
        label = f"Address of {name}" if field.name == "base_url" else field.title
        while True:
            text = click.prompt(
                f"{label} ({', '.join(choices)})" if choices else label,
                default=self._defaults.get(name) or _TODO,
                err=True,
            )
            try:
                return "" if text == _TODO else self._valid(name, field, text)
            except click.ClickException as error:
                echo_to_stderr(error.message)

    def _allowed(self, name: str, field: Field) -> tuple[str, ...]:
        return field.choices or (tuple(self._owners) if name == "owner" else ())

    def _valid(self, name: str, field: Field, text: str) -> str:
        """Return a valid answer; an allowed value may be written in another way. Abort if it is invalid."""
        text = text.strip()
        if not text.isprintable() or len(text) > 400 or (field.need == "always" and not text):
            abort(f"--{name} must be one line of at most 400 characters")
        if text and field.name == "base_url" and not is_address(text):
            abort(f"--{name} must be a URL, `host:port` or an address with {{placeholders}}, not {text!r}")
        allowed = self._allowed(name, field)
        if not text or not allowed or text in allowed:
            return text
        suggestion, certain = closest_value(text, allowed)
        if certain and field.choices:
            return suggestion
        if not (name == "owner" and self._asks and not certain and slug(text, "") == text and self._add_owner(text)):
            hint = f"did you mean `{suggestion}`?" if suggestion else f"known are {', '.join(allowed)}"
            abort(f"unknown {name} {text!r}; {hint}")
        return text

    def _add_owner(self, key: str) -> bool:
        """Ask whether to add an owner to owners.yaml, and add it."""
        path = self._workspace.settings.specs_folder / "owners.yaml"
        if not click.confirm(f"{key} is not in {path}. Add it?", default=True, err=True):
            return False
        name = click.prompt("Name", default=key.replace("-", " ").capitalize(), err=True)
        kind = click.prompt("Kind", type=click.Choice(["team", "person"]), default="team", err=True)
        email = click.prompt("E-mail address", default=_TODO, err=True)
        text = with_owner(path, key, name, kind, "" if email == _TODO else email)
        if not text:
            abort(f"cannot add {key} to {path}; add it by hand: `{key}:`, and below it `name:` and `kind: team`")
        save(path, text)
        self._owners.append(key)
        return True
