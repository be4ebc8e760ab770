"""Describe parts of an OpenAPI operation that have no field of their own: parameters, other responses."""

import re
from collections.abc import Container

from integration_specs.contracts import Node, Operation, Resolver, child

from ._clean_text import bullet, bullet_list, join_names, markdown, paragraphs, shorten

_MAX_PARAMETERS = 200
_STANDARD_HEADERS = ("authorization", "content-type", "accept")


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
        schema = operation.resolver.get(each, "schema")
        facts = [where, _type(schema)]
        facts += ["required"] if each.value.get("required") is True and where != "path" else []
        facts += ["deprecated"] if each.value.get("deprecated") is True else []
        choices = schema.value.get("enum") if schema.is_object else None
        if isinstance(choices, list) and 0 < len(choices) <= 12:
            facts.append("one of " + join_names(choices, 12))
        if schema.text("default"):
            facts.append(f"`{schema.text('default')}` by default")
        about = markdown(each.text("description") or schema.text("description"))
        lines.append(bullet(each.text("name"), ", ".join(filter(None, facts)), about))
    if parameters[_MAX_PARAMETERS:]:
        lines.append(f"- and {len(parameters) - _MAX_PARAMETERS} more in the vendor's document")
    return bullet_list("Parameters", lines)


def _type(schema: Node) -> str:
    kind = schema.value.get("type") if schema.is_object else None
    if isinstance(kind, list):
        return " or ".join(str(each) for each in kind)
    return kind if isinstance(kind, str) else ""


def header_value(resolver: Resolver, parameter: Node) -> str:
    """Return the only value that a header can have, otherwise a placeholder."""
    schema = resolver.get(parameter, "schema")
    choices = schema.value.get("enum") if schema.is_object else None
    if isinstance(choices, list) and len(choices) == 1:
        return str(choices[0])
    return schema.text("const") or f"{{{parameter.text('name')}}}"


def other_responses(operation: Operation, shown: str) -> str | None:
    """Return lists of the successful responses except the one that is shown, and of the headers of that one."""
    resolver = operation.resolver
    lines = [
        bullet(status, "", node.text("description"))
        for status, node in operation.responses
        if status != shown and status[:1] in ("1", "2", "3")
    ]
    node = dict(operation.responses).get(shown)
    headers = [
        bullet(name, "", resolver.follow(header).text("description"))
        for name, header in (resolver.items(child(node, "headers")) if node else ())
        if not name.lower().startswith("access-control-")
    ]
    return paragraphs((bullet_list("Other responses", lines), bullet_list("Response headers", headers)))


def response_list(operation: Operation, title: str) -> str:
    """Return a list of the responses that a receiver gives."""
    lines = [bullet(status, "", node.text("description")) for status, node in operation.responses]
    return bullet_list(title, lines)
