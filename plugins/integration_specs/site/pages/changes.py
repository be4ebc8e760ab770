"""Changes: the semantic history of all specs and, in a preview, what this state of the specs changes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from integration_specs.model import Spec
from integration_specs.site import ChangeView, LogEntry, Page, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Column, Table, list_html
from integration_specs.site.template_helpers import mapping_anchors
from integration_specs.site.translations import Translations, gettext_noop
from integration_specs.text.names import slug

LEVELS = (gettext_noop("breaking"), gettext_noop("risky"), gettext_noop("safe"), gettext_noop("editorial"))
_BADGES = {"breaking": "error", "risky": "warn", "safe": "ok", "editorial": "info"}
_SIGNS = {gettext_noop("added"): "+", gettext_noop("removed"): "−", gettext_noop("changed"): "≠"}
_AFFECTED = {
    "mapping": gettext_noop("Mapped fields"),
    "field": gettext_noop("Local fields"),
    "flow": gettext_noop("Flows"),
    "consumer": gettext_noop("Consumers"),
    "event": gettext_noop("Events"),
    "endpoint": gettext_noop("Endpoints"),
    "spec": gettext_noop("Integrations"),
}
LOG, COMPARED = "changes", "changes/compared"
_MOST_SPECS, _MOST_CHANGES, _MOST_NAMES, _MOST_RECENT = 20, 12, 6, 5
"""Limits: specs of one commit, changes of one spec, names that a change affects, and entries on a spec's page."""


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `changes` for a site with a history, and `changes/compared` for a preview."""
    if context.options.preview is not None:
        yield _compared(context)
    if context.options.log is not None:
        yield _log(context)


def recent(context: Context, spec: Spec) -> tuple[LogEntry, ...]:
    """Return the newest entries of a spec, under its id or a former one."""
    names = (spec.id, *spec.data.get("former_ids", ()))
    found = (entry for name in names for entry in context.entries_of.get(name, ()))
    return tuple(sorted(found, key=lambda entry: entry.day, reverse=True))[:_MOST_RECENT]


def counts(t: Translations, changes: Iterable[ChangeView]) -> str:
    """Return the number of changes of each level, as text."""
    found = Counter(change.level for change in changes)
    return ", ".join(f"{found[level]} {t(level)}" for level in LEVELS if found[level])


def marks(context: Context, spec: Spec, changes: Iterable[ChangeView]) -> dict[str, str]:
    """Return which endpoints, events and mapped entities of a spec's page are added or changed, by anchor."""
    found = list(changes)
    places = [(endpoint.pointer, endpoint.anchor) for endpoint in spec.endpoints]
    places += [(event.pointer, event.anchor) for event in spec.events]
    places += [(("data_mapping", number), anchor) for number, anchor in enumerate(mapping_anchors(spec))]
    marked: dict[str, str] = {}
    for pointer, anchor in places:
        path = context.schema.identity_path(spec.data, pointer)
        states = [change.state if change.pointer == path else "changed" for change in found if inside(change, path)]
        if states:
            marked[anchor] = "added" if "added" in states else "changed"
    return marked


def inside(change: ChangeView, path: str) -> bool:
    """Return whether a change is at `path`, a path by identity, or below it."""
    return change.pointer == path or change.pointer.startswith((f"{path}.", f"{path}["))


@dataclass(frozen=True, slots=True)
class _LogRow:
    """An entry of the log, or the remaining entries of a commit that changes many specs."""

    entry: LogEntry
    others: tuple[LogEntry, ...] = ()


def _log(context: Context) -> Page:
    t, cells, log = context.translations, Cells(context, LOG), context.options.log
    assert log is not None  # noqa: S101 (the caller has checked it)
    title, lead = t("Change log"), t("What each commit changed in the meaning of the specs.")
    rows: list[_LogRow] = []
    for _, group in groupby(log.entries, key=lambda entry: entry.commit):
        entries = tuple(group)
        rows += [_LogRow(entry) for entry in entries[:_MOST_SPECS]]
        if entries[_MOST_SPECS:]:
            rows.append(_LogRow(entries[_MOST_SPECS], entries[_MOST_SPECS:]))

    def integration(row: _LogRow) -> str:
        if row.others:
            return t("and {number} more integrations", number=len(row.others))
        spec = context.catalog.by_id.get(row.entry.spec)
        return cells.spec(spec) if spec else row.entry.spec

    def changes(row: _LogRow) -> str:
        if row.others:
            return counts(t, (change for entry in row.others for change in entry.changes))
        items: list[str] = [change_html(t, change) for change in row.entry.changes[:_MOST_CHANGES]]
        if len(row.entry.changes) > _MOST_CHANGES:
            items.append(t("and {number} more", number=len(row.entry.changes) - _MOST_CHANGES))
        return list_html(items)

    def commit(row: _LogRow) -> Markup:
        short = Markup("<code>{}</code>").format(row.entry.commit[:7])
        if row.entry.url:
            short = Markup('<a href="{}">{}</a>').format(row.entry.url, short)
        return Markup("{} <small>{}</small>").format(row.entry.subject, short)

    def levels(row: _LogRow) -> list[str]:
        found = {change.level for change in row.entry.changes}
        return [] if row.others else [t(level) for level in LEVELS if level in found]

    columns: tuple[Column[_LogRow], ...] = (
        Column(
            "day",
            t("Date"),
            lambda row: Markup(t.time(row.entry.day)),  # noqa: S704 (a date)
            sort_key=lambda row: row.entry.day.isoformat(),
        ),
        Column(
            "spec",
            t("Integration"),
            integration,
            filter=lambda row: () if row.others else context.spec_titles.get(row.entry.spec, row.entry.spec),
        ),
        Column("level", t("Changes"), changes, filter=levels),
        Column("commit", t("Commit"), commit),
    )
    table = Table("change-log", title, rows, columns, empty=t("No semantic changes yet"), css_class="ispec-log")
    content = context.render("changes.html", title=title, lead=lead, log=log, table=table)
    return context.page(LOG, title, lead, content, search=(SearchEntry("", title, lead),))


