"""What an AsyncAPI document says of channels and messages, in words: bindings, places in the address, headers."""

from typing import Any

from integration_specs.contracts.resolver import Node, Resolver, child

from ._texts import listed, point, some


def bindings(library: Resolver, holder: Node, title: str) -> str:
    """The protocol's settings, one line each: `kafka: partitions 3`."""
    found: list[str] = []
    for protocol, place in library.items(child(holder, "bindings")):
        stack = [("", library.follow(place))]
        while stack and len(found) < 30:
            path, node = stack.pop()
            value = library.follow(node).value
            if isinstance(value, (dict, list)):
                inner = [
                    (f"{path}.{name}".strip(".") if isinstance(value, dict) else path, each)
                    for name, each in library.items(node)
                ]
                stack += [each for each in reversed(inner) if each[0] != "bindingVersion" and path.count(".") < 6]
            elif value is not None:
                shown = str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())[:300]
                found.append(f"- {protocol}: `{path or 'value'}` {shown}")
    return listed(title, found)


def places(library: Resolver, channel: Node) -> str:
    """The places in a channel's address."""
    lines: list[str] = []
    for name, place in library.items(child(channel, "parameters")):
        parameter = library.follow(place)
        choices = library.get(parameter, "enum").value
        facts = f"one of {some(choices[:12], 12)}" if isinstance(choices, list) and choices else ""
        lines.append(point(name, facts, parameter.text("description")))
    return listed("Places in the address", lines)


def headers_list(library: Resolver, headers: Node, required: list[Any]) -> str:
    """The headers of a message as a list."""
    lines: list[str] = []
    for name, place in library.items(child(headers, "properties")):
        header = library.follow(place)
        facts = ", ".join(filter(None, [header.text("type"), "required" if name in required else ""]))
        lines.append(point(name, facts, header.text("description")))
    return listed("Headers", lines)
