"""Read headers and JSON bodies of Postman requests and saved responses."""

import json
import re
from typing import Any

from integration_specs.contracts import Node, Resolver, child

from ._postman_urls import Variables

_MAX_DEPTH = 60


def header_pairs(resolver: Resolver, owner: Node) -> list[tuple[str, str, Node, bool]]:
    """Return name, value, node and whether it is sent for each header; headers are a list of objects or one text."""
    place = child(owner, "header")
    if isinstance(place.value, str):
        lines = [line.partition(":") for line in place.value.splitlines()]
        return [(name.strip(), value.strip(), place, True) for name, colon, value in lines if colon and name.strip()]
    pairs: list[tuple[str, str, Node, bool]] = []
    for _, each in resolver.items(place) if isinstance(place.value, list) else ():
        header = resolver.follow(each)
        if header.text("key"):
            pairs.append(
                (header.text("key").strip(), header.text("value"), each, header.value.get("disabled") is not True)
            )
        elif isinstance(header.value, str) and ":" in header.value:
            name, _, value = header.value.partition(":")
            pairs.append((name.strip(), value.strip(), each, True))
    return pairs


def json_value(text: str, variables: Variables) -> Any:
    """Return the value of a JSON text, in which variables may lack quotes; any other text with its variables replaced."""
    quoted = re.sub(r'(?<=[:\[,])(\s*)(\{\{[^{}"]{1,200}\}\})(?=\s*[,}\]])', r'\1"\2"', text)
    for each in (text, quoted):
        try:
            value = json.loads(each)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, (dict, list)) and not _too_deep(value):
            return _fill(value, variables)
    return variables.fill(text)


def _too_deep(value: Any) -> bool:
    """Return whether a value is nested too deeply to recurse into it; it works without recursion itself."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def _fill(value: Any, variables: Variables) -> Any:
    if isinstance(value, dict):
        return {variables.fill(key): _fill(each, variables) for key, each in value.items()}
    if isinstance(value, list):
        return [_fill(each, variables) for each in value]
    return variables.fill(value) if isinstance(value, str) else value
