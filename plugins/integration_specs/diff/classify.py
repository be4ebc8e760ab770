"""Raw differences to changes: the rule that applies, where it stands, whom it touches and who must agree."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from integration_specs.documents.pointers import value_at
from integration_specs.model import Spec, impact, parse_date
from integration_specs.text.display import printable
from integration_specs.validation.schema import Field, Pointer, SpecSchema

from . import Change, Concern, Impact, Place, fingerprint
from .approvers import approvers_of
from .context import Case, Role, Snapshots, translate
from .example_changes import FieldDifference, compare
from .rules import BY_NAME, ChangeRule, concerns_of, rule_for
from .walk import Difference, Kind, lies_in, walk

_READERS: dict[Role, tuple[str, ...]] = {
    "request": ("Outbound", "Bidirectional"),
    "answer": ("Inbound", "Bidirectional"),
    "received": ("Inbound", "Bidirectional"),
    "sent": ("Inbound", "Outbound", "Bidirectional"),
}
_ROLE_WORDS: dict[Role, str] = {"request": "request", "answer": "answer", "received": "payload", "sent": "payload"}
_MOST_OLD = 2_000
_PLAIN_HOMES = frozenset(
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
"""Sections that need not be named before what is in them."""


def changes_of(world: Snapshots, base: Spec, head: Spec, levels: Mapping[str, str]) -> list[Change]:
    """Every change of meaning between two states of one spec, at the levels that the settings give."""
    found: list[Change] = []
    seen: set[tuple[str, str]] = set()
    dates: list[Change] = []
    if base.id != head.id:
        found.append(whole_spec(world, "spec-renamed", base, head))
    for difference in walk(world.schema.fields, base.data, head.data):
        for case, path, kind in _cases(Case(world, base, head, difference)):
            rule = rule_for(case, path, kind)
            change = _change(case, rule, concerns_of(rule, path))
            if rule.whole and (rule.name, change.pointer) in seen:
                continue
            seen.add((rule.name, change.pointer))
            (dates if rule.name == "date-moved" else found).append(change)
    return at_levels(found or dates, levels)


def between(world: Snapshots, base: Spec | None, head: Spec | None, levels: Mapping[str, str]) -> list[Change]:
    """Every change between two states of one spec, of which one may not be there."""
    if base and head:
        return changes_of(world, base, head, levels)
    return at_levels([whole_spec(world, "spec-added" if head else "spec-removed", base, head)], levels)


def at_levels(changes: Iterable[Change], levels: Mapping[str, str]) -> list[Change]:
    """Changes at the levels that the settings give, without those that are off; twins get fingerprints of their own."""
    found: list[Change] = []
    counts: dict[tuple[str, str, str], int] = {}
    for change in changes:
        level = levels.get(change.rule, change.level)
        if level == "off":
            continue
        key = (change.rule, change.spec, change.pointer)
        counts[key] = counts.get(key, -1) + 1
        mark = fingerprint(*key, counts[key])
        found.append(replace(change, level=level, fingerprint=mark))  # type: ignore[arg-type]
    return found


def whole_spec(world: Snapshots, rule_name: str, base: Spec | None, head: Spec | None) -> Change:
    """A spec that came, went or has another id."""
    rule = BY_NAME[rule_name]
    spec = head or base
    assert spec is not None  # noqa: S101 - one side is always there
    concerns = list(rule.concerns)
    if base is None and any("personal_data" in row.data for row in spec.mapped_fields):
        concerns.append("privacy")
    needing = world.dependants.get(base.id, ()) if base else ()
    touched: tuple[Impact, ...] = ()
    if base and head is None:
        touched = impact.once(impact.of_pointer(world.base, world.schema, base, (), needing))
    return Change(
        rule.name,
        rule.level,
        tuple(concerns),
        spec.id,
        "",
        f"spec {spec.id}",
        base.id if base else None,
        head.id if head else None,
        Place(base.file, 1, 1) if base else None,
        Place(head.file, 1, 1) if head else None,
        touched,
        _owners(touched, base, head),
        approvers_of(world.base, world.head, (base, head), concerns, rule.name),
    )


def _cases(case: Case) -> Iterator[tuple[Case, str, Kind]]:
    """What rules judge: rows of an entity that came or went one by one, examples field by field."""
    difference = case.difference
    path, kind = difference.path, difference.kind
    if path == "format":
        return
    if path.endswith(".example") and (role := _role(case, path)):
        yield from _body_cases(case, role)
    elif path == "data_mapping[]" and kind in ("added", "removed"):
        item = difference.new if kind == "added" else difference.old
        rows = item.get("fields") or ()
        field = difference.field.field("fields") if difference.field else None
        for index, row in enumerate(rows):
            base, head = (
                None if pointer is None else (*pointer, "fields", index)
                for pointer in (difference.base, difference.head)
            )
            old, new = (None, row) if kind == "added" else (row, None)
            yield (
                replace(case, difference=Difference(kind, f"{path}.fields[]", base, head, old, new, field)),
                f"{path}.fields[]",
                kind,
            )
        if not rows:
            yield case, path, kind
    elif path != "data_mapping[].fields[].direction" or _turns(case):
        yield case, path, kind


def _turns(case: Case) -> bool:
    """Whether a row flows another way now; saying what it inherits is no change."""
    general = [spec.direction or "Bidirectional" for spec in (case.base, case.head)]
    return bool((case.old or general[0]) != (case.new or general[1]))


def _role(case: Case, path: str) -> Role | None:
    match path.split("."):
        case ["endpoints[]", side, "example"]:
            request = side == "request"
            if case.head.type == "Webhook":
                return "received" if request else "request"
            return "answer" if not request else "sent" if case.head.type == "File" else "request"
        case ["events", side, "payload", "example"]:
            return "received" if side == "received[]" else "sent"
    return None


def _body_cases(case: Case, role: Role) -> Iterator[tuple[Case, str, Kind]]:
    old, new = case.difference.old, case.difference.new
    types = [str(case.around(side).get("content_type", "")) for side in ("base", "head")]
    if old is None or new is None:
        spec, body, content_type = (case.base, old, types[0]) if new is None else (case.head, new, types[1])
        rows = tuple((spec, row) for row in impact.rows_in(spec, body, content_type, _READERS[role]))
        yield replace(case, role=role, rows=rows, body=FieldDifference("removed", "")), f"{role}*", case.difference.kind
        return
    for found in compare(old, new, *types):
        kind: Kind = {"added": "added", "removed": "removed", "type": "changed"}.get(found.kind, "renamed")  # type: ignore[assignment]
        specs = (case.head,) if kind == "added" else (case.base,) if kind == "removed" else (case.base, case.head)
        rows = tuple((spec, row) for spec in specs for row in impact.mapped_rows(spec, found.path, _READERS[role]))
        if not found.path and kind != "changed":
            rows = ()
        yield replace(case, role=role, body=found, rows=rows), f"{role}{{}}", kind


def _change(case: Case, rule: ChangeRule, concerns: tuple[Concern, ...]) -> Change:
    difference, schema = case.difference, case.world.schema
    base, head = difference.base, difference.head
    old, new = shown(difference.field, difference.old), shown(difference.field, difference.new)
    if rule.whole:
        base, head = (None if each is None else each[:-1] for each in (base, head))
        old, new = (case.around(side) or None for side in ("base", "head"))
    spec, at = (case.head, head) if head else (case.base, base or ())
    pointer, label = schema.identity_path(spec.data, at), label_of(schema, spec, at)
    if case.body is not None:
        old, new = _body_values(case.body, old, new)
        if case.role:
            label = f"{label_of(schema, spec, at[:-2])} {_ROLE_WORDS[case.role]}"
        if case.body.path:
            pointer += f".{case.body.path}" if not case.body.path.startswith("[") else case.body.path
            label += f" {case.body.path}"
    touched = impact.once(_touched(case)) if rule.level != "editorial" else ()
    return Change(
        rule.name,
        rule.level,
        concerns,
        case.head.id,
        pointer,
        label,
        old,
        new,
        place(case.base, _inside(case.base, base, case.body)),
        place(
            case.head,
            _inside(case.head, head, case.body)
            or (translate(schema, case.base.data, case.head.data, base) if base else None),
        ),
        touched,
        _owners(touched, case.base, case.head),
        approvers_of(case.world.base, case.world.head, (case.base, case.head), concerns, rule.name),
        waiver_of(case, rule, pointer),
    )


def _inside(spec: Spec, pointer: Pointer | None, body: FieldDifference | None) -> Pointer | None:
    """`pointer` to an example, led on to the first place of the field that is meant, if the example has it."""
    if pointer is None or body is None:
        return pointer
    return (*pointer, *(_first(value_at(spec.data, pointer), body.path) or ()))


def _first(value: Any, path: str) -> Pointer | None:
    """The first place of a field such as `charges[].id` in an example; None when it is not there."""
    if not path:
        return ()
    if isinstance(value, list) and path.startswith("[]"):
        return next(
            ((i, *found) for i, each in enumerate(value) if (found := _first(each, path[2:])) is not None), None
        )
    if isinstance(value, dict):
        rest = path.removeprefix(".")
        for key, each in value.items():
            if rest == key or rest.startswith((f"{key}.", f"{key}[")):
                found = _first(each, rest[len(key) :])
                if found is not None:
                    return (key, *found)
    return None


def _body_values(body: FieldDifference, old: Any, new: Any) -> tuple[Any, Any]:
    match body.kind:
        case "type":
            return body.old, body.new
        case "added":
            return None, body.new
        case "removed" if body.path:
            return body.old, None
    return (body.old, body.new) if body.old else (old, new)


def _touched(case: Case) -> Iterator[Impact]:
    difference, schema = case.difference, case.world.schema
    spec, pointer, catalog = (
        (case.base, difference.base, case.world.base)
        if difference.base
        else (case.head, difference.head, case.world.head)
    )
    if case.body is not None:
        for owner, row in case.rows:
            yield from impact.of_rows(schema, owner, (row,))
    if case.body is None or case.role == "sent":
        needing = case.world.dependants.get(case.base.id, ())
        found = impact.of_pointer(catalog, schema, spec, pointer or (), needing)
        top = (pointer or ("",))[0]
        whole = top == "data_mapping" or len(pointer or ()) <= {"endpoints": 2, "events": 3}.get(str(top), 0)
        yield from (each for each in found if whole or each.kind not in ("mapping", "field"))


def _owners(touched: Iterable[Impact], *specs: Spec | None) -> tuple[str, ...]:
    owners = [*(spec.owner for spec in specs if spec), *(each.owner for each in touched)]
    return tuple(dict.fromkeys(filter(None, owners)))


def place(spec: Spec, pointer: Pointer | None) -> Place | None:
    """Where the key or item at `pointer` stands; None without a pointer."""
    if pointer is None:
        return None
    span = spec.document.key_span(pointer)
    return Place(spec.file, span.line, span.column)


def shown(field: Field | None, value: Any) -> Any:
    """A value for reports: an item of a list by its identity, a long text cut."""
    if field is not None and field.kind == "list" and not isinstance(value, list) and value is not None:
        return field.identity(value) or value
    if isinstance(value, str) and len(value) > _MOST_OLD:
        return value[: _MOST_OLD - 1] + "…"
    return value


def waiver_of(case: Case, rule: ChangeRule, pointer: str) -> str:
    """The reason of a waiver that covers the change; empty when there is none, or it has ended."""
    for waiver in case.head.data.get("waivers", ()):
        end, at = parse_date(waiver["expires"]), waiver.get("at", "")
        if waiver["rule"] == rule.name and lies_in(pointer, at) and end is not None and end >= case.world.today:
            return str(waiver["reason"])
    return ""


def label_of(schema: SpecSchema, spec: Spec, pointer: Pointer) -> str:
    """What people call the value at `pointer`: `POST /orders, timeout`, `scope recipients:write`."""
    words: list[str] = []
    value: Any = spec.data
    for depth, step in enumerate(pointer):
        value = value[step]
        field = schema.at(pointer[: depth + 1])
        if isinstance(step, int):
            listing = schema.at(pointer[:depth])
            words[-1:] = [_item_label(listing, value, str(step))]
        else:
            words.append((field.title if field else str(step)).lower())
    return ", ".join(words[1:] if len(words) > 1 and pointer[0] in _PLAIN_HOMES else words)


def _item_label(listing: Field | None, item: Any, fallback: str) -> str:
    if listing is None:
        return fallback
    if isinstance(item, dict) and "method" in item and "path" in item:
        name = printable(f"{item['method']} {item['path']}", 100)
        return f"{name} ({item['id']})" if "id" in item else name
    identity = printable(" ".join(listing.identity(item).split()), 80) or fallback
    if isinstance(item, dict) and "local" in item and "remote" in item:
        return f"{item['local']} ↔ {item['remote']}"
    noun = listing.fields[0].title if listing.fields else listing.title
    return f"{noun.lower()} {identity}"
