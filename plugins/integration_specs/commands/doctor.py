"""`integration-specs doctor`."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import click

from integration_specs.console import root_option, write
from integration_specs.documents import yaml_reader
from integration_specs.files import is_file, is_folder
from integration_specs.model.codeowners import find_codeowners
from integration_specs.project.discovery import OWNERS_FILE, find_files
from integration_specs.project.git import Repository, RevisionError
from integration_specs.settings import SettingsError, read_settings
from integration_specs.text.display import plural
from integration_specs.validation.schema import SchemaError, read_schema

from ._site_config import plugins_of, read_config

_PACKAGES = ("mkdocs-integration-specs", "mkdocs", "properdocs", "mkdocs-material", "click", "pyyaml", "jsonschema-rs")
_SITE_FILES = ("mkdocs.yml", "mkdocs.yaml", "properdocs.yml")


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of the environment or the project, and the command or edit that fixes it.

    A `note` is a possible improvement; only problems make `doctor` fail.
    """

    text: str
    fix: str
    is_note: bool = False


@click.command()
@root_option
def command(root: Path) -> int:
    """Diagnose the environment and the project.

    Prints a fix for each problem. Reads files and versions only; runs nothing of the project.
    """
    found = [*check_versions(), *check_project(root), *check_site(root), *check_git(root)]
    versions = ", ".join(f"{name} {number}" for name in _PACKAGES if (number := _version(name)))
    write([f"Python {sys.version.split()[0]}, {versions}\n\n"])
    for each in found:
        write([f"{'·' if each.is_note else '✗'} {each.text}\n    {each.fix}\n"])
    notes = sum(each.is_note for each in found)
    problems = len(found) - notes
    write([f"{plural(problems, 'problem')}, {plural(notes, 'note')}\n" if found else "No problems found\n"])
    return int(bool(problems))


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _release(package: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]+", _version(package))[:2])


def check_versions() -> Iterator[Problem]:
    """Report installed packages that do not work."""
    if yaml_reader.CParser is None:
        fix = "pip install --force-reinstall --only-binary :all: pyyaml"
        yield Problem("PyYAML has no C parser, so no spec can be read", fix)
    if (8, 3) <= _release("click") < (8, 4):
        yield Problem("click 8.3 breaks the live reload of `mkdocs serve`", "pip install --upgrade 'click>=8.4'")
    if _release("mkdocs") >= (2, 0):
        yield Problem("MkDocs 2 has no plugins, so the site has no spec pages", "pip install 'mkdocs>=1.6,<2'")


def check_project(root: Path) -> Iterator[Problem]:
    """Report what is missing in the project."""
    try:
        settings = read_settings(root)
        read_schema(settings.schema_file)
    except (SettingsError, SchemaError) as error:
        yield Problem(str(error), "Fix that line first; no command works before.")
        return
    specs = settings.specs_folder
    if not is_folder(specs):
        fix = "integration-specs init, or set `specs` in integration-specs.toml"
        yield Problem(f"The folder {specs} does not exist", fix)
        return
    if not find_files(specs).specs:
        yield Problem(f"{specs} contains no spec", "integration-specs new ID", is_note=True)
    if not is_file(specs / OWNERS_FILE):
        fix = "Create it: `owners:`, below it a key, and below that `name:` and `kind: team`."
        yield Problem(f"{specs / OWNERS_FILE} does not exist, so no spec can have an owner", fix)
    if not find_codeowners(settings):
        fix = "integration-specs export codeowners --write"
        yield Problem("There is no CODEOWNERS file, so owners are not asked to review", fix, is_note=True)
    if not is_file(root / "schema" / "integration-spec.schema.json"):
        fix = "integration-specs init --editor"
        yield Problem("Editor completion is not set up", fix, is_note=True)


def check_site(root: Path) -> Iterator[Problem]:
    """Report problems of the site's configuration."""
    if _version("zensical") or is_file(root / "zensical.toml"):
        fix = "Build with `mkdocs build`, or write pages for Zensical with `integration-specs render --out DIR`."
        yield Problem("Zensical ignores plugins: its build succeeds, but has no spec pages", fix, is_note=True)
    path = next((root / name for name in _SITE_FILES if is_file(root / name)), None)
    if path is None:
        fix = "integration-specs init DIR creates a project with a site"
        yield Problem("There is no mkdocs.yml, so there is no site", fix, is_note=True)
        return
    config = read_config(path)
    if isinstance(config, str):
        yield Problem(f"{path.name} is not valid YAML: {config}", "Fix it, then run doctor again.")
        return
    yield from _check_plugins(path.name, list(plugins_of(config)))
    theme = config.get("theme")
    if isinstance(theme, dict) and theme.get("font") is not False:
        fix = f"Write `font: false` below `theme:` in {path.name}."
        yield Problem("The theme loads fonts from another host", fix, is_note=True)
    if config.get("repo_url"):
        fix = "Set `repository` in integration-specs.toml instead; edit links use it."
        yield Problem("`repo_url` makes every page request data from another host", fix, is_note=True)


def _check_plugins(file: str, names: list[str]) -> Iterator[Problem]:
    if "integration-specs" not in names:
        yield Problem(f"{file} does not list the plugin", "Add `- integration-specs` at the end of `plugins:`.")
        return
    if "search" not in names:
        yield Problem(f"{file} lists plugins without search", "Add `- search` as the first of `plugins:`.")
    if after := names[names.index("integration-specs") + 1 :]:
        text = f"{', '.join(after)} after integration-specs: the completeness check does not cover what they write"
        yield Problem(text, f"Move `- integration-specs` to the end of `plugins:` in {file}.")


def check_git(root: Path) -> Iterator[Problem]:
    """Report problems of the git repository."""
    try:
        repository = Repository.find(root)
        is_shallow, has_commit = repository.is_shallow(), repository.commit("HEAD")
    except RevisionError as error:
        text, _, fix = str(error).partition("; ")
        yield Problem(text, fix, is_note="no git repository" in text)
        return
    if is_shallow:
        fix = "git fetch --unshallow; in CI `fetch-depth: 0`"
        yield Problem("The git history is shallow, so `diff` finds no merge base", fix)
    elif not has_commit:
        fix = "git add . && git commit"
        yield Problem("There is no commit yet, so `diff` has nothing to compare with", fix, is_note=True)
