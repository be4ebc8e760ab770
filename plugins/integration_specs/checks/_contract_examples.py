"""Compare the examples and response statuses of a spec with the schemas of its contract."""

from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import parse_qsl

from integration_specs.contracts import MediaType, Operation, SchemaError, json_value, schema_errors
from integration_specs.findings import Finding
from integration_specs.model import Endpoint, Event
from integration_specs.text.display import listing, printable
from integration_specs.text.messages import Message

from . import RULES
from ._contract_match import ContractMatch


def compare_examples(match: ContractMatch) -> Iterator[Finding]:
    """Yield the differences, then one finding for all contradictions of the contract, and one for what is not compared."""
    yield from _Examples(match).findings()


class _Examples:
    """The comparison of the examples of one spec."""

    def __init__(self, match: ContractMatch) -> None:
        self._match, self._spec, self._resolver = match, match.spec, match.contract.resolver
        self._unchecked: list[str] = []
        self._contradictions: list[tuple[str, str]] = []

    def findings(self) -> Iterator[Finding]:
        for endpoint, operation, _ in self._match.endpoints:
            if operation is None:
                continue
            response = endpoint.data.get("response", {})
            yield from self._example(
                endpoint, "request", Message("{call} request", call=endpoint.key), operation.request_bodies
            )
            documented = _documented_status(operation, response.get("status"))
            if response and operation.responses and not documented:
                yield self._spec.report(
                    RULES["contract-status"],
                    (*endpoint.pointer, "response", "status"),
                    status=response.get("status", 200),
                    operation=operation.label,
                    statuses=listing(status for status, _ in operation.responses),
                )
                continue
            bodies = operation.response_bodies(documented)
            yield from self._example(endpoint, "response", Message("{call} response", call=endpoint.key), bodies)
        for event in self._spec.events:
            if found := self._match.messages.get(event.pointer):
                yield from self._example(event, "payload", event.name, found.bodies)
        yield from self._summary()

    def _example(
        self, item: Endpoint | Event, key: str, label: str, bodies: tuple[MediaType, ...]
    ) -> Iterator[Finding]:
        message: dict[str, Any] = item.data.get(key, {})
        example = message.get("example")
        if example is None:
            return
        side: Literal["request", "response"] = "request" if key == "request" else "response"
        content_type = message.get("content_type", "application/json")
        body = _body_of_type(bodies, content_type)
        if isinstance(example, str) and "form-urlencoded" in content_type:  # a placeholder fits every schema
            example = {name.partition("[")[0]: "{value}" for name, _ in parse_qsl(example, keep_blank_values=True)}
        if isinstance(example, str) or body is None or not body.schema.value:
            self._unchecked.append(label)
            return
        contradicted: set[object] | None = None
        for error in schema_errors(self._resolver, body.schema, example, side):
            if contradicted is None:
                contradicted = {_kind_of(each) for each in self._errors_of_contract(body, side)}
            if error.is_contract_example or _kind_of(error) in contradicted:
                self._contradictions.append((label, error.message))
                continue
            pointer = (*item.pointer, key, "example", *error.pointer)
            yield self._spec.report(RULES["contract-example"], pointer, level=self._match.level, error=error.message)

    def _errors_of_contract(self, body: MediaType, side: Any) -> Iterator[SchemaError]:
        """Yield the errors of the contract's own examples: those of the body, and those of its schema."""
        for _, node in (*body.examples, *body.schema_examples):
            if node:
                yield from schema_errors(self._resolver, body.schema, json_value(node.value), side, limit=100)

    def _summary(self) -> Iterator[Finding]:
        """Yield one finding for all contradictions of the contract, and one for all that it does not describe."""
        if self._contradictions:
            places = list(dict.fromkeys(label for label, _ in self._contradictions))
            shown = (Message("{example}: {error}", example=each, error=why) for each, why in self._contradictions[:20])
            notes = tuple(dict.fromkeys(printable(place, 150) for place in shown))
            rule = RULES["contract-contradiction"]
            yield self._spec.report(rule, ("contract",), notes, places=listing(places, 3))
        if self._spec.endpoints and not self._match.contract.operations:
            self._unchecked.insert(0, "endpoints")
        if any(not event.sent for event in self._spec.events) and not self._match.contract.messages:
            self._unchecked.insert(0, "events.received")
        if self._unchecked:
            parts = listing(self._unchecked, 4)
            yield self._spec.report(RULES["contract-unchecked"], ("contract",), parts=parts)


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
        if kind in (wanted, "*/*", "") or ("json" in kind and "json" in wanted):
            return body
    return None
