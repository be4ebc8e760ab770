"""Check references between specs: dependencies, consumers of events, and former ids."""

from collections.abc import Iterator

from integration_specs.findings import Finding
from integration_specs.model import Event, Spec
from integration_specs.model.example_fields import fields
from integration_specs.text.display import listing, printable
from integration_specs.text.messages import Message, joined
from integration_specs.text.suggestions import did_you_mean

from . import RULES, CheckContext


def check_all(context: CheckContext) -> Iterator[Finding]:
    """Resolve every `depends_on`, consumer and former id, and compare the payloads of events between specs."""
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
            shown = printable(former_id)
            if former_id not in known:
                other = printable(other)
                message = Message("`{former_id}` is a former id of `{other}`, too", former_id=shown, other=other)
            elif former_id == spec.id:
                message = Message("`{former_id}` is the current id of this spec", former_id=shown)
            else:
                message = Message("`{former_id}` is the id of another spec", former_id=shown)
            yield spec.report(RULES["former-id"], ("former_ids", index), message=message)


def _dependencies(spec: Spec, known: set[str], former: dict[str, str]) -> Iterator[Finding]:
    for index, other in enumerate(spec.data.get("depends_on", ())):
        if other == spec.id:
            message = Message("a spec cannot depend on itself")
        elif other in known:
            continue
        elif other in former:
            message = Message("`{old}` was renamed to `{new}`", old=other, new=former[other])
        else:
            hint = did_you_mean(other, known - {spec.id})
            message = Message("the spec `{spec}` does not exist{hint}", spec=printable(other), hint=hint)
        yield spec.report(RULES["unknown-spec"], ("depends_on", index), message=message)


def _consumers(context: CheckContext, spec: Spec, known: set[str], former: dict[str, str]) -> Iterator[Finding]:
    for event in spec.events:
        for index, consumer in enumerate(event.data.get("consumers", ()) if event.sent else ()):
            receiver = context.catalog.by_id.get(consumer)
            if receiver and receiver is not spec:
                yield from _payload(spec, event, receiver)
            elif consumer not in known and consumer not in context.catalog.owner_by_key:
                hint = did_you_mean(consumer, known - {spec.id}) if _is_misspelt(consumer, known) else ""
                if consumer in former:
                    message = Message("`{old}` was renamed to `{new}`", old=consumer, new=former[consumer])
                else:
                    message = Message("`{consumer}` is not the id of a spec{hint}", consumer=consumer, hint=hint)
                if hint or consumer in former:
                    pointer = (*event.pointer, "consumers", index)
                    yield spec.report(RULES["unknown-consumer"], pointer, message=message)


def _is_misspelt(word: str, known: set[str]) -> bool:
    """Return whether a word differs from an id by one letter that is added, missing, changed or swapped with its neighbour."""
    if len(word) < 5:
        return False
    return any(abs(len(word) - len(other)) <= 1 and word != other and _differ_by_one(word, other) for other in known)


def _differ_by_one(first: str, second: str) -> bool:
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    a, b = first[start:], second[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


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
