"""Check that owners exist and have contacts, and that CODEOWNERS names the same owners."""

import re
from collections.abc import Iterator
from typing import Any

from integration_specs.findings import Finding, Span
from integration_specs.model import Catalog, Owner, is_open_question
from integration_specs.model.codeowners import code_owner, codeowners_text, owner_line_of, read_codeowners
from integration_specs.text.display import listing, printable
from integration_specs.text.messages import Message
from integration_specs.text.suggestions import closest, did_you_mean
from integration_specs.text.urls import has_valid_host
from integration_specs.validation.schema import Pointer

from . import RULES, CheckContext

_URL = r"https?://[^\s/]\S*"
_NUMBER = r"[+(]?[0-9][0-9 ()./-]{2,}[0-9](?: ?(?:x|ext\.?|ramal) ?[0-9]+)?"
_ADDRESSES = {
    "email": (
        re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+"),
        Message("an e-mail address such as `payments@example.com`"),
    ),
    "phone": (re.compile(_NUMBER), Message("a telephone number such as `+55 11 5555-0100`")),
    "url": (re.compile(_URL), Message("a URL such as `https://wiki.example.com/payments`")),
}
"""The channels whose addresses have a known format: that format, and how to describe it."""


def check_all(context: CheckContext) -> Iterator[Finding]:
    """Check the owner of each spec, `owners.yaml` itself, and CODEOWNERS if it exists."""
    yield from _check_specs(context)
    yield from _check_owners(context)
    yield from _check_codeowners(context)


def _check_specs(context: CheckContext) -> Iterator[Finding]:
    catalog = context.catalog
    # A broken owners.yaml has findings of its own; that it names nobody is then not another fault.
    is_broken = catalog.owners_have_errors
    for spec in catalog.specs:
        if spec.owner and spec.owner not in catalog.owner_by_key and not is_broken:
            yield spec.report(
                RULES["unknown-owner"],
                ("owner",),
                variant="" if catalog.owners else "first",
                cause=f"owner {spec.owner}",
                owner=spec.owner,
                place=catalog.owners_file or "owners.yaml",
                hint=did_you_mean(spec.owner, catalog.owner_by_key),
                owners=listing(catalog.owner_by_key),
            )
        elif "owner" not in spec.data:
            yield spec.report(RULES["no-owner"], ())


def _check_owners(context: CheckContext) -> Iterator[Finding]:
    catalog = context.catalog
    owning = {spec.owner for spec in catalog.specs if spec.status != "retired"}
    for owner in catalog.owners:
        pointer = ("owners", owner.key)
        is_alone = owner.kind == "person" and not owner.data.get("member_of")
        for rule, is_wrong in (("owner-unreachable", not owner.contacts), ("owner-alone", is_alone)):
            if is_wrong and owner.key in owning:
                specs = listing((spec.id for spec in catalog.owned_by(owner.key)), 3)
                yield _report(catalog, rule, pointer, owner, owner=owner.key, specs=specs)
        for index, contact in enumerate(owner.contacts):
            channel, address = contact["channel"], contact["address"]
            pattern, expected = _ADDRESSES.get(channel, (None, ""))
            is_valid = not pattern or bool(pattern.fullmatch(address))
            if channel == "url":
                is_valid = is_valid and has_valid_host(address)
            if not is_valid and not is_open_question(address):
                values = {"address": address, "channel": channel, "expected": expected}
                yield _report(catalog, "invalid-contact", (*pointer, "contacts", index, "address"), owner, **values)
        for index, team in enumerate(owner.data.get("member_of", ())):
            if team not in catalog.owner_by_key:
                yield _unknown_key(catalog, owner, team, (*pointer, "member_of", index))
        for index, contact in enumerate(owner.data.get("escalation", ())):
            # Names are allowed, too: only a misspelt key is reported.
            if contact not in catalog.owner_by_key and closest(contact, catalog.owner_by_key, 0.85):
                yield _unknown_key(catalog, owner, contact, (*pointer, "escalation", index))
    for concern, key in catalog.approvers:
        if key not in catalog.owner_by_key:
            yield _unknown_key(catalog, None, key, ("approvers", concern))


def _unknown_key(catalog: Catalog, owner: Owner | None, key: str, pointer: Pointer) -> Finding:
    hint = did_you_mean(key, [each for each in catalog.owner_by_key if not owner or each != owner.key])
    values = {"variant": "in-owners", "place": "owners", "hint": hint, "owner": key}
    return _report(catalog, "unknown-owner", pointer, owner, **values)


def _report(catalog: Catalog, name: str, pointer: Pointer, in_entry: Owner | None, /, **values: Any) -> Finding:
    """Return a finding in the `owners.yaml` that has the entry of an owner, else in that of the project."""
    rule = RULES[name]
    file = (in_entry and in_entry.file) or catalog.owners_file
    document = next((each for each in catalog.owners_documents if each.path == file), None)
    span = Span() if not document else document.key_span(pointer) if rule.at_key else document.span(pointer)
    return rule.report(file, span, pointer, **values)


def _check_codeowners(context: CheckContext) -> Iterator[Finding]:
    for top, settings in dict(context.settings.repositories()).items():
        text = codeowners_text(settings)
        if text is None:
            continue
        lines = read_codeowners(text)
        for spec in context.catalog.specs:
            source = context.settings.source_of(spec.file)
            file = spec.file.removeprefix(f"{top}/")
            handle = code_owner(context.catalog, spec)
            deciding = owner_line_of(file, lines)
            if (source.top if source else "") != top or not handle or (deciding and handle in deciding.handles):
                continue
            if deciding:
                names = " ".join(map(printable, deciding.handles)) or Message("nobody")
                reason = Message("line {line} names {names}", line=deciding.number, names=names)
            else:
                reason = Message("no line matches this file")
            yield spec.report(RULES["codeowners"], ("owner",), handle=handle, reason=reason, file=file)
