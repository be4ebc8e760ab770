"""Health: a score for each spec, the reasons for it, and how to improve it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from integration_specs.findings import Finding
from integration_specs.model import BrokenSpec, Spec
from integration_specs.site import Page, SearchEntry
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Column, Table, badge, list_html
from integration_specs.site.template_helpers import message

from .broken import addresses

WEIGHTS = {"unowned": 25, "never": 15, "overdue": 10, "section": 8, "error": 12, "warning": 3, "unknown": 2}
"""Points that a spec loses for each; `MOST` limits the sum of one kind."""
MOST = {"error": 48, "warning": 24, "unknown": 20, "section": 40}
GOOD, FAIR = 85, 60
_COUNTED_SEPARATELY = {"no-owner", "unknown-owner", "never-reviewed", "review-due", "todo"}
"""Rules whose findings have a reason of their own."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a spec loses points, and the command that shows the details."""

    points: int
    text: str
    command: str


@dataclass(frozen=True, slots=True)
class _Score:
    """A spec with its score and the reasons for it, or a broken spec and the address of its page."""

    score: int
    spec: Spec | None = None
    reasons: tuple[Reason, ...] = ()
    broken: BrokenSpec | None = None
    address: str = ""


def reasons(context: Context, spec: Spec) -> list[Reason]:
    """Return why a spec loses points, the largest loss first."""
    return sorted(_reasons(context, spec), key=lambda reason: (-reason.points, reason.text))


def _reasons(context: Context, spec: Spec) -> Iterator[Reason]:
    t, check = context.translations, f"integration-specs check {spec.file}"
    if not spec.owner:
        yield Reason(WEIGHTS["unowned"], t("no owner"), f"{check} --select no-owner")
    elif context.owner(spec) is None:
        yield Reason(WEIGHTS["unowned"], t("the owner is not in owners.yaml"), f"{check} --select unknown-owner")
    fresh = context.freshness(spec)
    if spec.status != "retired" and fresh.state != "fresh":
        if fresh.due is None:
            yield Reason(WEIGHTS["never"], t("never reviewed"), f"{check} --select never-reviewed")
        else:
            text = t("review overdue since {date}", date=t.day(fresh.due))
            yield Reason(WEIGHTS["overdue"], text, f"{check} --select review-due")
    levels = Counter(each.level for each in context.findings.get(spec.file, ()) if each.rule not in _COUNTED_SEPARATELY)
    missing = sum(field.name not in spec.data for field in context.schema.sections)
    unknown = sum(1 for _ in spec.unknowns())
    for kind, number, text, command in (
        ("section", missing, _missing_sections(context, missing), "integration-specs explain missing-key"),
        (
            "unknown",
            unknown,
            t.plural("{number} open question", "{number} open questions", unknown),
            f"{check} --select todo",
        ),
        ("error", levels["error"], t.plural("{number} error", "{number} errors", levels["error"]), check),
        ("warning", levels["warning"], t.plural("{number} warning", "{number} warnings", levels["warning"]), check),
    ):
        if number:
            yield Reason(min(WEIGHTS[kind] * number, MOST[kind]), text, command)


def _missing_sections(context: Context, number: int) -> str:
    return context.translations.plural("{number} missing section", "{number} missing sections", number)


def pages(context: Context) -> Iterator[Page]:
    """Yield the page `health`."""
    t = context.translations
    scores = []
    for spec in context.catalog.specs:
        found = reasons(context, spec)
        scores.append(_Score(max(0, 100 - sum(reason.points for reason in found)), spec, tuple(found)))
    scores.sort(
        key=lambda each: (each.score, each.spec.title.casefold() if each.spec else "", each.spec and each.spec.id)
    )
    broken = [_Score(0, broken=spec, address=address) for spec, address in addresses(context)]
    specs = context.catalog.specs
    title, lead = t("Health"), t("How reliable each spec is, why, and how to improve it.")
    numbers = [
        (t("Score"), str(round(sum(each.score for each in scores) / len(scores))) if scores else "–"),
        (t("Overdue reviews"), str(sum(context.freshness(spec).state != "fresh" for spec in specs))),
        (t("No owner"), str(sum(context.owner(spec) is None for spec in specs))),
        (t("Open questions"), str(sum(1 for spec in specs for _ in spec.unknowns()))),
        (t("Findings"), str(sum(finding.level != "info" for finding in context.options.findings))),
    ]
    cells = Cells(context, "health")
    content = context.render(
        "health.html",
        title=title,
        lead=lead,
        numbers=numbers,
        weights=_weights(context),
        scores=_score_table(context, cells, [*broken, *scores]),
        findings=_finding_table(context, cells),
    )
    yield context.page("health", title, lead, content, search=(SearchEntry("", title, lead),), nav=5)


