"""Write the base in the terms of the head where only names changed, so that these are not differences."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from integration_specs.model.spec import step_reference
from integration_specs.validation.schema import SpecSchema

from .equality import url
from .walk import Difference, match_items

_TARGETS = (("", "endpoints"), ("events", "received"), ("events", "sent"))


def renamed_names(differences: Iterable[Difference]) -> dict[str, str]:
    """Return the new names of what the differences rename: calls, events, fields, headers, versions, addresses."""
    found: dict[str, str] = {}
    for difference in differences:
        old, new = difference.old, difference.new
        if difference.kind == "renamed" and isinstance(old, dict) and isinstance(new, dict):
            names = {name for key in difference.field.keys for name in key} if difference.field else set()
            for name in sorted(names & old.keys() & new.keys()):
                found |= _name_pairs(str(old[name]), str(new[name]))
            if "method" in old:
                found |= zip(_references(old), _references(new), strict=True)
        elif difference.kind == "changed" and difference.path == "endpoints[].path":
            method, new_method = (str(parent["method"]) for parent in difference.parents)
            found |= {**_name_pairs(old, new), f"{method} {old}": f"{new_method} {new}"}
        elif difference.kind == "changed" and difference.path.endswith(_NAMES):
            found[str(old)] = str(new)
    return {old: new for old, new in found.items() if old != new}


_NAMES = ("api_version.pinned", "base_url", ".dedupe_key", ".header")
"""Ends of the paths of values that texts name."""


def _name_pairs(old: str, new: str) -> dict[str, str]:
    """Return a new name by the old one; of the path of a field, also its last part."""
    last, new_last = old.rpartition(".")[2], new.rpartition(".")[2]
    return {} if old == new else {last: new_last, old: new}


def with_new_names(text: str, names: Mapping[str, str]) -> str:
    """Return a text with the new names in the place of the old ones."""
    if not names:
        return text
    longest_first = sorted(names, key=len, reverse=True)
    pattern = rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w{{-])"
    return re.sub(pattern, lambda match: names[match[0]], text)


def renamed_events(schema: SpecSchema, pairs: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, str]:
    """Return the new names of renamed events that the specs, each before and after the change, send."""
    field = schema.at(("events", "sent"))
    lists = (_sent(data) for pair in pairs for data in pair)
    return {
        old[one]["name"]: new[other]["name"]
        for old, new in zip(lists, lists, strict=True)
        if field is not None and old != new
        for one, other, is_renamed in match_items(field, "events.sent", old, new)[0]
        if is_renamed
    }


def _sent(data: dict[str, Any]) -> list[Any]:
    return list((data.get("events") or {}).get("sent") or ())


def with_new_references(schema: SpecSchema, base: dict[str, Any], head: dict[str, Any]) -> dict[str, Any]:
    """Return the base with flow steps that name endpoints and events as the head does."""
    names: dict[str, str] = {}
    for section, key in _TARGETS:
        pointer = (section, key) if section else (key,)
        field = schema.at(pointer)
        old, new = ((data.get(section) or {} if section else data).get(key) or [] for data in (base, head))
        if field is not None and old != new:
            for one, other, _ in match_items(field, ".".join(pointer), old, new)[0]:
                names |= zip(_references(old[one]), _references(new[other]), strict=False)
    return _with_renamed_steps(base, head, names)


def _with_renamed_steps(base: dict[str, Any], head: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    flows = (base.get("overview") or {}).get("flows") or []
    if not flows or all(old == new for old, new in names.items()):
        return base
    new_steps = {flow["name"]: flow.get("steps") or [] for flow in (head.get("overview") or {}).get("flows") or []}
    renamed = [
        {**flow, "steps": [_renamed(step, names, new_steps.get(flow["name"], ())) for step in flow["steps"]]}
        if flow.get("steps")
        else flow
        for flow in flows
    ]
    return {**base, "overview": {**base["overview"], "flows": renamed}}


def _renamed(step: str, names: Mapping[str, str], new_steps: Sequence[str]) -> str:
    reference = step_reference(step)
    renamed = names.get(reference, reference) + step[len(reference) :]
    return renamed if step not in new_steps and renamed in new_steps else step


def _references(item: dict[str, Any]) -> list[str]:
    """Return the names by which a flow step may refer to an endpoint or event."""
    label = f"{item['method']} {item['path']}" if "method" in item else item["name"]
    return [label, str(item.get("id", label))]


def with_renamed_specs(base: dict[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    """Return the base with the new IDs of renamed specs in `depends_on` and among the consumers of events."""

    def new(names: Sequence[str]) -> list[str]:
        return [renamed.get(name, name) for name in names]

    result = base
    if any(name in renamed for name in base.get("depends_on") or ()):
        result = {**result, "depends_on": new(base["depends_on"])}
    sent = (base.get("events") or {}).get("sent") or []
    if any(name in renamed for event in sent for name in event.get("consumers") or ()):
        events = [
            {**event, "consumers": new(event["consumers"])} if event.get("consumers") else event for event in sent
        ]
        result = {**result, "events": {**base["events"], "sent": events}}
    return result


def with_moved_base_path(base: dict[str, Any], head: dict[str, Any]) -> dict[str, Any]:
    """Return the base with a part of its paths in the place where the head has it.

    `https://a.example/v1` with `/orders` and `https://a.example` with `/v1/orders` are the same addresses. The base itself is
    returned if nothing moved, or if some address is not the same.
    """
    old_urls, new_urls = _base_urls(base), _base_urls(head)
    moves = {_moved_part(old, new_urls[name]) for name, old in old_urls.items() if name in new_urls}
    if len(moves) != 1 or moves in ({("", "")}, {None}):
        return base
    (move,) = moves
    assert move is not None  # noqa: S101 - for mypy
    removed, added = move
    endpoints = []
    names = {}
    paths = {(item["method"], item["path"]) for item in head.get("endpoints") or []}
    for item in base.get("endpoints") or []:
        path = item["path"]
        moved = removed + path if removed else path.removeprefix(added)
        if moved == path or (item["method"], moved) not in paths:
            return base
        endpoints.append({**item, "path": moved})
        names[f"{item['method']} {path}"] = f"{item['method']} {moved}"
    environments = [
        {**each, "base_url": new_urls[each["name"]]} if each.get("name") in new_urls and "base_url" in each else each
        for each in base.get("environments") or []
    ]
    if not endpoints:
        return base
    return _with_renamed_steps({**base, "endpoints": endpoints, "environments": environments}, head, names)


def _base_urls(data: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["base_url"] for each in data.get("environments") or [] if "base_url" in each}


def _moved_part(old: str, new: str) -> tuple[str, str] | None:
    """Return which part of the path the old base URL has more, and which the new one; None for other addresses."""
    try:
        one, other = urlsplit(url(old)), urlsplit(url(new))
    except ValueError:  # such as `http://[`
        return None
    if one.netloc != other.netloc or one.scheme != other.scheme:
        return None
    if one.path.startswith(other.path):
        return one.path[len(other.path) :], ""
    return ("", other.path[len(one.path) :]) if other.path.startswith(one.path) else None
