"""Two specs to raw differences: values walked along the schema, lists by identity, renamed items found.

Knows no rule. Moving keys or items, layout, quotes and comments are no difference, since only values are compared.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from integration_specs.model import parse_duration
from integration_specs.validation.schema import Field, Pointer

Kind = Literal["added", "removed", "changed", "renamed"]

_MOST_PAIRS = 2_500
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not the same on both sides.

    `path` is where it stands without identities (`endpoints[].timeout`); `base` and `head` are the pointers into either
    side, None where it is not. A renamed item is told once, and what differs inside it on its own.
    """

    kind: Kind
    path: str
    base: Pointer | None
    head: Pointer | None
    old: Any
    new: Any
    field: Field | None = None


def walk(fields: Sequence[Field], old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    """Yields what differs between two objects that `fields` describe, in the order of the schema."""
    yield from _object(fields, old, new, "", (), ())


def plain(value: Any) -> str:
    """A value as a text that is the same for equal values, whatever the order of its keys and items; 100.0 is 100."""
    if isinstance(value, dict):
        return "{" + ",".join(sorted(f"{json.dumps(key)}:{plain(each)}" for key, each in value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(sorted(map(plain, value))) + "]"
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value)


def lies_in(path: str, place: str) -> bool:
    """Whether a path by identity is a place or below it; everything lies in the empty place."""
    return not place or path == place or (path.startswith(place) and path[len(place)] in ".[")


def same(field: Field | None, old: Any, new: Any) -> bool:
    """Whether two values mean the same: line breaks and spaces of texts for people do not count, and `24h` is `1d`."""
    if field and field.format == "duration" and parse_duration(old) == parse_duration(new) is not None:
        return True
    if isinstance(old, str) and isinstance(new, str):
        if field and field.format == "example":
            return old.rstrip("\n") == new.rstrip("\n")
        return old == new or old.split() == new.split()
    return plain(old) == plain(new)


def _object(
    fields: Sequence[Field], old: dict[str, Any], new: dict[str, Any], path: str, base: Pointer, head: Pointer
) -> Iterator[Difference]:
    known = {field.name: field for field in fields}
    names = [*known, *(name for name in (*old, *(name for name in new if name not in old)) if name not in known)]
    for name in names:
        if name not in old and name not in new:
            continue
        field = known.get(name)
        where = f"{path}.{name}" if path else name
        default = field.default if field else None
        here, there = ((*pointer, name) if name in side else None for pointer, side in ((base, old), (head, new)))
        yield from _value(field, old.get(name, default), new.get(name, default), where, here, there)


def _value(
    field: Field | None, old: Any, new: Any, path: str, base: Pointer | None, head: Pointer | None
) -> Iterator[Difference]:
    base, head = (None if old is None else base), (None if new is None else head)
    kind = field.kind if field else "value"
    if kind == "object" and field and isinstance(old or {}, dict) and isinstance(new or {}, dict):
        if field.fields:
            yield from _object(field.fields, old or {}, new or {}, path, base or (), head or ())
        else:
            yield from _entries(field, old or {}, new or {}, path, base or (), head or ())
    elif kind == "list" and field and isinstance(old or [], list) and isinstance(new or [], list):
        if not old and not new and (old is None) != (new is None):
            yield Difference("added" if old is None else "removed", path, base, head, old, new, field)
        yield from _list(field, old or [], new or [], path, base or (), head or ())
    elif old is None or new is None:
        if old is not None or new is not None:
            yield Difference("added" if old is None else "removed", path, base, head, old, new, field)
    elif not same(field, old, new):
        yield Difference("changed", path, base, head, old, new, field)


def _entries(
    field: Field, old: dict[str, Any], new: dict[str, Any], path: str, base: Pointer, head: Pointer
) -> Iterator[Difference]:
    """An object with free keys: its keys are what identifies."""
    for key in (*old, *(key for key in new if key not in old)):
        before, after = old.get(key), new.get(key)
        here, there = (*base, key), (*head, key)
        if field.item and isinstance(before, dict) and isinstance(after, dict):
            yield from _object(field.item.fields, before, after, f"{path}[]", here, there)
        else:
            yield from _value(None, before, after, f"{path}[]", here, there)


def _list(
    field: Field, old: list[Any], new: list[Any], path: str, base: Pointer, head: Pointer
) -> Iterator[Difference]:
    here, there = _by_identity(field, old), _by_identity(field, new)
    pairs = [(here[key], there[key], False) for key in here if key in there]
    gone = [index for key, index in here.items() if key not in there]
    come = [index for key, index in there.items() if key not in here]
    for one, other in _renames(field, old, new, gone, come):
        pairs.append((one, other, True))
        gone.remove(one)
        come.remove(other)
    path = f"{path}[]"
    for index in gone:
        yield Difference("removed", path, (*base, index), None, old[index], None, field)
    for index in come:
        yield Difference("added", path, None, (*head, index), None, new[index], field)
    for one, other, renamed in sorted(pairs, key=lambda pair: pair[1]):
        before, after = (*base, one), (*head, other)
        if renamed:
            yield Difference("renamed", path, before, after, old[one], new[other], field)
        if isinstance(old[one], dict) and isinstance(new[other], dict):
            skip = {name for key in field.keys for name in key} if renamed else set()
            fields = tuple(each for each in field.fields if each.name not in skip)
            yield from _object(
                fields,
                {name: each for name, each in old[one].items() if name not in skip},
                {name: each for name, each in new[other].items() if name not in skip},
                path,
                before,
                after,
            )


def _by_identity(field: Field, items: list[Any]) -> dict[tuple[str, int], int]:
    """Indexes by identity and count, so that twins pair up in their order."""
    found: dict[tuple[str, int], int] = {}
    counts: dict[str, int] = {}
    for index, item in enumerate(items):
        identity = " ".join(field.identity(item).split()) or plain(item)
        found[identity, counts.get(identity, 0)] = index
        counts[identity] = counts.get(identity, 0) + 1
    return found


def _renames(
    field: Field, old: list[Any], new: list[Any], gone: list[int], come: list[int]
) -> Iterator[tuple[int, int]]:
    """Pairs of a removed and an added item that are one item under another name, the most alike first."""
    if not gone or not come or not field.fields or len(gone) * len(come) > _MOST_PAIRS:
        return
    leaves = {id(item): _leaves(item) for item in (*(old[i] for i in gone), *(new[i] for i in come))}
    scores = sorted(
        (
            (-score, one, other)
            for one in gone
            for other in come
            if (score := _likeness(field, old[one], new[other], leaves)) >= _ALIKE
        ),
    )
    taken: set[tuple[str, int]] = set()
    for _, one, other in scores:
        if ("old", one) not in taken and ("new", other) not in taken:
            taken |= {("old", one), ("new", other)}
            yield one, other


def _likeness(field: Field, old: Any, new: Any, leaves: dict[int, set[tuple[str, str]]]) -> float:
    """0 to 1: how much two items say the same besides their names; part of a name, or all but its version, counts too."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return 0.0
    if (
        "path" in old
        and old.get("method") == new.get("method")
        and unversioned(old["path"]) == unversioned(new["path"])
    ):
        return 1.0
    names = {name for key in field.keys for name in key}
    first = {leaf for leaf in leaves[id(old)] if leaf[0].partition(".")[0] not in names}
    second = {leaf for leaf in leaves[id(new)] if leaf[0].partition(".")[0] not in names}
    everything = len(first | second)
    alike = len(first & second) / everything if everything else 0.0
    half = any(
        len(key) > 1
        and all(name in old and name in new for name in key)
        and any(old[name] == new[name] for name in key)
        for key in field.keys
    )
    return max(alike, 0.5 + alike / 2 if everything else _ALIKE) if half else alike


def unversioned(path: str) -> str:
    """A path of a call without its version segment and the names of its parameters."""
    bare = re.sub(r"\{[^{}]*\}", "{}", path.rstrip("/"))
    return re.sub(r"/(?:v[0-9]+(?:\.[0-9]+)*|[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)(?=/|$)", "", bare)


def _leaves(item: Any) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    stack: list[tuple[str, Any]] = [("", item)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            stack.extend((f"{path}.{key}" if path else key, each) for key, each in value.items())
        elif isinstance(value, list):
            stack.extend((f"{path}[]", each) for each in value)
        else:
            found.add((path, " ".join(value.split()) if isinstance(value, str) else repr(value)))
    return found
