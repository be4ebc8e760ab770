"""Proof by the vendor's own contract: endpoints, events, mapped fields and examples stand in the OpenAPI or AsyncAPI file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from integration_specs.contracts import (
    Body,
    Contract,
    ContractError,
    Operation,
    path_of,
    plain_template,
    read_contract,
    remote_references,
)
from integration_specs.contracts import Event as ContractEvent
from integration_specs.documents import FOREIGN, load
from integration_specs.documents.redaction import cut
from integration_specs.findings import Finding, Rule
from integration_specs.model import Endpoint, Event, Spec, is_unknown
from integration_specs.model.example_fields import plain_path
from integration_specs.text.display import listing, printable
from integration_specs.text.suggestions import closest, did_you_mean
from integration_specs.validation.schema import Pointer

from . import CheckContext, cause_of
from .attachments import absent, folder_of
from .contract_examples import faults
from .mapping import sides

FILE = Rule(
    "contract-file",
    "error",
    "The contract cannot be read.",
    "A contract is an OpenAPI 3, AsyncAPI 2 or AsyncAPI 3 file in the spec's own folder, in YAML or JSON. References to other files are not "
    "followed: bundle it first.",
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
    "It is looked for among the contract's webhooks, callbacks and messages, if there are any.",
    "name: order.payd",
    "name: order.paid",
)
FIELD = Rule(
    "contract-field",
    "error",
    "A mapped field occurs in an example but not in the contract.",
    "Either the example was made up, or the contract is out of date.",
    "remote: charge_no",
    "remote: charges[].id",
)
EXAMPLE = Rule(
    "contract-example",
    "error",
    "An example does not match the contract's schema.",
    "A call copied from the example would be refused.",
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


@dataclass(frozen=True)
class _Read:
    """A contract that was read, or why not."""

    contract: Contract | None
    fault: str = ""
    remote: tuple[str, ...] = ()


def check(context: CheckContext) -> Iterator[Finding]:
    """Compares every spec that names a contract with it."""
    for spec in context.catalog.specs:
        name = spec.data.get("contract", "")
        if name and not is_unknown(name):
            yield from map(cut, _spec(context, spec, name))  # they quote a file that is not redacted


def _spec(context: CheckContext, spec: Spec, name: str) -> Iterator[Finding]:
    if missing := absent(context, spec, FILE, ("contract",), name):
        yield missing
        return
    path = folder_of(context, spec) / name
    status = path.lstat()
    read = _read(path, name, status.st_mtime_ns, status.st_size)
    if read.contract is None:
        yield spec.finding(
            FILE,
            ("contract",),
            f"`{printable(name)}`: {read.fault}",
            "Mend the file, or put the vendor's in its place.",
        )
        return
    if read.remote:
        yield spec.finding(
            FILE,
            ("contract",),
            f"references that lead out of the file are not followed: {listing(read.remote, 3)}",
            "Bundle the contract into one file; until then what they describe is not checked.",
            level="warning",
        )
    proof = _Proof(spec, read.contract)
    yield from proof.findings()


@lru_cache(maxsize=8)
def _read(path: Path, name: str, _changed: int, _size: int) -> _Read:
    """`serve` checks again and again; a vendor's file of megabytes is read when it changed."""
    document = load(path, name, FOREIGN)
    if document.data is None:
        first = next((finding for finding in document.findings if finding.level == "error"), None)
        return _Read(None, f"line {first.span.line}: {first.message}" if first else "it is empty")
    try:
        contract = read_contract(document.data)
    except ContractError as error:
        return _Read(None, str(error))
    return _Read(contract, remote=tuple(sorted(remote_references(document.data))))


def _what_instead(found: Operation | ContractEvent) -> str:
    said = printable(found.about, 160)
    return "Move to what the vendor offers instead, before it ends." + (f" The contract says: {said}" if said else "")


