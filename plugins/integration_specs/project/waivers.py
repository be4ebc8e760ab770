"""Apply the waivers of specs to findings, and report expired and unused ones."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from integration_specs.checks import call_cause
from integration_specs.diff import is_within
from integration_specs.findings import Finding, deduplicate_by_cause, limit_per_rule
from integration_specs.findings.internal_errors import INTERNAL_ERROR
from integration_specs.model import Catalog, Spec, impact, parse_date
from integration_specs.recordings import RULES as RECORDING_RULES
from integration_specs.text.display import printable
from integration_specs.text.messages import Message, gettext_noop, joined
from integration_specs.text.suggestions import closest, suggestion
from integration_specs.validation.schema import SpecSchema

from .discovery import RULES
from .rules import all_rules, settable_rules


def apply_waivers(
    schema: SpecSchema, catalog: Catalog, findings: Iterable[Finding], today: date, *, report: bool = True
) -> tuple[list[Finding], int]:
    """Return the findings that no waiver exempts, merged by cause and limited per rule, and how many are waived.

    With `report`, the result has findings for expired and unused waivers, too; each names what it was meant to exempt. Without
    it, as for specs with errors, only what is certain: waivers that expired, or of a rule that does not exist.
    """
    left = everything = list(findings)
    problems: list[Finding] = []
    incomplete = {finding.spec for finding in everything if finding.rule == INTERNAL_ERROR.name}
    waived = 0
    for spec in catalog.specs:
        for index, waiver in enumerate(spec.data.get("waivers", ())):
            hits = _hits(schema, spec, left, waiver)
            end = parse_date(waiver["expires"])
            is_expired = end is None or end < today
            if hits and not is_expired:
                waived += len(hits)
            elif not report and not is_expired and waiver["rule"] in all_rules():
                continue
            elif is_expired:
                values: dict[str, Any] = {"rule": printable(waiver["rule"]), "day": printable(waiver["expires"])}
                pointer = ("waivers", index, "expires")
                problems.append(spec.report(RULES["waiver-expired"], pointer, _meant_for(hits), **values))
            elif incomplete & {spec.id, ""}:
                pass  # the check that would have found it may have failed
            elif not _is_rule_of_other_commands(waiver["rule"]):
                found, hits = _unused(schema, spec, index, left)
                if not hits and _hits(schema, spec, everything, waiver):
                    found = replace(found, help=Message("Another waiver exempts the same: remove one of the two."))
                problems.append(found)
            left = [finding for finding in left if finding not in hits]
    return list(limit_per_rule(deduplicate_by_cause((*left, *problems)))), waived


def _is_rule_of_other_commands(rule: str) -> bool:
    from integration_specs.diff.rules import RULES as CHANGE_RULES

    return rule in CHANGE_RULES or rule in RECORDING_RULES


def _hits(schema: SpecSchema, spec: Spec, findings: Iterable[Finding], waiver: dict[str, Any]) -> list[Finding]:
    """Return the findings that a waiver exempts."""
    return [
        finding
        for finding in findings
        if finding.spec == spec.id
        and finding.rule == waiver["rule"] != INTERNAL_ERROR.name
        and is_within(schema.identity_path(spec.data, finding.pointer), waiver.get("at", ""))
    ]


def _unused(schema: SpecSchema, spec: Spec, index: int, left: Sequence[Finding]) -> tuple[Finding, list[Finding]]:
    """Return the finding for a waiver that exempts nothing, and the findings that it was meant for if a name is misspelt."""
    waiver = spec.data["waivers"][index]
    rule, place = waiver["rule"], waiver.get("at", "")
    key, variant, cause, hint, advice, hits = "rule", "", "", "", "", list[Finding]()
    found = {
        schema.identity_path(spec.data, each.pointer): each
        for each in left
        if each.spec == spec.id and each.rule == rule
    }
    if rule not in all_rules():
        variant, meant = "unknown-rule", closest(rule, settable_rules())
        hits, hint = _hits(schema, spec, left, {**waiver, "rule": meant}), suggestion(meant)
        lists = Message("Write a rule that `integration-specs rules` lists")
        write = Message("Write `rule: {rule}`", rule=meant) if meant else lists
        either = Message("{advice}, or remove the waiver if there is nothing to exempt.", advice=write)
        advice = Message("{advice}.", advice=write) if hits else either
    elif rule not in settable_rules():
        variant = "fixed-level"
    elif place and place not in impact.named_pointers(schema, spec):
        key, variant = "at", "unknown-place"
        if meant := closest(place, found):
            hint = Message("; did you mean `{meant}`?", meant=printable(meant, 100))
            advice, hits = Message("Write `at: {place}`.", place=printable(meant, 100)), [found[meant]]
            cause = call_cause(re.sub(r".*\[(.*)\].*", r"\1", place))
    if found and not hits:
        places = joined("{first} or {second}", (f"`at: {printable(each, 100)}`" for each in list(found)[:3]))
        advice = Message("Write where the rule reports something ({places}), or remove the waiver.", places=places)
    where = Message("at `{place}`", place=printable(place)) if place else Message("in this spec")
    values: dict[str, Any] = {"rule": printable(rule), "place": printable(place), "where": where, "hint": hint}
    unused, notes = RULES["waiver-unused"], _meant_for(hits)
    finding = spec.report(unused, ("waivers", index, key), notes, variant=variant, cause=cause, **values)
    return replace(finding, help=advice or finding.help), hits


def _meant_for(hits: Iterable[Finding]) -> tuple[str, ...]:
    """Return notes on the findings that a waiver was meant to exempt."""
    template = gettext_noop("It was meant for line {line}: {message}")
    return tuple(Message(template, line=each.span.line, message=each.message) for each in hits)
