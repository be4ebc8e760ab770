"""A contract document as values: what the contract check compares a spec with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from glob import escape
from typing import Literal

from integration_specs.documents.pointers import find_texts
from integration_specs.text import messages

from .asyncapi import documented_messages
from .bodies import Message
from .openapi import Operation, documented_operations, documented_webhooks
from .resolver import Node, Resolver, child

Kind = Literal["OpenAPI", "Swagger", "AsyncAPI", "Postman", ""]


class ContractError(Exception):
    """The document is not a contract that can be read; the text says why."""


@dataclass(frozen=True, eq=False)
class Contract:
    """An OpenAPI or AsyncAPI document. Its parts are read on first use."""

    kind: Kind
    version: str
    resolver: Resolver

    @cached_property
    def servers(self) -> tuple[str, ...]:
        """The addresses of the vendor, with the defaults of their variables."""
        listed = self.resolver.parts(self.resolver.root, "servers")
        return tuple(filter(None, (server_address(self.resolver, server) for _, server in listed)))

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations of all paths."""
        return tuple(each for each in documented_operations(self.resolver) if each.method and each.place.is_object)

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """Webhooks and callbacks, or the messages of channels."""
        is_openapi = self.kind == "OpenAPI"
        return tuple(_webhooks(self.resolver, self.operations) if is_openapi else documented_messages(self.resolver))

    @cached_property
    def by_label(self) -> dict[str, Operation]:
        """Operations by method and path template: several may differ only in the names of their parameters."""
        return {operation.label: operation for operation in self.operations}

    @cached_property
    def by_call(self) -> dict[tuple[str, str], Operation]:
        """Operations by method and normalized path template."""
        return {(operation.method, normalize_template(operation.path)): operation for operation in self.operations}

    @cached_property
    def scopes(self) -> frozenset[str] | None:
        """The OAuth 2 scopes that the document names; None if it defines none, or not all of them."""
        found: set[str] = set()
        for _, scheme in self.resolver.parts(self.resolver.root, "components", "securitySchemes"):
            if scheme.text("type") == "openIdConnect":
                return None
            for _, flow in self.resolver.parts(scheme, "flows"):
                for key in ("scopes", "availableScopes"):
                    found.update(name for name, _ in self.resolver.items(child(flow, key)))
        if found:  # and those that an operation requires although no flow names them
            requirements = (
                each for operation in self.operations for _, each in self.resolver.parts(operation.security)
            )
            listed = (
                each for requirement in requirements if requirement.is_object for each in requirement.value.values()
            )
            found.update(scope for each in listed if isinstance(each, list) for scope in each if isinstance(scope, str))
        return frozenset(found) or None

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of the servers, as patterns of file names in which a variable matches anything."""
        addresses = [each.text("url", "host") for _, each in self.resolver.parts(self.resolver.root, "servers")]
        hosts = [re.match(r"(?:[a-z+]+://|\{[^}]*\}://)?([^/:?#]+)", address, re.IGNORECASE) for address in addresses]
        return tuple(re.sub(r"\{[^{}]*\}", "?*", escape(host[1].lower())) for host in hosts if host)

    def base_paths(self, host: str) -> set[str]:
        """Return the base paths of the servers with this host; none if one of them has variables."""
        addresses = [each.text("url") for _, each in self.resolver.parts(self.resolver.root, "servers")]
        same = {
            base_path(each)
            for each in addresses
            if re.match(rf"https?://{re.escape(host)}(?=[/:?#]|$)", each, re.IGNORECASE)
        }
        return set() if any("{" in path for path in same) else same

    def has_host(self, host: str) -> bool:
        """Return whether the document lists a server with this host."""
        return any(fnmatchcase(host.lower(), pattern) for pattern in self.hosts)


def detect_kind(root: Node) -> tuple[Kind, str]:
    """Return what kind of document this is, and its version; empty texts if it is none that we know."""
    kinds: tuple[tuple[Kind, str], ...] = (("OpenAPI", "openapi"), ("Swagger", "swagger"), ("AsyncAPI", "asyncapi"))
    for kind, key in kinds:
        if root.is_object and key in root.value:
            return kind, root.text(key)
    if root.is_object and "item" in root.value and "info" in root.value:
        return "Postman", ""
    return "", ""


def read_contract(resolver: Resolver) -> Contract:
    """Read a document whose syntax is valid. Raise `ContractError` unless it is OpenAPI 2 or 3, or AsyncAPI 2 or 3."""
    kind, version = detect_kind(resolver.root)
    match kind, version.partition(".")[0]:
        case ("OpenAPI", "3") | ("AsyncAPI", "2" | "3"):
            return Contract(kind, version, resolver)
        case "OpenAPI" | "AsyncAPI" | "Swagger", _:
            shown = f"{kind.lower()}: {version[:20]}"
            raise ContractError(messages.Message("`{version}` is not a supported version", version=shown))
    raise ContractError(messages.Message("expected an object with `openapi` or `asyncapi` at the top level"))


def _webhooks(resolver: Resolver, operations: tuple[Operation, ...]) -> Iterator[Message]:
    """Yield the messages of callbacks, then of webhooks."""
    for caller in operations:
        for name, _, callbacks in caller.callbacks():
            suffixes = [caller.id, caller.label]
            for each in callbacks:
                names = (name, each.id, *(f"{name} ({suffix})" for suffix in suffixes), f"{name} {each.label}")
                yield _webhook(each, names)
    for name, _, webhooks in documented_webhooks(resolver):
        for each in webhooks:
            yield _webhook(each, (name, each.id, f"{name} {each.method}"))


def _webhook(operation: Operation, names: tuple[str, ...]) -> Message:
    return Message(tuple(dict.fromkeys(filter(None, names))), operation.node, operation.request_bodies)


def unresolved_references(resolver: Resolver) -> list[str]:
    """Return the references to other files and hosts, in the root document, that cannot be followed."""
    root = resolver.root
    found = {text for _, text in find_texts(root.value, lambda name, text: name == "$ref" and text[:1] != "#")}
    return sorted(each for each in found if not resolver.follow(Node(root.document, (), {"$ref": each}, root.file)))


def server_address(resolver: Resolver, server: Node) -> str:
    """Return the address of a server object with the defaults of its variables."""
    address = server.text("url") or server.text("host") + server.text("pathname")
    for name, variable in resolver.parts(server, "variables"):
        default = variable.text("default")
        address = address.replace(f"{{{name}}}", default) if default else address
    return address


def normalize_template(path: str) -> str:
    """Return a path template for comparison: without query, trailing slash and names of parameters."""
    return re.sub(r"\{[^{}]*\}", "{}", path.partition("?")[0].partition("#")[0]).rstrip("/") or "/"


def base_path(address: str) -> str:
    """Return the path of a server's address, without a trailing slash; empty if it has none."""
    path = re.sub(r"^[^/]*://[^/?#]*", "", address)
    return re.split(r"[?#]", path, maxsplit=1)[0].rstrip("/") if path.startswith("/") else ""
