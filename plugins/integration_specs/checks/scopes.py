"""Compare the requested scopes with those that endpoints and events need."""

from collections.abc import Iterator
from functools import partial
from typing import Literal

from integration_specs.findings import Finding
from integration_specs.model import Endpoint, Event, Spec
from integration_specs.text.display import listing, plural
from integration_specs.text.suggestions import closest, did_you_mean

from . import RULES, CheckContext, in_parts


def _undeclared(key: Literal["endpoints", "events"], _: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Yield a finding for each scope of an endpoint or event that is not declared."""
    items: tuple[Endpoint | Event, ...] = getattr(spec, key)
    for item in items:
        for index, name in enumerate(item.data.get("scopes", ())):
            declared = _declared(spec)
            if name not in declared:
                pointer, hint = (*item.pointer, "scopes", index), did_you_mean(name, declared)
                yield spec.report(RULES["undeclared-scope"], pointer, cause=f"scope {name}", scope=name, hint=hint)


def _declared(spec: Spec) -> list[str]:
    return [scope["name"] for scope in spec.section("authentication").get("scopes", ())]


def _unused(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Yield a finding for each declared scope that nothing needs, and one for endpoints that name no scopes."""
    declared = _declared(spec)
    targets = spec.targets.values() if declared else ()
    named = [item.data["scopes"] for item in targets if "scopes" in item.data]
    rule = RULES["scopes-not-named"]
    if not named:
        if declared and spec.endpoints:
            pointer = ("authentication", "scopes")
            yield spec.report(rule, pointer, variant="everywhere", scopes=listing(declared))
        return
    used = {name if name in declared else closest(name, declared) for names in named for name in names}
    for index, name in enumerate(declared):
        if name not in used:
            yield spec.report(RULES["unused-scope"], ("authentication", "scopes", index), scope=name)
    if incomplete := [endpoint for endpoint in spec.endpoints if "scopes" not in endpoint.data]:
        labels = listing((endpoint.label for endpoint in incomplete), 3)
        yield spec.report(rule, incomplete[0].pointer, endpoints=plural(len(incomplete), "endpoint"), labels=labels)


PARTS = (partial(_undeclared, "endpoints"), partial(_undeclared, "events"), _unused)
check = in_parts(*PARTS)
