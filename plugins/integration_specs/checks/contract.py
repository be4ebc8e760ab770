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
    "A contract is an OpenAPI 3, AsyncAPI 2 or AsyncAPI 3 document in the spec's own folder, in YAML or JSON. References are followed "
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
RULES = (FILE, ENDPOINT, EVENT, FIELD, EXAMPLE, DEPRECATED)
_UPDATE = "or update the contract file."


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
    folder = attachment_folder(context, spec)
    contract = _read(folder / name, name, _state_of(folder))
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
            f"Write `{printable(meant)}`, {_UPDATE}" if meant else f"Use an operation of the contract, {_UPDATE}",
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
                f"Write `{printable(meant)}`, {_UPDATE}" if meant else f"Write one of {listing(names)}, {_UPDATE}",
                level=self._level,
                cause=call_cause(meant),
            )

    def _examples(self) -> Iterator[Finding]:
        for endpoint in self._spec.endpoints:
            operation = self._operations.get(endpoint.key)
            if operation is None:
                continue
            request, response = endpoint.data.get("request", {}), endpoint.data.get("response", {})
            yield from self._example((*endpoint.pointer, "request"), request, operation.request_bodies, "request")
            bodies = _response_bodies(operation, response.get("status", 200))
            yield from self._example((*endpoint.pointer, "response"), response, bodies, "response")
        for event in self._spec.events:
            if found := self._messages.get(event.pointer):
                payload = event.data.get("payload", {})
                yield from self._example((*event.pointer, "payload"), payload, found.bodies, "response")

    def _example(
        self, pointer: Pointer, message: dict[str, Any], bodies: tuple[MediaType, ...], side: Any
    ) -> Iterator[Finding]:
        example = message.get("example")
        body = _body_of_type(bodies, message.get("content_type", "application/json"))
        if example is None or isinstance(example, str) or body is None:
            return
        for path, error in schema_errors(self._contract.resolver, body.schema, example, side):
            yield self._spec.finding(
                EXAMPLE,
                (*pointer, "example", *path),
                f"the example does not match the contract: {error}",
                f"Correct the example, {_UPDATE}",
                level=self._level,
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
            f"Correct the row and the example, {_UPDATE}",
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


def _response_bodies(operation: Operation, status: int) -> tuple[MediaType, ...]:
    """Return the bodies of the response with that status, of its class, or of `default`."""
    documented = {name.lower(): name for name, _ in operation.responses}
    for name in (str(status), f"{status // 100}xx", "default"):
        if name in documented:
            return operation.response_bodies(documented[name])
    return ()


def _body_of_type(bodies: tuple[MediaType, ...], content_type: str) -> MediaType | None:
    wanted = content_type.partition(";")[0].strip().lower()
    for body in bodies:
        kind = body.content_type.partition(";")[0].strip().lower()
        if kind in (wanted, "*/*") or ("json" in kind and "json" in wanted):
            return body
    return None
