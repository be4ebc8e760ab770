"""Whether each step of a flow names an endpoint or event of its spec."""

import re
from collections.abc import Iterator

from ..findings import Finding, Rule, visible
from ..model import Spec, step_reference
from . import Checkup, near_miss

UNKNOWN_STEP = Rule(
    "unknown-step",
    "error",
    "A step of a flow names no endpoint or event of the spec.",
    "The diagram is drawn from the steps. A remark goes behind a dash.",
    "steps:\n  - POST /order",
    "steps:\n  - POST /orders – create the order",
)
RULES = (UNKNOWN_STEP,)


def check(checkup: Checkup) -> Iterator[Finding]:
    """Resolves the steps of every flow."""
    for spec in checkup.catalog.specs:
        yield from _steps(spec)


def _steps(spec: Spec) -> Iterator[Finding]:
    names: set[str] | None = None
    for number, flow in enumerate(spec.section("overview").get("flows", ())):
        for index, step in enumerate(flow.get("steps", ())):
            if names is None:
                names = {event.name for event in spec.events}
                names.update(name for endpoint in spec.endpoints for name in (endpoint.key, endpoint.label))
            reference = step_reference(step)
            if reference not in names:
                yield spec.finding(
                    UNKNOWN_STEP,
                    ("overview", "flows", number, "steps", index),
                    f"`{visible(reference)}` is no endpoint or event of this spec{near_miss(_call(reference), names)}",
                    "Write an endpoint's id or `METHOD /path`, or an event's name; a remark after ` – `.",
                )


def _call(reference: str) -> str:
    """What was probably meant as the call: the text up to a remark without a dash."""
    match = re.match(r"[A-Z]+ /\S*", reference)
    return match[0] if match else reference
