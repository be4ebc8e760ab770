"""Waivers: what a spec exempts from a rule until a day, and what is wrong with them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from integration_specs.checks import call_cause
from integration_specs.diff.rules import RULES as CHANGE_RULES
from integration_specs.diff.walk import is_within
from integration_specs.findings import Finding, deduplicate_by_cause, limit_per_rule
from integration_specs.model import Catalog, Spec, impact, parse_date
from integration_specs.recordings import RULES as RECORDING_RULES
from integration_specs.text.display import printable
from integration_specs.text.suggestions import closest
from integration_specs.validation.schema import SpecSchema

from .rules import WAIVER_EXPIRED, WAIVER_UNUSED, all_rules, settable_rules


def apply_waivers(
    schema: SpecSchema, catalog: Catalog, findings: Iterable[Finding], today: date
) -> tuple[list[Finding], int]:
    """Findings that no waiver exempts, one for each cause and not too many of a rule, with those about the waivers themselves; and how many were waived.

    What a misspelt or expired waiver was meant to exempt is told with the waiver.
    """
    left = everything = list(findings)
    about: list[Finding] = []
    waived = 0
    for spec in catalog.specs:
        for index, waiver in enumerate(spec.data.get("waivers", ())):
            hits = _hits(schema, spec, left, waiver)
            end = parse_date(waiver["expires"])
            if end is None or end < today:
                message = f"the waiver of `{printable(waiver['rule'])}` ended on {printable(waiver['expires'])}"
                help_text = "Mend what it waives, or look at it again and set a new end."
                pointer = ("waivers", index, "expires")
                about.append(spec.finding(WAIVER_EXPIRED, pointer, message, help_text, _meant_for(hits)))
            elif hits:
                waived += len(hits)
            elif waiver["rule"] not in CHANGE_RULES and waiver["rule"] not in RECORDING_RULES:
                found, hits = _unused(schema, spec, index, left)
                if not hits and _hits(schema, spec, everything, waiver):
                    found = replace(found, help="Another waiver exempts the same: remove one of the two.")
                about.append(found)
            left = [finding for finding in left if finding not in hits]
    return list(limit_per_rule(deduplicate_by_cause((*left, *about)))), waived


def waive(schema: SpecSchema, catalog: Catalog, findings: Iterable[Finding], today: date) -> tuple[list[Finding], int]:
    """Return the findings that no valid waiver exempts, merged and limited, and how many are waived."""
    found = list(findings)
    left = found
    for spec in catalog.specs:
        for waiver in spec.data.get("waivers", ()):
            end = parse_date(waiver["expires"])
            if end and end >= today:
                hits = _hits(schema, spec, left, waiver)
                left = [finding for finding in left if finding not in hits]
    return list(limit_per_rule(deduplicate_by_cause(left))), len(found) - len(left)


def _hits(schema: SpecSchema, spec: Spec, findings: Iterable[Finding], waiver: dict[str, Any]) -> list[Finding]:
    """The findings that a waiver exempts."""
    return [
        finding
        for finding in findings
        if finding.spec == spec.id
        and finding.rule == waiver["rule"]
        and is_within(schema.identity_path(spec.data, finding.pointer), waiver.get("at", ""))
    ]


def _unused(schema: SpecSchema, spec: Spec, index: int, left: Sequence[Finding]) -> tuple[Finding, list[Finding]]:
    """What is said of a waiver that exempts nothing: rule or place may be misspelt; and the findings that it was meant for."""
    waiver = spec.data["waivers"][index]
    rule, place = waiver["rule"], waiver.get("at", "")
    key, cause, hits = "rule", "", list[Finding]()
    message, help_text = f"the waiver of `{printable(rule)}` ", "Nothing is left to waive: remove the waiver."
    found = {
        schema.identity_path(spec.data, each.pointer): each
        for each in left
        if each.spec == spec.id and each.rule == rule
    }
    if rule not in all_rules():
        meant = closest(rule, settable_rules())
        hits = _hits(schema, spec, left, {**waiver, "rule": meant})
        message = f"there is no rule `{printable(rule)}`" + (f"; did you mean `{meant}`?" if meant else "")
        help_text = f"Write `rule: {meant}`" if meant else "Write a name that `integration-specs rules` lists"
        help_text += "." if hits else ", or remove the waiver if nothing is left to waive."
    elif rule not in settable_rules():
        message += "has no effect: findings of this rule cannot be waived"
        help_text = "Mend what the rule finds, and remove the waiver."
    elif place and place not in impact.named_pointers(schema, spec):
        key, meant = "at", closest(place, found)
        message += f"names a place that is not in this spec: `{printable(place)}`"
        if meant:
            message += f"; did you mean `{printable(meant, 100)}`?"
            help_text, hits = f"Write `at: {printable(meant, 100)}`.", [found[meant]]
            cause = call_cause(re.sub(r".*\[(.*)\].*", r"\1", place))
    else:
        message += f"exempts nothing: the rule finds nothing {f'at `{printable(place)}`' if place else 'in this spec'}"
    if found and not hits:
        places = " or ".join(f"`at: {printable(each, 100)}`" for each in list(found)[:3])
        help_text = f"Write where the rule finds something ({places}), or remove the waiver."
    pointer = ("waivers", index, key)
    return spec.finding(WAIVER_UNUSED, pointer, message, help_text, _meant_for(hits), cause=cause), hits


def _meant_for(hits: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(f"It was meant for line {hit.span.line}: {hit.message}" for hit in hits)
