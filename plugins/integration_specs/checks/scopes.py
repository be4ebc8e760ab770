"""Whether the scopes that we ask for are those that we use."""

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
    "Either the call would be refused, or the list is not what we really ask for.",
    "endpoints:\n  - method: POST\n    path: /orders\n    scopes: [orders.write]",
    "authentication:\n  scopes:\n    - name: orders.write\n      reason: Create orders.",
)
UNUSED = Rule(
    "unused-scope",
    "warning",
    "A scope is requested, but nothing uses it.",
    "A permission that nobody needs is useful only to a thief.",
    "scopes:\n  - name: customers.delete\n    reason: Perhaps later.",
    "scopes: []",
)
NOT_NAMED = Rule(
    "scopes-not-named",
    "info",
    "Endpoints do not say which of the declared scopes they need.",
    "Without that, nobody can tell which scope can go when a call goes. `scopes: []` says that a call needs none.",
    "method: POST\npath: /orders",
    "method: POST\npath: /orders\nscopes: [orders.write]",
)
RULES = (UNDECLARED, UNUSED, NOT_NAMED)


def check(context: CheckContext) -> Iterator[Finding]:
    """Compares the declared scopes with those that endpoints and received events name."""
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
                        "Add it to `authentication.scopes` with its reason, or take it out here.",
                        cause=f"scope {name}",
                    )
        if declared:
            yield from _used(spec, declared, meant.union(*(names for _, names in items)), bool(items))


def _used(spec: Spec, declared: list[str], used: set[str], anyone_names: bool) -> Iterator[Finding]:
    if not anyone_names:
        if spec.endpoints:
            yield spec.finding(
                NOT_NAMED,
                ("authentication", "scopes"),
                f"no endpoint says which of these scopes it needs: {listing(declared)}",
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
                "Take it out, or name it in the `scopes` of the calls that need it.",
                key=True,
            )
    silent = [endpoint for endpoint in spec.endpoints if "scopes" not in endpoint.data]
    if silent:
        yield spec.finding(
            NOT_NAMED,
            (*silent[0].pointer,),
            f"{plural(len(silent), 'endpoint')} without `scopes`: {listing((endpoint.label for endpoint in silent), 3)}",
            "Add `scopes:` with what each needs, `scopes: []` for none.",
            key=True,
        )
