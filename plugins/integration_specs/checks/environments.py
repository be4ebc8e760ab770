"""Sandbox and production side by side."""

import re
from collections.abc import Iterator
from typing import Any

from integration_specs.findings import Finding, Rule
from integration_specs.model import Spec, is_unknown
from integration_specs.text.display import printable

from . import CheckContext

ENVIRONMENTS = Rule(
    "environments",
    "warning",
    "There is no production environment, or none for testing.",
    "Without a sandbox every test is real. If the vendor has none, add a waiver that says so.",
    "environments:\n  - name: Production\n    kind: production",
    "environments:\n  - name: Sandbox\n    kind: sandbox\n  - name: Production\n    kind: production",
)
SHARED_SECRET = Rule(
    "shared-secret",
    "warning",
    "Production and another environment keep their secrets in the same place.",
    "Whoever may test could then pay as well.",
    "Sandbox: Vault, `kv/payments/pagarme`\nProduction: Vault, `kv/payments/pagarme`",
    "Sandbox: Vault, `kv/payments/pagarme-test`\nProduction: Vault, `kv/payments/pagarme`",
)
SANDBOX_HOST = Rule(
    "sandbox-in-production",
    "warning",
    "Production uses a host that looks like a sandbox.",
    "Orders would be confirmed that nobody ever pays.",
    "kind: production\nbase_url: https://sandbox.example.com",
    "kind: production\nbase_url: https://api.example.com",
)
SAME_ADDRESS = Rule(
    "same-address",
    "info",
    "Production and another environment have the same address.",
    "Only the credentials tell them apart; say so in a `note`.",
    "Sandbox and Production: https://api.example.com",
    "note: The same host as production; the key alone decides.",
)
ADDRESS = Rule(
    "address-misspelt",
    "error",
    "The address of an environment is nearly a web address.",
    "Calls and code samples are built from it. Other kinds of address, such as `sftp://…` or a bare host name, are accepted.",
    "base_url: https:/api.example.com",
    "base_url: https://api.example.com",
)
RULES = (ENVIRONMENTS, SHARED_SECRET, SANDBOX_HOST, SAME_ADDRESS, ADDRESS)

_PLACE = re.compile(r"`([^`\n]{4,200})`|((?:https?://|[a-z]+:)?[\w.-]+(?:/[\w.{}-]+)+)")
_SANDBOX = re.compile(
    r"(?:^|[./@-])(sandbox|sandpit|staging|stage|stg|testing|tests?|uat|qa|homolog|homologacao|hml|dev|development|demo|mock)[0-9]*(?:[.:/-]|$)",
    re.IGNORECASE,
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Compares each production environment with the others."""
    for spec in context.catalog.specs:
        environments = [(index, item) for index, item in enumerate(spec.data.get("environments", ())) if "kind" in item]
        production = [(index, item) for index, item in environments if item["kind"] == "production"]
        others = [(index, item) for index, item in environments if item["kind"] != "production"]
        if spec.status == "active" and len(environments) == len(spec.data.get("environments", ())):
            yield from _missing(spec, bool(production), bool(others))
        for live, other in ((live, other) for live in production for other in others):
            yield from _compare(spec, live, other)
        for index, item in enumerate(spec.data.get("environments", ())):
            yield from _address(spec, index, str(item.get("base_url", "")))
        for index, item in production:
            host = _SANDBOX.search(_host(item))
            if host:
                yield spec.finding(
                    SANDBOX_HOST,
                    ("environments", index, "base_url"),
                    f"production calls `{printable(item['base_url'])}`, and `{host[1]}` in it reads like a place for tests",
                    "Write the address of production, or set another `kind`.",
                )


def _missing(spec: Spec, has_production: bool, has_others: bool) -> Iterator[Finding]:
    if not has_production:
        yield spec.finding(
            ENVIRONMENTS,
            ("environments",),
            "no environment is of kind `production`",
            "Add it, or make this `status: draft`.",
            key=True,
        )
    if not has_others:
        yield spec.finding(
            ENVIRONMENTS,
            ("environments",),
            "there is no environment to try things in, only production",
            "Add the vendor's sandbox; where there is none, waive this with the reason.",
            key=True,
        )


def _address(spec: Spec, index: int, address: str) -> Iterator[Finding]:
    meant = re.sub(r"^h?t+ps?[:/;]+", lambda found: "https://" if "s" in found[0] else "http://", address, flags=re.I)
    if meant != address:
        pointer = ("environments", index, "base_url")
        message = f"`{printable(address)}` is no web address; did you mean `{printable(meant)}`?"
        yield spec.finding(ADDRESS, pointer, message, f"Write `base_url: {printable(meant)}`.")


def _compare(spec: Spec, live: tuple[int, dict[str, Any]], other: tuple[int, dict[str, Any]]) -> Iterator[Finding]:
    (_, of_live), (index, of_other) = live, other
    shared = _places(of_live) & _places(of_other)
    if shared:
        yield spec.finding(
            SHARED_SECRET,
            ("environments", index, "credentials"),
            f"`{printable(of_other['name'])}` keeps its secrets where production does: `{printable(min(shared))}`",
            "Give each environment a place of its own.",
        )
    address = of_live.get("base_url")
    if (
        address
        and address == of_other.get("base_url")
        and "note" not in of_live
        and "note" not in of_other
        and not is_unknown(address)
    ):
        yield spec.finding(
            SAME_ADDRESS,
            ("environments", index, "base_url"),
            f"`{printable(of_other['name'])}` has the same address as production",
            "Say in a `note` what tells them apart.",
        )


def _places(environment: dict[str, Any]) -> set[str]:
    """What the credentials text names as places: code spans and paths."""
    found = {(code or path).strip().rstrip(".") for code, path in _PLACE.findall(environment.get("credentials", ""))}
    return {place for place in found if re.search(r"[/:]", place) and not place.startswith("http")}


def _host(environment: dict[str, Any]) -> str:
    address = str(environment.get("base_url", ""))
    return re.sub(r"^[a-z]+://", "", address).partition("/")[0]
