"""Report what moved between specs as one change instead of a removal and an addition."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from integration_specs.diff import Change, fingerprint
from integration_specs.diff.equality import canonical
from integration_specs.diff.rules import RULES
from integration_specs.model import Catalog, Spec
from integration_specs.validation.schema import Pointer, SpecSchema


class _Item(NamedTuple):
    spec: Spec
    pointer: str


def merge_moves(schema: SpecSchema, base: Catalog, head: Catalog, changes: Iterable[Change]) -> list[Change]:
    """Return the changes, with one `moved` change for each endpoint, event, row or error code that is elsewhere now."""
    changes = list(changes)
    removed = {(change.spec, change.pointer): change for change in changes if change.rule.endswith("-removed")}
    added = {(change.spec, change.pointer): change for change in changes if change.rule.endswith("-added")}
    names = {old.id: new.id for old, new in _renamed(base, head)}
    before, after = _items(schema, base), _items(schema, head)
    paired: set[int] = set()
    found: list[Change] = []
    for content, items in before.items():
        targets = [each for each in after.get(content, ()) if not _is_in(each, items, names)]
        for item in items:
            key = (names.get(item.spec.id, item.spec.id), item.pointer)
            if key not in removed or not targets:
                continue
            target = targets.pop(0)
            old, new = removed[key], added.get((target.spec.id, target.pointer))
            paired |= {id(each) for each in (old, new) if each}
            found.append(_moved(old, new, target))
    kept = [change for change in changes if id(change) not in paired]
    return [*(_merged_spec(change, base, after) for change in kept), *found]


def _moved(old: Change, new: Change | None, target: _Item) -> Change:
    rule = RULES["moved"]
    place = target.spec.id if target.spec.id != old.spec else target.pointer
    approvers = {each.team: each for each in (*old.approvers, *(new.approvers if new else ()))}
    return replace(
        old,
        rule=rule.name,
        level=rule.level,
        detail=f"moved to {place}",
        head=new.head if new else old.head,
        affected=(),
        approvers=tuple(approvers.values()),
        level_reason="",
        advice=rule.advice,
        fingerprint=fingerprint(rule.name, old.spec, old.pointer),
    )


def _merged_spec(change: Change, base: Catalog, after: dict[str, list[_Item]]) -> Change:
    """Return a removed spec whose endpoints and events all are in another spec now, at a lower level."""
    spec = base.by_id.get(change.spec)
    if change.rule != "spec-removed" or spec is None:
        return change
    contents = [_content("endpoints", each.data) for each in spec.endpoints]
    contents += [_content("events", each.data) for each in spec.events]
    targets = {item.spec.id for content in contents for item in after.get(content, ())}
    if not contents or not targets or not all(content in after for content in contents):
        return change
    places = ", ".join(sorted(targets))
    reason = f"risky instead of breaking: all its endpoints and events moved to {places}"
    return replace(change, level="risky" if change.level == "breaking" else change.level, level_reason=reason)


def _renamed(base: Catalog, head: Catalog) -> Iterator[tuple[Spec, Spec]]:
    for spec in head.specs:
        for former in spec.data.get("former_ids", ()):
            if former in base.by_id and former not in head.by_id:
                yield base.by_id[former], spec


def _is_in(item: _Item, items: Iterable[_Item], names: dict[str, str]) -> bool:
    return any((names.get(each.spec.id, each.spec.id), each.pointer) == (item.spec.id, item.pointer) for each in items)


def _items(schema: SpecSchema, catalog: Catalog) -> dict[str, list[_Item]]:
    """Return all endpoints, events, rows and covered error codes by their content."""
    found: dict[str, list[_Item]] = {}

    def add(kind: str, content: Any, spec: Spec, pointer: Pointer) -> None:
        found.setdefault(_content(kind, content), []).append(_Item(spec, schema.identity_path(spec.data, pointer)))

    for spec in catalog.specs:
        for endpoint in spec.endpoints:
            add("endpoints", endpoint.data, spec, endpoint.pointer)
        for event in spec.events:
            add("events", event.data, spec, event.pointer)
        for row in spec.mapped_fields:
            add("rows", row.data, spec, row.pointer)
        for index, category in enumerate(spec.section("error_handling").get("categories") or ()):
            for position, code in enumerate(category.get("covers") or ()):
                pointer = ("error_handling", "categories", index, "covers", position)
                add(f"covers of {spec.id}", code, spec, pointer)
    return found


def _content(kind: str, data: Any) -> str:
    return f"{kind} {canonical(data)}"
