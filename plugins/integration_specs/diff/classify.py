"""Turn differences into changes: choose the rule, find the place and what is affected."""

from collections.abc import Iterator
from dataclasses import replace

from integration_specs.model import Spec, impact
from integration_specs.text.messages import Message
from integration_specs.validation.schema import Pointer

from . import Change, Concern, Impact, Location
from .assessment import affected_at, assessed, is_whole, with_levels
from .bodies import field_contexts, field_values, role_of
from .context import ChangeContext, Snapshots
from .labels import BODIES, label_of, shown_value
from .renames import renamed_names, with_moved_base_path, with_new_references, with_renamed_specs
from .rules import RULES, ChangeRule, concerns_of, rule_for
from .walk import Difference, Kind, walk


def compare_specs(snapshots: Snapshots, base: Spec | None, head: Spec | None) -> list[Change]:
    """Return every change between two states of one spec, one of which may be missing, at the levels of the settings."""
    if base is None or head is None:
        return with_levels(snapshots, [_whole_spec(snapshots, "spec-added" if head else "spec-removed", base, head)])
    found: list[Change] = []
    reported: set[tuple[str, str]] = set()
    dates: list[Change] = []
    if base.id != head.id:
        found.append(_whole_spec(snapshots, "spec-renamed", base, head))
    current = with_renamed_specs(base.data, snapshots.renamed)
    old = with_moved_base_path(current, head.data)
    if old is not current:
        difference = Difference("renamed", "environments[].base_url", ("environments",), ("environments",), None, None)
        context = ChangeContext(snapshots, base, head, difference)
        found.append(_change(context, RULES["base-path-moved"], RULES["base-path-moved"].concerns))
    old = with_new_references(snapshots.schema, old, head.data)
    differences = list(walk(snapshots.schema.fields, old, head.data))
    names = {**snapshots.renamed_events, **renamed_names(differences)}
    for difference in differences:
        for context, path, kind in _contexts(ChangeContext(snapshots, base, head, difference, names=names)):
            rule = rule_for(context, path, kind)
            change = _change(context, rule, concerns_of(rule, path))
            if rule.reports_parent and (rule.name, change.pointer) in reported:
                continue
            if rule.name == "former-id-added" and change.new == base.id != head.id:  # part of the rename
                continue
            reported.add((rule.name, change.pointer))
            (dates if rule.name == "last-updated-changed" else found).append(change)
    return with_levels(snapshots, found or dates)


def _whole_spec(snapshots: Snapshots, rule_name: str, base: Spec | None, head: Spec | None) -> Change:
    """Return the change of a spec that was added, removed or renamed."""
    rule = RULES[rule_name]
    before, after = (base or head), (head or base)
    assert before is not None  # noqa: S101 - one of them always exists
    assert after is not None  # noqa: S101
    concerns = list(rule.concerns)
    if base is None and any("personal_data" in row.data for row in after.mapped_fields):
        concerns.append("privacy")
    affected: tuple[Impact, ...] = ()
    if base and head is None:
        dependants = snapshots.dependants.get(base.id, ())
        found = impact.of_pointer(snapshots.base, snapshots.schema, base, (), dependants)
        # What is in the spec itself goes with it.
        affected = impact.unique(each for each in found if each.kind not in ("mapping", "field", "flow"))
    change = Change(
        rule.name,
        rule.level,
        tuple(concerns),
        after.id,
        "",
        f"spec {after.id}",
        base.id if base else None,
        head.id if head else None,
        Location(base.file, 1, 1) if base else None,
        Location(head.file, 1, 1) if head else None,
        affected,
    )
    if rule_name == "spec-renamed" and before.id in after.data.get("former_ids", ()):
        change = replace(change, level="safe", level_reason="safe instead of risky: `former_ids` lists the old ID")
    difference = Difference(rule.kinds[0], "", () if base else None, () if head else None, change.old, change.new)
    return assessed(ChangeContext(snapshots, before, after, difference), rule, change)


