"""The incident card of a spec: who to call, where to look, what breaks, how to mend it. One page on paper."""

from collections.abc import Iterable, Iterator

from integration_specs.model import Spec
from integration_specs.site import Page, SearchEntry
from integration_specs.site.context import Context


def pages(context: Context) -> Iterator[Page]:
    """`incident/<id>` for each spec that may be running."""
    return kept_pages(context, context.catalog.specs)


def kept_pages(context: Context, specs: Iterable[Spec]) -> Iterator[Page]:
    """Those of these specs."""
    for spec in specs:
        if has_card(spec):
            titles = {id_: context.spec_titles[id_] for id_ in context.dependants.get(spec.id, ())}
            facts = (spec.file, spec.document.text, "incident", titles)
            yield context.remember(facts, lambda: _page(context, spec, titles))  # noqa: B023 (called at once)


def has_card(spec: Spec) -> bool:
    """Whether a spec has a card: what is retired calls nobody at night."""
    return spec.status != "retired"


def _page(context: Context, spec: Spec, titles: dict[str, str]) -> Page:
    """The card of one spec; of other specs it says nothing but the `titles` of those that need it."""
    address, owner = f"incident/{spec.id}", context.owner(spec)
    known = context.catalog.owner_by_key
    title = f"{spec.title}: {context.words('Incident card')}"
    content = context.fill(
        "incident.html",
        spec=spec,
        owner=owner,
        escalation=[known[key] for key in (owner.data.get("escalation", ()) if owner else ()) if key in known],
        v=context.values(address, titles),
        link=lambda target, anchor="": context.link(address, target, anchor),
        dependants=tuple(titles),
    )
    description = context.words("Who to call, where to look, what breaks and how to mend it.")
    return context.page(address, title, description, content, search=(SearchEntry("", title, description),))
