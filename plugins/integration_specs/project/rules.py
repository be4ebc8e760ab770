"""Every rule that a finding can carry, and the level that a project gives it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cache

from integration_specs import registry
from integration_specs.diff.last_updated import RULES as DATE_RULES
from integration_specs.diff.rules import RULES as CHANGE_RULES
from integration_specs.documents import RULES as LOAD_RULES
from integration_specs.findings import LEVELS, Finding, Rule
from integration_specs.recordings import RULES as RECORDING_RULES
from integration_specs.settings import Settings, SettingsError
from integration_specs.site import RuleText
from integration_specs.text.display import printable
from integration_specs.text.suggestions import closest
from integration_specs.validation.rules import RULES as SCHEMA_RULES

from . import discovery

WAIVER_EXPIRED = Rule(
    "waiver-expired",
    "error",
    "A waiver has expired.",
    "An exemption that nobody looks at again is a hole.",
    "expires: 2020-01-01",
    "expires: 2027-06-30",
)
WAIVER_UNUSED = Rule(
    "waiver-unused",
    "error",
    "A waiver exempts nothing.",
    "What it waived has been mended, or it names the wrong rule or place.",
    "rule: environmnts",
    "rule: environments",
)


def all_rules() -> dict[str, Rule]:
    """Every rule that a finding can carry, by name."""
    from integration_specs.importers import RULES as IMPORT_RULES

    reading = (*LOAD_RULES.values(), *SCHEMA_RULES.values(), *discovery.RULES, *IMPORT_RULES, *RECORDING_RULES.values())
    found = {rule.name: rule for rule in (*reading, *DATE_RULES, WAIVER_EXPIRED, WAIVER_UNUSED)}
    return dict(sorted((found | meaning_rules()).items()))


@cache
def rule_texts() -> tuple[RuleText, ...]:
    """Every rule of `check`, then of `diff`, for the reference on the site."""
    checks = (RuleText("check", r.name, r.level, r.summary, r.why, r.bad, r.good) for r in all_rules().values())
    changes = (RuleText("diff", r.name, r.level, r.summary, r.advice, r.before, r.after) for r in CHANGE_RULES.values())
    return (*checks, *changes)


def meaning_rules() -> dict[str, Rule]:
    """The rules of the checks, by name."""
    return {rule.name: rule for _, module in registry.modules("checks", "RULES") for rule in module.RULES}


def settable_rules() -> dict[str, Rule]:
    """The rules whose level is the project's to choose: those of the checks, and warnings about how a file is written."""
    return {
        **meaning_rules(),
        **RECORDING_RULES,
        **{name: rule for name, rule in LOAD_RULES.items() if rule.level != "error"},
    }


def require_settable(settings: Settings) -> None:
    """Raises `SettingsError` when the settings give a level to what is no rule, or to one whose level is fixed."""
    given = {"levels": settings.levels, "diff_levels": settings.diff_levels}
    if not any(given.values()):
        return
    known: dict[str, Collection[str]] = {"levels": settable_rules(), "diff_levels": CHANGE_RULES}
    for table, other, command in (("levels", "diff_levels", "diff"), ("diff_levels", "levels", "check")):
        for name in given[table]:
            if name in known[table]:
                continue
            if name in known[other]:
                what = f"this is a rule of {command}; write it below `[{other}]`"
            elif rule := all_rules().get(name):
                what = f"the level of this rule is fixed ({rule.level}); remove the line"
            else:
                near = closest(name, known[table])
                what = f"there is no such rule; {f'did you mean `{near}`?' if near else '`integration-specs rules` lists them'}"
            raise SettingsError(f"settings: `{table}.{printable(name)}`: {what}")


def with_levels(findings: Iterable[Finding], settings: Settings) -> Iterator[Finding]:
    """Findings at the levels that the settings give their rules; those that are `off` are left out."""
    for finding in findings:
        level = settings.levels.get(finding.rule, finding.level)
        if level in LEVELS:
            yield finding if level == finding.level else replace(finding, level=level)
