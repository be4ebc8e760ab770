"""Compare a spec with the vendor's contract: the file itself, endpoints, events, addresses, scopes, examples and fields."""

import re
from collections.abc import Iterator

from integration_specs.contracts import Contract, Message, Operation, unresolved_references
from integration_specs.documents.redaction import redact_finding
from integration_specs.findings import Finding
from integration_specs.model import Endpoint, Spec, is_unknown
from integration_specs.text.display import listing, printable
from integration_specs.text.suggestions import closest, did_you_mean

from . import RULES, CheckContext, call_cause
from ._contract_examples import compare_examples
from ._contract_fields import compare_fields
from ._contract_match import ContractMatch, contract_of, match_contract
from .attachments import missing_file

_MISSING_FILES = "Put the files into the spec's folder, or bundle the contract into one file. Until then, what they describe is not checked."


def check(context: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Compare a spec that names a contract with it."""
    if "contract" in spec.data or spec.id in context.settings.contracts:
        yield from map(redact_finding, _compare(context, spec))


def _compare(context: CheckContext, spec: Spec) -> Iterator[Finding]:
    name, other, rule = spec.data.get("contract", ""), context.settings.contracts.get(spec.id), RULES["contract-file"]
    is_file = bool(name) and not is_unknown(name) and other is None
    if is_file and (missing := missing_file(context, spec, rule, ("contract",), name)):
        yield missing
        return
    contract = contract_of(context, spec)
    if isinstance(contract, str):
        message = f"`{printable(other.as_posix() if other else name)}`: {contract}"
        advice = "Correct the file, or download it again."
        yield spec.report(rule, ("contract",), message=message, advice=advice)
    elif contract:
        yield from _unresolved(spec, contract)
        match = match_contract(spec, contract)
        for compare in (_unmatched, _deprecated, _addresses, _scopes, compare_examples, compare_fields):
            yield from compare(match)


def _unresolved(spec: Spec, contract: Contract) -> Iterator[Finding]:
    if references := unresolved_references(contract.resolver):
        message = f"the contract has references that cannot be followed: {listing(references, 3)}"
        yield spec.report(
            RULES["contract-file"], ("contract",), level="warning", message=message, advice=_MISSING_FILES
        )


def _unmatched(match: ContractMatch) -> Iterator[Finding]:
    for endpoint, others in match.unmatched_endpoints:
        labels = [other.label for other in others or match.contract.operations]
        meant = closest(endpoint.label.partition("?")[0], labels)
        hint = f"; did you mean `{printable(meant)}`?" if meant else ""
        if others:
            hint = f"; it has {', '.join(sorted({other.method for other in others}))} for this path"
        yield match.spec.report(
            RULES["contract-endpoint"],
            (*endpoint.pointer, "path"),
            level=match.level,
            cause=call_cause(meant),
            endpoint=endpoint.label,
            hint=hint,
            meant=f"`{printable(meant)}`" if meant else "an operation of the contract",
        )
    names = dict.fromkeys(each.name for each in match.contract.messages if each.name) if match.unmatched_events else ()
    for event in match.unmatched_events:
        meant = closest(event.name, names)
        yield match.spec.report(
            RULES["contract-event"],
            (*event.pointer, "name"),
            level=match.level,
            cause=call_cause(meant),
            event=event.name,
            hint=did_you_mean(event.name, names),
            meant=f"`{printable(meant)}`" if meant else f"one of {listing(names)}",
        )


def _deprecated(match: ContractMatch) -> Iterator[Finding]:
    """Yield one finding for each operation (several endpoints may share it) and for each event."""
    rule = RULES["contract-deprecated"]
    callers: dict[str, list[Endpoint]] = {}
    for endpoint in match.spec.endpoints:
        operation = match.operations.get(endpoint.key)
        if operation and operation.deprecated:
            callers.setdefault(operation.label, []).append(endpoint)
    for first, *others in callers.values():
        used_by = f" (used by {listing((each.key for each in (first, *others)), 5)})" if others else ""
        what, about = f"{printable(first.label)}{used_by}", _about(match.operations[first.key])
        yield match.spec.report(rule, (*first.pointer, "path"), what=what, about=about)
    for event in match.spec.events:
        found = match.messages.get(event.pointer)
        if found and found.deprecated:
            what = f"the event `{printable(event.name)}`"
            yield match.spec.report(rule, (*event.pointer, "name"), what=what, about=_about(found))


def _about(found: Operation | Message) -> str:
    return f" The contract says: {printable(found.about, 160)}" if found.about else ""


def _addresses(match: ContractMatch) -> Iterator[Finding]:
    for index, environment in enumerate(match.spec.data.get("environments", ()) if match.contract.hosts else ()):
        host = re.match(r"https?://([^/:?#{}]+)(?=[/:?#]|$)", str(environment.get("base_url", "")))
        if host and not match.contract.has_host(host[1]):
            pointer = ("environments", index, "base_url")
            servers = listing(match.contract.servers)
            yield match.spec.report(RULES["contract-address"], pointer, host=host[1], servers=servers)


def _scopes(match: ContractMatch) -> Iterator[Finding]:
    known = sorted(match.contract.scopes or ())
    for index, scope in enumerate(match.spec.section("authentication").get("scopes", ()) if known else ()):
        if (name := scope["name"]) not in known:
            pointer = ("authentication", "scopes", index, "name")
            meant, hint = closest(name, known) or known[0], did_you_mean(name, known)
            yield match.spec.report(RULES["contract-scope"], pointer, scope=name, meant=meant, hint=hint)
