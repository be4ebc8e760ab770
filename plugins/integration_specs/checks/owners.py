"""Check that owners exist and have contacts, and that CODEOWNERS names the same owners."""

import re
from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import Owner, is_unknown
from integration_specs.model.codeowners import code_owner, find_codeowners, owner_line_of, read_codeowners
from integration_specs.text.display import listing, printable
from integration_specs.text.suggestions import closest, did_you_mean
from integration_specs.validation.schema import Pointer

from . import CheckContext

UNKNOWN_OWNER = Rule(
    "unknown-owner",
    "error",
    "An owner is not in `owners.yaml`.",
    "The contacts for an incident come from there.",
    "owner: paymets",
    "owner: payments",
)
NO_OWNER = Rule(
    "no-owner",
    "info",
    "A draft has no owner yet.",
    "An active spec needs an owner, and somebody has to finish the draft.",
    "status: draft",
    "status: draft\nowner: payments",
)
UNREACHABLE = Rule(
    "owner-unreachable",
    "warning",
    "An owner of specs has no contact.",
    "During an incident, an address is needed, not a name.",
    "payments: {name: Payments team, kind: team}",
    "payments:\n  name: Payments team\n  kind: team\n  contacts:\n    - channel: slack\n      address: '#payments'",
)
ALONE = Rule(
    "owner-alone",
    "warning",
    "A person without a team owns specs.",
    "Nobody is responsible while that person is absent.",
    "ana-lima: {name: Ana Lima, kind: person}",
    "ana-lima:\n  name: Ana Lima\n  kind: person\n  member_of: [finance]",
)
CONTACT = Rule(
    "invalid-contact",
    "error",
    "A contact has no address that its channel can use.",
    "During an incident, nobody has time to guess. An e-mail address, telephone number or URL also becomes a link.",
    "channel: email\naddress: payments team",
    "channel: email\naddress: payments@example.com",
)
CODEOWNERS = Rule(
    "codeowners",
    "warning",
    "CODEOWNERS does not name the owner of a spec.",
    "People who are not responsible for the integration would approve its changes.",
    "/specs/pagar-me.yaml @example/platform   (owner: payments, code_owner: '@example/payments')",
    "/specs/pagar-me.yaml @example/payments",
)
RULES = (UNKNOWN_OWNER, NO_OWNER, UNREACHABLE, ALONE, CONTACT, CODEOWNERS)
ACROSS = True

