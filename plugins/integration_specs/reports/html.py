"""For a browser: one page that holds everything it needs, and asks no other host for anything."""

from collections.abc import Iterable, Iterator
from html import escape

from integration_specs.diff import Change
from integration_specs.diff.wording import common, counts, hurt, sentence
from integration_specs.findings import Finding
from integration_specs.text.display import printable

from . import CheckReport, DiffReport, checked_line, compared_line, count_line, result_line

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: #8886; --soft: #8882; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }}
table {{ border-collapse: collapse; width: 100%; margin: 1rem 0; }}
th, td:first-child {{ white-space: nowrap; }}
th, td {{ text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }}
code {{ background: var(--soft); padding: 0 .2rem; border-radius: .2rem; }}
.level {{ font-weight: 700; white-space: nowrap; }}
.breaking, .error {{ border-left: .3rem solid #c62828; }}
.risky, .warning {{ border-left: .3rem solid #ef6c00; }}
.safe {{ border-left: .3rem solid #2e7d32; }}
.editorial, .info {{ border-left: .3rem solid #8888; }}
.more {{ opacity: .8; font-size: .9em; }}
del {{ background: #c6282822; }} ins {{ background: #2e7d3222; text-decoration: none; }}
</style>
</head>
<body>
<main>
"""
_TAIL = "</main>\n</body>\n</html>\n"


def check(report: CheckReport) -> Iterator[str]:
    """Yields a page of all findings."""
    yield _HEAD.format(title="Integration specs: findings")
    yield f"<h1>Integration specs: {_text(count_line(report.findings, report.waived))}</h1>\n"
    yield f"<p>{_text(checked_line(report.checked))}</p>\n"
    yield from _findings(report.findings)
    yield _TAIL


def diff(report: DiffReport) -> Iterator[str]:
    """Yields a page of all changes, spec by spec, with what was and what is."""
    yield _HEAD.format(title="Integration specs: changes")
    yield f"<h1>Integration specs: {_text(result_line(report))}</h1>\n<p>{_text(compared_line(report))}</p>\n"
    for skip in report.skipped:
        yield f"<p><strong>Not compared:</strong> <code>{_text(skip.spec)}</code> cannot be read on the {skip.side} side: {_text(skip.message)}</p>\n"
    if many := common(report.changes):
        yield "<h2>In many specs</h2>\n<ul>\n" + "".join(f"<li>{_text(each)}</li>\n" for each in many) + "</ul>\n"
    if report.approvals:
        yield "<h2>Who must agree</h2>\n<table>\n<tr><th>Team</th><th>Why</th><th>In CODEOWNERS</th></tr>\n"
        for approval in report.approvals:
            asked = {None: "not known", True: "yes", False: "<strong>no</strong>"}[approval.in_codeowners]
            yield f"<tr><td>{_text(approval.team)}</td><td>{_text('; '.join(approval.reasons), 1000)}</td><td>{asked}</td></tr>\n"
        yield "</table>\n"
    for spec, changes in report.by_spec.items():
        subject = report.subjects.get(spec)
        facts = f" · owner {_text(subject.owner or 'nobody')} · {_text(subject.status)}" if subject else ""
        yield f"<h2>{_text(spec)}</h2>\n<p>{_text(counts(changes))}{facts}</p>\n"
        minor = [change for change in changes if change.level == "editorial"]
        yield from _changes(change for change in changes if change.level != "editorial")
        if minor:
            yield f"<details><summary>{len(minor)} editorial</summary>\n"
            yield from _changes(minor)
            yield "</details>\n"
    if report.findings:
        yield f"<h2>New findings: {_text(count_line(report.findings))}</h2>\n"
        yield from _findings(report.findings)
    yield _TAIL


def _changes(changes: Iterable[Change]) -> Iterator[str]:
    yield "<table>\n<tr><th>Level</th><th>Change</th><th>Place</th></tr>\n"
    for change in changes:
        where = f"{place.file}:{place.line}" if (place := change.place) else ""
        more = [hurt(change), f"waived: {change.waiver}" if change.waiver else ""]
        both = ""
        if isinstance(change.old, str) and isinstance(change.new, str) and len(change.old) + len(change.new) > 100:
            both = (
                f'<div class="more"><del>{_text(change.old, 2000)}</del><br><ins>{_text(change.new, 2000)}</ins></div>'
            )
        notes = "".join(f'<div class="more">{_text(each, 600)}</div>' for each in more if each)
        yield (
            f'<tr class="{change.level}"><td class="level">{change.level}</td>'
            f"<td>{_text(sentence(change))}{both}{notes}"
            f'<div class="more">{_text(", ".join(change.concerns))} · <code>{_text(change.rule)}</code></div></td>'
            f"<td><code>{_text(where, 200)}</code></td></tr>\n"
        )
    yield "</table>\n"


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    yield "<table>\n<tr><th>Level</th><th>Finding</th><th>Place</th></tr>\n"
    for finding in findings:
        help_text = f'<div class="more">help: {_text(finding.help, 600)}</div>' if finding.help else ""
        yield (
            f'<tr class="{finding.level}"><td class="level">{finding.level}</td>'
            f'<td>{_text(finding.message, 400)}{help_text}<div class="more"><code>{_text(finding.rule)}</code></div></td>'
            f"<td><code>{_text(finding.file, 200)}:{finding.span.line}</code></td></tr>\n"
        )
    yield "</table>\n"


def _text(text: str, limit: int = 400) -> str:
    """Text of a spec as text of the page."""
    return escape(printable(" ".join(text.split()), limit))
