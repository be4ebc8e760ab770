"""The TOML files that hold rules: each row is complete, and a fault in one is reported with its place."""

import importlib
from pathlib import Path

import pytest

from integration_specs.findings import LEVELS, Rule
from integration_specs.findings.rule_tables import load_rules
from integration_specs.project.rules import all_rules


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.name)
def test_a_rule_has_a_level_and_whole_sentences(rule: Rule) -> None:
    assert rule.level in LEVELS
    assert rule.summary.endswith(".")
    assert rule.why.endswith((".", "!"))
    assert "\n" not in rule.summary + rule.why
    assert {field for texts in rule.variants.values() for field in texts} <= {"message", "advice"}


@pytest.mark.parametrize(
    ("package", "text", "expected"),
    [
        (
            "incomplete_rules",
            '[one]\nlevel = "error"\n',
            r"incomplete_rules/rules.toml: \[one\]: .*missing .*'summary'",
        ),
        (
            "misspelt_rules",
            '[one]\nseverity = "error"\n',
            r"misspelt_rules/rules.toml: \[one\]: unknown field severity",
        ),
    ],
)
def test_a_fault_in_a_table_names_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, text: str, expected: str
) -> None:
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / package / "rules.toml").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module(package)
    with pytest.raises(ValueError, match=expected):
        len(load_rules(package))
