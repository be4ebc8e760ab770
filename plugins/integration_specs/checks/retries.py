"""Check that retries are safe and end in time, and that received events can be verified and deduplicated."""

from collections.abc import Iterator

from integration_specs.findings import Finding
from integration_specs.model import Spec, format_duration, parse_duration
from integration_specs.model.retry_schedule import RetrySchedule, read_retry_schedule
from integration_specs.text.display import listing, plural, printable
from integration_specs.text.suggestions import standard_failure
from integration_specs.validation.schema import Pointer

from . import RULES, CheckContext

_UNCERTAIN = {"timeout", "network", "5xx", "500", "502", "503", "504"}


def check(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Compare the retry window of every endpoint with its limits, and check what is retried and what is received."""
    if spec.status in ("draft", "retired"):
        return
    retry = spec.section("error_handling").get("retry", {})
    schedule = read_retry_schedule(retry)
    if schedule and schedule.attempts > 1:
        yield from _windows(spec, schedule)
    retried = retry.get("retry_on")
    words = None if retried is None else {standard_failure(word) or word.lower() for word in retried}
    yield from _unsafe(spec, retry.get("max_attempts", 1), words)
    yield from _rate_limit(spec, words)
    yield from _webhooks(spec)


_LIMITS = (
    (
        ("authentication", "token_lifetime"),
        "a token is valid for",
        "Reduce the attempts or `max_delay`, or describe in a waiver how the token is renewed in between.",
    ),
    (
        ("error_handling", "dead_letter_retention"),
        "a dead letter is kept for",
        "Reduce the attempts, or increase `dead_letter_retention`.",
    ),
)
_IDEMPOTENCY = "Reduce the attempts or `max_delay`: a later retry is executed twice."


def _windows(spec: Spec, schedule: RetrySchedule) -> Iterator[Finding]:
    timed = [(parse_duration(endpoint.data.get("timeout")) or 0.0, endpoint) for endpoint in spec.endpoints]
    slowest = max((timeout for timeout, _ in timed), default=0.0)
    window, attempts = schedule.window(slowest), plural(schedule.attempts, "attempt")
    sums = f" ({attempts}, {format_duration(sum(schedule.delays))} of delays, timeout {format_duration(slowest)})"
    for (section, key), words, advice in _LIMITS:
        limit = parse_duration(spec.section(section).get(key))
        if limit is not None and window > limit:
            pointer = ("error_handling", "retry", "max_attempts")
            yield _too_long(spec, pointer, window, f"{words} {format_duration(limit)}{sums}", advice)
    for timeout, endpoint in timed:
        limit = parse_duration(endpoint.data.get("idempotency", {}).get("valid_for"))
        window = schedule.window(timeout)
        if limit is not None and window > limit:
            place = (*endpoint.pointer, "idempotency", "valid_for")
            words = f"the idempotency key is valid for {format_duration(limit)}"
            yield _too_long(spec, place, window, words, _IDEMPOTENCY)


def _too_long(spec: Spec, pointer: Pointer, window: float, limit: str, advice: str) -> Finding:
    return spec.report(RULES["retry-window"], pointer, window=format_duration(window), limit=limit, advice=advice)


def _unsafe(spec: Spec, attempts: int, retried: set[str] | None) -> Iterator[Finding]:
    if attempts == 1 or (retried is not None and not _UNCERTAIN & retried):
        return
    for endpoint in spec.endpoints:
        if endpoint.method == "POST" and "idempotency" not in endpoint.data:
            yield spec.report(RULES["retry-unsafe"], endpoint.pointer, endpoint=endpoint.label, attempts=attempts)


def _rate_limit(spec: Spec, retried: set[str] | None) -> Iterator[Finding]:
    limited = [endpoint for endpoint in spec.endpoints if endpoint.data.get("rate_limit", {}).get("requests")]
    if limited and retried is not None and not retried & {"429", "4xx"}:
        limit = limited[0].data["rate_limit"]
        yield spec.report(
            RULES["retry-rate-limit"],
            ("error_handling", "retry", "retry_on"),
            endpoint=limited[0].label,
            requests=f"{limit['requests']:,}",
            period=limit.get("per", "period"),
            more=f" and {plural(len(limited) - 1, 'more endpoint')} have a limit" if len(limited) > 1 else "",
        )


def _webhooks(spec: Spec) -> Iterator[Finding]:
    received = [event for event in spec.events if not event.sent]
    rules = [("webhook-unsigned", "signature")] if spec.type in ("API", "Webhook") else []
    for rule, key in (*rules, ("webhook-dedupe", "dedupe_key")):
        incomplete = [event for event in received if key not in event.data]
        if len(incomplete) > 1 and len(incomplete) == len(received):
            names = listing((event.name for event in incomplete), 3)
            message = f"no event has a `{key}`: {names}"
            yield spec.report(RULES[rule], ("events", "received"), message=message)
            continue
        for event in incomplete:
            yield spec.report(RULES[rule], event.pointer, message=f"`{printable(event.name)}` has no `{key}`")
