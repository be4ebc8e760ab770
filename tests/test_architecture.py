"""The shape of the code, from its syntax trees: what may import what, who may print, exit or meet MkDocs."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "plugins" / "integration_specs"
TESTS = ROOT / "tests"

BANDS = (
    {
        "files",
        "findings",
        "halves",
        "lock",
        "names",
        "policy",
        "registry",
        "secrets",
        "shapes",
        "slips",
        "spool",
        "trees",
    },
    {"completeness", "load", "settings", "shape_rules"},
    {"veil"},
    {"fixes", "frames", "schema"},
    {"misfits"},
    {"shape_messages"},
    {"format", "template", "validate"},
    {"foreign"},
    {"contracts", "editors", "model", "skeleton"},
    {"affected", "backoff", "codeowners", "coverage", "llms", "published", "resolved", "reviews"},
    {"checks", "diff", "exporters", "importers", "pages"},
    {"folder"},
    {"rulebook"},
    {"waivers"},
    {"pipeline"},
    {"history", "review"},
    {"reports", "verdict"},
    {"kept", "told"},
    {"cli", "plugin"},
)
"""Parts of the package (a module or a folder), lowest first: a part may import lower ones only."""

ONLY = {
    # Importers join at the front: what they write goes through `load` like every other file.
    "importers": {
        "findings",
        "foreign",
        "format",
        "load",
        "names",
        "schema",
        "secrets",
        "template",
        "trees",
        "validate",
    },
    # Reports turn findings and changes into text; they know neither specs nor pages.
    "reports": {"diff", "findings", "frames", "pipeline", "registry", "rulebook", "settings"},
}
"""Parts that may import less than their band allows."""

MKDOCS_FILES = ("plugin", "mkdocs_")
"""`plugin.py` and the files beside it that adapt one side of MkDocs each: together the part "plugin"."""

COMMAND_FILES = {"__main__", "cli", "commands", "console"}
"""The command line: together the part "cli"."""

SITE_GENERATORS = {"material", "mkdocs", "properdocs"}
VAGUE_NAMES = {"common", "helpers", "misc", "util", "utils"}
SPEAKING = {("os", "_exit"), ("sys", "exit"), ("sys", "stderr"), ("sys", "stdout")}
ONLY_THE_COMMAND = "only the command line prints or exits"
SPEAKING_NAMES = {"SystemExit", "exit", "print", "quit"}


def _part_named(name: str) -> str:
    first = name.partition(".")[0]
    if first.startswith(MKDOCS_FILES):
        return "plugin"
    return "cli" if first in COMMAND_FILES else first


@dataclass(frozen=True, slots=True)
class Module:
    """A file of the package: its dotted name under `integration_specs`, and its tree."""

    name: str
    tree: ast.Module
    is_package: bool = False

    @property
    def part(self) -> str:
        """The part that the module belongs to; empty for the package's own `__init__`."""
        return _part_named(self.name)


def _modules() -> Iterator[Module]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        yield Module(name, ast.parse(path.read_text(encoding="utf-8"), str(path)), is_package)


MODULES = tuple(_modules())
KNOWN = {module.part for module in MODULES if module.part}.union(*BANDS)


def _imports(module: Module) -> Iterator[tuple[int, str]]:
    """Yield line and absolute dotted name of all that `module` imports, wherever in the file it does so."""
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
    """Return the part of our package that a dotted name leads to; None for other packages and `__init__`."""
    top, _, rest = dotted.partition(".")
    if top != "integration_specs":
        return None
    part = _part_named(rest)
    return part if part in KNOWN else None


def _band(part: str) -> int | None:
    return next((number for number, band in enumerate(BANDS) if part in band), None)


def wrong_direction(module: Module) -> Iterator[str]:
    """Yield every import that goes up or sideways, and the module itself if BANDS has no place for it."""
    if not module.part:
        return
    own = _band(module.part)
    if own is None:
        yield f"{module.name} has no place in BANDS: give it one"
        return
    for line, dotted in _imports(module):
        part = _part_of(dotted)
        if part is None or part == module.part:
            continue
        band = _band(part)
        if band is None or band >= own or part not in ONLY.get(module.part, {part}):
            yield f"{module.name}:{line} imports {dotted}: {module.part} may not know {part}"


