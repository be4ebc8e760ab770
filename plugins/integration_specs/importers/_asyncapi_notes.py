"""Describe parts of AsyncAPI channels and messages that have no field of their own: bindings, address parameters, headers."""

import json
from typing import Any

from integration_specs.contracts import ChannelOperation, Node, Resolver, child

from ._clean_text import bullet, bullet_list, join_names, markdown, paragraphs

_MAX_SETTINGS = 600


def bindings(resolver: Resolver, holder: Node, title: str) -> str:
    """Return the settings of each protocol as JSON."""
    lines = [
        f"- {protocol}: `{_one_line(settings)}`"
        for protocol, place in resolver.items(child(holder, "bindings"))
        if (settings := resolver.follow(place).value)
    ]
    return bullet_list(title, lines)


def _one_line(settings: Any) -> str:
    return json.dumps(settings, ensure_ascii=False).replace("`", "'")[:_MAX_SETTINGS]


def delivery_note(resolver: Resolver, operation: ChannelOperation, message: Node) -> str | None:
    """Return what the document says about the delivery of a message: channel, correlation, bindings."""
    channel = operation.channel
    unknown = "The channel's address is only known at run time." if channel else ""
    notes = [f"Channel `{operation.address}`." if operation.address else unknown, channel.text("description")]
    notes.append(_address_parameters(resolver, channel))
    correlation = resolver.get(message, "correlationId")
    if correlation.text("location"):
        notes.append(f"Correlated by `{correlation.text('location')}`. {correlation.text('description')}".strip())
    for holder, what in ((channel, "channel"), (operation.node, "operation"), (message, "message")):
        notes.append(bindings(resolver, holder, f"Bindings of the {what}"))
    return paragraphs(map(markdown, notes))


def _address_parameters(resolver: Resolver, channel: Node) -> str:
    lines: list[str] = []
    for name, place in resolver.items(child(channel, "parameters")):
        parameter = resolver.follow(place)
        choices = resolver.get(parameter, "enum").value
        facts = f"one of {join_names(choices, 12)}" if isinstance(choices, list) and choices else ""
        lines.append(bullet(name, facts, parameter.text("description")))
    return bullet_list("Address parameters", lines)


def header_list(resolver: Resolver, message: Node) -> str:
    """Return a list of the headers of a message."""
    headers = resolver.get(message, "headers")
    listed = resolver.get(headers, "required").value
    required = listed if isinstance(listed, list) else []
    lines: list[str] = []
    for name, place in resolver.items(child(headers, "properties")):
        header = resolver.follow(place)
        facts = ", ".join(filter(None, [header.text("type"), "required" if name in required else ""]))
        lines.append(bullet(name, facts, header.text("description")))
    return bullet_list("Headers", lines)
