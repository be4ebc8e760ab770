"""Check the method and path of HTTP calls."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import Endpoint, Spec, is_unknown
from integration_specs.text.display import printable
from integration_specs.text.http_methods import METHODS
from integration_specs.text.suggestions import closest

from . import CheckContext, call_cause

METHOD = Rule(
    "method-misspelt",
    "error",
    "A method is a misspelt HTTP method.",
    "APIs and webhooks are called with HTTP methods. Specs of type File and Other may use other words.",
    "method: PSOT",
    "method: POST",
)
PATH = Rule(
    "path-form",
    "error",
    "The path of an endpoint does not start with a slash, or repeats an environment's address.",
    "Code samples and the contract check append the path to `base_url`.",
    "path: https://api.example.com/v1/orders   (the environment has the base_url https://api.example.com/v1)",
    "path: /orders",
)
RULES = (METHOD, PATH)


def check(context: CheckContext) -> Iterator[Finding]:
    """Check every endpoint of an API or webhook."""
    for spec in context.catalog.specs:
        if spec.type in ("API", "Webhook"):
            addresses = [str(item.get("base_url", "")).rstrip("/") for item in spec.data.get("environments", ())]
            for endpoint in spec.endpoints:
                yield from _method(spec, endpoint)
                yield from _path(spec, endpoint, [each for each in addresses if "://" in each])


def _method(spec: Spec, endpoint: Endpoint) -> Iterator[Finding]:
    permuted = (method for method in METHODS if sorted(method) == sorted(endpoint.method))
    meant = next(permuted, "") or closest(endpoint.method, METHODS)
    # READ is a word of its own, although it is similar to HEAD: a misspelling has the letters of the method.
    if endpoint.method in METHODS or not meant or len(set(meant) ^ set(endpoint.method)) > 1:
        return
    yield spec.finding(
        METHOD,
        (*endpoint.pointer, "method"),
        f"`{printable(endpoint.method)}` is not an HTTP method; did you mean `{meant}`?",
        f"Write `method: {meant}`.",
        cause=call_cause(f"{meant} {endpoint.path}"),
    )


def _path(spec: Spec, endpoint: Endpoint, addresses: list[str]) -> Iterator[Finding]:
    path = endpoint.path
    address = next((each for each in addresses if path.startswith(f"{each}/")), "")
    if address:
        meant, what = path[len(address) :], f"repeats the address of an environment, `{printable(address)}`"
    elif path[:1].isalnum() and "://" not in path and not is_unknown(path):
        meant, what = f"/{path}", f"must start with a slash, but is `{printable(path)}`"
    else:
        return
    yield spec.finding(
        PATH,
        (*endpoint.pointer, "path"),
        f"the path {what}",
        f"Write `path: {printable(meant)}`.",
        cause=call_cause(f"{endpoint.method} {meant}"),
    )
