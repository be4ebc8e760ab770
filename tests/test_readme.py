"""The README is true: it names what there is, all of it, and nothing else; what it shows works."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from integration_specs import registry
from integration_specs.mkdocs_plugin.options import Options
from integration_specs.settings import Settings
from invoking import invoke

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LARGEST_PICTURE = 150_000
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)|src=\"([^\"]+)\"")


def _section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def _firsts(text: str) -> list[str]:
    """The names in the first cell of each row of the tables in `text`."""
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def _commands() -> list[str]:
    return [name.rstrip("_").replace("_", "-") for name in registry.names("commands")]


def test_it_opens_with_the_two_commands() -> None:
    before, block = README.split("```sh\n", 1)
    assert len([line for line in before.splitlines() if line.strip()]) == 2, (
        "a title and one sentence, then the commands"
    )
    assert [line.split("#")[0].strip() for line in block.split("```")[0].splitlines()] == ["make serve", "make test"]


@pytest.mark.parametrize(
    ("title", "there"),
    [
        ("Commands", _commands()),
        ("In a project of your own", list(Options().keys())),
        ("Settings", [field.name for field in fields(Settings) if field.name != "root"]),
    ],
)
def test_a_table_names_all_that_there_is_and_nothing_else(title: str, there: list[str]) -> None:
    named = _firsts(_section(title))
    assert sorted(named) == sorted(there), f"bring the table under {title!r} in README.md in line with the code"


@pytest.mark.parametrize("kind", ["importers", "exporters", "reports"])
def test_every_format_is_named(kind: str) -> None:
    assert [name for name in registry.names(kind) if f"`{name}`" not in _section("Commands")] == []


def test_every_target_of_make_that_it_names_is_there() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for name in ("README.md", "CONTRIBUTING.md"):
        named = re.findall(r"`make ([a-z-]+)", (ROOT / name).read_text(encoding="utf-8"))
        assert [each for each in named if each not in targets] == [], name


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "DECISIONS.md", "CHANGELOG.md", "SECURITY.md"])
def test_every_link_arrives(name: str) -> None:
    links = [a or b for a, b in LINK.findall((ROOT / name).read_text(encoding="utf-8"))]
    assert [link for link in links if "://" not in link and not (ROOT / link).is_file()] == []


def test_every_picture_is_shown_and_small() -> None:
    for picture in (ROOT / "docs" / "screenshots").iterdir():
        assert f"docs/screenshots/{picture.name}" in README
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name


def test_its_specs_pass_the_check(tmp_path: Path) -> None:
    for text in README.split("```yaml\n")[1:]:
        name = re.match(r"# (specs/\S+)", text)
        if name:
            (tmp_path / "specs").mkdir(exist_ok=True)
            (tmp_path / name[1]).write_text(text.split("```")[0], encoding="utf-8")
    done = invoke("check", "--today", "2026-11-22", root=tmp_path)
    assert done.exit_code == 0, done.output
    assert "checked 1 spec," in done.output
    assert " 0 warnings" in done.output
