"""Write the base in the terms of the head where only names changed, so that these are no differences."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from integration_specs.model.spec import step_reference
from integration_specs.validation.schema import SpecSchema

from .equality import url
from .walk import match_items

_TARGETS = (("", "endpoints"), ("events", "received"), ("events", "sent"))


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
