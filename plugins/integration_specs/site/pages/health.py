"""The page on health: a score for each spec, the reasons for it, and how to improve it; all problems and notes."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from integration_specs.findings import Finding
from integration_specs.model import BrokenSpec, Spec
from integration_specs.site import Page, SearchEntry, health
from integration_specs.site.context import Context
from integration_specs.site.tables import LONG, Cells, Column, Table, badge, badge_column, list_html
from integration_specs.site.template_helpers import LEVELS, Tile

from ._explore_time import question_tile
from .broken import addresses


@dataclass(frozen=True, slots=True)
class _Score:
    """A spec with its score and the reasons for it, or a broken spec."""

    points: int
    address: str
    title: str
    reasons: tuple[health.Reason, ...] = ()
    spec: Spec | None = None
    broken: BrokenSpec | None = None


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `health`."""
    t, cells, specs = context.translations, Cells(context, "health"), context.catalog.specs
    reasons = {spec.id: tuple(health.reasons(context, spec)) for spec in specs}
    scores = [_Score(health.score(reasons[spec.id]), spec.id, spec.title, reasons[spec.id], spec) for spec in specs]
    scores.sort(key=lambda each: (each.points, each.title.casefold()))
    broken = [_Score(0, address, spec.id, broken=spec) for spec, address in addresses(context)]
    findings = sorted(health.problems(context), key=lambda each: [*LEVELS].index(each.level))
    notes = sum(each.level == "info" for each in findings)
    average = round(sum(each.points for each in scores) / len(scores)) if scores else "–"
    tiles = [
        Tile(t("Average score"), average, "#scores"),
        Tile(
            t("overdue for review"),
            sum(map(context.is_overdue, specs)),
            f"{context.link('health', 'index')}?{urlencode({'review': t('overdue')})}",
        ),
        Tile(t("without owner"), sum(map(context.is_unowned, specs)), context.link("health", "owners")),
        question_tile(context, "health"),
        Tile(t.plural("problem", "problems", len(findings) - notes), len(findings) - notes, "#findings"),
        Tile(t.plural("note", "notes", notes), notes, "#findings"),
    ]
    tables = (_score_table(context, cells, [*broken, *scores]), _finding_table(context, cells, findings))
    lead, weights = t("How reliable each spec is, why, and how to improve it."), health.weights(t)
    search = (SearchEntry("", t("Health"), lead), SearchEntry("scores", t("overdue for review"), ""))
    yield context.table_page("health", t("Health"), lead, tables, "health.html", search, tiles=tiles, weights=weights)


def _score_table(context: Context, cells: Cells, rows: list[_Score]) -> Table[_Score]:
    t = context.translations

    def state(row: _Score) -> tuple[str, str]:
        return (t("cannot be read"), "error") if row.broken else health.state(t, row.points)

    def why(row: _Score) -> str:
        if row.broken:
            return context.message(row.broken.findings[0].message) if row.broken.findings else ""
        items = [
            Markup("%s <small>−%s</small>") % (cells.link(row.address, each.text, each.anchor), each.points)
            for each in row.reasons
        ]
        return list_html(items) if items else t("nothing to do")

    def commands(row: _Score) -> Markup:
        found = [f"integration-specs check {row.broken.file}"] if row.broken else [each.command for each in row.reasons]
        return list_html(Markup("<code>%s</code>") % command for command in dict.fromkeys(found))

    columns: tuple[Column[_Score], ...] = (
        Column("spec", t("Integration"), lambda row: cells.link(row.address, row.title)),
        Column(
            "state",
            t("Score"),
            lambda row: Markup('<span class="ispec-score">%s</span> %s') % (row.points, badge(*state(row))),
            lambda row: state(row)[0],
            lambda row: str(row.points),
        ),
        Column("reasons", t("What to do"), why),
        Column("commands", t("Command"), commands),
        Column(
            "owner",
            t("Owner"),
            lambda row: cells.owner(row.spec) if row.spec else "",
            lambda row: cells.owner_name(row.spec) if row.spec else (),
        ),
    )
    by_state = columns[1] if len(rows) > LONG else None
    return Table("scores", t("Health"), rows, columns, "", None, lambda row: bool(row.broken), None, by_state, True)


def _finding_table(context: Context, cells: Cells, findings: list[Finding]) -> Table[Finding]:
    t = context.translations

    def spec(finding: Finding) -> str:
        found = context.catalog.by_id.get(finding.spec)
        return cells.spec(found, context.anchor(found, finding.pointer)) if found else finding.spec

    def line(finding: Finding) -> Markup:
        url = context.options.edit_url(finding.file, finding.span.line)
        place = f"{finding.file}:{finding.span.line}"
        return Markup('<a href="%s">%s</a>') % (url, place) if url else Markup("<code>%s</code>") % place

    def rule(finding: Finding) -> str:
        name = finding.rule
        return cells.link("rules", name, name) if name in context.rules else name

    columns: tuple[Column[Finding], ...] = (
        Column("message", t("Message"), lambda each: context.message(each.message)),
        badge_column("level", t("Severity"), lambda each: t(LEVELS[each.level]), lambda each: each.level),
        Column("help", t("What to do"), lambda each: context.message(each.help)),
        Column("spec", t("Integration"), spec, lambda each: context.spec_titles.get(each.spec, each.spec)),
        Column("rule", t("Rule"), rule, lambda each: each.rule),
        Column("line", t("Line"), line),
    )
    return Table("findings", t("Problems and notes"), findings, columns, empty=t("No problems"))
