"""The rules of `diff`, read from `rules.toml`, and the choice of the rule for a difference."""

from dataclasses import dataclass
from functools import cache

from integration_specs.findings.rule_tables import RuleTable
from integration_specs.grouping import grouped
from integration_specs.model import is_open_question

from . import ChangeLevel, Concern, conditions
from .context import ChangeContext
from .labels import SECTIONS
from .walk import Kind

ANY_PATH = "*"


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """One rule; `rules.toml` describes the fields. `before` and `after` are an example of such a change."""

    name: str
    level: ChangeLevel
    kinds: tuple[Kind, ...]
    summary: str
    advice: str
    paths: tuple[str, ...] = ()
    concerns: tuple[Concern, ...] = ()
    mirror: str = ""
    condition: str = ""
    old: int | None = None
    new: int | None = None
    facts: tuple[str, ...] = ()
    reports_parent: bool = False
    before: str = ""
    after: str = ""

    def applies_to(self, context: ChangeContext) -> bool:
        """Return whether the condition of the rule holds and, if the rule is about facts, these differ."""
        if self.old not in (None, context.old) or self.new not in (None, context.new):
            return False
        name = self.condition.removeprefix("not ")
        if name:
            holds = conditions.EXPRESSIONS.get(name) or getattr(conditions, name)
            if holds(context) == (name != self.condition):
                return False
        is_text = isinstance(context.old, str) and isinstance(context.new, str)
        return not self.facts or not is_text or context.fact_difference(self.facts) is not None


RULES = RuleTable("integration_specs.diff", "rules.toml", ChangeRule)
"""Every rule by name, in the order in which they are tried."""


def rule_for(context: ChangeContext, path: str, kind: Kind) -> ChangeRule:
    """Return the first rule that applies to a difference."""
    if is_open_question(context.old) and is_open_question(context.new):
        return RULES["text-changed"]
    rules = (*_index().get((path, kind), ()), *_index()[ANY_PATH, kind])
    return next((rule for rule in rules if rule.applies_to(context)), RULES["value-changed"])


def concerns_of(rule: ChangeRule, path: str) -> tuple[Concern, ...]:
    """Return the concerns of a rule; a rule without any has the concern of the section that `path` is in."""
    section = SECTIONS.get(path.partition(".")[0].partition("[")[0])
    return rule.concerns or (section.concern if section else "lifecycle",)


@cache
def _index() -> dict[tuple[str, Kind], list[ChangeRule]]:
    return grouped(((path, kind), rule) for rule in RULES.values() for path in rule.paths for kind in rule.kinds)
