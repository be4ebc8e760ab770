"""How healthy a spec is: its findings, a score, and the reasons for it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from integration_specs.findings import Finding
from integration_specs.model import Spec

from .context import Context
from .translations import Translations

WEIGHTS = {"unowned": 25, "never": 15, "overdue": 10, "section": 8, "error": 12, "warning": 3, "unknown": 2}
"""Points that a spec loses for each; `MOST` limits the sum of one kind."""
MOST = {"error": 48, "warning": 24, "unknown": 20, "section": 40}
GOOD, FAIR = 85, 60
SHOWN_ELSEWHERE = {"no-owner", "unknown-owner", "never-reviewed", "review-due", "todo"}
"""Rules whose findings pages show as owners, reviews and open questions, not as problems."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a spec loses points: the place on its page, and the command that shows the details."""

    points: int
    text: str
    anchor: str
    command: str


def problems(context: Context, file: str = "") -> list[Finding]:
    """Return the findings of a file, or of all files, that are listed as problems and notes."""
    found: Iterable[Finding] = context.findings.get(file, ()) if file else context.options.findings
    return [finding for finding in found if finding.rule not in SHOWN_ELSEWHERE]


def counts(t: Translations, findings: Iterable[Finding]) -> str:
    """Return the number of problems (errors and warnings) and of notes, as text."""
    levels = Counter("note" if finding.level == "info" else "problem" for finding in findings)
    parts = []
    if levels["problem"] or not levels["note"]:
        parts.append(t.plural("{number} problem", "{number} problems", levels["problem"]))
    if levels["note"]:
        parts.append(t.plural("{number} note", "{number} notes", levels["note"]))
    return ", ".join(parts)


def reasons(context: Context, spec: Spec) -> list[Reason]:
    """Return why a spec loses points, the largest loss first."""
    return sorted(_reasons(context, spec), key=lambda reason: (-reason.points, reason.text))


def score(found: Iterable[Reason]) -> int:
    """Return the points that are left of 100."""
    return max(0, 100 - sum(reason.points for reason in found))


def state(t: Translations, points: int) -> tuple[str, str]:
    """Return a score in words, and the kind of badge for it."""
    if points >= GOOD:
        return t("good"), "ok"
    return (t("fair"), "warn") if points >= FAIR else (t("poor"), "error")


def _reasons(context: Context, spec: Spec) -> Iterator[Reason]:
    t, check = context.translations, f"integration-specs check {spec.file}"
    if not spec.owner:
        yield Reason(WEIGHTS["unowned"], t("no owner"), "top", f"{check} --select no-owner")
    elif context.is_unowned(spec):
        yield Reason(WEIGHTS["unowned"], t("the owner is not in owners.yaml"), "top", f"{check} --select unknown-owner")
    fresh = context.freshness(spec)
    if spec.status != "retired" and fresh.state != "fresh":
        if fresh.due is None:
            yield Reason(WEIGHTS["never"], t("never reviewed"), "top", f"{check} --select never-reviewed")
        else:
            text = t("review overdue since {date}", date=t.day(fresh.due))
            yield Reason(WEIGHTS["overdue"], text, "top", f"{check} --select review-due")
    missing = [field.name for field in context.schema.sections if field.name not in spec.data]
    if missing:
        text = t.plural("{number} missing section", "{number} missing sections", len(missing))
        anchor = context.anchor(spec, (missing[0],))
        yield Reason(_points("section", len(missing)), text, anchor, "integration-specs explain missing-key")
    if unknown := spec.unknowns:
        text = t.plural("{number} open question", "{number} open questions", len(unknown))
        anchor = context.anchor(spec, unknown[0][0])
        yield Reason(_points("unknown", len(unknown)), text, anchor, f"{check} --select todo")
    found = [finding for finding in problems(context, spec.file) if finding.level != "info"]
    if found:
        levels = Counter(finding.level for finding in found)
        points = _points("error", levels["error"]) + _points("warning", levels["warning"])
        yield Reason(points, counts(t, found), "problems", check)


def _points(kind: str, number: int) -> int:
    return min(WEIGHTS[kind] * number, MOST[kind])


def weights(t: Translations) -> list[tuple[str, int]]:
    """Return what each kind of problem costs, as text and points."""
    return [
        (t("no owner"), WEIGHTS["unowned"]),
        (t("never reviewed"), WEIGHTS["never"]),
        (t("review overdue"), WEIGHTS["overdue"]),
        (t("error"), WEIGHTS["error"]),
        (t("missing section"), WEIGHTS["section"]),
        (t("warning"), WEIGHTS["warning"]),
        (t("open question"), WEIGHTS["unknown"]),
    ]