def _contexts(context: ChangeContext) -> Iterator[tuple[ChangeContext, str, Kind]]:
    """Yield what rules apply to, with path and kind: the rows of a whole entity one by one, an example field by field."""
    difference = context.difference
    path, kind = difference.path, difference.kind
    if path == "format":
        return
    if role := role_of(context):
        yield from field_contexts(context, role)
    elif path == "data_mapping[]" and kind in ("added", "removed"):
        rows = list(_rows(difference))
        for row in rows:
            yield replace(context, difference=row), row.path, kind
        if not rows:
            yield context, path, kind
    elif path != "data_mapping[].fields[].direction" or _has_new_direction(context):
        yield context, path, kind


def _rows(difference: Difference) -> Iterator[Difference]:
    """Yield the differences of the rows of an entity that was added or removed."""
    field = difference.field.field("fields") if difference.field else None
    item = difference.new if difference.kind == "added" else difference.old
    for index, row in enumerate(item.get("fields") or ()):
        base, head = (
            None if pointer is None else (*pointer, "fields", index) for pointer in (difference.base, difference.head)
        )
        old, new = (None, row) if difference.kind == "added" else (row, None)
        path = f"{difference.path}.fields[]"
        yield Difference(difference.kind, path, base, head, old, new, field, nearest=difference.nearest)


def _has_new_direction(context: ChangeContext) -> bool:
    """Return whether the direction of a row differs, taking the inherited one into account."""
    inherited = [spec.direction or "Bidirectional" for spec in (context.base, context.head)]
    return bool((context.old or inherited[0]) != (context.new or inherited[1]))


def _change(context: ChangeContext, rule: ChangeRule, concerns: tuple[Concern, ...]) -> Change:
    schema, difference, field = context.snapshots.schema, context.difference, context.field_difference
    base, head = difference.base, difference.head
    old, new = shown_value(difference.field, difference.old), shown_value(difference.field, difference.new)
    if rule.reports_parent:
        base, head = (None if pointer is None else pointer[:-1] for pointer in (base, head))
        old, new = (parent or None for parent in context.parents)
    spec, pointer = (context.head, head) if head else (context.base, base or ())
    is_rewritten = difference.kind == "renamed" and isinstance(difference.new, str)
    path = schema.identity_path(spec.data, pointer)
    label = label_of(schema, spec, pointer[:-1] if is_rewritten else pointer)
    if field is not None:
        old, new = field_values(field, old, new)
        if context.role:
            whole, body = label_of(schema, spec, pointer[:-2]), BODIES.get(context.role, BODIES["payload"])
            label = Message("{label} {body}", label=whole, body=body)
        if field.path:
            path += field.path if field.path.startswith("[") else f".{field.path}"
            label = Message("{label} {field}", label=label, field=field.path)
        base, head = (
            None if pointer is None else (*pointer, *places.get(field.path, ()))
            for pointer, places in zip((base, head), context.places, strict=True)
        )
    change = Change(
        rule.name,
        rule.level,
        concerns,
        context.head.id,
        path,
        label,
        old,
        new,
        _location(context.base, base),
        _location(context.head, difference.nearest if head is None and base else head),
        impact.unique(_affected(context)) if rule.level != "editorial" else (),
    )
    return assessed(context, rule, change)


def _affected(context: ChangeContext) -> Iterator[Impact]:
    difference = context.difference
    spec, pointer = (context.base, difference.base) if difference.base else (context.head, difference.head or ())
    for side in (context.base, context.head):
        yield from impact.of_uses(context.snapshots.schema, side, (use for owner, use in context.uses if owner is side))
    if context.field_difference is None or context.role == "sent":
        is_removed = is_whole(pointer) and difference.kind in ("removed", "renamed")
        only = context.old or context.new if difference.path.endswith("consumers[]") else None
        found = affected_at(context, spec, pointer, is_removed=is_removed)
        yield from (each for each in found if only is None or only in (each.name, each.spec))


def _location(spec: Spec, pointer: Pointer | None) -> Location | None:
    """Return the place of the key or item at `pointer`; None without a pointer."""
    if pointer is None:
        return None
    span = spec.document.key_span(pointer)
    return Location(spec.file, span.line, span.column)
