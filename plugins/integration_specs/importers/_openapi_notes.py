"""Describe parts of an OpenAPI operation that have no field of their own: parameters, other responses."""

import re
from typing import Any

from integration_specs.contracts import Node, Resolver, child

from ._texts import bullet, bullet_list, join_names, markdown, shorten

_MAX_PARAMETERS = 200


def split_summary(operation: Node, item: Node) -> tuple[str, str]:
    """Return a summary of one or two sentences, and the rest of the description."""
    summary = operation.text("summary") or item.text("summary")
    text = markdown(operation.text("description") or item.text("description"))
    if summary:
        return summary, "" if text.strip() == summary.strip() else text
    head, _, rest = text.partition("\n\n")
    sentence = re.match(r".{20,380}?[.!?](?=\s)", head, re.DOTALL) if len(head) > 400 else None
    if sentence:
        return sentence[0], text[sentence.end() :]
    return (head, rest) if len(head) <= 1_000 else (shorten(head, 400), text)


def parameter_list(resolver: Resolver, parameters: list[Node]) -> str:
    lines: list[str] = []
    for each in parameters[:_MAX_PARAMETERS]:
        where = each.text("in") or "unknown location"
        if where == "header" and each.text("name").lower() in ("authorization", "content-type", "accept"):
            continue
        schema = resolver.get(each, "schema")
        facts = [where, _type(schema)]
        facts += ["required"] if each.value.get("required") is True and where != "path" else []
        facts += ["deprecated"] if each.value.get("deprecated") is True else []
        choices = schema.value.get("enum") if isinstance(schema.value, dict) else None
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
    kind = schema.value.get("type") if isinstance(schema.value, dict) else None
    if isinstance(kind, list):
        return " or ".join(str(each) for each in kind)
    return kind if isinstance(kind, str) else ""


def header_value(resolver: Resolver, parameter: Node) -> str:
    schema = resolver.get(parameter, "schema")
    if isinstance(schema.value, dict):
        choices = schema.value.get("enum")
        if isinstance(choices, list) and len(choices) == 1:
            return str(choices[0])
        if schema.text("const"):
            return schema.text("const")
    return f"{{{parameter.text('name')}}}"


def other_responses(resolver: Resolver, operation: Node, shown: Any) -> str:
    """Return lists of the successful responses that are not shown, and of the headers of the one that is shown."""
    lines: list[str] = []
    headers: list[str] = []
    for status, place in resolver.items(child(operation, "responses")):
        answer = resolver.follow(place)
        if status == str(shown):
            found = list(resolver.items(child(answer, "headers")))
            cors = [f"`{name}`" for name, _ in found if name.lower().startswith("access-control-")]
            headers = [
                bullet(name, "", resolver.follow(header).text("description"))
                for name, header in found
                if not name.lower().startswith("access-control-")
            ]
            headers += [f"- CORS: {', '.join(cors)}"] if cors else []
        elif status[:1] in ("1", "2", "3"):
            lines.append(bullet(status, "", answer.text("description")))
    return "\n\n".join(filter(None, (bullet_list("Other responses", lines), bullet_list("Response headers", headers))))


def response_rank(answer: tuple[str, Node]) -> tuple[int, str]:
    status, node = answer
    has_body = isinstance(node.value, dict) and bool(node.value.get("content"))
    return (0 if status[:1] == "2" else 1 if status == "default" else 2) * 2 + (not has_body), status
