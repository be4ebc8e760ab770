"""Markdown for a pull request comment or a job summary: untrusted text is escaped and the length is limited."""

import hashlib
import re
from collections.abc import Iterator

from integration_specs.diff import Change
from integration_specs.diff.wording import common_changes, count_text, impact_text, sentence
from integration_specs.findings import Finding
from integration_specs.text.display import plural, printable

from . import CheckReport, DiffReport, check_line, compared_line, count_line, result_line

MARKER = "<!-- integration-specs -->"
"""First line of every comment, by which an existing comment is found."""
LIMIT = 60_000
"""Maximum number of characters; GitHub rejects comments of 65,536."""
_MAX_APPROVALS = 60
_MAX_FINDINGS = 100


def check(report: CheckReport) -> Iterator[str]:
    """Yield what was checked, then the findings."""
    yield f"{MARKER}\n### Integration specs: {count_line(report.findings, report.waived)}\n\n{_sentence(check_line(report))}\n"
    yield from _cut(_findings(report.findings), LIMIT, len(report.findings), "finding")


def diff(report: DiffReport) -> Iterator[str]:
    """Yield the comment: what was compared, who must approve, the serious changes of each spec, the others folded."""
    specs = max(report.checked.specs + report.checked.skipped, len(report.changed))
    yield f"{MARKER}\n<!-- digest {digest(report)} -->\n"
    yield (
        f"### Integration specs: {result_line(report)} · "
        f"{len(report.changed):,} of {plural(specs, 'spec')} changed\n\n{_sentence(compared_line(report))}\n"
    )
    for skip in report.skipped[:20]:
        yield f"\n⚠ {code(skip.spec)} was not compared: it is invalid on the {skip.side} side ({escape(skip.message)}, line {skip.line}).\n"
    if len(report.skipped) > 20:
        yield f"\n⚠ {len(report.skipped) - 20} more were not compared.\n"
    yield from (
        f"\n- {each}" if number else f"\nIn many specs:\n\n- {each}"
        for number, each in enumerate(common_changes(report.changes))
    )
    yield "\n"
    approvals = "".join(_approvals(report))
    yield approvals
    blocks, left = _serious_changes(report, LIMIT - len(approvals) - 18_000)
    yield from _folded(report, blocks, left)
    if report.findings:
        yield f"\n**New findings: {count_line(report.findings)}**\n\n"
        yield from _cut(_findings(report.findings), 8_000, len(report.findings), "finding")


def digest(report: DiffReport) -> str:
    """Return a hash of the content, so that an unchanged report is not posted again."""
    parts = [f"{change.fingerprint} {change.level} {change.old!r} {change.new!r}" for change in report.changes]
    parts += [f"{finding.rule} {finding.file} {finding.pointer}" for finding in report.findings]
    parts += [f"{skip.spec} {skip.side}" for skip in report.skipped]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def escape(text: str, limit: int = 300) -> str:
    """Return untrusted text as one line of Markdown without markup, HTML, mentions, links or workflow commands."""
    line = printable(" ".join(text.split()), limit)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = re.sub(r"([\\`*_\[\]|~$])", r"\\\1", line)
    line = re.sub(r"@(?=\w)|#(?=\w)|(?<=\w):(?=//)|(?<=www)\.", lambda match: match[0] + "\u200b", line)
    return line.replace("::", ":\u200b:")


def code(text: str, limit: int = 120) -> str:
    """Return untrusted text as a code span."""
    line = printable(" ".join(text.split()), limit).replace("::", ":\u200b:").replace("|", "\\|")
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line or ' '}{pad}{ticks}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{escape(text[1:])}."


