"""Vendor documents (OpenAPI 3, AsyncAPI 2 and 3) as plain values: operations and events with their schemas.

Malformed parts of a document are skipped, cyclic references end, and nothing is ever fetched.
`Contract.resolve` follows references in schemas, and `Contract.fields` lists the fields that they describe.

May import `validation` and the layers below.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from .resolver import key_in, steps

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_MOST_FIELDS = 20_000
_DEEPEST = 14


class ContractError(Exception):
    """The document is no contract that can be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body of one content type, with its schema as the document has it and its first example."""

    content_type: str
    schema: Any
    example: Any = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. `about` is what the vendor says of it, `parameters` their names; `responses` are bodies by status (`200`, `4XX`, `default`)."""

    method: str
    path: str
    about: str
    deprecated: bool
    parameters: tuple[str, ...]
    requests: tuple[Body, ...]
    responses: tuple[tuple[str, tuple[Body, ...]], ...]

    @property
    def label(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Event:
    """A webhook, callback or message. `names` are all words that name it, the most likely first; `about` is what the vendor says of it."""

    names: tuple[str, ...]
    about: str
    deprecated: bool
    payloads: tuple[Body, ...]


@dataclass(frozen=True)
class Contract:
    """A document, read."""

    kind: Literal["OpenAPI", "AsyncAPI"]
    version: str
    servers: tuple[str, ...]
    operations: tuple[Operation, ...]
    events: tuple[Event, ...]
    document: dict[str, Any] = field(repr=False)

    def resolve(self, node: Any) -> Any:
        """`node`, or what its `$ref` leads to inside the document; an empty object when that is nowhere or a cycle."""
        return resolve(self.document, node)

    def fields(self, schema: Any) -> dict[str, bool]:
        """Fields that a schema describes, by plain path (`charges.id`); True where a field is open: it may hold what is not said."""
        found: dict[str, bool] = {}
        for path, is_open in self._walk(schema):
            found[path] = found.get(path, False) or is_open
            if len(found) >= _MOST_FIELDS:
                break
        return found

    def _walk(self, schema: Any) -> Iterator[tuple[str, bool]]:
        """Breadth first, so that a cut leaves the fields near the top; a schema is entered once for each path."""
        waiting = deque([("", schema, 0)])
        entered: set[tuple[str, int]] = set()
        while waiting:
            path, node, depth = waiting.popleft()
            node = self.resolve(node)
            if not isinstance(node, dict) or (path, id(node)) in entered:
                continue
            entered.add((path, id(node)))
            if len(entered) > 4 * _MOST_FIELDS:
                return
            properties = _mapping(node.get("properties"))
            parts = [part for word in ("allOf", "oneOf", "anyOf") for part in _sequence(node.get(word))]
            items = node.get("items")
            extra = node.get("additionalProperties")
            is_scalar = isinstance(node.get("type"), str) and node["type"] not in ("object", "array")
            is_open = bool(isinstance(extra, dict) and extra) or bool(node.get("patternProperties"))
            is_open = is_open or not (properties or parts or items or is_scalar or "enum" in node or "const" in node)
            if depth >= _DEEPEST:
                yield path, True
                continue
            yield path, is_open and extra is not False
            waiting.extend((path, part, depth) for part in (*parts, items) if part is not None)
            waiting.extend(
                (f"{path}.{name}" if path else str(name), each, depth + 1) for name, each in properties.items()
            )

    @cached_property
    def by_call(self) -> dict[tuple[str, str], Operation]:
        """Operations by method and path without the names of its places."""
        return {(operation.method, plain_template(operation.path)): operation for operation in self.operations}


def plain_template(path: str) -> str:
    """A path template for comparison: no query, no closing slash, places without names."""
    return re.sub(r"\{[^{}]*\}", "{}", path.partition("?")[0].partition("#")[0]).rstrip("/") or "/"


def resolve(document: dict[str, Any], node: Any) -> Any:
    """Follow `$ref` from `node` inside `document`; an empty object when it leads out, nowhere, or round in a circle."""
    for _ in range(40):
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            return node
        reference = node["$ref"]
        if not reference.startswith("#"):
            return {}
        node = document
        for part in filter(None, steps(reference[1:])):
            step = key_in(node, part)
            if step is None:
                return {}
            node = node[step]
    return {}


def remote_references(document: Any) -> set[str]:
    """References of a document that lead out of it: they are not followed."""
    found: set[str] = set()
    stack, seen = [document], set[int]()
    while stack:
        node = stack.pop()
        if isinstance(node, (dict, list)) and id(node) not in seen:
            seen.add(id(node))
            reference = node.get("$ref") if isinstance(node, dict) else None
            if isinstance(reference, str) and not reference.startswith("#"):
                found.add(reference)
            stack.extend(node.values() if isinstance(node, dict) else node)
    return found


def read_contract(document: Any) -> Contract:
    """The contract in a loaded document. Raises `ContractError` when it is none of OpenAPI 3.x, AsyncAPI 2.x and 3.x."""
    if not isinstance(document, dict):
        raise ContractError("a contract is an object with `openapi` or `asyncapi` at its top")
    if "swagger" in document:
        raise ContractError("this is Swagger 2.0; convert it to OpenAPI 3 first")
    for word in ("openapi", "asyncapi"):
        if word in document:
            version = str(document[word])
            if version.partition(".")[0] not in ("3",) + (("2",) if word == "asyncapi" else ()):
                raise ContractError(f"`{word}: {version[:20]}` is not a version that can be read")
            return (_openapi if word == "openapi" else _asyncapi)(document, version)
    raise ContractError("there is neither `openapi` nor `asyncapi` at its top")


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    return "" if value is None or isinstance(value, (dict, list)) else str(value)


def _about(node: dict[str, Any]) -> str:
    return _text(node.get("description")) or _text(node.get("summary")) or _text(node.get("title"))


def _openapi(document: dict[str, Any], version: str) -> Contract:
    operations: list[Operation] = []
    events: list[Event] = []
    for path, item in _mapping(document.get("paths")).items():
        for method, node, shared in _operations_of(document, item):
            operations.append(_operation(document, method, str(path), node, shared))
            for name, callback in _mapping(node.get("callbacks")).items():
                for inner in _mapping(resolve(document, callback)).values():
                    events.extend(_webhooks(document, str(name), inner))
    for word in ("webhooks", "x-webhooks"):
        for name, item in _mapping(document.get(word)).items():
            events.extend(_webhooks(document, str(name), item))
    servers = (_server(resolve(document, server)) for server in _sequence(document.get("servers")))
    return Contract("OpenAPI", version, tuple(filter(None, servers)), tuple(operations), tuple(events), document)


def _operations_of(document: dict[str, Any], item: Any) -> Iterator[tuple[str, dict[str, Any], list[Any]]]:
    resolved = _mapping(resolve(document, item))
    for method in METHODS:
        node = resolved.get(method)
        if isinstance(node, dict):
            yield method, node, _sequence(resolved.get("parameters"))


def _operation(document: dict[str, Any], method: str, path: str, node: dict[str, Any], shared: list[Any]) -> Operation:
    listed = (*shared, *_sequence(node.get("parameters")))
    names = (_mapping(resolve(document, each)).get("name") for each in listed)
    responses = tuple(
        (str(status), tuple(_bodies(document, response)))
        for status, response in _mapping(node.get("responses")).items()
    )
    return Operation(
        method.upper(),
        path,
        _about(node),
        node.get("deprecated") is True,
        tuple(dict.fromkeys(name for name in names if isinstance(name, str))),
        tuple(_bodies(document, node.get("requestBody"))),
        responses,
    )


def _bodies(document: dict[str, Any], node: Any) -> Iterator[Body]:
    for content_type, listed in _mapping(_mapping(resolve(document, node)).get("content")).items():
        media = _mapping(resolve(document, listed))
        examples = _mapping(media.get("examples"))
        first = _mapping(resolve(document, next(iter(examples.values()), None))).get("value")
        yield Body(
            str(content_type),
            media.get("schema", {}),
            media.get("example", first),
        )


def _webhooks(document: dict[str, Any], name: str, item: Any) -> Iterator[Event]:
    for _, node, _ in _operations_of(document, item):
        names = dict.fromkeys(filter(None, (name, _text(node.get("operationId")))))
        payloads = tuple(_bodies(document, node.get("requestBody")))
        yield Event(tuple(names), _about(node), node.get("deprecated") is True, payloads)


def _server(node: Any) -> str:
    """Address of a server with the defaults of its variables."""
    node = _mapping(node)
    address = _text(node.get("url")) or _text(node.get("host"))
    for name, variable in _mapping(node.get("variables")).items():
        address = address.replace(f"{{{name}}}", _text(_mapping(variable).get("default")))
    return address


def _asyncapi(document: dict[str, Any], version: str) -> Contract:
    default = _text(document.get("defaultContentType")) or "application/json"
    events: list[Event] = []
    for key, listed in _mapping(document.get("channels")).items():
        channel = _mapping(resolve(document, listed))
        address = _text(channel.get("address")) or str(key)
        for name, message in _mapping(channel.get("messages")).items():
            events.append(_message(document, message, default, (str(name), str(key), address)))
        for word in ("publish", "subscribe"):
            operation = _mapping(channel.get(word))
            message = _mapping(resolve(document, operation.get("message")))
            several = _sequence(message.get("oneOf"))
            for each in several or ([operation["message"]] if message else []):
                words = (_text(operation.get("operationId")), str(key)) if not several else ()
                events.append(_message(document, each, default, words))
    servers = (_server(resolve(document, server)) for server in _mapping(document.get("servers")).values())
    return Contract("AsyncAPI", version, tuple(filter(None, servers)), (), tuple(events), document)


def _message(document: dict[str, Any], node: Any, default: str, words: tuple[str, ...]) -> Event:
    reference = _text(_mapping(node).get("$ref"))
    message = _mapping(resolve(document, node))
    names = (
        _text(message.get("name")),
        _text(message.get("messageId")),
        *words[:1],
        reference.rpartition("/")[2],
        *words[1:],
    )
    payload = message.get("payload", {})
    kind = _text(message.get("schemaFormat"))
    if "schema" in _mapping(resolve(document, payload)) and "schemaFormat" in _mapping(resolve(document, payload)):
        inner = _mapping(resolve(document, payload))
        kind, payload = _text(inner.get("schemaFormat")), inner["schema"]
    if kind and "json" not in kind and "asyncapi" not in kind:
        payload = {}  # Avro and others: nothing that could be compared
    first = _mapping(next(iter(_sequence(message.get("examples"))), None)).get("payload")
    body = Body(_text(message.get("contentType")) or default, payload, first)
    deprecated = message.get("deprecated") is True
    return Event(tuple(dict.fromkeys(filter(None, names))), _about(message), deprecated, (body,))


def path_of(address: str) -> str:
    """The path of a server's address, without a closing slash; empty for none."""
    path = re.sub(r"^[^/]*://[^/?#]*", "", address)
    return re.split(r"[?#]", path, maxsplit=1)[0].rstrip("/") if path.startswith("/") else ""
