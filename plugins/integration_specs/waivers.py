"""Waivers: what a spec exempts from a rule until a day, and what is wrong with them."""

from collections.abc import Iterable
from datetime import date

from .diff.rules import BY_NAME as CHANGE_RULES
from .findings import Finding, visible
from .model import Catalog, Spec, parse_date
from .rulebook import WAIVER_EXPIRED, WAIVER_UNUSED, all_rules
from .schema import SpecSchema
from .slips import nearest


def apply_waivers(
    schema: SpecSchema, catalog: Catalog, findings: Iterable[Finding], today: date
) -> tuple[list[Finding], int]:
    """Findings that no waiver exempts, with those about the waivers themselves; and how many were waived."""
    left = everything = list(findings)
    before = len(left)
    about: list[Finding] = []
    for spec in catalog.specs:
        for index, waiver in enumerate(spec.data.get("waivers", ())):
            pointer = ("waivers", index)
            hits = [
                finding
                for finding in left
                if finding.spec == spec.id
                and finding.rule == waiver["rule"]
                and _below(schema.identity_path(spec.data, finding.pointer), waiver.get("at", ""))
            ]
            end = parse_date(waiver["expires"])
            if end is None or end < today:
                about.append(
                    spec.finding(
                        WAIVER_EXPIRED,
                        (*pointer, "expires"),
                        f"the waiver of `{visible(waiver['rule'])}` ended on {visible(waiver['expires'])}",
                        "Mend what it waives, or look at it again and set a new end.",
                    )
                )
            elif not hits and waiver["rule"] not in CHANGE_RULES:
                about.append(
                    spec.finding(
                        WAIVER_UNUSED,
                        (*pointer, "rule"),
                        f"the waiver of `{visible(waiver['rule'])}` exempts nothing",
                        _mend(schema, spec, waiver, [each for each in everything if each.spec == spec.id]),
                    )
                )
            elif hits:
                left = [finding for finding in left if finding not in hits]
    return left + about, before - len(left)


def _mend(schema: SpecSchema, spec: Spec, waiver: dict[str, str], found: list[Finding]) -> str:
    """What to do about a waiver that exempts nothing: the rule or the place may be misspelt."""
    if waiver["rule"] not in all_rules() and (rule := nearest(waiver["rule"], all_rules())):
        return f"No rule has that name; write `rule: {rule}` if that is meant, else remove the waiver."
    places = [schema.identity_path(spec.data, each.pointer) for each in found if each.rule == waiver["rule"]]
    if places:
        return f"The rule found something at `{visible(places[0], 100)}`: write that as `at`, or remove the waiver."
    return "Remove it, or mend its `rule` and `at` (as `check` prints them)."


def _below(path: str, place: str) -> bool:
    return not place or path == place or (path.startswith(place) and path[len(place)] in ".[")