_URL = r"https?://[^\s/]\S*"
_NUMBER = r"[+(]?[0-9][0-9 ()./-]{2,}[0-9](?: ?(?:x|ext\.?|ramal) ?[0-9]+)?"
_ADDRESSES = {
    "email": (re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+"), "an e-mail address such as `payments@example.com`"),
    "phone": (re.compile(_NUMBER), "a telephone number such as `+55 11 5555-0100`"),
    "url": (re.compile(_URL), "a URL such as `https://wiki.example.com/payments`"),
}
"""The channels whose addresses have a known format: that format, and how to describe it."""


def check(context: CheckContext) -> Iterator[Finding]:
    """Check the owner of each spec, `owners.yaml` itself, and CODEOWNERS if it exists."""
    yield from _check_specs(context)
    yield from _check_owners(context)
    yield from _check_codeowners(context)


def _check_specs(context: CheckContext) -> Iterator[Finding]:
    catalog = context.catalog
    # A broken owners.yaml has findings of its own; that it names nobody then is no second fault.
    is_broken = catalog.owners_have_errors
    for spec in catalog.specs:
        if spec.owner and spec.owner not in catalog.owner_by_key and not is_broken:
            yield spec.finding(
                UNKNOWN_OWNER,
                ("owner",),
                f"`{printable(spec.owner)}` is not in `{catalog.owners_file or 'owners.yaml'}`{did_you_mean(spec.owner, catalog.owner_by_key)}",
                f"Known are {listing(catalog.owner_by_key)}; or add it there."
                if catalog.owners
                else "Add it there, with a contact.",
                cause=f"owner {spec.owner}",
            )
        elif "owner" not in spec.data:
            yield spec.finding(NO_OWNER, (), "the draft has no owner", "Add `owner:` with a key of `owners.yaml`.")


def _check_owners(context: CheckContext) -> Iterator[Finding]:
    catalog = context.catalog
    owning = {spec.owner for spec in catalog.specs if spec.status != "retired"}
    for owner in catalog.owners:
        if owner.key in owning and not owner.contacts:
            yield _finding(
                context,
                UNREACHABLE,
                ("owners", owner.key),
                f"`{owner.key}` owns {listing((spec.id for spec in catalog.owned_by(owner.key)), 3)} but has no contact",
                "Add `contacts:` with `channel` and `address`, the best first.",
            )
        if owner.key in owning and owner.kind == "person" and not owner.data.get("member_of"):
            yield _finding(
                context,
                ALONE,
                ("owners", owner.key),
                f"`{owner.key}` is a person without a team and owns {listing((spec.id for spec in catalog.owned_by(owner.key)), 3)}",
                "Add `member_of:` with the key of the team that is responsible in the meantime.",
            )
        for index, contact in enumerate(owner.contacts):
            pattern, expected = _ADDRESSES.get(contact["channel"], (None, ""))
            if pattern and not pattern.fullmatch(contact["address"]) and not is_unknown(contact["address"]):
                message = f"`{printable(contact['address'])}` is not a valid address for {contact['channel']}"
                pointer = ("owners", owner.key, "contacts", index, "address")
                yield _finding(context, CONTACT, pointer, message, f"Write {expected}, or change `channel`.")
        for index, team in enumerate(owner.data.get("member_of", ())):
            if team not in catalog.owner_by_key:
                yield _unknown_key(context, owner, team, ("owners", owner.key, "member_of", index))
        for index, contact in enumerate(owner.data.get("escalation", ())):
            # Names are allowed, too: only a misspelt key is reported.
            if contact not in catalog.owner_by_key and closest(contact, catalog.owner_by_key, 0.85):
                yield _unknown_key(context, owner, contact, ("owners", owner.key, "escalation", index))
    for concern, key in catalog.approvers:
        if key not in catalog.owner_by_key:
            yield _unknown_key(context, None, key, ("approvers", concern))


def _unknown_key(context: CheckContext, owner: Owner | None, key: str, pointer: Pointer) -> Finding:
    known = [each for each in context.catalog.owner_by_key if not owner or each != owner.key]
    return _finding(
        context,
        UNKNOWN_OWNER,
        pointer,
        f"`{printable(key)}` is not in `owners`{did_you_mean(key, known)}",
        "Write a key of `owners`, or add this one.",
    )


def _finding(context: CheckContext, rule: Rule, pointer: Pointer, message: str, help: str) -> Finding:
    """Return a finding in `owners.yaml`."""
    catalog, file = context.catalog, context.catalog.owners_file
    if pointer[:1] == ("owners",) and (owner := catalog.owner_by_key.get(str(pointer[1:2] and pointer[1]))):
        file = owner.file or file
    document = next((each for each in catalog.owners_documents if each.path == file), None)
    if document is None:
        return rule.finding(message, file, help=help, pointer=pointer)
    is_entry = len(pointer) == 2 and pointer[0] == "owners"
    span = document.key_span(pointer) if is_entry else document.span(pointer)
    return rule.finding(message, document.path, span, help, pointer=pointer)


def _check_codeowners(context: CheckContext) -> Iterator[Finding]:
    for top, settings in dict(context.settings.repositories()).items():
        path = find_codeowners(settings)
        try:
            lines = read_codeowners(path.read_text(encoding="utf-8")) if path else ()
        except (OSError, ValueError):
            continue
        for spec in context.catalog.specs if path else ():
            source = context.settings.source_of(spec.file)
            file = spec.file.removeprefix(f"{top}/")
            handle = code_owner(context.catalog, spec)
            deciding = owner_line_of(file, lines)
            if (source.top if source else "") != top or not handle or (deciding and handle in deciding.handles):
                continue
            if deciding:
                reason = f"line {deciding.number} names {' '.join(map(printable, deciding.handles)) or 'nobody'}"
            else:
                reason = "no line matches this file"
            yield spec.finding(
                CODEOWNERS,
                ("owner",),
                f"{handle} is not the owner in CODEOWNERS: {reason}",
                f"Add `/{file} {handle}` after the other lines.",
            )
