"""Import AsyncAPI 2 and 3 documents: messages become events that we receive or send.

By default the document is the vendor's: we receive what its application sends. With `ours` the directions are reversed.
"""

from collections.abc import Iterable, Iterator
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

from . import Import, ImportOptions
from ._bodies import BodyReader
from ._clean_text import join_names, markdown, paragraphs
from ._draft import Draft, open_document
from ._parts_without_field import bindings, delivery_note, header_list
from ._schema_examples import MADE_UP_KEY
from ._security import SecurityRequirements
from ._selection import select
from ._servers import Server, environments, resolve

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
        self._bodies = BodyReader(self._draft, resolver)
        self._info = resolver.get(resolver.root, "info")
        self._system = self._info.text("title") or "Unnamed API"
        self._names: set[tuple[Direction, str]] = set()
        self._security = SecurityRequirements(resolver)
        self._protocols: set[str] = set()

    def read(self) -> Import:
        resolver, draft, data = self._resolver, self._draft, self._draft.data
        operations = list(channel_operations(resolver))
        self._report_unused(operations)
        usable = [each for each in operations if each.action]
        for operation in select(usable, draft, lambda each: each.address, self._identify):
            side: Direction = "sent" if (operation.action == "send") == self._options.ours else "received"
            reply = operation.reply
            replies = _quoted(message.name for message in reply.messages) if reply else ""
            names = self._events(side, operation, f"The reply is {replies}." if replies else "")
            if reply:
                where = resolver.get(reply.node, "address").text("location")
                about = f"The reply to {_quoted(names)}" + (f", sent to the address in `{where}`." if where else ".")
                self._events("received" if side == "sent" else "sent", reply, about)
        servers = list(self._servers())
        by_http = bool(self._protocols) and all(protocol.startswith("http") for protocol in self._protocols)
        data["system"] = self._system
        data["type"] = "Webhook" if by_http and list(data.get("events", ())) == ["received"] else "Other"
        draft.describe(self._info, self._info.text("description", "summary"))
        draft.set_direction("asyncapi", "we receive what its application sends", "we send what its application sends")
        environments(draft, servers)
        data["authentication"] = self._security.section()
        return draft.finish(self._info.text("title"))

    def _identify(self, operation: ChannelOperation) -> tuple[str, list[str]]:
        return operation.id, [tag.text("name") for _, tag in self._resolver.parts(operation.node, "tags")]

    def _report_unused(self, operations: list[ChannelOperation]) -> None:
        """Report operations, messages and channels that no event comes from."""
        resolver, draft = self._resolver, self._draft
        used: set[Any] = set()
        for operation in operations:
            if not operation.action:
                draft.left_out(operation.node, operation.label, "`action` must be `send` or `receive`")
                continue
            for each in filter(None, (operation, operation.reply)):
                used.update((each.channel.place, *(message.node.place for message in each.messages)))
        for name, key, message in channel_messages(resolver):
            if message.node.place not in used:
                draft.left_out(message.node, f"message {key} of channel {name}", "no operation uses it")
        if resolver.root.text("asyncapi").startswith("2"):
            for name, place in resolver.items(child(resolver.root, "channels")):
                if resolver.follow(place).place not in used:
                    draft.left_out(place, f"channel {name}", "has neither `publish` nor `subscribe`")

    def _events(self, side: Direction, operation: ChannelOperation, about: str) -> list[str]:
        """Add an event for each message, or one named after the operation if it has none; return their names."""
        names: list[str] = []
        self._read_security(operation.node)
        for message in operation.messages or (Message((operation.id,), operation.node, ()),):
            node = message.node
            name = next((each for each in message.names if (side, each) not in self._names), operation.id)
            self._names.add((side, name))
            names.append(name)
            summary = operation.node.text("summary") or node.text("summary", "title")
            texts = [summary, operation.node.text("description"), about]
            event: dict[str, Any] = {
                "name": name,
                ("when" if side == "received" else "why"): paragraphs(map(markdown, texts)),
                "payload": self._payload(message, f"event {name}"),
                "signature": self._signature(node),
                "delivery": {"note": delivery_note(self._resolver, operation, node)},
                "x-operation-id": operation.id,
                "consumers": [self._system] if side == "sent" and not self._options.ours else None,
            }
            self._draft.append(event, node, f"event {name}", "events", side)
        return names

    def _payload(self, message: Message, label: str) -> dict[str, Any] | None:
        if not message.bodies:
            return None
        node, body = message.node, message.bodies[0]
        found = self._bodies.read([body], label, "response")
        if message.schema_format and not any(example for _, example in body.examples):
            why = f"has the format `{message.schema_format}`, from which no example can be generated"
            self._draft.left_out(body.schema, f"{label}: its payload", why)
        texts = [
            node.text("summary") if node.text("description") else "",
            node.text("description"),
            header_list(self._resolver, node),
            "*The example was generated from the vendor's schema.*" if MADE_UP_KEY in found else "",
        ]
        return found | {"description": paragraphs(map(markdown, texts))}

    def _signature(self, message: Node) -> dict[str, Any] | None:
        for name, header in self._resolver.parts(message, "headers", "properties"):
            if "signature" in name.lower():
                return {"header": name, "note": header.text("description") or None}
        return None

    def _read_security(self, holder: Node) -> None:
        for together, scopes in self._security.read(child(holder, "security")):
            known = {scope: reason for scheme in together for scope, reason in scheme.scopes.items()}
            self._security.add(together, scopes or known)

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


def _quoted(names: Iterable[str]) -> str:
    return join_names([name for name in names if name], 20) or "a message"
