"""Find the same change in several specs, which reports show as one line."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from integration_specs.grouping import grouped

from . import CHANGE_LEVELS, Change

_MIN_SPECS = 3
_TOKENS = re.compile(r"([/:@?#,;\s]+)")


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same change in several specs.

    `change` shows only the part of the values that differs, such as the host of a URL. `specs` are their IDs, with the place where
    it is not the same in all.
    """

    change: Change
    specs: tuple[str, ...]


def repeated_changes(changes: Iterable[Change]) -> tuple[list[Repeated], set[str]]:
    """Return the changes that are the same in at least three specs, and the fingerprints of all that they stand for."""

    def key(change: Change) -> tuple[str, ...]:
        path = re.sub(r"\[[^\[\]]*\]", "[]", change.pointer)
        values = map(repr, _differing_parts(change.old, change.new))
        return (change.level, change.rule, path, *values, change.waiver, change.acknowledged_by)

    groups = grouped((key(change), change) for change in changes)
    found = [
        group for group in groups.values() if len({each.spec for each in group}) >= _MIN_SPECS and group[0].pointer
    ]
    found.sort(key=lambda group: (CHANGE_LEVELS.index(group[0].level), -len(group)))
    return [_merged(group) for group in found], {change.fingerprint for group in found for change in group}


def _merged(group: list[Change]) -> Repeated:
    labels = [change.label.split(", ") for change in group]
    shared = 1
    while all(len(words) > shared and words[-shared - 1 :] == labels[0][-shared - 1 :] for words in labels):
        shared += 1
    places = grouped((each.spec, ", ".join(words[:-shared])) for each, words in zip(group, labels, strict=True))
    change = replace(_shortened(group[0], group), label=", ".join(labels[0][-shared:]))
    return Repeated(
        change, tuple(f"{spec} ({_listing(found)})" if any(found) else spec for spec, found in places.items())
    )


def _shortened(change: Change, group: list[Change]) -> Change:
    if len({repr((each.old, each.new)) for each in group}) == 1:
        return change
    old, new = _differing_parts(change.old, change.new)
    return replace(change, old=old, new=new)


def _listing(places: list[str]) -> str:
    return f"{places[0]} and {len(places) - 1} more" if len(places) > 1 else places[0]


def _differing_parts(old: Any, new: Any) -> tuple[Any, Any]:
    """Return two texts without the words that both start or end with; other values unchanged."""
    if not isinstance(old, str) or not isinstance(new, str):
        return old, new
    one, other = _TOKENS.split(old), _TOKENS.split(new)
    while min(len(one), len(other)) > 1 and one[0] == other[0]:
        del one[0], other[0]
    while min(len(one), len(other)) > 1 and one[-1] == other[-1]:
        del one[-1], other[-1]
    return "".join(one), "".join(other)
