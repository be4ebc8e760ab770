"""Compare the fields of two examples of one body: which were added or removed, and which changed their type."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from integration_specs.model import example_fields
from integration_specs.model.example_fields import normalize_path

from .equality import canonical, is_same
from .example_values import decoded, form_of, is_same_body, namespaces, values_of
from .text_file_formats import moved_values, read_rows, separator_of, with_separator

Types = frozenset[example_fields.Type]
_TEXTS: Types = frozenset({"date", "date-time", "string"})


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A difference of one field of an example.

    `value` means that fields and types are the same; `notation` and `precision` are a date or number in another form. `path` is
    empty for the body as a whole. `old` and `new` name the types or show the values; empty where the field is missing.
    """

    kind: Literal["added", "removed", "type", "value", "notation", "precision", "enumeration"]
    path: str
    old: str = ""
    new: str = ""


def compare_examples(old: Any, new: Any, old_type: str = "", new_type: str = "") -> Iterator[FieldDifference]:
    """Yield the differences of two examples with these content types; of a part that was added or removed, its topmost field."""
    old, new = decoded(old, old_type), decoded(new, new_type)
    is_csv = isinstance(old, str) and isinstance(new, str) and "csv" in old_type.lower() and "csv" in new_type.lower()
    if is_csv and all(separators := [separator_of(text) for text in (old, new)]) and len(set(separators)) > 1:
        yield _of_whole("separator {!r}", *separators)
        new = with_separator(new, *reversed(separators))
    if isinstance(old, str) and isinstance(new, str) and "xml" in old_type.lower():
        one, other = namespaces(old), namespaces(new)
        if one != other:
            yield _of_whole("namespace {}", *(", ".join(sorted(each)) for each in (one - other, other - one)))
            return
    before, after = example_fields.fields(old, old_type), example_fields.fields(new, new_type)
    before[""], after[""] = frozenset({example_fields.type_of(old)}), frozenset({example_fields.type_of(new)})
    retyped = {path: types for path in before if path in after and (types := _new_types(before[path], after[path]))}
    replaced = {path for path in retyped if not before[path] & after[path] and "null" not in before[path]}
    found = [
        *(FieldDifference("removed", path, type_names(before[path])) for path in _topmost(before, after, replaced)),
        *(FieldDifference("added", path, "", type_names(after[path])) for path in _topmost(after, before, replaced)),
        *(FieldDifference("type", path, *types) for path, types in retyped.items()),
        *_new_forms(old, new, old_type, new_type, {normalize_path(path) for path in retyped}),
    ]
    if not found and isinstance(old, str) and isinstance(new, str) and len(before) == 1:
        lengths = [", ".join(map(str, sorted({len(line) for line in text.splitlines()})[:6])) for text in (old, new)]
        if lengths[0] != lengths[1]:
            found.append(_of_whole("lines of {} characters", *lengths))
        elif moved := next(iter(sorted(moved_values(old, new))), None):
            found.append(FieldDifference("value", "", *(f"{moved[0]} at position {place}" for place in moved[1:])))
    if is_csv:
        columns = [next(iter(read_rows(text, separator_of(text))), []) for text in (old, new)]
        if columns[0] != columns[1] and sorted(columns[0]) == sorted(columns[1]):
            found.append(_of_whole("columns {}", *map(", ".join, columns)))
    if found:
        yield from found
    elif not is_same(None, "", old, new) and not is_same_body(old, new, old_type) and not _differ_in_zone(old, new):
        yield FieldDifference("value", "")


def _of_whole(template: str, old: object, new: object) -> FieldDifference:
    """Return a difference of the layout of a body."""
    return FieldDifference("value", "", template.format(old), template.format(new))


def _differ_in_zone(old: Any, new: Any) -> bool:
    """Return whether two values differ only in how UTC is written: `Z` or `+00:00` (RFC 3339, 5.6)."""
    one, other = (re.sub(r'(?<=:[0-9]{2})\+00:00"', 'Z"', canonical(each)) for each in (old, new))
    return one == other


def _new_forms(old: Any, new: Any, old_type: str, new_type: str, retyped: set[str]) -> Iterator[FieldDifference]:
    """Yield the fields whose dates or numbers have a new form, without those with a new type."""
    before, after = values_of(old, old_type), values_of(new, new_type)
    for path, values in before.items():
        old_texts, new_texts = (
            [each for each in texts if isinstance(each, str)] for texts in (values, after.get(path, ()))
        )
        known = {form_of(each) for each in old_texts}
        changed = [each for each in new_texts if form_of(each) not in known]
        if not changed or path in retyped or known <= {None}:
            continue
        one, other = old_texts[0], changed[0]
        was, now = form_of(one), form_of(other)
        is_precision = was is not None and now is not None and was.notation == now.notation
        yield FieldDifference("precision" if is_precision else "notation", path, one, other)


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
