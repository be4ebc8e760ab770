"""Turn differences into changes: choose the rule, find the place, what is affected and who must approve."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from integration_specs.documents.pointers import value_at
from integration_specs.model import Spec, impact, parse_date
from integration_specs.model.example_fields import normalize_path
from integration_specs.model.row_uses import BodyRole, RowUse, body_role
from integration_specs.text.display import printable
from integration_specs.validation.schema import Field, Pointer, SpecSchema

from . import CHANGE_LEVELS, Change, ChangeLevel, Concern, Impact, Location, fingerprint
from .approvers import approvers_of
from .context import ChangeContext, Snapshots, translate
from .example_changes import FieldDifference, compare_examples
from .example_values import listed_values, values_of
from .references import with_moved_base_path, with_new_references, with_renamed_specs
from .rules import RULES, ChangeRule, concerns_of, rule_for
from .text_facts import describe
from .walk import Difference, Kind, is_within, walk

_FIELD_KINDS: dict[str, tuple[Kind, str]] = {
    "added": ("added", "{}"),
    "removed": ("removed", "{}"),
    "type": ("changed", "{}"),
    "value": ("renamed", "{}"),
    "notation": ("changed", "{notation}"),
    "precision": ("changed", "{precision}"),
    "enumeration": ("changed", "{enumeration}"),
}
"""How rules name the differences of a field of an example."""
_ENDINGS = ("spec-removed", "retired-in-use", "phased-out")
_MAX_VALUE = 2_000
_SELF_EXPLANATORY = frozenset(
    [
        "events",
        "overview",
        "authentication",
        "error_handling",
        "testing",
        "maintenance",
        "vendor",
        "api_version",
        "data_mapping",
        "owners",
    ]
)
"""Sections that a label leaves out."""


def compare_specs(
    snapshots: Snapshots, base: Spec | None, head: Spec | None, levels: Mapping[str, str]
) -> list[Change]:
    """Return every change between two states of one spec, one of which may be missing, at the levels of the settings."""
    if base is None or head is None:
        return with_levels([_whole_spec(snapshots, "spec-added" if head else "spec-removed", base, head)], levels)
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
    for difference in walk(snapshots.schema.fields, old, head.data):
        for context, path, kind in _contexts(ChangeContext(snapshots, base, head, difference)):
            rule = rule_for(context, path, kind)
            change = _change(context, rule, concerns_of(rule, path))
            if rule.reports_parent and (rule.name, change.pointer) in reported:
                continue
            if rule.name == "former-id-added" and change.new == base.id != head.id:  # part of the rename
                continue
            reported.add((rule.name, change.pointer))
            (dates if rule.name == "last-updated-changed" else found).append(change)
    return with_levels(found or dates, levels)


def weighted(context: ChangeContext, level: ChangeLevel) -> tuple[ChangeLevel, str]:
    """Return the level in this context, and why it is lower: only the name of a field fits, or nobody relies on the spec."""
    reasons = []
    if context.uses and not any(use.certain for _, use in context.uses):
        reasons.append("only the name of the mapped field fits")
    if reason := _is_not_in_use(context.base, context.head):
        reasons.append(reason)
    if not reasons or level not in ("breaking", "risky"):
        return level, ""
    lower = CHANGE_LEVELS[min(CHANGE_LEVELS.index(level) + len(reasons), CHANGE_LEVELS.index("safe"))]
    return lower, f"{lower} instead of {level}: {' and '.join(reasons)}"


def _is_not_in_use(*specs: Spec | None) -> str:
    """Return why nobody relies on a spec: it is a draft or retired, before and after the change."""
    statuses = {spec.status for spec in specs if spec}
    if statuses <= {"draft"}:
        return "the spec is a draft"
    return "the spec is retired" if statuses <= {"draft", "retired"} else ""


def with_levels(changes: Iterable[Change], levels: Mapping[str, str]) -> list[Change]:
    """Return changes with the levels of the settings and unique fingerprints, without those that are off."""
    found: list[Change] = []
    counts: dict[tuple[str, str, str], int] = {}
    for change in changes:
        level = levels.get(change.rule, change.level)
        if level == "off":
            continue
        key = (change.rule, change.spec, change.pointer)
        counts[key] = counts.get(key, -1) + 1
        found.append(replace(change, level=level, fingerprint=fingerprint(*key, counts[key])))  # type: ignore[arg-type]
    return found


def _whole_spec(snapshots: Snapshots, rule_name: str, base: Spec | None, head: Spec | None) -> Change:
    """Return the change of a spec that was added, removed or renamed."""
    rule = RULES[rule_name]
    spec = head or base
    assert spec is not None  # noqa: S101 - one of them always exists
    concerns = list(rule.concerns)
    if base is None and any("personal_data" in row.data for row in spec.mapped_fields):
        concerns.append("privacy")
    affected: tuple[Impact, ...] = ()
    if base and head is None:
        dependants = snapshots.dependants.get(base.id, ())
        affected = impact.unique(impact.of_pointer(snapshots.base, snapshots.schema, base, (), dependants))
    level, level_reason = rule.level, ""
    if rule_name == "spec-renamed" and base and base.id in spec.data.get("former_ids", ()):
        level, level_reason = "safe", "safe instead of risky: `former_ids` lists the old ID"
    if rule_name == "spec-removed" and (reason := _is_not_in_use(base)):
        level, level_reason = "risky", f"risky instead of breaking: {reason}"
    change = Change(
        rule.name,
        level,
        tuple(concerns),
        spec.id,
        "",
        f"spec {spec.id}",
        base.id if base else None,
        head.id if head else None,
        Location(base.file, 1, 1) if base else None,
        Location(head.file, 1, 1) if head else None,
        affected,
        owners_of(affected, base, head),
        level_reason=level_reason,
        advice=rule.advice,
    )
    others = _dependent_owners(change)
    return replace(change, approvers=approvers_of(snapshots.base, snapshots.head, (base, head), change, others))


def _dependent_owners(change: Change) -> dict[str, str]:
    """Return the owners of specs and consumers that depend on an integration that is on its way out."""
    if change.rule not in _ENDINGS:
        return {}
    dependants = [each for each in change.affected if each.owner and each.kind in ("spec", "consumer")]
    return {
        each.owner: f"owner of {each.spec}, which depends on {change.spec}"
        if each.kind == "spec"
        else f"consumes events of {change.spec}"
        for each in dependants
    }


def _contexts(context: ChangeContext) -> Iterator[tuple[ChangeContext, str, Kind]]:
    """Yield what rules apply to, with path and kind: the rows of a whole entity one by one, an example field by field."""
    difference = context.difference
    path, kind = difference.path, difference.kind
    if path == "format":
        return
    if path.endswith(".example") and (role := _role(context, path)):
        yield from _of_example(context, role)
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
        yield Difference(difference.kind, f"{difference.path}.fields[]", base, head, old, new, field)


def _has_new_direction(context: ChangeContext) -> bool:
    """Return whether the direction of a row differs, taking the inherited one into account."""
    inherited = [spec.direction or "Bidirectional" for spec in (context.base, context.head)]
    return bool((context.old or inherited[0]) != (context.new or inherited[1]))


def _role(context: ChangeContext, path: str) -> BodyRole | None:
    match path.split("."):
        case ["endpoints[]", side, "example"]:
            return body_role(context.head, side)
        case ["events", side, "payload", "example"]:
            return "received" if side == "received[]" else "sent"
    return None


def _of_example(context: ChangeContext, role: BodyRole) -> Iterator[tuple[ChangeContext, str, Kind]]:
    old, new = context.old, context.new
    types = [str(context.parent(side).get("content_type", "")) for side in ("base", "head")]
    if old is None or new is None:
        uses = _uses(context, "", "base" if new is None else "head")
        whole = replace(context, role=role, uses=uses, field_difference=FieldDifference("removed", ""))
        yield whole, f"{role}*", context.difference.kind
        return
    for found in compare_examples(old, new, *types):
        kind, suffix = _FIELD_KINDS[found.kind]
        if found.kind == "value":
            yield from _unlisted_values(context, role, types)
        uses = ()
        if found.path or kind == "changed":
            sides: dict[str, tuple[Literal["base", "head"], ...]] = {"added": ("head",), "removed": ("base",)}
            uses = _uses(context, found.path, *sides.get(kind, ("base", "head")))
        yield replace(context, role=role, field_difference=found, uses=uses), f"{role}{suffix}", kind


def _unlisted_values(
    context: ChangeContext, role: BodyRole, types: Sequence[str]
) -> Iterator[tuple[ChangeContext, str, Kind]]:
    """Yield the fields whose value was one that the transform of their row lists, and is none now."""
    before, after = values_of(context.old, types[0]), values_of(context.new, types[1])
    for spec, use in _uses(context, "", "head"):
        path, listed = normalize_path(use.path), listed_values(str(use.row.data.get("transform", "")))
        old, new = before.get(path, ()), after.get(path, ())
        unlisted = [each for each in new if str(each) not in listed and each not in old]
        if listed and use.certain and unlisted and all(str(each) in listed for each in old):
            found = FieldDifference("enumeration", use.path, ", ".join(map(str, old)), ", ".join(map(str, unlisted)))
            yield (
                replace(context, role=role, field_difference=found, uses=((spec, use),)),
                f"{role}{{enumeration}}",
                "changed",
            )


def _uses(context: ChangeContext, path: str, *sides: Literal["base", "head"]) -> tuple[tuple[Spec, RowUse], ...]:
    """Return the rows that use the field `path` of the example or a field inside it."""
    found: list[tuple[Spec, RowUse]] = []
    for side in sides:
        spec = context.base if side == "base" else context.head
        pointer = context.difference.base if side == "base" else context.difference.head
        if pointer is not None:
            uses = (use for use in spec.row_uses if use.body.pointer == pointer[:-1])
            found += [(spec, use) for use in uses if impact.is_part(use.path, path)]
    return tuple(found)


def _change(context: ChangeContext, rule: ChangeRule, concerns: tuple[Concern, ...]) -> Change:
    snapshots, difference, field = context.snapshots, context.difference, context.field_difference
    base, head = difference.base, difference.head
    old, new = shown_value(difference.field, difference.old), shown_value(difference.field, difference.new)
    if rule.reports_parent:
        base, head = (None if pointer is None else pointer[:-1] for pointer in (base, head))
        old, new = (context.parent(side) or None for side in ("base", "head"))
    spec, pointer = (context.head, head) if head else (context.base, base or ())
    path, label = snapshots.schema.identity_path(spec.data, pointer), label_of(snapshots.schema, spec, pointer)
    if field is not None:
        old, new = _field_values(field, old, new)
        if context.role:
            body = context.role if context.role in ("request", "response") else "payload"
            label = f"{label_of(snapshots.schema, spec, pointer[:-2])} {body}"
        if field.path:
            path += field.path if field.path.startswith("[") else f".{field.path}"
            label += f" {field.path}"
    affected = impact.unique(_affected(context)) if rule.level != "editorial" else ()
    here = _in_example(context.base, base, field)
    there = _in_example(context.head, head, field)
    if there is None and base:
        there = translate(snapshots.schema, context.base.data, context.head.data, base)
    level, level_reason = weighted(context, rule.level)
    facts = context.fact_difference(rule.facts) if rule.facts else None
    change = Change(
        rule.name,
        level,
        concerns,
        context.head.id,
        path,
        label,
        old,
        new,
        _location(context.base, here),
        _location(context.head, there),
        affected,
        owners_of(affected, context.base, context.head),
        waiver=waiver_reason(context, rule, path),
        detail=describe(*facts) if facts else "",
        level_reason=level_reason,
        advice=rule.advice,
    )
    others = _dependent_owners(change) | _teams_of_owners_file(context)
    specs = (context.base, context.head)
    return replace(change, approvers=approvers_of(snapshots.base, snapshots.head, specs, change, others))


def _teams_of_owners_file(context: ChangeContext) -> dict[str, str]:
    """Return the teams that a change of `owners.yaml` is about: the owner that changes, the old and the new approver."""
    section, *rest = context.difference.base or context.difference.head or ("",)
    if section == "owners" and rest:
        return {str(rest[0]): "its entry in owners.yaml changed"}
    if section == "approvers":
        teams = ((context.old, "was"), (context.new, "becomes"))
        return {team: f"{word} approver of {rest[0]}" for team, word in teams if isinstance(team, str)}
    return {}


def _in_example(spec: Spec, pointer: Pointer | None, field: FieldDifference | None) -> Pointer | None:
    """Return `pointer` to an example extended to the first place of the field in it, if the example has it."""
    if pointer is None or field is None:
        return pointer
    return (*pointer, *(_first_place(value_at(spec.data, pointer), field.path) or ()))


def _first_place(value: Any, path: str) -> Pointer | None:
    """Return the first place of a field such as `charges[].id` in an example; None if there is none."""
    if not path:
        return ()
    if isinstance(value, list) and path.startswith("[]"):
        places = ((index, _first_place(each, path[2:])) for index, each in enumerate(value))
        return next(((index, *place) for index, place in places if place is not None), None)
    if isinstance(value, dict):
        rest = path.removeprefix(".")
        for key, each in value.items():
            if rest == key or rest.startswith((f"{key}.", f"{key}[")):
                place = _first_place(each, rest[len(key) :])
                if place is not None:
                    return (key, *place)
    return None


def _field_values(field: FieldDifference, old: Any, new: Any) -> tuple[Any, Any]:
    match field.kind:
        case "type" | "notation" | "precision" | "enumeration":
            return field.old, field.new
        case "added":
            return None, field.new
        case "removed" if field.path:
            return field.old, None
    return (field.old, field.new) if field.old else (old, new)


def _affected(context: ChangeContext) -> Iterator[Impact]:
    snapshots, difference = context.snapshots, context.difference
    spec, pointer, catalog = context.base, difference.base, snapshots.base
    if not pointer:
        spec, pointer, catalog = context.head, difference.head or (), snapshots.head
    for side in (context.base, context.head):
        yield from impact.of_uses(snapshots.schema, side, (use for owner, use in context.uses if owner is side))
    if context.field_difference is None or context.role == "sent":
        section = str((pointer or ("",))[0])
        is_target = len(pointer) <= {"endpoints": 2, "events": 3}.get(section, 0)
        is_removed = is_target and difference.kind in ("removed", "renamed")
        dependants = snapshots.dependants.get(context.base.id, ())
        found = impact.of_pointer(catalog, snapshots.schema, spec, pointer, dependants, is_removed=is_removed)
        keeps_rows = is_target or section == "data_mapping"
        only = context.old or context.new if difference.path.endswith("consumers[]") else None
        for each in found:
            is_consumer = only is None or only in (each.name, each.spec)
            if is_consumer and (keeps_rows or each.kind not in ("mapping", "field")):
                yield each


def owners_of(affected: Iterable[Impact], *specs: Spec | None) -> tuple[str, ...]:
    owners = [*(spec.owner for spec in specs if spec), *(each.owner for each in affected)]
    return tuple(dict.fromkeys(filter(None, owners)))


def _location(spec: Spec, pointer: Pointer | None) -> Location | None:
    """Return the place of the key or item at `pointer`; None without a pointer."""
    if pointer is None:
        return None
    span = spec.document.key_span(pointer)
    return Location(spec.file, span.line, span.column)


def shown_value(field: Field | None, value: Any) -> Any:
    """Return a value for reports: the identity of a list item, the beginning of a long text."""
    if field is not None and field.kind == "list" and not isinstance(value, list) and value is not None:
        return field.identity(value) or value
    if isinstance(value, str) and len(value) > _MAX_VALUE:
        return value[: _MAX_VALUE - 1] + "…"
    return value


def waiver_reason(context: ChangeContext, rule: ChangeRule, path: str) -> str:
    """Return the reason of a valid waiver of the base that covers the change: a change cannot waive itself."""
    for waiver in context.base.data.get("waivers", ()):
        expires = parse_date(waiver["expires"])
        is_valid = expires is not None and expires >= context.snapshots.today
        if is_valid and waiver["rule"] == rule.name and is_within(path, waiver.get("at", "")):
            return str(waiver["reason"])
    return ""


def label_of(schema: SpecSchema, spec: Spec, pointer: Pointer) -> str:
    """Return a name for the value at `pointer`: `POST /orders, timeout`, `scope recipients:write`."""
    words: list[str] = []
    value: Any = spec.data
    for depth, step in enumerate(pointer):
        value = value[step]
        field = schema.at(pointer[: depth + 1])
        if isinstance(step, int):
            words[-1:] = [_item_label(schema.at(pointer[:depth]), value, str(step))]
        else:
            words.append((field.title if field else str(step)).lower())
    return ", ".join(words[1:] if len(words) > 1 and pointer[0] in _SELF_EXPLANATORY else words)


def _item_label(field: Field | None, item: Any, otherwise: str) -> str:
    if field is None:
        return otherwise
    if isinstance(item, dict) and "method" in item and "path" in item:
        name = printable(f"{item['method']} {item['path']}", 100)
        return f"{name} ({item['id']})" if "id" in item else name
    identity = printable(" ".join(field.identity(item).split()), 80) or otherwise
    if isinstance(item, dict) and "local" in item and "remote" in item:
        return f"{item['local']} ↔ {item['remote']}"
    noun = field.fields[0].title if field.fields else field.title
    return f"{noun.lower()} “{identity}”" if " " in identity and not field.fields else f"{noun.lower()} {identity}"
