"""Check that retries are safe and end in time, and that received events can be verified and deduplicated."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import Endpoint, Spec, format_duration, parse_duration
from integration_specs.model.retry_schedule import RetrySchedule, read_retry_schedule
from integration_specs.text.display import listing, plural, printable
from integration_specs.text.suggestions import standard_failure

from . import CheckContext

WINDOW = Rule(
    "retry-window",
    "warning",
    "Retries take longer than something that they depend on.",
    "The retry window is the sum of all delays and timeouts. After the token has expired, every attempt fails; after the idempotency key has "
    "expired, a retry is executed twice; after the dead letter is deleted, it cannot be replayed.",
    "max_attempts: 10\nbackoff: fixed\ninitial_delay: 10m   (token_lifetime: 1h)",
    "max_attempts: 5\nbackoff: fixed\ninitial_delay: 10m   (token_lifetime: 1h)",
)
UNSAFE = Rule(
    "retry-unsafe",
    "warning",
    "A POST without idempotency is retried.",
    "After a timeout, it is unknown whether the vendor executed the call: the second attempt may pay, send or create twice.",
    "method: POST   (retry_on: [timeout])",
    "method: POST\nidempotency:\n  header: Idempotency-Key",
)
NO_429 = Rule(
    "retry-rate-limit",
    "warning",
    "Calls that exceed the rate limit are not retried.",
    "A call that fails with 429 succeeds later.",
    "retry_on: [5xx]   (rate_limit: {requests: 60, per: minute})",
    "retry_on: ['429', 5xx]",
)
UNSIGNED = Rule(
    "webhook-unsigned",
    "warning",
    "A received event has no `signature`.",
    "Anybody who knows the address could send it. If the vendor does not sign events, describe in `signature.note` how the address is protected.",
    "name: order.paid",
    "name: order.paid\nsignature:\n  header: X-Signature\n  algorithm: HMAC-SHA256 of the raw body",
)
DEDUPE = Rule(
    "webhook-dedupe",
    "warning",
    "A received event has no `dedupe_key`.",
    "With at-least-once delivery, the same event can arrive twice.",
    "name: order.paid",
    "name: order.paid\ndedupe_key: id",
)
RULES = (WINDOW, UNSAFE, NO_429, UNSIGNED, DEDUPE)

_UNCERTAIN = {"timeout", "network", "5xx", "500", "502", "503", "504"}


def check(context: CheckContext) -> Iterator[Finding]:
    """Compare the retry window of every endpoint with its limits, and check what is retried and what is received."""
    for spec in context.catalog.specs:
        if spec.status in ("draft", "retired"):
            continue
        retry = spec.section("error_handling").get("retry", {})
        schedule = read_retry_schedule(retry)
        if schedule and schedule.attempts > 1:
            yield from _windows(spec, schedule)
        retried = retry.get("retry_on")
        words = None if retried is None else {standard_failure(word) or word.lower() for word in retried}
        yield from _unsafe(spec, retry.get("max_attempts", 1), words)
        yield from _rate_limit(spec, words)
        yield from _webhooks(spec)


def _windows(spec: Spec, schedule: RetrySchedule) -> Iterator[Finding]:
    timed = [(parse_duration(endpoint.data.get("timeout")) or 0.0, endpoint) for endpoint in spec.endpoints]
    slowest = max((timeout for timeout, _ in timed), default=0.0)
    window = schedule.window(slowest)
    sums = f"{plural(schedule.attempts, 'attempt')}, {format_duration(sum(schedule.delays))} of delays, timeout {format_duration(slowest)}"
    pointer = ("error_handling", "retry", "max_attempts")
    for section, key, words in (
        ("authentication", "token_lifetime", "a token is valid for"),
        ("error_handling", "dead_letter_retention", "a dead letter is kept for"),
    ):
        limit = parse_duration(spec.section(section).get(key))
        if limit is not None and window > limit:
            yield spec.finding(
                WINDOW,
                pointer,
                f"retries take up to {format_duration(window)}, {words} {format_duration(limit)} ({sums})",
                "Reduce the attempts or `max_delay`, or describe in a waiver how the token is renewed in between."
                if key == "token_lifetime"
                else f"Reduce the attempts, or increase `{key}`.",
            )
    for timeout, endpoint in timed:
        limit = parse_duration(endpoint.data.get("idempotency", {}).get("valid_for"))
        if limit is not None and schedule.window(timeout) > limit:
            yield spec.finding(
                WINDOW,
                (*endpoint.pointer, "idempotency", "valid_for"),
                f"retries take up to {format_duration(schedule.window(timeout))}, the idempotency key is valid for {format_duration(limit)}",
                "Reduce the attempts or `max_delay`: a later retry is executed twice.",
            )


def _unsafe(spec: Spec, attempts: int, retried: set[str] | None) -> Iterator[Finding]:
    if attempts == 1 or (retried is not None and not _UNCERTAIN & retried):
        return
    for endpoint in spec.endpoints:
        if endpoint.method == "POST" and "idempotency" not in endpoint.data:
            yield spec.finding(
                UNSAFE,
                endpoint.pointer,
                f"{printable(endpoint.label)} is sent up to {attempts} times, but has no `idempotency`",
                "Add `idempotency:` with the `header` of the key, or a `note` why a retry is harmless or not made.",
                key=True,
            )


def _rate_limit(spec: Spec, retried: set[str] | None) -> Iterator[Finding]:
    limited = [endpoint for endpoint in spec.endpoints if endpoint.data.get("rate_limit", {}).get("requests")]
    if limited and retried is not None and not retried & {"429", "4xx"}:
        yield spec.finding(
            NO_429,
            ("error_handling", "retry", "retry_on"),
            f"429 responses are not retried, but {_limits(limited)}",
            'Add `"429"` to `retry_on`.',
        )


def _limits(limited: list[Endpoint]) -> str:
    limit = limited[0].data["rate_limit"]
    more = f" and {plural(len(limited) - 1, 'more endpoint')} have a limit" if len(limited) > 1 else ""
    return f"{printable(limited[0].label)} allows {limit['requests']:,} a {limit.get('per', 'period')}{more}"


def _webhooks(spec: Spec) -> Iterator[Finding]:
    received = [event for event in spec.events if not event.sent]
    rules = [(DEDUPE, "dedupe_key", "the field that is the same in a repeated delivery")]
    if spec.type in ("API", "Webhook"):
        rules.insert(
            0,
            (
                UNSIGNED,
                "signature",
                "a `header`, or a `note` how the address is protected",
            ),
        )
    for rule, key, value in rules:
        incomplete = [event for event in received if key not in event.data]
        if len(incomplete) > 1 and len(incomplete) == len(received):
            names = listing((event.name for event in incomplete), 3)
            yield spec.finding(
                rule, ("events", "received"), f"no event has a `{key}`: {names}", f"Add `{key}:`, {value}.", key=True
            )
        else:
            for event in incomplete:
                yield spec.finding(
                    rule,
                    event.pointer,
                    f"`{printable(event.name)}` has no `{key}`",
                    f"Add `{key}:`, {value}.",
                    key=True,
                )
