"""What commands print holds no control characters, and no commands to the program that shows a CI log."""

import re
from pathlib import Path

import pytest

from integration_specs.text.display import inert
from scratch import run_process as run

HOSTILE = ("::error file=x::forged", "##[error]forged", "##vso[task.setvariable]x", "##teamcity[x]", "  ::add-mask::x")
COMMANDS = re.compile(r"(?m)^\s*::|##\[|##vso\[|##teamcity\[|\x1b|\r")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_command_of_a_ci_log_is_inert(text: str) -> None:
    shown = inert(f"a\n{text}\nb\n")
    assert not COMMANDS.search(shown)
    assert shown.count("\n") == 3


@pytest.mark.parametrize("text", ["a::b", "std::vector", "# heading", "## heading", "C++ :: x", "über\t日本", "a: b"])
def test_ordinary_text_is_unchanged(text: str) -> None:
    assert inert(text) == text


def test_colors_are_kept_only_on_request() -> None:
    assert inert("\x1b[31mred\x1b[0m", colors=True) == "\x1b[31mred\x1b[0m"
    assert inert("\x1b[31mred\x1b[0m") == "\\x1b[31mred\\x1b[0m"
    assert inert("\x1b]0;title\x07\x1b[2J", colors=True) == "\\x1b]0;title\\x07\\x1b[2J"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_command_prints_one(text: str, tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "owners.yaml").write_text(
        f"owners:\n  payments: {{name: '{text}', kind: team}}\n", encoding="utf-8"
    )
    (tmp_path / "specs" / "acme.yaml").write_text(
        f"title: '{text}'\nsystem: '{text}'\ntype: API\nstatus: draft\nowner: payments\npurpose:\n  why: |\n    one\n    {text}\n"
        "depends_on: [acme]\n",
        encoding="utf-8",
    )
    (tmp_path / "specs" / f"{text.replace('/', '')}.yaml").write_text("system: [\n", encoding="utf-8")
    for command in (
        ["list"],
        ["show", "acme"],
        ["check"],
        ["check", "--format", "concise"],
        ["affected", "acme"],
        ["fmt", "--check"],
    ):
        result = run(tmp_path, *command, CI="true")
        assert result.returncode in (0, 1), result.stderr
        assert not COMMANDS.search(result.stdout + result.stderr), (command, result.stdout)


def test_a_raw_export_says_so(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "acme.yaml").write_text("system: Acme\ntype: API\nstatus: draft\n", encoding="utf-8")
    assert "unchanged text" in run(tmp_path, "export", "markdown", CI="true").stderr
    assert "unchanged text" not in run(tmp_path, "export", "markdown", CI="").stderr


def test_an_error_message_is_never_long(tmp_path: Path) -> None:
    (tmp_path / "integration-specs.toml").write_text(f"fail_on = '{'x' * 100_000}'\n", encoding="utf-8")
    done = run(tmp_path, "check")
    assert done.returncode == 2
    assert "`fail_on`" in done.stderr
    assert len(done.stderr) < 1_100
