"""Who answers: owners are listed and can be reached, and CODEOWNERS says the same."""

from collections.abc import Iterator

from integration_specs.findings import Finding, Rule
from integration_specs.model import Owner
from integration_specs.model.codeowners import code_owner, find_codeowners, owner_line_of, read_codeowners
from integration_specs.text.display import listing, printable
from integration_specs.text.suggestions import closest, did_you_mean
from integration_specs.validation.schema import Pointer

from . import CheckContext

UNKNOWN_OWNER = Rule(
    "unknown-owner",
    "error",
    "An owner is not in `owners.yaml`.",
    "Only those listed there, with contacts, can be called at night.",
    "owner: paymets",
    "owner: payments",
)
NO_OWNER = Rule(
    "no-owner",
    "info",
    "A draft has no owner yet.",
    "Somebody must finish it, and an active spec cannot do without an owner.",
    "status: draft",
    "status: draft\nowner: payments",
)
UNREACHABLE = Rule(
    "owner-unreachable",
    "warning",
    "An owner of specs has no contact.",
    "Whoever needs help at 3 a.m. needs an address, not a name.",
    "payments: {name: Payments team, kind: team}",
    "payments:\n  name: Payments team\n  kind: team\n  contacts:\n    - channel: slack\n      address: '#payments'",
)
ALONE = Rule(
    "owner-alone",
    "warning",
    "A person owns specs and belongs to no team.",
    "When that person is away, nobody answers.",
    "ana-lima: {name: Ana Lima, kind: person}",
    "ana-lima:\n  name: Ana Lima\n  kind: person\n  member_of: [finance]",
)
CODEOWNERS = Rule(
    "codeowners",
    "warning",
    "CODEOWNERS asks someone other than the spec's owner.",
    "Changes would be approved by people who are not responsible for the integration.",
    "/specs/pagar-me.yaml @example/platform   (owner: payments, code_owner: '@example/payments')",
    "/specs/pagar-me.yaml @example/payments",
)
RULES = (UNKNOWN_OWNER, NO_OWNER, UNREACHABLE, ALONE, CODEOWNERS)
ACROSS = True


def check(context: CheckContext) -> Iterator[Finding]:
    """Looks at the owner of each spec, at `owners.yaml` itself, and at CODEOWNERS where there is one."""
    yield from _specs(context)
    yield from _people(context)
    yield from _codeowners(context)


def _specs(context: CheckContext) -> Iterator[Finding]:
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
            yield spec.finding(
                NO_OWNER, (), "this draft has no owner yet", "Write `owner:` with a key of `owners.yaml`."
            )


def _people(context: CheckContext) -> Iterator[Finding]:
    catalog = context.catalog
    owning = {spec.owner for spec in catalog.specs if spec.status != "retired"}
    for owner in catalog.owners:
        if owner.key in owning and not owner.contacts:
            yield _about(
                context,
                UNREACHABLE,
                ("owners", owner.key),
                f"`{owner.key}` owns {listing((spec.id for spec in catalog.owned_by(owner.key)), 3)} and has no contact",
                "Add `contacts:` with a `channel` and an `address`, the best first.",
            )
        if owner.key in owning and owner.kind == "person" and not owner.data.get("member_of"):
            yield _about(
                context,
                ALONE,
                ("owners", owner.key),
                f"`{owner.key}` is a person who owns {listing((spec.id for spec in catalog.owned_by(owner.key)), 3)} and belongs to no team",
                "Write `member_of:` with the key of a team that answers meanwhile.",
            )
        for index, team in enumerate(owner.data.get("member_of", ())):
            if team not in catalog.owner_by_key:
                yield _unlisted(context, owner, team, ("owners", owner.key, "member_of", index))
        for index, next_one in enumerate(owner.data.get("escalation", ())):
            # Names are allowed, too: only what is nearly a key is a slip.
            if next_one not in catalog.owner_by_key and closest(next_one, catalog.owner_by_key, 0.85):
                yield _unlisted(context, owner, next_one, ("owners", owner.key, "escalation", index))
    for concern, key in catalog.approvers:
        if key not in catalog.owner_by_key:
            yield _unlisted(context, None, key, ("approvers", concern))


def _unlisted(context: CheckContext, owner: Owner | None, key: str, pointer: Pointer) -> Finding:
    known = [each for each in context.catalog.owner_by_key if not owner or each != owner.key]
    return _about(
        context,
        UNKNOWN_OWNER,
        pointer,
        f"`{printable(key)}` is not in `owners`{did_you_mean(key, known)}",
        "Name a key of `owners`, or add it there.",
    )


def _about(context: CheckContext, rule: Rule, pointer: Pointer, message: str, help_text: str) -> Finding:
    document = context.catalog.owners_document
    is_entry = len(pointer) == 2 and pointer[0] == "owners"
    if document is None:
        return Finding(rule.name, rule.level, message, context.catalog.owners_file, help=help_text, pointer=pointer)
    span = document.key_span(pointer) if is_entry else document.span(pointer)
    return Finding(rule.name, rule.level, message, document.path, span, help_text, pointer=pointer)


def _codeowners(context: CheckContext) -> Iterator[Finding]:
    path = find_codeowners(context.settings)
    if path is None:
        return
    try:
        lines = read_codeowners(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    for spec in context.catalog.specs:
        handle = code_owner(context.catalog, spec)
        deciding = owner_line_of(spec.file, lines)
        if not handle or (deciding and handle in deciding.handles):
            continue
        if deciding:
            said = f"line {deciding.number} says {' '.join(map(printable, deciding.handles)) or 'nobody'}"
        else:
            said = "no line speaks of this file"
        yield spec.finding(
            CODEOWNERS,
            ("owner",),
            f"CODEOWNERS does not ask {handle}: {said}",
            f"Write `/{spec.file} {handle}` there, after the other lines.",
        )
