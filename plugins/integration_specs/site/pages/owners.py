"""Who answers for what: a table that starts with what nobody owns, and a page per owner."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from integration_specs.model import Owner, Spec, Unknown
from integration_specs.site import Page, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.tables import Cell, Cells, Row, Table, cell


@dataclass(frozen=True, slots=True)
class Question:
    """A typed unknown that somebody is to answer, and the spec it stands in."""

    spec: Spec
    unknown: Unknown


@dataclass(frozen=True, slots=True)
class OwnerFacts:
    """One row of the table. `owner` is None for a key that owners.yaml lacks; an empty `key` is nobody at all.

    `differs` counts the specs whose CODEOWNERS ask somebody else.
    """

    key: str
    owner: Owner | None
    specs: tuple[Spec, ...]
    overdue: int
    questions: tuple[Question, ...]
    differs: int


def pages(context: Context) -> Iterator[Page]:
    """The page at `owners`, and `owners/<key>` for each owner."""
    t = context.words
    facts = _facts(context)
    title, lead = t("Owners"), t("Who answers for what, and how to reach them.")
    content = context.fill("owners.html", table=_table(context, facts))
    yield context.page("owners", title, lead, content, search=(SearchEntry("", title, lead),), nav=2)
    for row in facts:
        if row.owner:
            yield _owner_page(context, row, row.owner)


def _table(context: Context, facts: list[OwnerFacts]) -> Table:
    t, cells = context.words, Cells(context, "owners")
    columns = (
        t("Owner"), t("Contacts"), t("On call"), t("Integrations"), t("Overdue reviews"), t("Open questions"),
    )  # fmt: skip
    rows = tuple(_row(context, cells, each) for each in facts)
    facets = (("kind", t("Kind")), ("state", t("State")))
    return Table("owners", t("Owners"), columns, rows, facets, look="ispec-owners")


def _row(context: Context, cells: Cells, row: OwnerFacts) -> Row:
    t, owner = context.words, row.owner
    if owner:
        name = cells.link(f"owners/{row.key}", owner.name) + Markup("<small>{}</small>").format(t(owner.kind))
    elif row.key:
        name = Markup("<code>{}</code> {}").format(row.key, cells.badge(t("not in owners.yaml"), "warn"))
    else:
        name = cells.badge(t("No owner"), "warn")
    if owner and owner.code_owner:
        name += Markup("<small><code>{}</code></small>").format(owner.code_owner)
    if row.differs:
        name += Markup(" {}").format(cells.badge(t("CODEOWNERS differs"), "warn"))
    questions = str(len(row.questions))
    if owner and row.questions:
        questions = cells.link(f"owners/{row.key}", questions, "questions")
    states = [t("overdue")] if row.overdue else []
    states += [t("Open questions")] if row.questions else []
    states += [t("unowned")] if not owner else []
    return Row(
        (
            Cell(name),
            Cell(context.fill("contacts.html", contacts=owner.contacts)) if owner else cell(""),
            cell(str(owner.data.get("on_call", ""))) if owner else cell(""),
            cells.specs((spec, "") for spec in row.specs),
            Cell(cells.badge(str(row.overdue), "warn")) if row.overdue else cell("0"),
            cell(questions),
        ),
        ((t(owner.kind),) if owner else (), tuple(states)),
        alarm=owner is None,
    )


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
        differs = sum(any(each.rule == "codeowners" for each in context.findings.get(spec.file, ())) for spec in specs)
        rows.append(OwnerFacts(key, known.get(key), specs, overdue, tuple(asked), differs))
    return rows
