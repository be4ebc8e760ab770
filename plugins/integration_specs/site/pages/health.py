"""Health: how far each spec can be trusted, why, and what mends it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from integration_specs.findings import Finding
from integration_specs.model import BrokenSpec, Spec
from integration_specs.site import Page, SearchEntry
from .broken import addresses
from integration_specs.site.context import Context
from integration_specs.site.template_helpers import message
from integration_specs.site.tables import Cell, Cells, Row, Table, cell

WEIGHTS = {"unowned": 25, "never": 15, "overdue": 10, "section": 8, "error": 12, "warning": 3, "unknown": 2}
"""Points that a spec loses for each; for findings and open questions no more than `MOST` together."""
MOST = {"error": 48, "warning": 24, "unknown": 20, "section": 40}
GOOD, FAIR = 85, 60


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a spec loses points, and the command that mends it or shows how."""

    points: int
    text: str
    command: str


def reasons(context: Context, spec: Spec) -> list[Reason]:
    """What keeps a spec from a full score, the heaviest first."""
    return sorted(_reasons(context, spec), key=lambda reason: (-reason.points, reason.text))


def _reasons(context: Context, spec: Spec) -> Iterator[Reason]:
    t, check = context.words, f"integration-specs check {spec.file}"
    if not spec.owner:
        yield Reason(WEIGHTS["unowned"], t("nobody owns it"), f"{check} --select no-owner")
    elif context.owner(spec) is None:
        yield Reason(WEIGHTS["unowned"], t("its owner is not in owners.yaml"), f"{check} --select unknown-owner")
    fresh = context.freshness(spec)
    if spec.status != "retired" and fresh.state != "fresh":
        if fresh.due is None:
            yield Reason(WEIGHTS["never"], t("never reviewed by anybody"), f"{check} --select never-reviewed")
        else:
            text = t("review overdue since {date}", date=t.day(fresh.due))
            yield Reason(WEIGHTS["overdue"], text, f"{check} --select review-due")
    if missing := sum(field.name not in spec.data for field in context.schema.sections):
        text = t("1 section not written") if missing == 1 else t("{number} sections not written", number=missing)
        yield Reason(_points("section", missing), text, "integration-specs explain missing-key")
    if unknown := sum(1 for _ in spec.unknowns()):
        text = t("1 open question") if unknown == 1 else t("{number} open questions", number=unknown)
        yield Reason(_points("unknown", unknown), text, f"{check} --select todo")
    levels = Counter(finding.level for finding in context.findings.get(spec.file, ()) if finding.rule not in _COUNTED)
    if number := levels["error"]:
        yield Reason(
            _points("error", number), t("1 error") if number == 1 else t("{number} errors", number=number), check
        )
    if number := levels["warning"]:
        text = t("1 warning") if number == 1 else t("{number} warnings", number=number)
        yield Reason(_points("warning", number), text, check)


_COUNTED = {"no-owner", "unknown-owner", "never-reviewed", "review-due", "todo"}
"""Rules that say what another reason says already."""


def _points(kind: str, number: int) -> int:
    return min(WEIGHTS[kind] * number, MOST[kind])


def pages(context: Context) -> Iterator[Page]:
    """The page at `health`."""
    t, cells = context.words, Cells(context, "health")
    scored = [(spec, reasons(context, spec)) for spec in context.catalog.specs]
    scores = {spec.id: max(0, 100 - sum(reason.points for reason in found)) for spec, found in scored}
    scored.sort(key=lambda each: (scores[each[0].id], each[0].title.casefold(), each[0].id))
    broken = [_broken_row(context, cells, spec, address) for spec, address in addresses(context)]
    rows = [*broken, *(_row(context, cells, spec, found, scores[spec.id]) for spec, found in scored)]
    title, lead = t("Health"), t("How far each spec can be trusted, why, and what mends it.")
    numbers = [
        (t("Score"), str(round(sum(scores.values()) / len(scores))) if scores else "–"),
        (t("stale"), str(sum(context.freshness(spec).state != "fresh" for spec, _ in scored))),
        (t("unowned"), str(sum(context.owner(spec) is None for spec, _ in scored))),
        (t("unknown"), str(sum(1 for spec, _ in scored for _ in spec.unknowns()))),
        (t("Findings"), str(sum(finding.level != "info" for finding in context.options.findings))),
    ]
    content = context.fill(
        "health.html",
        title=title,
        lead=lead,
        numbers=numbers,
        weights=_weights(context),
        scores=_scores(context, rows),
        findings=_findings(context, cells),
    )
    yield context.page("health", title, lead, content, search=(SearchEntry("", title, lead),), nav=5)


