"""`integration-specs doctor`."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click

from integration_specs.console import root_option, wants_color, write

_SHOWN = ("mkdocs-integration-specs", "mkdocs", "properdocs", "mkdocs-material", "click", "pyyaml", "jsonschema-rs")
_SITE_FILES = ("mkdocs.yml", "mkdocs.yaml", "properdocs.yml")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps the product from working: what, and the command or line that mends it.

    A `note` works and could be better; it does not make `doctor` fail.
    """

    what: str
    mend: str
    grade: Literal["problem", "note"] = "problem"


@click.command()
@root_option
def command(root: Path) -> int:
    """Look for what keeps check, diff or the site from working here, and say what mends it. Runs nothing of the project."""
    from integration_specs.text.display import plural

    found = [*versions(), *project(root), *site(root), *history(root)]
    known = ", ".join(f"{name} {number}" for name in _SHOWN if (number := _version(name)))
    write([f"Python {sys.version.split()[0]}, {known}\n\n"])
    for ailment in found:
        mark = "✗" if ailment.grade == "problem" else "·"
        write([f"{_red(mark) if ailment.grade == 'problem' else mark} {ailment.what}\n    {ailment.mend}\n"])
    problems = sum(ailment.grade == "problem" for ailment in found)
    counts = f"{plural(problems, 'problem')}, {plural(len(found) - problems, 'note')}"
    write([f"{counts}\n" if found else "nothing ails this project\n"])
    return int(bool(problems))


def _red(text: str) -> str:
    return f"\x1b[1;31m{text}\x1b[0m" if wants_color() else text


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _numbers(package: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]+", _version(package))[:2])


def versions() -> Iterator[Problem]:
    """What is installed and cannot work."""
    from integration_specs.documents.builder import CParser

    if CParser is None:
        yield Problem(
            "PyYAML has no C parser, so no spec can be read", "pip install --force-reinstall --only-binary :all: pyyaml"
        )
    if (8, 3) <= _numbers("click") < (8, 4):
        yield Problem("click 8.3 breaks the live reload of `mkdocs serve`", "pip install --upgrade 'click>=8.4'")
    if _numbers("mkdocs") >= (2, 0):
        yield Problem("MkDocs 2 has no plugins, so the site has no specs", "pip install 'mkdocs>=1.6,<2'")
    if _version("mkdocs") and not _version("mkdocs-material"):
        yield Problem("The pages need the theme Material", "pip install mkdocs-material")
    if _version("zensical"):
        yield Problem(
            "Zensical ignores plugins: its build is green and the spec pages are missing",
            "Build with `mkdocs build` or `properdocs build`, or write pages for it with `integration-specs render --out DIR`.",
            "note",
        )


def project(root: Path) -> Iterator[Problem]:
    """What the project lacks."""
    from integration_specs.model.codeowners import find_codeowners
    from integration_specs.project.discovery import OWNERS_FILE, find_files
    from integration_specs.settings import SettingsError, read_settings
    from integration_specs.validation.schema import SchemaError, read_schema

    try:
        settings = read_settings(root)
        read_schema(settings.schema_file)
    except (SettingsError, SchemaError) as error:
        yield Problem(str(error), "Mend that line; nothing runs before.")
        return
    specs = settings.specs_folder
    if not specs.is_dir():
        yield Problem(f"There is no folder {specs}", "integration-specs init, or set `specs` in integration-specs.toml")
        return
    if not find_files(specs).specs:
        yield Problem(f"There is no spec in {specs}", "integration-specs new ID", "note")
    if not (specs / OWNERS_FILE).exists():
        yield Problem(
            f"There is no {specs / OWNERS_FILE}: no spec can have an owner",
            "Create it: `owners:`, below it a key, and below that `name:` and `kind: team`.",
        )
    if not find_codeowners(settings):
        yield Problem(
            "No CODEOWNERS: owners are not asked to review", "integration-specs export codeowners --write", "note"
        )
    if not (root / ".vscode" / "integration-specs.code-snippets").is_file():
        yield Problem("Editors complete and explain nothing here", "integration-specs init --editor", "note")


def site(root: Path) -> Iterator[Problem]:
    """What the site's configuration lacks; it is read as data, whatever tags it has."""
    if (root / "zensical.toml").is_file():
        yield Problem(
            "zensical.toml: Zensical ignores plugins, so its build has no spec pages",
            "Build with `mkdocs build`, or write pages for it with `integration-specs render --out DIR`.",
            "note",
        )
    path = next((root / name for name in _SITE_FILES if (root / name).is_file()), None)
    if path is None:
        yield Problem("No mkdocs.yml: there is no site", "integration-specs init DIR shows one that works", "note")
        return
    config = _without_tags(path)
    if not isinstance(config, dict):
        yield Problem(
            f"{path.name} cannot be read as YAML",
            f"integration-specs check does not need it; mend it for `mkdocs serve`: {config}",
        )
        return
    plugins = config.get("plugins", ["search"])
    names = (
        [each if isinstance(each, str) else next(iter(each), "") for each in plugins]
        if isinstance(plugins, list)
        else [*(plugins or ())]
    )
    names = [str(name).rpartition("/")[2] for name in names]
    if "integration-specs" not in names:
        yield Problem(f"{path.name} does not name the plugin", "Add `- integration-specs` at the end of `plugins:`.")
        return
    if "search" not in names:
        yield Problem(f"{path.name} has a list of plugins without search", "Add `- search` as the first of `plugins:`.")
    if after := names[names.index("integration-specs") + 1 :]:
        yield Problem(
            f"{', '.join(after)} after integration-specs: what they write is not proved complete",
            f"Move `- integration-specs` to the end of `plugins:` in {path.name}.",
        )
    theme = config.get("theme")
    if isinstance(theme, dict) and theme.get("font") is not False:
        yield Problem(
            "The theme fetches fonts from another host", f"Write `font: false` below `theme:` in {path.name}.", "note"
        )
    if config.get("repo_url"):
        yield Problem(
            "`repo_url` makes every page ask another host for facts of the repository",
            "Set `repository` in integration-specs.toml instead; edit links come from there.",
            "note",
        )


def _without_tags(path: Path) -> Any:
    """The data of a configuration; its tags (`!ENV`, `!!python/name:…`) are cut out, never obeyed. A text says why not."""
    from integration_specs.documents import FOREIGN, load, load_text

    first = load(path, path.name, FOREIGN)
    text = re.sub(r"(?m)(^|[\s\[{,])!{1,2}[^\s,\]}]*", r"\1", first.text or "")
    document = load_text(text, path.name, FOREIGN) if text else first
    return document.data if document.data is not None else next(iter(document.findings)).message


def history(root: Path) -> Iterator[Problem]:
    """What git cannot tell here."""
    from integration_specs.project.git import Repository, RevisionError

    try:
        repository = Repository.find(root)
        shallow, begun = repository.is_shallow(), repository.commit("HEAD")
    except RevisionError as error:
        what, _, mend = str(error).partition("; ")
        yield Problem(what, mend, "note" if "no git repository" in what else "problem")
        return
    if shallow:
        mend = "git fetch --unshallow; in CI `fetch-depth: 0`"
        yield Problem("The git history is cut off: `diff` finds no merge base", mend)
    elif not begun:
        yield Problem("There is no commit yet: `diff` has nothing to compare with", "git add . && git commit", "note")
