"""Describe parts of AsyncAPI channels and messages that have no field of their own: bindings, address parameters, headers."""

from integration_specs.contracts import ChannelOperation, Node, Resolver, child

from ._texts import bullet, bullet_list, join_names, markdown, paragraphs

_MAX_LINES = 30
_MAX_DEPTH = 6


def bindings(resolver: Resolver, holder: Node, title: str) -> str:
    """Return a list of protocol settings such as `kafka: partitions 3`."""
    found: list[str] = []
    for protocol, place in resolver.items(child(holder, "bindings")):
        stack = [("", resolver.follow(place))]
        while stack and len(found) < _MAX_LINES:
            path, node = stack.pop()
            value = resolver.follow(node).value
            if isinstance(value, (dict, list)):
                inner = [
                    (f"{path}.{name}".strip(".") if isinstance(value, dict) else path, each)
                    for name, each in resolver.items(node)
                ]
                stack += [
                    each for each in reversed(inner) if each[0] != "bindingVersion" and path.count(".") < _MAX_DEPTH
                ]
            elif value is not None:
                shown = str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())[:300]
                found.append(f"- {protocol}: `{path or 'value'}` {shown}")
    return bullet_list(title, found)


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
