"""Find the differences of two specs: walk both along the schema, match list items by identity, detect renamed items.

Only values are compared, so the order of keys and items, layout, quotes and comments make no difference.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from integration_specs.documents.pointers import scalars
from integration_specs.grouping import grouped
from integration_specs.model import is_open_question
from integration_specs.model.spec import step_reference
from integration_specs.validation.schema import Field, Pointer

from .equality import expand_codes, expands_codes, is_same, item_key
from .text_clauses import content_words

Kind = Literal["added", "removed", "changed", "renamed"]
Parent = Mapping[str, Any]

_MAX_PAIRS = 2_500
_MIN_SIMILARITY = 0.6
_DEFAULTS = {"endpoints[].pagination.style": "none"}
_ORDERED = {"owners[].escalation", "owners[].contacts", "overview.flows[].steps"}
"""Lists whose order has a meaning."""
_TEXTS = {"maintenance.known_limitations", "testing.manual", "overview.flows[].steps"}
"""Lists of texts, any one of which may be rewritten."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that differs.

    `path` is its place without identities (`endpoints[].timeout`); `base` and `head` are the pointers into both sides, None
    where the value is missing. A renamed item is one difference; what differs inside it are others. `parents` are the objects
    that contain a value on each side, empty for list items; `nearest` is the head's pointer to the container.
    """

    kind: Kind
    path: str
    base: Pointer | None
    head: Pointer | None
    old: Any
    new: Any
    field: Field | None = None
    parents: tuple[Parent, Parent] = ({}, {})
    nearest: Pointer = ()


def walk(fields: Sequence[Field], old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    """Yield the differences of two objects that `fields` describe, in the order of the schema."""
    yield from _object(fields, old, new, "", (), ())


def _object(
    fields: Sequence[Field], old: dict[str, Any], new: dict[str, Any], path: str, base: Pointer, head: Pointer
) -> Iterator[Difference]:
    by_name = {field.name: field for field in fields}
    for name in dict.fromkeys((*by_name, *old, *new)):
        if name not in old and name not in new:
            continue
        field = by_name.get(name)
        inner = f"{path}.{name}" if path else name
        base_pointer = (*base, name) if name in old else None
        head_pointer = (*head, name) if name in new else None
        before, after = (each.get(name, _default(field, inner, each)) for each in (old, new))
        for found in _value(field, before, after, inner, base_pointer, head_pointer):
            yield replace(found, parents=(old, new), nearest=head) if found.path == inner else found


def _default(field: Field | None, path: str, item: Parent) -> Any:
    """Return the value that a missing field of an object has."""
    if field is None or path == "title":
        return item.get("system") if field else None
    return False if field.kind == "boolean" else _DEFAULTS.get(path, field.default)


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
        return
    if kind == "list" and field and isinstance(old or [], list) and isinstance(new or [], list):
        yield from _list(field, old or [], new or [], path, base or (), head or ())
        return
    is_example = field is not None and field.format == "example"
    old_known, new_known = (None if is_open_question(each) and not is_example else each for each in (old, new))
    if (old_known is None) != (new_known is None):
        yield Difference("added" if old_known is None else "removed", path, base, head, old_known, new_known, field)
    elif not is_same(field, path, old, new):
        yield Difference("changed", path, base, head, old, new, field)


def _entries(
    field: Field, old: dict[str, Any], new: dict[str, Any], path: str, base: Pointer, head: Pointer
) -> Iterator[Difference]:
    """Yield the differences of two objects with free keys, which identify the values."""
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        if field.item and isinstance(before, dict) and isinstance(after, dict):
            yield from _object(field.item.fields, before, after, f"{path}[]", (*base, key), (*head, key))
        else:
            for found in _value(None, before, after, f"{path}[]", (*base, key), (*head, key)):
                yield replace(found, nearest=head)


def _list(
    field: Field, old: list[Any], new: list[Any], path: str, base: Pointer, head: Pointer
) -> Iterator[Difference]:
    pairs, removed, added = match_items(field, path, old, new)
    order = [new_index for _, new_index, _ in sorted(pairs)]
    if path in _ORDERED and not removed and not added and order != sorted(order):
        yield Difference("changed", path, base, head, old, new, field)
    path = f"{path}[]"
    for index, item in removed:
        yield Difference("removed", path, (*base, index), None, item, None, field, nearest=head)
    for index, item in added:
        yield Difference("added", path, None, (*head, index), None, item, field)
    for old_index, new_index, renamed in sorted(pairs, key=lambda pair: pair[1]):
        here, there = (*base, old_index), (*head, new_index)
        one, other = old[old_index], new[new_index]
        if renamed:
            yield Difference("renamed", path, here, there, one, other, field)
        if isinstance(one, dict) and isinstance(other, dict):
            skip = {name for key in field.keys for name in key} if renamed else set()
            one, other = ({name: each for name, each in item.items() if name not in skip} for item in (one, other))
            fields = tuple(each for each in field.fields if each.name not in skip)
            yield from _object(fields, one, other, path, here, there)


Items = list[tuple[int, Any]]


def match_items(
    field: Field, path: str, old: list[Any], new: list[Any]
) -> tuple[list[tuple[int, int, bool]], Items, Items]:
    """Return the pairs of items of two lists (with whether the item was renamed), and the removed and added items."""
    before, after = _by_identity(field, path, old), _by_identity(field, path, new)
    pairs = [(before[key][0], after[key][0], False) for key in before if key in after]
    removed = [item for key, item in before.items() if key not in after]
    added = [item for key, item in after.items() if key not in before]
    for one, other in _renames(field, path, old, new, [index for index, _ in removed], [index for index, _ in added]):
        pairs.append((one, other, True))
        removed = [item for item in removed if item[0] != one]
        added = [item for item in added if item[0] != other]
    if expands_codes(path):
        removed, added = _whole_items(path, old, removed), _whole_items(path, new, added)
    return pairs, removed, added


def _whole_items(path: str, items: list[Any], found: Items) -> Items:
    """Return the items of a list of status codes: a class for all codes that it stands for, and several of its codes as one."""
    sizes = Counter(index for _, index in expand_codes(path, items))
    codes = grouped((index, str(code)) for index, code in found)
    return [(index, items[index] if len(each) == sizes[index] else ", ".join(each)) for index, each in codes.items()]


def _by_identity(field: Field, path: str, items: list[Any]) -> dict[tuple[str, int], tuple[int, Any]]:
    """Return items with their indexes by identity and a count, so that items with one identity are matched in order."""
    found: dict[tuple[str, int], tuple[int, Any]] = {}
    counts: Counter[str] = Counter()
    for item, index in expand_codes(path, items):
        identity = item_key(field, path, item)
        found[identity, counts[identity]] = (index, item)
        counts[identity] += 1
    return found


def _renames(
    field: Field, path: str, old: list[Any], new: list[Any], removed: list[int], added: list[int]
) -> Iterator[tuple[int, int]]:
    """Yield pairs of a removed and an added item that are one renamed item, the most similar first."""
    if not removed or not added or not (field.fields or path in _TEXTS) or len(removed) * len(added) > _MAX_PAIRS:
        return
    leaves = {id(item): _leaves(item) for item in (*(old[i] for i in removed), *(new[i] for i in added))}
    scores = sorted(
        (-score, one, other)
        for one in removed
        for other in added
        if (score := _similarity(field, path, old[one], new[other], leaves)) >= _MIN_SIMILARITY
    )
    paired_old, paired_new = set[int](), set[int]()
    for _, one, other in scores:
        if one not in paired_old and other not in paired_new:
            paired_old.add(one)
            paired_new.add(other)
            yield one, other


def _similarity(field: Field, path: str, old: Any, new: Any, leaves: dict[int, set[tuple[str, str]]]) -> float:
    """Return from 0 to 1 how much of two items is equal besides their keys; a part of the key counts, too."""
    if isinstance(old, str) and isinstance(new, str):
        if path.endswith(".steps"):
            return float(step_reference(old) == step_reference(new))
        one, other = content_words(old), content_words(new)
        return 2 * len(one & other) / (len(one) + len(other) or 1)
    if not isinstance(old, dict) or not isinstance(new, dict):
        return 0.0
    same_method = "path" in old and old.get("method") == new.get("method")
    if same_method and without_version(old["path"]) == without_version(new["path"]):
        return 1.0
    key_names = {name for key in field.keys for name in key}
    first, second = (
        {leaf for leaf in leaves[id(item)] if leaf[0].partition(".")[0] not in key_names} for item in (old, new)
    )
    total = len(first | second)
    equal = len(first & second) / total if total else 0.0
    same_part_of_key = any(
        len(key) > 1
        and all(name in old and name in new for name in key)
        and any(old[name] == new[name] for name in key)
        for key in field.keys
    )
    if not same_part_of_key:
        return equal
    return max(equal, 0.5 + equal / 2 if total else _MIN_SIMILARITY)


def without_version(path: str) -> str:
    """Return the path of an endpoint without its version segment and the names of its parameters."""
    bare = re.sub(r"\{[^{}]*\}", "{}", path.rstrip("/"))
    return re.sub(r"/(?:v[0-9]+(?:\.[0-9]+)*|[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)(?=/|$)", "", bare)


def _leaves(item: Any) -> set[tuple[str, str]]:
    """Return every scalar in `item` with its path."""
    return {
        (
            ".".join(str(step) for step in pointer if isinstance(step, str)),
            " ".join(value.split()) if isinstance(value, str) else repr(value),
        )
        for pointer, value in scalars(item)
    }
