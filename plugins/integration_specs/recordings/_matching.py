"""Which endpoint or event of a spec a recorded call belongs to."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from integration_specs.model import Endpoint, Event, Spec
from integration_specs.model.example_fields import fields
from integration_specs.text.names import slug

from . import Call
from ._anonymize import path_template

_NO_NAME = re.compile(r"(?<![^.])(\d+|[^.]*[@ ][^.]*|[0-9a-fA-F-]{20,})(?![^.])")
_LOCAL = re.compile(r"(localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)(:\d+)?|")


def body_fields(body: Any, content_type: str) -> dict[str, frozenset[Any]]:
    """Return the fields of a body by their path without list marks, with their types; keys that are no names become `*`."""
    found: dict[str, frozenset[Any]] = {}
    for path, types in fields(body, content_type, "").items():
        name = _NO_NAME.sub("*", path)
        found[name] = found[name] | types if name in found else types
    return found


def _pattern(template: str) -> str:
    """Return a regular expression for a path or host with placeholders in braces."""
    parts = re.split(r"\{[^{}/]*\}", template)
    return "[^/]+".join(re.escape(part) for part in parts)


@dataclass(frozen=True)
class Target:
    """An endpoint or event that calls are compared with."""

    spec: Spec
    item: Endpoint | Event

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The path below a base URL."""
        path = self.item.path.partition("?")[0] if isinstance(self.item, Endpoint) else ""
        return re.compile(_pattern(path.rstrip("/")) + "/?")

    @cached_property
    def query(self) -> frozenset[str]:
        """Names of query parameters in the path of the endpoint."""
        query = self.item.path.partition("?")[2] if isinstance(self.item, Endpoint) else ""
        return frozenset(name for name, _ in parse_qsl(query, keep_blank_values=True))

    @cached_property
    def examples(self) -> tuple[frozenset[str], frozenset[str]]:
        """Fields of the examples: of the request or payload, and of the response."""
        if isinstance(self.item, Event):
            return frozenset(body_fields(self.item.example, "")), frozenset()
        request, response = (
            frozenset(body_fields(self.item.body(side), self.item.data.get(side, {}).get("content_type", "")))
            for side in ("request", "response")
        )
        return request, response

    def similarity(self, call: Call) -> float:
        """Return how many fields of the examples the call has, from 0 to 1."""
        scores = []
        for message, example in zip((call.request, call.response), self.examples, strict=True):
            if example and message.body is not None:
                recorded = body_fields(message.body, message.content_type).keys()
                scores.append(len(recorded & example) / len(recorded | example))
        return sum(scores) / len(scores) if scores else 0.0


@dataclass(frozen=True)
class Base:
    """A base URL of a spec, split into host and path."""

    spec: Spec
    host: re.Pattern[str]
    path: re.Pattern[str]

    @staticmethod
    def parse(spec: Spec, url: str) -> "Base":
        """Return the base for an address such as `https://{shop}.example.com/v1`; schemes are not compared."""
        host, _, path = url.partition("://")[2].rstrip("/").partition("/")
        return Base(
            spec, re.compile(_pattern(host.lower())), re.compile(_pattern(f"/{path}" if path else "") + "(?=/|$)")
        )


