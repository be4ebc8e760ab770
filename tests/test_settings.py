"""Levels that a project sets: each rule with a settable level can be named, and a wrong name is reported."""

from pathlib import Path

import pytest

from case_file import case
from check_cases import found_in, make_project
from integration_specs.project.rules import require_settable
from integration_specs.settings import Settings, SettingsError, read_settings

CLEAN = case("checks/retry-unsafe/harmless")


@pytest.mark.parametrize(("level", "expected"), [("off", []), ("info", ["info"]), ("error", ["error"])])
def test_the_level_of_a_word_in_a_file_can_be_chosen(level: str, expected: list[str], tmp_path: Path) -> None:
    project = make_project(CLEAN, tmp_path)
    with (project / "specs" / "pay.yaml").open("a", encoding="utf-8") as file:
        file.write("x-country: no\n")
    assert [line.split(" ")[1] for line in found_in(project)] == ["warning[yaml-truthy-word]"]
    (project / "integration-specs.toml").write_text(f'[levels]\nyaml-truthy-word = "{level}"\n', encoding="utf-8")
    assert [line.split(" ")[1].partition("[")[0] for line in found_in(project)] == expected


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (Settings(levels={"environmnts": "off"}), "unknown rule; did you mean `environments`?"),
        (Settings(levels={"frobnicate": "off"}), "unknown rule; `integration-specs rules` lists them"),
        (Settings(levels={"unknown-key": "off"}), "the severity of this rule is fixed (error); remove the line"),
        (Settings(levels={"failure-retry-removed": "safe"}), "this is a rule of diff; write it below `[diff_levels]`"),
        (Settings(diff_levels={"environments": "off"}), "this is a rule of check; write it below `[levels]`"),
    ],
)
def test_a_level_for_what_has_none_is_refused(settings: Settings, message: str) -> None:
    with pytest.raises(SettingsError) as error:
        require_settable(settings)
    table, names = ("levels", settings.levels) if settings.levels else ("diff_levels", settings.diff_levels)
    assert str(error.value) == f"settings: `{table}.{next(iter(names))}`: {message}"


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("integration-specs.toml", "x = " + "[" * 3000, "too deeply nested"),
        ("integration-specs.toml", 'specs = [{path = "a\\u0000"}]', "`specs.path` must not contain control characters"),
        ("integration-specs.toml", 'specs = "a\\u001b[31m"', "`specs` must not contain control characters"),
        (
            "integration-specs.toml",
            'secrets_baseline = "/dev/zero"',
            "`secrets_baseline` must be relative to the project",
        ),
        ("pyproject.toml", '[tool.integration-specs]\ncodeowners = "/etc/passwd"', "`codeowners` must be relative"),
        ("integration-specs.toml", 'specs = [{path = "/srv/specs"}]', "`specs.path` must be relative to the project"),
        ("pyproject.toml", "[tool]\nintegration-specs = 1", "must be a table"),
        ("integration-specs.toml", "specs = 1" + "0" * 4000, "must be a string"),
    ],
)
def test_hostile_settings_are_reported(file: str, text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text(text)
    with pytest.raises(SettingsError, match=message) as error:
        read_settings(tmp_path)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 400


def test_tools_that_are_no_table_have_no_settings(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("tool = 1")
    assert read_settings(tmp_path).specs == "specs"
