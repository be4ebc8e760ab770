"""Whether what a spec names is there: other specs, and events that one sends and another receives."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import Event, Spec
from integration_specs.model.example_fields import fields, plain_path
from integration_specs.text.display import listing, printable
from integration_specs.text.suggestions import did_you_mean

from . import CheckContext

UNKNOWN_SPEC = Rule(
    "unknown-spec",
    "error",
    "A spec depends on one that does not exist, or on itself.",
    "Whoever asks what breaks when a vendor fails would not find this spec.",
    "depends_on: [whatsap]",
    "depends_on: [whatsapp]",
)
UNKNOWN_CONSUMER = Rule(
    "unknown-consumer",
    "warning",
    "A consumer of an event is nearly the id of a spec.",
    "Consumers may also be teams and services, but a name one letter away from a spec's id is a slip.",
    "consumers: [whatsap]",
    "consumers: [whatsapp]",
)
EVENT_SHAPE = Rule(
    "event-shape",
    "warning",
    "One spec sends an event and another receives it, but their payloads differ.",
    "The receiver waits for a field that never arrives.",
    "sends: {order_id: 1}   receives: {orderId: 1}",
    "sends: {order_id: 1}   receives: {order_id: 1}",
)
FORMER_ID = Rule(
    "former-id",
    "error",
    "A former id is in use, or is claimed by two specs.",
    "An old address can lead to only one page.",
    "former_ids: [whatsapp]   (and there is a specs/whatsapp.yaml)",
    "former_ids: [whatsapp-on-premises]",
)
RULES = (UNKNOWN_SPEC, UNKNOWN_CONSUMER, EVENT_SHAPE, FORMER_ID)
ACROSS = True


def check(context: CheckContext) -> Iterator[Finding]:
    """Resolves every `depends_on` and consumer, and compares the payloads of events between specs."""
    known = {spec.id for spec in context.catalog.specs} | {spec.id for spec in context.catalog.broken}
    former = {old: spec.id for spec in context.catalog.specs for old in spec.data.get("former_ids", ())}
    claimed: dict[str, str] = {}
    for spec in context.catalog.specs:
        yield from _former_ids(spec, known, claimed)
        yield from _dependencies(spec, known, former)
        yield from _consumers(context, spec, known, former)


def _former_ids(spec: Spec, known: set[str], claimed: dict[str, str]) -> Iterator[Finding]:
    for index, old in enumerate(spec.data.get("former_ids", ())):
        other = claimed.setdefault(old, spec.id)
        if old in known or other != spec.id:
            taken = "is the id of this very spec" if old == spec.id else "is the id of another spec"
            message = f"`{printable(old)}` {taken if old in known else f'was the id of `{printable(other)}` too'}"
            yield spec.finding(FORMER_ID, ("former_ids", index), message, "Remove it: that address leads elsewhere.")


def _dependencies(spec: Spec, known: set[str], former: dict[str, str]) -> Iterator[Finding]:
    for index, other in enumerate(spec.data.get("depends_on", ())):
        if other == spec.id:
            message = "a spec does not depend on itself"
        elif other in known:
            continue
        elif other in former:
            message = f"`{other}` is now called `{former[other]}`"
        else:
            message = f"there is no spec `{printable(other)}`{did_you_mean(other, known - {spec.id})}"
        yield spec.finding(
            UNKNOWN_SPEC, ("depends_on", index), message, "Name the id of another spec: its file without `.yaml`."
        )


def _consumers(context: CheckContext, spec: Spec, known: set[str], former: dict[str, str]) -> Iterator[Finding]:
    for event in spec.events:
        if not event.sent:
            continue
        for index, consumer in enumerate(event.data.get("consumers", ())):
            receiver = context.catalog.by_id.get(consumer)
            if receiver and receiver is not spec:
                yield from _payload(spec, event, receiver)
            elif consumer not in known and consumer not in context.catalog.owner_by_key:
                slip = did_you_mean(consumer, known - {spec.id}) if _is_slip(consumer, known) else ""
                if consumer in former or slip:
                    now = (
                        f"it is now called `{former[consumer]}`" if consumer in former else f"no spec has that id{slip}"
                    )
                    yield spec.finding(
                        UNKNOWN_CONSUMER,
                        (*event.pointer, "consumers", index),
                        f"`{printable(consumer)}`: {now}",
                        "Write the spec's id; a team or service may have any other name.",
                    )


def _is_slip(word: str, known: set[str]) -> bool:
    """Whether a word is one letter beside an id: added, left out, changed or swapped with its neighbour."""
    if len(word) < 5:
        return False
    return any(abs(len(word) - len(other)) <= 1 and word != other and _one_apart(word, other) for other in known)


def _one_apart(first: str, second: str) -> bool:
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
        {
            plain_path(path): types
            for path, types in fields(each.example, str(each.data["payload"].get("content_type", ""))).items()
        }
        for each in (event, same)
    )
    absent = sorted(received.keys() - sent.keys())
    differing = sorted(path for path in sent.keys() & received.keys() if not sent[path] & received[path])
    faults = [f"without {listing(absent, 3)}"] if absent else []
    faults += [f"with `{printable(path)}` as {min(sent[path])}, not {min(received[path])}" for path in differing[:1]]
    if sent and faults:
        yield receiver.finding(
            EVENT_SHAPE,
            (*same.pointer, "payload", "example"),
            f"`{spec.id}` sends `{printable(event.name)}` {' and '.join(faults)}",
            f"Make both examples alike: `{spec.file}` says what is sent.",
            key=True,
        )
