"""The page of a spec: a header, then the sections of the schema in their order."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from integration_specs.files import why_unreadable
from integration_specs.findings.internal_errors import guarded
from integration_specs.model import Spec, is_open_question
from integration_specs.model.draft_progress import draft_progress
from integration_specs.site import (
    Heading,
    Page,
    Redirect,
    SearchEntry,
    health,
    navigation,
    spec_impact,
)
from integration_specs.site.code_samples import base_url, callable_endpoints, samples_html
from integration_specs.site.context import Context
from integration_specs.site.search_texts import plain_text, plain_words
from integration_specs.site.template_helpers import mapping_anchors
from integration_specs.site.value_renderer import text_anchor
from integration_specs.text.messages import Message
from integration_specs.text.names import OWN_ADDRESSES, slug
from integration_specs.validation.schema import Field

from . import changes as changes_

LARGEST_ATTACHMENT = 10 * 2**20
_ATTACHMENTS = (
    "avro bin csv docx gif jpeg jpg json md ods odt parquet pdf png pptx proto ret rem txt tsv webp xlsx yaml yml zip"
)
"""Suffixes of attachments that are published: nothing that browsers run, so no HTML, SVG, XML, scripts or styles."""


_SEARCH_WORDS = ((navigation.LISTED, None), (300, 1_000), (1_000, 300))
_FEWEST_SEARCH_WORDS = 30
"""Words of a spec in the search index by the number of specs: browsers build the index in time linear in its words."""

_PUNCTUATION = ".,;:!?()[]{}<>*`'\""


def for_spec(context: Context, spec: Spec) -> Iterator[Page | Redirect]:
    """Yield the page of a spec, at its ID, and the redirects to it."""

    def make() -> Page:
        facts = _facts(context, spec)
        return context.reuse("page", spec, facts, lambda: spec_page(context, spec, facts))

    yield context.guarded_page(make, spec.id, spec)
    part = Message("the redirects {name}", name=spec.id)
    yield from guarded(lambda: [*_redirects(context, spec)], lambda _: [], part, spec.file, spec.id)


def _redirects(context: Context, spec: Spec) -> Iterator[Redirect]:
    """Yield a redirect for each former ID that is not in use again, and for the former page of code samples."""
    if callable_endpoints(spec, base_url(spec)):
        yield Redirect(f"samples/{spec.id}", spec.id)
    for former in spec.data.get("former_ids", ()):
        if former not in context.spec_titles and former not in OWN_ADDRESSES:
            yield Redirect(former, spec.id)


def _facts(context: Context, spec: Spec) -> dict[str, Any]:
    """Return everything that a spec's page shows that is not in its file, in `owners.yaml`, the schema or the options."""
    dependants = tuple(context.dependants.get(spec.id, ()))
    related = {*dependants, *spec.data.get("depends_on", ())}
    related.update(name for event in spec.events for name in event.data.get("consumers", ()))
    entities, receivers = spec_impact.entities(context, spec), spec_impact.receivers(context, spec)
    related.update(name for each in entities for name in (*each.writers, *each.readers))
    related.update(name for _, names in receivers for name in names)
    return {
        "due": context.due(spec),
        "is_overdue": context.is_overdue(spec),
        "dependants": dependants,
        "titles": {id_: context.spec_titles[id_] for id_ in related if id_ in context.spec_titles},
        "problems": health.problems(context, spec.file),
        "score": health.score(health.reasons(context, spec)),
        "files": tuple(published(context, spec)),
        "entities": entities,
        "receivers": receivers,
        "log": changes_.recent(context, spec) if context.options.log else None,
        "changes": context.changed.get(spec.id, ()),
        "verification": context.options.verification.get(spec.id),
        "search_words": _search_words(context),
    }


def published(context: Context, spec: Spec) -> dict[str, Path]:
    """Return the published attachments of a spec by path: listed, existing, not links, and of a safe type."""
    root = context.options.root
    if root is None or "attachments" not in spec.data:
        return {}
    folder = root.resolve() / PurePosixPath(spec.file).with_suffix("")
    found = {item["path"]: folder / item["path"] for item in spec.data["attachments"]}
    return {path: file for path, file in found.items() if _is_safe(file)}


def _is_safe(file: Path) -> bool:
    known = file.suffix.lstrip(".").lower() in _ATTACHMENTS.split()
    # Unchanged by resolving: no symbolic link, and not outside of the folder.
    return known and not why_unreadable(file) and file.resolve() == file and file.stat().st_size <= LARGEST_ATTACHMENT


def spec_page(context: Context, spec: Spec, facts: dict[str, Any]) -> Page:
    """Return the page of a spec; what it shows of other specs is in `facts`."""
    files = {path: context.file_link(spec.id, f"attachments/{spec.id}/{path}") for path in facts["files"]}
    values = context.value_renderer(spec.id, facts["titles"], files)
    owner, t, edit_url = context.owner(spec), context.translations, context.options.edit_url
    changes, problems, page_edit_url = facts["changes"], facts["problems"], edit_url(spec.file, 1)
    progress, sections = draft_progress(spec, context.schema), context.schema.sections
    content = context.render(
        "spec.html",
        **facts,
        spec=spec,
        v=values,
        template_names=context.template_names,
        section_edit_url=lambda name: (
            page_edit_url and edit_url(spec.file, spec.line((name,)) if name in spec.data else 1)
        ),
        samples={
            anchor: [(name, values.code_block(html)) for name, html in each]
            for anchor, each in samples_html(spec).items()
        },
        marks=changes_.marks(context, spec, changes),
        impacts=spec_impact.impact_by_anchor(context, spec, len(facts["dependants"])),
        owner=owner,
        owners_banner=context.owners_banner(spec.id) if spec.owner and owner is None else "",
        link=partial(context.link, spec.id),
        progress=progress,
        unwritten=[sections[number - 1] for number in progress.missing_sections if spec.status == "draft"],
        source=next((each for each in context.options.sources if spec.file.startswith(f"{each.path}/")), None),
        header=_header(context, spec),
        file_link=partial(context.file_link, spec.id),
        score_kind=health.state(t, facts["score"])[1],
        findings=[(each, context.anchor(spec, each.pointer), edit_url(each.file, each.span.line)) for each in problems],
        finding_counts=health.counts(t, problems),
        counts=partial(changes_.counts, t),
        delta=changes_.by_section(context, spec, changes),
    )
    headings = (*_headings(context, spec, facts),)
    search = tuple(_search(context, spec, facts["search_words"]))
    return context.page(spec.id, spec.title, description(spec), content, headings, search, spec.file, page_edit_url)


