"""What changed: the history of meaning across specs, and, in a preview, what this state of the specs changes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from markupsafe import Markup

from integration_specs.model import Spec
from integration_specs.text.names import slug
from integration_specs.site import LogEntry, Page, SearchEntry, ChangeView
from integration_specs.site.context import Context
from integration_specs.site.template_helpers import mapping_anchors
from integration_specs.site.tables import Cell, Cells, Row, Table, cell
from integration_specs.site.words import Words

LEVELS = ("breaking", "risky", "safe", "editorial")
LOOKS = {"breaking": "error", "risky": "warn", "safe": "ok", "editorial": "info"}
SIGNS = {"new": "+", "gone": "−", "different": "≠"}
TOUCHED = {
    "mapping": "Mapped rows",
    "field": "Local fields",
    "flow": "Flows",
    "consumer": "Consumers",
    "event": "Events",
    "endpoint": "Endpoints",
    "spec": "Integrations",
}
LOG, COMPARED = "changes", "changes/compared"
_MOST_SPECS, _MOST_CHANGES, _MOST_NAMES, _MOST_RECENT = 20, 12, 6, 5
"""How much of one commit, of one spec in it, of what a change touches, and of a spec's own history is shown."""


def pages(context: Context) -> Iterator[Page]:
    """The page at `changes` for a site with a history, and the one at `changes/compared` for a preview."""
    if context.options.preview is not None:
        yield _compared(context)
    if context.options.log is not None:
        yield _log(context)


def recent(context: Context, spec: Spec) -> tuple[LogEntry, ...]:
    """The newest entries of a spec, under its id or a former one."""
    names = (spec.id, *spec.data.get("former_ids", ()))
    found = (entry for name in names for entry in context.entries_of.get(name, ()))
    return tuple(sorted(found, key=lambda entry: entry.day, reverse=True))[:_MOST_RECENT]


def counts(t: Words, changes: Iterable[ChangeView]) -> str:
    """How many changes of each level there are, in words."""
    found = Counter(change.level for change in changes)
    return ", ".join(f"{found[level]} {t(level)}" for level in LEVELS if found[level])


def marks(context: Context, spec: Spec, changes: Iterable[ChangeView]) -> dict[str, str]:
    """What is new or different on a spec's page, by anchor: its endpoints, events and mapped entities."""
    found = list(changes)
    places = [(endpoint.pointer, endpoint.anchor) for endpoint in spec.endpoints]
    places += [(event.pointer, event.anchor) for event in spec.events]
    places += [(("data_mapping", number), anchor) for number, anchor in enumerate(mapping_anchors(spec))]
    marked: dict[str, str] = {}
    for pointer, anchor in places:
        path = context.schema.identity_path(spec.data, pointer)
        states = [change.state if change.pointer == path else "different" for change in found if inside(change, path)]
        if states:
            marked[anchor] = "new" if "new" in states else "different"
    return marked


def inside(change: ChangeView, path: str) -> bool:
    """Whether a change is one of the thing at `path`, a path by identity, or of something in it."""
    return change.pointer == path or change.pointer.startswith((f"{path}.", f"{path}["))


def _log(context: Context) -> Page:
    t, cells, log = context.words, Cells(context, LOG), context.options.log
    assert log is not None  # noqa: S101 - the caller has looked
    title, lead = t("Change log"), t("What changes of the specs meant, from their history.")
    rows: list[Row] = []
    for _, group in groupby(log.entries, key=lambda entry: entry.commit):
        entries = list(group)
        rows += [_entry(context, cells, entry) for entry in entries[:_MOST_SPECS]]
        if left := entries[_MOST_SPECS:]:
            rows.append(_rest(context, cells, left))
    columns = (t("Day"), t("Integration"), t("Changes"), t("Commit"))
    facets = (("spec", t("Integration")), ("level", t("Level")))
    table = Table("change-log", title, columns, tuple(rows), facets, t("No change of meaning yet"), "ispec-log")
    content = context.fill("changes.html", title=title, lead=lead, log=log, table=table)
    return context.page(LOG, title, lead, content, search=(SearchEntry("", title, lead),), nav=6)


def _entry(context: Context, cells: Cells, entry: LogEntry) -> Row:
    t, spec = context.words, context.catalog.by_id.get(entry.spec)
    levels = {change.level for change in entry.changes}
    return Row(
        (
            Cell(Markup(t.time(entry.day)), entry.day.isoformat()),  # noqa: S704 (a day)
            cells.spec(spec) if spec else cell(entry.spec),
            _changes(context, entry.changes),
            _commit(context, entry),
        ),
        ((spec.title if spec else entry.spec,), tuple(t(level) for level in LEVELS if level in levels)),
    )


def _rest(context: Context, cells: Cells, entries: list[LogEntry]) -> Row:
    """One row for all further specs of a commit that touched many."""
    t, first = context.words, entries[0]
    told = counts(t, (change for entry in entries for change in entry.changes))
    return Row(
        (
            Cell(Markup(t.time(first.day)), first.day.isoformat()),  # noqa: S704 (a day)
            cell(t("and {number} more integrations", number=len(entries))),
            cell(told),
            _commit(context, first),
        )
    )


