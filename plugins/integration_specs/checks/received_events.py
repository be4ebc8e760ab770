"""Check that received events can be verified and deduplicated."""

from collections.abc import Iterator

from integration_specs.findings import Finding
from integration_specs.model import Spec
from integration_specs.text.display import listing, printable

from . import RULES, CheckContext


def check(_: CheckContext, spec: Spec) -> Iterator[Finding]:
    """Report events without a signature or `dedupe_key`, or one finding for all if none has it."""
    received = [event for event in spec.events if not event.sent] if spec.status not in ("draft", "retired") else []
    rules = [("webhook-unsigned", "signature")] if spec.type in ("API", "Webhook") else []
    for rule, key in (*rules, ("webhook-dedupe", "dedupe_key")):
        incomplete = [event for event in received if key not in event.data]
        if len(incomplete) > 1 and len(incomplete) == len(received):
            names = listing((event.name for event in incomplete), 3)
            yield spec.report(RULES[rule], ("events", "received"), variant="everywhere", key=key, events=names)
            continue
        for event in incomplete:
            yield spec.report(RULES[rule], event.pointer, event=printable(event.name), key=key)