_PLACED_BY_TEMPLATE = "format title system type owner status last_updated last_reviewed review_every criticality tags vendor waivers former_ids"


def _header(context: Context, spec: Spec) -> list[tuple[Field, Any]]:
    """Return the header properties that the template does not place itself, such as those of a custom schema."""
    return [
        (field, spec.data[field.name])
        for field in context.schema.header
        if field.name in spec.data and field.name not in _PLACED_BY_TEMPLATE.split()
    ]


def description(spec: Spec) -> str:
    """Return why the integration exists, in at most 200 characters."""
    why = spec.section("purpose").get("why", "")
    text = " ".join(re.sub(r"\*\*|`", "", why).split()) if isinstance(why, str) and not is_open_question(why) else ""
    return text if len(text) <= 200 else text[:199].rsplit(" ", 1)[0] + "…"


def _headings(context: Context, spec: Spec, facts: dict[str, Any]) -> Iterator[Heading]:
    for field in context.schema.sections:
        number = context.schema.section_number(field.name)
        yield Heading(2, slug(field.name), f"{number}. {context.translations(field.title)}")
        if field.name == "endpoints":
            # Names of parameters are left out: the table of contents is narrow, and what differs is often at the end.
            labels = [re.sub(r"\{[^{}]*\}", "{…}", endpoint.label) for endpoint in spec.endpoints]
            for endpoint, label in zip(spec.endpoints, labels, strict=True):
                yield Heading(3, endpoint.anchor, f"{label} ({endpoint.key})" if labels.count(label) > 1 else label)
        elif field.name == "events":
            for event in spec.events:
                yield Heading(3, event.anchor, event.name)
        elif field.name == "data_mapping":
            for anchor, pair in zip(mapping_anchors(spec), spec.data.get("data_mapping", ()), strict=True):
                yield Heading(3, anchor, f"{pair['local_entity']} ↔ {pair['remote_object']}")
    if any(key.startswith("x-") for key in spec.data):
        yield Heading(2, "other-notes", context.translations("Notes"))
    if facts["entities"] or facts["receivers"]:
        yield Heading(2, "impact", context.translations("Impact"))
    if facts["log"] is not None:
        yield Heading(2, "history", context.translations("History"))


def _search_words(context: Context) -> int | None:
    """Return how many words of each spec the search index contains; None means all, with entries for sections."""
    number = len(context.catalog.specs)
    return next((words for most, words in _SEARCH_WORDS if number <= most), _FEWEST_SEARCH_WORDS)


def _short_search(context: Context, spec: Spec, about: str, words: int) -> Iterator[SearchEntry]:
    """Yield entries of the page, endpoints and events; that of the page contains `words` of the sections, names first."""
    items = [SearchEntry(each.anchor, each.label, "") for each in spec.targets.values()]
    known = set(" ".join([about, *(item.title for item in items)]).split())
    sections = [spec.data.get(field.name) for field in context.schema.sections]
    found = dict.fromkeys(word.strip(_PUNCTUATION) for word in dict.fromkeys(plain_words(sections)))
    useful = [word for word in found if len(word) > 3 and word not in known]
    yield SearchEntry("", spec.title, f"{about}\t{' '.join(sorted(useful, key=str.isalpha)[:words])}")
    yield from items


def _search(context: Context, spec: Spec, words: int | None) -> Iterator[SearchEntry]:
    """Yield the entries of a spec; the title of each has the name of the spec, so that both together find a section."""
    owner, t = context.owner(spec), context.translations
    facts = [spec.system, description(spec), spec.type, owner.name if owner else spec.owner, *spec.tags]
    about = " ".join(filter(None, facts))
    if words is not None:
        yield from _short_search(context, spec, about, words)
        return
    yield SearchEntry("", spec.title, about)
    for field in context.schema.sections:
        value, title = spec.data.get(field.name), f"{spec.title}: {t(field.title)}"
        anchor = slug(field.name)
        items = spec.endpoints if field.name == "endpoints" else spec.events if field.name == "events" else ()
        for item in items:
            yield SearchEntry(item.anchor, item.label, f"\t{title}\n{plain_text(item.data)}")
        if items:
            value = [item.label for item in items]
        if isinstance(value, dict):
            for part in field.fields:
                if part.name in value and (place := text_anchor(field, part)):
                    # Webhooks are replayed.
                    topics = [t(field.title), part.name.replace("_", " ")]
                    topics += [t("Webhooks")] if part.name == "replay" else []
                    text, name = plain_text(value[part.name]), f"{spec.title}: {t(part.title)}"
                    yield SearchEntry(place, name, "\t{}\n{}".format(" ".join(topics), text))
        titles = " ".join(t(part.title) for part in field.fields)
        yield SearchEntry(anchor, title, f"\t{titles}\n{plain_text(value)}")