def _row(context: Context, cells: Cells, spec: Spec, found: list[Reason], score: int) -> Row:
    t = context.words
    state, kind = _state(context, score)
    why = "".join(Markup("<li>{} <small>−{}</small></li>").format(each.text, each.points) for each in found)
    commands = dict.fromkeys(each.command for each in found)
    mend = "".join(Markup("<li><code>{}</code></li>").format(command) for command in commands)
    return Row(
        (
            cells.spec(spec),
            Cell(
                cells.markup('<span class="ispec-score">{}</span> {}', str(score), cells.badge(state, kind)), str(score)
            ),
            Cell(_list(why)) if found else cell(t("nothing to mend")),
            Cell(_list(mend)),
            cells.owner(spec),
        ),
        ((state,), (cells.owner_name(spec),)),
    )


def _broken_row(context: Context, cells: Cells, spec: BrokenSpec, address: str) -> Row:
    t = context.words
    state = t("cannot be read")
    check = Markup("<code>integration-specs check {}</code>").format(spec.file)
    why = message(spec.findings[0].message) if spec.findings else ""
    score = cells.markup('<span class="ispec-score">0</span> {}', cells.badge(state, "error"))
    return Row(
        (Cell(cells.link(address, spec.id)), Cell(score, "0"), cell(why), Cell(check), cell("")),
        ((state,), ()),
        alarm=True,
    )


def _state(context: Context, score: int) -> tuple[str, str]:
    t = context.words
    return (t("sound"), "ok") if score >= GOOD else (t("needs care"), "warn") if score >= FAIR else (t("bad"), "error")


def _list(items: str) -> Markup:
    return Markup(f'<ul class="ispec-plain">{items}</ul>' if items else "")  # noqa: S704 (escaped)


def _scores(context: Context, rows: list[Row]) -> Table:
    t = context.words
    columns = (t("Integration"), t("Score"), t("Reasons"), t("What mends it"), t("Owner"))
    return Table("scores", t("Health"), columns, tuple(rows), (("state", t("State")), ("owner", t("Owner"))))


def _weights(context: Context) -> list[tuple[str, int]]:
    t = context.words
    return [
        (t("nobody owns it"), WEIGHTS["unowned"]),
        (t("never reviewed by anybody"), WEIGHTS["never"]),
        (t("review overdue"), WEIGHTS["overdue"]),
        (t("1 error"), WEIGHTS["error"]),
        (t("1 section not written"), WEIGHTS["section"]),
        (t("1 warning"), WEIGHTS["warning"]),
        (t("1 open question"), WEIGHTS["unknown"]),
    ]


def _findings(context: Context, cells: Cells) -> Table:
    t = context.words
    explained = {rule.name for rule in context.options.rules}
    rows = tuple(_finding(context, cells, each, explained) for each in context.options.findings)
    columns = (t("Rule"), t("Level"), t("Message"), t("What to do"), t("Integration"), t("Line"))
    facets = (("level", t("Level")), ("rule", t("Rule")), ("spec", t("Integration")))
    return Table("findings", t("Findings"), columns, rows, facets, t("No findings"))


def _finding(context: Context, cells: Cells, finding: Finding, explained: set[str]) -> Row:
    t, spec = context.words, context.catalog.by_id.get(finding.spec)
    name: str | Markup = finding.rule
    if finding.rule in explained:
        name = cells.link("rules", finding.rule, finding.rule)
    url = context.options.edit_url(finding.file, finding.span.line)
    line = f"{finding.file}:{finding.span.line}"
    place = Markup('<a href="{}">{}</a>').format(url, line) if url else Markup("<code>{}</code>").format(line)
    return Row(
        (
            cell(name),
            Cell(cells.badge(t(finding.level), finding.level)),
            cell(message(finding.message)),
            cell(message(finding.help)),
            cells.spec(spec) if spec else cell(finding.spec),
            Cell(place),
        ),
        ((t(finding.level),), (finding.rule,), (spec.title if spec else finding.spec,)),
    )
