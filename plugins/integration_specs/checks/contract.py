"""Compare a spec with the vendor's contract: endpoints, events, mapped fields and examples."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from integration_specs.contracts import (
    Contract,
    ContractError,
    MediaType,
    Message,
    Operation,
    Resolver,
    SchemaError,
    SchemaFields,
    base_path,
    normalize_template,
    read_contract,
    schema_errors,
    unresolved_references,
)
from integration_specs.documents import Pointer
from integration_specs.documents.redaction import redact_finding
from integration_specs.findings import Finding, Level, Rule
from integration_specs.model import Endpoint, Event, MappedField, Spec, is_unknown
from integration_specs.model.example_fields import normalize_path
from integration_specs.text.display import listing, printable
from integration_specs.text.suggestions import closest, did_you_mean

from . import CheckContext, call_cause
from .attachments import attachment_folder, missing_file
from .mapping import example_fields

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
FIELD = Rule(
    "contract-field",
    "error",
    "A mapped field occurs in an example but not in the contract.",
    "Either the example is wrong, or the contract is out of date.",
    "remote: charge_no",
    "remote: charges[].id",
)
EXAMPLE = Rule(
    "contract-example",
    "error",
    "An example does not match the contract's schema.",
    "The vendor would reject a call copied from the example.",
    "example: {amount: '299.00'}   (the schema says integer)",
    "example: {amount: 29900}",
)
DEPRECATED = Rule(
    "contract-deprecated",
    "warning",
    "The vendor has deprecated an operation or event that we use.",
    "It will be removed; the vendor's description usually names its replacement.",
    "deprecated: true   (in the contract)",
    "path: /v2/orders   (what the vendor names instead)",
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
RULES = (FILE, ENDPOINT, EVENT, FIELD, EXAMPLE, STATUS, DEPRECATED, CONTRADICTION, UNCHECKED)
UPDATE_CONTRACT = "or update the contract file."
"""The end of the help of findings about a contract."""


def check(context: CheckContext) -> Iterator[Finding]:
    """Compare every spec that names a contract with it."""
    for spec in context.catalog.specs:
        name = spec.data.get("contract", "")
        if name and not is_unknown(name):
            yield from map(
                redact_finding, _check_spec(context, spec, name)
            )  # the messages quote a file that is not redacted


def _check_spec(context: CheckContext, spec: Spec, name: str) -> Iterator[Finding]:
    if missing := missing_file(context, spec, FILE, ("contract",), name):
        yield missing
        return
    contract = _read_contract(context, spec, name)
    if isinstance(contract, str):
        message = f"`{printable(name)}`: {contract}"
        yield spec.finding(FILE, ("contract",), message, "Correct the file, or download it again.")
        return
    if references := unresolved_references(contract.resolver):
        yield spec.finding(
            FILE,
            ("contract",),
            f"the contract has references that cannot be followed: {listing(references, 3)}",
            "Put the files into the spec's folder, or bundle the contract into one file. Until then, what they describe is not checked.",
            level="warning",
        )
    yield from _Comparison(spec, contract).findings()


def read_contract_of(context: CheckContext, spec: Spec) -> Contract | None:
    """Return the contract of a spec; None if it has none that can be read."""
    name = spec.data.get("contract", "")
    if not name or is_unknown(name) or missing_file(context, spec, FILE, ("contract",), name):
        return None
    contract = _read_contract(context, spec, name)
    return contract if isinstance(contract, Contract) else None


def _read_contract(context: CheckContext, spec: Spec, name: str) -> Contract | str:
    folder = attachment_folder(context, spec)
    return _read(folder / name, name, _state_of(folder))


def _state_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what changes when a file of the folder changes: a contract may refer to any of them."""
    states = ((path, path.lstat()) for path in sorted(folder.rglob("*"))[:1000])
    return tuple((str(path), status.st_mtime_ns, status.st_size) for path, status in states)


