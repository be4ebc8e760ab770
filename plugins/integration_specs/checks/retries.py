"""Check that retries are safe and end in time."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from integration_specs.findings import Finding
from integration_specs.model import Endpoint, Spec, format_duration, parse_duration
from integration_specs.model.retry_schedule import RetrySchedule, read_retry_schedule
from integration_specs.text.display import plural
from integration_specs.text.messages import Message
from integration_specs.text.suggestions import standard_failure

from . import RULES, CheckContext, Part, in_parts

_UNCERTAIN = {"timeout", "network", "5xx", "500", "502", "503", "504"}
_LIMITS = (("authentication", "token_lifetime"), ("error_handling", "dead_letter_retention"))


def _window(section: str, key: str, _: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Compare the retry window of the slowest endpoint with a limit of the spec."""
    limit = parse_duration(spec.section(section).get(key)) if _is_checked(spec) else None
    schedule = _schedule(spec) if limit is not None else None
    if limit is None or schedule is None:
        return
    slowest = max((_timeout(endpoint) for endpoint in spec.endpoints), default=0.0)
    window = schedule.window(slowest)
    if window > limit:
        yield spec.report(
            RULES["retry-window"],
            ("error_handling", "retry", "max_attempts"),
            variant=key,
            window=format_duration(window),
            limit=format_duration(limit),
            attempts=plural(schedule.attempts, "attempt"),
            delays=format_duration(sum(schedule.delays)),
            timeout=format_duration(slowest),
        )


def _idempotency(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Compare the retry window of each endpoint with the time for which its idempotency key is valid."""
    for endpoint in spec.endpoints if _is_checked(spec) else ():
        limit = parse_duration(endpoint.data.get("idempotency", {}).get("valid_for"))
        schedule = _schedule(spec) if limit is not None else None
        if limit is not None and schedule and (window := schedule.window(_timeout(endpoint))) > limit:
            place = (*endpoint.pointer, "idempotency", "valid_for")
            most, valid_for = format_duration(window), format_duration(limit)
            yield spec.report(RULES["retry-window"], place, window=most, limit=valid_for)


def _is_checked(spec: Spec) -> bool:
    return spec.status not in ("draft", "retired")


def _retry(spec: Spec) -> dict[str, Any]:
    retry: dict[str, Any] = spec.section("error_handling").get("retry", {})
    return retry


def _schedule(spec: Spec) -> RetrySchedule | None:
    """Return the schedule of the retries; None if there are none, or a value for the calculation is missing."""
    schedule = read_retry_schedule(_retry(spec))
    return schedule if schedule and schedule.attempts > 1 else None


def _retried(spec: Spec) -> set[str] | None:
    """Return what is retried, None if the spec does not say it."""
    words = _retry(spec).get("retry_on")
    return None if words is None else {standard_failure(word) or word.lower() for word in words}


def _timeout(endpoint: Endpoint) -> float:
    return parse_duration(endpoint.data.get("timeout")) or 0.0


def _unsafe(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    if not _is_checked(spec):
        return
    retried, attempts = _retried(spec), _retry(spec).get("max_attempts", 1)
    if attempts == 1 or (retried is not None and not _UNCERTAIN & retried):
        return
    for endpoint in spec.endpoints:
        if endpoint.method == "POST" and "idempotency" not in endpoint.data:
            yield spec.report(RULES["retry-unsafe"], endpoint.pointer, endpoint=endpoint.label, attempts=attempts)


def _rate_limit(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    retried = _retried(spec) if _is_checked(spec) else None
    if retried is None or retried & {"429", "4xx"}:
        return
    if limited := [endpoint for endpoint in spec.endpoints if endpoint.data.get("rate_limit", {}).get("requests")]:
        limit = limited[0].data["rate_limit"]
        yield spec.report(
            RULES["retry-rate-limit"],
            ("error_handling", "retry", "retry_on"),
            endpoint=limited[0].label,
            requests=f"{limit['requests']:,}",
            period=Message(limit.get("per", "period")),
            more=Message(" and {endpoints} have a limit", endpoints=plural(len(limited) - 1, "more endpoint"))
            if len(limited) > 1
            else "",
        )


PARTS: tuple[Part, ...] = (
    *(partial(_window, *limit) for limit in _LIMITS),
    _idempotency,
    _unsafe,
    _rate_limit,
)
check = in_parts(*PARTS)
