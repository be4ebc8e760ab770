"""Check the method and path of HTTP calls."""

import re
from collections.abc import Iterator
from typing import Any

from integration_specs.findings import Finding
from integration_specs.model import Endpoint, Spec, is_open_question
from integration_specs.text.display import printable
from integration_specs.text.http_methods import METHODS
from integration_specs.text.suggestions import closest

from . import RULES, CheckContext, call_cause

_OTHER_PARAMETER = re.compile(r"(?<=/):([a-z_]\w*)(?=/|\?|$)|<([a-z_]\w*)>", re.IGNORECASE)


def check(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Check every endpoint of an API or webhook."""
    if spec.type in ("API", "Webhook"):
        for endpoint in spec.endpoints:
            yield from _method(spec, endpoint)
        for endpoint in spec.endpoints:
            yield from _path(spec, endpoint)


def _method(spec: Spec, endpoint: Endpoint) -> Iterator[Finding]:
    if endpoint.method in METHODS:
        return
    permuted = (method for method in METHODS if sorted(method) == sorted(endpoint.method))
    meant = next(permuted, "") or closest(endpoint.method, METHODS)
    # READ is a word of its own, although it is similar to HEAD: a misspelling has the letters of the method.
    if meant and len(set(meant) ^ set(endpoint.method)) <= 1:
        pointer, cause = (*endpoint.pointer, "method"), call_cause(f"{meant} {endpoint.path}")
        yield spec.report(RULES["method-misspelt"], pointer, method=endpoint.method, meant=meant, cause=cause)


def _path(spec: Spec, endpoint: Endpoint) -> Iterator[Finding]:
    path = endpoint.path
    other = _OTHER_PARAMETER.search(path)
    environments = spec.data.get("environments", ()) if "://" in path else ()
    addresses = (str(item.get("base_url", "")).rstrip("/") for item in environments)
    address = next((each for each in addresses if "://" in each and path.startswith(f"{each}/")), "")
    if address:
        variant, meant = "with-address", path[len(address) :]
    elif path[:1].isalnum() and "://" not in path and not is_open_question(path):
        variant, meant = "without-slash", f"/{path}"
    elif other:
        variant, meant = "other-parameter", _OTHER_PARAMETER.sub(lambda found: f"{{{found[1] or found[2]}}}", path)
    else:
        return
    pointer, cause = (*endpoint.pointer, "path"), call_cause(f"{endpoint.method} {meant}")
    values: dict[str, Any] = {"address": printable(address), "path": printable(path), "meant": meant}
    values |= {"parameter": printable(other[0])} if other else {}
    yield spec.report(RULES["path-form"], pointer, variant=variant, cause=cause, **values)
