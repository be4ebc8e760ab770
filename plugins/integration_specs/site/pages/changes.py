"""Changes: the semantic history of all specs and, in a preview, what this state of the specs changes."""

from collections import Counter
from collections.abc import Iterable, Iterator

from markupsafe import Markup

from integration_specs.model import Spec
from integration_specs.site import ChangeLog, ChangeView, LogEntry, Page, Preview, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Column, Table, folded_list, list_html
from integration_specs.site.template_helpers import folded_names, mapping_anchors, message
from integration_specs.site.translations import Translations
from integration_specs.text.display import printable
from integration_specs.text.messages import gettext_noop
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
_FIRST_CHANGES, _MOST_CHANGES, _MOST_NAMES, _MOST_RECENT = 4, 12, 6, 5
"""Limits: changes of one spec at first and in all, names that a change affects, and entries on a spec's page."""


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `changes` for a site with a history, and `changes/compared` for a preview."""
    if context.options.preview is not None:
        yield _compared(context, context.options.preview)
    if context.options.log is not None:
        yield _log(context, context.options.log)


def recent(context: Context, spec: Spec) -> tuple[LogEntry, ...]:
    """Return the newest entries of a spec, under its ID or a former one."""
    names = (spec.id, *spec.data.get("former_ids", ()))
    found = (entry for name in names for entry in context.entries_of.get(name, ()))
    return tuple(sorted(found, key=lambda entry: entry.day, reverse=True))[:_MOST_RECENT]


def counts(t: Translations, changes: Iterable[ChangeView]) -> str:
    """Return the number of changes of each level, as text."""
    found = Counter(change.level for change in changes)
    parts = {
        "breaking": t.plural("{number} breaking", "{number} breaking", found["breaking"]),
        "risky": t.plural("{number} risky", "{number} risky", found["risky"]),
        "safe": t.plural("{number} safe", "{number} safe", found["safe"]),
        "editorial": t.plural("{number} editorial", "{number} editorial", found["editorial"]),
    }
    return ", ".join(parts[level] for level in LEVELS if found[level])


def _item_anchors(context: Context, spec: Spec) -> dict[str, str]:
    """Return the anchors of the endpoints, events and mapped entities of a spec by their path by identity."""
    places = [(pointer, target.anchor) for pointer, target in spec.targets.items()]
    places += [(("data_mapping", number), anchor) for number, anchor in enumerate(mapping_anchors(spec))]
    return {context.schema.identity_path(spec.data, pointer): anchor for pointer, anchor in places}


def _item_of(change: ChangeView, anchors: dict[str, str]) -> tuple[str, str]:
    """Return the path and the anchor of the item that a change is in, empty if it is in none."""
    for path, anchor in anchors.items():
        if change.pointer == path or change.pointer.startswith((f"{path}.", f"{path}[")):
            return path, anchor
    return "", ""


def marks(context: Context, spec: Spec, changes: tuple[ChangeView, ...]) -> dict[str, str]:
    """Return which endpoints, events and mapped entities of a spec's page are added or changed, by anchor."""
    anchors = _item_anchors(context, spec) if changes else {}
    marked: dict[str, str] = {}
    for change in changes:
        path, anchor = _item_of(change, anchors)
        if anchor and marked.get(anchor) != "added":
            marked[anchor] = "added" if change.state == "added" and change.pointer == path else "changed"
    return marked


def _log(context: Context, log: ChangeLog) -> Page:
    t, cells = context.translations, Cells(context, LOG)
    title, lead = t("Change log"), t("What each commit changed in the meaning of the specs.")

    def integration(entry: LogEntry) -> str:
        spec = context.catalog.by_id.get(entry.spec)
        return cells.spec(spec) if spec else entry.spec

    def changes(entry: LogEntry) -> str:
        severe = sorted(entry.changes, key=lambda change: LEVELS.index(change.level))
        items = [change_html(t, change) for change in severe[:_MOST_CHANGES]]
        if len(severe) > _MOST_CHANGES:
            command = f"integration-specs diff {entry.commit[:12]}~ {entry.commit[:12]}"
            more = t("and {number} more", number=len(severe) - _MOST_CHANGES)
            items.append(Markup("{}: <code>{}</code>").format(more, command))
        return folded_list(t, items, _FIRST_CHANGES, len(severe))

    def commit(entry: LogEntry) -> Markup:
        short = Markup("<code>{}</code>").format(entry.commit[:7])
        if entry.url:
            short = Markup('<a href="{}">{}</a>').format(entry.url, short)
        return Markup("{} <small>{}</small>").format(entry.subject, short)

    columns: tuple[Column[LogEntry], ...] = (
        Column(
            "day",
            t("Date"),
            lambda entry: Markup(t.time(entry.day)),  # noqa: S704 (a date)
            sort_key=lambda entry: entry.day.isoformat(),
        ),
        Column("spec", t("Integration"), integration, lambda entry: context.spec_titles.get(entry.spec, entry.spec)),
        Column(
            "level", t("Changes"), changes, lambda entry: sorted({t(each.level) for each in entry.changes}), prose=True
        ),
        Column("commit", t("Commit"), commit),
    )
    month: Column[LogEntry] = Column("month", t("Month"), None, lambda entry: t.month(entry.day))
    empty = t("No semantic changes yet")
    tables = [Table("change-log", title, log.entries, columns, empty, group=month, first_is_open=True)]
    lead = f"{lead} {t.plural('The {number} newest commit that changes specs.', 'The {number} newest commits that change specs.', log.most)}"
    shown = tables if log.entries or not log.gap else []
    search = (SearchEntry("", title, lead), SearchEntry("change-log", t("All changes"), ""))
    return context.table_page(LOG, title, lead, shown, "changes.html", search, log=log)


