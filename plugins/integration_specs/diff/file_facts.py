"""Turn the facts of the files beside a spec, its contract and attachments, into changes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from integration_specs.model import Spec, impact
from integration_specs.model.mapped_field_uses import FieldUse
from integration_specs.secrets import mask
from integration_specs.text.messages import map_values
from integration_specs.validation.schema import Pointer

from . import Change, Impact, Location, is_within
from .assessment import affected_at, assessed, with_levels
from .context import ChangeContext, Snapshots
from .labels import shown_value
from .rules import ANY_PATH, concerns_of, rule_for
from .walk import Difference, Kind

_REST = "{document}"


@dataclass(frozen=True, slots=True)
class FileFact:
    """What a file states about something that a spec uses.

    `path` is its name in rules, `pointer` its path by identity, `label` its name for people. `targets` are the places in
    the spec that use it, `uses` the rows. A value that is a set of types or values is empty if any is allowed. A fact whose path
    ends in `{document}` counts only if no other fact of the file differs; its value is not shown.
    """

    path: str
    pointer: str
    label: str
    value: Any
    location: Location
    targets: tuple[Pointer, ...] = ()
    uses: tuple[FieldUse, ...] = ()

    @property
    def shown(self) -> Any:
        """Return the value for reports, without secrets."""
        if self.path.endswith(_REST):
            return None
        if isinstance(self.value, frozenset):
            return mask(" or ".join(sorted(map(str, self.value)))) or "any"
        if isinstance(self.value, dict):
            return mask(", ".join(f"{key}: {each}" for key, each in self.value.items())) or "none"
        return mask(shown_value(None, self.value)) if isinstance(self.value, str) else self.value


def compare_facts(
    snapshots: Snapshots, base: Spec, head: Spec, old: Iterable[FileFact], new: Iterable[FileFact]
) -> list[Change]:
    """Return the changes of one file, at the levels of the settings; of a part that was added or removed, only its topmost fact."""
    before, after = _by_key(old), _by_key(new)
    found: list[Change] = []
    for kind, one, other in _differences(before, after):
        fact = other or one
        assert fact is not None  # noqa: S101 - one of them always exists
        target = fact.targets[0] if fact.targets else ()
        pointers = (target if one else None, target if other else None)
        values = (one and one.value, other and other.value)
        difference = Difference(kind, fact.path, *pointers, *values)
        context = ChangeContext(snapshots, base, head, difference, uses=tuple((head, use) for use in fact.uses))
        rule = rule_for(context, fact.path, kind)
        if ANY_PATH in rule.paths:  # a value of something that was added or removed
            continue
        change = Change(
            rule.name,
            rule.level,
            concerns_of(rule, fact.path),
            head.id,
            mask(fact.pointer),
            map_values(mask, fact.label),
            one.shown if one else None,
            other.shown if other else None,
            one.location if one else None,
            other.location if other else None,
            impact.unique(_affected(context, fact)) if rule.level in ("breaking", "risky") else (),
            fingerprint=f"{values}" if fact.path.endswith(_REST) else "",
        )
        found.append(assessed(context, rule, change))
    rest = [change for change in found if change.old is None and change.new is None]
    return with_levels(snapshots, [each for each in found if each not in rest] or rest)


Facts = Mapping[tuple[str, str], FileFact]


def _by_key(facts: Iterable[FileFact]) -> Facts:
    """Return facts by path and pointer; several endpoints may use one operation."""
    found: dict[tuple[str, str], FileFact] = {}
    for fact in facts:
        known = found.setdefault((fact.path, fact.pointer), fact)
        if known is not fact:
            merged = replace(known, targets=(*known.targets, *fact.targets), uses=(*known.uses, *fact.uses))
            found[fact.path, fact.pointer] = merged
    return found


def _differences(before: Facts, after: Facts) -> Iterator[tuple[Kind, FileFact | None, FileFact | None]]:
    one_sided: set[str] = set()
    for key in sorted({**before, **after}, key=lambda key: len(key[1])):
        one, other = before.get(key), after.get(key)
        if one and other:
            if one.value != other.value:
                yield "changed", one, other
        elif not any(is_within(key[1], pointer) for pointer in one_sided):
            one_sided.add(key[1])
            yield "removed" if one else "added", one, other


def _affected(context: ChangeContext, fact: FileFact) -> Iterator[Impact]:
    yield from impact.of_uses(context.snapshots.schema, context.head, fact.uses)
    for target in fact.targets:
        yield from affected_at(context, context.head, target, is_removed=context.difference.kind == "removed")
