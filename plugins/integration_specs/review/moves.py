"""Report what moved between specs as one change instead of a removal and an addition."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from integration_specs.diff import Approver, Change, Concern, fingerprint
from integration_specs.diff.context import renamed_specs
from integration_specs.diff.equality import canonical
from integration_specs.diff.rules import RULES
from integration_specs.diff.wording import sentence
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
    names = renamed_specs(base, head)
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
    main: tuple[Concern, ...] = ("data", "contract", "operations")
    concerns: tuple[Concern, ...] = tuple(each for each in main if each in old.concerns)[:1] or ("contract",)
    change = replace(
        old,
        rule=rule.name,
        level=rule.level,
        concerns=concerns,
        detail=f"moved to {place}",
        head=new.head if new else old.head,
        affected=(),
        level_reason="",
        advice=rule.advice,
        fingerprint=fingerprint(rule.name, old.spec, old.pointer),
    )
    approvers: dict[str, Approver] = {}
    for each in (*old.approvers, *(new.approvers if new else ())):
        names, is_concern, _ = each.reason.partition(": ")
        if not is_concern:
            approvers.setdefault(each.team, each)
        elif concerns[0] in names.split(" and "):
            approvers.setdefault(each.team, Approver(each.team, f"{concerns[0]}: {sentence(change)}"))
    return replace(change, approvers=tuple(approvers.values()))


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
