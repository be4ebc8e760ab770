"""Differences between specs and recorded calls, as findings at the place in the spec."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from integration_specs.documents import Pointer
from integration_specs.findings import Finding
from integration_specs.model import Endpoint, Event, Spec
from integration_specs.model.example_fields import first_places, normalize_path
from integration_specs.model.verification import SpecVerification
from integration_specs.text.display import listing, plural, printable

from . import RULES, Call, Message, day_of
from .anonymization import is_field_name
from .matching import Matcher, Target, body_fields

_COMMON_HEADERS = re.compile(
    r"accept.*|authorization|user-agent|host|content-.*|connection|cookie|cache-control|origin|referer|sec-.*|trace.*|x-forwarded-.*"
    r"|x-(real-ip|request-id|amzn-.*|b3-.*|stainless-.*|requested-with|description)|pragma|dnt|te|upgrade.*|transfer-encoding|date|:.*|if-.*|baggage|expect|keep-alive|priority"
)
_LIMIT_HEADERS = ("ratelimit-limit", "x-ratelimit-limit", "x-rate-limit-limit", "ratelimit-policy", "ratelimit")
_TEXTS = frozenset({"string", "date", "date-time"})


@dataclass
class Bodies:
    """The recorded bodies of one side of an endpoint: how many have each field, and with which types."""

    number: int = 0
    fields: dict[str, tuple[int, frozenset[Any]]] = field(default_factory=dict)
    content_types: dict[str, str] = field(default_factory=dict)
    sample: Any = None

    def add(self, message: Message, place: str) -> None:
        if message.body is None:
            return
        self.content_types.setdefault(message.content_type, place)
        if found := body_fields(message.body, message.content_type):
            self.number += 1
            self.sample = self.sample or message.body
        for path, types in found.items():
            count, known = self.fields.get(path, (0, frozenset()))
            self.fields[path] = count + 1, known | types

    def __str__(self) -> str:
        return "1 recorded body" if self.number == 1 else f"{self.number:,} recorded bodies"


@dataclass
class Seen:
    """Everything recorded for one endpoint or event, with the first place of each status and response header."""

    statuses: dict[int, str] = field(default_factory=dict)
    headers: set[str] = field(default_factory=set)
    response_headers: dict[str, tuple[str, str]] = field(default_factory=dict)
    request: Bodies = field(default_factory=Bodies)
    response: Bodies = field(default_factory=Bodies)

    def add(self, call: Call, *, is_event: bool) -> None:
        """Add one call; bodies of errors are not compared."""
        self.statuses.setdefault(call.status, call.place)
        self.headers |= call.request.headers.keys()
        for name, value in call.response.headers.items():
            self.response_headers.setdefault(name, (value, call.place))
        if is_event or call.status < 300:
            self.request.add(call.request, call.place)
            self.response.add(call.response, call.place)


class Comparison:
    """Compares calls with specs one by one, and keeps only sums of them."""

    def __init__(self, matcher: Matcher) -> None:
        self.seen: dict[tuple[str, Pointer], Seen] = {}
        self.calls: Counter[str] = Counter()
        self.unrelated = 0
        self._matcher = matcher
        self._days: dict[str, str] = {}
        self._undocumented: dict[str, dict[tuple[str, str], tuple[int, int, str]]] = {}

    def add(self, call: Call) -> None:
        found = self._matcher.match(call)
        if found is None:
            self.unrelated += 1
            return
        spec = found.spec if isinstance(found, Target) else found[0]
        self.calls[spec.id] += 1
        self._days[spec.id] = max(self._days.get(spec.id, ""), call.day)
        if isinstance(found, Target):
            seen = self.seen.setdefault((spec.id, found.item.pointer), Seen())
            seen.add(call, is_event=isinstance(found.item, Event))
        else:
            rows = self._undocumented.setdefault(spec.id, {})
            key = call.method, self._matcher.template(*found, call)
            times, status, place = rows.get(key, (0, 0, call.place))
            rows[key] = times + 1, status or (call.status if call.status < 400 else 0), place

    def summaries(self) -> Iterator[SpecVerification]:
        """Yield what was verified for each spec that occurs in the recordings."""
        for spec_id, calls in sorted(self.calls.items()):
            items = [target.item.pointer for target in self._matcher.targets[spec_id]]
            seen = sum((spec_id, pointer) in self.seen for pointer in items)
            yield SpecVerification(spec_id, calls, seen, len(items), self._days[spec_id])

    def findings(self) -> Iterator[Finding]:
        """Yield every difference between the specs that occur in the recordings and the calls."""
        for spec_id, calls in self.calls.items():
            for target in self._matcher.targets[spec_id]:
                if seen := self.seen.get((spec_id, target.item.pointer)):
                    yield from _differences(target, seen)
                elif not (isinstance(target.item, Event) and target.item.sent):
                    total = plural(calls, "recorded call")
                    yield _drift(target.spec, "unrecorded", target.item.pointer, name=target.name, calls=total)
            for (method, path), (times, status, place) in sorted(self._undocumented.get(spec_id, {}).items()):
                response = f", response: {{status: {status}}}" if status else ""
                values = {"method": method, "path": path, "times": plural(times, "time"), "place": place}
                spec = self._matcher.specs[spec_id]
                yield _drift(spec, "undocumented-call", ("endpoints",), response=response, **values)


def _drift(
    spec: Spec, rule_name: str, pointer: Pointer, notes: tuple[str, ...] = (), cause: str = "", /, **values: Any
) -> Finding:
    """Return a finding of a rule, with `values` in its templates."""
    return spec.report(RULES[rule_name], pointer, notes, cause=cause, **values)


def _differences(target: Target, seen: Seen) -> Iterator[Finding]:
    spec, item = target.spec, target.item
    outbound, inbound = (
        {normalize_path(row.remote) for row in spec.mapped_fields if row.direction in (direction, "Bidirectional")}
        for direction in ("Outbound", "Inbound")
    )
    if isinstance(item, Event):
        mapped = outbound if item.sent else inbound
        yield from _body(spec, (*item.pointer, "payload"), item.data.get("payload", {}), seen.request, mapped)
        return
    yield from _statuses(spec, item, seen)
    yield from _headers(spec, item, seen)
    yield from _announcements(spec, item, seen)
    yield from _body(spec, (*item.pointer, "request"), item.data.get("request", {}), seen.request, outbound)
    yield from _body(spec, (*item.pointer, "response"), item.data.get("response", {}), seen.response, inbound)
    yield from _required(spec, item, seen.request)


def _statuses(spec: Spec, endpoint: Endpoint, seen: Seen) -> Iterator[Finding]:
    handling = spec.section("error_handling")
    texts = [str(endpoint.data.get("response", {}).get("status", ""))]
    texts += [error["on"] for error in endpoint.data.get("errors", ())]
    texts += [text for category in handling.get("categories", ()) for text in category.get("covers", ())]
    texts += handling.get("retry", {}).get("retry_on", ())
    described = set(re.findall(r"\b[1-5](?:[0-9]{2}|xx)\b", " ".join(texts).lower())) | {"0", "304"}
    for status, place in sorted(seen.statuses.items()):
        is_success = status < 300
        if {str(status), f"{status // 100}xx"} & described or (is_success and "response" not in endpoint.data):
            continue
        pointer = (*endpoint.pointer, "response", "status") if is_success else endpoint.pointer
        yield _drift(spec, "undocumented-status", pointer, name=endpoint.label, status=status, place=place)


def _headers(spec: Spec, endpoint: Endpoint, seen: Seen) -> Iterator[Finding]:
    shown = [header["name"] for header in endpoint.data.get("request", {}).get("headers", ())]
    known = {each.lower() for each in (*shown, endpoint.data.get("idempotency", {}).get("header", ""))}
    known.add(str(spec.section("authentication").get("header", "")).partition(":")[0].lower())
    new = [name for name in sorted(seen.headers - known) if not _COMMON_HEADERS.fullmatch(name) and is_field_name(name)]
    if new:
        yield _drift(spec, "undocumented-header", endpoint.pointer, name=endpoint.label, headers=listing(new))
    for index, header in enumerate(shown):
        if header.lower() not in seen.headers and len(seen.headers) > 1:
            pointer = (*endpoint.pointer, "request", "headers", index)
            yield _drift(spec, "unrecorded-header", pointer, name=endpoint.label, header=header)


def _announcements(spec: Spec, endpoint: Endpoint, seen: Seen) -> Iterator[Finding]:
    """Compare rate limits, deprecations and sunset dates in response headers with the spec."""
    for name in _LIMIT_HEADERS:
        value, place = seen.response_headers.get(name, ("", ""))
        if number := re.search(r"(?:limit=|q=|^\s*)(\d{1,9})\b", value):
            limit = endpoint.data.get("rate_limit", {})
            documented = limit.get("requests", number[1] if limit.get("note") else "nothing")
            if str(documented) != number[1]:
                pointer = (*endpoint.pointer, "rate_limit", "requests") if "requests" in limit else endpoint.pointer
                cause = "" if limit else name
                values: dict[str, object] = {"limit": number[1], "documented": documented, "place": place}
                yield _drift(spec, "rate-limit-mismatch", pointer, (), cause, header=name, **values)
            break
    text = " ".join(str(endpoint.data.get(name, "")) for name in ("description", "notes"))
    text = f"{text} {spec.section('api_version').get('sunset', '')} {spec.status}".lower()
    sunset, place = seen.response_headers.get("sunset", ("", ""))
    if not (day := day_of(sunset)):
        place = seen.response_headers.get("deprecation", ("", ""))[1]
    if place and (day or "deprecat") not in text:
        date = f" on {day}" if day else ""
        yield _drift(spec, "deprecation-announced", endpoint.pointer, name=endpoint.label, date=date, place=place)


def _body(spec: Spec, pointer: Pointer, side: dict[str, Any], bodies: Bodies, mapped: set[str]) -> Iterator[Finding]:
    """Compare the example of a request, response or payload with the recorded bodies."""
    expected = str(side.get("content_type", "application/json")).partition(";")[0].strip().lower()
    for recorded, place in bodies.content_types.items():
        if side and recorded not in ("", expected) and not ("json" in recorded and "json" in expected):
            where = (*pointer, "content_type")
            yield _drift(spec, "content-type-mismatch", where, expected=expected, recorded=recorded, place=place)
    at = (*pointer, "example")
    if side.get("example") is None and bodies.number:
        yield _drift(spec, "missing-example", pointer if side else pointer[:-1], bodies=bodies)
    shown = body_fields(side.get("example"), expected)
    if not shown or not bodies.number:
        return
    unknown = sorted(path for path in bodies.fields if path not in shown and _is_highest(path, shown))
    if unknown:
        notes = (f"All of them: {', '.join(map(printable, unknown[:60]))}",) if len(unknown) > 4 else ()
        yield _drift(
            spec, "undocumented-fields", at, notes, number=plural(len(unknown), "field"), fields=listing(unknown, 4)
        )
    places = first_places(side["example"], "")
    for path, types in shown.items():
        here = (*at, *places.get(path, ()))
        recorded_types = bodies.fields.get(path, (0, frozenset()))[1]
        parent = path[: path.rfind(".") + 1]
        if path not in bodies.fields and path in mapped and any(each.startswith(parent) for each in bodies.fields):
            yield _drift(spec, "missing-field", here, path=path, bodies=bodies)
        elif not _fits(types, recorded_types):
            expected, recorded = _words(types), _words(recorded_types)
            yield _drift(spec, "type-mismatch", here, path=path, expected=expected, recorded=recorded)


def _required(spec: Spec, endpoint: Endpoint, bodies: Bodies) -> Iterator[Finding]:
    """Find required fields that some accepted requests do not have."""
    shown = body_fields(endpoint.body("request"), str(endpoint.data.get("request", {}).get("content_type", "")))
    for row in spec.mapped_fields:
        path = normalize_path(row.remote)
        if row.data.get("required") is True and row.direction != "Inbound" and path in shown:
            parent = path.rpartition(".")[0]
            expected = bodies.fields.get(parent, (0,))[0] if parent else bodies.number
            missing = expected - bodies.fields.get(path, (0,))[0]
            if 0 < missing < expected:
                where = (*row.pointer, "required")
                yield _drift(
                    spec, "optional-field", where, path=path, missing=missing, bodies=expected, name=endpoint.label
                )


def _is_highest(path: str, shown: Iterable[str]) -> bool:
    """Return whether an unknown field with a proper name is in an object that is shown."""
    parent, _, name = path.rpartition(".")
    return is_field_name(name) and (not parent or parent in shown)


def _fits(documented: frozenset[Any], recorded: frozenset[Any]) -> bool:
    """Return whether a recorded type is one of the documented ones; null fits everywhere, and dates are strings."""
    allowed = (
        documented | (_TEXTS if documented & _TEXTS else set()) | ({"integer"} if "number" in documented else set())
    )
    recorded -= {"null"}
    return not recorded or documented <= {"null"} or bool(recorded & allowed)


def _words(types: Iterable[str]) -> str:
    return " or ".join(sorted({"string" if each in _TEXTS else each for each in types} - {"null"}))
