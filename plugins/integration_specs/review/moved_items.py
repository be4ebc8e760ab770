"""Report what moved between specs as one change instead of a removal and an addition."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from integration_specs.diff import Approver, Change, Concern, fingerprint, is_within
from integration_specs.diff.approvers import concern_reason
from integration_specs.diff.context import renamed_specs
from integration_specs.diff.equality import canonical
from integration_specs.diff.labels import label_of
from integration_specs.diff.rules import RULES
from integration_specs.model import Catalog, Spec
from integration_specs.text.messages import Message
from integration_specs.validation.schema import Pointer, SpecSchema

_MOVABLE = (
    "endpoints",
    "events.received",
    "events.sent",
    "data_mapping",
    "data_mapping[].fields",
    "overview.flows",
    "error_handling.categories",
    "testing.automated",
    "maintenance.dashboards",
)
"""Lists whose items can move to another spec; what contains other items comes first."""
_ORDER = {path: number for number, path in enumerate(_MOVABLE)}
_INSIDE = "error_handling.categories[].covers"
"""A list whose items can move inside a spec only."""
_TAKEN_OVER = ("endpoints", "events.received", "events.sent", "data_mapping[].fields")
"""Lists whose items must all be elsewhere before a removed spec counts as taken over."""


class _Item(NamedTuple):
    spec: Spec
    place: Pointer
    pointer: str


Items = dict[tuple[str, str], list[_Item]]


def merge_moves(schema: SpecSchema, base: Catalog, head: Catalog, changes: Iterable[Change]) -> list[Change]:
    """Return the changes, with one `moved` change for each item, with all that it contains, that is word for word elsewhere now."""
    left = list(changes)
    names = renamed_specs(base, head)
    before, after = (_items(schema, _changed_specs(*pair)) for pair in ((base, head), (head, base)))
    found: list[Change] = []
    for content, items in before.items():
        targets = [each for each in after.get(content, ()) if not _is_in(each, items, names)]
        for item in items if targets else ():
            spec = names.get(item.spec.id, item.spec.id)
            removed = [each for each in left if each.rule.endswith("-removed") and _is_part(each, spec, item)]
            if removed and targets:
                target = targets.pop(0)
                added = [
                    each for each in left if each.rule.endswith("-added") and _is_part(each, target.spec.id, target)
                ]
                found.append(_moved(schema, item, target, removed, added))
                left = [each for each in left if each not in (*removed, *added)]
    return [*(_merged_spec(change, base, before, after) for change in left), *found]


def _changed_specs(catalog: Catalog, other: Catalog) -> list[Spec]:
    texts = {spec.id: spec.document.text for spec in other.specs}
    return [spec for spec in catalog.specs if texts.get(spec.id) != spec.document.text]


def _is_part(change: Change, spec: str, item: _Item) -> bool:
    """Return whether a change of a spec is that of an item, or of something in it."""
    return change.spec == spec and change.pointer != "" and is_within(change.pointer, item.pointer)


def _moved(
    schema: SpecSchema, item: _Item, target: _Item, removed: Sequence[Change], added: Sequence[Change]
) -> Change:
    rule, old, new = RULES["moved"], removed[0], next(iter(added), None)
    is_elsewhere = target.spec.id != old.spec
    container = target.place[:-2] if len(target.place) > 3 else target.place[:-1]
    shown = target.spec.id if is_elsewhere else label_of(schema, target.spec, container)
    main: tuple[Concern, ...] = ("data", "contract", "operations")
    concerns: tuple[Concern, ...] = tuple(each for each in main if each in old.concerns)[:1] or ("contract",)
    if is_elsewhere and any("privacy" in each.concerns for each in removed):
        concerns += ("privacy",)
    is_whole = old.pointer != item.pointer
    change = replace(
        old,
        rule=rule.name,
        level=rule.level,
        concerns=concerns,
        pointer=item.pointer,
        label=label_of(schema, item.spec, item.place) if is_whole else old.label,
        old=item.pointer if is_whole else old.old,
        detail=Message("moved to {place}", place=shown),
        head=new.head if new else old.head,
        affected=(),
        level_reason="",
        advice=rule.advice,
        fingerprint=fingerprint(rule.name, old.spec, item.pointer, target.spec.id if is_elsewhere else target.pointer),
    )
    approvers: dict[str, Approver] = {}
    given = [each for part in (*removed, *added) for each in part.approvers]
    for team, reason in ((each.team, reason) for each in given for reason in each.reasons):
        if not reason.concerns:
            approvers.setdefault(team, Approver(team, (reason,)))
        elif shared := [each for each in reason.concerns if each in concerns]:
            approvers.setdefault(team, Approver(team, (concern_reason(shared, change),)))
    return replace(change, approvers=tuple(approvers.values()))


def _merged_spec(change: Change, base: Catalog, before: Items, after: Items) -> Change:
    """Return a removed spec whose endpoints, events and rows all are in another spec now, at a lower level."""
    spec = base.by_id.get(change.spec)
    if change.rule != "spec-removed" or spec is None:
        return change
    own = [key for key, items in before.items() if key[0] in _TAKEN_OVER and any(each.spec is spec for each in items)]
    targets = sorted({item.spec.id for key in own for item in after.get(key, ())})
    if not targets or not all(key in after for key in own):
        return change
    reason = f"risky instead of breaking: all its endpoints, events and mapped fields moved to {', '.join(targets)}"
    return replace(change, level="risky" if change.level == "breaking" else change.level, level_reason=reason)


def _is_in(item: _Item, items: Iterable[_Item], names: dict[str, str]) -> bool:
    return any((names.get(each.spec.id, each.spec.id), each.pointer) == (item.spec.id, item.pointer) for each in items)


def _items(schema: SpecSchema, specs: Iterable[Spec]) -> Items:
    """Return all items that can move, by their list and content; codes of error categories move inside a spec only."""
    found: Items = {}
    for spec in specs:
        for path in (*_MOVABLE, _INSIDE):
            kind = f"{path} of {spec.id}" if path == _INSIDE else path
            for place, value in _list_items(spec.data, path.split(".")):
                found.setdefault((kind, canonical(value)), []).append(
                    _Item(spec, place, schema.identity_path(spec.data, place))
                )
    return dict(sorted(found.items(), key=lambda each: _ORDER.get(each[0][0], len(_ORDER))))


def _list_items(value: Any, path: Sequence[str], place: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Yield the items of the lists at `path`, such as `data_mapping[]` and `fields`, with their pointers."""
    name, *rest = path
    key = name.removesuffix("[]")
    found = value.get(key) if isinstance(value, dict) else None
    if isinstance(found, list):
        for index, each in enumerate(found):
            here = (*place, key, index)
            yield from _list_items(each, rest, here) if rest else ((here, each),)
    elif rest:
        yield from _list_items(found, rest, (*place, key))
