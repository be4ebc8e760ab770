"""The rules of schema violations, by name; `rules.toml` holds their texts."""

from typing import Final

from integration_specs.findings.rule_tables import load_rules

RULES: Final = load_rules("integration_specs.validation")