def _commit(context: Context, entry: LogEntry) -> Cell:
    log = context.options.log
    short = Markup("<code>{}</code>").format(entry.commit[:7])
    if log is not None and log.commit_url:
        short = Markup('<a href="{}">{}</a>').format(log.commit_url.replace("{commit}", entry.commit), short)
    return Cell(Markup("{} <small>{}</small>").format(entry.subject, short))


def _changes(context: Context, changes: tuple[ChangeView, ...]) -> Cell:
    items = Markup("").join(change_item(context.words, change) for change in changes[:_MOST_CHANGES])
    if len(changes) > _MOST_CHANGES:
        more = context.words("and {number} more", number=len(changes) - _MOST_CHANGES)
        items += Markup("<li>{}</li>").format(more)
    return Cell(Markup('<ul class="ispec-plain">{}</ul>').format(items))


def change_item(t: Words, change: ChangeView, anchor: str = "", brief: bool = True) -> Markup:
    """A change as an item of a list: its level, whether it is new, gone or different, what it is, and from what to what.

    `anchor` is where a link leads. Unless `brief`, with what it touches and who must agree.
    """
    sign = Markup('<span aria-hidden="true">{}</span> ').format(SIGNS[change.state])
    level = Markup('<span class="ispec-badge ispec-badge--{}">{}</span> ').format(LOOKS[change.level], t(change.level))
    state = Markup('<span class="ispec-state ispec-state--{}">{}{}</span> ').format(change.state, sign, t(change.state))
    label: str | Markup = change.label
    if anchor:
        label = Markup('<a href="{}">{}</a>').format(anchor, label)
    said = Markup("")
    if change.old and change.new:
        said = Markup(" <del>{}</del> → <ins>{}</ins>").format(change.old, change.new)
    elif change.old and change.old not in change.label:
        said = Markup(" <del>{}</del>").format(change.old)
    elif change.new and change.new not in change.label:
        said = Markup(" <ins>{}</ins>").format(change.new)
    more = Markup("") if brief else _more(t, change)
    return Markup("<li>{}{}{}{}{}</li>").format(level, state, label, said, more)


def _more(t: Words, change: ChangeView) -> Markup:
    parts = [f"{t(TOUCHED[kind])}: {_names(t, names)}" for kind, names in change.touches if kind in TOUCHED]
    parts.insert(0, ", ".join(t(concern) for concern in change.concerns))
    return Markup("<small>{} · <code>{}</code></small>").format(" · ".join(filter(None, parts)), change.rule)


def _names(t: Words, names: tuple[str, ...]) -> str:
    left = len(names) - _MOST_NAMES
    more = f" {t('and {number} more', number=left)}" if left > 0 else ""
    return f"{', '.join(names[:_MOST_NAMES])}{more}"


def _compared(context: Context) -> Page:
    """What this state of the specs changes, by spec: the gravest first, each with whom it touches; first who must agree."""
    t, preview = context.words, context.options.preview
    assert preview is not None  # noqa: S101 - the caller has looked
    title = t("What this changes")
    every = [change for _, changes in preview.changes for change in changes]
    lead = t("Compared with {base}.", base=preview.base)
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
            change_item(t, change, _place(context, spec, change, link) if spec else "", brief=False)
            for change in changes
        ]
        blocks.append((spec.title if spec else id_, link, slug(f"spec {id_}"), counts(t, changes), items))
    content = context.fill(
        "compared.html",
        title=title,
        lead=lead,
        told=counts(t, every),
        blocks=blocks,
        teams=[(context.owner_names.get(team, team), list(reasons)[:4]) for team, reasons in sorted(teams.items())],
        skipped=preview.skipped,
    )
    return context.page(COMPARED, title, lead, content, search=(SearchEntry("", title, lead),), nav=8)


def _place(context: Context, spec: Spec, change: ChangeView, link: str) -> str:
    """The address of the place on a spec's page that a change is about: its card where there is one, else its section."""
    return f"{link}#{anchor}" if (anchor := anchor_of(context, spec, change)) else link


def anchor_of(context: Context, spec: Spec, change: ChangeView) -> str:
    """The id of what a change is about on the page of its spec; empty for its head."""
    if change.state != "gone" and (found := marks(context, spec, (change,))):
        return next(iter(found))
    section = section_of(change)
    return slug(section) if any(field.name == section for field in context.schema.sections) else ""


def by_section(context: Context, spec: Spec, changes: Iterable[ChangeView]) -> dict[str, list[Markup]]:
    """Changes of a spec's page as items of a list, by the name of their section; those of its head under an empty name."""
    names = {field.name for field in context.schema.sections}
    found: dict[str, list[Markup]] = {}
    for change in changes:
        section = section_of(change) if section_of(change) in names else ""
        marked = marks(context, spec, (change,)) if change.state != "gone" else {}
        anchor = f"#{next(iter(marked))}" if marked else ""
        found.setdefault(section, []).append(change_item(context.words, change, anchor))
    return found


def section_of(change: ChangeView) -> str:
    """The section, or the property of the header, that a change is in."""
    return change.pointer.partition(".")[0].partition("[")[0]