def _approvals(report: DiffReport) -> Iterator[str]:
    if not report.approvals:
        return
    known = any(approval.in_codeowners is not None for approval in report.approvals)
    yield "\n| approval | reason |" + (" in CODEOWNERS |\n|---|---|---|\n" if known else "\n|---|---|\n")
    for approval in report.approvals[:_MAX_APPROVALS]:
        more = f" and {len(approval.reasons) - 4} more" if len(approval.reasons) > 4 else ""
        asked = f" {'yes' if approval.in_codeowners else '**no**'} |" if known else ""
        yield f"| {code(approval.team, 80)} | {escape('; '.join(approval.reasons[:4]), 160)}{more} |{asked}\n"
    if len(report.approvals) > _MAX_APPROVALS:
        yield f"\n{len(report.approvals) - _MAX_APPROVALS} more teams must approve.\n"


def _title(report: DiffReport, spec: str) -> str:
    subject = report.subjects.get(spec)
    if not subject:
        return f"**{escape(spec, 100)}**"
    facts = [f"owner {escape(subject.owner, 80)}" if subject.owner else "**no owner**", escape(subject.status)]
    links = [
        f"[{word}](<{_url(address)}>)" if address.startswith("http") else f"{word} {code(address)}"
        for word, address in (("page", subject.page), ("YAML", subject.source))
        if address
    ]
    return " · ".join((f"**{escape(spec, 100)}**", *facts, *links))


def _url(address: str) -> str:
    return re.sub(r"[^A-Za-z0-9:/?#@!$&'()*+,;=._~%-]", "", address)


def _line(change: Change) -> str:
    affected = impact_text(change)
    waived = f" (waived: {escape(change.waiver, 120)})" if change.waiver else ""
    concerns = ", ".join(change.concerns)
    return f"- **{change.level}** · {concerns} · {escape(sentence(change))}{f'; {escape(affected, 240)}' if affected else ''}{waived}\n"


def _serious_changes(report: DiffReport, budget: int) -> tuple[dict[str, list[str]], int]:
    """Return by spec its title and its breaking and risky changes, as long as they fit, and the space that is left."""
    blocks: dict[str, list[str]] = {}
    for spec, changes in report.by_spec.items():
        lines = [f"\n{_title(report, spec)}\n"]
        serious = [change for change in changes if change.level in ("breaking", "risky")]
        for number, change in enumerate(serious):
            line = _line(change)
            if sum(map(len, lines)) + len(line) > min(budget, 12_000):
                lines.append(f"- … and {plural(len(serious) - number, 'more serious change')}\n")
                break
            lines.append(line)
        size = sum(map(len, lines))
        if size > budget:
            break
        blocks[spec] = lines
        budget -= size
    return blocks, budget


def _folded(report: DiffReport, blocks: dict[str, list[str]], left: int) -> Iterator[str]:
    """Yield the blocks with the other changes folded; once space runs out, the others are only counted."""
    by_spec = report.by_spec
    for spec, lines in blocks.items():
        yield from lines
        minor = [change for change in by_spec[spec] if change.level in ("safe", "editorial")]
        if not minor:
            continue
        head = f"<details><summary>{count_text(minor)}</summary>\n\n"
        texts = [_line(change) for change in minor]
        while texts and len(head) + sum(map(len, texts)) + 60 > min(left, 4_000):
            texts.pop()
        rest = f"- … and {len(minor) - len(texts)} more\n" if len(texts) < len(minor) else ""
        body = f"{head}{''.join(texts)}{rest}\n</details>\n" if texts else f"- {count_text(minor)}\n"
        left -= len(body)
        if left > 0:
            yield body
    if missing := len(by_spec) - len(blocks):
        yield f"\n… and {plural(missing, 'more spec')}; `integration-specs diff --format html` lists them all.\n"


def _findings(findings: tuple[Finding, ...]) -> Iterator[str]:
    for finding in findings[:_MAX_FINDINGS]:
        place = code(f"{finding.file}:{finding.span.line}:{finding.span.column}", 160)
        yield f"- {place} **{finding.level}** {code(finding.rule)} {escape(finding.message)}\n"


def _cut(lines: Iterator[str], room: int, total: int, word: str) -> Iterator[str]:
    shown = 0
    for line in lines:
        if len(line) > room:
            break
        room -= len(line)
        shown += 1
        yield line
    if shown < total:
        yield f"- … and {plural(total - shown, f'more {word}')}\n"
