"""A change in words: one sentence, the same in every report."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from integration_specs.text.display import printable

from . import CHANGE_LEVELS, Change, Impact

_MOST_NAMED = 4
_LEAST_SPECS, _MOST_COMMON = 20, 12


def sentence(change: Change) -> str:
    """What changed, from what to what, in one line of printable text."""
    label = printable(change.label or change.spec, 160)
    if change.rule.startswith("spec-"):
        what = {
            "spec-added": "is new",
            "spec-removed": "is gone",
            "spec-renamed": f"was {value(change.old)}",
        }[change.rule]
        return f"{label} {what}"
    if change.old is None and change.new is None:
        text = f"{label} changed"
    elif change.old is None:
        text = f"{label} added" + _detail(change.new, label)
    elif change.new is None:
        text = f"{label} removed" + _detail(change.old, label)
    elif (
        isinstance(change.old, (str, int, float, bool, dict)) and len(value(change.old)) + len(value(change.new)) <= 240
    ):
        text = f"{label}: {value(change.old)} → {value(change.new)}"
    else:
        words = "other words" if change.level == "editorial" else "changed"
        text = f"{label}: {'other values' if change.rule == 'example-value-changed' else words}"
    return printable(text, 400)


def _detail(thing: Any, label: str) -> str:
    text = value(thing)
    return (
        f": {text}"
        if len(text) <= 80 and any(word not in label for word in text.split()) and not isinstance(thing, list)
        else ""
    )


def value(thing: Any) -> str:
    """A value in one line: texts bare, facts of an object one after another."""
    if isinstance(thing, dict):
        facts = (f"{key} {value(each)}" for key, each in thing.items() if key != "note")
        return printable(", ".join(facts), 200)
    if isinstance(thing, str):
        return printable(" ".join(thing.split()), 200)
    return printable(json.dumps(thing, ensure_ascii=False), 200)


def hurt(change: Change) -> str:
    """Who or what a change touches, in a few words; empty when nothing is known."""
    parts = []
    for kind, words in (
        ("field", "read by"),
        ("endpoint", "needed by"),
        ("consumer", "consumed by"),
        ("spec", "needed by"),
        ("flow", "in flow"),
    ):
        names = list(
            dict.fromkeys(
                printable(each.spec if kind == "spec" else each.name, 80)
                for each in change.affected
                if each.kind == kind
            )
        )
        if names:
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            parts.append(f"{words} {', '.join(names[:_MOST_NAMED])}{more}")
    return "; ".join(parts)


def counts(changes: Iterable[Change]) -> str:
    """How many changes of each level there are: `2 breaking, 1 risky`; `no change of meaning` without any."""
    levels = [change.level for change in changes]
    parts = [f"{levels.count(level):,} {level}" for level in CHANGE_LEVELS if level in levels]
    return ", ".join(parts) or "no change of meaning"


_KINDS = {
    "mapping": "Mapped rows",
    "field": "Local fields",
    "flow": "Flows",
    "consumer": "Consumers",
    "event": "Received by",
    "endpoint": "Endpoints",
    "spec": "Specs that need it",
}


def common(changes: Iterable[Change]) -> list[str]:
    """What many specs have in common, the gravest first: `breaking mechanism-changed in 400 specs`; empty for few specs."""
    specs: dict[tuple[str, str], set[str]] = {}
    for change in changes:
        specs.setdefault((change.level, change.rule), set()).add(change.spec)
    if len(set().union(*specs.values())) < _LEAST_SPECS:
        return []
    order = sorted(specs, key=lambda key: (CHANGE_LEVELS.index(key[0]), -len(specs[key])))
    return [
        f"{level} {rule} in {len(specs[level, rule]):,} specs" for level, rule in order if len(specs[level, rule]) > 1
    ][:_MOST_COMMON]


def impact_lines(target: str, touched: Iterable[Impact]) -> Iterator[str]:
    """Yields all that a loss of `target` touches, kind by kind, and whom to tell."""
    found = list(touched)
    if not found:
        yield f"{printable(target, 200)}: nothing that a spec knows of depends on it\n"
        return
    yield f"If {printable(target, 200)} goes:\n"
    for kind, title in _KINDS.items():
        lines = [each for each in found if each.kind == kind]
        if lines:
            yield f"\n{title} ({len(lines)})\n"
        for each in lines:
            owner = f"  (owner {printable(each.owner)})" if each.owner and kind in ("consumer", "event", "spec") else ""
            where = f"{printable(each.spec)}: " if kind in ("event", "spec") else ""
            yield f"  {where}{printable(each.name, 160)}{owner}\n"
    owners = sorted({each.owner for each in found if each.owner})
    if owners:
        yield f"\nTell: {', '.join(printable(each) for each in owners)}\n"