def change_html(t: Translations, change: ChangeView, link: str = "", details: bool = False) -> Markup:
    """Return a change: its level, whether it is added, removed or changed, its name, and the old and new values.

    With `details`, also what to do, what it affects, and its rule.
    """
    sign = Markup('<span aria-hidden="true">{}</span> ').format(_SIGNS[change.state])
    level = Markup('<span class="ispec-badge ispec-badge--{}">{}</span> ').format(
        _BADGES[change.level], t(change.level)
    )
    state = Markup('<span class="ispec-state ispec-state--{}">{}{}</span> ').format(change.state, sign, t(change.state))
    label = printable(t(change.label), 160)
    label = Markup('<a href="{}">{}</a>').format(link, label) if link else label
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
    parts += [
        Markup("{}: {}").format(t(_AFFECTED[kind]), folded_names(t, names, _MOST_NAMES))
        for kind, names in change.affects
        if kind in _AFFECTED
    ]
    advice = Markup("<br>{}").format(message(t(change.advice))) if change.advice else ""
    details = Markup(" · ").join(filter(None, parts))
    return Markup("{}<small>{} · <code>{}</code></small>").format(advice, details, change.rule)


def _compared(context: Context, preview: Preview) -> Page:
    """Return the page of a preview: who must approve it, then the changes of each spec, the most severe first."""
    t = context.translations
    title, lead = t("What this changes"), t("Compared with {base}.", base=preview.base)
    every = [change for _, changes in preview.changes for change in changes]
    teams: dict[str, dict[str, None]] = {}
    for change in every:
        for team, reason in change.approvers:
            teams.setdefault(team, {})[printable(t(reason), 160)] = None
    skipped = [
        Markup("{} {}").format(t("{spec} could not be compared:", spec=spec), context.message(why))
        for spec, why in preview.skipped
    ]
    blocks = []
    for id_, changes in sorted(
        preview.changes, key=lambda each: (min(LEVELS.index(one.level) for one in each[1]), each[0])
    ):
        spec = context.catalog.by_id.get(id_)
        link = context.link(COMPARED, id_) if spec else ""
        lists = (
            by_section(context, spec, changes, link)
            if spec
            else {"": list_html((change_html(t, each) for each in changes), "ispec-plain ispec-delta")}
        )
        blocks.append((spec.title if spec else id_, link, slug(f"spec {id_}"), counts(t, changes), lists.values()))
    content = context.render(
        "compared.html",
        title=title,
        lead=lead,
        counts=counts(t, every),
        blocks=blocks,
        teams=[(context.owner_names.get(team, team), folded_list(t, [*teams[team]], 4)) for team in sorted(teams)],
        skipped=folded_list(t, skipped, 3),
    )
    return context.page(COMPARED, title, lead, content)


def by_section(context: Context, spec: Spec, changes: tuple[ChangeView, ...], link: str = "") -> dict[str, Markup]:
    """Return the changes of a spec as a list for each section; those of the header have an empty name.

    `link` is the address of the page of the spec, empty on that page. With an address, the changes have details.
    """
    names = {field.name for field in context.schema.sections}
    anchors = _item_anchors(context, spec) if changes else {}
    found: dict[str, list[Markup]] = {}
    for change in changes:
        section = change.pointer.partition(".")[0].partition("[")[0]
        section = section if section in names else ""
        anchor = _item_of(change, anchors)[1] if change.state != "removed" else ""
        if link:
            anchor = anchor or (slug(section) if section else "")
        target = f"{link}#{anchor}" if anchor else link
        found.setdefault(section, []).append(change_html(context.translations, change, target, details=bool(link)))
    return {section: list_html(items, "ispec-plain ispec-delta") for section, items in found.items()}
