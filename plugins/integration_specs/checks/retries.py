"""Whether trying again is safe, and fits into the times that others give us."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import Endpoint, Spec, parse_duration
from integration_specs.model.retry_schedule import Backoff, in_words, read_backoff
from integration_specs.text.display import listing, plural, printable
from integration_specs.text.suggestions import standard_failure

from . import CheckContext

WINDOW = Rule(
    "retry-window",
    "warning",
    "Retries go on for longer than something they depend on.",
    "The window is the sum of all delays and timeouts. Once the token has expired, every attempt is refused; once the idempotency key is "
    "forgotten, a repeat is done twice; once the dead letter is deleted, there is nothing left to replay.",
    "max_attempts: 10\nbackoff: fixed\ninitial_delay: 10m   (token_lifetime: 1h)",
    "max_attempts: 5\nbackoff: fixed\ninitial_delay: 10m   (token_lifetime: 1h)",
)
UNSAFE = Rule(
    "retry-unsafe",
    "warning",
    "A POST is retried, and nothing makes a repeat harmless.",
    "A timeout does not say whether the vendor did the work: the second attempt may pay, send or create twice.",
    "method: POST   (retry_on: [timeout])",
    "method: POST\nidempotency:\n  header: Idempotency-Key",
)
NO_429 = Rule(
    "retry-rate-limit",
    "warning",
    "A rate limit is known, but calls that it refuses are not retried.",
    "429 is the one error that waiting cures.",
    "retry_on: [5xx]   (rate_limit: {requests: 60, per: minute})",
    "retry_on: ['429', 5xx]",
)
UNSIGNED = Rule(
    "webhook-unsigned",
    "warning",
    "An event that we receive does not say how to tell that it is genuine.",
    "Anybody who knows the address could send it. If the vendor signs nothing, say in `signature.note` what protects the address.",
    "name: order.paid",
    "name: order.paid\nsignature:\n  header: X-Signature\n  algorithm: HMAC-SHA256 of the raw body",
)
DEDUPE = Rule(
    "webhook-dedupe",
    "warning",
    "An event that we receive does not say how to recognise a repeated delivery.",
    "Whoever delivers at least once will some day deliver twice.",
    "name: order.paid",
    "name: order.paid\ndedupe_key: id",
)
RULES = (WINDOW, UNSAFE, NO_429, UNSIGNED, DEDUPE)

_UNCERTAIN = {"timeout", "network", "5xx", "500", "502", "503", "504"}


def check(context: CheckContext) -> Iterator[Finding]:
    """Computes the retry window of every endpoint, and looks at what is tried again and at what we receive."""
    for spec in context.catalog.specs:
        if spec.status in ("draft", "retired"):
            continue
        retry = spec.section("error_handling").get("retry", {})
        backoff = read_backoff(retry)
        if backoff and backoff.attempts > 1:
            yield from _windows(spec, backoff)
        retried = retry.get("retry_on")
        words = None if retried is None else {standard_failure(word) or word.lower() for word in retried}
        yield from _unsafe(spec, retry.get("max_attempts", 1), words)
        yield from _rate_limit(spec, words)
        yield from _webhooks(spec)


def _windows(spec: Spec, backoff: Backoff) -> Iterator[Finding]:
    timed = [(parse_duration(endpoint.data.get("timeout")) or 0.0, endpoint) for endpoint in spec.endpoints]
    slowest = max((timeout for timeout, _ in timed), default=0.0)
    window = backoff.window(slowest)
    sums = f"{plural(backoff.attempts, 'attempt')}, {in_words(sum(backoff.delays))} of delays, time-out {in_words(slowest)}"
    pointer = ("error_handling", "retry", "max_attempts")
    for section, key, words in (
        ("authentication", "token_lifetime", "a token lives"),
        ("error_handling", "dead_letter_retention", "a dead letter is kept"),
    ):
        limit = parse_duration(spec.section(section).get(key))
        if limit is not None and window > limit:
            yield spec.finding(
                WINDOW,
                pointer,
                f"retries go on for {in_words(window)}, {words} {in_words(limit)} ({sums})",
                "Fewer attempts or a smaller `max_delay`; or say in a waiver how the token is renewed in between."
                if key == "token_lifetime"
                else f"Fewer attempts, or a longer `{key}`.",
            )
    for timeout, endpoint in timed:
        limit = parse_duration(endpoint.data.get("idempotency", {}).get("valid_for"))
        if limit is not None and backoff.window(timeout) > limit:
            yield spec.finding(
                WINDOW,
                (*endpoint.pointer, "idempotency", "valid_for"),
                f"retries go on for {in_words(backoff.window(timeout))}, the key is remembered for {in_words(limit)}",
                "Fewer attempts or a smaller `max_delay`: a repeat after that is done twice.",
            )


def _unsafe(spec: Spec, attempts: int, retried: set[str] | None) -> Iterator[Finding]:
    if attempts == 1 or (retried is not None and not _UNCERTAIN & retried):
        return
    for endpoint in spec.endpoints:
        if endpoint.method == "POST" and "idempotency" not in endpoint.data:
            yield spec.finding(
                UNSAFE,
                endpoint.pointer,
                f"{printable(endpoint.label)} is tried up to {attempts} times, and nothing says that a repeat is harmless",
                "Add `idempotency:` with the `header` that carries the key, or a `note` on why a repeat does no harm or is not made.",
                key=True,
            )


def _rate_limit(spec: Spec, retried: set[str] | None) -> Iterator[Finding]:
    limited = [endpoint for endpoint in spec.endpoints if endpoint.data.get("rate_limit", {}).get("requests")]
    if limited and retried is not None and not retried & {"429", "4xx"}:
        yield spec.finding(
            NO_429,
            ("error_handling", "retry", "retry_on"),
            f"429 is not tried again, and {_limits(limited)}",
            'Add `"429"` to `retry_on`.',
        )


def _limits(limited: list[Endpoint]) -> str:
    limit = limited[0].data["rate_limit"]
    more = f" and {plural(len(limited) - 1, 'more endpoint')} have a limit" if len(limited) > 1 else ""
    return f"{printable(limited[0].label)} allows {limit['requests']:,} a {limit.get('per', 'period')}{more}"


def _webhooks(spec: Spec) -> Iterator[Finding]:
    received = [event for event in spec.events if not event.sent]
    rules = [
        (DEDUPE, "dedupe_key", "how a repeated delivery is recognised", "the field that stays the same in a repeat")
    ]
    if spec.type in ("API", "Webhook"):
        rules.insert(
            0,
            (
                UNSIGNED,
                "signature",
                "how it is known to be genuine",
                "a `header`, or a `note` on what protects the address",
            ),
        )
    for rule, key, words, help_text in rules:
        lacking = [event for event in received if key not in event.data]
        if len(lacking) > 1 and len(lacking) == len(received):
            names = listing((event.name for event in lacking), 3)
            yield spec.finding(
                rule, ("events", "received"), f"no event says {words}: {names}", f"Add `{key}:`, {help_text}.", key=True
            )
        else:
            for event in lacking:
                yield spec.finding(
                    rule,
                    event.pointer,
                    f"`{printable(event.name)}` does not say {words}",
                    f"Add `{key}:`, {help_text}.",
                    key=True,
                )