@lru_cache(maxsize=8)
def _read(path: Path, name: str, _state: object) -> Contract | str:
    """Return the contract, or why it cannot be read. Cached, because a live server checks it after every save."""
    resolver = Resolver.open(path, name)
    error = next((finding for finding in resolver.document.findings if finding.level == "error"), None)
    if error:
        return f"line {error.span.line}: {error.message}"
    try:
        return read_contract(resolver)
    except ContractError as fault:
        return str(fault)


class _Comparison:
    """The comparison of one spec with one contract."""

    def __init__(self, spec: Spec, contract: Contract) -> None:
        self._spec, self._contract = spec, contract
        self._operations: dict[str, Operation] = {}
        self._messages: dict[Pointer, Message] = {}
        self._prefixes = _base_paths(spec, contract)
        self._level: Level = "warning" if spec.status == "draft" else "error"
        self._unchecked: list[str] = []
        self._contradictions: list[str] = []

    def findings(self) -> Iterator[Finding]:
        """Yield findings about endpoints and events first: what matches is what examples and fields are compared with."""
        if self._spec.endpoints and self._contract.operations:
            for endpoint in self._spec.endpoints:
                yield from self._match_endpoint(endpoint)
            yield from self._deprecated_operations()
        if self._spec.events and self._contract.messages:
            for event in self._spec.events:
                if not event.sent or self._contract.kind == "AsyncAPI":
                    yield from self._match_event(event)
        yield from self._examples()
        yield from self._fields()
        yield from self._summary()

    def _match_endpoint(self, endpoint: Endpoint) -> Iterator[Finding]:
        operation, others = self._find_operation(endpoint)
        if operation:
            self._operations[endpoint.key] = operation
            return
        labels = [other.label for other in others or self._contract.operations]
        meant = closest(endpoint.label.partition("?")[0], labels)
        if others:
            hint = f"; it has {', '.join(sorted({other.method for other in others}))} for this path"
        else:
            hint = f"; did you mean `{printable(meant)}`?" if meant else ""
        yield self._spec.finding(
            ENDPOINT,
            (*endpoint.pointer, "path"),
            f"{printable(endpoint.label)} is not in the contract{hint}",
            f"Write `{printable(meant)}`, {UPDATE_CONTRACT}"
            if meant
            else f"Use an operation of the contract, {UPDATE_CONTRACT}",
            level=self._level,
            cause=call_cause(meant),
        )

    def _deprecated_operations(self) -> Iterator[Finding]:
        """Yield one finding for each operation: several endpoints may share it."""
        callers: dict[str, list[Endpoint]] = {}
        for endpoint in self._spec.endpoints:
            operation = self._operations.get(endpoint.key)
            if operation and operation.deprecated:
                callers.setdefault(operation.label, []).append(endpoint)
        for endpoints in callers.values():
            first, keys = endpoints[0], [endpoint.key for endpoint in endpoints]
            used_by = f" (used by {listing(keys, 5)})" if len(keys) > 1 else ""
            yield self._spec.finding(
                DEPRECATED,
                (*first.pointer, "path"),
                f"the vendor has deprecated {printable(first.label)}{used_by}",
                _replacement(self._operations[first.key]),
            )

    def _find_operation(self, endpoint: Endpoint) -> tuple[Operation | None, list[Operation]]:
        """Return the operation of an endpoint, or None and the operations of the same path with other methods."""
        others: list[Operation] = []
        paths = self._possible_paths(endpoint.path)
        for path in paths:
            if operation := self._contract.by_call.get((endpoint.method, path)):
                return operation, []
        matching: list[tuple[int, Operation]] = []
        for (method, template), operation in self._contract.by_call.items():
            score = max((_match_score(path, template) for path in paths), default=-1)
            if score >= 0 and method == endpoint.method:
                matching.append((score, operation))
            elif score >= 0:
                others.append(operation)
        if matching:
            return max(matching, key=lambda each: each[0])[1], []
        return None, others

    def _possible_paths(self, path: str) -> list[str]:
        """Return how a contract may write our path: as it is, with or without each base path and version."""
        plain = normalize_template(path)
        paths = [plain]
        for prefix in self._prefixes:
            paths.append(normalize_template(f"{prefix}{plain}"))
            if plain.startswith(f"{prefix}/"):
                paths.append(plain[len(prefix) :])
        paths.append(re.sub(r"^(/(api|rest|v[0-9]+(\.[0-9]+)*))+(?=/)", "", plain))
        return list(dict.fromkeys(paths))

    def _match_event(self, event: Event) -> Iterator[Finding]:
        wanted = _plain_name(event.name)
        found = next((each for each in self._contract.messages if wanted in map(_plain_name, each.names)), None)
        if found:
            self._messages[event.pointer] = found
            if found.deprecated:
                yield self._spec.finding(
                    DEPRECATED,
                    (*event.pointer, "name"),
                    f"the vendor has deprecated the event `{printable(event.name)}`",
                    _replacement(found),
                )
        elif not event.sent:
            names = list(dict.fromkeys(each.name for each in self._contract.messages if each.name))
            meant = closest(event.name, names)
            yield self._spec.finding(
                EVENT,
                (*event.pointer, "name"),
                f"the event `{printable(event.name)}` is not in the contract{did_you_mean(event.name, names)}",
                f"Write `{printable(meant)}`, {UPDATE_CONTRACT}"
                if meant
                else f"Write one of {listing(names)}, {UPDATE_CONTRACT}",
                level=self._level,
                cause=call_cause(meant),
            )

    def _examples(self) -> Iterator[Finding]:
        for endpoint in self._spec.endpoints:
            operation = self._operations.get(endpoint.key)
            if operation is None:
                continue
            request, response = endpoint.data.get("request", {}), endpoint.data.get("response", {})
            yield from self._example(
                (*endpoint.pointer, "request"), f"{endpoint.key} request", request, operation.request_bodies, "request"
            )
            documented = _documented_status(operation, response.get("status"))
            if response and operation.responses and not documented:
                yield self._unknown_status(endpoint, operation)
                continue
            bodies = operation.response_bodies(documented)
            yield from self._example(
                (*endpoint.pointer, "response"), f"{endpoint.key} response", response, bodies, "response"
            )
        for event in self._spec.events:
            if found := self._messages.get(event.pointer):
                payload = event.data.get("payload", {})
                yield from self._example((*event.pointer, "payload"), event.name, payload, found.bodies, "response")

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
        for error in schema_errors(self._contract.resolver, body.schema, example, side):
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
                level=self._level,
            )

    def _unknown_status(self, endpoint: Endpoint, operation: Operation) -> Finding:
        statuses = [status for status, _ in operation.responses]
        return self._spec.finding(
            STATUS,
            (*endpoint.pointer, "response", "status"),
            f"the contract has no response {endpoint.data['response'].get('status', 200)} of {printable(operation.label)}, only {listing(statuses)}",
            f"Correct the status, {UPDATE_CONTRACT}",
        )

    def _errors_of_contract(self, body: MediaType, side: Any) -> Iterator[SchemaError]:
        """Yield the errors of the contract's own examples."""
        for _, node in body.examples:
            if node:
                yield from schema_errors(self._contract.resolver, body.schema, node.value, side, limit=100)

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
        if self._spec.endpoints and not self._contract.operations:
            self._unchecked.insert(0, "endpoints")
        if any(not event.sent for event in self._spec.events) and not self._contract.messages:
            self._unchecked.insert(0, "events.received")
        if self._unchecked:
            yield self._spec.finding(
                UNCHECKED,
                ("contract",),
                f"not compared with the contract: {listing(self._unchecked, 4)}",
                "Verify these parts with recorded calls, or add them to the contract.",
            )

    def _fields(self) -> Iterator[Finding]:
        if not self._spec.mapped_fields:
            return
        sent, received = example_fields(self._spec)
        to_vendor, from_vendor = self._described_fields()
        for row in self._spec.mapped_fields:
            path = normalize_path(row.remote)
            for direction, examples, described in (("Outbound", sent, to_vendor), ("Inbound", received, from_vendor)):
                if row.direction not in (direction, "Bidirectional") or path not in examples.types:
                    continue
                if not described.has(path):
                    yield self._unknown_field(row, path, examples.words, described)
                    break

    def _unknown_field(self, row: MappedField, path: str, words: str, described: "_DescribedFields") -> Finding:
        return self._spec.finding(
            FIELD,
            (*row.pointer, "remote"),
            f"the contract has no field `{printable(row.remote)}` in {words}{did_you_mean(path, described.suggestions())}",
            f"Correct the row and the example, {UPDATE_CONTRACT}",
            level=self._level,
        )

    def _described_fields(self) -> tuple["_DescribedFields", "_DescribedFields"]:
        """Return what the contract describes of the messages that we send, and of those that we receive."""
        fields = SchemaFields(self._contract.resolver)
        sent, received = _DescribedFields(fields), _DescribedFields(fields)
        for endpoint in self._spec.endpoints:
            operation = self._operations.get(endpoint.key)
            # Path parameters may have other names in the contract.
            sent.names.update(re.findall(r"\{([^{}]+)\}", endpoint.path))
            if operation:
                sent.names.update(parameter.text("name") for parameter in operation.parameters)
            sent.add(operation.request_bodies if operation else (), endpoint.body("request"))
            responses = operation.responses if operation else ()
            bodies = tuple(body for status, _ in responses for body in operation.response_bodies(status))  # type: ignore[union-attr]
            received.add(bodies, endpoint.body("response"))
        for event in self._spec.events:
            if not event.sent:
                found = self._messages.get(event.pointer)
                received.add(found.bodies if found else (), event.example)
        return sent, received


