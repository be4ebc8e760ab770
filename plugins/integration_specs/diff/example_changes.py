"""Two examples of one body, compared by shape: which fields came, went or changed their type."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from integration_specs.model import example_fields

from .walk import same

_ANY = frozenset({"date", "date-time", "string"})


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field of an example. `old` and `new` are its types, as people say them; empty where it is not.

    `value` means that the shape is the same. `path` is empty for the body as a whole.
    """

    kind: Literal["added", "removed", "type", "value"]
    path: str
    old: str = ""
    new: str = ""


def compare(old: Any, new: Any, old_type: str = "", new_type: str = "") -> Iterator[FieldDifference]:
    """Yields what differs between two examples with their content types; the topmost field of a part that came or went."""
    before, after = example_fields.fields(old, old_type), example_fields.fields(new, new_type)
    before[""], after[""] = frozenset({example_fields.type_of(old)}), frozenset({example_fields.type_of(new)})
    other = {path: _other_types(before[path], after[path]) for path in before if path in after}
    recast = {path for path in other if other[path] and not before[path] & after[path] and "null" not in before[path]}
    found = [
        *(FieldDifference("removed", path, said(before[path])) for path in _topmost(before, after, recast)),
        *(FieldDifference("added", path, "", said(after[path])) for path in _topmost(after, before, recast)),
        *(FieldDifference("type", path, *types) for path, types in other.items() if types),
    ]
    if not found and isinstance(old, str) and isinstance(new, str) and len(before) == 1:
        widths = ({len(line) for line in text.splitlines()} for text in (old, new))
        was, now = (", ".join(map(str, sorted(each)[:6])) for each in widths)
        if was != now:
            found.append(FieldDifference("value", "", f"lines of {was} characters", f"lines of {now} characters"))
    if found:
        yield from found
    elif not same(None, old, new):
        yield FieldDifference("value", "")


def said(types: frozenset[example_fields.Type]) -> str:
    """Types as people say them: `integer`, `integer or null`."""
    return " or ".join(sorted(types))


def _topmost(
    here: dict[str, frozenset[example_fields.Type]], there: dict[str, frozenset[example_fields.Type]], recast: set[str]
) -> Iterator[str]:
    """Fields that only `here` has; not what lies in another such field, or in one that is of another kind altogether."""
    for path in here:
        if path and path not in there and (parent := _parent(path, here)) in there and parent not in recast:
            yield path


def _parent(path: str, known: dict[str, frozenset[example_fields.Type]]) -> str:
    """The container that a field is in; keys may hold dots themselves."""
    end = len(path)
    while end > 0:
        end = max(path.rfind(".", 0, end), path.rfind("[", 0, end))
        if path[: max(end, 0)] in known:
            break
    return path[: max(end, 0)]


def _other_types(old: frozenset[example_fields.Type], new: frozenset[example_fields.Type]) -> tuple[str, str] | None:
    """What the type was and is, when some value has a type now that none had before.

    Any text may look like a date, so only dates that gain or lose their time count; a whole number is a number, and the
    other way round it is not.
    """
    fresh = new - old
    if old & _ANY and not ((old <= {"date"} and new <= {"date-time"}) or (old <= {"date-time"} and new <= {"date"})):
        fresh -= _ANY
    if "number" in old:
        fresh -= {"integer"}
    return (said(old), said(new)) if fresh else None
