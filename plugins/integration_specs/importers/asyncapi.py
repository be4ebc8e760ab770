"""Import AsyncAPI 2 and 3 documents: messages become events that we receive or send.

By default the document is the vendor's: we receive what its application sends (`send` in version 3; `subscribe` in version 2,
which describes the clients of the application). With `ours` the directions are reversed.
"""

from pathlib import Path
from typing import Any, Literal

from integration_specs.contracts import Node, Resolver, child
from integration_specs.text.display import printable

from . import Import, ImportOptions, fault
from ._asyncapi_notes import address_parameters, bindings, header_list
from ._draft import Draft, open_document
from ._info import describe
from ._schema_examples import MADE_UP_KEY, SchemaExamples, as_body
from ._security import Scheme, SecurityRequirements, read_scheme
from ._selection import Selection
from ._servers import Server, environments, resolve
from ._texts import markdown, paragraphs

SUPPORTS_SELECTION = True
SUPPORTS_OURS = True
Side = Literal["received", "sent"]
_JSON_SCHEMA = ("", "application/vnd.aai.asyncapi", "application/schema", "application/vnd.oai.openapi")


def read(path: Path, options: ImportOptions) -> Import:
    """Return the spec of an AsyncAPI document. Raises `ImportFault`."""
    resolver = open_document(path, options, "an AsyncAPI document")
    version = resolver.root.text("asyncapi")
    if not version.startswith(("2.", "3.")):
        _refuse(resolver, options, version)
    reader = _Reader(resolver, options)
    if version.startswith("2."):
        reader.channels()
    else:
        reader.operations()
    reader.selection.require_matches()
    return reader.finish()


def _refuse(resolver: Resolver, options: ImportOptions, version: str) -> None:
    root = resolver.root
    at = child(root, "asyncapi").span
    if version:
        message = f"AsyncAPI {printable(version, 20)} is not supported; 2 and 3 are"
        help = "Convert it: `npx @asyncapi/cli convert FILE`."
    elif "openapi" in root.value or "swagger" in root.value:
        message, help = "this is an OpenAPI document", "Run `integration-specs import openapi FILE`."
    else:
        message = "this is not an AsyncAPI document: `asyncapi` is missing"
        help = "Add the version, for example `asyncapi: 3.0.0`."
    raise fault(options, message, at, help)


