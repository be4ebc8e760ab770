"""The table of rules: what a difference is called, how grave it is and whom it concerns.

A rule applies to differences of its `kinds` at its `paths`, when its test holds; of several the first in the table
applies. Paths are those of `walk`; a field of an example stands under the role of its body: `request{}`, `answer{}`, `received{}`
or `sent{}` (`changed` is another type, `renamed` another value of the same shape), a whole example under `request*` and so on. The mirror is the rule of the same change made backwards.
"""

from collections.abc import Callable
from dataclasses import dataclass

from . import ChangeLevel, Concern, conditions
from .context import Case
from .walk import Kind

Test = Callable[[Case], bool]


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """One rule. `why` says what to do about it; `bad` is the spec before and `good` the spec after such a change.

    With `whole` the rule speaks of the object around the value, once however many of its values changed.
    """

    name: str
    level: ChangeLevel
    concerns: tuple[Concern, ...]
    mirror: str
    summary: str
    why: str
    bad: str
    good: str
    kinds: tuple[Kind, ...]
    paths: tuple[str, ...]
    test: Test | None = None
    whole: bool = False


_TABLE: list[ChangeRule] = []


def _rule(
    name: str,
    level: ChangeLevel,
    concerns: str,
    mirror: str,
    kinds: str,
    paths: str,
    summary: str,
    why: str,
    bad: str,
    good: str,
    test: Test | None = None,
    *,
    whole: bool = False,
) -> None:
    """Add a row; `concerns`, `kinds` and `paths` are words with spaces between."""
    _TABLE.append(
        ChangeRule(
            name,
            level,
            tuple(concerns.split()),  # type: ignore[arg-type]
            mirror,
            summary,
            why,
            bad,
            good,
            tuple(kinds.split()),  # type: ignore[arg-type]
            tuple(paths.split()),
            test,
            whole,
        )
    )


def _pair(
    name: str,
    paths: str,
    concerns: str,
    removed: ChangeLevel,
    added: ChangeLevel,
    noun: str,
    why: str,
    example: str,
    test: Test | None = None,
) -> None:
    """Add the rows NAME-removed and NAME-added, each the mirror of the other."""
    gone, come = f"{name}-removed", f"{name}-added"
    _rule(gone, removed, concerns, come, "removed", paths, f"{noun} was removed.", why, example, "", test)
    _rule(come, added, concerns, gone, "added", paths, f"{noun} was added.", why, "", example, test)


def _scale(
    name: str,
    paths: str,
    concerns: str,
    words: str,
    worse: Test,
    better: Test,
    noun: str,
    why: str,
    bad: str,
    good: str,
    kinds: str = "changed",
    *,
    whole: bool = False,
) -> None:
    """Add the rows NAME-WORSE (risky) and NAME-BETTER (safe) for a value on a scale; `words` are the two words."""
    low, high = words.split()
    lower, higher = f"{name}-{low}", f"{name}-{high}"
    noun += " is now" if low == "earlier" else " was"
    _rule(
        lower,
        "risky",
        concerns,
        higher,
        kinds,
        paths,
        f"{noun} {low.replace('-', ' ')}.",
        why,
        bad,
        good,
        worse,
        whole=whole,
    )
    _rule(
        higher,
        "safe",
        concerns,
        lower,
        kinds,
        paths,
        f"{noun} {high.replace('-', ' ')}.",
        why,
        good,
        bad,
        better,
        whole=whole,
    )


def _itself(
    name: str,
    level: ChangeLevel,
    concerns: str,
    kinds: str,
    paths: str,
    summary: str,
    why: str,
    bad: str,
    good: str,
    test: Test | None = None,
    *,
    whole: bool = False,
) -> None:
    """Add a row that is its own mirror."""
    _rule(name, level, concerns, name, kinds, paths, summary, why, bad, good, test, whole=whole)


def _on(events: str, rest: str) -> str:
    return " ".join(f"{event}{rest}" for event in events.split())


_c = conditions
_EVENTS = "events.received[] events.sent[]"
_CONTRACT_END = "The system on the other side behaves differently; code that talks to it must change in the same step."

# One line a rule, so that the table reads as one.
# fmt: off

