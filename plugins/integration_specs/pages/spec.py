"""The page of a spec: header card, then the sections of the schema in their order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateNotFound
from markupsafe import Markup

from ..model import Spec, is_unknown, parse_duration, slug
from ..schema import Field
from . import Heading, Page, Redirect, SearchEntry
from .context import Context
from .values import Values, plain

Headings = list[Heading]


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered section as a template needs it."""

    field: Field
    number: int
    title: str
    anchor: str
    edit_url: str
    content: Markup


def pages(context: Context) -> Iterator[Page]:
    """One page a spec, at its id."""
    for spec in context.catalog.specs:
        yield spec_page(context, spec)


def redirects(context: Context) -> Iterator[Redirect]:
    """Former ids lead to their spec; an id that is in use again is left alone."""
    for spec in context.catalog.specs:
        for former in spec.data.get("former_ids", ()):
            if former not in context.spec_titles:
                yield Redirect(former, spec.id)


def spec_page(context: Context, spec: Spec) -> Page:
    """The page of one spec."""
    values = context.values(spec.id)
    sections = [_section(context, spec, field, values) for field in context.schema.sections]
    owner = context.owner(spec)
    content = context.fill(
        "spec.html",
        spec=spec,
        v=values,
        sections=sections,
        owner=owner,
        owner_link=context.link(spec.id, f"owners/{owner.key}") if owner else "",
        freshness=context.freshness(spec),
        dependants=context.dependants.get(spec.id, ()),
        header=_header(context, spec),
        findings=context.findings.get(spec.file, ()),
        edit_url=context.options.edit_url,
    )
    return context.page(
        spec.id,
        spec.title,
        _description(spec),
        content,
        tuple(_headings(context, spec)),
        tuple(_search(context, spec)),
        spec.file,
        context.options.edit_url(spec.file, 1),
    )


_SHOWN = {"format", "title", "system", "type", "owner", "status", "last_updated", "last_reviewed", "review_every"} | {
    "criticality",
    "tags",
    "vendor",
    "waivers",
    "former_ids",
}


def _header(context: Context, spec: Spec) -> list[tuple[Field, Any]]:
    """Facts of the header without a place of their own in the card; a property new in the schema is one of them."""
    return [
        (field, spec.data[field.name])
        for field in context.schema.header
        if field.name in spec.data and field.name not in _SHOWN
    ]


def _section(context: Context, spec: Spec, field: Field, values: Values) -> Section:
    value = spec.data.get(field.name)
    anchor = slug(field.name)
    number = context.schema.section_number(field.name)
    line = spec.line((field.name,)) if value is not None else 1
    if value is None:
        content = Markup("<p>{}</p>").format(values.missing())
    elif value == []:
        content = Markup("<p>{}</p>").format(values.none())
    else:
        content = _special(context, spec, field, value, anchor, values)
    title = f"{number}. {context.words(field.title)}"
    return Section(field, number, title, anchor, context.options.edit_url(spec.file, line), content)


def _special(context: Context, spec: Spec, field: Field, value: Any, anchor: str, values: Values) -> Markup:
    """The section's own template when there is one, else the look that its field gives it."""
    try:
        template = context.templates.get_template(f"sections/{field.name}.html")
    except TemplateNotFound:
        return values.value(field, value, anchor)
    return Markup(
        template.render(
            spec=spec,
            field=field,
            value=value,
            anchor=anchor,
            v=values,
            waits=waits,
            mapping_anchors=mapping_anchors(spec),
            shared_facts=shared_facts,
            same_facts=same_facts,
        )
    )  # noqa: S704


def shared_facts(spec: Spec, side: Field) -> dict[str, Any]:
    """What most events of one side say in the same words, when all of them say something: shown once, before them."""
    events = [event.data for event in spec.events if event.pointer[1] == side.name]
    shared: dict[str, Any] = {}
    for part in side.fields:
        given = [event[part.name] for event in events if part.name in event]
        if part.name in ("signature", "delivery", "dedupe_key", "scopes") and len(given) == len(events):
            value = max(given, key=given.count, default=None)
            if given.count(value) >= 3:
                shared[part.name] = value
    return shared


def same_facts(shared: dict[str, Any], event: dict[str, Any]) -> list[str]:
    """Names of the shared facts that an event has as they are."""
    return [name for name, value in shared.items() if event[name] == value]


def mapping_anchors(spec: Spec) -> list[str]:
    """Ids of the mapped pairs of entities, in the order of the file; unique on the page."""
    names = [
        f"mapping-{slug(pair['local_entity'] + ' ' + pair['remote_object'])}"
        for pair in spec.data.get("data_mapping", ())
    ]
    return [name if names.index(name) == place else f"{name}-{place + 1}" for place, name in enumerate(names)]


def waits(retry: dict[str, Any]) -> list[str]:
    """The delays between attempts that the facts of a retry strategy give, as durations; empty when they do not say."""
    attempts, first = retry.get("max_attempts"), parse_duration(retry.get("initial_delay"))
    if not isinstance(attempts, int) or not 1 < attempts <= 12 or first is None:
        return []
    longest = parse_duration(retry.get("max_delay")) or float("inf")
    backoff = retry.get("backoff", "")
    factors = {
        "fixed": [1] * (attempts - 1),
        "linear": list(range(1, attempts)),
        "exponential": [2**number for number in range(attempts - 1)],
    }.get(backoff, [])
    return [_short(min(first * factor, longest)) for factor in factors]


def _short(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds * 1000)}ms"


def _description(spec: Spec) -> str:
    why = spec.section("purpose").get("why", "")
    text = " ".join(why.split()) if isinstance(why, str) and not is_unknown(why) else ""
    return text if len(text) <= 200 else text[:199].rsplit(" ", 1)[0] + "…"


def _headings(context: Context, spec: Spec) -> Iterator[Heading]:
    for field in context.schema.sections:
        number = context.schema.section_number(field.name)
        yield Heading(2, slug(field.name), f"{number}. {context.words(field.title)}")
        if field.name == "endpoints":
            labels = [endpoint.label for endpoint in spec.endpoints]
            for endpoint in spec.endpoints:
                shared = labels.count(endpoint.label) > 1
                yield Heading(3, endpoint.anchor, f"{endpoint.label} ({endpoint.key})" if shared else endpoint.label)
        elif field.name == "events":
            for event in spec.events:
                yield Heading(3, event.anchor, event.name)
        elif field.name == "data_mapping":
            for anchor, pair in zip(mapping_anchors(spec), spec.data.get("data_mapping", ()), strict=True):
                yield Heading(3, anchor, f"{pair['local_entity']} ↔ {pair['remote_object']}")


def _search(context: Context, spec: Spec) -> Iterator[SearchEntry]:
    owner = context.owner(spec)
    about = [spec.system, _description(spec), spec.type, owner.name if owner else spec.owner]
    yield SearchEntry("", spec.title, " ".join(filter(None, about)), spec.tags)
    for field in context.schema.sections:
        value = spec.data.get(field.name)
        title = f"{spec.title}: {context.words(field.title)}"
        if field.name == "endpoints":
            yield SearchEntry(slug(field.name), title, " ".join(endpoint.label for endpoint in spec.endpoints))
            for endpoint in spec.endpoints:
                yield SearchEntry(endpoint.anchor, endpoint.label, plain(endpoint.data))
        elif field.name == "events":
            yield SearchEntry(slug(field.name), title, " ".join(event.name for event in spec.events))
            for event in spec.events:
                yield SearchEntry(event.anchor, event.name, plain(event.data))
        else:
            yield SearchEntry(slug(field.name), title, plain(value))
