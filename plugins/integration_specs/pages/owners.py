"""Who answers for what: a table that starts with what nobody owns, and a page per owner."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..model import Owner, Spec, Unknown
from . import Page, SearchEntry
from .context import Context


@dataclass(frozen=True, slots=True)
class Question:
    """A typed unknown that somebody is to answer, and the spec it stands in."""

    spec: Spec
    unknown: Unknown


@dataclass(frozen=True, slots=True)
class OwnerFacts:
    """One row of the table. `owner` is None for a key that owners.yaml lacks; an empty `key` is nobody at all."""

    key: str
    owner: Owner | None
    specs: tuple[Spec, ...]
    overdue: int
    questions: tuple[Question, ...]


def pages(context: Context) -> Iterator[Page]:
    """The page at `owners`, and `owners/<key>` for each owner."""
    t = context.words
    facts = _facts(context)
    description = t("Who answers for what, and how to reach them.")
    content = context.fill(
        "owners.html", rows=facts, link=lambda target: context.link("owners", target), v=context.values("owners")
    )
    yield context.page(
        "owners", t("Owners"), description, content, search=(SearchEntry("", t("Owners"), description),), nav=2
    )
    for row in facts:
        if row.owner:
            yield _owner_page(context, row, row.owner)


def _owner_page(context: Context, row: OwnerFacts, owner: Owner) -> Page:
    address = f"owners/{owner.key}"
    content = context.fill(
        "owner.html",
        owner=owner,
        row=row,
        members=[each for each in context.catalog.owners if owner.key in each.data.get("member_of", ())],
        freshness={spec.id: context.freshness(spec) for spec in row.specs},
        link=lambda target: context.link(address, target),
        v=context.values(address),
        edit_url=context.options.edit_url(context.catalog.owners_file, owner.span.line)
        if context.catalog.owners_file
        else "",
    )
    reach = " ".join(contact["address"] for contact in owner.contacts)
    search = (SearchEntry("", owner.name, f"{reach} {owner.data.get('on_call', '')}"),)
    return context.page(address, owner.name, f"{owner.name}: {reach}", content, search=search)


def _facts(context: Context) -> list[OwnerFacts]:
    questions: dict[str, list[Question]] = {}
    for spec in context.catalog.specs:
        for _, unknown in spec.unknowns():
            questions.setdefault(unknown.owner or spec.owner, []).append(Question(spec, unknown))
    by_owner, known = context.specs_by_owner, context.catalog.owner_by_key
    keys = [*(key for key in sorted(by_owner) if key not in known), *known]
    rows = []
    for key in keys:
        specs = tuple(by_owner.get(key, ()))
        overdue = sum(context.freshness(spec).state != "fresh" for spec in specs)
        asked = sorted(
            questions.get(key, ()), key=lambda each: (each.unknown.due is None, each.unknown.due, each.spec.id)
        )
        rows.append(OwnerFacts(key, known.get(key), specs, overdue, tuple(asked)))
    return rows
