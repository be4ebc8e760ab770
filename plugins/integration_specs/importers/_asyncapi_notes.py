"""Describe parts of AsyncAPI channels and messages that have no field of their own: bindings, address parameters, headers."""

from typing import Any

from integration_specs.contracts import Node, Resolver, child

from ._texts import bullet, bullet_list, join_names


def bindings(resolver: Resolver, holder: Node, title: str) -> str:
    """Return a list of protocol settings such as `kafka: partitions 3`."""
    found: list[str] = []
    for protocol, place in resolver.items(child(holder, "bindings")):
        stack = [("", resolver.follow(place))]
        while stack and len(found) < 30:
            path, node = stack.pop()
            value = resolver.follow(node).value
            if isinstance(value, (dict, list)):
                inner = [
                    (f"{path}.{name}".strip(".") if isinstance(value, dict) else path, each)
                    for name, each in resolver.items(node)
                ]
                stack += [each for each in reversed(inner) if each[0] != "bindingVersion" and path.count(".") < 6]
            elif value is not None:
                shown = str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())[:300]
                found.append(f"- {protocol}: `{path or 'value'}` {shown}")
    return bullet_list(title, found)


def address_parameters(resolver: Resolver, channel: Node) -> str:
    """Return a list of the parameters in a channel's address."""
    lines: list[str] = []
    for name, place in resolver.items(child(channel, "parameters")):
        parameter = resolver.follow(place)
        choices = resolver.get(parameter, "enum").value
        facts = f"one of {join_names(choices[:12], 12)}" if isinstance(choices, list) and choices else ""
        lines.append(bullet(name, facts, parameter.text("description")))
    return bullet_list("Address parameters", lines)


def header_list(resolver: Resolver, headers: Node, required: list[Any]) -> str:
    """Return a list of the headers of a message."""
    lines: list[str] = []
    for name, place in resolver.items(child(headers, "properties")):
        header = resolver.follow(place)
        facts = ", ".join(filter(None, [header.text("type"), "required" if name in required else ""]))
        lines.append(bullet(name, facts, header.text("description")))
    return bullet_list("Headers", lines)
