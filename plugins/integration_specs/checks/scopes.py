"""Compare the requested scopes with those that endpoints and events need."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import Spec
from integration_specs.text.display import listing, plural, printable
from integration_specs.text.suggestions import closest, did_you_mean
from integration_specs.validation.schema import Pointer

from . import CheckContext

UNDECLARED = Rule(
    "undeclared-scope",
    "error",
    "An endpoint or event needs a scope that `authentication.scopes` does not list.",
    "Either the call would fail, or the list is incomplete.",
    "endpoints:\n  - method: POST\n    path: /orders\n    scopes: [orders.write]",
    "authentication:\n  scopes:\n    - name: orders.write\n      reason: Create orders.",
)
UNUSED = Rule(
    "unused-scope",
    "warning",
    "A requested scope is not used.",
    "An unnecessary permission is a risk.",
    "scopes:\n  - name: customers.delete\n    reason: Perhaps later.",
    "scopes: []",
)
NOT_NAMED = Rule(
    "scopes-not-named",
    "info",
    "Endpoints do not name the scopes that they need.",
    "Without them, it is unknown which scope can be removed together with a call. `scopes: []` means that a call needs none.",
    "method: POST\npath: /orders",
    "method: POST\npath: /orders\nscopes: [orders.write]",
)
RULES = (UNDECLARED, UNUSED, NOT_NAMED)


def check(context: CheckContext) -> Iterator[Finding]:
    """Compare the declared scopes of every spec with those that its endpoints and events name."""
    for spec in context.catalog.specs:
        declared = [scope["name"] for scope in spec.section("authentication").get("scopes", ())]
        items: list[tuple[Pointer, list[str]]] = [
            (endpoint.pointer, endpoint.data["scopes"]) for endpoint in spec.endpoints if "scopes" in endpoint.data
        ]
        items += [(event.pointer, event.data["scopes"]) for event in spec.events if "scopes" in event.data]
        meant: set[str] = set()
        for pointer, names in items:
            for index, name in enumerate(names):
                if name not in declared:
                    meant.add(closest(name, declared))
                    yield spec.finding(
                        UNDECLARED,
                        (*pointer, "scopes", index),
                        f"the scope `{printable(name)}` is not declared{did_you_mean(name, declared)}",
                        "Add it to `authentication.scopes` with its reason, or remove it here.",
                        cause=f"scope {name}",
                    )
        if declared:
            yield from _used(spec, declared, meant.union(*(names for _, names in items)), bool(items))


def _used(spec: Spec, declared: list[str], used: set[str], any_named: bool) -> Iterator[Finding]:
    if not any_named:
        if spec.endpoints:
            yield spec.finding(
                NOT_NAMED,
                ("authentication", "scopes"),
                f"no endpoint names the scopes that it needs: {listing(declared)}",
                "Add `scopes:` to the endpoints.",
                key=True,
            )
        return
    for index, name in enumerate(declared):
        if name not in used:
            yield spec.finding(
                UNUSED,
                ("authentication", "scopes", index),
                f"no endpoint or event needs the scope `{printable(name)}`",
                "Remove it, or add it to the `scopes` of the endpoints that need it.",
                key=True,
            )
    incomplete = [endpoint for endpoint in spec.endpoints if "scopes" not in endpoint.data]
    if incomplete:
        yield spec.finding(
            NOT_NAMED,
            incomplete[0].pointer,
            f"{plural(len(incomplete), 'endpoint')} without `scopes`: {listing((endpoint.label for endpoint in incomplete), 3)}",
            "Add `scopes:` with those that each needs, `scopes: []` for none.",
            key=True,
        )
