"""What templates of sections ask for: facts worked out from a section, and small pieces of HTML."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from html import escape
from typing import Any

from markupsafe import Markup

from integration_specs.model.retry_schedule import read_backoff
from integration_specs.model import Endpoint, Event, Spec, step_reference
from integration_specs.text.names import slug
from integration_specs.validation.schema import Field
from . import markdown
from .sequence_diagram import sequence
from .values import code_html
from .words import Words


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
    plan = read_backoff(retry)
    return [_short(delay) for delay in plan.delays] if plan and plan.attempts <= 12 and any(plan.delays) else []


def _short(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds * 1000)}ms"


def contact_html(contact: Mapping[str, str]) -> Markup:
    """The address of a contact: linked where its channel has addresses that can be clicked."""
    address, shown = contact["address"], escape(contact["address"])
    target = {"email": f"mailto:{address}", "url": address, "phone": ""}.get(contact["channel"], address)
    if markdown.safe_link(target):
        return Markup(f'<a href="{escape(target)}" rel="noopener noreferrer">{shown}</a>')  # noqa: S704 (escaped)
    if contact["channel"] == "phone" and re.fullmatch(r"\+?[0-9 ()-]{5,30}", address):
        return Markup(f'<a href="tel:{re.sub("[^0-9+]", "", address)}">{shown}</a>')  # noqa: S704 (escaped)
    return Markup(f"<span>{shown}</span>")  # noqa: S704 (escaped)


def review_badge(words: Words, due: date | None, fresh: bool) -> Markup:
    """How a review stands at build, in words; a script says it again with the day on which it is read."""
    if due is None:
        return Markup('<span class="ispec-badge ispec-badge--warn">{}</span>').format(words("never reviewed"))
    late = words("review overdue since {date}", date=words.day(due))
    if not fresh:
        return Markup('<span class="ispec-badge ispec-badge--warn">{}</span>').format(late)
    told = Markup('<span class="ispec-badge ispec-badge--ok" data-due="{}" data-late="{}">{}</span>')
    return told.format(due.isoformat(), late, words("review due {date}", date=words.day(due)))


@lru_cache(maxsize=4096)
def path_html(path: str) -> Markup:
    """A path that may break after each slash, with its places set apart."""
    html = re.sub(r"(\{[^{}]*\})", r'<span class="ispec-place">\1</span>', escape(path))
    return Markup("<code>" + re.sub(r"(?<=[^<])([/?]|&amp;)", r"<wbr>\1", html) + "</code>")  # noqa: S704 (escaped)


def step_html(step: str, target: Endpoint | Event) -> Markup:
    """A flow's step: what it names, linked to its card, and the remark after it."""
    name = step_reference(step)
    remark = escape(step.strip()[len(name) :])
    return Markup(f'<a href="#{target.anchor}"><code>{escape(name)}</code></a>{remark}')  # noqa: S704 (escaped)


def keys_of(items: Iterable[Mapping[str, Any]]) -> set[str]:
    """All keys that any of the objects has."""
    return {key for item in items for key in item}


def code(text: str) -> Markup:
    """A technical name, which may break where its parts meet."""
    return Markup(code_html(text))  # noqa: S704 (escaped)


def message(text: str) -> Markup:
    """A finding's words, with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text)))  # noqa: S704 (escaped)


GLOBALS = {
    "code_html": code,
    "contact_html": contact_html,
    "keys_of": keys_of,
    "mapping_anchors": mapping_anchors,
    "message": message,
    "path_html": path_html,
    "review_badge": review_badge,
    "same_facts": same_facts,
    "sequence": sequence,
    "shared_facts": shared_facts,
    "step_html": step_html,
    "waits": waits,
}
"""Names that every template may use, besides `t` (the words) and `schema`."""
