"""Check that steps of flows and `seen_in` of mapped fields name an endpoint or event of the spec."""

import re
from collections.abc import Iterator

from integration_specs.findings import Finding
from integration_specs.model import Spec, step_reference
from integration_specs.text.display import printable
from integration_specs.text.suggestions import closest, did_you_mean, suggestion

from . import RULES, CheckContext, call_cause


def check(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Resolve the steps of every flow and the names in `seen_in`."""
    for number, flow in enumerate(spec.section("overview").get("flows", ())):
        for index, step in enumerate(flow.get("steps", ())):
            name, names = step_reference(step), spec.named_targets
            if name not in names:
                # Before a comment without a dash, there may be a call.
                found = re.match(r"[A-Z]+ /\S*", name)
                call = found[0] if found else name
                meant = closest(call, names)
                yield spec.report(
                    RULES["unknown-step"],
                    ("overview", "flows", number, "steps", index),
                    variant="with-comment" if call == meant else "similar" if meant else "",
                    cause=call_cause(call),
                    name=name,
                    hint=suggestion(meant),
                    meant=printable(meant),
                    line=spec.line(names[meant].pointer) if meant else 0,
                )
    for row in spec.mapped_fields:
        for index, name in enumerate(row.data.get("seen_in") or ()):
            names = spec.named_targets
            if name not in names:
                pointer = (*row.pointer, "seen_in", index)
                yield spec.report(RULES["unknown-seen-in"], pointer, name=name, hint=did_you_mean(name, names))
