"""Compare the fields of two examples of one body: which were added or removed, and which changed their type."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from integration_specs.model import example_fields

from .walk import is_same

Types = frozenset[example_fields.Type]
_TEXTS: Types = frozenset({"date", "date-time", "string"})


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A difference of one field of an example.

    `value` means that fields and types are the same. `path` is empty for the body as a whole. `old` and `new` name the
    types; empty where the field is missing.
    """

    kind: Literal["added", "removed", "type", "value"]
    path: str
    old: str = ""
    new: str = ""


def compare_examples(old: Any, new: Any, old_type: str = "", new_type: str = "") -> Iterator[FieldDifference]:
    """Yield the differences of two examples with these content types; of a part that was added or removed, its topmost field."""
    before, after = example_fields.fields(old, old_type), example_fields.fields(new, new_type)
    before[""], after[""] = frozenset({example_fields.type_of(old)}), frozenset({example_fields.type_of(new)})
    retyped = {path: types for path in before if path in after and (types := _new_types(before[path], after[path]))}
    replaced = {path for path in retyped if not before[path] & after[path] and "null" not in before[path]}
    found = [
        *(FieldDifference("removed", path, type_names(before[path])) for path in _topmost(before, after, replaced)),
        *(FieldDifference("added", path, "", type_names(after[path])) for path in _topmost(after, before, replaced)),
        *(FieldDifference("type", path, *types) for path, types in retyped.items()),
    ]
    if not found and isinstance(old, str) and isinstance(new, str) and len(before) == 1:
        lengths = [", ".join(map(str, sorted({len(line) for line in text.splitlines()})[:6])) for text in (old, new)]
        if lengths[0] != lengths[1]:
            found.append(FieldDifference("value", "", *(f"lines of {each} characters" for each in lengths)))
    if found:
        yield from found
    elif not is_same(None, old, new):
        yield FieldDifference("value", "")


def type_names(types: Types) -> str:
    """Return types as text: `integer`, `integer or null`."""
    return " or ".join(sorted(types))


def _topmost(fields: Mapping[str, Types], other: Mapping[str, Types], replaced: set[str]) -> Iterator[str]:
    """Yield the fields that `other` does not have, without those inside another such field or one with another type."""
    for path in fields:
        if path and path not in other and (parent := _parent(path, fields)) in other and parent not in replaced:
            yield path


def _parent(path: str, fields: Mapping[str, Types]) -> str:
    """Return the path of the container of a field; keys may contain dots themselves."""
    end = len(path)
    while end > 0:
        end = max(path.rfind(".", 0, end), path.rfind("[", 0, end))
        if path[: max(end, 0)] in fields:
            break
    return path[: max(end, 0)]


def _new_types(old: Types, new: Types) -> tuple[str, str] | None:
    """Return the old and new types if some value has a type that none had before.

    Any text may look like a date, so dates count only if they gain or lose the time. An integer is a number, but a number is
    not an integer.
    """
    added = new - old
    if old & _TEXTS and {frozenset(old), frozenset(new)} != {frozenset({"date"}), frozenset({"date-time"})}:
        added -= _TEXTS
    if "number" in old:
        added -= {"integer"}
    return (type_names(old), type_names(new)) if added else None
