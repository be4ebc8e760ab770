"""Text for a terminal: each finding with the marked lines of its file and the suggested fix."""

from collections.abc import Iterator
from textwrap import wrap

from integration_specs.diff import ChangeLevel
from integration_specs.diff.descriptions import impact_text, sentence
from integration_specs.diff.repeated_changes import repeated_changes
from integration_specs.documents.code_frame import WIDTH, cells, frame
from integration_specs.findings import Finding, Level
from integration_specs.text.display import plural, printable

from . import CheckReport, DiffReport, acceptance, check_line, compared_line, count_line, result_line

_COLORS: dict[Level, str] = {"error": "31", "warning": "33", "info": "36"}


_CHANGE_COLORS: dict[ChangeLevel, str] = {"breaking": "31", "risky": "33", "safe": "32", "editorial": "36"}
_MAX_MINOR = 20
_MAX_SPECS = 60


def check(report: CheckReport) -> Iterator[str]:
    """Yield each finding with its code frame, then what was checked and the number of findings."""
    for finding in report.findings:
        yield from finding_text(finding, report.source(finding.file), report.color, report.width)
        yield "\n"
    if report.checked.skipped:
        yield f"{report.checked.skipped} skipped: checks that depend on syntax or schema errors did not run; fix those first.\n"
    yield f"{check_line(report)}\n"
    summary = count_line(report.findings, report.waived)
    worst = next((level for level in _COLORS if any(finding.level == level for finding in report.findings)), None)
    yield _paint(summary, f"1;{_COLORS[worst]}" if worst else "1;32", report.color) + "\n"
    if fixable := sum(finding.fix is not None for finding in report.findings):
        yield f"`integration-specs check --fix` would fix {fixable} of them.\n"


def diff(report: DiffReport) -> Iterator[str]:
    """Yield what was compared; the changes of each spec, most serious first; approvals; new findings; the counts."""
    yield f"{printable(compared_line(report), 400)}\n"
    for skip in report.skipped:
        yield f"skipped {skip.spec}: it is invalid on the {skip.side} side: {skip.file}:{skip.line}: {skip.message}\n"
    repeated, covered = repeated_changes(report.changes)
    for each in repeated:
        yield f"  {each.change.level} {sentence(each.change)} in {len(each.specs)} specs  [{each.change.rule}]\n"
    for number, (spec, changes) in enumerate(report.by_spec.items()):
        if number == _MAX_SPECS:
            yield f"\n… and {plural(len(report.by_spec) - number, 'more changed spec')}; `--format html`, `json` and `concise` list them all\n"
            break
        shown = [change for change in changes if change.fingerprint not in covered]
        if not shown:
            continue
        minor = [change for change in shown if change.level == "editorial"]
        subject = report.subjects.get(spec)
        facts = [f"owner {subject.owner}" if subject.owner else "no owner", subject.status] if subject else []
        yield f"\n{_paint(printable(spec), '1', report.color)}{''.join(f' · {printable(fact)}' for fact in facts if fact)}\n"
        folded = {id(change) for change in minor[_MAX_MINOR:]}
        for change in shown:
            if id(change) in folded:
                continue
            level = _paint(f"{change.level:<9}", f"1;{_CHANGE_COLORS[change.level]}", report.color)
            yield f"  {level} {sentence(change)}  [{change.rule}]\n"
            if change.level != "editorial":
                if location := change.location:
                    yield f"            {printable(location.file, 300)}:{location.line}:{location.column}\n"
                if affected := impact_text(change):
                    yield f"            {affected}\n"
            for note in filter(None, (change.level_reason, acceptance(change))):
                yield f"            {printable(note, 200)}\n"
            if change.level in ("breaking", "risky"):
                yield f"            = help: {change.advice}\n"
        if folded:
            yield f"  … and {len(folded)} more editorial\n"
    if report.approvals:
        yield "\nApprovals:\n"
        for approval in report.approvals:
            note = "  (not in CODEOWNERS)" if approval.in_codeowners is False else ""
            more = f" and {len(approval.reasons) - 3} more" if len(approval.reasons) > 3 else ""
            yield f"  {printable(report.owner_names.get(approval.team, approval.team))}: {printable('; '.join(each.text for each in approval.reasons[:3]), 300)}{more}{note}\n"
    for title, findings in (
        ("New findings", report.findings),
        ("Findings that the base has, too", report.old_findings),
    ):
        if findings:
            yield f"\n{title}:\n\n"
        for finding in findings:
            yield from finding_text(finding, report.source(finding.file), report.color, report.width)
            yield "\n"
    yield f"\n{_paint(result_line(report), '1', report.color)}; {plural(len(report.changed), 'spec')} changed; new: {count_line(report.findings)}\n"
    yield from (f"{printable(note, 300)}.\n" for note in report.notes)
    if report.failures:
        yield (
            _paint(f"This fails: {printable('; '.join(report.failures), 600)}", f"1;{_COLORS['error']}", report.color)
            + "\n"
        )


def finding_text(finding: Finding, source: str, color: bool = False, width: int = WIDTH) -> Iterator[str]:
    """Yield one finding: place, level, rule and message; the marked lines; notes and help, wrapped to `width`."""
    tint = _COLORS[finding.level]
    place = f"{finding.file}:{finding.span.line}:{finding.span.column}"
    yield f"{_paint(place, '1', color)}: {_paint(f'{finding.level}[{finding.rule}]', f'1;{tint}', color)} {_paint(finding.message, '1', color)}\n"
    digits = len(str(finding.span.line + 1))
    lines = frame(finding, source, width=width - digits - 4)
    digits = len(str(lines[-1].number)) if lines else 1
    gutter = _paint(f"{'':{digits}} |", "34", color)
    for line in lines:
        yield f" {_paint(f'{line.number:{digits}} |', '34', color)} {line.text}".rstrip() + "\n"
        if line.mark:
            start, end = line.mark
            carets = "^" * max(1, cells(line.text[start:end]))
            yield f" {gutter} {' ' * cells(line.text[:start])}{_paint(carets, f'1;{tint}', color)}\n"
    for title, text in (*(("", note) for note in finding.notes), *((("help:", finding.help),) if finding.help else ())):
        head = f" {'':{digits}} {_paint('=', '34', color)} " + (_paint(title, "1;32", color) + " " if title else "")
        indent = digits + 4
        first, *rest = _wrapped(text, max(width - indent - len(title) - bool(title), 20))
        yield f"{head}{first}\n"
        yield from (f"{'':{indent + len(title) + bool(title)}}{line}\n" for line in rest)


def _wrapped(text: str, width: int) -> list[str]:
    if len(text) <= width and text.isprintable():
        return [text.rstrip()]  # as `wrap`, which takes much longer
    return wrap(text, width, break_on_hyphens=False) or [""]


def _paint(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text