# Whole specs; `classify` looks these up by name.
_pair("spec", "", "contract lifecycle", "breaking", "safe", "A spec", "Say who takes over what the integration did. A new spec needs its owner's word.", "system: Pagar.me")
_itself("spec-renamed", "risky", "lifecycle", "renamed", "", "A spec has another id.", "Its address moves: list the old id in `former_ids`, and mend `depends_on` of others.", "pagarme.yaml", "pagar-me.yaml")
# Calls and events
_itself("endpoint-renamed", "editorial", "editorial", "renamed", "endpoints[]", "Only the id of an endpoint changed.", "Method and path are the same; mend flow steps that name the old id.", "id: create", "id: create-order", _c.same_address)
_itself("address-changed", "breaking", "contract", "renamed changed", "endpoints[] endpoints[].method endpoints[].path", "Method, path or version segment of a call changed.", _CONTRACT_END, "path: /v4/orders", "path: /v5/orders")
_rule("endpoint-removed", "breaking", "contract", "endpoint-added", "removed", "endpoints[]", "An endpoint was removed.", _CONTRACT_END, "path: /orders", "")
_rule("handler-added", "risky", "contract", "endpoint-removed", "added", "endpoints[]", "The vendor calls a new address of ours.", "A handler must be there before the vendor calls it.", "", "path: /hooks/pagarme", _c.vendor_calls_us)
_rule("endpoint-added", "safe", "contract", "endpoint-removed", "added", "endpoints[]", "An endpoint was added.", "Nothing that works today depends on it.", "", "path: /orders")
_pair("event-received", "events.received[]", "contract", "breaking", "risky", "An event that we receive", "A new event needs a handler; a removed one leaves a handler waiting for ever.", "name: order.paid")
_pair("event-sent", "events.sent[]", "contract", "breaking", "safe", "An event that we send", "Its consumers wait for it: tell them first.", "name: payment.confirmed")
_itself("event-renamed", "breaking", "contract", "renamed", _EVENTS, "An event has another name.", "Handlers and consumers find it by its name.", "name: order.paid", "name: order.settled")
_pair("consumer", "events.sent[].consumers[]", "contract", "risky", "safe", "A consumer of an event that we send", "Make sure that a removed consumer has really stopped reading it.", "consumers: [ledger]")
_pair("request-header", "endpoints[].request.headers[]", "contract", "risky", "risky", "A header of a request", "Whether the vendor insists on it is not in the spec: try it in the sandbox.", "name: X-Version")
_itself("request-header-changed", "risky", "contract", "changed added removed renamed", "endpoints[].request.headers[].value endpoints[].request.headers[]", "A header of a request has another value.", "Whether the vendor insists on it is not in the spec: try it in the sandbox.", "value: '1'", "value: '2'")
_itself("content-type-changed", "breaking", "contract", "changed", "endpoints[].request.content_type endpoints[].response.content_type " + _on(_EVENTS, ".payload.content_type"), "A body has another content type.", "Whoever reads it must parse it differently.", "content_type: application/json", "content_type: application/xml")
_pair("content-type", "endpoints[].request.content_type endpoints[].response.content_type " + _on(_EVENTS, ".payload.content_type"), "contract", "safe", "safe", "The stated content type of a body", "The spec says more, or less, about the same body.", "content_type: application/json")
_itself("status-code-changed", "risky", "contract", "changed", "endpoints[].response.status", "The answer has another HTTP status.", "Code that compares the exact status fails; code that asks for 2xx does not.", "status: 200", "status: 201")
# Fields of examples
_rule("required-field-added", "breaking", "contract data", "required-field-removed", "added", "request{}", "A field that the mapping requires was added to a request.", "Every call without it is refused: send it before the vendor insists.", "{amount: 1}", "{amount: 1, currency: BRL}", _c.required)
_rule("required-field-removed", "breaking", "contract data", "required-field-added", "removed", "request{}", "A field that the mapping requires was removed from a request.", "The mapping says that the vendor insists on it.", "{amount: 1, currency: BRL}", "{amount: 1}", _c.required)
_rule("request-field-removed", "risky", "contract data", "request-field-added", "removed", "request{}", "A mapped field is no longer in a request.", "Whether the vendor still wants it is not in the spec.", "{amount: 1, note: x}", "{amount: 1}", _c.mapped)
_rule("mapped-field-removed", "breaking", "contract data", "mapped-field-added", "removed", "answer{} received{} sent{}", "A field that the mapping uses was removed.", "Code that reads it finds nothing. Mend the mapped rows in the same change.", "{id: 7, status: paid}", "{id: 7}", _c.mapped)
_rule("mapped-field-added", "safe", "contract data", "mapped-field-removed", "added", "answer{} received{} sent{}", "A field that the mapping uses is now in the example.", "The mapping is proven by it.", "{id: 7}", "{id: 7, status: paid}", _c.mapped)
_rule("sent-field-removed", "breaking", "contract", "sent-field-added", "removed", "sent{}", "A field of what we send was removed.", "Not everybody who reads it is known: ask the consumers.", "{id: 7, total: 1}", "{id: 7}")
_rule("sent-field-added", "safe", "contract", "sent-field-removed", "added", "sent{}", "What we send has a new field.", "Consumers may use it.", "{id: 7}", "{id: 7, total: 1}")
_rule("request-field-added", "safe", "contract", "request-field-removed", "added", "request{}", "A request has a new field that is not required.", "Calls without it still work.", "{amount: 1}", "{amount: 1, note: x}")
_pair("unmapped-field", "request{} answer{} received{}", "contract", "safe", "safe", "A field that no mapped row uses", "Nothing on our side reads it.", "{id: 7, debug: x}")
_rule("field-may-be-null", "risky", "contract data", "field-not-null", "changed", "request{} answer{} received{} sent{}", "A mapped field is now null in the example.", "Code that never met null may fail on it.", "{paid_at: 2026-11-22}", "{paid_at: null}", lambda case: _c.mapped(case) and _c.only_null(case))
_rule("field-not-null", "safe", "contract", "field-may-be-null", "changed", "request{} answer{} received{} sent{}", "A field that was null in the example shows its type.", "The example says more.", "{paid_at: null}", "{paid_at: 2026-11-22}", _c.was_null)
_itself("mapped-type-changed", "breaking", "contract data", "changed", "request{} answer{} received{} sent{}", "A mapped field has another type.", "Code that reads or writes it fails, or stores something wrong.", '{"id": 7}', '{"id": "7"}', _c.mapped)
_itself("sent-type-changed", "breaking", "contract", "changed", "sent{}", "A field of what we send has another type.", "Not everybody who reads it is known: ask the consumers.", '{"id": 7}', '{"id": "7"}')
_itself("request-type-changed", "risky", "contract", "changed", "request{}", "A field of a request that no row maps has another type.", "Whether the vendor takes both is not in the spec.", '{"page": 1}', '{"page": "1"}')
_itself("unmapped-type-changed", "safe", "contract", "changed", "answer{} received{}", "A field that no row maps has another type.", "Nothing on our side reads it.", '{"debug": 1}', '{"debug": "1"}')
_itself("layout-changed", "risky", "contract data", "renamed", "request{} answer{} received{} sent{}", "The lines of a file have other lengths.", "Fixed-width records are read by position: compare them with the record layout.", "lines of 240 characters", "lines of 400 characters", _c.is_file)
_itself("example-value-changed", "editorial", "editorial", "renamed", "request{} answer{} received{} sent{}", "An example has other values of the same shape.", "Nothing to do.", "{id: 7}", "{id: 8}")
_rule("read-example-removed", "breaking", "contract data", "example-added", "removed", "answer* received* sent*", "An example with fields that somebody reads was removed.", "Without it nobody can say whether they still come.", "example: {id: 7}", "", _c.somebody_reads)
_pair("example", "request* answer* received* sent*", "contract", "safe", "safe", "An example", "The spec says more, or less, about the same body.", "example: {id: 7}")
# Limits, pages, keys
_RATE = "endpoints[].rate_limit.requests endpoints[].rate_limit.per"
_scale("rate-limit", _RATE, "operations", "tightened loosened", _c.rate_lower, _c.rate_higher, "A rate limit", "Compare it with the volume of the flows that use the call.", "requests: 200", "requests: 100", "changed added removed", whole=True)
_itself("rate-limit-reworded", "editorial", "editorial", "changed added removed", _RATE, "A rate limit is worded differently.", "It allows as much as before.", "requests: 60, per: minute", "requests: 1, per: second", whole=True)
_PAGES = "endpoints[].pagination.style endpoints[].pagination.default_size endpoints[].pagination.max_size"
_scale("pagination", _PAGES, "operations", "tightened loosened", _c.pages_smaller, _c.pages_larger, "Pagination", "Readers that take one page for everything lose data.", "max_size: 100", "max_size: 30", "changed added removed", whole=True)
_itself("pagination-changed", "risky", "operations", "changed added removed", _PAGES, "Results are paged in another way.", "The code that walks pages must follow.", "style: page", "style: cursor", whole=True)
_itself("idempotency-changed", "risky", "operations", "changed", "endpoints[].idempotency.header", "The idempotency key of a call is sent in another header.", "A repeat without the right key is a second order.", "header: Idempotency-Key", "header: X-Request-Id")
_pair("idempotency", "endpoints[].idempotency.header", "operations", "risky", "safe", "The idempotency key of a call", "Retries depend on it.", "header: Idempotency-Key")
_scale("idempotency", "endpoints[].idempotency.valid_for", "operations", "shortened lengthened", _c.shorter, _c.longer, "The time for which an idempotency key is remembered", "Compare it with the whole time of the retries.", "valid_for: 24h", "valid_for: 1h")
_pair("timeout", "endpoints[].timeout", "operations", "risky", "safe", "The stated timeout of a call", "A call without one waits for ever.", "timeout: 15s")
_scale("timeout", "endpoints[].timeout", "operations", "shortened lengthened", _c.shorter, _c.longer, "A timeout", "Slow answers that were fine become errors.", "timeout: 15s", "timeout: 5s")
# Authentication
_pair("mechanism", "authentication.mechanism", "security", "breaking", "safe", "The authentication mechanism", "Nobody can call without knowing it.", "mechanism: Basic")
_itself("mechanism-changed", "breaking", "security", "changed", "authentication.mechanism authentication.header", "The authentication mechanism changed.", "Every call fails until code and secrets follow.", "mechanism: Basic", "mechanism: OAuth 2.0")
_rule("secret-note-added", "safe", "security", "secret-note-removed", "changed", "authentication.secret_storage", "A note on the secrets was added.", "They are kept where they were.", "Vault, kv/pay", "Vault, kv/pay; read by billing", _c.says_more)
_rule("secret-note-removed", "safe", "security", "secret-note-added", "changed", "authentication.secret_storage", "A note on the secrets was removed.", "They are kept where they were.", "Vault, kv/pay; read by billing", "Vault, kv/pay", _c.says_less)
_pair("secret-storage", "authentication.secret_storage", "security", "breaking", "safe", "The place where secrets are kept", "Nobody can rotate what nobody can find.", "secret_storage: Vault, kv/pay")
_itself("secret-storage-changed", "breaking", "security", "changed", "authentication.secret_storage", "The secrets are kept elsewhere.", "Services that read the old place get nothing: move the secret first.", "Vault, kv/pay", "Vault, kv/checkout")
_rule("used-scope-removed", "breaking", "security", "scope-added", "removed", "authentication.scopes[]", "A scope that a call or event still needs was removed.", "The calls that need it are refused.", "name: orders:write", "", _c.still_used)
_itself("scope-renamed", "risky", "security", "renamed", "authentication.scopes[]", "A scope has another name.", "New tokens must be requested; calls with old ones may be refused.", "name: orders:write", "name: orders")
_pair("scope", "authentication.scopes[]", "security", "safe", "risky", "A scope", "We ask for more permissions than before, or fewer.", "name: recipients:write")
_pair("needed-scope", "endpoints[].scopes[] events.received[].scopes[]", "security", "safe", "risky", "A scope that a call or event needs", "The token must have it.", "scopes: [orders:write]")
_scale("token-life", "authentication.token_lifetime", "security", "shortened lengthened", _c.shorter, _c.longer, "The lifetime of a token", "Compare it with how long tokens are cached and calls retried.", "token_lifetime: 1h", "token_lifetime: 5m")
_scale("rotation", "authentication.rotation", "security", "lengthened shortened", _c.longer, _c.shorter, "The time between rotations of the secret", "A leaked secret stays good for longer.", "rotation: 90d", "rotation: 365d", "changed added removed")
_scale("secret-end", "authentication.expires authentication.certificate_expires", "security", "earlier later", _c.earlier, _c.later, "The end of a secret or certificate", "Plan its renewal.", "expires: 2027-06-30", "expires: 2027-01-31", "changed added removed")
# Mapping
_ROWS = "data_mapping[].fields[]"
_itself("mapping-target-changed", "breaking", "data", "renamed", _ROWS + " data_mapping[]", "A field is mapped to another one.", "Data lands somewhere else. Move what is stored, too.", "remote: id", "remote: charge_id")
_rule("personal-row-removed", "breaking", "data privacy", "personal-field-added", "removed", _ROWS, "A mapped field with personal data was removed.", "What we hold of it must be deleted or explained.", "local: customer.email", "", _c.personal)
_rule("personal-field-added", "risky", "privacy data", "personal-row-removed", "added", _ROWS, "A field with personal data was added to the mapping.", "Name the purpose and the retention before it flows.", "", "local: customer.email", _c.personal)
_rule("mapping-row-removed", "breaking", "data", "mapping-row-added", "removed", _ROWS, "A mapped field was removed.", "Whoever reads the local field finds it empty.", "local: payment.id", "")
_rule("mapping-row-added", "safe", "data", "mapping-row-removed", "added", _ROWS, "A field that an example already had was mapped.", "The data was there before.", "", "local: payment.id", _c.proven)
_rule("unproven-row-added", "risky", "data", "mapping-row-removed", "added", _ROWS, "A field that no example has was mapped.", "Whether the other side has it cannot be seen: show it in an example.", "", "local: payment.id")
_pair("mapping-entity", "data_mapping[]", "data", "safe", "safe", "An entity without fields", "Nothing is mapped by it.", "local_entity: Order")
_ROW = _ROWS + "."
_pair("transform", _ROW + "transform", "data", "risky", "risky", "The stated conversion of a field", "Whether the code does it cannot be decided from the spec.", "transform: Centavos to reais")
_itself("transform-changed", "breaking", "data", "changed", _ROW + "transform", "A field is converted in another way.", "What is stored already was converted the old way.", "transform: centavos", "transform: reais")
_itself("mapping-type-changed", "breaking", "data", "changed", f"{_ROW}type {_ROW}unit", "A mapped field has another type or unit.", "What is stored already has the old one.", "type: integer", "type: string")
_pair("mapping-type", f"{_ROW}type {_ROW}unit", "data", "safe", "safe", "The stated type or unit of a mapped field", "The spec says more, or less, about the same field.", "type: integer")
_itself("mapping-direction-changed", "breaking", "data", "changed added removed", _ROW + "direction", "A mapped field flows the other way.", "Who owns the value changes with it.", "direction: Inbound", "direction: Outbound")
_rule("row-required", "breaking", "data contract", "row-optional", "changed added", _ROW + "required", "A field that we send is now required.", "Calls without it are refused.", "required: false", "required: true", lambda case: _c.becomes_required(case) and _c.outbound(case))
_rule("row-must-come", "risky", "data", "row-optional", "changed added", _ROW + "required", "We now count on a field that we receive.", "Records without it fail on our side.", "required: false", "required: true", _c.becomes_required)
_rule("row-optional", "safe", "data", "row-required", "changed added removed", _ROW + "required", "A mapped field is no longer required.", "Calls with it still work.", "required: true", "required: false")
_pair("personal-mark", _ROW + "personal_data", "privacy", "risky", "risky", "The mark of personal data on a mapped field", "The register of personal data follows the mark.", "personal_data: contact")
_itself("personal-mark-changed", "risky", "privacy", "changed", _ROW + "personal_data", "Personal data is of another kind.", "The register of personal data follows the mark.", "personal_data: contact", "personal_data: health")
_itself("direction-changed", "risky", "data", "changed added removed", "overview.direction", "The integration as a whole moves data in another direction.", "Look at each mapped row without a direction of its own.", "direction: Inbound", "direction: Bidirectional")
# Errors and retries
_pair("error-category", "error_handling.categories[]", "operations", "risky", "safe", "A category of errors", "Something must still be done about these errors.", "name: Rate limit")
_itself("category-renamed", "editorial", "editorial", "renamed", "error_handling.categories[]", "A category of errors has another name.", "It says the same.", "name: Limit", "name: Rate limit")
_pair("coverage", "error_handling.categories[].covers[] endpoints[].errors[]", "operations", "risky", "safe", "The handling of an error", "Something must still be done about it.", "covers: ['429']")
_pair("dead-letter", "error_handling.dead_letter", "operations", "breaking", "safe", "The dead letter", "What fails for good is lost without it.", "dead_letter: Queue payments-dlq")
_itself("dead-letter-changed", "risky", "operations", "changed", "error_handling.dead_letter", "The handling of what fails for good changed.", "Runbooks and alerts must follow.", "dead_letter: Queue a", "dead_letter: Queue b")
_scale("retention", "error_handling.dead_letter_retention", "operations", "shortened lengthened", _c.shorter, _c.longer, "The time for which dead letters are kept", "Compare it with the whole time of the retries and a long weekend.", "dead_letter_retention: 14d", "dead_letter_retention: 1d")
_rule("retry-dropped", "breaking", "operations", "retry-gained", "removed", "error_handling.retry.retry_on[]", "429 or a server error is no longer retried.", "A short outage of the vendor becomes a lost call.", "retry_on: ['429']", "retry_on: []", _c.hard_error)
_rule("retry-gained", "safe", "operations", "retry-dropped", "added", "error_handling.retry.retry_on[]", "429 or a server error is now retried.", "Short outages mend themselves.", "retry_on: []", "retry_on: ['429']", _c.hard_error)
_pair("retry-case", "error_handling.retry.retry_on[]", "operations", "risky", "risky", "A case in which calls are retried", "A repeated call must be safe to repeat.", "retry_on: [timeout]")
_rule("retries-stopped", "breaking", "operations", "retries-started", "changed added", "error_handling.retry.max_attempts", "A call is tried only once.", "A short outage of the vendor becomes a lost call.", "max_attempts: 5", "max_attempts: 1", _c.one_try)
_rule("retries-started", "risky", "operations", "retries-stopped", "changed", "error_handling.retry.max_attempts", "A call is now tried more than once.", "A repeated call must be safe to repeat.", "max_attempts: 1", "max_attempts: 5", _c.was_one_try)
_itself("retry-changed", "risky", "operations", "changed added removed", " ".join(f"error_handling.retry.{name}" for name in ("max_attempts", "backoff", "initial_delay", "max_delay")), "Attempts or delays of retries changed.", "Compute the retry window again: token, key and retention must outlast it.", "max_attempts: 4", "max_attempts: 8")
# Environments
_pair("production", "environments[]", "contract operations", "breaking", "safe", "A production environment", "Calls have nowhere to go without it.", "kind: production", _c.production)
_pair("environment", "environments[]", "operations", "risky", "safe", "An environment", "Tests that run there stop.", "kind: sandbox")
_itself("environment-renamed", "safe", "operations", "renamed", "environments[]", "An environment has another name.", "Settings may name it.", "name: Sandbox", "name: Test")
_itself("production-address-changed", "breaking", "contract operations", "changed removed", "environments[].base_url", "Production has another address.", "Settings, firewalls and certificates must follow in the same step.", "base_url: https://a.example", "base_url: https://b.example", _c.production)
_itself("host-changed", "risky", "operations", "changed removed", "environments[].base_url", "A sandbox or test environment has another address.", "Tests must follow.", "base_url: https://a.example", "base_url: https://b.example")
_itself("credentials-changed", "risky", "security", "changed removed", "environments[].credentials", "The credentials of an environment are kept elsewhere.", "Services that read the old place get nothing.", "credentials: Vault, kv/a", "credentials: Vault, kv/b")
_itself("environment-kind-changed", "risky", "operations", "changed added removed", "environments[].kind", "An environment is of another kind.", "What may be tried there changes.", "kind: sandbox", "kind: staging")
# Trust in webhooks
_SIGNATURE = " ".join(_on(_EVENTS, f".signature.{name}") for name in ("header", "algorithm", "replay_window", "note"))
_rule("signature-removed", "breaking", "security", "signature-added", "removed", _SIGNATURE, "An event is no longer signed.", "Anybody can send it: prove it in another way.", "signature: {header: X-Signature}", "", _c.no_signature_left, whole=True)
_rule("signature-added", "safe", "security", "signature-removed", "added", _SIGNATURE, "An event is signed.", "Check the signature before you trust the body.", "", "signature: {header: X-Signature}", _c.no_signature_before, whole=True)
_itself("signature-changed", "breaking", "security", "changed added removed", _on(_EVENTS, ".signature.header") + " " + _on(_EVENTS, ".signature.algorithm"), "An event is signed in another way.", "Every delivery is refused until the check follows.", "algorithm: HMAC-SHA1", "algorithm: HMAC-SHA256", whole=True)
_scale("replay-window", _on(_EVENTS, ".signature.replay_window"), "security", "widened narrowed", _c.longer, _c.shorter, "The time in which a delivery may be repeated", "A stolen delivery stays good for longer.", "replay_window: 5m", "replay_window: 1h", "changed added removed")
_pair("dedupe-key", _on(_EVENTS, ".dedupe_key"), "operations", "risky", "safe", "The key that identifies a repeated delivery", "Without it an event that comes twice is done twice.", "dedupe_key: id")
_itself("dedupe-key-changed", "risky", "operations", "changed", _on(_EVENTS, ".dedupe_key"), "A repeated delivery is recognised by another key.", "Keys that are already remembered no longer match.", "dedupe_key: id", "dedupe_key: event_id")
_itself("delivery-changed", "risky", "operations", "changed added removed", _on(_EVENTS, ".delivery.guarantee") + " " + _on(_EVENTS, ".delivery.ordered"), "Events are delivered with other guarantees.", "Handlers rely on how often and in which order events come.", "guarantee: at-least-once", "guarantee: at-most-once")
_scale("redelivery", _on(_EVENTS, ".delivery.retry_for"), "operations", "shortened lengthened", _c.shorter, _c.longer, "The time for which a delivery is repeated", "An outage of ours that lasts longer loses events.", "retry_for: 3d", "retry_for: 1h")
# Ownership
_rule("owner-removed", "breaking", "ownership", "owner-added", "changed removed", "owner", "No owner is left.", "Nobody is called when it breaks: find a team first.", "owner: payments", "", _c.nobody_left)
_rule("owner-added", "safe", "ownership", "owner-removed", "changed added", "owner", "The spec has an owner.", "The team must know of it.", "", "owner: payments", _c.nobody_before)
_itself("owner-changed", "risky", "ownership", "changed", "owner", "The owner changed.", "The old and the new owner must both agree.", "owner: payments", "owner: finance")
_rule("used-owner-unlisted", "breaking", "ownership", "owner-listed", "removed", "owners[]", "An owner that specs still name was removed from the list.", "Nobody is called when those break.", "owners: {payments: …}", "", _c.owner_used)
_rule("owner-unlisted", "safe", "ownership", "owner-listed", "removed", "owners[]", "An owner that no spec names was removed from the list.", "Nothing to do.", "owners: {old-team: …}", "")
_rule("owner-listed", "safe", "ownership", "owner-unlisted", "added", "owners[]", "An owner was added to the list.", "Specs may name it.", "", "owners: {payments: …}")
_pair("contact", "owners[].contacts[] vendor.support", "ownership", "risky", "safe", "A contact", "Somebody must be reachable at night.", "contacts: [{channel: slack, address: '#payments'}]")
_itself("contact-changed", "safe", "ownership", "changed renamed", "owners[].contacts[] owners[].contacts[].note vendor.support owners[].on_call owners[].name owners[].kind", "A contact changed.", "Try it once.", "address: '#pay'", "address: '#payments'")
_itself("approver-changed", "risky", "ownership", "changed added removed", " ".join( f"approvers.{name}" for name in ("contract", "data", "security", "privacy", "operations", "ownership", "lifecycle", "editorial") ) + " owners[].code_owner", "Somebody else must agree to changes.", "The old and the new one must both know.", "security: security", "security: platform")
# Lifecycle
_rule("retired-in-use", "breaking", "lifecycle", "revived", "changed", "status", "An integration that others depend on is retired.", "Move those that depend on it first.", "status: active", "status: retired", _c.in_use)
_rule("faded", "risky", "lifecycle", "revived", "changed", "status", "An integration is on its way out.", "Say what takes its place, and until when it works.", "status: active", "status: deprecated", _c.fades)
_rule("revived", "safe", "lifecycle", "faded", "changed", "status", "An integration is in use, or more so than before.", "Its owner vouches for what the spec says.", "status: draft", "status: active")
_scale("sunset", "api_version.sunset vendor.contract_ends", "lifecycle", "earlier later", _c.earlier, _c.later, "The end of the pinned version or of the contract", "Plan the move.", "sunset: 2028-01-01", "sunset: 2027-01-01", "changed added removed")
_itself("version-bumped", "risky", "lifecycle", "changed added removed", "api_version.pinned", "Another version of the vendor's interface is pinned.", "Read the vendor's change log between the two.", "pinned: v4", "pinned: v5")
_scale("review", "last_reviewed", "lifecycle", "undone done", _c.unreviewed, _c.reviewed, "A review", "Somebody has checked the spec against reality, or no longer says so.", "last_reviewed: 2026-11-22", "last_reviewed: 2026-01-10", "changed added removed")
_scale("review-interval", "review_every", "lifecycle", "lengthened shortened", _c.longer, _c.shorter, "The time between reviews", "Faults stay unseen for longer.", "review_every: 90d", "review_every: 365d", "changed added removed")
_itself("date-moved", "editorial", "editorial", "changed added removed", "last_updated", "Only the date of the last update moved.", "Move it when the spec says something new.", "last_updated: 2026-11-01", "last_updated: 2026-11-22")
_rule("criticality-lowered", "risky", "operations", "criticality-raised", "changed removed", "criticality", "The integration counts as less important.", "Alerts and reviews follow it.", "criticality: critical", "criticality: low", _c.lighter)
_rule("criticality-raised", "safe", "operations", "criticality-lowered", "changed added", "criticality", "The integration counts as more important.", "Alerts and reviews follow it.", "criticality: low", "criticality: critical", _c.heavier)
_pair("dependency", "depends_on[]", "operations", "safe", "risky", "A dependency on another integration", "Its outages are ours.", "depends_on: [bank-payment-files]")
_pair("former-id", "former_ids[]", "lifecycle", "risky", "safe", "A former id", "Links to the old address lead nowhere without it.", "former_ids: [pagarme]")
_itself("type-changed", "breaking", "contract", "changed", "type", "The integration is of another type.", _CONTRACT_END, "type: API", "type: File")
_itself("system-changed", "risky", "contract", "changed", "system", "The spec speaks of another system.", "Another system needs a spec of its own; a new name does not.", "system: Pagar.me", "system: Stone")
_itself("contract-changed", "risky", "contract", "changed", "contract", "The vendor's own description is another file.", "Calls and fields are checked against it.", "contract: v4.yaml", "contract: v5.yaml")
# Flows, tests, monitoring
_pair("flow", "overview.flows[]", "contract", "risky", "safe", "A flow", "What it did must still happen somewhere, or end on purpose.", "name: Refund")
_itself("flow-renamed", "editorial", "editorial", "renamed", "overview.flows[]", "A flow has another name.", "It says the same.", "name: Refund", "name: Refunds")
_pair("flow-step", "overview.flows[].steps[]", "contract", "safe", "safe", "A step of a flow", "The sequence diagram follows.", "steps: [POST /orders]")
_itself("load-changed", "safe", "operations", "changed added removed", "overview.flows[].volume overview.flows[].frequency overview.flows[].trigger", "A flow runs at other times or with another volume.", "Compare it with the rate limits.", "volume: 100 a day", "volume: 6,000 a day")
_pair("test", "testing.automated[]", "operations", "risky", "safe", "An automated test", "What it proved is no longer proven.", "kind: Contract")
_itself("test-changed", "safe", "operations", "changed added removed renamed", "testing.automated[].calls testing.automated[]", "An automated test works in another way.", "It proves more, or less.", "calls: mocked", "calls: recorded")
_pair("dashboard", "maintenance.dashboards[]", "operations", "risky", "safe", "A dashboard", "Somebody looks at it at night.", "name: Payments")
_pair("alert", "maintenance.dashboards[].alerts", "operations", "risky", "safe", "The alert text of a dashboard", "Somebody is woken by them.", "alerts: Pages on-call")
_itself("dashboard-changed", "safe", "operations", "changed added removed renamed", "maintenance.dashboards[].url maintenance.dashboards[].alerts maintenance.dashboards[]", "A dashboard has another address, name or alerts.", "Runbooks may name it.", "name: Pay", "name: Payments")
_pair("limitation", "maintenance.known_limitations[]", "operations", "safe", "safe", "A known limitation", "Support should know.", "known_limitations: [No sandbox]")
_pair("waiver", "waivers[]", "operations", "safe", "risky", "A waiver", "It switches a rule off here: its reason must convince you.", "rule: environments")
_scale("waiver", "waivers[].expires", "operations", "extended cut-short", _c.later, _c.earlier, "A waiver", "A rule is switched off for longer, or not as long.", "expires: 2027-01-31", "expires: 2027-06-30")
# What is left: words, and facts without a rule of their own
_ALL = "*"
_itself("text-changed", "editorial", "editorial", "changed added removed renamed", _ALL, "Only words for people changed.", "There is nothing to do but read.", "description: Creates an order", "description: Creates an order, paid by Pix", _c.words)
_itself("fact-changed", "risky", "", "changed renamed", _ALL, "A fact that has no rule of its own changed.", "What follows from it cannot be decided from the spec.", "system-fact: a", "system-fact: b")
_pair("fact", _ALL, "", "risky", "safe", "A fact that has no rule of its own", "What follows from it cannot be decided from the spec.", "system-fact: a")

