"""Compare a spec with the vendor's contract: the file itself, endpoints and events."""

from collections.abc import Iterator

from integration_specs.contracts import Contract, Message, Operation, unresolved_references
from integration_specs.documents.redaction import redact_finding
from integration_specs.findings import Finding, Rule
from integration_specs.model import Endpoint, Spec, is_unknown
from integration_specs.text.display import listing, printable
from integration_specs.text.suggestions import closest, did_you_mean

from . import CheckContext, call_cause
from ._contract_match import UPDATE_CONTRACT, ContractMatch, contract_of, matches
from .attachments import missing_file

FILE = Rule(
    "contract-file",
    "error",
    "The contract cannot be read.",
    "A contract is an OpenAPI 2 or 3 or AsyncAPI 2 or 3 document in the spec's own folder, in YAML or JSON. References are followed "
    "inside that folder only.",
    "contract: https://example.com/openapi.yaml",
    "contract: openapi.yaml   (the file specs/pagar-me/openapi.yaml)",
)
ENDPOINT = Rule(
    "contract-endpoint",
    "error",
    "An endpoint is not in the contract.",
    "Method and path are compared; the names of path parameters, the query, and a base path or version are ignored.",
    "method: POST\npath: /order",
    "method: POST\npath: /orders",
)
EVENT = Rule(
    "contract-event",
    "error",
    "A received event is not in the contract.",
    "Events are compared with the contract's webhooks, callbacks and messages, if there are any.",
    "name: order.payd",
    "name: order.paid",
)
DEPRECATED = Rule(
    "contract-deprecated",
    "warning",
    "The vendor has deprecated an operation or event that we use.",
    "It will be removed; the vendor's description usually names its replacement.",
    "deprecated: true   (in the contract)",
    "path: /v2/orders   (what the vendor names instead)",
)
RULES = (FILE, ENDPOINT, EVENT, DEPRECATED)


def check(context: CheckContext) -> Iterator[Finding]:
    """Compare every spec that names a contract with it."""
    for spec in context.catalog.specs:
        yield from map(redact_finding, _check_file(context, spec))
    for match in matches(context):
        yield from map(redact_finding, _unmatched(match))
        yield from map(redact_finding, _deprecated(match))


def _check_file(context: CheckContext, spec: Spec) -> Iterator[Finding]:
    name = spec.data.get("contract", "")
    if not name or is_unknown(name):
        return
    other = context.settings.contracts.get(spec.id)
    if other is None and (missing := missing_file(context, spec, FILE, ("contract",), name)):
        yield missing
        return
    name = other.as_posix() if other else name
    contract = contract_of(context, spec)
    if isinstance(contract, str):
        message = f"`{printable(name)}`: {contract}"
        yield spec.finding(FILE, ("contract",), message, "Correct the file, or download it again.")
    elif isinstance(contract, Contract) and (references := unresolved_references(contract.resolver)):
        yield spec.finding(
            FILE,
            ("contract",),
            f"the contract has references that cannot be followed: {listing(references, 3)}",
            "Put the files into the spec's folder, or bundle the contract into one file. Until then, what they describe is not checked.",
            level="warning",
        )


def _unmatched(match: ContractMatch) -> Iterator[Finding]:
    for endpoint, others in match.unmatched_endpoints:
        labels = [other.label for other in others or match.contract.operations]
        meant = closest(endpoint.label.partition("?")[0], labels)
        if others:
            hint = f"; it has {', '.join(sorted({other.method for other in others}))} for this path"
        else:
            hint = f"; did you mean `{printable(meant)}`?" if meant else ""
        yield match.spec.finding(
            ENDPOINT,
            (*endpoint.pointer, "path"),
            f"{printable(endpoint.label)} is not in the contract{hint}",
            f"Write {f'`{printable(meant)}`' if meant else 'an operation of the contract'}, {UPDATE_CONTRACT}",
            level=match.level,
            cause=call_cause(meant),
        )
    names = (
        list(dict.fromkeys(each.name for each in match.contract.messages if each.name))
        if match.unmatched_events
        else []
    )
    for event in match.unmatched_events:
        meant = closest(event.name, names)
        yield match.spec.finding(
            EVENT,
            (*event.pointer, "name"),
            f"the event `{printable(event.name)}` is not in the contract{did_you_mean(event.name, names)}",
            f"Write {f'`{printable(meant)}`' if meant else f'one of {listing(names)}'}, {UPDATE_CONTRACT}",
            level=match.level,
            cause=call_cause(meant),
        )


def _deprecated(match: ContractMatch) -> Iterator[Finding]:
    """Yield one finding for each operation (several endpoints may share it) and for each event."""
    callers: dict[str, list[Endpoint]] = {}
    for endpoint in match.spec.endpoints:
        operation = match.operations.get(endpoint.key)
        if operation and operation.deprecated:
            callers.setdefault(operation.label, []).append(endpoint)
    for endpoints in callers.values():
        first, keys = endpoints[0], [endpoint.key for endpoint in endpoints]
        used_by = f" (used by {listing(keys, 5)})" if len(keys) > 1 else ""
        message = f"the vendor has deprecated {printable(first.label)}{used_by}"
        help_text = _replacement(match.operations[first.key])
        yield match.spec.finding(DEPRECATED, (*first.pointer, "path"), message, help_text)
    for event in match.spec.events:
        found = match.messages.get(event.pointer)
        if found and found.deprecated:
            message = f"the vendor has deprecated the event `{printable(event.name)}`"
            yield match.spec.finding(DEPRECATED, (*event.pointer, "name"), message, _replacement(found))


def _replacement(found: Operation | Message) -> str:
    about = printable(found.about, 160)
    return "Migrate to the vendor's replacement before it is removed." + (
        f" The contract says: {about}" if about else ""
    )
