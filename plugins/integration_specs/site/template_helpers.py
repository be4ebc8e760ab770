"""Functions for templates: facts derived from a section, and small pieces of HTML."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from integration_specs.model import Endpoint, Event, Spec, parse_open_question, step_reference
from integration_specs.model.retry_schedule import read_retry_schedule
from integration_specs.text.messages import gettext_noop
from integration_specs.text.names import slug
from integration_specs.validation.schema import Field

from . import markdown
from .markdown import escape
from .sequence_diagram import sequence
from .translations import Translations
from .value_renderer import code_html


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that is a link.

    `dates` are ISO texts: `number` is how many of them are past or, with `days`, are within that many days from today.
    """

    title: str
    number: int | str
    link: str
    dates: Iterable[str] = ()
    days: int = 0


def shared_facts(spec: Spec, side: Field) -> dict[str, Any]:
    """Return the facts that most received (or sent) events share, if each event gives them: they are shown once."""
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
    """Return the names of the shared facts that an event repeats unchanged."""
    return [name for name, value in shared.items() if event[name] == value]


def mapping_anchors(spec: Spec) -> list[str]:
    """Return the IDs of the mapped pairs of entities, in the order of the file; unique on the page."""
    names = [
        f"mapping-{slug(pair['local_entity'] + ' ' + pair['remote_object'])}"
        for pair in spec.data.get("data_mapping", ())
    ]
    return [name if names.index(name) == place else f"{name}-{place + 1}" for place, name in enumerate(names)]


def waits(retry: dict[str, Any]) -> list[str]:
    """Return the delays between attempts as durations; empty if the retry strategy does not define them."""
    plan = read_retry_schedule(retry)
    return [_short(delay) for delay in plan.delays] if plan and plan.attempts <= 12 and any(plan.delays) else []


def _short(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds * 1000)}ms"


CHANNELS = {
    "email": gettext_noop("Email"),
    "slack": gettext_noop("Slack"),
    "teams": gettext_noop("Teams"),
    "phone": gettext_noop("Phone"),
    "whatsapp": gettext_noop("WhatsApp"),
    "pager": gettext_noop("Pager"),
    "url": gettext_noop("Web"),
    "other": gettext_noop("Other"),
}
"""Names of the channels of contacts."""


LEVELS = {"error": gettext_noop("Error"), "warning": gettext_noop("Warning"), "info": gettext_noop("Note")}
"""Names of the severities of findings."""


def contact_html(contact: Mapping[str, str], urls: Mapping[str, str]) -> Markup:
    """Return the address of a contact, linked if it can be opened; `urls` are the project's addresses by channel."""
    address, channel, shown = contact["address"], contact["channel"], escape(contact["address"])
    target = contact.get("url", "")
    if not target and channel in urls:
        target = urls[channel].replace("{address}", quote(address.lstrip("#@"), safe=""))
    if not target:
        target = f"mailto:{address}" if channel == "email" else address
    if markdown.safe_link(target):
        return Markup(f'<a href="{escape(target)}" rel="noopener noreferrer">{shown}</a>')  # noqa: S704 (escaped)
    if channel in ("phone", "whatsapp") and re.fullmatch(r"\+?[0-9 ()-]{5,30}", address):
        return Markup(f'<a href="tel:{re.sub("[^0-9+]", "", address)}">{shown}</a>')  # noqa: S704 (escaped)
    return Markup(f'<span dir="auto">{shown}</span>')  # noqa: S704 (escaped)


_CODE = re.compile(r"<code>([^<]*(?:<wbr>[^<]*)*)</code>")


def link_calls(html: str, spec: Spec, link: Callable[[str], str]) -> Markup:
    """Return a text as HTML with its code linked where it names an endpoint or event; `link` returns the address."""

    def linked(code: re.Match[str]) -> str:
        target = spec.named_targets.get(unescape(code[1].replace("<wbr>", "")))
        return f'<a href="{escape(link(target.anchor))}">{code[0]}</a>' if target else code[0]

    return Markup(_CODE.sub(linked, html))  # noqa: S704 (escaped)