class _Reader:
    def __init__(self, resolver: Resolver, options: ImportOptions) -> None:
        self._resolver, self._options = resolver, options
        self._draft = Draft(options, resolver)
        self._examples = SchemaExamples(resolver)
        self.selection = Selection(options, self._draft)
        self._system = resolver.get(resolver.root, "info").text("title") or "Unnamed API"
        self._names: dict[Side, set[str]] = {"received": set(), "sent": set()}
        self._security = SecurityRequirements()
        self._protocols: set[str] = set()

    def finish(self) -> Import:
        """Return the spec."""
        resolver, draft, data = self._resolver, self._draft, self._draft.data
        info = resolver.get(resolver.root, "info")
        servers = list(self._servers())
        events = data.get("events", {})
        received, sent = bool(events.get("received")), bool(events.get("sent"))
        data["system"] = self._system
        by_http = bool(self._protocols) and all(protocol.startswith("http") for protocol in self._protocols)
        data["type"] = "Webhook" if by_http and received and not sent else "Other"
        describe(resolver, draft, info)
        if received or sent:
            direction = "Bidirectional" if received and sent else "Inbound" if received else "Outbound"
            data["overview"] = {"direction": direction}
            read, turn = (
                "to be the vendor's: we receive what its application sends",
                "Add `--ours` if it describes our own application.",
            )
            if self._options.ours:
                read, turn = (
                    "to be ours: we send what its application sends",
                    "Omit `--ours` if it describes the vendor's application.",
                )
            draft.assumed(child(resolver.root, "asyncapi"), f"the document is assumed {read}", turn)
        environments(draft, servers)
        data["authentication"] = self._security.section()
        return draft.finish(self._system)

    def _side(self, sends: bool) -> Side:
        return "sent" if sends == self._options.ours else "received"

    # --- version 3

    def operations(self) -> None:
        """Read the operations of AsyncAPI 3, and report messages that none of them uses."""
        resolver = self._resolver
        used: set[tuple[str, Any]] = set()
        for operation_id, place in resolver.items(child(resolver.root, "operations")):
            operation = self._with_traits(resolver.follow(place))
            action = operation.text("action")
            label = f"operation {operation_id}"
            if action not in ("send", "receive"):
                self._draft.left_out(place, label, "`action` must be `send` or `receive`")
                continue
            channel = resolver.get(operation, "channel")
            messages = self._messages(operation, channel)
            reply = resolver.get(operation, "reply")
            replies = isinstance(reply.value, dict)
            answers = self._messages(reply, resolver.get(reply, "channel")) if replies else []
            used.update(resolver.follow(message).place for message in (*messages, *answers))
            address = self._address(channel)
            if not self.selection.includes(operation, label, operation_id, self._tags(operation), address):
                continue
            side = self._side(action == "send")
            about = f"The reply is {_quoted(map(_name, map(resolver.follow, answers)))}." if answers else ""
            names = self._events(side, operation, operation_id, channel, messages, about)
            if replies:
                asked = f"The reply to {_quoted(names)}" + self._reply_address(reply) + "."
                other: Side = "received" if side == "sent" else "sent"
                self._events(other, reply, f"{operation_id} reply", resolver.get(reply, "channel"), answers, asked)
        for name, place in resolver.items(child(resolver.root, "channels")):
            for key, message in resolver.items(child(resolver.follow(place), "messages")):
                if resolver.follow(message).place not in used:
                    self._draft.left_out(message, f"message {key} of channel {name}", "no operation uses it")

    def _messages(self, holder: Node, channel: Node) -> list[Node]:
        bullet_list = child(holder, "messages")
        own = [place for _, place in self._resolver.items(bullet_list)] if isinstance(bullet_list.value, list) else []
        return own or [place for _, place in self._resolver.items(child(channel, "messages"))]

    def _reply_address(self, reply: Node) -> str:
        where = self._resolver.get(reply, "address").text("location")
        return f", sent to the address in `{where}`" if where else ""

    # --- version 2

    def channels(self) -> None:
        """Read the channels of AsyncAPI 2."""
        resolver = self._resolver
        for name, place in resolver.items(child(resolver.root, "channels")):
            channel = resolver.follow(place)
            found = False
            for method in ("subscribe", "publish"):
                operation = self._with_traits(resolver.get(channel, method))
                if not isinstance(operation.value, dict):
                    continue
                found = True
                label = f"{method} {name}"
                operation_id = operation.text("operationId")
                if not self.selection.includes(operation, label, operation_id, self._tags(operation), name):
                    continue
                message = resolver.get(operation, "message")
                several = [each for _, each in resolver.items(child(message, "oneOf"))]
                messages = several or ([child(operation, "message")] if message else [])
                side = self._side(method == "subscribe")
                self._events(side, operation, operation_id or label, channel, messages, "", name)
            if not found:
                self._draft.left_out(place, f"channel {name}", "has neither `publish` nor `subscribe`")

    # --- both

    def _with_traits(self, node: Node) -> Node:
        """Return an operation or message merged with its traits."""
        if not isinstance(node.value, dict) or "traits" not in node.value:
            return node
        merged: dict[str, Any] = {}
        for _, place in self._resolver.items(child(node, "traits")):
            trait = self._resolver.follow(place).value
            merged.update(trait if isinstance(trait, dict) else {})
        return Node(node.document, node.pointer, {**merged, **node.value}, node.file)

    def _tags(self, node: Node) -> list[str]:
        return [self._resolver.follow(each).text("name") for _, each in self._resolver.items(child(node, "tags"))]

    def _address(self, channel: Node) -> str:
        if not isinstance(channel.value, dict):
            return ""
        return channel.text("address") or ("" if "address" in channel.value else str(channel.pointer[-1]))

    def _events(
        self,
        side: Side,
        operation: Node,
        operation_id: str,
        channel: Node,
        messages: list[Node],
        about: str,
        address: str = "",
    ) -> list[str]:
        """Add an event for each message, or one named after the operation if it has none; return their names."""
        resolver = self._resolver
        names: list[str] = []
        self._read_security(operation)
        for place in messages or [operation]:
            message = self._with_traits(resolver.follow(place)) if messages else operation
            wanted = (_name(message) if messages else "") or operation_id
            if len(messages) == 1 and wanted == "message":
                wanted = operation_id
            name = wanted if wanted not in self._names[side] else f"{wanted} ({operation_id})"
            self._names[side].add(name)
            names.append(name)
            says = [operation.text("summary") or message.text("summary", "title"), operation.text("description"), about]
            event: dict[str, Any] = {
                "name": name,
                ("when" if side == "received" else "why"): paragraphs(map(markdown, says)),
            }
            if side == "sent" and not self._options.ours:
                event["consumers"] = [self._system]
            if messages:
                event["payload"] = self._payload(message, name)
                self._add_signature(event, message)
            event["delivery"] = {"note": self._delivery(operation, channel, message, address)}
            event["x-operation-id"] = operation_id
            self._draft.append(event, message if messages else operation, f"event {name}", "events", side)
        return names

    def _payload(self, message: Node, name: str) -> dict[str, Any]:
        resolver, draft = self._resolver, self._draft
        content_type = message.text("contentType") or resolver.root.text("defaultContentType")
        says = [message.text("summary") if message.text("description") else "", message.text("description")]
        headers = resolver.get(message, "headers")
        required = resolver.get(headers, "required").value
        says.append(header_list(resolver, headers, required if isinstance(required, list) else []))
        found: dict[str, Any] = {"content_type": content_type or None}
        value, given = self._example(message, name)
        if value is not None:
            found["example"] = as_body(value, content_type or "application/json")
            if not given:
                found[MADE_UP_KEY] = True
                says.append("*The example was generated from the vendor's schema.*")
                draft.made_up(child(message, "payload"), f"event {name}: the example was generated from the schema")
        found["description"] = paragraphs(map(markdown, says))
        return found

    def _example(self, message: Node, name: str) -> tuple[Any, bool]:
        resolver, draft = self._resolver, self._draft
        examples = [resolver.follow(place) for _, place in resolver.items(child(message, "examples"))]
        with_payload = [
            each for each in examples if isinstance(each.value, dict) and each.value.get("payload") is not None
        ]
        if with_payload:
            if len(examples) > 1:
                draft.left_out(
                    examples[1],
                    f"event {name}: {len(examples) - 1} more example{'s' * (len(examples) > 2)}",
                    "the spec has one example",
                )
            return with_payload[0].value["payload"], True
        schema = resolver.get(message, "payload")
        format_ = message.text("schemaFormat")
        if isinstance(schema.value, dict) and "schemaFormat" in schema.value:
            format_, schema = schema.text("schemaFormat"), child(schema, "schema")
        if not format_.startswith(_JSON_SCHEMA[1:]) and format_:
            draft.left_out(
                schema,
                f"event {name}: its payload",
                f"has the format `{format_}`, from which no example can be generated",
            )
            return None, False
        return self._examples.of(schema, "response") if schema else (None, False)

    def _add_signature(self, event: dict[str, Any], message: Node) -> None:
        for name, place in self._resolver.items(child(self._resolver.get(message, "headers"), "properties")):
            if "signature" in name.lower():
                event["signature"] = {"header": name, "note": self._resolver.follow(place).text("description") or None}
                return

    def _delivery(self, operation: Node, channel: Node, message: Node, address: str) -> str | None:
        resolver = self._resolver
        where = address or self._address(channel)
        unknown = "The channel's address is only known at run time." if channel and not where else ""
        notes = [f"Channel `{where}`." if where else unknown, channel.text("description")]
        notes.append(address_parameters(resolver, channel))
        correlation = resolver.get(message, "correlationId")
        if correlation.text("location"):
            notes.append(f"Correlated by `{correlation.text('location')}`. {correlation.text('description')}".strip())
        for holder, what in ((channel, "channel"), (operation, "operation"), (message, "message")):
            notes.append(bindings(resolver, holder, f"Bindings of the {what}"))
        return paragraphs(map(markdown, notes))

    def _read_security(self, holder: Node) -> None:
        """Record the security of a server or operation: scheme objects (version 3) or scheme names with scopes (version 2)."""
        resolver = self._resolver
        for _, place in resolver.items(child(holder, "security")):
            requirement = resolver.follow(place)
            if not isinstance(requirement.value, dict):
                continue
            if "type" in requirement.value:
                name = str(requirement.pointer[-1])
                self._require([read_scheme(resolver, requirement, name)], [resolver.get(requirement, "scopes")])
                continue
            named = list(resolver.items(requirement))
            schemes = [
                read_scheme(resolver, resolver.get(resolver.root, "components", "securitySchemes", name), name)
                for name, _ in named
            ]
            if schemes:
                self._require(schemes, [scopes for _, scopes in named])

    def _require(self, schemes: list[Scheme], scopes: list[Node]) -> None:
        found: dict[str, str] = {}
        for scheme, needed in zip(schemes, scopes, strict=True):
            named = [each for each in needed.value if isinstance(each, str)] if isinstance(needed.value, list) else []
            found |= {scope: found.get(scope) or scheme.scopes.get(scope, "") for scope in named or scheme.scopes}
        self._security.add(schemes, found)

    def _servers(self) -> list[Server]:
        resolver = self._resolver
        found: list[Server] = []
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
            found.append(Server(server, address, server.text("title") or name, about, tuple(notes)))
        return found


def _name(message: Node) -> str:
    own = message.text("name")
    key = str(message.pointer[-1]) if message.pointer else ""
    return own or ("" if key in ("payload", "subscribe", "publish") or key.isdecimal() else key)


def _quoted(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names if name) or "a message"
