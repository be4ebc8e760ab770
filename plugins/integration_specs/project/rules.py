"""All rules of `check` and `diff`, and the levels that a project sets.

`diff` and `site` are imported inside of functions, so that `check` starts faster.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from integration_specs.checks import RULES as CHECK_RULES
from integration_specs.documents import RULES as LOAD_RULES
from integration_specs.findings import LEVELS, Finding, Rule
from integration_specs.findings.internal_errors import INTERNAL_ERROR
from integration_specs.recordings import RULES as RECORDING_RULES
from integration_specs.settings import Settings, SettingsError
from integration_specs.text.display import printable
from integration_specs.text.messages import gettext_noop
from integration_specs.text.suggestions import did_you_mean
from integration_specs.validation.messages import RULES as SCHEMA_RULES

from .discovery import RULES as PROJECT_RULES

if TYPE_CHECKING:
    from integration_specs.site import RuleText

_TOPICS = {
    **dict.fromkeys(("request", "response", "received", "sent"), gettext_noop("Examples")),
    **dict.fromkeys(("owner", "owners", "codeowners", "approvers"), gettext_noop("Owners")),
    "attachment": gettext_noop("Attachments"),
    "contract": gettext_noop("Contracts"),
}
"""Topics of rules of `diff` whose paths do not start with a section of a spec."""


def all_rules() -> dict[str, Rule]:
    """Return all rules that a finding of `check` can have, by name."""
    return dict(sorted((rule.name, rule) for rules in _rules_by_topic().values() for rule in rules))


@cache
def _rules_by_topic() -> dict[str, tuple[Rule, ...]]:
    from integration_specs.importers import RULES as IMPORT_RULES

    dates = {name: PROJECT_RULES[name] for name in ("date-not-updated", "only-date-updated")}
    content = dates | check_rules()
    files = (rule for rule in PROJECT_RULES.values() if rule.name not in dates)
    return {
        gettext_noop("Files and YAML"): (INTERNAL_ERROR, *LOAD_RULES.values(), *files),
        gettext_noop("Format"): tuple(SCHEMA_RULES.values()),
        gettext_noop("Content"): tuple(content.values()),
        gettext_noop("Import"): tuple(IMPORT_RULES),
        gettext_noop("Recorded calls"): tuple(RECORDING_RULES.values()),
    }


@cache
def rule_texts() -> "tuple[RuleText, ...]":
    """Return all rules of `check`, then of `diff`, with the texts that explain them."""
    from integration_specs.diff.rules import RULES as CHANGE_RULES
    from integration_specs.site import RuleText

    topics = {rule.name: topic for topic, rules in _rules_by_topic().items() for rule in rules}
    checks = (
        RuleText("check", topics[r.name], r.name, r.level, r.summary, r.why, r.bad, r.good)
        for r in all_rules().values()
    )
    changes = (
        RuleText("diff", _topic(r.paths), r.name, r.level, r.summary, r.advice, r.before, r.after)
        for r in CHANGE_RULES.values()
    )
    return (*checks, *changes)


def _topic(paths: tuple[str, ...]) -> str:
    """Return the key of a spec, or the part of a contract or example, that paths of a rule of `diff` start with."""
    first = re.split(r"[\[.{*]", paths[0])[0] if paths else ""
    return _TOPICS.get(first, first or gettext_noop("All sections"))


def check_rules() -> dict[str, Rule]:
    """Return the rules of the checks, by name."""
    return {**CHECK_RULES, "secret": LOAD_RULES["secret"]}


def settable_rules() -> dict[str, Rule]:
    """Return the rules whose level a project can set: those of the checks, and warnings about the syntax of a file."""
    return {
        **check_rules(),
        **RECORDING_RULES,
        **{name: rule for name, rule in LOAD_RULES.items() if rule.level != "error"},
    }


def require_settable(settings: Settings) -> None:
    """Raise `SettingsError` if the settings set the level of an unknown rule, or of one with a fixed level."""
    given = {"levels": settings.levels, "diff_levels": settings.diff_levels}
    if not settings.diff_levels and (not settings.levels or settings.levels.keys() <= settable_rules().keys()):
        return
    from integration_specs.diff.rules import RULES as CHANGE_RULES

    known: dict[str, Collection[str]] = {"levels": settable_rules(), "diff_levels": CHANGE_RULES}
    for table, other, command in (("levels", "diff_levels", "diff"), ("diff_levels", "levels", "check")):
        for name in given[table]:
            if name in known[table]:
                continue
            if name in known[other]:
                problem = f"this is a rule of {command}; write it below `[{other}]`"
            elif rule := all_rules().get(name):
                problem = f"the severity of this rule is fixed ({rule.level}); remove the line"
            else:
                problem = f"unknown rule{did_you_mean(name, known[table], '; `integration-specs rules` lists them')}"
            raise SettingsError(f"settings: `{table}.{printable(name)}`: {problem}")


def with_levels(findings: Iterable[Finding], settings: Settings) -> Iterator[Finding]:
    """Yield the findings with the levels that the settings set; rules with the level `off` are left out."""
    for finding in findings:
        level = settings.levels.get(finding.rule, finding.level)
        if level in LEVELS:
            yield finding if level == finding.level else replace(finding, level=level)