class _DescribedFields:
    """The fields of all messages of one direction: names of parameters, and the schemas of bodies."""

    def __init__(self, fields: SchemaFields) -> None:
        self._fields = fields
        self.names: set[str] = set()
        self._schemas: list[Any] = []
        self._is_open = False

    def add(self, bodies: tuple[MediaType, ...], example: Any) -> None:
        """Add a message. If the spec has an example of it and the contract describes no fields, any field is accepted."""
        schemas = [body.schema for body in bodies]
        if any(self._fields.describe([schema]) for schema in schemas):
            self._schemas += schemas
        elif example is not None:
            self._is_open = True

    def has(self, path: str) -> bool:
        """Return whether the contract describes the field, or leaves open what there is."""
        if self._is_open or path in self.names or not (self.names or self._schemas):
            return True
        return any(self._fields.has([schema], path) for schema in self._schemas)

    def suggestions(self) -> list[str]:
        """Return names that a field may have been meant to be."""
        return [*self.names, *self._fields.names(self._schemas)]


def _kind_of(error: SchemaError) -> object:
    """Return what two errors of the same kind have in common: the field, and what is expected there."""
    field = tuple(step for step in error.pointer if isinstance(step, str))
    return field, error.message.partition(" but found ")[0]


def _replacement(found: Operation | Message) -> str:
    about = printable(found.about, 160)
    return "Migrate to the vendor's replacement before it is removed." + (
        f" The contract says: {about}" if about else ""
    )


def _base_paths(spec: Spec, contract: Contract) -> list[str]:
    """Return the base paths that may stand before a path in the spec or in the contract."""
    addresses = [*contract.servers, *(str(item.get("base_url", "")) for item in spec.data.get("environments", ()))]
    return [prefix for prefix in dict.fromkeys(map(base_path, addresses)) if prefix]


def _match_score(path: str, template: str) -> int:
    """Return how many segments a path shares with a template whose parameters match any segment; -1 if it does not match."""
    ours, theirs = path.split("/"), template.split("/")
    if len(ours) != len(theirs) or not all(b in (a, "{}") for a, b in zip(ours, theirs, strict=True)):
        return -1
    return sum(a == b for a, b in zip(ours, theirs, strict=True))


def _plain_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


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