class _Proof:
    """One spec held against one contract."""

    def __init__(self, spec: Spec, contract: Contract) -> None:
        self._spec, self._contract = spec, contract
        self._operations: dict[str, Operation] = {}
        self._events: dict[str, ContractEvent] = {}
        self._prefixes = _prefixes(spec, contract)

    def findings(self) -> Iterator[Finding]:
        """Endpoints and events first: what was found of them is what examples and fields are compared with."""
        yield from self._found()
        yield from self._examples()
        yield from self._fields()

    def _found(self) -> Iterator[Finding]:
        if self._contract.operations:
            for endpoint in self._spec.endpoints:
                yield from self._endpoint(endpoint)
            yield from self._deprecated()
        if self._contract.events:
            for event in self._spec.events:
                if not event.sent or self._contract.kind == "AsyncAPI":
                    yield from self._event(event)

    def _endpoint(self, endpoint: Endpoint) -> Iterator[Finding]:
        operation, others = self._operation_of(endpoint)
        if operation is None:
            labels = [other.label for other in others or self._contract.operations]
            meant = closest(endpoint.label.partition("?")[0], labels)
            if others:
                hint = f"; it has {', '.join(sorted({other.method for other in others}))} there"
            else:
                hint = f"; did you mean `{printable(meant)}`?" if meant else ""
            yield self._spec.finding(
                ENDPOINT,
                (*endpoint.pointer, "path"),
                f"the contract has no {printable(endpoint.label)}{hint}",
                f"Write {f'`{printable(meant)}`' if meant else 'what it has'}, or put a newer contract there.",
                level=self._level,
                cause=cause_of(meant),
            )
            return
        self._operations[endpoint.key] = operation

    def _deprecated(self) -> Iterator[Finding]:
        """One finding for each operation: several endpoints may share it."""
        callers: dict[str, list[Endpoint]] = {}
        for endpoint in self._spec.endpoints:
            operation = self._operations.get(endpoint.key)
            if operation and operation.deprecated:
                callers.setdefault(operation.label, []).append(endpoint)
        for first, *others in callers.values():
            too = f"; so do {listing((other.key for other in others), 4)}" if others else ""
            yield self._spec.finding(
                DEPRECATED,
                (*first.pointer, "path"),
                f"the vendor calls {printable(first.label)} deprecated{' (' + printable(first.key) + ' uses it' + too + ')' if too else ''}",
                _what_instead(self._operations[first.key]),
            )

    @property
    def _level(self) -> Any:
        return "warning" if self._spec.status == "draft" else "error"

    def _operation_of(self, endpoint: Endpoint) -> tuple[Operation | None, list[Operation]]:
        """The operation of an endpoint; else those of the same path with other methods."""
        others: list[Operation] = []
        ways = self._ways(endpoint.path)
        for way in ways:
            if operation := self._contract.by_call.get((endpoint.method, way)):
                return operation, []
        fitting: list[tuple[int, Operation]] = []
        for (method, template), operation in self._contract.by_call.items():
            score = max((_fit(way, template) for way in ways), default=-1)
            if score >= 0 and method == endpoint.method:
                fitting.append((score, operation))
            elif score >= 0:
                others.append(operation)
        if fitting:
            return max(fitting, key=lambda each: each[0])[1], []
        return None, others

    def _ways(self, path: str) -> list[str]:
        """The ways in which a contract may write our path: as it is, with or without each base path and version."""
        plain = plain_template(path)
        ways = [plain]
        for prefix in self._prefixes:
            ways.append(plain_template(f"{prefix}{plain}"))
            if plain.startswith(f"{prefix}/"):
                ways.append(plain[len(prefix) :])
        short = re.sub(r"^(/(api|rest|v[0-9]+(\.[0-9]+)*))+(?=/)", "", plain)
        return list(dict.fromkeys([*ways, short]))

    def _event(self, event: Event) -> Iterator[Finding]:
        wanted = _plain_name(event.name)
        found = next(
            (each for each in self._contract.events if wanted in map(_plain_name, each.names)),
            None,
        )
        if found:
            self._events[f"{event.sent} {event.name}"] = found
            if found.deprecated:
                yield self._spec.finding(
                    DEPRECATED,
                    (*event.pointer, "name"),
                    f"the vendor calls the event `{printable(event.name)}` deprecated",
                    _what_instead(found),
                )
        elif not event.sent:
            names = [each.names[0] for each in self._contract.events if each.names]
            meant = closest(event.name, names)
            yield self._spec.finding(
                EVENT,
                (*event.pointer, "name"),
                f"the contract has no event `{printable(event.name)}`{did_you_mean(event.name, names)}",
                f"Write {f'`{printable(meant)}`' if meant else f'one that it has ({listing(dict.fromkeys(names))})'}, or put a newer contract there.",
                level=self._level,
                cause=cause_of(meant),
            )

    def _examples(self) -> Iterator[Finding]:
        for endpoint in self._spec.endpoints:
            operation = self._operations.get(endpoint.key)
            if operation is None:
                continue
            request, response = endpoint.data.get("request", {}), endpoint.data.get("response", {})
            yield from self._example((*endpoint.pointer, "request"), request, operation.requests, "readOnly")
            bodies = _answer(operation, response.get("status", 200))
            yield from self._example((*endpoint.pointer, "response"), response, bodies, "writeOnly")
        for event in self._spec.events:
            found = self._events.get(f"{event.sent} {event.name}")
            if found:
                yield from self._example(
                    (*event.pointer, "payload"), event.data.get("payload", {}), found.payloads, "writeOnly"
                )

    def _example(
        self, pointer: Pointer, message: dict[str, Any], bodies: tuple[Body, ...], hidden: str
    ) -> Iterator[Finding]:
        example = message.get("example")
        body = _body(bodies, message.get("content_type", "application/json"))
        if example is None or isinstance(example, str) or body is None:
            return
        for path, message_text in faults(self._contract, body, example, hidden):
            yield self._spec.finding(
                EXAMPLE,
                (*pointer, "example", *path),
                f"the contract's schema refuses this: {message_text}",
                "Mend the example, or put a newer contract there.",
                level=self._level,
            )

    def _fields(self) -> Iterator[Finding]:
        sent, received = sides(self._spec)
        known_sent: dict[str, bool] = {}
        known_received: dict[str, bool] = {}
        for endpoint in self._spec.endpoints:
            operation = self._operations.get(endpoint.key)
            # Places in our own path may have other names than in the contract's.
            known_sent.update((place, False) for place in re.findall(r"\{([^{}]+)\}", endpoint.path))
            known_sent.update((name, False) for name in (operation.parameters if operation else ()))
            answers = [body for _, bodies in operation.responses for body in bodies] if operation else []
            self._add(known_sent, endpoint.body("request"), list(operation.requests) if operation else [])
            self._add(known_received, endpoint.body("response"), answers)
        for event in self._spec.events:
            if not event.sent:
                found = self._events.get(f"{event.sent} {event.name}")
                self._add(known_received, event.example, list(found.payloads) if found else [])
        every = (("Outbound", sent.known, known_sent), ("Inbound", received.known, known_received))
        for row in self._spec.mapped_fields:
            path = plain_path(row.remote)
            for direction, seen, known in every:
                if (
                    row.direction in (direction, "Bidirectional")
                    and path in seen
                    and known
                    and not _is_known(path, known)
                ):
                    yield self._spec.finding(
                        FIELD,
                        (*row.pointer, "remote"),
                        f"the contract does not know `{printable(row.remote)}` in {'what we send' if direction == 'Outbound' else 'what we receive'}{did_you_mean(path, known)}",
                        "Mend the row and the example, or put a newer contract there.",
                        level=self._level,
                    )
                    break

    def _add(self, known: dict[str, bool], example: Any, bodies: list[Body]) -> None:
        """Add what the contract describes of a message; where it shows an example and describes nothing, all is open."""
        described = False
        for body in bodies:
            fields = self._contract.fields(body.schema)
            described |= len(fields) > 1
            for path, is_open in fields.items():
                known[path] = known.get(path, False) or is_open
        if example is not None and not described:
            known[""] = True


