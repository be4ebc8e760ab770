"""Describe a change in one sentence, the same in every report."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from integration_specs.text.display import one_line, printable
from integration_specs.text.messages import Message

from . import CHANGE_LEVELS, Change, Impact

_MAX_NAMES = 4
_MAX_TEXTS = 140
"""Two texts that are longer together are shown by the facts that differ."""
_AFFECTED = {
    "spec": "required by",
    "consumer": "consumed by",
    "endpoint": "required by",
    "event": "required by",
    "field": "mapped to",
    "flow": "in flow",
}
_TITLES = {
    "mapping": "Mapped rows",
    "field": "Local fields",
    "flow": "Flows",
    "consumer": "Consumers",
    "event": "Events",
    "endpoint": "Endpoints",
    "spec": "Dependent specs",
}


def sentence(change: Change) -> str:
    """Return what changed, from what to what, in one line of printable text."""
    label = printable(change.label or change.spec, 160)
    if change.rule == "spec-renamed":
        return Message("{label} was renamed from {old}", label=label, old=value_text(change.old))
    old, new = value_text(change.old), value_text(change.new)
    if change.rule == "moved":
        text = Message("{label} {detail}", label=label, detail=change.detail)
    elif change.old is None and change.new is None:
        text = Message("{label} changed", label=label)
    elif change.old is None:
        text = Message("{label} was added{value}", label=label, value=_detail(change.new, label))
    elif change.new is None:
        text = Message("{label} was removed{value}", label=label, value=_detail(change.old, label))
    elif new == label:
        text = Message("{old} → {new}", old=old, new=new)
    elif change.detail and len(old) + len(new) > _MAX_TEXTS:
        text = Message("{label}: {detail}", label=label, detail=change.detail)
    elif not isinstance(change.old, list) and len(old) + len(new) <= 240:
        text = Message("{label}: {old} → {new}", label=label, old=old, new=new)
    elif change.rule == "example-value-changed":
        text = Message("{label}: values changed", label=label)
    elif change.level == "editorial":
        text = Message("{label}: text changed", label=label)
    else:
        text = Message("{label}: changed", label=label)
    return printable(text, 400)


def _detail(value: Any, label: str) -> str:
    text = value_text(value)
    if isinstance(value, list) or len(text) > 80 or all(word in label for word in text.split()):
        return ""
    return f" ({text})"


def value_text(value: Any) -> str:
    """Return a value in one line: text without quotes, the entries of an object one after another."""
    if isinstance(value, dict):
        return printable(", ".join(f"{key} {value_text(each)}" for key, each in value.items() if key != "note"), 200)
    if isinstance(value, str):
        return one_line(value, 200)
    return printable(json.dumps(value, ensure_ascii=False), 200)


def impact_text(change: Change) -> str:
    """Return what a change affects, in a few words; empty if nothing is known."""
    parts = []
    for kind, verb in _AFFECTED.items():
        for possible in (False, True):
            found = (each for each in change.affected if each.kind == kind and each.possible == possible)
            names = list(dict.fromkeys(printable(_impact_name(each), 80) for each in found))
            if names:
                more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
                parts.append(f"{'possibly ' if possible else ''}{verb} {', '.join(names[:_MAX_NAMES])}{more}")
    return "; ".join(parts)


def _impact_name(impact: Impact) -> str:
    """Return the ID of a spec or the name of anything else, with the events through which it is affected."""
    name = impact.spec if impact.kind == "spec" else impact.name
    return f"{name} ({', '.join(impact.via)})" if impact.via else name


def count_text(changes: Iterable[Change]) -> str:
    """Return the number of changes of each level, such as `2 breaking, 1 risky`."""
    levels = [change.level for change in changes]
    parts = [f"{levels.count(level):,} {level}" for level in CHANGE_LEVELS if level in levels]
    return ", ".join(parts) or "no change of meaning"


def impact_lines(target: str, affected: Iterable[Impact]) -> Iterator[str]:
    """Yield what the removal of `target` affects, kind by kind, and whom to tell."""
    found = list(affected)
    if not found:
        yield f"{printable(target, 200)}: no documented dependency\n"
        return
    yield f"Removing {printable(target, 200)} affects:\n"
    for kind, title in _TITLES.items():
        lines = [each for each in found if each.kind == kind]
        if lines:
            yield f"\n{title} ({len(lines)})\n"
        for each in lines:
            owner = f"  (owner {printable(each.owner)})" if each.owner and kind in ("consumer", "spec") else ""
            spec = f"{printable(each.spec)}: " if kind == "spec" else ""
            via = f", through {printable(', '.join(each.via), 120)}" if each.via else ""
            possibly = "possibly " if each.possible else ""
            yield f"  {possibly}{spec}{printable(each.name, 160)}{via}{owner}\n"
    owners = sorted({each.owner for each in found if each.owner})
    if owners:
        yield f"\nNotify: {', '.join(printable(each) for each in owners)}\n"
