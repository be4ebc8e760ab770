"""Check references between specs: dependencies, consumers of events, and former IDs."""

from collections.abc import Iterator

from integration_specs.findings import Finding
from integration_specs.model import Event, Spec
from integration_specs.model.example_fields import fields
from integration_specs.text.display import listing, printable
from integration_specs.text.messages import Message, joined
from integration_specs.text.suggestions import CERTAIN, closest, did_you_mean, suggestion

from . import RULES, CheckContext


def check_all(context: CheckContext) -> Iterator[Finding]:
    """Resolve every `depends_on`, consumer and former ID, and compare the payloads of events between specs."""
    known = {spec.id for spec in context.catalog.specs} | {spec.id for spec in context.catalog.broken}
    former = {old: spec.id for spec in context.catalog.specs for old in spec.data.get("former_ids", ())}
    claimed: dict[str, str] = {}
    for spec in context.catalog.specs:
        yield from _former_ids(spec, known, claimed)
        yield from _dependencies(spec, known, former)
        yield from _consumers(context, spec, known, former)


def _former_ids(spec: Spec, known: set[str], claimed: dict[str, str]) -> Iterator[Finding]:
    for index, former_id in enumerate(spec.data.get("former_ids", ())):
        other = claimed.setdefault(former_id, spec.id)
        if former_id in known or other != spec.id:
            variant = "claimed-twice" if former_id not in known else "current" if former_id == spec.id else ""
            pointer, shown = ("former_ids", index), printable(former_id)
            yield spec.report(RULES["former-id"], pointer, variant=variant, former_id=shown, other=printable(other))


def _dependencies(spec: Spec, known: set[str], former: dict[str, str]) -> Iterator[Finding]:
    for index, other in enumerate(spec.data.get("depends_on", ())):
        rule, pointer = RULES["unknown-spec"], ("depends_on", index)
        if other == spec.id:
            yield spec.report(rule, pointer, variant="itself")
        elif other in former and other not in known:
            yield spec.report(rule, pointer, variant="renamed", old=other, new=former[other])
        elif other not in known:
            hint = did_you_mean(other, known - {spec.id})
            yield spec.report(rule, pointer, spec=printable(other), hint=hint)


def _consumers(context: CheckContext, spec: Spec, known: set[str], former: dict[str, str]) -> Iterator[Finding]:
    for event in spec.events:
        for index, consumer in enumerate(event.data.get("consumers", ()) if event.sent else ()):
            receiver = context.catalog.by_id.get(consumer)
            if receiver and receiver is not spec:
                yield from _payload(spec, event, receiver)
            elif consumer not in known and consumer not in context.catalog.owner_by_key:
                rule, pointer = RULES["unknown-consumer"], (*event.pointer, "consumers", index)
                if consumer in former:
                    yield spec.report(rule, pointer, variant="renamed", old=consumer, new=former[consumer])
                elif meant := closest(consumer, known - {spec.id}, CERTAIN):
                    yield spec.report(rule, pointer, consumer=consumer, hint=suggestion(meant))


def _payload(spec: Spec, event: Event, receiver: Spec) -> Iterator[Finding]:
    same = next((other for other in receiver.events if not other.sent and other.name == event.name), None)
    if same is None or event.example is None or same.example is None:
        return
    sent, received = (
        fields(each.example, str(each.data["payload"].get("content_type", "")), "") for each in (event, same)
    )
    missing = sorted(received.keys() - sent.keys())
    differing = sorted(path for path in sent.keys() & received.keys() if not sent[path] & received[path])
    differences = [Message("without {fields}", fields=listing(missing, 3))] if missing else []
    differences += [
        Message(
            "with `{field}` as {sent}, not {received}",
            field=printable(path),
            sent=min(sent[path]),
            received=min(received[path]),
        )
        for path in differing[:1]
    ]
    if sent and differences:
        yield receiver.report(
            RULES["event-shape"],
            (*same.pointer, "payload", "example"),
            sender=spec.id,
            event=event.name,
            differences=joined("{first} and {second}", differences),
            file=spec.file,
        )