def _score_table(context: Context, cells: Cells, rows: list[_Score]) -> Table[_Score]:
    t = context.translations

    def state(row: _Score) -> tuple[str, str]:
        if row.broken:
            return t("cannot be read"), "error"
        if row.score >= GOOD:
            return t("good"), "ok"
        return (t("fair"), "warn") if row.score >= FAIR else (t("poor"), "error")

    def name(row: _Score) -> Markup:
        if row.spec:
            return cells.spec(row.spec)
        return cells.link(row.address, row.broken.id) if row.broken else Markup("")

    def why(row: _Score) -> str:
        if row.broken:
            return message(row.broken.findings[0].message) if row.broken.findings else ""
        reasons_of = [Markup("{} <small>−{}</small>").format(each.text, each.points) for each in row.reasons]
        return list_html(reasons_of) if row.reasons else t("nothing to do")

    def commands(row: _Score) -> Markup:
        found = [f"integration-specs check {row.broken.file}"] if row.broken else [each.command for each in row.reasons]
        return list_html(Markup("<code>{}</code>").format(command) for command in dict.fromkeys(found))

    return Table(
        "scores",
        t("Health"),
        rows,
        (
            Column("spec", t("Integration"), name),
            Column(
                "state",
                t("Score"),
                lambda row: Markup('<span class="ispec-score">{}</span> {}').format(row.score, badge(*state(row))),
                filter=lambda row: state(row)[0],
                sort_key=lambda row: str(row.score),
            ),
            Column("reasons", t("Reasons"), why),
            Column("fix", t("How to fix"), commands),
            Column(
                "owner",
                t("Owner"),
                lambda row: cells.owner(row.spec) if row.spec else "",
                lambda row: cells.owner_name(row.spec) if row.spec else (),
            ),
        ),
        highlight=lambda row: row.broken is not None,
    )


def _weights(context: Context) -> list[tuple[str, int]]:
    t = context.translations
    return [
        (t("no owner"), WEIGHTS["unowned"]),
        (t("never reviewed"), WEIGHTS["never"]),
        (t("review overdue"), WEIGHTS["overdue"]),
        (t.plural("{number} error", "{number} errors", 1), WEIGHTS["error"]),
        (_missing_sections(context, 1), WEIGHTS["section"]),
        (t.plural("{number} warning", "{number} warnings", 1), WEIGHTS["warning"]),
        (t.plural("{number} open question", "{number} open questions", 1), WEIGHTS["unknown"]),
    ]


def _finding_table(context: Context, cells: Cells) -> Table[Finding]:
    t = context.translations
    explained = {rule.name for rule in context.options.rules}

    def title(finding: Finding) -> str:
        spec = context.catalog.by_id.get(finding.spec)
        return spec.title if spec else finding.spec

    def spec(finding: Finding) -> str:
        found = context.catalog.by_id.get(finding.spec)
        return cells.spec(found) if found else finding.spec

    def line(finding: Finding) -> Markup:
        url = context.options.edit_url(finding.file, finding.span.line)
        place = f"{finding.file}:{finding.span.line}"
        return Markup('<a href="{}">{}</a>').format(url, place) if url else Markup("<code>{}</code>").format(place)

    columns: tuple[Column[Finding], ...] = (
        Column(
            "rule",
            t("Rule"),
            lambda each: cells.link("rules", each.rule, each.rule) if each.rule in explained else each.rule,
            filter=lambda each: each.rule,
        ),
        Column("level", t("Level"), lambda each: badge(t(each.level), each.level), filter=lambda each: t(each.level)),
        Column("message", t("Message"), lambda each: message(each.message)),
        Column("help", t("What to do"), lambda each: message(each.help)),
        Column("spec", t("Integration"), spec, filter=title),
        Column("line", t("Line"), line),
    )
    return Table("findings", t("Findings"), context.options.findings, columns, empty=t("No findings"))
