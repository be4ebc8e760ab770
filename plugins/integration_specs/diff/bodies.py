"""Differences of the examples of bodies, field by field, with the mapped fields that read them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from integration_specs.model import Spec
from integration_specs.model.example_fields import first_places, normalize_path
from integration_specs.model.mapped_field_uses import READ_BY, BodyRole, FieldUse, bodies, body_role

from .context import ChangeContext
from .example_changes import FieldDifference, compare_examples
from .example_values import is_listed, listed_values, values_of
from .text_file_formats import misread_values
from .walk import Kind

Uses = tuple[tuple[Spec, FieldUse], ...]
_KINDS: dict[str, tuple[Kind, str]] = {
    "added": ("added", "{}"),
    "removed": ("removed", "{}"),
    "type": ("changed", "{}"),
    "value": ("renamed", "{}"),
    "notation": ("changed", "{notation}"),
    "precision": ("changed", "{precision}"),
    "enumeration": ("changed", "{enumeration}"),
}
"""How rules name the differences of a field of an example."""
_SIDES: dict[str, tuple[Literal["base", "head"], ...]] = {"added": ("head",), "removed": ("base",)}


def role_of(context: ChangeContext) -> BodyRole | None:
    """Return who reads the body whose example differs; None if the difference is not in the example of a body."""
    match context.difference.path.split("."):
        case ["endpoints[]", side, "example"]:
            return body_role(context.head, side)
        case ["events", side, "payload", "example"]:
            return "received" if side == "received[]" else "sent"
    return None


def field_contexts(context: ChangeContext, role: BodyRole) -> Iterator[tuple[ChangeContext, str, Kind]]:
    """Yield a context, path and kind for rules for each field of the example that differs."""
    old, new = context.old, context.new
    types = [str(parent.get("content_type", "")) for parent in context.parents]
    if old is None or new is None:
        uses = _uses(context, "", "base" if new is None else "head")
        whole = replace(context, role=role, uses=uses, field_difference=FieldDifference("removed", ""))
        yield whole, f"{role}*", context.difference.kind
        return
    context = replace(context, role=role, places=(first_places(old), first_places(new)))
    is_plain = isinstance(old, str) and isinstance(new, str) and old != new
    found = [*(_misread_values(context, role) if is_plain else ()), *_unlisted_values(context, types)]
    ignored = FieldDifference("value", "") if found else None
    for each in compare_examples(old, new, *types):
        if each != ignored:
            is_read = each.path or _KINDS[each.kind][0] == "changed"
            found.append((each, _uses(context, each.path, *_SIDES.get(each.kind, ("base", "head"))) if is_read else ()))
    for difference, uses in found:
        kind, suffix = _KINDS[difference.kind]
        yield replace(context, field_difference=difference, uses=uses), f"{role}{suffix}", kind


def _misread_values(context: ChangeContext, role: BodyRole) -> Iterator[tuple[FieldDifference, Uses]]:
    """Yield the mapped fields of a plain file for which a reader now gets another value."""
    pointer = context.difference.head or ()
    body = next(each for each in bodies(context.head) if each.pointer == pointer[:-1])
    for row, kind, *values in misread_values(context.head, context.old, context.new):
        if row.direction in READ_BY[role]:
            use = FieldUse(row, body, row.remote, True)
            yield FieldDifference(kind, row.remote, *values), ((context.head, use),)


def _unlisted_values(context: ChangeContext, types: Sequence[str]) -> Iterator[tuple[FieldDifference, Uses]]:
    """Yield the fields whose value was one that the transform of their row lists, and is none now."""
    before, after = values_of(context.old, types[0]), values_of(context.new, types[1])
    for spec, use in _uses(context, "", "head"):
        path, listed = normalize_path(use.path), listed_values(str(use.row.data.get("transform", "")))
        old, new = before.get(path, ()), after.get(path, ())
        unlisted = [each for each in new if not is_listed(each, listed) and each not in old]
        if listed and use.certain and unlisted and all(is_listed(each, listed) for each in old):
            found = FieldDifference("enumeration", use.path, ", ".join(map(str, old)), ", ".join(map(str, unlisted)))
            yield found, ((spec, use),)


def _uses(context: ChangeContext, path: str, *sides: Literal["base", "head"]) -> Uses:
    """Return the rows that use the field `path` of the example or a field inside it."""
    found: list[tuple[Spec, FieldUse]] = []
    for side in sides:
        spec = context.base if side == "base" else context.head
        pointer = context.difference.base if side == "base" else context.difference.head
        if pointer is not None:
            found += [(spec, use) for use in spec.uses_within(pointer[:-1], path)]
    return tuple(found)


def field_values(field: FieldDifference, old: Any, new: Any) -> tuple[Any, Any]:
    """Return what a report shows of a field before and after; `old` and `new` are the whole examples."""
    match field.kind:
        case "type" | "notation" | "precision" | "enumeration":
            return field.old, field.new
        case "added":
            return None, field.new
        case "removed" if field.path:
            return field.old, None
    return (field.old, field.new) if field.old else (old, new)
