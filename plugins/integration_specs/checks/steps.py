"""Check that steps of flows and `seen_in` of mapped fields name an endpoint or event of the spec."""

import re
from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import Spec, step_reference
from integration_specs.text.display import printable
from integration_specs.text.suggestions import closest, did_you_mean
from integration_specs.validation.schema import Pointer

from . import CheckContext, call_cause

UNKNOWN_STEP = Rule(
    "unknown-step",
    "error",
    "A step of a flow does not name an endpoint or event of the spec.",
    "The sequence diagram is drawn from the steps. A comment follows after a dash.",
    "steps:\n  - POST /order",
    "steps:\n  - POST /orders – create the order",
)
UNKNOWN_SEEN_IN = Rule(
    "unknown-seen-in",
    "error",
    "`seen_in` of a mapped field does not name an endpoint or event of the spec.",
    "The impact of a change is found through the bodies that carry the field.",
    "seen_in: [create-ordr]",
    "seen_in: [create-order]",
)
RULES = (UNKNOWN_STEP, UNKNOWN_SEEN_IN)


def check(context: CheckContext) -> Iterator[Finding]:
    """Resolve the steps of every flow and the names in `seen_in`."""
    for spec in context.catalog.specs:
        yield from _check_spec(spec)
        yield from _check_rows(spec)


def _check_spec(spec: Spec) -> Iterator[Finding]:
    names: dict[str, Pointer] | None = None
    for number, flow in enumerate(spec.section("overview").get("flows", ())):
        for index, step in enumerate(flow.get("steps", ())):
            names = _names(spec) if names is None else names
            reference = step_reference(step)
            if reference not in names:
                call = _call(reference)
                meant = closest(call, names)
                yield spec.finding(
                    UNKNOWN_STEP,
                    ("overview", "flows", number, "steps", index),
                    f"`{printable(reference)}` is not an endpoint or event of this spec{did_you_mean(call, names)}",
                    _help(call, meant, spec.line(names[meant]) if meant else 0),
                    cause=call_cause(call),
                )


def _check_rows(spec: Spec) -> Iterator[Finding]:
    for row in spec.mapped_fields:
        for index, name in enumerate(row.data.get("seen_in") or ()):
            names = _names(spec)
            if name not in names:
                message = f"`{printable(name)}` is not an endpoint or event of this spec{did_you_mean(name, names)}"
                help_text = "Write the id or `METHOD /path` of an endpoint, or the name of an event."
                yield spec.finding(UNKNOWN_SEEN_IN, (*row.pointer, "seen_in", index), message, help_text)


def _help(call: str, meant: str, line: int) -> str:
    if call == meant:
        return f"Write the comment after a dash: `{printable(call)} – …`."
    if meant:
        return f"Write `{printable(meant)}`, or correct the name in line {line}."
    return "Write the id or `METHOD /path` of an endpoint, or the name of an event; a comment follows after a dash."


def _names(spec: Spec) -> dict[str, Pointer]:
    """Return what a step may name, with its pointer."""
    calls = {name: endpoint.pointer for endpoint in spec.endpoints for name in (endpoint.key, endpoint.label)}
    return calls | {event.name: event.pointer for event in spec.events}


def _call(reference: str) -> str:
    """Return the part of a step that looks like a call: the text before a comment without a dash."""
    match = re.match(r"[A-Z]+ /\S*", reference)
    return match[0] if match else reference
