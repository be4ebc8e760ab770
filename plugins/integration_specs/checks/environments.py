"""Compare production with the other environments."""

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
    "The production environment or a test environment is missing.",
    "Without a sandbox, every test affects production. If the vendor has none, add a waiver with the reason.",
    "environments:\n  - name: Production\n    kind: production",
    "environments:\n  - name: Sandbox\n    kind: sandbox\n  - name: Production\n    kind: production",
)
SHARED_SECRET = Rule(
    "shared-secret",
    "warning",
    "Production and another environment store their secrets in the same place.",
    "Whoever has access to the test secrets has access to production, too.",
    "Sandbox: Vault, `kv/payments/pagarme`\nProduction: Vault, `kv/payments/pagarme`",
    "Sandbox: Vault, `kv/payments/pagarme-test`\nProduction: Vault, `kv/payments/pagarme`",
)
SANDBOX_HOST = Rule(
    "sandbox-in-production",
    "warning",
    "Production uses a host that looks like a sandbox.",
    "Production would send its requests to the sandbox.",
    "kind: production\nbase_url: https://sandbox.example.com",
    "kind: production\nbase_url: https://api.example.com",
)
SAME_ADDRESS = Rule(
    "same-address",
    "info",
    "Production and another environment have the same address.",
    "If only the credentials differ, say so in a `note`.",
    "Sandbox and Production: https://api.example.com",
    "note: The same host as production; the key alone decides.",
)
ADDRESS = Rule(
    "invalid-address",
    "error",
    "The address of an environment is not an address.",
    "Code samples are built from it. Write a URL of any scheme (`https://…`, `sftp://…`), `host:port`, an address with `{placeholders}`, or a TODO.",
    "base_url: ask the vendor",
    "base_url: https://{tenant}.example.com/v1",
)
RULES = (ENVIRONMENTS, SHARED_SECRET, SANDBOX_HOST, SAME_ADDRESS, ADDRESS)

_LOCATION = re.compile(r"`([^`\n]{4,200})`|((?:https?://|[a-z]+:)?[\w.-]+(?:/[\w.{}-]+)+)")
_SANDBOX = re.compile(
    r"(?:^|[./@-])(sandbox|sandpit|staging|stage|stg|testing|tests?|uat|qa|homolog|homologacao|hml|dev|development|demo|mock)[0-9]*(?:[.:/-]|$)",
    re.IGNORECASE,
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Compare each production environment with the others, and check the addresses."""
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
                    f"production uses `{printable(item['base_url'])}`, and `{host[1]}` looks like a test environment",
                    "Write the production address, or correct `kind`.",
                )


def _missing(spec: Spec, has_production: bool, has_others: bool) -> Iterator[Finding]:
    if not has_production:
        yield spec.finding(
            ENVIRONMENTS,
            ("environments",),
            "no environment is of kind `production`",
            "Add it, or set `status: draft`.",
            key=True,
        )
    if not has_others:
        yield spec.finding(
            ENVIRONMENTS,
            ("environments",),
            "there is no test environment, only production",
            "Add the vendor's sandbox, or add a waiver with the reason if there is none.",
            key=True,
        )


_ADDRESS = re.compile(
    r"TODO.*|[A-Za-z][A-Za-z0-9+.:-]*://[^\s/][^\s]*|[A-Za-z0-9._-]+:[0-9]{1,5}(?:[/,][^\s]*)?|\S*\{\S+", re.S
)
_WITHOUT_SCHEME = re.compile(r"((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?:/\S*)?)(?: .*)?")


def is_address(text: str) -> bool:
    """Return whether a text is an address, has `{placeholders}`, or is an open question."""
    return bool(_ADDRESS.fullmatch(text))


def _address(spec: Spec, index: int, address: str) -> Iterator[Finding]:
    meant = re.sub(r"^h?t+ps?[:/;]+", lambda found: "https://" if "s" in found[0] else "http://", address, flags=re.I)
    if meant == address:
        if not address or is_address(address):
            return
        host = _WITHOUT_SCHEME.fullmatch(address)
        url, _, rest = address.partition(" ")
        meant = f"https://{host[1]}" if host else url if rest and is_address(url) else ""
    message = f"`{printable(address)}` is not a valid address{f'; did you mean `{printable(meant)}`?' if meant else ''}"
    expected = "Write a URL (`https://…`, `sftp://…`), `host:port`, an address with `{placeholders}`, or a TODO."
    help_ = f"Write `base_url: {printable(meant)}`." if meant else expected
    yield spec.finding(ADDRESS, ("environments", index, "base_url"), message, help_)


def _compare(spec: Spec, live: tuple[int, dict[str, Any]], other: tuple[int, dict[str, Any]]) -> Iterator[Finding]:
    (_, of_live), (index, of_other) = live, other
    shared = _locations(of_live) & _locations(of_other)
    if shared:
        yield spec.finding(
            SHARED_SECRET,
            ("environments", index, "credentials"),
            f"`{printable(of_other['name'])}` stores its secrets in the same place as production: `{printable(min(shared))}`",
            "Store the secrets of each environment in a different place.",
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
            "Add a `note` that says how they differ.",
        )


def _locations(environment: dict[str, Any]) -> set[str]:
    """Return the storage locations in the text of `credentials`: code spans and paths."""
    found = {(code or path).strip().rstrip(".") for code, path in _LOCATION.findall(environment.get("credentials", ""))}
    return {location for location in found if re.search(r"[/:]", location) and not location.startswith("http")}


def _host(environment: dict[str, Any]) -> str:
    address = str(environment.get("base_url", ""))
    return re.sub(r"^[a-z]+://", "", address).partition("/")[0]
