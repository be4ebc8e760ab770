"""Which endpoint or event of a spec a recorded call belongs to."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

from integration_specs.model import Endpoint, Event, Spec
from integration_specs.model.example_fields import fields
from integration_specs.text.names import slug

from . import Call
from .anonymization import path_template

_NO_NAME = re.compile(r"(?<![^.])(\d+|[^.]*[@ ][^.]*|[0-9a-fA-F-]{20,})(?![^.])")
_LOCAL = re.compile(r"(localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)(:\d+)?|")


def body_fields(body: Any, content_type: str) -> dict[str, frozenset[Any]]:
    """Return the fields of a body by their path without list marks, with their types; keys that are not names become `*`."""
    found: dict[str, frozenset[Any]] = {}
    for path, types in fields(body, content_type, "").items() if body is not None else ():
        name = _NO_NAME.sub("*", path)
        found[name] = found[name] | types if name in found else types
    return found


def _pattern(template: str) -> re.Pattern[str]:
    """Return a regular expression for a path or host with placeholders in braces; it must end at a segment."""
    return re.compile("[^/]+".join(map(re.escape, re.split(r"\{[^{}/]*\}", template))) + r"(?=/|\Z)")


@dataclass(frozen=True)
class Target:
    """An endpoint or event that calls are compared with."""

    spec: Spec
    item: Endpoint | Event

    @property
    def name(self) -> str:
        """Method and path, or the name of the event."""
        return self.item.label

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The path of the endpoint below a base URL."""
        return _pattern(self.name.partition(" ")[2].partition("?")[0].rstrip("/"))

    @cached_property
    def examples(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Fields of the examples: of the request or payload, and of the response."""
        sides = ("request", "response") if isinstance(self.item, Endpoint) else ("payload", "")
        request, response = (self.item.data.get(side, {}) for side in sides)
        return body_fields(request.get("example"), ""), body_fields(response.get("example"), "")

    def accepts(self, call: Call, path: str) -> bool:
        """Return whether the endpoint has this method, path and query."""
        if not isinstance(self.item, Endpoint) or self.item.method != call.method:
            return False
        query = parse_qsl(self.item.path.partition("?")[2], keep_blank_values=True)
        names = {name for name, _ in parse_qsl(call.parts.query, keep_blank_values=True)} if query else set()
        return bool(self.pattern.fullmatch(path.rstrip("/"))) and all(name in names for name, _ in query)

    def rank(self, call: Call) -> tuple[int, int, float]:
        """Return how well a call fits: the number of query parameters, of literal segments, and of common fields."""
        score = 0.0
        for message, example in zip((call.request, call.response), self.examples, strict=True):
            recorded = body_fields(message.body, message.content_type)
            score += len(recorded.keys() & example.keys()) / (len(recorded.keys() | example.keys()) or 1)
        return self.name.count("="), -self.name.count("{"), score


class Matcher:
    """Finds specs, endpoints and events for calls."""

    def __init__(self, specs: Sequence[Spec], chosen: Spec | None = None, base_urls: Iterable[str] = ()) -> None:
        """Prepare the specs; calls without a host that an environment names belong to `chosen`, also below `base_urls`."""
        self.specs = {spec.id: spec for spec in specs}
        self._chosen = chosen
        self.targets = {spec.id: [Target(spec, item) for item in spec.targets.values()] for spec in specs}
        self._names = {name: spec for spec in specs for name in (slug(spec.system), spec.id)}
        urls = [(chosen.id, url) for url in base_urls] if chosen else []
        urls += [
            (spec.id, str(each.get("base_url", ""))) for spec in specs for each in spec.data.get("environments", ())
        ]
        self._bases: list[tuple[str, re.Pattern[str], re.Pattern[str]]] = []
        """The ID of a spec and patterns of the host and the path of one of its base URLs."""
        for spec_id, url in urls:
            host, _, path = url.partition("://")[2].rstrip("/").partition("/")
            if host:
                self._bases.append((spec_id, _pattern(host.lower()), _pattern(f"/{path}" if path else "")))

    def match(self, call: Call) -> Target | tuple[Spec, str] | None:
        """Return the endpoint or event of a call, or else the spec that it belongs to and its path below the base URL."""
        owners = dict(self._owners(call)) if call.method else {}
        for spec_id, paths in owners.items():
            if target := self._endpoint(spec_id, call, paths):
                return target
        for spec_id, paths in owners.items():
            return self.specs[spec_id], paths[0]
        return self._event(call)

    def template(self, spec: Spec, path: str, call: Call) -> str:
        """Return the template of a path that no endpoint has."""
        values = {*words(call.request.body), *words(call.response.body)}
        return path_template(path, values, [endpoint.path.partition("?")[0].split("/") for endpoint in spec.endpoints])

    def _owners(self, call: Call) -> Iterator[tuple[str, list[str]]]:
        """Yield the IDs of specs whose base URL contains the call, with the possible paths below it; the longest base first."""
        parts = call.parts
        path = re.sub("//+", "/", unquote(parts.path))
        host = re.sub(":(443|80)$", "", parts.netloc.rpartition("@")[2].lower())
        bases = [(spec_id, start) for spec_id, hosts, start in self._bases if hosts.fullmatch(host)]
        found = [(prefix.end(), spec_id) for spec_id, start in bases if (prefix := start.match(path))]
        for end, spec_id in sorted(found, key=lambda each: -each[0]):
            yield spec_id, [path[end:]]
        if not found and _LOCAL.fullmatch(host):
            chosen = self._chosen or self._names.get(slug(call.provider))
            for spec_id in [chosen.id] if chosen else self.specs:
                prefixes = (start.match(path) for each, _, start in self._bases if each == spec_id)
                paths = list(dict.fromkeys([*(path[prefix.end() :] for prefix in prefixes if prefix), path]))
                if chosen or self._endpoint(spec_id, call, paths):
                    yield spec_id, paths

    def _endpoint(self, spec_id: str, call: Call, paths: Iterable[str]) -> Target | None:
        for path in paths:
            if found := [target for target in self.targets[spec_id] if target.accepts(call, path)]:
                return max(found, key=lambda target: target.rank(call))
        return None

    def _event(self, call: Call) -> Target | None:
        """Return the event whose name occurs in a header or near the top of the body of a message."""
        if call.method not in ("", "POST", "PUT"):
            return None
        names = {*call.request.headers.values(), *words(call.request.body)}
        targets = (target for targets in self.targets.values() for target in targets)
        found = [target for target in targets if isinstance(target.item, Event) and target.name in names]
        return max(found, key=lambda target: target.rank(call), default=None)


def words(body: Any, depth: int = 6) -> Iterator[str]:
    """Yield the strings and numbers in a body, at most `depth` levels deep and in the first items of lists."""
    if isinstance(body, (str, int)):
        yield str(body)[:200]
    elif depth and isinstance(body, (dict, list)):
        for each in body.values() if isinstance(body, dict) else body[:3]:
            yield from words(each, depth - 1)
