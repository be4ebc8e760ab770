"""Differences between specs and recorded calls, as findings at the place in the spec."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from integration_specs.documents import Pointer
from integration_specs.documents.pointers import value_at
from integration_specs.findings import Finding
from integration_specs.model import Endpoint, Event, Spec
from integration_specs.model.example_fields import normalize_path
from integration_specs.model.verification import SpecVerification
from integration_specs.text.display import listing, plural, printable

from . import RULES, Call, Message
from ._anonymize import is_field_name, merge_templates
from ._matching import Matcher, Target, body_fields

_COMMON_HEADERS = re.compile(
    r"accept.*|authorization|user-agent|host|content-.*|connection|cookie|cache-control|origin|referer|sec-.*|trace.*|x-forwarded-.*"
    r"|x-(real-ip|request-id|amzn-.*|b3-.*|stainless-.*|requested-with|description)|pragma|dnt|te|upgrade.*|transfer-encoding|date|:.*|if-.*|baggage|expect|keep-alive|priority"
)
_LIMIT_HEADERS = ("ratelimit-limit", "x-ratelimit-limit", "x-rate-limit-limit", "ratelimit-policy", "ratelimit")
_COMPATIBLE = {"string": {"string", "date", "date-time"}, "number": {"integer", "number"}}


@dataclass
class Bodies:
    """The recorded bodies of one side of an endpoint, merged: how many have each field, and with which types."""

    number: int = 0
    fields: dict[str, tuple[int, frozenset[Any]]] = field(default_factory=dict)
    content_types: dict[str, str] = field(default_factory=dict)
    sample: Any = None

    def add(self, message: Message, place: str) -> None:
        """Add one message."""
        if message.body is None:
            return
        self.content_types.setdefault(message.content_type, place)
        found = body_fields(message.body, message.content_type)
        if not found:
            return
        self.number += 1
        for path, types in found.items():
            count, known = self.fields.get(path, (0, frozenset()))
            self.fields[path] = count + 1, known | types
        if self.sample is None:
            self.sample = message.body

    def has_parent(self, path: str) -> bool:
        """Return whether the object that should contain `path` occurs with any fields."""
        parent = path.rpartition(".")[0]
        return bool(self.number) and (not parent or any(each.startswith(f"{parent}.") for each in self.fields))


@dataclass
class Seen:
    """Everything recorded of one endpoint or event."""

    calls: int = 0
    statuses: dict[int, str] = field(default_factory=dict)
    headers: Counter[str] = field(default_factory=Counter)
    response_headers: dict[str, tuple[str, str]] = field(default_factory=dict)
    request: Bodies = field(default_factory=Bodies)
    response: Bodies = field(default_factory=Bodies)


class Comparison:
    """Compares calls with specs, one by one, and keeps only sums of them."""

    def __init__(self, matcher: Matcher) -> None:
        self.seen: dict[tuple[str, Pointer], Seen] = {}
        self.calls = 0
        self.unrelated = 0
        self._matcher = matcher
        self._days: dict[str, str] = {}
        self._spec_calls: Counter[str] = Counter()
        self._undocumented: dict[str, dict[tuple[str, str], tuple[int, int, str]]] = {}
        self._specs: dict[str, Spec] = {}

    def add(self, call: Call) -> None:
        """Add one call."""
        self.calls += 1
        found = self._matcher.match(call)
        if found is None:
            self.unrelated += 1
            return
        spec = found.spec if isinstance(found, Target) else found[0]
        self._specs[spec.id] = spec
        self._spec_calls[spec.id] += 1
        self._days[spec.id] = max(self._days.get(spec.id, ""), call.day)
        if not isinstance(found, Target):
            key = call.method, self._matcher.template(*found, call)
            times, status, place = self._undocumented.setdefault(spec.id, {}).get(key, (0, 0, call.place))
            self._undocumented[spec.id][key] = times + 1, status or (call.status if call.status < 400 else 0), place
            return
        item = found.item
        seen = self.seen.setdefault((spec.id, item.pointer), Seen())
        seen.calls += 1
        seen.headers.update(call.request.headers.keys())
        if isinstance(item, Endpoint):
            seen.statuses.setdefault(call.status, call.place)
        for name in (*_LIMIT_HEADERS, "deprecation", "sunset"):
            if name in call.response.headers:
                seen.response_headers.setdefault(name, (call.response.headers[name], call.place))
        if isinstance(item, Event) or call.status < 300:
            seen.request.add(call.request, call.place)
            seen.response.add(call.response, call.place)

    def summaries(self) -> Iterator[SpecVerification]:
        """Yield what was verified of each spec that occurs in the recordings."""
        for spec_id, spec in sorted(self._specs.items()):
            items: list[Endpoint | Event] = [*spec.endpoints, *spec.events]
            seen = sum((spec_id, item.pointer) in self.seen for item in items)
            yield SpecVerification(spec_id, self._spec_calls[spec_id], seen, len(items), self._days[spec_id])

    def findings(self) -> Iterator[Finding]:
        """Yield every difference between the specs that occur in the recordings and the calls."""
        for target in self._matcher.targets():
            if target.spec.id in self._specs:
                seen = self.seen.get((target.spec.id, target.item.pointer))
                yield from _compare(target, seen) if seen else self._unrecorded(target)
        for spec_id, calls in self._undocumented.items():
            yield from _undocumented(self._specs[spec_id], calls)

    def _unrecorded(self, target: Target) -> Iterator[Finding]:
        if isinstance(target.item, Event) and target.item.sent:
            return
        name = target.item.label if isinstance(target.item, Endpoint) else target.item.name
        recorded = plural(self._spec_calls[target.spec.id], "recorded call")
        yield target.spec.finding(
            RULES["unrecorded"],
            target.item.pointer,
            f"`{printable(name)}` does not occur in the {recorded} of this spec",
            "Record a test that uses it, or remove it if it is no longer used.",
            key=True,
        )


def _undocumented(spec: Spec, calls: dict[tuple[str, str], tuple[int, int, str]]) -> Iterator[Finding]:
    for method in sorted({method for method, _ in calls}):
        merged = merge_templates({path for each, path in calls if each == method})
        for path in sorted(set(merged.values())):
            found = [row for (each, template), row in calls.items() if each == method and merged[template] == path]
            status = next((status for _, status, _ in found if status), 0)
            response = f", response: {{status: {status}}}" if status else ""
            times = plural(sum(row[0] for row in found), "time")
            yield spec.finding(
                RULES["undocumented-call"],
                ("endpoints",),
                f"`{printable(f'{method} {path}', 100)}` was recorded {times} and is not in the spec ({found[0][2]})",
                f'Add to `endpoints`: `- {{method: {method}, path: "{printable(path, 100)}"{response}}}`.',
                key=True,
            )


def _compare(target: Target, seen: Seen) -> Iterator[Finding]:
    spec, item = target.spec, target.item
    mapped = _mapped_paths(spec, "Outbound"), _mapped_paths(spec, "Inbound")
    if isinstance(item, Event):
        yield from _body(
            spec, (*item.pointer, "payload"), item.data.get("payload", {}), seen.request, mapped[item.sent ^ 1]
        )
        return
    yield from _statuses(spec, item, seen)
    yield from _headers(spec, item, seen)
    yield from _limits(spec, item, seen)
    yield from _deprecation(spec, item, seen)
    for index, (side, bodies) in enumerate((("request", seen.request), ("response", seen.response))):
        yield from _body(spec, (*item.pointer, side), item.data.get(side, {}), bodies, mapped[index])
    yield from _required(spec, item, seen.request)


def _mapped_paths(spec: Spec, direction: str) -> set[str]:
    return {normalize_path(row.remote) for row in spec.mapped_fields if row.direction in (direction, "Bidirectional")}


def _statuses(spec: Spec, endpoint: Endpoint, seen: Seen) -> Iterator[Finding]:
    handling = spec.section("error_handling")
    texts = [str(endpoint.data.get("response", {}).get("status", ""))]
    texts += [error["on"] for error in endpoint.data.get("errors", ())]
    texts += [text for category in handling.get("categories", ()) for text in category.get("covers", ())]
    texts += handling.get("retry", {}).get("retry_on", ())
    described = set(re.findall(r"\b[1-5](?:[0-9]{2}|xx)\b", " ".join(texts).lower()))
    for status, place in sorted(seen.statuses.items()):
        if (
            status in (0, 304)
            or (status < 300 and "response" not in endpoint.data)
            or {str(status), f"{status // 100}xx"} & described
        ):
            continue
        is_success = status < 300
        yield spec.finding(
            RULES["undocumented-status"],
            (*endpoint.pointer, "response", "status") if is_success else endpoint.pointer,
            f"`{printable(endpoint.label)}` was answered with {status}, which the spec does not mention ({place})",
            f"Write `status: {status}`."
            if is_success
            else f'Add to `errors`: `- {{on: "{status}", meaning: …, action: …}}`.',
            key=not is_success,
        )


def _headers(spec: Spec, endpoint: Endpoint, seen: Seen) -> Iterator[Finding]:
    shown = {
        header["name"].lower(): index
        for index, header in enumerate(endpoint.data.get("request", {}).get("headers", ()))
    }
    known = {*shown, str(endpoint.data.get("idempotency", {}).get("header", "")).lower()}
    known.add(str(spec.section("authentication").get("header", "")).partition(":")[0].lower())
    new = sorted(
        name
        for name in seen.headers
        if name not in known and not _COMMON_HEADERS.fullmatch(name) and is_field_name(name)
    )
    if new:
        yield spec.finding(
            RULES["undocumented-header"],
            endpoint.pointer,
            f"requests of `{printable(endpoint.label)}` carry {listing(new)}, which `request.headers` does not show",
            "Add the headers that the vendor needs.",
            key=True,
        )
    for name, index in shown.items():
        if not seen.headers[name] and len(seen.headers) > 1:
            yield spec.finding(
                RULES["undocumented-header"],
                (*endpoint.pointer, "request", "headers", index),
                f"no recorded request of `{printable(endpoint.label)}` carries `{printable(name)}`",
                "Remove it, or check whether the recordings leave it out.",
                key=True,
            )


def _limits(spec: Spec, endpoint: Endpoint, seen: Seen) -> Iterator[Finding]:
    for name in _LIMIT_HEADERS:
        value, place = seen.response_headers.get(name, ("", ""))
        number = re.search(r"(?:limit=|q=|^\s*)(\d{1,9})\b", value)
        if not number:
            continue
        limit = endpoint.data.get("rate_limit", {})
        documented = limit.get("requests")
        if documented is None and not limit.get("note"):
            message = f"the vendor sends `{name}: {number[1]}`, and the spec describes no rate limit ({place})"
            help_text = f"Add `rate_limit: {{requests: {number[1]}, per: …}}` to the endpoint."
            yield spec.finding(
                RULES["rate-limit-mismatch"],
                endpoint.pointer,
                message,
                help_text,
                key=True,
                cause=f"{name} undocumented",
            )
        elif documented is not None and documented != int(number[1]):
            message = f"the vendor sends `{name}: {number[1]}`, and the spec says {documented} ({place})"
            pointer = (*endpoint.pointer, "rate_limit", "requests")
            yield spec.finding(RULES["rate-limit-mismatch"], pointer, message, "Correct the one that is wrong.")
        return


def _deprecation(spec: Spec, endpoint: Endpoint, seen: Seen) -> Iterator[Finding]:
    text = f"{endpoint.data.get('description', '')} {endpoint.data.get('notes', '')} {spec.section('api_version').get('sunset', '')}"
    if (announced := seen.response_headers.get("sunset")) and (day := _day(announced[0])) and day not in text:
        message = f"the vendor announces the end of `{printable(endpoint.label)}` for {day} ({announced[1]})"
        help_text = "Plan the replacement and write the date into the endpoint's `notes`."
    elif (
        (announced := seen.response_headers.get("deprecation"))
        and "deprecat" not in text.lower()
        and spec.status != "deprecated"
    ):
        message = f"the vendor marks `{printable(endpoint.label)}` as deprecated ({announced[1]})"
        help_text = "Plan the replacement and mention the deprecation in the endpoint's `notes`."
    else:
        return
    yield spec.finding(RULES["deprecation-announced"], endpoint.pointer, message, help_text, key=True)


def _day(text: str) -> str:
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except ValueError:
        return ""


def _body(spec: Spec, pointer: Pointer, side: dict[str, Any], bodies: Bodies, mapped: set[str]) -> Iterator[Finding]:
    """Compare the example of a request, response or payload with the recorded bodies."""
    yield from _content_type(spec, pointer, side, bodies)
    if not bodies.number:
        return
    if side.get("example") is None:
        message = f"{_bodies(bodies.number)} and no example"
        help_text = "Run `integration-specs verify --write` to add one from the recordings."
        yield spec.finding(RULES["missing-example"], pointer, message, help_text, key=True)
        return
    places = {path: place for place, path in _example_places(side["example"])}
    shown = body_fields(side["example"], str(side.get("content_type", "")))
    if not shown:
        return
    unknown = [
        path
        for path in bodies.fields
        if path not in shown and _is_topmost(path, shown) and is_field_name(path.rpartition(".")[2])
    ]
    if unknown:
        yield spec.finding(
            RULES["undocumented-fields"],
            (*pointer, "example"),
            f"recorded bodies have {plural(len(unknown), 'field')} that the example does not show: {listing(sorted(unknown), 4)}",
            "Add the fields that are used to the example and the mapping.",
            (f"All of them: {', '.join(map(printable, sorted(unknown)[:60]))}",) if len(unknown) > 4 else (),
            key=True,
        )
    for path, types in shown.items():
        place = (*pointer, "example", *places.get(path, ()))
        if path in bodies.fields:
            recorded = bodies.fields[path][1] - {"null"}
            if recorded and types - {"null"} and not _fits(types, recorded):
                message = f"`{printable(path)}` is {_words(types)} here and {_words(recorded)} in the recordings"
                yield spec.finding(
                    RULES["type-mismatch"], place, message, "Correct the example and the mapping, or the client."
                )
        elif path in mapped and bodies.has_parent(path):
            message = f"`{printable(path)}` is mapped and does not occur in {_bodies(bodies.number)}"
            yield spec.finding(RULES["missing-field"], place, message, "Correct the example and the mapping.", key=True)


def _bodies(number: int) -> str:
    return "1 recorded body" if number == 1 else f"{number:,} recorded bodies"


def _content_type(spec: Spec, pointer: Pointer, side: dict[str, Any], bodies: Bodies) -> Iterator[Finding]:
    if not side:
        return
    documented = str(side.get("content_type", "application/json")).partition(";")[0].strip().lower()
    for recorded, place in bodies.content_types.items():
        if recorded and recorded != documented and not ("json" in recorded and "json" in documented):
            message = f"the content type is `{printable(documented)}` here and `{printable(recorded)}` in the recordings ({place})"
            yield spec.finding(
                RULES["content-type-mismatch"],
                (*pointer, "content_type"),
                message,
                f"Write `content_type: {printable(recorded)}`.",
            )


def _required(spec: Spec, endpoint: Endpoint, bodies: Bodies) -> Iterator[Finding]:
    """Find required fields that some accepted requests do not have."""
    shown = body_fields(endpoint.body("request"), str(endpoint.data.get("request", {}).get("content_type", "")))
    for row in spec.mapped_fields:
        path = normalize_path(row.remote)
        if row.data.get("required") is not True or row.direction == "Inbound" or path not in shown:
            continue
        parent = path.rpartition(".")[0]
        expected = bodies.fields.get(parent, (0,))[0] if parent else bodies.number
        missing = expected - bodies.fields.get(path, (0,))[0]
        if 0 < missing < expected:
            message = f"`{printable(path)}` is required, and {missing:,} of {expected:,} accepted requests of `{printable(endpoint.label)}` do not have it"
            yield spec.finding(
                RULES["missing-field"],
                (*row.pointer, "required"),
                message,
                "Write `required: false`, or always send it.",
            )


def _is_topmost(path: str, shown: Iterable[str]) -> bool:
    """Return whether the object that contains a field is shown, so that only the highest unknown field is reported."""
    parent = path.rpartition(".")[0]
    return not parent or parent in shown


def _fits(documented: frozenset[Any], recorded: frozenset[Any]) -> bool:
    allowed = set(documented)
    for each in documented:
        allowed |= _COMPATIBLE.get("string" if each in ("date", "date-time") else each, set())
    return bool(recorded & allowed)


def _words(types: Iterable[str]) -> str:
    return " or ".join(sorted({"string" if each in ("date", "date-time") else each for each in types} - {"null"}))


def _example_places(example: Any) -> Iterator[tuple[Pointer, str]]:
    """Yield the pointer and the path of each value in an example, first occurrences last, so that they win in a dict."""
    found: list[tuple[Pointer, str]] = []
    stack: list[tuple[Pointer, str]] = [((), "")]
    while stack:
        pointer, path = stack.pop()
        value = value_at(example, pointer)
        found.append((pointer, path))
        if isinstance(value, dict):
            stack += [((*pointer, key), f"{path}.{key}".lstrip(".")) for key in reversed(value)]
        elif isinstance(value, list):
            stack += [((*pointer, index), path) for index in reversed(range(len(value)))]
    yield from reversed(found)