def copyable(html: str, label: str) -> Markup:
    """Return HTML with a button named `label` after all code that holds a space: the commands and calls."""

    def with_button(match: re.Match[str]) -> str:
        code = _CODE.search(match[0])
        text = escape(unescape(code[1].replace("<wbr>", ""))) if code else ""
        if " " not in text:
            return match[0]
        attributes = f'type="button" class="ispec-copy" data-copy="{text}" aria-label="{escape(label)}: {text}"'
        return f"{match[0]}<button {attributes}>{escape(label)}</button>"

    return Markup(re.sub(f"(?s:<a [^>]*>.*?</a>)|{_CODE.pattern}", with_button, html))  # noqa: S704 (escaped)


def folded_names(t: Translations, names: Iterable[str], most: int) -> Markup:
    """Return names in one line; those after the first `most` are folded, unless only one is."""
    every = [escape(name) for name in names]
    shown = every if len(every) <= most + 1 else every[:most]
    html = ", ".join(shown)
    if rest := every[len(shown) :]:
        more = escape(t("and {number} more", number=len(rest)))
        html += f'<details class="ispec-fold ispec-fold--names"><summary> {more}</summary>, {", ".join(rest)}</details>'
    return Markup(html)  # noqa: S704 (escaped)


def review_badge(t: Translations, due: date | None, today: date) -> Markup:
    """Return the state of a review as a badge; a script updates it for the day of reading.

    `due` is the last day on which the review is valid, None without one.
    """
    late = t("review overdue since {date}", date=t.day(due)) if due else t("never reviewed")
    if due is None or due < today:
        return Markup('<span class="ispec-badge ispec-badge--warn">%s</span>') % late
    html = Markup('<span class="ispec-badge ispec-badge--ok" data-due="%s" data-late="%s">%s</span>')
    return html % (due.isoformat(), late, t("review due {date}", date=t.day(due)))


@lru_cache(maxsize=4096)
def path_html(path: str) -> Markup:
    """Return a path that may wrap after each slash, with its parameters highlighted."""
    html = re.sub(r"(\{[^{}]*\})", r'<span class="ispec-place">\1</span>', escape(path))
    return Markup("<code>" + re.sub(r"(?<=[^<])([/?]|&amp;)", r"<wbr>\1", html) + "</code>")  # noqa: S704 (escaped)


def step_html(step: str, target: Endpoint | Event) -> Markup:
    """Return a step of a flow: a link to the endpoint or event it names, and the note after it."""
    name = step_reference(step)
    note = escape(step.strip()[len(name) :])
    return Markup(f'<a href="#{target.anchor}"><code>{escape(name)}</code></a>{note}')  # noqa: S704 (escaped)


def first_sentence(text: str) -> str:
    """Return the first sentence of a text field as plain text; of an open question, its text."""
    question = parse_open_question(text)
    plain = question.text if question else text
    if "*" in plain or "`" in plain or "_" in plain:
        plain = re.sub(r"[*`_]{1,2}(?=\S)|(?<=\S)[*`]{1,2}", "", plain)
    # The pattern starts with the space, which is found faster than what is before it.
    return re.split(r" (?<=[.!?] )(?=[A-ZÀ-Ý])", " ".join(plain.split()), maxsplit=1)[0]


def other_fields(field: Field, items: Iterable[Mapping[str, Any]], known: Iterable[str]) -> list[Field]:
    """Return the properties of a list's items that any of them has, without the `known` ones."""
    names = {key for item in items for key in item}.difference(known)
    return [part for part in field.fields if part.name in names] if names else []


def code(text: str) -> Markup:
    """Return a technical name that may wrap between its parts."""
    return Markup(code_html(text))  # noqa: S704 (escaped)


def message(text: str) -> Markup:
    """Return the text of a finding, with parts between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text)))  # noqa: S704 (escaped)


_FUNCTIONS: tuple[Callable[..., Any], ...] = (
    *(
        contact_html,
        first_sentence,
        folded_names,
        link_calls,
        mapping_anchors,
        other_fields,
        path_html,
        review_badge,
        same_facts,
    ),
    *(sequence, shared_facts, slug, step_html, waits),
)
TEMPLATE_GLOBALS = {"CHANNELS": CHANNELS, "LEVELS": LEVELS, "code_html": code} | {
    each.__name__: each for each in _FUNCTIONS
}
"""Names that every template may use, besides `t` (the translations) and `schema`."""