def change_html(t: Translations, change: ChangeView, link: str = "", details: bool = False) -> Markup:
    """Return a change: its level, whether it is added, removed or changed, its name, and the old and new values.

    With `details`, also what it affects, and its rule.
    """
    sign = Markup('<span aria-hidden="true">{}</span> ').format(_SIGNS[change.state])
    level = Markup('<span class="ispec-badge ispec-badge--{}">{}</span> ').format(
        _BADGES[change.level], t(change.level)
    )
    state = Markup('<span class="ispec-state ispec-state--{}">{}{}</span> ').format(change.state, sign, t(change.state))
    label: str = Markup('<a href="{}">{}</a>').format(link, change.label) if link else change.label
    values = Markup("")
    if change.old and change.new:
        values = Markup(" <del>{}</del> → <ins>{}</ins>").format(change.old, change.new)
    elif change.old and change.old not in change.label:
        values = Markup(" <del>{}</del>").format(change.old)
    elif change.new and change.new not in change.label:
        values = Markup(" <ins>{}</ins>").format(change.new)
    return Markup("{}{}{}{}{}").format(level, state, label, values, _details(t, change) if details else "")


def _details(t: Translations, change: ChangeView) -> Markup:
    parts = [", ".join(t(concern) for concern in change.concerns)]
    for kind, names in change.affects:
        if kind in _AFFECTED:
            hidden = len(names) - _MOST_NAMES
            more = f" {t('and {number} more', number=hidden)}" if hidden > 0 else ""
            parts.append(f"{t(_AFFECTED[kind])}: {', '.join(names[:_MOST_NAMES])}{more}")
    return Markup("<small>{} · <code>{}</code></small>").format(" · ".join(filter(None, parts)), change.rule)


def _compared(context: Context) -> Page:
    """Return the page of a preview: who must approve it, then the changes of each spec, the most severe first."""
    t, preview = context.translations, context.options.preview
    assert preview is not None  # noqa: S101 (the caller has checked it)
    title, lead = t("What this changes"), t("Compared with {base}.", base=preview.base)
    every = [change for _, changes in preview.changes for change in changes]
    teams: dict[str, dict[str, None]] = {}
    for change in every:
        for team, reason in change.approvers:
            teams.setdefault(team, {})[reason] = None
    blocks = []
    for id_, changes in sorted(
        preview.changes, key=lambda each: (min(LEVELS.index(one.level) for one in each[1]), each[0])
    ):
        spec = context.catalog.by_id.get(id_)
        link = context.link(COMPARED, id_) if spec else ""
        items = [
            change_html(t, change, _place(context, spec, change, link) if spec else "", details=True)
            for change in changes
        ]
        blocks.append((spec.title if spec else id_, link, slug(f"spec {id_}"), counts(t, changes), list_html(items)))
    content = context.render(
        "compared.html",
        title=title,
        lead=lead,
        counts=counts(t, every),
        blocks=blocks,
        teams=[(context.owner_names.get(team, team), list(reasons)[:4]) for team, reasons in sorted(teams.items())],
        skipped=preview.skipped,
    )
    return context.page(COMPARED, title, lead, content, search=(SearchEntry("", title, lead),))


def _place(context: Context, spec: Spec, change: ChangeView, link: str) -> str:
    return f"{link}#{anchor}" if (anchor := anchor_of(context, spec, change)) else link


def anchor_of(context: Context, spec: Spec, change: ChangeView) -> str:
    """Return the anchor of a change on its spec's page: of its card if it has one, else of its section; empty for the header."""
    if change.state != "removed" and (found := marks(context, spec, (change,))):
        return next(iter(found))
    section = section_of(change)
    return slug(section) if any(field.name == section for field in context.schema.sections) else ""


def by_section(context: Context, spec: Spec, changes: Iterable[ChangeView]) -> dict[str, Markup]:
    """Return the changes of a spec as a list for each section; those of the header have an empty name."""
    names = {field.name for field in context.schema.sections}
    found: dict[str, list[Markup]] = {}
    for change in changes:
        section = section_of(change) if section_of(change) in names else ""
        marked = marks(context, spec, (change,)) if change.state != "removed" else {}
        link = f"#{next(iter(marked))}" if marked else ""
        found.setdefault(section, []).append(change_html(context.translations, change, link))
    return {section: list_html(items, "ispec-plain ispec-delta") for section, items in found.items()}


def section_of(change: ChangeView) -> str:
    """Return the section, or the header's property, that a change is in."""
    return change.pointer.partition(".")[0].partition("[")[0]
