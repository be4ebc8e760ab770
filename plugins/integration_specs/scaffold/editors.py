"""Files for editors: the schemas for completion and help, and settings for VS Code."""

import json
import os
from pathlib import Path
from typing import Any

from integration_specs.settings import Settings
from integration_specs.validation.schema import schema_folder

SPEC_SCHEMA = "schema/integration-spec.schema.json"
OWNERS_SCHEMA = "schema/owners.schema.json"


def derived_files() -> dict[str, str]:
    """Return copies of the schemas, by path in the project; they are rewritten when the package changes them."""
    names = (SPEC_SCHEMA, OWNERS_SCHEMA)
    return {name: (schema_folder() / Path(name).name).read_text(encoding="utf-8") for name in names}


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
