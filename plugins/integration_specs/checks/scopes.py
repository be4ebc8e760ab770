"""Compare the requested scopes with those that endpoints and events need."""

from collections.abc import Iterator

from integration_specs.findings import Finding
from integration_specs.model import Endpoint, Event, Spec
from integration_specs.text.display import listing, plural
from integration_specs.text.suggestions import closest, did_you_mean

from . import RULES, CheckContext


def check(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Compare the declared scopes of a spec with those that its endpoints and events name."""
    declared = [scope["name"] for scope in spec.section("authentication").get("scopes", ())]
    both: tuple[Endpoint | Event, ...] = (*spec.endpoints, *spec.events)
    items = [(item.pointer, item.data["scopes"]) for item in both if "scopes" in item.data]
    used: set[str] = set()
    for pointer, names in items:
        used.update(names)
        for index, name in enumerate(names):
            if name not in declared:
                used.add(closest(name, declared))
                place, hint = (*pointer, "scopes", index), did_you_mean(name, declared)
                yield spec.report(RULES["undeclared-scope"], place, cause=f"scope {name}", scope=name, hint=hint)
    if declared and items:
        yield from _unused(spec, declared, used)
    elif declared and spec.endpoints:
        message = f"no endpoint names the scopes that it needs: {listing(declared)}"
        pointer = ("authentication", "scopes")
        yield spec.report(RULES["scopes-not-named"], pointer, message=message, to_what="to the endpoints")


def _unused(spec: Spec, declared: list[str], used: set[str]) -> Iterator[Finding]:
    for index, name in enumerate(declared):
        if name not in used:
            yield spec.report(RULES["unused-scope"], ("authentication", "scopes", index), scope=name)
    if incomplete := [endpoint for endpoint in spec.endpoints if "scopes" not in endpoint.data]:
        labels = listing((endpoint.label for endpoint in incomplete), 3)
        message = f"{plural(len(incomplete), 'endpoint')} without `scopes`: {labels}"
        to_what = "with those that each needs, `scopes: []` for none"
        yield spec.report(RULES["scopes-not-named"], incomplete[0].pointer, message=message, to_what=to_what)
