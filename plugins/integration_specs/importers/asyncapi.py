"""Import AsyncAPI 2 and 3 documents: messages become events that we receive or send.

By default the document is the vendor's: we receive what its application sends. With `ours` the directions are reversed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from integration_specs.contracts import (
    ChannelOperation,
    Message,
    Node,
    Resolver,
    channel_messages,
    channel_operations,
    child,
)
from integration_specs.text.display import plural

from . import Import, ImportOptions
from ._asyncapi_notes import bindings, delivery_note, header_list
from ._bodies import as_body
from ._clean_text import join_names, markdown, paragraphs
from ._draft import Draft, open_document
from ._schema_examples import MADE_UP_KEY, SchemaExamples
from ._security import Scheme, SecurityRequirements, read_scheme
from ._selection import Candidate, select
from ._servers import Server, environments, resolve
from ._vendor_info import describe

SUPPORTS_SELECTION = True
SUPPORTS_OURS = True
Direction = Literal["received", "sent"]


def read(path: Path, options: ImportOptions) -> Import:
    """Return the spec of an AsyncAPI document. Raises `ImportFault`."""
    return _Reader(open_document(path, options, "AsyncAPI", ("2.", "3.")), options).read()


class _Reader:
    def __init__(self, resolver: Resolver, options: ImportOptions) -> None:
        self._resolver, self._options = resolver, options
        self._draft = Draft(options, resolver)
        self._examples = SchemaExamples(resolver)
        self._system = resolver.get(resolver.root, "info").text("title") or "Unnamed API"
        self._names: dict[Direction, set[str]] = {"received": set(), "sent": set()}
        self._security = SecurityRequirements()
        self._protocols: set[str] = set()

    def read(self) -> Import:
        """Return the spec."""
        resolver, draft = self._resolver, self._draft
        operations = list(channel_operations(resolver))
        self._report_unused(operations)
        for operation in select([self._candidate(each) for each in operations if each.action], self._options, draft):
            side: Direction = "sent" if (operation.action == "send") == self._options.ours else "received"
            reply = operation.reply
            replies = _quoted(message.name for message in reply.messages) if reply else ""
            names = self._events(side, operation, f"The reply is {replies}." if replies else "")
            if reply:
                where = resolver.get(reply.node, "address").text("location")
                about = f"The reply to {_quoted(names)}" + (f", sent to the address in `{where}`." if where else ".")
                self._events("received" if side == "sent" else "sent", reply, about)
        draft.without_examples(self._examples.failed)
        self._describe()
        return draft.finish(resolver.get(resolver.root, "info").text("title"))

    def _describe(self) -> None:
        resolver, draft, data = self._resolver, self._draft, self._draft.data
        servers = list(self._servers())
        received, sent = (bool(data.get("events", {}).get(side)) for side in ("received", "sent"))
        by_http = bool(self._protocols) and all(protocol.startswith("http") for protocol in self._protocols)
        data["system"] = self._system
        data["type"] = "Webhook" if by_http and received and not sent else "Other"
        describe(resolver, draft, resolver.get(resolver.root, "info"))
        if received or sent:
            data["overview"] = {
                "direction": "Bidirectional" if received and sent else "Inbound" if received else "Outbound"
            }
            assumed = "the vendor's: we receive what its application sends"
            turn = "Add `--ours` if it describes our own application."
            if self._options.ours:
                assumed = "ours: we send what its application sends"
                turn = "Omit `--ours` if it describes the vendor's application."
            draft.assumed(child(resolver.root, "asyncapi"), f"the document is assumed to be {assumed}", turn)
        environments(draft, servers)
        data["authentication"] = self._security.section()

    def _candidate(self, operation: ChannelOperation) -> Candidate:
        listed = self._resolver.items(child(operation.node, "tags"))
        tags = [self._resolver.follow(each).text("name") for _, each in listed]
        return Candidate(operation, operation.address, lambda: (operation.id, tags))

    def _report_unused(self, operations: list[ChannelOperation]) -> None:
        """Report operations, messages and channels that no event comes from."""
        used: set[Any] = set()
        for operation in operations:
            if not operation.action:
                self._draft.left_out(operation.node, operation.label, "`action` must be `send` or `receive`")
                continue
            for each in (operation, operation.reply) if operation.reply else (operation,):
                used.add(each.channel.place)
                used.update(message.node.place for message in each.messages)
        for name, key, message in channel_messages(self._resolver):
            if message.node.place not in used:
                self._draft.left_out(message.node, f"message {key} of channel {name}", "no operation uses it")
        if self._resolver.root.text("asyncapi").startswith("2"):
            for name, place in self._resolver.items(child(self._resolver.root, "channels")):
                if self._resolver.follow(place).place not in used:
                    self._draft.left_out(place, f"channel {name}", "has neither `publish` nor `subscribe`")

    def _events(self, side: Direction, operation: ChannelOperation, about: str) -> list[str]:
        """Add an event for each message, or one named after the operation if it has none; return their names."""
        names: list[str] = []
        self._read_security(operation.node)
        for message in operation.messages or (Message((operation.id,), operation.node, ()),):
            node = message.node
            name = next((each for each in message.names if each not in self._names[side]), operation.id)
            self._names[side].add(name)
            names.append(name)
            summary = operation.node.text("summary") or node.text("summary", "title")
            texts = [summary, operation.node.text("description"), about]
            event: dict[str, Any] = {
                "name": name,
                ("when" if side == "received" else "why"): paragraphs(map(markdown, texts)),
                "payload": self._payload(message, name) if operation.messages else None,
                "signature": self._signature(node),
                "delivery": {"note": delivery_note(self._resolver, operation, node)},
                "x-operation-id": operation.id,
            }
            if side == "sent" and not self._options.ours:
                event["consumers"] = [self._system]
            self._draft.append(event, node, f"event {name}", "events", side)
        return names

    def _payload(self, message: Message, name: str) -> dict[str, Any]:
        draft, node, (body, *_) = self._draft, message.node, message.bodies
        texts = [node.text("summary") if node.text("description") else "", node.text("description")]
        texts.append(header_list(self._resolver, node))
        found: dict[str, Any] = {"content_type": body.content_type or None}
        given = [example for _, example in body.examples if example]
        value, is_documented = (given[0].value, True) if given else self._examples.of(body.schema, "response")
        if len(body.examples) > 1:
            more = plural(len(body.examples) - 1, "more example")
            draft.left_out(body.examples[1][1], f"event {name}: {more}", "the spec has one example")
        if not given and message.schema_format:
            why = f"has the format `{message.schema_format}`, from which no example can be generated"
            draft.left_out(body.schema, f"event {name}: its payload", why)
        if value is not None:
            found["example"] = as_body(value, body.content_type or "application/json")
            if not is_documented:
                found[MADE_UP_KEY] = True
                texts.append("*The example was generated from the vendor's schema.*")
                draft.made_up(body.schema, f"event {name}: the example was generated from the schema")
        found["description"] = paragraphs(map(markdown, texts))
        return found

    def _signature(self, message: Node) -> dict[str, Any] | None:
        for name, place in self._resolver.items(child(self._resolver.get(message, "headers"), "properties")):
            if "signature" in name.lower():
                return {"header": name, "note": self._resolver.follow(place).text("description") or None}
        return None

    def _read_security(self, holder: Node) -> None:
        """Record the security of a server or operation: scheme objects (version 3) or scheme names with scopes (version 2)."""
        resolver = self._resolver
        schemes = resolver.get(resolver.root, "components", "securitySchemes")
        for _, place in resolver.items(child(holder, "security")):
            requirement = resolver.follow(place)
            if not requirement.is_object:
                continue
            if "type" in requirement.value:
                name = str(requirement.pointer[-1]) if requirement.pointer else "scheme"
                together = [(read_scheme(resolver, requirement, name), resolver.get(requirement, "scopes"))]
            else:
                together = [
                    (read_scheme(resolver, resolver.get(schemes, name), name), scopes)
                    for name, scopes in resolver.items(requirement)
                ]
            self._security.add([scheme for scheme, _ in together], _scopes(together))

    def _servers(self) -> Iterator[Server]:
        resolver = self._resolver
        for name, place in resolver.items(child(resolver.root, "servers")):
            server = resolver.follow(place)
            protocol = server.text("protocol")
            address = server.text("url") or server.text("host") + server.text("pathname")
            if not address:
                self._draft.left_out(place, f"server {name}", "has no address")
                continue
            self._protocols.add(protocol)
            self._read_security(server)
            address, notes = resolve(resolver, server, address)
            if "://" not in address and protocol:
                address = f"{protocol}://{address}"
            version = server.text("protocolVersion")
            notes += [f"{protocol} {version}"] if version else []
            notes.append(bindings(resolver, server, "Bindings"))
            about = server.text("description") or server.text("summary")
            yield Server(server, address, server.text("title") or name, about, tuple(notes))


def _scopes(together: list[tuple[Scheme, Node]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for scheme, needed in together:
        named = [each for each in needed.value if isinstance(each, str)] if isinstance(needed.value, list) else []
        found |= {scope: found.get(scope) or scheme.scopes.get(scope, "") for scope in named or scheme.scopes}
    return found


def _quoted(names: Any) -> str:
    return join_names([name for name in names if name], 20) or "a message"