class Matcher:
    """Finds specs, endpoints and events for calls."""

    def __init__(self, specs: Sequence[Spec], chosen: Spec | None = None, base_urls: Iterable[str] = ()) -> None:
        """Prepare the specs; calls without a host that an environment names belong to `chosen`, also below `base_urls`."""
        self._chosen = chosen
        self._bases = [Base.parse(chosen, url) for url in base_urls] if chosen else []
        self._bases += [
            Base.parse(spec, environment["base_url"])
            for spec in specs
            for environment in spec.data.get("environments", ())
            if "://" in str(environment.get("base_url", ""))
        ]
        self._specs = {spec.id: spec for spec in specs}
        self._endpoints: dict[str, list[Target]] = {}
        self._events: dict[str, list[Target]] = {}
        for spec in specs:
            self._endpoints[spec.id] = [Target(spec, each) for each in spec.endpoints]
            self._events[spec.id] = [Target(spec, each) for each in spec.events]
        self._names = {name: spec for spec in specs for name in (slug(spec.system), spec.id)}

    def targets(self) -> Iterator[Target]:
        """Yield all endpoints and events."""
        for spec in self._endpoints:
            yield from (*self._endpoints[spec], *self._events[spec])

    def match(self, call: Call) -> Target | tuple[Spec, str] | None:
        """Return the endpoint or event of a call, or else the spec that it belongs to and its path below the base URL."""
        owners = dict(self._owners(call)) if call.method else {}
        for spec_id, paths in owners.items():
            if target := self._endpoint(spec_id, call, paths):
                return target
        for spec_id, paths in owners.items():
            return self._specs[spec_id], paths[0]
        return self._event(call)

    def template(self, spec: Spec, path: str, call: Call) -> str:
        """Return the template of a path that no endpoint has."""
        documented = (target.item.path for target in self._endpoints[spec.id] if isinstance(target.item, Endpoint))
        values = {*words(call.request.body), *words(call.response.body)}
        return path_template(path, values, [template.partition("?")[0].split("/") for template in documented])

    def _owners(self, call: Call) -> Iterator[tuple[str, list[str]]]:
        """Yield the ids of specs whose base URL contains the call, with the possible paths below it; the longest base first."""
        parts = urlsplit(call.url)
        path, host = unquote(parts.path), re.sub(r".*@|:(443|80)$", "", parts.netloc.lower())
        found = [
            (prefix.end(), base.spec.id)
            for base in self._bases
            if base.host.fullmatch(host) and (prefix := base.path.match(path))
        ]
        for end, spec_id in sorted(found, key=lambda each: -each[0]):
            yield spec_id, [path[end:]]
        if not found and _LOCAL.fullmatch(host):
            chosen = self._chosen or self._names.get(slug(call.provider))
            for spec_id in [chosen.id] if chosen else self._specs:
                paths = self._below_bases(spec_id, path)
                if chosen or self._endpoint(spec_id, call, paths):
                    yield spec_id, paths

    def _below_bases(self, spec_id: str, path: str) -> list[str]:
        prefixes = (base.path.match(path) for base in self._bases if base.spec.id == spec_id)
        return list(dict.fromkeys([*(path[prefix.end() :] for prefix in prefixes if prefix), path]))

    def _endpoint(self, spec_id: str, call: Call, paths: Iterable[str]) -> Target | None:
        names = {name for name, _ in parse_qsl(urlsplit(call.url).query, keep_blank_values=True)}
        for path in paths:
            found = [
                target
                for target in self._endpoints[spec_id]
                if isinstance(target.item, Endpoint)
                and target.item.method == call.method
                and target.pattern.fullmatch(path.rstrip("/"))
                and target.query <= names
            ]
            if found:
                return max(found, key=lambda each: (len(each.query), -each.item.path.count("{"), each.similarity(call)))  # type: ignore[union-attr]
        return None

    def _event(self, call: Call) -> Target | None:
        """Return the event whose name occurs in a header or near the top of the body of a message."""
        if call.method not in ("", "POST", "PUT"):
            return None
        names = {*call.request.headers.values(), *words(call.request.body)}
        found = [
            target
            for targets in self._events.values()
            for target in targets
            if isinstance(target.item, Event) and target.item.name in names
        ]
        return max(found, key=lambda target: target.similarity(call), default=None)


def words(body: Any, depth: int = 6) -> Iterator[str]:
    """Yield the strings and numbers in a body, at most `depth` levels deep and in the first items of lists."""
    if isinstance(body, (str, int)):
        yield str(body)[:200]
    elif depth and isinstance(body, (dict, list)):
        for each in body.values() if isinstance(body, dict) else body[:3]:
            yield from words(each, depth - 1)
