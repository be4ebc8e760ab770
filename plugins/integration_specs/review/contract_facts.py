"""What a contract states about the endpoints, events and fields that a spec uses."""

import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from integration_specs.checks._contract_match import ContractMatch
from integration_specs.contracts import (
    ChannelOperation,
    Node,
    Operation,
    SchemaFields,
    base_path,
    channel_operations,
    child,
    normalize_template,
)
from integration_specs.diff import Location
from integration_specs.diff.file_facts import FileFact
from integration_specs.diff.labels import BODIES
from integration_specs.grouping import grouped
from integration_specs.model import Endpoint, Event, example_fields
from integration_specs.model.example_fields import normalize_path
from integration_specs.model.mapped_field_uses import READ_BY, Body, BodyRole, FieldUse, body_role
from integration_specs.text.messages import Message
from integration_specs.validation.schema import Pointer

_TEXTS = frozenset(("description", "summary", "title", "example", "examples", "externalDocs", "tags", "operationId"))
_SETS = ("required", "enum", "type", "oneOf", "anyOf", "allOf", "parameters", "security")
"""Lists whose order has no meaning."""
_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("required", "deprecated", "nullable", "readOnly", "writeOnly", "uniqueItems"), False),
    **dict.fromkeys(("allowEmptyValue", "allowReserved"), False),
    "additionalProperties": True,
}
"""The values that missing keys have in OpenAPI and JSON Schema."""
_OF_PAGES = frozenset(
    ["limit", "size", "page", "per_page", "page_size", "pageSize", "perPage", "offset", "cursor", "after", "before"]
)
"""Parameters that a call with pages sends."""
_MOST_DEPTH = 150
_LIMITS = re.compile(r"(?:exclusive)?(?:min|max)[A-Z]?[A-Za-z]*|multipleOf|pattern|format|uniqueItems")


def with_one_base_path(old: list[FileFact], new: list[FileFact]) -> tuple[list[FileFact], list[FileFact]]:
    """Return the facts of both contracts, with the base path of the server in place of all paths if these differ in nothing else."""
    bases = [next(each.value for each in side if each.path == "contract{base path}") for side in (old, new)]
    before = {each.pointer: each.value for each in old if each.path == "contract{path}"}
    moved = [(before.get(each.pointer, each.value), each.value) for each in new if each.path == "contract{path}"]
    moved = [(one, other) for one, other in moved if one != other]
    is_base = moved and all(one.removeprefix(bases[0]) == other.removeprefix(bases[1]) for one, other in moved)
    left_out = "contract{path}" if is_base else "contract{base path}"
    return [each for each in old if each.path != left_out], [each for each in new if each.path != left_out]


def contract_facts(match: ContractMatch, folder: str) -> Iterator[FileFact]:
    """Yield the facts of a contract that a spec uses; `folder` is the folder of its file names."""
    facts = _ContractFacts(match, folder)
    for endpoint in match.spec.endpoints:
        if operation := match.operations.get(endpoint.key):
            yield from facts.of_endpoint(endpoint, operation)
    for event in match.spec.events:
        yield from facts.of_event(event)
    yield from facts.of_security()
    yield from facts.of_servers()
    yield from facts.of_rest()


