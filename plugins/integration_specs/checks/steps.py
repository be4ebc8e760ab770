"""Whether each step of a flow names an endpoint or event of its spec."""

import re
from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import Spec, step_reference
from integration_specs.text.display import printable
from integration_specs.text.suggestions import closest, did_you_mean
from integration_specs.validation.schema import Pointer

from . import CheckContext, cause_of

UNKNOWN_STEP = Rule(
    "unknown-step",
    "error",
    "A step of a flow names no endpoint or event of the spec.",
    "The diagram is drawn from the steps. A remark goes after a dash.",
    "steps:\n  - POST /order",
    "steps:\n  - POST /orders – create the order",
)
RULES = (UNKNOWN_STEP,)


def check(context: CheckContext) -> Iterator[Finding]:
    """Resolves the steps of every flow."""
    for spec in context.catalog.specs:
        yield from _steps(spec)


def _steps(spec: Spec) -> Iterator[Finding]:
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
                    f"`{printable(reference)}` is no endpoint or event of this spec{did_you_mean(call, names)}",
                    _mend(call, meant, spec.line(names[meant]) if meant else 0),
                    cause=cause_of(call),
                )


def _mend(call: str, meant: str, line: int) -> str:
    if call == meant:
        return f"Put the remark behind a dash: `{printable(call)} – …`."
    if meant:
        return f"Write `{printable(meant)}`, or mend the name in line {line}."
    return "Write an endpoint's id or `METHOD /path`, or an event's name; a remark goes behind a dash."


def _names(spec: Spec) -> dict[str, Pointer]:
    """What a step may name, and where it is."""
    calls = {name: endpoint.pointer for endpoint in spec.endpoints for name in (endpoint.key, endpoint.label)}
    return calls | {event.name: event.pointer for event in spec.events}


def _call(reference: str) -> str:
    """What was probably meant as the call: the text up to a remark without a dash."""
    match = re.match(r"[A-Z]+ /\S*", reference)
    return match[0] if match else reference
