"""Markdown for a pull request comment or a job summary: untrusted text is escaped and the length is limited."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from integration_specs.diff import Change
from integration_specs.diff.descriptions import count_text, impact_text, sentence
from integration_specs.diff.repeated_changes import repeated_changes
from integration_specs.findings import LEVELS, Finding
from integration_specs.text.display import one_line, plural

from . import (
    CheckReport,
    DiffReport,
    acceptance,
    checked_line,
    compared_line,
    count_line,
    result_line,
)
from .html import environment

LIMIT = 60_000
"""Maximum number of characters; GitHub rejects comments of 65,536."""
_MANY_FILES = 4
_REFERENCE = re.compile(r"[@#](?=\w)|[!&](?=\d)|\bGH-(?=\d)|(?<=\w):(?=//)|(?<=www)\.", re.IGNORECASE)
"""Begins what GitHub or GitLab makes a mention, a reference to an issue or merge request, or a link."""


def marker(report: DiffReport) -> str:
    """Return the first line of a comment, by which the comment of a project is found."""
    project = f": {report.prefix.rstrip('/')}" if report.prefix else ""
    return f"<!-- integration-specs{re.sub(r'[^A-Za-z0-9/._: -]', '_', project)} -->"


def check(report: CheckReport) -> Iterator[str]:
    """Yield what was checked, then the findings."""
    yield f"### Integration specs: {count_line(report.findings, report.waived)}\n\n{_sentence(checked_line(report.checked))}\n\n"
    yield _findings(report.findings, LIMIT, "finding")


def diff(report: DiffReport) -> Iterator[str]:
    """Yield the comment; only its two first lines, by which it is found and compared, if there is nothing to report.

    What could not be compared comes first, then what fails, the approvals, changes by spec and new findings.
    """
    repeated, covered = repeated_changes(report.changes)
    templates = environment()
    templates.filters |= {"escaped": escape, "sentence": _sentence}
    text = templates.get_template("comment.md.j2").render(
        report=report,
        marker=marker(report),
        digest=digest(report),
        title=_title(report),
        repeated=repeated,
        covered=covered,
        serious=tuple(each for each in report.findings if each.level != "info"),
        old=[each for each in report.old_findings if each.level == "error"],
        compared=compared_line(report),
        code=code,
        escape=escape,
        findings=_findings,
        line=_line,
        specs=_specs,
    )
    if len(text) > LIMIT:
        text = text[: text.rindex("\n", 0, LIMIT) + 1]
        text += "\n</details>\n" * (text.count("<details>") - text.count("</details>"))
        text += "\n… this report is too long; `integration-specs diff --format html` shows all of it.\n"
    yield text


def digest(report: DiffReport) -> str:
    """Return a hash of the content, so that an unchanged report is not posted again."""
    parts = [
        f"{change.fingerprint} {change.level} {change.old!r} {change.new!r} {acceptance(change)}"
        for change in report.changes
    ]
    parts += [f"{finding.rule} {finding.file} {finding.pointer}" for finding in report.findings]
    parts += [f"{skip.spec} {skip.side}" for skip in report.skipped]
    parts += (*report.failures, *report.notes)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def escape(text: str, limit: int = 300) -> str:
    """Return untrusted text as one line of Markdown without markup, HTML, mentions, links or workflow commands."""
    line = _REFERENCE.sub(lambda match: f"{match[0]}\u200b", one_line(text, limit))
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = re.sub(r"([\\`*_\[\]|~$])", r"\\\1", line)
    return line.replace("::", ":\u200b:")


def code(text: str, limit: int = 120) -> str:
    """Return untrusted text as a code span."""
    line = one_line(text, limit).replace("::", ":\u200b:").replace("|", "\\|")
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line or ' '}{pad}{ticks}"


def _sentence(text: str) -> str:
    """Return untrusted text as a sentence."""
    line = escape(text)
    return f"{line[:1].upper()}{line[1:]}{'' if line.endswith(('.', '…', '?')) else '.'}"


def _title(report: DiffReport) -> str:
    if not report.changes and not report.skipped:
        return count_line(report.findings) if report.findings else "errors"
    specs = max(report.checked.specs + report.checked.skipped, len(report.changed))
    return f"{result_line(report)} · {len(report.changed):,} of {plural(specs, 'spec')} changed"


def _heading(report: DiffReport, spec: str) -> str:
    subject = report.subjects.get(spec)
    if not subject:
        return f"**{escape(spec, 100)}**"
    owner = escape(report.owner_names.get(subject.owner, subject.owner), 80) if subject.owner else "**no owner**"
    facts = [owner, subject.criticality, "" if subject.status == "active" else escape(subject.status)]
    links = [
        f"[{word}](<{_url(address)}>)" if address.startswith("http") else f"{word} {code(address)}"
        for word, address in (("page", subject.page), ("YAML", subject.source))
        if address
    ]
    return " · ".join(filter(None, (f"**{escape(subject.title, 100)}** ({code(spec, 100)})", *facts, *links)))


def _url(address: str) -> str:
    return re.sub(r"[^A-Za-z0-9:/?#@!$&'()*+,;=._~%-]", "", address)


def _line(report: DiffReport, change: Change, specs: str = "", *, advice: bool = True) -> str:
    """Return the line of a change, or of a change of several `specs`, whose link and impact would be those of one."""
    affected = "" if specs else impact_text(change)
    text = escape(sentence(change)) + specs
    place = change.location
    address = report.link(place.file, place.line) if place and change.head and not specs else ""
    linked = f"[{text}](<{_url(address)}>)" if address.startswith("http") else text
    notes = [escape(affected, 240), escape(change.level_reason, 160), escape(acceptance(change), 160)]
    more = "".join(f"; {note}" for note in notes if note)
    if place and not specs and linked == text:
        more += f" · {code(f'{report.prefix}{place.file}:{place.line}', 160)}"
    hint = f"<br>{escape(change.advice, 200)}" if advice and change.advice != "Nothing to do." else ""
    mark = (
        f" {code(change.fingerprint[:8])}"
        if advice and not specs and change.level == "breaking" and not acceptance(change)
        else ""
    )
    return f"- **{change.level}** · {', '.join(change.concerns)} · {linked}{more}{mark}{hint}\n"


def _specs(report: DiffReport, covered: set[str], room: int) -> str:
    """Return a block for each spec, with the safe and editorial changes folded, as long as they fit."""
    shown = {
        spec: [each for each in changes if each.fingerprint not in covered] for spec, changes in report.by_spec.items()
    }
    left = {spec: changes for spec, changes in shown.items() if changes}
    blocks: list[str] = []
    for spec, changes in left.items():
        serious = [_line(report, each) for each in changes if each.level in ("breaking", "risky")]
        minor = [each for each in changes if each.level in ("safe", "editorial")]
        block = f"\n{_heading(report, spec)}\n{_fitting(serious, 12_000, 'serious change')}"
        if minor:
            details = _fitting([_line(report, each, advice=False) for each in minor], 4_000, "change")
            folded = f"<details><summary>{count_text(minor)}</summary>\n\n{details}\n</details>\n"
            block += folded if len(block) + len(folded) < room // 2 else f"- {count_text(minor)}\n"
        if len(block) > room:
            more = plural(len(left) - len(blocks), "more spec")
            blocks.append(f"\n… and {more}; `integration-specs diff --format html` lists them all.\n")
            break
        room -= len(block)
        blocks.append(block)
    return "".join(blocks)


def _finding_lines(findings: Iterable[Finding], report: DiffReport | None = None) -> Iterator[str]:
    """Yield a line for each finding, most serious first; one line for a warning of many files."""
    order = sorted(findings, key=lambda finding: (LEVELS.index(finding.level), finding.sort_key))
    files: dict[str, dict[str, None]] = {}
    for finding in order:
        if finding.level != "error":
            files.setdefault(finding.rule, {})[finding.file] = None
    merged: set[str] = set()
    for finding in order:
        others = len(files.get(finding.rule, ())) - 1
        if finding.rule in merged:
            continue
        if others >= _MANY_FILES:
            merged.add(finding.rule)
        file = f"{report.prefix if report else ''}{finding.file}"
        place = code(f"{file}:{finding.span.line}:{finding.span.column}", 160)
        address = report.link(finding.file, finding.span.line) if report else ""
        linked = f"[{place}](<{_url(address)}>)" if address.startswith("http") else place
        more = f" (and in {others} more files)" if finding.rule in merged else ""
        yield f"- **{finding.level}** {code(finding.rule)} {linked} {escape(finding.message)}{more}\n"


def _findings(findings: Iterable[Finding], room: int, noun: str, report: DiffReport | None = None) -> str:
    return _fitting(list(_finding_lines(findings, report)), room, noun)


def _fitting(lines: Sequence[str], room: int, noun: str) -> str:
    """Return the first of the lines, up to `room` characters, and the number of the others."""
    lengths = accumulate(map(len, lines))
    shown = sum(length <= room for length in lengths)
    more = f"- … and {plural(len(lines) - shown, f'more {noun}')}\n" if shown < len(lines) else ""
    return "".join((*lines[:shown], more))
