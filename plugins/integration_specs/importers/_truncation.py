"""Shrink a spec that the loader would reject as too large: cut long texts, then drop large examples, then entries."""

from collections.abc import Callable
from typing import Any

from integration_specs.documents import SPEC
from integration_specs.documents.pointers import Pointer, scalars, value_at

from ._clean_text import shorten
from ._schema_examples import MADE_UP_KEY

# Below the limits of the loader, since sizes are estimates.
_MAX_NODES = SPEC.nodes * 9 // 10
_MAX_BYTES = SPEC.size * 8 // 10
_LONG_TEXT = 400
_TEXTS = ("description", "notes", "note", "meaning", "reason", "when", "why")
_TOO_LARGE = "together this is more than a spec may hold"

Report = Callable[[Pointer, str, str], None]
"""Called for each loss with its pointer, what was lost (empty for a whole entry), and why."""


def truncate(data: dict[str, Any], report: Report) -> None:
    """Shrink a spec in place until the loader accepts its size."""
    nodes, size = _size(data)
    if nodes <= _MAX_NODES and size <= _MAX_BYTES:
        return
    for at, text in list(scalars(data)):
        if isinstance(text, str) and at[-1] in _TEXTS and "example" not in at and len(text) > _LONG_TEXT:
            value_at(data, at[:-1])[at[-1]] = shorten(text, _LONG_TEXT)
            report(at, "", describe_cut(at, len(text), _LONG_TEXT))
    examples = [(_size(value_at(data, at), 2 * len(at)), at) for at in _examples(data)]
    examples.sort(key=lambda each: -max(each[0][0] * 20, each[0][1]))
    nodes, size = _size(data)
    for at in (*(at for _, at in examples), *_entries(data)):
        if nodes <= _MAX_NODES and size <= _MAX_BYTES:
            return
        its_nodes, its_size = _size(value_at(data, at), 2 * len(at))
        holder = value_at(data, at[:-1])
        del holder[at[-1]]
        what = ""
        if at[-1] == "example":
            holder.pop(MADE_UP_KEY, None)
            what = f", {' '.join(str(step) for step in at[2:] if isinstance(step, str))}"
        report(at, what, _TOO_LARGE)
        nodes, size = nodes - its_nodes, size - its_size


def describe_cut(at: Pointer, length: int, most: int) -> str:
    """Return the words with which a cut text is reported."""
    name = next(step for step in reversed(at) if isinstance(step, str))
    return f"the end of its {name}: {length:,} characters, {most:,} fit"


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


def _entries(data: dict[str, Any]) -> list[Pointer]:
    """Return the pointers of notes that are lists, endpoints and events, last first: removing one keeps the indexes of the others."""
    found: list[Pointer] = [(key,) for key, value in data.items() if key.startswith("x-") and isinstance(value, list)]
    events = data.get("events", {})
    for at, entries in (
        (("endpoints",), data.get("endpoints", ())),
        *((("events", side), events[side]) for side in events),
    ):
        found += [(*at, index) for index in reversed(range(len(entries)))]
    return found


def _examples(data: dict[str, Any]) -> list[Pointer]:
    sides = ("request", "response", "payload")
    entries = [at for at in _entries(data) if len(at) > 1]
    return [(*at, side, "example") for at in entries for side in sides if "example" in value_at(data, at).get(side, {})]
