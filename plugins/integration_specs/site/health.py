"""How healthy a spec is: its findings, a score, and the reasons for it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from integration_specs.findings import Finding
from integration_specs.model import Spec
from integration_specs.text.messages import gettext_noop

from .context import Context
from .translations import Translations

WEIGHTS = {
    gettext_noop("no owner"): 25,
    gettext_noop("never reviewed"): 15,
    gettext_noop("review overdue"): 10,
    gettext_noop("error"): 12,
    gettext_noop("missing section"): 8,
    gettext_noop("warning"): 3,
    gettext_noop("open question"): 2,
}
"""Points that a spec loses for each; `MOST` limits the sum of one kind."""
MOST = {"error": 48, "warning": 24, "open question": 20, "missing section": 40}
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

    def reason(kind: str, text: str, select: str, number: int = 1, anchor: str = "top") -> Reason:
        points = min(WEIGHTS[kind] * number, MOST.get(kind, 100))
        return Reason(points, text, anchor, f"{check} --select {select}")

    if not spec.owner:
        yield reason("no owner", t("no owner"), "no-owner")
    elif context.is_unowned(spec):
        yield reason("no owner", t("the owner is not in owners.yaml"), "unknown-owner")
    due = context.due(spec)
    if context.is_overdue(spec):
        if due is None:
            yield reason("never reviewed", t("never reviewed"), "never-reviewed")
        else:
            yield reason("review overdue", t("review overdue since {date}", date=t.day(due)), "review-due")
    if missing := [field.name for field in context.schema.sections if field.name not in spec.data]:
        text = t.plural("{number} missing section", "{number} missing sections", len(missing))
        anchor = context.anchor(spec, (missing[0],))
        rule = "draft-progress" if spec.status == "draft" else "missing-key"
        yield reason("missing section", text, rule, len(missing), anchor)
    if questions := spec.open_questions:
        text = t.plural("{number} open question", "{number} open questions", len(questions))
        yield reason("open question", text, "todo", len(questions), context.anchor(spec, questions[0][0]))
    if found := [finding for finding in problems(context, spec.file) if finding.level != "info"]:
        levels = Counter(finding.level for finding in found)
        points = sum(min(WEIGHTS[level] * levels[level], MOST[level]) for level in ("error", "warning"))
        yield Reason(points, counts(t, found), "problems", check)


def weights(t: Translations) -> list[tuple[str, int]]:
    """Return what each kind of problem costs, as text and points."""
    return [(t(name), points) for name, points in WEIGHTS.items()]
