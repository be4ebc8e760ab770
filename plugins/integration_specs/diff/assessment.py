"""Assess a change by its rule and surroundings: level, owners, waiver, advice and approvers."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from integration_specs.model import Spec, impact, parse_date
from integration_specs.secrets import mask
from integration_specs.text.messages import DerivedMessage, Message, map_values
from integration_specs.validation.schema import Pointer

from . import CHANGE_LEVELS, Change, ChangeLevel, Impact, fingerprint, is_within
from .approvers import approvers_of
from .context import ChangeContext, Snapshots
from .rules import ChangeRule
from .text_facts import describe

_ENDINGS = ("spec-removed", "retired-in-use", "phased-out")


def assessed(context: ChangeContext, rule: ChangeRule, change: Change) -> Change:
    """Return a change with everything that its rule and context add; a `level_reason` that it has is kept, with its level."""
    level, reason = (change.level, change.level_reason) if change.level_reason else _weighted(context, rule.level)
    facts = context.fact_difference(rule.facts) if rule.facts else None
    change = replace(
        change,
        level=level,
        level_reason=reason,
        owners=_owners_of(change.affected, context.base, context.head),
        waiver=_waiver_reason(context, change),
        detail=map_values(mask, describe(*facts)) if facts else "",
        advice=rule.advice,
    )
    others = _dependent_owners(change) | _teams_of_owners_file(context)
    specs = (context.base, context.head)
    return replace(
        change, approvers=approvers_of(context.snapshots.base, context.snapshots.head, specs, change, others)
    )


def is_whole(pointer: Pointer) -> bool:
    """Return whether a pointer is that of a whole endpoint or event."""
    return len(pointer) <= {"endpoints": 2, "events": 3}.get(str(pointer[0]) if pointer else "", 0)


def affected_at(context: ChangeContext, spec: Spec, pointer: Pointer, *, is_removed: bool) -> Iterator[Impact]:
    """Yield what depends on the value at `pointer` of a spec; on rows only if the value is a row or a whole endpoint or event."""
    snapshots = context.snapshots
    catalog = snapshots.head if spec is context.head else snapshots.base
    dependants = snapshots.dependants.get(context.base.id, ())
    found = impact.of_pointer(catalog, snapshots.schema, spec, pointer, dependants, is_removed=is_removed)
    keeps_rows = is_whole(pointer) or pointer[0] == "data_mapping"
    yield from (each for each in found if keeps_rows or each.kind not in ("mapping", "field"))


def with_levels(snapshots: Snapshots, changes: Iterable[Change]) -> list[Change]:
    """Return changes with the levels of the settings and unique fingerprints, without those that are off.

    A fingerprint that a change has stands for values that are not shown.
    """
    found: list[Change] = []
    counts: dict[tuple[str, ...], int] = {}
    for change in changes:
        level = snapshots.levels.get(change.rule, change.level)
        if level == "off":
            continue
        values = change.fingerprint or mask(repr((change.old, change.new)))
        key = (change.rule, change.spec, change.pointer, values)
        counts[key] = counts.get(key, -1) + 1
        mark = fingerprint(*key, count=counts[key])
        found.append(replace(change, level=level, fingerprint=mark))  # type: ignore[arg-type]
    return found


def _weighted(context: ChangeContext, level: ChangeLevel) -> tuple[ChangeLevel, str]:
    """Return the level in this context, and why it is lower: only the name of a field fits, or nobody relies on the spec."""
    reasons = []
    if context.uses and not any(use.certain for _, use in context.uses):
        reasons.append("only the name of the mapped field fits")
    statuses = {context.base.status, context.head.status}
    if statuses <= {"draft", "retired"}:
        reasons.append("the spec is a draft" if statuses == {"draft"} else "the spec is retired")
    if not reasons or level not in ("breaking", "risky"):
        return level, ""
    lower = CHANGE_LEVELS[min(CHANGE_LEVELS.index(level) + len(reasons), CHANGE_LEVELS.index("safe"))]
    return lower, f"{lower} instead of {level}: {' and '.join(reasons)}"


def _owners_of(affected: Iterable[Impact], *specs: Spec) -> tuple[str, ...]:
    owners = [*(spec.owner for spec in specs), *(each.owner for each in affected)]
    return tuple(dict.fromkeys(filter(None, owners)))


def _waiver_reason(context: ChangeContext, change: Change) -> str:
    """Return the reason of a valid waiver of the base that covers the change: a change cannot waive itself."""
    base = context.snapshots.base.by_id.get(context.base.id)
    for waiver in base.data.get("waivers", ()) if base else ():
        expires = parse_date(waiver["expires"])
        is_valid = expires is not None and expires >= context.snapshots.today
        if is_valid and waiver["rule"] == change.rule and is_within(change.pointer, waiver.get("at", "")):
            return str(waiver["reason"])
    return ""


def _dependent_owners(change: Change) -> dict[str, str]:
    """Return the owners of specs and consumers that rely on an event or on an integration that is on its way out."""
    is_event = change.pointer.startswith("events.sent[") and change.level in ("breaking", "risky")
    if change.rule not in _ENDINGS and not is_event:
        return {}
    return {
        each.owner: Message("consumes events of {spec}", spec=change.spec)
        if each.kind != "spec"
        else Message("owner of {spec}, which consumes the event", spec=each.spec)
        if is_event
        else Message("owner of {spec}, which depends on {other}", spec=each.spec, other=change.spec)
        for each in change.affected
        if each.owner and each.kind in ("spec", "consumer")
    }


def _teams_of_owners_file(context: ChangeContext) -> dict[str, str]:
    """Return the teams that a change of `owners.yaml` is about: the owner that changes, the old and the new approver."""
    section, *rest = context.difference.base or context.difference.head or ("",)
    if section == "owners" and rest:
        by_key = {
            "escalation": Message("in the escalation of {owner}", owner=rest[0]),
            "member_of": Message("{owner} joined or left the team", owner=rest[0]),
        }
        texts = (each for each in (context.old, context.new) if isinstance(each, str))
        sides = [each for each in texts if each in context.snapshots.owner_keys]
        teams: dict[str, str] = {team: by_key[key] for key in by_key if key in rest for team in sides}
        return {str(rest[0]): Message("its entry in owners.yaml changed")} | teams
    if section == "approvers":
        concern = DerivedMessage(str, str(rest[0]))
        reasons = (
            (context.old, Message("was approver of {concern}", concern=concern)),
            (context.new, Message("becomes approver of {concern}", concern=concern)),
        )
        return {team: reason for team, reason in reasons if isinstance(team, str)}
    return {}
