"""The architecture, checked on syntax trees: import direction, and who may print, exit or import MkDocs."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "plugins" / "integration_specs"
TESTS = ROOT / "tests"

CONTRACT = """
commands | mkdocs_plugin
api
review | reports
project
checks | diff | importers | exporters | recordings | site
model | contracts | markdown_template | scaffold
formatting
validation
documents | settings
findings | secrets
files
text | grouping | registry | parallel
"""
"""The layers, highest first. A package may import the layers below it; packages in one layer are independent."""

LAYERS = [set(line.split(" | ")) for line in reversed(CONTRACT.strip().splitlines())]
COMMAND_LINE = {"__main__", "cli", "console", "commands"}
"""The command line: together the package `commands`."""

SITE_GENERATORS = {"material", "mkdocs", "properdocs"}
VAGUE_NAMES = {"common", "helpers", "misc", "util", "utils"}
OUTPUT = {("os", "_exit"), ("sys", "exit"), ("sys", "stderr"), ("sys", "stdout")}
ONLY_THE_COMMAND = "only the command line prints or exits"
OUTPUT_NAMES = {"SystemExit", "exit", "print", "quit"}


def _part_named(name: str) -> str:
    first = name.partition(".")[0]
    return "commands" if first in COMMAND_LINE else first


@dataclass(frozen=True, slots=True)
class Module:
    """A file of the package: its dotted name under `integration_specs` and its syntax tree."""

    name: str
    tree: ast.Module
    is_package: bool = False

    @property
    def part(self) -> str:
        """The package that the module belongs to; empty for the root `__init__`."""
        return _part_named(self.name)


def _modules() -> Iterator[Module]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        yield Module(name, ast.parse(path.read_text(encoding="utf-8"), str(path)), is_package)


MODULES = tuple(_modules())
PARTS = {module.part for module in MODULES if module.part}.union(*LAYERS)


def _imports(module: Module) -> Iterator[tuple[int, str]]:
    """Yield line and absolute dotted name of each import in `module`, including those inside functions."""
    package = ["integration_specs", *filter(None, module.name.split("."))]
    if not module.is_package:
        package.pop()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            source = ".".join([*base, *filter(None, [node.module])])
            yield from ((node.lineno, f"{source}.{alias.name}") for alias in node.names)


def _part_of(dotted: str) -> str | None:
    """Return the package of ours that contains a dotted name; None for other distributions and the root `__init__`."""
    top, _, rest = dotted.partition(".")
    if top != "integration_specs":
        return None
    part = _part_named(rest)
    return part if part in PARTS else None


def _layer(part: str) -> int | None:
    return next((number for number, layer in enumerate(LAYERS) if part in layer), None)


def wrong_direction(module: Module) -> Iterator[str]:
    """Yield each import of the same or a higher layer, and the module itself if the contract does not list it."""
    if not module.part:
        return
    own = _layer(module.part)
    if own is None:
        yield f"{module.name} is missing from CONTRACT"
        return
    for line, dotted in _imports(module):
        part = _part_of(dotted)
        if part is None or part == module.part:
            continue
        layer = _layer(part)
        if layer is None or layer >= own:
            yield f"{module.name}:{line} imports {dotted}: {module.part} must not import {part}"


def imports_mkdocs(module: Module) -> Iterator[str]:
    """Yield imports of a site generator outside `mkdocs_plugin`."""
    for line, dotted in _imports(module):
        if dotted.partition(".")[0] in SITE_GENERATORS and module.part != "mkdocs_plugin":
            yield f"{module.name}:{line} imports {dotted}: only mkdocs_plugin/ may"


def prints_or_exits(module: Module) -> Iterator[str]:
    """Yield each use of output or process exit outside of the command line."""
    if module.part in ("commands", "parallel"):  # `parallel` ends its own child process
        return
    for line, dotted in _imports(module):
        if dotted.partition(".")[0] == "click" or tuple(dotted.split(".")) in OUTPUT:
            yield f"{module.name}:{line} imports {dotted}: {ONLY_THE_COMMAND}"
    for node in ast.walk(module.tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if (owner, name) in OUTPUT:
                yield f"{module.name}:{node.lineno} uses {owner}.{name}: {ONLY_THE_COMMAND}"
            case ast.Name(id=name, ctx=ast.Load()) if name in OUTPUT_NAMES:
                yield f"{module.name}:{node.lineno} uses {name}: {ONLY_THE_COMMAND}"


def vague(module: Module) -> Iterator[str]:
    """Yield the module if its name says nothing about its content."""
    if VAGUE_NAMES & set(module.name.split(".")):
        yield f"{module.name}: name it after its content"


Rule = Callable[[Module], Iterator[str]]
RULES: tuple[Rule, ...] = (wrong_direction, imports_mkdocs, prints_or_exits, vague)


@pytest.mark.parametrize("rule", RULES)
def test_the_package_follows(rule: Rule) -> None:
    broken = [violation for module in MODULES for violation in rule(module)]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        (wrong_direction, "findings", "from .documents import read"),
        (wrong_direction, "model", "from integration_specs.site.index import page"),
        (wrong_direction, "checks.owners", "from ..diff import walk"),
        (wrong_direction, "checks.owners", "def f():\n    from .. import exporters"),
        (wrong_direction, "importers.openapi", "from ..checks import CheckContext"),
        (wrong_direction, "reports.text", "from ..review import Page"),
        (wrong_direction, "project.workspace", "from ..mkdocs_plugin.server import Server"),
        (wrong_direction, "cli", "import integration_specs.mkdocs_plugin"),
        (wrong_direction, "novelty", ""),
        (imports_mkdocs, "site.index", "def f():\n    import mkdocs.structure"),
        (imports_mkdocs, "project", "from properdocs import plugins"),
        (prints_or_exits, "project", "print(1)"),
        (prints_or_exits, "project", "out = print"),
        (prints_or_exits, "documents", "import sys\nsys.exit(1)"),
        (prints_or_exits, "documents", "from sys import exit"),
        (prints_or_exits, "documents", "raise SystemExit"),
        (prints_or_exits, "checks.owners", "from click import echo"),
        (vague, "site.utils", ""),
    ],
)
def test_a_rule_reports_a_violation(rule: Rule, name: str, source: str) -> None:
    assert list(rule(Module(name, ast.parse(source))))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        (
            "checks.owners",
            "from ..findings import Finding\nfrom ..model import Catalog\nfrom . import __doc__",
        ),
        ("reports.text", "from ..diff.walk import Change"),
        ("importers.openapi", "from ..documents import read\nfrom ..formatting import write"),
        (
            "mkdocs_plugin.plugin",
            "import mkdocs\nfrom .server import a\nfrom ..project import b\nfrom .. import __version__",
        ),
        ("commands.check", "import click\nfrom ..project import run\nfrom ..console import say\nprint(1)"),
    ],
)
def test_an_allowed_import_is_not_reported(name: str, source: str) -> None:
    module = Module(name, ast.parse(source))
    assert [violation for rule in RULES for violation in rule(module)] == []


def test_each_package_states_what_it_may_import() -> None:
    for module in MODULES:
        if module.is_package and module.name and "." not in module.name:
            docstring = ast.get_docstring(module.tree) or ""
            sentence = " ".join(docstring.split()).partition("May import ")[2].partition(".")[0]
            assert sentence, f"{module.name}/__init__.py: say what the package is for and what it may import"
            own = _layer(module.part)
            named = [_layer(name) for name in re.findall(r"`(\w+)`", sentence)]
            assert all(layer is not None and own is not None and layer < own for layer in named), module.name


def _words_of_tests() -> set[str]:
    words = set()
    for path in TESTS.rglob("*.py"):
        if TESTS / "cases" in path.parents:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.update(node.value.split("/"))
    return words


def test_every_kind_of_case_is_used() -> None:
    kinds = {path.name for path in (TESTS / "cases").glob("*") if path.is_dir()}
    unused = kinds - _words_of_tests()
    assert not unused, f"no test names the case folders {sorted(unused)}"
