"""The valid part of an invalid document, so that its meaning can be checked in spite of its errors."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from integration_specs.documents import load_text
from integration_specs.documents.pointers import value_at
from integration_specs.findings import Finding
from integration_specs.text.suggestions import closest_key, other_places

from .schema import Pointer, SpecSchema

_MOST_ROUNDS = 20
"""Removing a value can make its parent invalid, but documents are not nested deeper than this."""


class WatchedObject(dict[str, Any]):
    """An object without its invalid or missing keys, which records each request for one of them."""

    pointer: Pointer
    absent: frozenset[str]
    requests: set[Pointer]

    def _record(self, key: Any) -> None:
        if key in self.absent:
            self.requests.add((*self.pointer, key))

    def __getitem__(self, key: str) -> Any:
        self._record(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._record(key)
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return a value, and record the request."""
        self._record(key)
        return super().get(key, default)


class WatchedList(list[Any]):
    """A list without its invalid items, which records each request for them."""

    pointer: Pointer
    absent: frozenset[int]
    requests: set[Pointer]

    def __iter__(self) -> Iterator[Any]:
        self.requests |= {(*self.pointer, index) for index in self.absent}
        return super().__iter__()


@dataclass(frozen=True)
class ValidPart:
    """The valid part of a document.

    `faults` are the pointers of what is invalid, missing, or meant by an unknown key. `requests` are those that were
    requested. `indexes` are the original indexes of the lists that lack items, by their pointer in the part; `renamed` are the
    original names of keys.
    """

    data: dict[str, Any]
    faults: frozenset[Pointer]
    requests: set[Pointer]
    indexes: dict[Pointer, tuple[int, ...]]
    renamed: dict[Pointer, str] = field(default_factory=dict)

    def original(self, pointer: Pointer) -> Pointer:
        """Return the pointer in the document of a value in the valid part."""
        found: list[str | int] = []
        for depth, step in enumerate(pointer):
            indexes = self.indexes.get(pointer[:depth]) if isinstance(step, int) else None
            found.append(indexes[step] if indexes and isinstance(step, int) and step < len(indexes) else step)
        return tuple(self.renamed.get(tuple(found[: depth + 1]), step) for depth, step in enumerate(found))


def with_fixes(data: dict[str, Any], findings: Iterable[Finding]) -> tuple[dict[str, Any], dict[Pointer, str]]:
    """Return a copy of `data` with the fixes of findings, except those that move a key, and the old names of keys."""
    data, renamed = deepcopy(data), dict[Pointer, str]()
    for finding in sorted(findings, key=lambda each: len(each.pointer), reverse=True):
        if finding.fix is None or finding.fix_span or not finding.pointer:
            continue
        parent, last = value_at(data, finding.pointer[:-1]), finding.pointer[-1]
        if finding.rule == "unknown-key":
            parent[finding.fix] = parent.pop(last)
            renamed[(*finding.pointer[:-1], finding.fix)] = str(last)
        elif finding.rule != "wrong-key":
            fixed = load_text(f"value: {finding.fix}", "fix").data
            parent[last] = fixed["value"] if fixed else parent[last]
    return data, renamed


def valid_part(
    errors: Callable[[Any], Iterable[Any]], schema: SpecSchema, data: dict[str, Any], defaults: dict[str, Any]
) -> ValidPart | None:
    """Return the valid part of a document, with `defaults` for keys that it always needs; None if that fails.

    `errors` are those of the compiled schema.
    """
    removed: set[Pointer] = set()
    faults: set[Pointer] = set()
    for _ in range(_MOST_ROUNDS):
        part = _copied(data, removed, faults, defaults)
        found = False
        for error in errors(part.data):
            pointer, keyword = part.original(tuple(error.instance_path)), error.kind.name
            if keyword == "required":
                faults.add((*pointer, error.kind.value))
            if error.schema_path[0] == "else" and keyword == "required":
                continue  # only a draft may omit it, and checks know drafts
            found = True
            if keyword == "additionalProperties":
                removed |= {(*pointer, name) for name in error.kind.value}
                faults |= {meant for name in error.kind.value for meant in _meant(schema, pointer, name)}
            elif pointer:
                removed.add(pointer)
            else:
                return None
        faults |= removed
        if not found:
            return _copied(data, removed, faults, defaults)
    return None


def _meant(schema: SpecSchema, pointer: Pointer, name: str) -> Iterator[Pointer]:
    """Yield the pointers that an unknown key may stand for."""
    fields = schema.fields_at(pointer)
    key, _ = closest_key(name, [field.name for field in fields])
    # Keys of a body are often written beside `example`.
    yield from ((*pointer, field.name) for field in fields if field.name == key or field.format == "example")
    yield from ((field.name,) for field in schema.fields if field.name == name)
    yield from (tuple(path.split(".")) for path in other_places(name))


def _copied(data: dict[str, Any], removed: set[Pointer], faults: set[Pointer], defaults: dict[str, Any]) -> ValidPart:
    requests, indexes = set[Pointer](), dict[Pointer, tuple[int, ...]]()
    above: dict[Pointer, set[Any]] = {}
    for pointer in removed | faults:
        for depth, step in enumerate(pointer):
            above.setdefault(pointer[:depth], set()).update([step] if depth == len(pointer) - 1 else ())

    def copy(value: Any, pointer: Pointer, new: Pointer) -> Any:
        if pointer not in above:
            return value
        if isinstance(value, dict):
            items = {
                key: copy(each, (*pointer, key), (*new, key))
                for key, each in value.items()
                if (*pointer, key) not in removed
            }
            watched: Any = WatchedObject(items)
        elif isinstance(value, list):
            kept = [index for index in range(len(value)) if (*pointer, index) not in removed]
            watched = WatchedList(copy(value[old], (*pointer, old), (*new, place)) for place, old in enumerate(kept))
            if len(kept) < len(value):
                indexes[new] = tuple(kept)
        else:
            return value
        watched.pointer, watched.absent, watched.requests = pointer, frozenset(above[pointer]), requests
        return watched

    part = copy(data, (), ()) if above else data
    part = part if isinstance(part, WatchedObject) else dict(part)
    for key, value in defaults.items():
        part.setdefault(key, value)
    return ValidPart(part, frozenset(faults), requests, indexes)
