"""Compare production with the other environments."""

import re
from collections.abc import Iterator
from typing import Any

from integration_specs.findings import Finding
from integration_specs.model import Spec, is_open_question
from integration_specs.text.display import printable
from integration_specs.text.suggestions import suggestion
from integration_specs.text.urls import has_valid_host

from . import RULES, CheckContext

_LOCATION = re.compile(r"`([^`\n]{4,200})`|((?:https?://|[a-z]+:)?[\w.-]+(?:/[\w.{}-]+)+)")
_SANDBOX = re.compile(
    r"(?:^|[./@-])(sandbox|sandpit|staging|stage|stg|testing|tests?|uat|qa|homolog|homologacao|hml|dev|development|demo|mock)[0-9]*(?:[.:/-]|$)",
    re.IGNORECASE,
)


def check(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Compare each production environment with the others, and check the addresses."""
    everything = list(enumerate(spec.data.get("environments", ())))
    environments = [(index, item) for index, item in everything if "kind" in item]
    production = [(index, item) for index, item in environments if item["kind"] == "production"]
    others = [(index, item) for index, item in environments if item["kind"] != "production"]
    if spec.status == "active" and len(environments) == len(everything) and not (production and others):
        variant = "only-production" if production else "no-production"
        yield spec.report(RULES["environments"], ("environments",), variant=variant)
    for live, other in ((live, other) for _, live in production for other in others):
        yield from _compare(spec, live, *other)
    for index, item in everything:
        yield from _address(spec, index, str(item.get("base_url", "")))
    for index, item in production:
        address = str(item.get("base_url", ""))
        if sandbox := _SANDBOX.search(re.sub(r"^[a-z]+://", "", address).partition("/")[0]):
            pointer = ("environments", index, "base_url")
            yield spec.report(RULES["sandbox-in-production"], pointer, url=address, word=sandbox[1])


_ADDRESS = re.compile(
    r"TODO.*|[A-Za-z][A-Za-z0-9+.:-]*://[^\s/][^\s]*|[A-Za-z0-9._-]+:[0-9]{1,5}(?:[/,][^\s]*)?|\S*\{\S+", re.S
)
_WITHOUT_SCHEME = re.compile(r"((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?:/\S*)?)(?: .*)?")


def is_address(text: str) -> bool:
    """Return whether a text is an address, has `{placeholders}`, or is an open question."""
    url = text if "://" in text else f"//{text}"
    return bool(_ADDRESS.fullmatch(text)) and (is_open_question(text) or has_valid_host(url))


def _address(spec: Spec, index: int, address: str) -> Iterator[Finding]:
    meant = re.sub(
        r"^(?!https?://)h?t+ps?[:/;]+", lambda found: "https://" if "s" in found[0] else "http://", address, flags=re.I
    )
    if meant == address:
        if not address or is_address(address):
            return
        host = _WITHOUT_SCHEME.fullmatch(address)
        url, _, rest = address.partition(" ")
        meant = f"https://{host[1]}" if host else url if rest and is_address(url) else ""
    pointer, variant = ("environments", index, "base_url"), "similar" if meant else ""
    hint, url = suggestion(meant), printable(meant)
    yield spec.report(RULES["invalid-address"], pointer, variant=variant, address=address, hint=hint, url=url)


def _compare(spec: Spec, live: dict[str, Any], index: int, other: dict[str, Any]) -> Iterator[Finding]:
    if shared := _locations(live) & _locations(other):
        pointer = ("environments", index, "credentials")
        yield spec.report(RULES["shared-secret"], pointer, name=other["name"], place=min(shared))
    address = live.get("base_url")
    is_explained = "note" in live or "note" in other
    if address and address == other.get("base_url") and not is_explained and not is_open_question(address):
        yield spec.report(RULES["same-address"], ("environments", index, "base_url"), name=other["name"])


def _locations(environment: dict[str, Any]) -> set[str]:
    """Return the storage locations in the text of `credentials`: code spans and paths."""
    found = {(code or path).strip().rstrip(".") for code, path in _LOCATION.findall(environment.get("credentials", ""))}
    return {location for location in found if re.search(r"[/:]", location) and not location.startswith("http")}
