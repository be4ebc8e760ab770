"""Whether method and path of a call over HTTP are written as such."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import Endpoint, Spec, is_unknown
from integration_specs.text.display import printable
from integration_specs.text.http_methods import METHODS
from integration_specs.text.suggestions import closest

from . import CheckContext, cause_of

METHOD = Rule(
    "method-misspelt",
    "error",
    "A method is nearly one of HTTP's.",
    "APIs and webhooks are called with HTTP methods. Specs of type File and Other may use any command.",
    "method: PSOT",
    "method: POST",
)
PATH = Rule(
    "path-form",
    "error",
    "The path of a call does not begin with a slash, or repeats an environment's address.",
    "The path follows the `base_url`: samples, flows and contracts put the two together.",
    "path: https://api.example.com/v1/orders   (the environment has the base_url https://api.example.com/v1)",
    "path: /orders",
)
RULES = (METHOD, PATH)


def check(context: CheckContext) -> Iterator[Finding]:
    """Looks at every call of an API or a webhook."""
    for spec in context.catalog.specs:
        if spec.type in ("API", "Webhook"):
            addresses = [str(item.get("base_url", "")).rstrip("/") for item in spec.data.get("environments", ())]
            for endpoint in spec.endpoints:
                yield from _method(spec, endpoint)
                yield from _path(spec, endpoint, [each for each in addresses if "://" in each])


def _method(spec: Spec, endpoint: Endpoint) -> Iterator[Finding]:
    mixed = (method for method in METHODS if sorted(method) == sorted(endpoint.method))
    meant = next(mixed, "") or closest(endpoint.method, METHODS)
    # READ is a word of its own, however near to HEAD: only letters too many, too few or in another order are a slip.
    if endpoint.method in METHODS or not meant or len(set(meant) ^ set(endpoint.method)) > 1:
        return
    yield spec.finding(
        METHOD,
        (*endpoint.pointer, "method"),
        f"`{printable(endpoint.method)}` is no method of HTTP; did you mean `{meant}`?",
        f"Write `method: {meant}`.",
        cause=cause_of(f"{meant} {endpoint.path}"),
    )


def _path(spec: Spec, endpoint: Endpoint, addresses: list[str]) -> Iterator[Finding]:
    path = endpoint.path
    address = next((each for each in addresses if path.startswith(f"{each}/")), "")
    if address:
        meant, what = path[len(address) :], f"repeats the address of an environment, `{printable(address)}`"
    elif path[:1].isalnum() and "://" not in path and not is_unknown(path):
        meant, what = f"/{path}", f"must begin with a slash, not {printable(path)}"
    else:
        return
    yield spec.finding(
        PATH,
        (*endpoint.pointer, "path"),
        f"the path {what}",
        f"Write `path: {printable(meant)}`.",
        cause=cause_of(f"{endpoint.method} {meant}"),
    )
