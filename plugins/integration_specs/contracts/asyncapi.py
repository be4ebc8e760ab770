"""Operations and messages of an AsyncAPI document, version 2 or 3, in the terms of version 3."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from integration_specs.grouping import grouped

from .bodies import MediaType, Message
from .resolver import Node, Resolver, child

_JSON_SCHEMA_FORMATS = ("application/vnd.aai.asyncapi", "application/schema", "application/vnd.oai.openapi")
Action = Literal["send", "receive", ""]
_MAX_NAME = 100
_NOT_NAMES = ("message", "payload", "publish", "subscribe")


@dataclass(frozen=True, eq=False)
class ChannelOperation:
    """What the described application does with the messages of a channel.

    `action` is empty if the document says neither `send` nor `receive`. An application "sends" what version 2 calls
    `subscribe`, because version 2 takes the view of the application's clients. `address` is the channel's, empty if it
    is known at run time only. `reply` is the operation's answer.
    """

    id: str
    label: str
    action: Action
    node: Node
    channel: Node
    address: str
    messages: tuple[Message, ...]
    reply: "ChannelOperation | None" = None


def channel_operations(resolver: Resolver) -> Iterator[ChannelOperation]:
    """Yield the operations of the document, in its order."""
    is_version_2 = resolver.root.text("asyncapi").startswith("2")
    return _version_2(resolver) if is_version_2 else _version_3(resolver)


def documented_messages(resolver: Resolver) -> Iterator[Message]:
    """Yield every message once: those of operations, then those of channels that no operation has."""
    operations = (part for each in channel_operations(resolver) for part in (each, each.reply) if part)
    by_place = grouped((message.node.place, message) for operation in operations for message in operation.messages)
    for name, _, message in channel_messages(resolver):
        if message.node.place not in by_place:
            by_place[message.node.place] = [message.renamed((name,))]
    for first, *others in by_place.values():
        yield first.renamed(name for other in others for name in other.names)


def channel_messages(resolver: Resolver) -> Iterator[tuple[str, str, Message]]:
    """Yield the messages of the channels of version 3: channel name, message key and message."""
    for name, channel in resolver.parts(resolver.root, "channels"):
        for key, message in resolver.items(child(channel, "messages")):
            yield name, key, _message(resolver, message, (_address(channel),))


def with_traits(resolver: Resolver, node: Node) -> Node:
    """Return an operation or message with the properties of its traits that it does not have itself."""
    if not node.is_object or "traits" not in node.value:
        return node
    merged: dict[str, Any] = {}
    for _, trait in resolver.parts(node, "traits"):
        merged.update(trait.value if trait.is_object else {})
    return Node(node.document, node.pointer, {**merged, **node.value}, node.file)


def _version_3(resolver: Resolver) -> Iterator[ChannelOperation]:
    for name, place in resolver.parts(resolver.root, "operations"):
        node = with_traits(resolver, place)
        action: Any = node.text("action")
        reply = resolver.get(node, "reply")
        answer = _operation_3(resolver, f"{name} reply", reply, "") if reply.is_object else None
        yield _operation_3(resolver, name, node, action if action in ("send", "receive") else "", answer)


def _operation_3(
    resolver: Resolver, name: str, node: Node, action: Any, reply: ChannelOperation | None = None
) -> ChannelOperation:
    channel = resolver.get(node, "channel")
    listed = child(node, "messages")
    places = [each for _, each in resolver.items(listed)] if isinstance(listed.value, list) else []
    places = places or [each for _, each in resolver.items(child(channel, "messages"))]
    address = _address(channel)
    messages = tuple(_message(resolver, each, (name, address)) for each in places)
    return ChannelOperation(name, f"operation {name}", action, node, channel, address, messages, reply)


def _version_2(resolver: Resolver) -> Iterator[ChannelOperation]:
    actions: tuple[tuple[str, Action], ...] = (("subscribe", "send"), ("publish", "receive"))
    for name, channel in resolver.parts(resolver.root, "channels"):
        for key, action in actions:
            node = with_traits(resolver, resolver.get(channel, key))
            if not node.is_object:
                continue
            label = f"{key} {name}"
            identity = node.text("operationId") or label
            message = resolver.get(node, "message")
            several = [each for _, each in resolver.items(child(message, "oneOf"))]
            places = several or ([child(node, "message")] if message else [])
            words = (identity, name) if len(places) == 1 else (identity,)
            messages = tuple(_message(resolver, each, words, is_alone=not several) for each in places)
            yield ChannelOperation(identity, label, action, node, channel, name, messages)


def _address(channel: Node) -> str:
    if not channel.is_object:
        return ""
    key = str(channel.pointer[-1]) if channel.pointer else ""
    return channel.text("address") or ("" if "address" in channel.value else key)


def _message(resolver: Resolver, place: Node, words: Iterable[str], *, is_alone: bool = True) -> Message:
    """Read a message. `words` name its operation and channel: they name the message only if nothing else does.

    Beside other messages of its operation, a message without a name is better named by its title or summary.
    """
    node = with_traits(resolver, resolver.follow(place))
    keys = [str(each.pointer[-1]) for each in (node, place) if each.pointer]
    keys = [key for key in keys if key not in _NOT_NAMES and not key.isdecimal()]
    own = list(dict.fromkeys(filter(None, (node.text("name"), *keys, node.text("messageId")))))
    words = [word for word in words if word]
    texts = [" ".join(node.text(key).split()).rstrip(".") for key in ("title", "summary")]
    texts = [text for text in texts if 0 < len(text) <= _MAX_NAME]
    unnamed = [*words, *texts] if is_alone else [*texts, *words]
    names = [*own, *(f"{own[0]} ({word})" for word in words)] if own else unnamed
    schema_format, schema = _payload(resolver, node)
    content_type = node.text("contentType") or resolver.root.text("defaultContentType")
    return Message(tuple(names), node, (MediaType(resolver, content_type, node, schema),), schema_format)


def _payload(resolver: Resolver, message: Node) -> tuple[str, Node]:
    """Return the format of a payload's schema, empty for JSON Schema, and the schema; without a value if it has another format."""
    schema_format, schema = message.text("schemaFormat"), child(message, "payload")
    payload = resolver.follow(schema)
    if payload.is_object and "schemaFormat" in payload.value:
        schema_format, schema = payload.text("schemaFormat"), child(payload, "schema")
    if not schema_format or schema_format.startswith(_JSON_SCHEMA_FORMATS):
        return "", schema
    return schema_format, Node(schema.document, schema.pointer, None, schema.file)
