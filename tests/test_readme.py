"""The documentation is true: tables name everything that exists, links resolve, and examples work as shown."""

import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

import scratch
from integration_specs import registry
from integration_specs.mkdocs_plugin.options import Options
from integration_specs.settings import Settings
from test_architecture import CONTRACT, PACKAGE

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LARGEST_PICTURE = 200_000
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)|src=\"([^\"]+)\"")
TODAY = "2026-11-28"
EDITS = {
    "check": [("status: draft ", "status: drafted "), ("timeout: 5s", "timeout: 5")],
    "diff": [("state: delivered", "status: delivered"), ("remote: state", "remote: status"), ("11-22", "11-28")],
}
"""What the README changes in its spec before it runs each command."""


def _section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def _named(text: str) -> list[str]:
    """Return the names in the first cell of each row of the tables in `text`."""
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def _commands() -> list[str]:
    return [name.rstrip("_").replace("_", "-") for name in registry.names("commands")]


@pytest.mark.parametrize(
    ("title", "existing"),
    [
        ("Commands", _commands()),
        ("Installation", list(Options().keys())),
        (
            "Settings",
            [field.name for field in fields(Settings) if field.name not in ("root", "more_specs", "contracts")],
        ),
    ],
)
def test_a_table_lists_everything_that_exists_and_nothing_else(title: str, existing: list[str]) -> None:
    assert sorted(_named(_section(title))) == sorted(existing), f"update the table under {title!r} in README.md"


@pytest.mark.parametrize("kind", ["importers", "exporters", "reports"])
def test_every_format_is_listed(kind: str) -> None:
    assert [name for name in registry.names(kind) if f"`{name}`" not in _section("Commands")] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_exists(name: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    mentioned = re.findall(r"`make ([a-z-]+)", (ROOT / name).read_text(encoding="utf-8"))
    assert [each for each in mentioned if each not in targets] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_resolves(name: str) -> None:
    path = ROOT / name
    links = [a or b for a, b in LINK.findall(path.read_text(encoding="utf-8"))]
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_named_file_exists(name: str) -> None:
    named = re.findall(r"`([\w./-]+/[\w.-]+\.(?:py|toml|sh|json))`", (ROOT / name).read_text(encoding="utf-8"))
    paths = [path for path in named if "NAME" not in path]
    assert [path for path in paths if not any((root / path).exists() for root in (ROOT, PACKAGE))] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "adr"
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8")) == records
    assert len({record[:4] for record in records}) == len(records), "two records have one number"
    for record in records:
        text = (folder / record).read_text(encoding="utf-8")
        assert re.findall(r"^(?:- (?:Status|Date)|## \w+)", text, re.MULTILINE) == [
            "- Status", "- Date", "## Context", "## Decision", "## Consequences",
        ], record  # fmt: skip


def test_the_architecture_page_shows_the_enforced_layers() -> None:
    diagram = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("```text\n")[1].split("```")[0]
    assert [re.split(r"\s{2,}", line)[0] for line in diagram.splitlines()] == CONTRACT.strip().splitlines()


def test_every_picture_is_shown_and_small() -> None:
    for picture in (ROOT / "docs" / "screenshots").iterdir():
        assert f"docs/screenshots/{picture.name}" in README
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A git repository with the specs that the README shows, committed on `main`."""
    for text in README.split("```yaml\n")[1:]:
        if name := re.match(r"# (specs/\S+)", text):
            path = tmp_path / name[1]
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.split("```")[0], encoding="utf-8")
    scratch.git(tmp_path, "init", "-q", "-b", "main")
    return scratch.commit(tmp_path, "Start")


def test_its_specs_pass_the_check(example: Path) -> None:
    done = scratch.run(example, "check", "--today", TODAY)
    assert done.returncode == 0, done.stdout
    assert "checked 1 spec," in done.stdout
    assert " 0 warnings" in done.stdout


@pytest.mark.parametrize("command", EDITS)
def test_a_command_prints_what_the_readme_shows(command: str, example: Path) -> None:
    """`WRITE_EXPECTED=1` updates the README."""
    for old, new in EDITS[command]:
        scratch.edit(example, "specs/parcel-tracking.yaml", old, new)
    prompt = f"```console\n$ integration-specs {command}\n"
    output = scratch.run(example, command, "--today", TODAY, COLUMNS="160").stdout
    output = re.sub(r"\bbase [0-9a-f]{7,}", "base 3f745ff", output).rstrip() + "\n"
    shown = README.partition(prompt)[2].partition("```")[0]
    if os.environ.get("WRITE_EXPECTED"):
        current = (ROOT / "README.md").read_text(encoding="utf-8")
        (ROOT / "README.md").write_text(current.replace(prompt + shown, prompt + output), encoding="utf-8")
    assert shown == output
