"""Every rule that a finding can carry, and the level that a project gives it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from . import folder, registry
from .diff.dates import RULES as DATE_RULES
from .diff.rules import RULES as DIFF_RULES
from .findings import LEVELS, Finding, Rule
from .load import RULES as LOAD_RULES
from .pages import RuleText
from .settings import Settings
from .shape_rules import RULES as SHAPE_RULES

WAIVER_EXPIRED = Rule(
    "waiver-expired",
    "error",
    "A waiver is past its end.",
    "An exemption that nobody looks at again is a hole.",
    "expires: 2020-01-01",
    "expires: 2027-06-30",
)
WAIVER_UNUSED = Rule(
    "waiver-unused",
    "error",
    "A waiver exempts nothing.",
    "What it waived is mended, or it names the wrong rule or place.",
    "rule: environmnts",
    "rule: environments",
)


def all_rules() -> dict[str, Rule]:
    """Every rule that a finding can carry, by name."""
    from .importers import RULES as IMPORT_RULES

    shape = (*LOAD_RULES.values(), *SHAPE_RULES, *folder.RULES, *IMPORT_RULES)
    found = {rule.name: rule for rule in (*shape, *DATE_RULES, WAIVER_EXPIRED, WAIVER_UNUSED)}
    return dict(sorted((found | meaning_rules()).items()))


@cache
def rule_texts() -> tuple[RuleText, ...]:
    """Every rule of `check`, then of `diff`, for the reference on the site."""
    checks = (RuleText("check", r.name, r.level, r.summary, r.why, r.bad, r.good) for r in all_rules().values())
    return (*checks, *(RuleText("diff", r.name, r.level, r.summary, r.why, r.bad, r.good) for r in DIFF_RULES))


def meaning_rules() -> dict[str, Rule]:
    """The rules of the checks, by name: those whose level is the project's to choose."""
    return {rule.name: rule for _, module in registry.modules("checks", "RULES") for rule in module.RULES}


def with_levels(findings: Iterable[Finding], settings: Settings) -> Iterator[Finding]:
    """Findings at the levels that the settings give their rules; those that are `off` are left out."""
    for finding in findings:
        level = settings.levels.get(finding.rule, finding.level)
        if level in LEVELS:
            yield finding if level == finding.level else replace(finding, level=level)