def meets_mkdocs(module: Module) -> Iterator[str]:
    """Yield imports of a site generator outside the plugin."""
    for line, dotted in _imports(module):
        if dotted.partition(".")[0] in SITE_GENERATORS and module.part != "plugin":
            yield f"{module.name}:{line} imports {dotted}: only plugin.py may"


def speaks(module: Module) -> Iterator[str]:
    """Yield all that prints or ends the process outside the command line."""
    if module.part in ("cli", "halves"):  # the latter ends the process that it started itself
        return
    for line, dotted in _imports(module):
        if dotted.partition(".")[0] == "click" or tuple(dotted.split(".")) in SPEAKING:
            yield f"{module.name}:{line} imports {dotted}: {ONLY_THE_COMMAND}"
    for node in ast.walk(module.tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if (owner, name) in SPEAKING:
                yield f"{module.name}:{node.lineno} uses {owner}.{name}: {ONLY_THE_COMMAND}"
            case ast.Name(id=name, ctx=ast.Load()) if name in SPEAKING_NAMES:
                yield f"{module.name}:{node.lineno} uses {name}: {ONLY_THE_COMMAND}"


def vague(module: Module) -> Iterator[str]:
    """Yield the module if its name says nothing."""
    if VAGUE_NAMES & set(module.name.split(".")):
        yield f"{module.name}: name it after what it holds"


Rule = Callable[[Module], Iterator[str]]
RULES: tuple[Rule, ...] = (wrong_direction, meets_mkdocs, speaks, vague)


@pytest.mark.parametrize("rule", RULES)
def test_the_package_keeps(rule: Rule) -> None:
    broken = [complaint for module in MODULES for complaint in rule(module)]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        (wrong_direction, "findings", "from .load import read"),
        (wrong_direction, "model", "from integration_specs.pages.index import page"),
        (wrong_direction, "checks.owners", "from ..diff import walk"),
        (wrong_direction, "checks.owners", "def f():\n    from .. import exporters"),
        (wrong_direction, "importers.openapi", "from ..model import Catalog"),
        (wrong_direction, "reports.text", "from ..pages import Page"),
        (wrong_direction, "pipeline", "from .mkdocs_serve import watch"),
        (wrong_direction, "cli", "import integration_specs.plugin"),
        (wrong_direction, "novelty", ""),
        (meets_mkdocs, "pages.index", "def f():\n    import mkdocs.structure"),
        (meets_mkdocs, "pipeline", "from properdocs import plugins"),
        (speaks, "pipeline", "print(1)"),
        (speaks, "pipeline", "out = print"),
        (speaks, "load", "import sys\nsys.exit(1)"),
        (speaks, "load", "from sys import exit"),
        (speaks, "load", "raise SystemExit"),
        (speaks, "checks.owners", "from click import echo"),
        (vague, "pages.utils", ""),
    ],
)
def test_a_rule_sees_what_breaks_it(rule: Rule, name: str, source: str) -> None:
    assert list(rule(Module(name, ast.parse(source))))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        (
            "checks.owners",
            "from ..findings import Finding\nfrom ..model import Catalog\nfrom . import __doc__",
        ),
        ("reports.text", "from ..diff.walk import Change"),
        ("importers.openapi", "from ..load import read\nfrom ..format import write"),
        (
            "plugin",
            "import mkdocs\nfrom .mkdocs_serve import a\nfrom .pipeline import b\nfrom . import __version__",
        ),
        ("commands.check", "import click\nfrom ..pipeline import run\nfrom ..console import say\nprint(1)"),
    ],
)
def test_what_is_allowed_is_not_complained_of(name: str, source: str) -> None:
    module = Module(name, ast.parse(source))
    assert [complaint for rule in RULES for complaint in rule(module)] == []


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