class _ContractFacts:
    def __init__(self, match: ContractMatch, folder: str) -> None:
        self._match, self._folder = match, folder
        self._resolver = match.contract.resolver
        self._fields = SchemaFields(self._resolver)
        self._contents: dict[object, str] = {}
        used = match.spec.use_of_row
        self._unused_rows = [row for row in match.spec.mapped_fields if row.pointer not in used]

    def _fact(
        self,
        kind: str,
        pointer: str,
        label: str,
        value: Any,
        node: Node,
        target: Pointer = (),
        uses: Iterable[FieldUse] = (),
    ) -> FileFact:
        span = node.span
        targets = (target,) if target else ()
        location = Location(posixpath.join(self._folder, node.document.path), span.line, span.column)
        return FileFact(f"contract{{{kind}}}", f"contract{pointer}", label, value, location, targets, tuple(uses))

    def of_endpoint(self, endpoint: Endpoint, operation: Operation) -> Iterator[FileFact]:
        top, target = f"[{endpoint.label}]", endpoint.pointer
        label = Message("{item} in the contract", item=endpoint.label)
        yield self._fact("operation", top, label, endpoint.label, operation.place, target)
        if operation.node.is_true("deprecated"):
            node = child(operation.node, "deprecated")
            name = Message("deprecation of {item}", item=label)
            yield self._fact("deprecation", f"{top}.deprecated", name, "deprecation", node, target)
        path = normalize_template(f"{self._base_path}{operation.path}")
        yield self._fact("path", f"{top}.path", Message("{item}, path", item=label), path, operation.place, target)
        yield from self._of_parameters(endpoint, operation)
        bodies = operation.request_bodies
        yield from self._of_body(endpoint, "request", top, label, [body.schema for body in bodies])
        statuses = [name for name, _ in operation.responses if name.startswith("2")] or ["default"]
        bodies = tuple(body for status in statuses for body in operation.response_bodies(status))
        yield from self._of_body(endpoint, "response", top, label, [body.schema for body in bodies])

    def _of_parameters(self, endpoint: Endpoint, operation: Operation) -> Iterator[FileFact]:
        """Yield the parameters that we send, and those that are required but not sent."""
        headers = [str(each.get("name", "")) for each in (endpoint.data.get("request") or {}).get("headers", ())]
        headers += ["Authorization", *(name for name, _ in self._match.spec.request_headers)]
        sent = {name for name, _ in parse_qsl(urlsplit(endpoint.path).query, keep_blank_values=True)}
        sent |= {name.lower() for name in headers}
        if (endpoint.data.get("pagination") or {}).get("style", "none") != "none":
            sent |= _OF_PAGES
        sent |= {normalize_path(row.remote) for row in self._unused_rows if row.direction in READ_BY["request"]}
        for parameter in operation.parameters:
            name, place = parameter.text("name"), parameter.text("in")
            if place not in ("query", "header", "cookie"):
                continue
            pointer = f"[{endpoint.label}].{place}.{name}"
            label = Message(
                "{item} in the contract, {place} parameter {name}", item=endpoint.label, place=place, name=name
            )
            if (name.lower() if place == "header" else name) in sent:
                yield self._fact("request field", pointer, label, name, parameter, endpoint.pointer)
                yield from self._of_schema(
                    "request", pointer, label, [child(parameter, "schema")], endpoint.pointer, ()
                )
            elif parameter.is_true("required"):
                required = Message("{item}, required", item=label)
                yield self._fact("required", pointer, required, name, parameter, endpoint.pointer)

    def of_event(self, event: Event) -> Iterator[FileFact]:
        message = self._match.messages.get(event.pointer)
        if message is None:
            return
        top, label = f"[{event.name}]", Message("event {event} in the contract", event=event.name)
        yield self._fact("event", top, label, event.name, message.node, event.pointer)
        if message.node.is_true("deprecated"):
            node = child(message.node, "deprecated")
            name = Message("deprecation of {item}", item=label)
            yield self._fact("deprecation", f"{top}.deprecated", name, "deprecation", node, event.pointer)
        for operation in self._channel_operations:
            if operation.address and any(each.node.place == message.node.place for each in operation.messages):
                node, address = operation.channel, operation.address
                name = Message("{item}, channel", item=label)
                yield self._fact("channel", f"{top}.channel", name, address, node, event.pointer)
        yield from self._of_body(event, "payload", top, label, [body.schema for body in message.bodies])

    def _of_body(
        self, target: Endpoint | Event, side: str, top: str, label: str, schemas: list[Node]
    ) -> Iterator[FileFact]:
        spec, data = self._match.spec, target.data.get(side) or {}
        role: BodyRole = ("sent" if target.sent else "received") if isinstance(target, Event) else body_role(spec, side)
        reader = "request" if role in ("request", "sent") else "response"
        body = Body((*target.pointer, side), target, role, data.get("example"), str(data.get("content_type", "")))
        fields = set(example_fields.fields(body.example, body.content_type, "")) if body.example is not None else set()
        rows = [row for row in self._unused_rows if row.direction in READ_BY[role]]
        possible = (FieldUse(row, body, normalize_path(row.remote), False) for row in rows)
        uses = grouped((normalize_path(use.path), use) for use in (*spec.uses_within(body.pointer, ""), *possible))
        for path in sorted(filter(None, {*fields, *uses})):
            nodes = self._fields.schemas_of(schemas, path)
            if nodes:
                pointer = f"{top}.{side}.{path}"
                name = Message("{item}, {body} field {field}", item=label, body=BODIES[side], field=path)
                yield self._fact(f"{reader} field", pointer, name, path, nodes[0], body.pointer, uses.get(path, ()))
                yield from self._of_schema(reader, pointer, name, nodes, body.pointer, uses.get(path, ()))
        for path, node in self._fields.required([*schemas, *self._branches(schemas, body.example)], fields):
            pointer, values = f"{top}.{side}.{path}", {"item": label, "body": BODIES[side], "field": path}
            name = Message("{item}, required {body} field {field}", **values)
            if path in fields or path in uses:
                kind = "sent required" if reader == "request" else "response required"
                if reader == "request" or path in uses or path == target.data.get("dedupe_key"):
                    name = Message("{item}, requirement of {body} field {field}", **values)
                    yield self._fact(kind, f"{pointer}.required", name, path, node, body.pointer, uses.get(path, ()))
            elif reader == "request":
                yield self._fact("required", pointer, name, path, node, body.pointer)

    def _branches(self, schemas: Iterable[Node], example: Any) -> Iterator[Node]:
        """Yield the alternative of each schema whose constants fit an example best, if there is only one."""
        for schema in map(self._resolver.follow, schemas if isinstance(example, dict) else ()):
            for word in ("oneOf", "anyOf"):
                options = [each for _, each in self._resolver.parts(schema, word)]
                scores = [self._fit(each, example) for each in options]
                if scores.count(best := max(scores, default=-1)) == 1 and best >= 0:
                    yield options[scores.index(best)]

    def _fit(self, schema: Node, example: Mapping[str, Any]) -> int:
        """Return how many constants of a schema an example has; -1 if it has another value for one."""
        found = 0
        for name, each in self._resolver.parts(schema, "properties"):
            value = each.value
            if isinstance(value, dict) and name in example:
                listed = [value["const"]] if "const" in value else value.get("enum")
                if isinstance(listed, list) and example[name] not in listed:
                    return -1
                found += isinstance(listed, list)
        return found

    def _of_schema(
        self,
        reader: str,
        pointer: str,
        label: str,
        nodes: Iterable[Node],
        target: Pointer,
        uses: Iterable[FieldUse],
    ) -> Iterator[FileFact]:
        """Yield types, allowed values and limits of a field or parameter."""
        parts = [node for node in map(self._resolver.follow, nodes) if node.is_object]
        if not parts:
            return
        types: set[str] = set()
        values: set[Any] = set()
        limits: dict[str, Any] = {}
        for node in parts:
            kinds, enum = node.value.get("type"), node.value.get("enum")
            types.update(each for each in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(each, str))
            types.update(["null"] if node.is_true("nullable") else [])
            listed = [*(enum if isinstance(enum, list) else ()), node.value.get("const")]
            values.update(each for each in listed if isinstance(each, (str, int, float)))
            limits.update((key, each) for key, each in node.value.items() if _LIMITS.fullmatch(key))
        for kind, name, value in (
            ("type", Message("{item}, type", item=label), frozenset(types)),
            ("values", Message("{item}, values", item=label), frozenset(values)),
            ("limits", Message("{item}, limits", item=label), dict(sorted(limits.items()))),
        ):
            yield self._fact(f"{reader} {kind}", pointer, name, value, parts[0], target, uses)

    def of_security(self) -> Iterator[FileFact]:
        """Yield how what we use is authenticated, and the scopes that it needs."""
        schemes: dict[str, Node] = {}
        scopes: dict[str, Node] = {}
        for requirement in self._requirements():
            found = [self._scheme(*each) for each in self._resolver.items(requirement)]
            if "type" in requirement.value:  # AsyncAPI 3 lists schemes instead of their names
                found = [self._scheme("", requirement)]
            schemes[" and ".join(sorted(name for name, _ in found)) or "none"] = requirement
            scopes |= {str(place.value): place for _, places in found for place in places}
        if schemes:
            node, target = next(iter(schemes.values())), ("authentication",)
            label = Message("authentication in the contract")
            yield self._fact("authentication", ".security", label, frozenset(schemes), node, target)
        for scope, node in scopes.items():
            label, pointer = Message("scope {scope} in the contract", scope=scope), f".security.scopes[{scope}]"
            yield self._fact("scope", pointer, label, scope, node, ("authentication",))

    def _requirements(self) -> Iterator[Node]:
        """Yield the security requirements of the operations that we use; in AsyncAPI, those of the servers, too."""
        holders = [each.security for each in self._match.operations.values()]
        holders = holders or [child(self._resolver.root, "security")]
        if self._match.contract.kind == "AsyncAPI":
            servers = self._resolver.items(child(self._resolver.root, "servers"))
            holders = [child(self._resolver.follow(server), "security") for _, server in servers]
            holders += [child(operation.node, "security") for operation in self._channel_operations]
        for holder in holders:
            for _, node in self._resolver.parts(holder):
                if node.is_object:
                    yield node

    def _scheme(self, name: str, place: Node) -> tuple[str, list[Node]]:
        """Return a security scheme in words, and the scopes at `place`: a list, or the scheme itself if it has no name."""
        scheme, scopes = place, child(place, "scopes")
        if name:
            scheme = self._resolver.get(self._resolver.root, "components", "securitySchemes", name)
            scopes = place
        words = " ".join(filter(None, (scheme.text(key) for key in ("type", "scheme", "in", "name"))))
        return words or name, [each for _, each in self._resolver.items(scopes)]

    @cached_property
    def _channel_operations(self) -> list[ChannelOperation]:
        """The operations of an AsyncAPI document that carry a message that we use."""
        if self._match.contract.kind != "AsyncAPI":
            return []
        used = {message.node.place for message in self._match.messages.values()}
        operations = channel_operations(self._resolver)
        return [each for each in operations if used & {message.node.place for message in each.messages}]

    @cached_property
    def _base_path(self) -> str:
        """The path of the server that the spec uses, else of the first server."""
        urls = [str(item.get("base_url", "")) for item in self._match.spec.data.get("environments", ())]
        servers = self._match.contract.servers
        used = [address for address in servers if _host(address) in {_host(each) for each in urls}]
        return base_path((*used, *servers, "")[0])

    def of_servers(self) -> Iterator[FileFact]:
        node = child(self._resolver.root, "servers")
        yield self._fact("base path", ".servers", Message("path of the server in the contract"), self._base_path, node)
        for index, item in enumerate(self._match.spec.data.get("environments", ())):
            host = _host(str(item.get("base_url", "")))
            if host and self._match.contract.has_host(host):
                label, pointer = Message("server {host} in the contract", host=host), f".servers[{host}]"
                yield self._fact("server", pointer, label, host, node, ("environments", index))

    def of_rest(self) -> Iterator[FileFact]:
        """Yield the rest of the document, without texts for people and names of schemas and operations."""
        root = self._resolver.root
        parts = [each for name, each in self._resolver.items(root) if name not in ("components", "definitions", "info")]
        parts.append(self._resolver.get(root, "components", "securitySchemes"))
        digest = _digest(repr(sorted(self._content(part, 0) for part in parts)))
        label = Message("a part of the contract that the spec does not use")
        yield self._fact("document", "", label, digest, root)

    def _content(self, node: Node, depth: int, is_map: bool = False) -> str:
        """Return a hash of a part of the document with all that it refers to; references in a circle end."""
        node = self._resolver.follow(node)
        key = (node.place, is_map)
        if key not in self._contents:
            self._contents[key] = "circle"
            inner = list(self._resolver.items(node)) if depth < _MOST_DEPTH else []
            if node.is_object:
                kept = inner if is_map else [each for each in inner if not _is_left_out(node, *each)]
                parts = sorted(
                    f"{normalize_template(name) if name[:1] == '/' else 'enum' if name == 'const' else name}: "
                    f"{self._content(each, depth + 1, name == 'properties')}"
                    for name, each in kept
                )
            else:
                parts = [self._content(each, depth + 1) for _, each in inner] or [repr(node.value)]
                parts = sorted(parts) if node.pointer and node.pointer[-1] in _SETS else parts
            is_one = len(inner) == 1 and node.pointer[-1:] in (("type",), ("enum",))  # `[string]` is `string`
            self._contents[key] = parts[0] if is_one else _digest(repr(parts))
        return self._contents[key]


def _is_left_out(node: Node, name: str, value: Node) -> bool:
    """Return whether a value changes nothing: a text for people, a default, or the name of a path parameter."""
    place = node.text("in")
    if name == "name" and place == "path":
        return True
    is_query = place in ("query", "cookie")
    defaults = {**_DEFAULTS, "style": "form" if is_query else "simple", "explode": is_query}
    return name in _TEXTS or (name in defaults and value.value == defaults[name] and type(value.value) is not int)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _host(address: str) -> str:
    match = re.match(r"[A-Za-z+]+://([^/:?#\s]+)", address)
    return match[1].lower() if match else ""
