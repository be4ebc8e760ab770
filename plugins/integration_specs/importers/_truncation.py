"""Shrink a spec that the loader would reject as too large, entry by entry."""

from collections.abc import Callable
from typing import Any

from integration_specs.documents import SPEC
from integration_specs.documents.pointers import Pointer, value_at

# Below the limits of the loader, since sizes are estimates.
_MAX_NODES = SPEC.nodes * 9 // 10
_MAX_BYTES = SPEC.size * 8 // 10


def truncate(data: dict[str, Any], report: Callable[[Pointer, str], None]) -> None:
    """Remove examples, then notes that are lists, endpoints and events, last first, until the loader accepts the size.

    `report` is called with the pointer of the entry, and with what it lost, empty for all of it.
    """
    nodes, size = size_of(data)
    lists: list[Pointer] = [(key,) for key, value in data.items() if key.startswith("x-") and isinstance(value, list)]
    lists += [("endpoints",)] if "endpoints" in data else []
    lists += [("events", side) for side in data.get("events", ())]
    places = [(at, index) for at in lists for index in reversed(range(len(value_at(data, at))))]
    for what in (", its examples", ""):
        for at, index in places:
            if nodes <= _MAX_NODES and size <= _MAX_BYTES:
                return
            entries = value_at(data, at)
            if removed := _take_examples(entries[index]) if what else entries.pop():
                its_nodes, its_size = size_of(removed, 2 * len(at) + 2)
                nodes, size = nodes - its_nodes, size - its_size
                report((*at, index), what)


def _take_examples(entry: dict[str, Any]) -> list[Any]:
    bodies = [entry.get(part, {}) for part in ("request", "response", "payload")]
    return [body.pop("example") for body in bodies if "example" in body]


def size_of(value: Any, indent: int = 0) -> tuple[int, int]:
    """Return how many nodes and, at most, bytes a value takes in a YAML file."""
    match value:
        case str():
            odd = 0 if value.isprintable() else sum(9 for c in value if not c.isprintable() and c != "\n")
            text = len(value.encode("utf-8", "replace")) + value.count('"') + 6
            return 1, text + value.count("\n") * (indent + 2) + odd
        case dict():
            sizes = [size_of(each, indent + 2) for each in value.values()]
            keys = sum(len(key.encode("utf-8", "replace")) + indent + 4 for key in value)
            return 1 + len(value) + sum(nodes for nodes, _ in sizes), keys + sum(size for _, size in sizes)
        case list():
            sizes = [size_of(each, indent + 2) for each in value]
            return 1 + sum(nodes for nodes, _ in sizes), sum(size + indent + 3 for _, size in sizes)
    return 1, len(str(value)) + 2
