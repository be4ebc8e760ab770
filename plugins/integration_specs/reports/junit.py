"""JUnit XML, for every CI that shows tests: one case a finding or change."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from integration_specs.diff.wording import hurt, sentence
from integration_specs.findings import Finding
from integration_specs.text.display import printable

from . import CheckReport, DiffReport, checked_line, compared_line


def check(report: CheckReport) -> Iterator[str]:
    """Yields a suite in which every error is a failed case, and every other finding a passed one that says so."""
    cases = [_finding(finding) for finding in report.findings] or [_case("specs", checked_line(report.checked))]
    yield from _suite("integration-specs check", cases, checked_line(report.checked))


def diff(report: DiffReport) -> Iterator[str]:
    """Yields a suite in which breaking changes, new errors and what could not be compared are failed cases."""
    cases = []
    for change in report.changes:
        where = f"{place.file}:{place.line}" if (place := change.place) else change.spec
        text = f"{where}\n{change.rule} ({', '.join(change.concerns)})\n{hurt(change)}"
        failed = change.level if change.level == "breaking" and not change.waiver else ""
        cases.append(_case(change.spec, sentence(change), failed, text))
    cases += [
        _case(each.spec, f"readable on the {each.side} side", "not compared", each.message) for each in report.skipped
    ]
    cases += [_finding(finding) for finding in report.findings]
    yield from _suite(
        "integration-specs diff", cases or [_case("specs", "no change of meaning")], compared_line(report)
    )


def _finding(finding: Finding) -> str:
    where = f"{finding.file}:{finding.span.line}:{finding.span.column}"
    failed = finding.rule if finding.level == "error" else ""
    return _case(finding.spec or finding.file, f"{finding.rule}: {finding.message}", failed, f"{where}\n{finding.help}")


def _case(suite: str, name: str, failed: str = "", text: str = "") -> str:
    head = f"    <testcase classname={_attribute(suite)} name={_attribute(name)}"
    if failed:
        return f"{head}>\n      <failure type={_attribute(failed)} message={_attribute(name)}>{_text(text)}</failure>\n    </testcase>\n"
    return f"{head}>\n      <system-out>{_text(text)}</system-out>\n    </testcase>\n" if text else f"{head}/>\n"


def _suite(name: str, cases: list[str], about: str) -> Iterator[str]:
    failures = sum("<failure " in case for case in cases)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites tests="{len(cases)}" failures="{failures}">\n'
    yield f'  <testsuite name={_attribute(name)} tests="{len(cases)}" failures="{failures}" errors="0" skipped="0">\n'
    yield f'    <properties><property name="checked" value={_attribute(about)}/></properties>\n'
    yield from cases
    yield "  </testsuite>\n</testsuites>\n"


def _text(text: str) -> str:
    return escape("\n".join(printable(line, 2000) for line in text.split("\n")))


def _attribute(text: str) -> str:
    return quoteattr(printable(" ".join(text.split()), 600))
