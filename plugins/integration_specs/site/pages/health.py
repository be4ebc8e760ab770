"""The page on health: a score for each spec, the reasons for it, and how to improve it; all problems and notes."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from integration_specs.findings import Finding
from integration_specs.model import BrokenSpec, Spec
from integration_specs.site import Page, SearchEntry, health
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Column, Table, badge, list_html
from integration_specs.site.template_helpers import message

from .broken import addresses


@dataclass(frozen=True, slots=True)
class _Score:
    """A spec with its score and the reasons for it, or a broken spec and the address of its page."""

    points: int
    spec: Spec | None = None
    reasons: tuple[health.Reason, ...] = ()
    broken: BrokenSpec | None = None
    address: str = ""


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `health`."""
    t, cells, specs = context.translations, Cells(context, "health"), context.catalog.specs
    found = {spec.id: tuple(health.reasons(context, spec)) for spec in specs}
    scores = [_Score(health.score(found[spec.id]), spec, found[spec.id]) for spec in specs]
    scores.sort(key=lambda each: (each.points, each.spec.title.casefold() if each.spec else ""))
    broken = [_Score(0, broken=spec, address=address) for spec, address in addresses(context)]
    findings = health.problems(context)
    title, lead = t("Health"), t("How reliable each spec is, why, and how to improve it.")
    tiles = [
        (t("Average score"), round(sum(each.points for each in scores) / len(scores)) if scores else "–", "#scores"),
        (t("Overdue reviews"), sum(context.freshness(spec).state != "fresh" for spec in specs), "#scores"),
        (t("No owner"), sum(map(context.is_unowned, specs)), context.link("health", "owners")),
        (
            t("Open questions"),
            sum(len(spec.unknowns) for spec in specs),
            context.link("health", "across/questions"),
        ),
        (t("Problems"), sum(each.level != "info" for each in findings), "#findings"),
        (t("Notes"), sum(each.level == "info" for each in findings), "#findings"),
    ]
    content = context.render(
        "health.html",
        title=title,
        lead=lead,
        tiles=tiles,
        weights=health.weights(t),
        scores=_score_table(context, cells, [*broken, *scores]),
        findings=_finding_table(context, cells, findings),
    )
    yield context.page("health", title, lead, content, search=(SearchEntry("", title, lead),))


def _score_table(context: Context, cells: Cells, rows: list[_Score]) -> Table[_Score]:
    t = context.translations

    def state(row: _Score) -> tuple[str, str]:
        return (t("cannot be read"), "error") if row.broken else health.state(t, row.points)

    def name(row: _Score) -> Markup:
        if row.spec:
            return cells.spec(row.spec)
        return cells.link(row.address, row.broken.id) if row.broken else Markup("")

    def why(row: _Score) -> str:
        if row.broken or row.spec is None:
            return message(row.broken.findings[0].message) if row.broken and row.broken.findings else ""
        items = [
            Markup("{} <small>−{}</small>").format(cells.link(row.spec.id, each.text, each.anchor), each.points)
            for each in row.reasons
        ]
        return list_html(items) if items else t("nothing to do")

    def commands(row: _Score) -> Markup:
        found = [f"integration-specs check {row.broken.file}"] if row.broken else [each.command for each in row.reasons]
        return list_html(Markup("<code>{}</code>").format(command) for command in dict.fromkeys(found))

    columns: tuple[Column[_Score], ...] = (
        Column("spec", t("Integration"), name),
        Column(
            "state",
            t("Score"),
            lambda row: Markup('<span class="ispec-score">{}</span> {}').format(row.points, badge(*state(row))),
            filter=lambda row: state(row)[0],
            sort_key=lambda row: str(row.points),
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
    return Table("scores", t("Health"), rows, columns, highlight=lambda row: row.broken is not None)


def _finding_table(context: Context, cells: Cells, findings: list[Finding]) -> Table[Finding]:
    t = context.translations
    explained = {rule.name for rule in context.options.rules}

    def spec(finding: Finding) -> str:
        found = context.catalog.by_id.get(finding.spec)
        return cells.spec(found, context.anchor(found, finding.pointer)) if found else finding.spec

    def line(finding: Finding) -> Markup:
        url = context.options.edit_url(finding.file, finding.span.line)
        place = f"{finding.file}:{finding.span.line}"
        return Markup('<a href="{}">{}</a>').format(url, place) if url else Markup("<code>{}</code>").format(place)

    columns: tuple[Column[Finding], ...] = (
        Column("level", t("Level"), lambda each: badge(t(each.level), each.level), filter=lambda each: t(each.level)),
        Column("message", t("Message"), lambda each: message(each.message)),
        Column("help", t("What to do"), lambda each: message(each.help)),
        Column("spec", t("Integration"), spec, filter=lambda each: context.spec_titles.get(each.spec, each.spec)),
        Column(
            "rule",
            t("Rule"),
            lambda each: cells.link("rules", each.rule, each.rule) if each.rule in explained else each.rule,
            filter=lambda each: each.rule,
        ),
        Column("line", t("Line"), line),
    )
    return Table("findings", t("Problems and notes"), findings, columns, empty=t("No problems"))
