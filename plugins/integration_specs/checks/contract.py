"""Compare a spec with the vendor's contract: the file itself, endpoints, events, addresses, scopes, examples and fields."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from integration_specs import contracts
from integration_specs.contracts import Contract, Operation, base_path, normalize_template, unresolved_references
from integration_specs.documents.redaction import redact_finding
from integration_specs.findings import Finding
from integration_specs.model import Endpoint, Spec, is_open_question
from integration_specs.secrets import mask
from integration_specs.text.display import listing, printable
from integration_specs.text.messages import Message
from integration_specs.text.suggestions import closest, suggestion

from . import RULES, CheckContext, call_cause, in_parts
from ._contract_examples import compare_examples
from ._contract_fields import compare_fields
from ._contract_match import ContractMatch, contract_of
from .attachments import missing_file

_Comparison = Callable[[ContractMatch], Iterator[Finding]]


def _file(context: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Yield a finding if the contract is missing, cannot be read, or refers to what cannot be followed."""
    name, other, rule = spec.data.get("contract", ""), context.settings.contracts.get(spec.id), RULES["contract-file"]
    contract = contract_of(context, spec)
    if isinstance(contract, Contract):
        if references := unresolved_references(contract.resolver):
            shown = listing(map(mask, references), 3)
            finding = spec.report(rule, ("contract",), variant="references", level="warning", references=shown)
            yield redact_finding(finding)
    elif contract:
        shown = printable(other.as_posix() if other else name)
        yield redact_finding(spec.report(rule, ("contract",), variant="invalid", file=shown, problem=contract))
    elif name and not is_open_question(name) and (missing := missing_file(context, spec, rule, ("contract",), name)):
        yield redact_finding(missing)


def _compare(comparisons: Iterable[_Comparison], context: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Compare a spec with its contract."""
    contract = contract_of(context, spec)
    match = ContractMatch(spec, contract) if isinstance(contract, Contract) else None
    for compare in comparisons:
        yield from map(redact_finding, compare(match)) if match else ()


def _unmatched_endpoints(match: ContractMatch) -> Iterator[Finding]:
    for endpoint, operation, others in match.endpoints:
        if operation:
            continue
        labels = [other.label for other in others or match.contract.operations]
        meant = closest(endpoint.label.partition("?")[0], labels)
        methods = ", ".join(sorted({other.method for other in others}))
        hint = Message("; it has {methods} for this path", methods=methods) if others else suggestion(meant)
        yield match.spec.report(
            RULES["contract-endpoint"],
            (*endpoint.pointer, "path"),
            level=match.level,
            cause=call_cause(meant),
            endpoint=endpoint.label,
            hint=hint,
            meant=f"`{printable(meant)}`" if meant else Message("an operation of the contract"),
        )


def _unmatched_events(match: ContractMatch) -> Iterator[Finding]:
    for event in match.events:
        if event.sent or event.pointer in match.messages:
            continue
        names = dict.fromkeys(each.name for each in match.contract.messages if each.name)
        meant = closest(event.name, names)
        yield match.spec.report(
            RULES["contract-event"],
            (*event.pointer, "name"),
            level=match.level,
            cause=call_cause(meant),
            event=event.name,
            hint=suggestion(meant),
            meant=f"`{printable(meant)}`" if meant else Message("one of {names}", names=listing(names)),
        )


def _deprecated_operations(match: ContractMatch) -> Iterator[Finding]:
    """Yield one finding for each operation: several endpoints may share it."""
    callers: dict[str, list[Endpoint]] = {}
    for endpoint, operation, _ in match.endpoints:
        if operation and operation.node.is_true("deprecated"):
            callers.setdefault(operation.label, []).append(endpoint)
    for first, *others in callers.values():
        what: str = printable(first.label)
        if others:
            endpoints = listing((each.key for each in (first, *others)), 5)
            what = Message("{operation} (used by {endpoints})", operation=what, endpoints=endpoints)
        about = _about(match.operations[first.key])
        yield match.spec.report(RULES["contract-deprecated"], (*first.pointer, "path"), what=what, about=about)


def _deprecated_messages(match: ContractMatch) -> Iterator[Finding]:
    for event in match.spec.events:
        found = match.messages.get(event.pointer)
        if found and found.node.is_true("deprecated"):
            what = Message("the event `{event}`", event=printable(event.name))
            pointer = (*event.pointer, "name")
            yield match.spec.report(RULES["contract-deprecated"], pointer, what=what, about=_about(found))


def _about(found: Operation | contracts.Message) -> str:
    about = found.node.text("description", "summary", "title").strip()
    return Message(" The contract says: {text}", text=printable(about, 160)) if about else ""


def _addresses(match: ContractMatch) -> Iterator[Finding]:
    """Yield a finding for each environment with another host, or with another base path although the paths are the same."""
    rule, contract = RULES["contract-address"], match.contract
    found = [(endpoint.path, operation.path) for endpoint, operation, _ in match.endpoints if operation]
    has_same_paths = bool(found) and all(normalize_template(ours) == normalize_template(path) for ours, path in found)
    for index, environment in enumerate(match.spec.data.get("environments", ()) if contract.hosts else ()):
        address, pointer = str(environment.get("base_url", "")), ("environments", index, "base_url")
        host = re.match(r"https?://([^/:?#{}]+)(?=[/:?#]|$)", address)
        if host and not contract.has_host(host[1]):
            servers = listing(map(mask, contract.servers))
            yield match.spec.report(rule, pointer, host=host[1], servers=servers)
        elif host and has_same_paths and "{" not in address:
            paths = contract.base_paths(host[1])
            if paths and base_path(address) not in paths:
                servers = listing(path or "/" for path in sorted(paths))
                yield match.spec.report(rule, pointer, variant="path", path=base_path(address) or "/", servers=servers)


def _scopes(match: ContractMatch) -> Iterator[Finding]:
    known = sorted(match.contract.scopes or ())
    for index, scope in enumerate(match.spec.section("authentication").get("scopes", ()) if known else ()):
        if (name := scope["name"]) not in known:
            pointer, meant = ("authentication", "scopes", index, "name"), closest(name, known)
            hint, meant = suggestion(meant), meant or known[0]
            yield match.spec.report(RULES["contract-scope"], pointer, scope=name, meant=meant, hint=hint)


_COMPARISONS: tuple[_Comparison, ...] = (
    _unmatched_endpoints, _unmatched_events, _deprecated_operations, _deprecated_messages, _addresses, _scopes,
    compare_examples, compare_fields,
)  # fmt: skip
PARTS = (_file, *(partial(_compare, (each,)) for each in _COMPARISONS))
check = in_parts(_file, partial(_compare, _COMPARISONS))  # with one match for all comparisons
