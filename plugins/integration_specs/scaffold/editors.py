"""Files for editors, derived from the schema: schemas for completion and help, settings and snippets for VS Code."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from integration_specs.documents import load_text
from integration_specs.documents.pointers import scalars
from integration_specs.formatting import EDITOR_LINE, to_yaml
from integration_specs.settings import Settings
from integration_specs.validation.schema import Field, SpecSchema, schema_folder

SPEC_SCHEMA = "schema/integration-spec.schema.json"
OWNERS_SCHEMA = "schema/owners.schema.json"
_SNIPPETS = ".vscode/integration-specs.code-snippets"


def derived_files(schema: SpecSchema) -> dict[str, str]:
    """Return the files that depend only on the schema, by path in the project; they are rewritten when it changes."""
    owners = (schema_folder() / "owners.schema.json").read_text(encoding="utf-8")
    spec = (schema_folder() / "integration-spec.schema.json").read_text(encoding="utf-8")
    return {SPEC_SCHEMA: spec, OWNERS_SCHEMA: owners, _SNIPPETS: _json(dict(_snippets(schema)))}


def first_files(specs: str) -> dict[str, str]:
    """Return the initial settings files of a project; `specs` is its folder of specs."""
    schemas = {OWNERS_SCHEMA: f"{specs}/owners.yaml", SPEC_SCHEMA: [f"{specs}/*.yaml", f"!{specs}/owners.yaml"]}
    settings = {
        "yaml.schemas": schemas,
        "yaml.format.enable": False,
        "yaml.schemaStore.enable": False,
        "[yaml]": {"editor.tabSize": 2, "editor.insertSpaces": True, "editor.quickSuggestions": {"strings": True}},
        "files.insertFinalNewline": True,
    }
    return {
        ".vscode/settings.json": _json(settings),
        ".vscode/extensions.json": _json({"recommendations": ["redhat.vscode-yaml"]}),
    }


def schema_link(settings: Settings, spec: Path) -> str:
    """Return the path of the schema relative to a spec; empty if the project has none (`init --editor` writes one)."""
    schema = settings.schema_file or settings.root / SPEC_SCHEMA
    return Path(os.path.relpath(schema, spec.parent)).as_posix() if schema.is_file() else ""


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _snippets(schema: SpecSchema) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a snippet for a new spec, for each section, and for an item of each list in it."""
    header = [field for field in schema.header if field.need != "optional" or field.name == "status"]
    start = {field.name: "draft" if field.name == "status" else field.example for field in header}
    line = f"{EDITOR_LINE}../{SPEC_SCHEMA}".replace("$", "\\$")
    body = [line, *_body(start, schema)]
    yield "Integration spec", _snippet("integration-spec", body, schema.json.get("description", ""))
    for section in schema.sections:
        whole = {section.name: _example(section)}
        yield section.title, _snippet(section.name, _body(whole, schema), section.description)
        for path, field in _lists((section.name,), section):
            data: Any = [_example(field)[0]]
            for step in reversed(path):
                data = {step: data}
            title = " / ".join(dict.fromkeys((section.title, field.title)))
            yield f"{title}: entry", _snippet(" ".join((*path, "-")), _body(data, schema, path), field.description)


def _lists(path: tuple[str, ...], field: Field) -> Iterator[tuple[tuple[str, ...], Field]]:
    """Yield the lists of mappings in a field, except those in items of another list."""
    if field.kind == "list" and field.fields:
        yield path, field
    elif field.kind == "object":
        for child in field.fields:
            yield from _lists((*path, child.name), child)


def _snippet(prefix: str, body: list[str], description: str) -> dict[str, Any]:
    return {"scope": "yaml", "prefix": prefix, "body": body, "description": description}


def _example(field: Field) -> Any:
    """Return the required keys of a field with the examples of the schema."""
    required = [child for child in field.fields if child.need != "optional"]
    if field.kind == "object":
        return {child.name: _example(child) for child in required} or field.example
    if field.kind == "list" and field.fields:
        return [{child.name: _example(child) for child in required}]
    return field.example


def _body(data: dict[str, Any], schema: SpecSchema, entry_of: tuple[str, ...] = ()) -> list[str]:
    """Return lines of YAML with a placeholder for each value, and a menu for choices.

    With `entry_of`, only the first item of that list, at the left margin.
    """
    document = load_text(to_yaml(data, schema), "snippet")
    lines = document.text.splitlines()
    leaves = sorted((place for place, _ in scalars(data)), key=document.span)
    for number, pointer in reversed([*enumerate(leaves, 1)]):
        span, field = document.span(pointer), schema.at(pointer)
        line = lines[span.line - 1]
        value = re.sub(r"([\\$}])", r"\\\1", line[span.column - 1 : span.end_column - 1])
        inside = f"|{','.join(field.choices)}|" if field and field.choices else f":{value}"
        lines[span.line - 1] = f"{line[: span.column - 1]}${{{number}{inside}}}{line[span.end_column - 1 :]}"
    if not entry_of:
        return lines
    first = document.key_span((*entry_of, 0))
    return [line[first.column - 3 :] for line in lines[first.line - 1 :]]
