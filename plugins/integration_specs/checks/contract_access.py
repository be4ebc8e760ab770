"""Compare addresses and scopes of a spec with the vendor's contract."""

import re
from collections.abc import Iterator

from integration_specs.documents.redaction import redact_finding
from integration_specs.findings import Finding, Rule
from integration_specs.text.display import listing, printable
from integration_specs.text.suggestions import closest, did_you_mean

from . import CheckContext
from ._contract_match import UPDATE_CONTRACT, ContractMatch, matches

ADDRESS = Rule(
    "contract-address",
    "info",
    "The contract does not list the host of an environment.",
    "Hosts are compared with the contract's servers. A host that the vendor gives to each customer is not in a public contract: then a waiver says so.",
    "base_url: https://api.exampel.com   (the contract has https://api.example.com)",
    "base_url: https://api.example.com",
)
SCOPE = Rule(
    "contract-scope",
    "warning",
    "A requested scope is not in the contract.",
    "The vendor would reject the authorization, or the contract is out of date.",
    "scopes:\n  - name: order.write   (the contract defines orders.write)",
    "scopes:\n  - name: orders.write",
)
RULES = (ADDRESS, SCOPE)


def check(context: CheckContext) -> Iterator[Finding]:
    """Compare every spec that has a contract with its servers and scopes."""
    for match in matches(context):
        yield from map(redact_finding, (*_check_addresses(match), *_check_scopes(match)))


def _check_addresses(match: ContractMatch) -> Iterator[Finding]:
    for index, environment in enumerate(match.spec.data.get("environments", ()) if match.contract.hosts else ()):
        host = re.match(r"https?://([^/:?#{}]+)(?=[/:?#]|$)", str(environment.get("base_url", "")))
        if host and not match.contract.has_host(host[1]):
            yield match.spec.finding(
                ADDRESS,
                ("environments", index, "base_url"),
                f"the contract has no server with the host `{printable(host[1])}`",
                f"Write one of {listing(match.contract.servers)}, {UPDATE_CONTRACT}",
            )


def _check_scopes(match: ContractMatch) -> Iterator[Finding]:
    known = sorted(match.contract.scopes or ())
    for index, scope in enumerate(match.spec.section("authentication").get("scopes", ()) if known else ()):
        if (name := scope["name"]) not in known:
            yield match.spec.finding(
                SCOPE,
                ("authentication", "scopes", index, "name"),
                f"the scope `{printable(name)}` is not in the contract{did_you_mean(name, known)}",
                f"Write `{printable(closest(name, known) or known[0])}` or another of its scopes, {UPDATE_CONTRACT}",
            )
