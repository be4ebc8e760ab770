"""Compare the examples and response statuses of a spec with the schemas of its contract."""

from collections.abc import Iterator
from typing import Any

from integration_specs.contracts import MediaType, Operation, SchemaError, schema_errors
from integration_specs.documents import Pointer
from integration_specs.documents.redaction import redact_finding
from integration_specs.findings import Finding, Rule
from integration_specs.text.display import listing, printable

from . import CheckContext
from ._contract_match import UPDATE_CONTRACT, ContractMatch, matches

EXAMPLE = Rule(
    "contract-example",
    "error",
    "An example does not match the contract's schema.",
    "The vendor would reject a call copied from the example.",
    "example: {amount: '299.00'}   (the schema says integer)",
    "example: {amount: 29900}",
)
STATUS = Rule(
    "contract-status",
    "warning",
    "The status of a response is not in the contract.",
    "Either the status is wrong, or the contract is out of date. A class (`2XX`) or `default` in the contract allows any status.",
    "response:\n  status: 200   (the contract has 201)",
    "response:\n  status: 201",
)
CONTRADICTION = Rule(
    "contract-contradiction",
    "info",
    "Examples of the contract do not match its own schemas.",
    "The vendor contradicts itself, so differences between the spec and these schemas are not reported. Tell the vendor, and rely on recorded calls.",
    "example: {id: '7'}   (in the contract, whose schema says integer)",
    "example: {id: 7}",
)
UNCHECKED = Rule(
    "contract-unchecked",
    "info",
    "Parts of the spec are not compared with the contract.",
    "The contract has no schema for them, it has no operations or events at all, or the example is not JSON. `verify` compares them with recorded calls.",
    "responses: {'200': {description: OK}}   (in the contract)",
    "responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}",
)
RULES = (EXAMPLE, STATUS, CONTRADICTION, UNCHECKED)


def check(context: CheckContext) -> Iterator[Finding]:
    """Compare the examples of every spec that has a contract."""
    for match in matches(context):
        yield from map(redact_finding, _Examples(match).findings())


class _Examples:
    """The comparison of the examples of one spec."""

    def __init__(self, match: ContractMatch) -> None:
        self._match, self._spec, self._resolver = match, match.spec, match.contract.resolver
        self._unchecked: list[str] = []
        self._contradictions: list[str] = []

    def findings(self) -> Iterator[Finding]:
        """Yield the differences, then one finding for all contradictions of the contract, and one for what is not compared."""
        for endpoint in self._spec.endpoints:
            operation = self._match.operations.get(endpoint.key)
            if operation is None:
                continue
            request, response = endpoint.data.get("request", {}), endpoint.data.get("response", {})
            yield from self._example(
                (*endpoint.pointer, "request"), f"{endpoint.key} request", request, operation.request_bodies, "request"
            )
            documented = _documented_status(operation, response.get("status"))
            if response and operation.responses and not documented:
                statuses = [status for status, _ in operation.responses]
                yield self._spec.finding(
                    STATUS,
                    (*endpoint.pointer, "response", "status"),
                    f"the contract has no response {response.get('status', 200)} of {printable(operation.label)}, only {listing(statuses)}",
                    f"Correct the status, {UPDATE_CONTRACT}",
                )
                continue
            bodies = operation.response_bodies(documented)
            yield from self._example(
                (*endpoint.pointer, "response"), f"{endpoint.key} response", response, bodies, "response"
            )
        for event in self._spec.events:
            if found := self._match.messages.get(event.pointer):
                payload = event.data.get("payload", {})
                yield from self._example((*event.pointer, "payload"), event.name, payload, found.bodies, "response")
        yield from self._summary()

    def _example(
        self, pointer: Pointer, label: str, message: dict[str, Any], bodies: tuple[MediaType, ...], side: Any
    ) -> Iterator[Finding]:
        example = message.get("example")
        if example is None:
            return
        body = _body_of_type(bodies, message.get("content_type", "application/json"))
        if isinstance(example, str) or body is None or not body.schema.value:
            self._unchecked.append(label)
            return
        contradicted: set[object] | None = None
        for error in schema_errors(self._resolver, body.schema, example, side):
            if contradicted is None:
                contradicted = {_kind_of(each) for each in self._errors_of_contract(body, side)}
            if error.is_contract_example or _kind_of(error) in contradicted:
                self._contradictions.append(f"{label}: {error.message}")
                continue
            yield self._spec.finding(
                EXAMPLE,
                (*pointer, "example", *error.pointer),
                f"the example does not match the contract: {error.message}",
                f"Correct the example, {UPDATE_CONTRACT}",
                level=self._match.level,
            )

    def _errors_of_contract(self, body: MediaType, side: Any) -> Iterator[SchemaError]:
        """Yield the errors of the contract's own examples."""
        for _, node in body.examples:
            if node:
                yield from schema_errors(self._resolver, body.schema, node.value, side, limit=100)

    def _summary(self) -> Iterator[Finding]:
        """Yield one finding for all contradictions of the contract, and one for all that it does not describe."""
        if self._contradictions:
            places = list(dict.fromkeys(place.partition(":")[0] for place in self._contradictions))
            yield self._spec.finding(
                CONTRADICTION,
                ("contract",),
                f"examples of the contract do not match its own schemas: {listing(places, 3)}",
                "The spec can stay as it is; tell the vendor.",
                tuple(dict.fromkeys(printable(place, 150) for place in self._contradictions[:20])),
            )
        if self._spec.endpoints and not self._match.contract.operations:
            self._unchecked.insert(0, "endpoints")
        if any(not event.sent for event in self._spec.events) and not self._match.contract.messages:
            self._unchecked.insert(0, "events.received")
        if self._unchecked:
            yield self._spec.finding(
                UNCHECKED,
                ("contract",),
                f"not compared with the contract: {listing(self._unchecked, 4)}",
                "Verify these parts with recorded calls, or add them to the contract.",
            )


def _kind_of(error: SchemaError) -> object:
    """Return what two errors of the same kind have in common: the field, and what is expected there."""
    field = tuple(step for step in error.pointer if isinstance(step, str))
    return field, error.message.partition(" but found ")[0]


def _documented_status(operation: Operation, status: int | None) -> str:
    """Return how the contract names the response with this status, or the first success without one; empty if it has none."""
    documented = {name.lower(): name for name, _ in operation.responses}
    success = [name for name in sorted(documented) if name.startswith("2")]
    wanted = [str(status), f"{status // 100}xx"] if status else ["200", *success]
    return next((documented[name] for name in (*wanted, "default") if name in documented), "")


def _body_of_type(bodies: tuple[MediaType, ...], content_type: str) -> MediaType | None:
    wanted = content_type.partition(";")[0].strip().lower()
    for body in bodies:
        kind = body.content_type.partition(";")[0].strip().lower()
        if kind in (wanted, "*/*") or ("json" in kind and "json" in wanted):
            return body
    return None
