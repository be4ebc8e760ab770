"""Shrink a spec that the loader would reject as too large: cut long texts, then drop large examples, error lists and entries."""

from collections.abc import Callable, Iterator
from typing import Any

from integration_specs.documents import SPEC, Pointer
from integration_specs.documents.pointers import scalars, value_at

from ._schema_examples import MADE_UP_KEY
from ._texts import shorten

# Below the limits of the loader, since sizes are estimates.
_MAX_NODES = SPEC.nodes * 9 // 10
_MAX_BYTES = SPEC.size * 8 // 10
_MAX_TEXT = SPEC.size * 35 // 100
_TEXTS = ("description", "notes", "note", "meaning", "reason", "when", "why")

Report = Callable[[Pointer, str, str], None]
"""Called for each loss with its pointer, what was lost (empty for a whole entry), and why."""


def _size(value: Any, indent: int = 0) -> tuple[int, int]:
    """Return how many nodes and, at most, bytes a value takes in a YAML file."""
    match value:
        case str():
            odd = 0 if value.isprintable() else sum(9 for c in value if not c.isprintable() and c != "\n")
            text = len(value.encode("utf-8", "replace")) + value.count('"') + 6
            return 1, text + value.count("\n") * (indent + 2) + odd
        case dict():
            sizes = [_size(each, indent + 2) for each in value.values()]
            keys = sum(len(key.encode("utf-8", "replace")) + indent + 4 for key in value)
            return 1 + len(value) + sum(nodes for nodes, _ in sizes), keys + sum(size for _, size in sizes)
        case list():
            sizes = [_size(each, indent + 2) for each in value]
            return 1 + sum(nodes for nodes, _ in sizes), sum(size + indent + 3 for _, size in sizes)
    return 1, len(str(value)) + 2


def truncate(data: dict[str, Any], report: Report) -> None:
    """Shrink a spec in place until the loader accepts its size."""
    _cut_texts(data, report)
    nodes, size = _size(data)
    for find in (_list_notes, _examples, _error_lists, _entries):
        if nodes <= _MAX_NODES and size <= _MAX_BYTES:
            return
        sized = [(_size(value_at(data, at), 2 * len(at)), at) for at in find(data)]
        if find is not _entries:
            sized.sort(key=lambda each: -max(each[0][0] * 20, each[0][1]))
        for (its_nodes, its_size), at in sized:
            if nodes <= _MAX_NODES and size <= _MAX_BYTES:
                return
            _remove(data, at)
            what = "" if find is _entries else ", " + " ".join(str(step) for step in at[2:] if isinstance(step, str))
            report(at, what, "together this is more than a spec may hold")
            nodes, size = nodes - its_nodes, size - its_size


def describe_cut(at: Pointer, length: int, most: int) -> str:
    """Return the words with which a cut text is reported."""
    name = next(step for step in reversed(at) if isinstance(step, str))
    return f"the end of its {name}: {length:,} characters, {most:,} fit"


def _remove(data: dict[str, Any], at: Pointer) -> None:
    holder = value_at(data, at[:-1])
    del holder[at[-1]]
    if at[-1] == "example":
        holder.pop(MADE_UP_KEY, None)


def _bodies(data: dict[str, Any]) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    for index, item in enumerate(data.get("endpoints", ())):
        yield ("endpoints", index), item
    for side in ("received", "sent"):
        for index, item in enumerate(data.get("events", {}).get(side, ())):
            yield ("events", side, index), item


def _list_notes(data: dict[str, Any]) -> list[Pointer]:
    """Return the pointers of lists that are `x-` notes at the top."""
    return [(key,) for key, value in data.items() if key.startswith("x-") and isinstance(value, list)]


def _examples(data: dict[str, Any]) -> list[Pointer]:
    sides = ("request", "response", "payload")
    return [(*at, side, "example") for at, item in _bodies(data) for side in sides if "example" in item.get(side, {})]


def _error_lists(data: dict[str, Any]) -> list[Pointer]:
    return [(*at, "errors") for at, item in _bodies(data) if "errors" in item]


def _entries(data: dict[str, Any]) -> list[Pointer]:
    """Return the pointers of endpoints, then events, last first: removing one keeps the indexes of the others."""
    lists: list[tuple[Pointer, list[Any]]] = [(("endpoints",), data.get("endpoints", []))]
    lists += [(("events", side), data.get("events", {}).get(side, [])) for side in ("received", "sent")]
    return [(*at, index) for at, entries in lists for index in reversed(range(len(entries)))]


def _cut_texts(data: dict[str, Any], report: Report) -> None:
    """Cut the longest texts to one length, so that all texts together fit into a spec."""
    texts = [
        (at, value)
        for at, value in scalars(data)
        if isinstance(value, str) and at[-1] in _TEXTS and "example" not in at
    ]
    lengths = sorted(len(text.encode("utf-8", "replace")) for _, text in texts)
    if sum(lengths) <= _MAX_TEXT:
        return
    rest, limit = _MAX_TEXT, 0
    for number, length in enumerate(lengths):
        limit = rest // (len(lengths) - number)
        if length > limit:
            break
        rest -= length
    limit = max(limit, 40)
    for at, text in texts:
        encoded = text.encode("utf-8", "replace")
        if len(encoded) > limit:
            most = len(encoded[:limit].decode("utf-8", "ignore"))
            value_at(data, at[:-1])[at[-1]] = shorten(text, most)
            report(at, "", describe_cut(at, len(text), most))