def _prefixes(spec: Spec, contract: Contract) -> list[str]:
    """Base paths that stand before a path on our side or on the contract's."""
    addresses = [*contract.servers, *(str(item.get("base_url", "")) for item in spec.data.get("environments", ()))]
    return [prefix for prefix in dict.fromkeys(map(path_of, addresses)) if prefix]


def _fit(path: str, template: str) -> int:
    """How many segments a path shares with a template, where a place of the template takes any segment; -1 when it does not fit."""
    ours, theirs = path.split("/"), template.split("/")
    if len(ours) != len(theirs) or not all(b in (a, "{}") for a, b in zip(ours, theirs, strict=True)):
        return -1
    return sum(a == b for a, b in zip(ours, theirs, strict=True))


def _plain_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _answer(operation: Operation, status: int) -> tuple[Body, ...]:
    """Bodies of the answer with that status: its own, its class, the default, else the only success there is."""
    by_status = {name.lower(): bodies for name, bodies in operation.responses}
    for name in (str(status), f"{status // 100}xx", "default"):
        if name in by_status:
            return by_status[name]
    return ()


def _body(bodies: tuple[Body, ...], content_type: str) -> Body | None:
    wanted = content_type.partition(";")[0].strip().lower()
    for body in bodies:
        kind = body.content_type.partition(";")[0].strip().lower()
        if kind in (wanted, "*/*") or ("json" in kind and "json" in wanted):
            return body
    return None


def _is_known(path: str, known: dict[str, bool]) -> bool:
    """Whether a field is described, or lies in something that may hold what is not said."""
    if path in known or known.get("", False):
        return True
    place = path.rfind(".")
    while place > 0:
        if known.get(path[:place]):
            return True
        place = path.rfind(".", 0, place)
    return False
