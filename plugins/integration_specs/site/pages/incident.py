"""The incident card of a spec: contacts, replay, dashboards, impact. It is one page on paper."""

from collections.abc import Iterator

from integration_specs.model import Spec
from integration_specs.site import Page, SearchEntry
from integration_specs.site.context import Context


def for_spec(context: Context, spec: Spec) -> Iterator[Page]:
    """Yield `incident/<id>`, unless the spec is retired."""

    def make() -> Page:
        titles = {id_: context.spec_titles[id_] for id_ in context.dependants.get(spec.id, ())}
        return context.reuse("incident", spec, titles, lambda: _page(context, spec, titles))

    if has_card(spec):
        yield context.guarded_page(make, f"incident/{spec.id}", spec)


def has_card(spec: Spec) -> bool:
    """Return whether a spec has a card."""
    return spec.status != "retired"


def _page(context: Context, spec: Spec, titles: dict[str, str]) -> Page:
    """Return the card of a spec; `titles` are those of the specs that depend on it."""
    address, owner = f"incident/{spec.id}", context.owner(spec)
    known = context.catalog.owner_by_key
    title = f"{spec.title}: {context.translations('Incident card')}"
    content = context.render(
        "incident.html",
        spec=spec,
        owner=owner,
        escalation=[known[key] for key in (owner.data.get("escalation", ()) if owner else ()) if key in known],
        v=context.value_renderer(address, titles),
        link=lambda target: context.link(address, target),
        call_link=lambda anchor: context.link(address, spec.id, anchor),
        dependants=tuple(titles),
    )
    description = context.translations("Whom to contact, how to replay, where to look and what breaks.")
    return context.page(address, title, description, content, search=(SearchEntry("", title, ""),))
