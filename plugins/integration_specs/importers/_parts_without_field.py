"""Describe parts of a document that have no field of their own: parameters, other responses, headers, bindings."""

import json
import re
from collections.abc import Callable, Container, Iterable

from integration_specs.contracts import ChannelOperation, Node, Operation, Resolver, child
from integration_specs.text.display import printable

from ._clean_text import bullet, bullet_list, join_names, markdown, paragraphs, shorten

_MAX_PARAMETERS = 200
_MAX_CHOICES = 12
_MAX_SETTINGS = 600
_STANDARD_HEADERS = ("authorization", "content-type", "accept")


def named_list(
    resolver: Resolver, title: str, named: Iterable[tuple[str, Node]], facts: Callable[[str, Node], str] = lambda *_: ""
) -> str:
    """Return a list of named parts with their descriptions, and with facts in parentheses."""
    nodes = ((name, resolver.follow(place)) for name, place in named)
    return bullet_list(title, [bullet(name, facts(name, node), node.text("description")) for name, node in nodes])


def split_summary(operation: Operation) -> tuple[str, str]:
    """Return a summary of one or two sentences, and the rest of the description."""
    node, item = operation.node, operation.item
    summary = node.text("summary") or item.text("summary")
    text = markdown(node.text("description") or item.text("description"))
    if summary:
        return summary, "" if text.strip() == summary.strip() else text
    head, _, rest = text.partition("\n\n")
    sentence = re.match(r".{20,380}?[.!?](?=\s)", head, re.DOTALL) if len(head) > 400 else None
    if sentence:
        return sentence[0], text[sentence.end() :]
    return (head, rest) if len(head) <= 1_000 else (shorten(head, 400), text)


def is_standard_header(parameter: Node) -> bool:
    """Return whether a parameter is a header that OpenAPI describes elsewhere."""
    return parameter.text("in") == "header" and parameter.text("name").lower() in _STANDARD_HEADERS


def parameter_list(operation: Operation, credentials: Container[str] = ()) -> str:
    """Return a list of the parameters with their types, allowed values and defaults; `credentials` are described elsewhere."""
    parameters = [
        each for each in operation.parameters if not is_standard_header(each) and each.text("name") not in credentials
    ]
    lines: list[str] = []
    for each in parameters[:_MAX_PARAMETERS]:
        where = each.text("in") or "unknown location"
        media = next((node for _, node in operation.resolver.parts(each, "content")), each)
        schema = operation.resolver.get(media, "schema")
        kinds, *others = _schema_facts(operation.resolver, schema)
        facts = [where, kinds]
        facts += ["required"] if each.is_true("required") and where != "path" else []
        facts += ["deprecated"] if each.is_true("deprecated") else []
        facts += others
        about = markdown(each.text("description") or schema.text("description"))
        lines.append(bullet(each.text("name"), ", ".join(filter(None, facts)), about))
    if parameters[_MAX_PARAMETERS:]:
        lines.append(f"- and {len(parameters) - _MAX_PARAMETERS} more in the vendor's document")
    return bullet_list("Parameters", lines)


def _schema_facts(resolver: Resolver, schema: Node) -> list[str]:
    """Return the types, the default and the choices of a schema, with those of the schemas that it combines."""
    combined = (part for key in ("allOf", "anyOf", "oneOf") for _, part in resolver.parts(schema, key))
    parts = [part for part in (schema, *combined) if part.is_object]
    listed = (kind if isinstance(kind := part.value.get("type"), list) else [kind] for part in parts)
    kinds = dict.fromkeys(str(kind) for each in listed for kind in each if kind)
    value = next((part.value["default"] for part in parts if part.value.get("default") not in (None, "")), None)
    default = " ".join((str(value).lower() if isinstance(value, bool) else str(value)).split())
    is_shown = isinstance(value, (str, int, float))
    own = list(dict.fromkeys(choice for part in parts for choice in _choices(part)))
    choices = own or list(dict.fromkeys(choice for part in parts for choice in _choices(resolver.get(part, "items"))))
    return [
        " or ".join(kinds),
        f"`{default}` by default" if is_shown else "",
        f"{'one' if own else 'any'} of {join_names(choices, _MAX_CHOICES)}" if 0 < len(choices) <= _MAX_CHOICES else "",
    ]


def _choices(schema: Node) -> list[str]:
    listed = schema.value.get("enum") if schema.is_object else None
    return [str(each) for each in listed] if isinstance(listed, list) else []


def header_value(resolver: Resolver, parameter: Node) -> str:
    """Return the only value that a header can have, otherwise its default or a placeholder."""
    schema = resolver.get(parameter, "schema")
    choices = _choices(schema)
    usual = schema.text("const", "default")
    is_value = usual and not any(map(str.isspace, usual))
    return choices[0] if len(choices) == 1 else usual if is_value else f"{{{parameter.text('name')}}}"


def other_responses(operation: Operation, shown: str) -> str | None:
    """Return lists of the successful responses except the one that is shown, and of the headers of that one."""
    others = [each for each in operation.responses if each[0] != shown and each[0][:1] in ("1", "2", "3")]
    resolver = operation.resolver
    own = response_headers(resolver, dict(operation.responses)[shown]) if shown else []
    return paragraphs((named_list(resolver, "Other responses", others), named_list(resolver, "Response headers", own)))


def response_headers(resolver: Resolver, response: Node) -> list[tuple[str, Node]]:
    """Return the documented headers of a response without those for browsers."""
    listed = resolver.items(child(response, "headers"))
    return [each for each in listed if not each[0].lower().startswith("access-control-")]


def bindings(resolver: Resolver, holder: Node, title: str) -> str:
    """Return the settings of each protocol as JSON."""
    lines: list[str] = []
    for protocol, settings in resolver.parts(holder, "bindings"):
        if settings.value:
            text = json.dumps(settings.value, ensure_ascii=False).replace("`", "'")
            lines.append(f"- {protocol}: `{printable(text, _MAX_SETTINGS)}`")
    return bullet_list(title, lines)


def delivery_note(resolver: Resolver, operation: ChannelOperation, message: Node) -> str | None:
    """Return what the document says about the delivery of a message: channel, correlation, bindings."""
    channel = operation.channel

    def facts(name: str, parameter: Node) -> str:
        choices = _choices(parameter)
        return f"one of {join_names(choices, _MAX_CHOICES)}" if choices else ""

    unknown = "The channel's address is only known at run time." if channel else ""
    notes = [f"Channel `{operation.address}`." if operation.address else unknown, channel.text("description")]
    notes.append(named_list(resolver, "Address parameters", resolver.items(child(channel, "parameters")), facts))
    correlation = resolver.get(message, "correlationId")
    if correlation.text("location"):
        notes.append(f"Correlated by `{correlation.text('location')}`. {correlation.text('description')}".strip())
    for holder, what in ((channel, "channel"), (operation.node, "operation"), (message, "message")):
        notes.append(bindings(resolver, holder, f"Bindings of the {what}"))
    return paragraphs(map(markdown, notes))


def header_list(resolver: Resolver, message: Node) -> str:
    """Return a list of the headers of a message."""
    headers = resolver.get(message, "headers")
    listed = resolver.get(headers, "required").value
    required = listed if isinstance(listed, list) else []

    def facts(name: str, header: Node) -> str:
        return ", ".join(filter(None, [header.text("type"), "required" if name in required else ""]))

    return named_list(resolver, "Headers", resolver.items(child(headers, "properties")), facts)
