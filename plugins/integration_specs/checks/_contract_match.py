"""The contract of a spec, and which of its operations and messages the spec uses."""

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from integration_specs import contracts
from integration_specs.contracts import (
    Contract,
    ContractError,
    Operation,
    Resolver,
    base_path,
    normalize_template,
    read_contract,
)
from integration_specs.documents import Pointer
from integration_specs.files import why_unreadable
from integration_specs.findings import Level
from integration_specs.model import Endpoint, Event, Spec, is_open_question
from integration_specs.text.messages import Message

from . import CheckContext
from .attachments import attachment_folder


@dataclass(frozen=True)
class ContractMatch:
    """The parts of a contract that a spec uses, found on first use."""

    spec: Spec
    contract: Contract

    @property
    def level(self) -> Level:
        """The severity of differences: drafts may differ."""
        return "warning" if self.spec.status == "draft" else "error"

    @cached_property
    def endpoints(self) -> list[tuple[Endpoint, Operation | None, list[Operation]]]:
        """The endpoints with their operation, or else the operations of the same path and other methods."""
        endpoints = self.spec.endpoints if self.contract.operations else ()
        return [(endpoint, *_find_operation(endpoint, self.contract, self.spec)) for endpoint in endpoints]

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Operations by the key of the endpoint."""
        return {endpoint.key: operation for endpoint, operation, _ in self.endpoints if operation}

    @cached_property
    def messages(self) -> dict[Pointer, contracts.Message]:
        """Messages by the pointer of the event."""
        known: dict[str, contracts.Message] = {}
        for message in self.contract.messages:
            for name in message.names:
                known.setdefault(_normalized_name(name), message)
        found = ((event.pointer, known.get(_normalized_name(event.name))) for event in self.events)
        return {pointer: message for pointer, message in found if message}

    @property
    def events(self) -> list[Event]:
        """The events that the contract may describe: AsyncAPI describes those that we send, too."""
        events = self.spec.events if self.contract.messages else ()
        return [event for event in events if not event.sent or self.contract.kind == "AsyncAPI"]


def contract_of(context: CheckContext, spec: Spec) -> Contract | str | None:
    """Return the contract of a spec, or why it cannot be read; None if the spec names no existing file."""
    name = spec.data.get("contract", "")
    if other := context.settings.contracts.get(spec.id):
        status = other.lstat()
        return _read(other, other.as_posix(), (status.st_mtime_ns, status.st_size))
    folder = attachment_folder(context, spec)
    if (
        not name
        or is_open_question(name)
        or ".." in name.split("/")
        or why_unreadable(folder / name, follow_links=False)
    ):
        return None
    return _read(folder / name, name, _state_of(folder))


def _state_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what changes when a file of the folder changes: a contract may refer to any of them."""
    states: list[tuple[str, int, int]] = []
    for path in sorted(folder.rglob("*"))[:1000]:
        with suppress(OSError):  # it was deleted since
            status = path.lstat()
            states.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(states)


@lru_cache(maxsize=8)
def _read(path: Path, name: str, _state: object) -> Contract | str:
    """Return the contract, or why it cannot be read. Cached, because a live server checks it after every save."""
    resolver = Resolver.open(path, name)
    error = next((finding for finding in resolver.document.findings if finding.level == "error"), None)
    if error:
        return Message("line {line}: {message}", line=error.span.line, message=error.message)
    try:
        return read_contract(resolver)
    except ContractError as fault:
        reason: str = fault.args[0]
        return reason


def _find_operation(endpoint: Endpoint, contract: Contract, spec: Spec) -> tuple[Operation | None, list[Operation]]:
    """Return the operation of an endpoint, or None and the operations of the same path with other methods."""
    others: list[Operation] = []
    if same := contract.by_label.get(endpoint.label):
        return same, []
    paths = _possible_paths(endpoint.path, _base_paths(spec, contract))
    for path in paths:
        if operation := contract.by_call.get((endpoint.method, path)):
            return operation, []
    matching: list[tuple[int, Operation]] = []
    for (method, template), operation in contract.by_call.items():
        score = max((_match_score(path, template) for path in paths), default=-1)
        if score >= 0 and method == endpoint.method:
            matching.append((score, operation))
        elif score >= 0:
            others.append(operation)
    if matching:
        return max(matching, key=lambda each: each[0])[1], []
    return None, others


def _possible_paths(path: str, prefixes: list[str]) -> list[str]:
    """Return how a contract may write our path: as it is, with or without each base path and version."""
    normalized = normalize_template(path)
    paths = [normalized]
    for prefix in prefixes:
        paths.append(normalize_template(f"{prefix}{normalized}"))
        if normalized.startswith(f"{prefix}/"):
            paths.append(normalized[len(prefix) :])
    paths.append(re.sub(r"^(/(api|rest|v[0-9]+(\.[0-9]+)*))+(?=/)", "", normalized))
    return list(dict.fromkeys(paths))


def _base_paths(spec: Spec, contract: Contract) -> list[str]:
    """Return the base paths that may precede a path in the spec or in the contract."""
    addresses = [*contract.servers, *(str(item.get("base_url", "")) for item in spec.data.get("environments", ()))]
    return [prefix for prefix in dict.fromkeys(map(base_path, addresses)) if prefix]


def _match_score(path: str, template: str) -> int:
    """Return how many segments a path shares with a template whose parameters match any segment; -1 if it does not match."""
    ours, theirs = path.split("/"), template.split("/")
    if len(ours) != len(theirs) or not all(b in (a, "{}") for a, b in zip(ours, theirs, strict=True)):
        return -1
    return sum(a == b for a, b in zip(ours, theirs, strict=True))


def _normalized_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