# fmt: on

RULES: tuple[ChangeRule, ...] = tuple(_TABLE)
"""Every rule, in the order in which they are tried."""
BY_NAME: dict[str, ChangeRule] = {rule.name: rule for rule in RULES}

_SECTION_CONCERNS: dict[str, Concern] = {
    "authentication": "security",
    "endpoints": "contract",
    "events": "contract",
    "overview": "contract",
    "data_mapping": "data",
    "error_handling": "operations",
    "environments": "operations",
    "testing": "operations",
    "maintenance": "operations",
    "waivers": "operations",
    "vendor": "operations",
    "owner": "ownership",
    "owners": "ownership",
}


def rule_for(case: Case, path: str, kind: Kind) -> ChangeRule:
    """The first rule of the table that applies; there always is one."""
    for rule in _INDEX.get((path, kind), _INDEX[_ALL, kind]):
        if rule.test is None or rule.test(case):
            return rule
    return BY_NAME["fact-changed"]


def concerns_of(rule: ChangeRule, path: str) -> tuple[Concern, ...]:
    """Concerns of a rule; those of a fact without a rule are those of its section."""
    return rule.concerns or (_SECTION_CONCERNS.get(path.partition(".")[0].partition("[")[0], "lifecycle"),)


def _index() -> dict[tuple[str, Kind], tuple[ChangeRule, ...]]:
    found: dict[tuple[str, Kind], list[ChangeRule]] = {}
    for rule in RULES:
        for path in rule.paths:
            for kind in rule.kinds:
                found.setdefault((path, kind), []).append(rule)
    general = {
        kind: [rule for rule in RULES if rule.paths == (_ALL,) and kind in rule.kinds]
        for kind in ("added", "removed", "changed", "renamed")
    }
    return {key: (*rules, *(general[key[1]] if key[0] != _ALL else ())) for key, rules in found.items()}


_INDEX = _index()
