"""Every output format from the same values: what programs get is valid, and nothing in a spec breaks out of it."""

import importlib
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from markdown_it import MarkdownIt

from integration_specs import registry
from integration_specs.diff import CHANGE_LEVELS, ApprovalReason, Approver, Change, Impact, Location, Skip, fingerprint
from integration_specs.diff.approvers import approvals
from integration_specs.findings import Finding, Span
from integration_specs.project.workspace import Checked
from integration_specs.reports import CheckReport, DiffReport, Subject
from integration_specs.reports.markdown import escape, marker

ROOT = Path(__file__).parent.parent
HOSTILE = (
    "x\n::error file=a::b",
    "::set-output name=a::b",
    "</details><script>alert(1)</script><img src=x onerror=alert(1)>",
    "[link](javascript:alert(1)) ![image](http://evil.example/x.png)",
    "`` ` ``` @everyone @example/payments #12 http://evil.example www.evil.example",
    "\x1b[31mred\x1b[0m\x07\x00\u202e\u2028",
    "| cell | cell |\n|---|---|\n# heading\n- item\n> quote",
    "]]> --> <!-- &lt; & \" '",
    "%0A%0D::debug::x",
    "GH-12 gh-12 !5 &5 group/project!5",
)


def change(text: str = "plain", level: str = "breaking", number: int = 0) -> Change:
    pointer = f"endpoints[{text} {number}]"
    return Change(
        "endpoint-removed",
        level,  # type: ignore[arg-type]
        ("contract",),
        text,
        pointer,
        text,
        text,
        None if level == "breaking" else f"{text} new",
        Location(text, 3, 1),
        Location(f"specs/{text}.yaml", 3, 1),
        (Impact("field", text, text, text, text), Impact("flow", text)),
        (text,),
        (Approver(text, (ApprovalReason(text),)),),
        "" if level == "breaking" else text,
        fingerprint("endpoint-removed", text, pointer),
    )


def finding(text: str = "plain", level: str = "error") -> Finding:
    return Finding("unknown-key", level, text, f"specs/{text}.yaml", Span(2, 1, 2, 4), text, (text,), (text, 1), text)  # type: ignore[arg-type]


def diff_report(*changes: Change, findings: tuple[Finding, ...] = (), text: str = "plain") -> DiffReport:
    ids = tuple(dict.fromkeys(each.spec for each in changes))
    subjects = {
        each: Subject(each, text, text, text, "https://site.example/x/", "https://code.example/x") for each in ids
    }
    skipped = (Skip(text, "base", f"specs/{text}.yaml", 4, text),)
    return DiffReport(
        changes,
        findings,
        skipped,
        approvals(changes, lambda file, team: False),
        Checked(5, 4, 3, 2, 1),
        text,
        text,
        ids,
        subjects,
    )


def written(format_: str, report: CheckReport | DiffReport) -> str:
    module = importlib.import_module(f"integration_specs.reports.{format_}")
    return "".join(module.diff(report) if isinstance(report, DiffReport) else module.check(report))


def reports_for(format_: str, reports: Iterable[CheckReport | DiffReport]) -> list[CheckReport | DiffReport]:
    """The reports that a format can write: a release note has no form for `check`."""
    formats = {name: registry.defining("reports", name) for name in ("check", "diff")}
    return [each for each in reports if format_ in formats["diff" if isinstance(each, DiffReport) else "check"]]


def hostile_reports() -> list[CheckReport | DiffReport]:
    found: list[CheckReport | DiffReport] = []
    for text in HOSTILE:
        found.append(CheckReport((finding(text), finding(text, "warning")), Checked(1)))
        found.append(
            diff_report(
                *(change(text, level, number) for number, level in enumerate(CHANGE_LEVELS)),
                findings=(finding(text),),
                text=text,
            )
        )
    return found


ALL = registry.names("reports")


@pytest.mark.parametrize("format_", ALL)
def test_every_format_reports_findings_changes_and_their_absence(format_: str) -> None:
    reports: list[CheckReport | DiffReport] = [
        CheckReport((), Checked(2)),
        CheckReport((finding(),), Checked(2)),
        diff_report(),
        diff_report(change()),
    ]
    for report in reports_for(format_, reports):
        assert written(format_, report).strip()


@pytest.mark.case("C6")
@pytest.mark.parametrize("format_", [each for each in ALL if each != "text"])
def test_no_control_character_of_a_spec_is_written(format_: str) -> None:
    for report in reports_for(format_, hostile_reports()):
        left = set(
            re.findall(r"[^\n\x20-\x7e\xa0-\u200a\u2010-\u2027\u202f-\U0010ffff\u200b]", written(format_, report))
        )
        assert not left, [ascii(each) for each in left]


def test_changes_at_a_terminal_hold_no_control_character() -> None:
    for report in hostile_reports():
        if isinstance(report, DiffReport):
            text = written("text", replace(report, findings=(), skipped=()))
            assert not set(re.findall(r"[\x00-\x09\x0b-\x1f\x7f\u202e\u2028]", text))


def test_a_comment_renders_no_markup_of_a_spec() -> None:
    for report in hostile_reports():
        text = written("markdown", report)
        bare = re.sub(r"<!-- [a-z0-9 -]* -->|</?details>|</?summary>|\]\(<[^<>]*>\)", "", text)
        html = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table").render(bare)
        tags = set(re.findall(r"<\s*([A-Za-z][A-Za-z0-9]*)", html))
        assert tags <= {"br", "h3", "p", "ul", "li", "strong", "code", "table", "thead", "tbody", "tr", "th", "td"}, (
            tags
        )
        outside_code = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
        assert not re.search(r"@\w|#\d|(?i:gh-)\d|!\d|&amp;\d|\w://|www\.\w", outside_code)
        assert "::" not in text
        assert not isinstance(report, DiffReport) or text.startswith(marker(report))


@pytest.mark.case("C6")
def test_annotations_are_our_own_commands_only() -> None:
    for report in hostile_reports():
        for line in written("github", report).splitlines():
            if "::" in line:
                assert re.fullmatch(
                    r"::(error|warning|notice) file=[^,:]*,line=\d+,col=\d+,title=[^,:]*::(?:(?!::).)*", line
                )


def test_annotations_keep_to_what_a_step_shows() -> None:
    changes = [change("a", level, number) for level in ("breaking", "risky") for number in range(40)]
    lines = written("github", diff_report(*changes)).splitlines()
    assert [sum(line.startswith(f"::{kind} ") for line in lines) for kind in ("error", "warning")] == [10, 10]
    assert any("61 more are in the job summary" in line for line in lines)


@pytest.mark.parametrize(("specs", "each"), [(1, 20_000), (1000, 10), (3000, 1)])
def test_a_comment_is_never_too_long(specs: int, each: int) -> None:
    changes = [
        change(f"spec-{spec}-" + "é" * 200, CHANGE_LEVELS[(spec + number) % 4], number)
        for spec in range(specs)
        for number in range(each)
    ]
    text = written("markdown", diff_report(*changes, findings=tuple(finding("f" * 300) for _ in range(500))))
    assert len(text) < 65_536
    assert "breaking" in text.splitlines()[2]
    assert text.count("<details>") == text.count("</details>")


@pytest.mark.parametrize("text", ["&" * 400, "*`" * 200, "::" * 200])
def test_text_that_is_longer_when_escaped_does_not_make_a_comment_too_long(text: str) -> None:
    changes = [change(f"{number} {text}", CHANGE_LEVELS[number % 4], number) for number in range(100)]
    findings = tuple(finding(f"{number} {text}") for number in range(100))
    report = diff_report(*changes, findings=findings, text=text)
    report = replace(report, skipped=report.skipped * 30, old_findings=findings, notes=(text,) * 30)
    written_ = written("markdown", report)
    assert len(written_) < 65_536
    assert written_.count("<details>") == written_.count("</details>")
    assert written_.endswith("`integration-specs diff --format html` shows all of it.\n")


def test_a_comment_has_the_same_text_for_what_no_platform_links() -> None:
    for text in ("Really! 5 & 6", "R&D", "gh-pages", "a != 5 && b"):
        assert "\u200b" not in escape(text)


def test_editorial_changes_are_folded_before_serious_ones_are_cut() -> None:
    changes = [*(change("words", "editorial", number) for number in range(5_000)), change("serious")]
    text = written("markdown", diff_report(*changes))
    assert "**breaking**" in text
    assert text.index("**breaking**") < text.index("<details>")


def test_the_same_report_has_the_same_digest_wherever_its_lines_stand() -> None:
    one = change()
    moved = replace(one, base=Location("a", 99, 1), head=Location("a", 98, 7))
    other = replace(one, new="x")
    marks = [re.findall(r"digest (\w+)", written("markdown", diff_report(each)))[0] for each in (one, moved, other)]
    assert marks[0] == marks[1] != marks[2]


def test_a_page_holds_no_element_of_a_spec() -> None:
    for report in hostile_reports():
        text = written("html", report)
        assert not re.search(r"<(script|img|a|iframe|link)\b", text)
        assert "default-src 'none'" in text
        assert not re.search(r"<[^>]*(src|href)=", text)


def schema(name: str) -> Any:
    content = json.loads((ROOT / "schema" / name).read_bytes())
    jsonschema.Draft202012Validator.check_schema(content)
    return jsonschema.Draft202012Validator(content)


def test_json_keeps_to_the_published_schemas() -> None:
    for report in [*hostile_reports(), diff_report(), CheckReport((), Checked())]:
        name = "changes" if isinstance(report, DiffReport) else "findings"
        assert not [
            error.message for error in schema(f"{name}.schema.json").iter_errors(json.loads(written("json", report)))
        ]


def test_sarif_keeps_to_its_schema() -> None:
    subset = json.loads((Path(__file__).parent / "sarif-subset.schema.json").read_bytes())
    for report in [*hostile_reports(), diff_report(), CheckReport((), Checked())]:
        content = json.loads(written("sarif", report))
        assert not [error.message for error in jsonschema.Draft202012Validator(subset).iter_errors(content)]


def test_gitlab_issues_have_what_gitlab_asks_for() -> None:
    for report in hostile_reports():
        issues = json.loads(written("gitlab", report))
        assert len({each["fingerprint"] for each in issues}) == len(issues)
        for each in issues:
            assert each["severity"] in ("info", "minor", "major", "critical", "blocker")
            assert each["location"]["lines"]["begin"] >= 1
            assert each["description"]
            assert each["check_name"]


def test_junit_counts_what_it_holds() -> None:
    for report in hostile_reports():
        tree = ET.fromstring(written("junit", report))  # noqa: S314 - our own text
        suite = tree.find("testsuite")
        assert suite is not None
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))


@pytest.mark.parametrize("format_", ["text", "concise", "github", "html", "markdown"])
def test_skipped_specs_are_reported_beside_no_change(format_: str) -> None:
    assert "no change of meaning, 1 spec not compared" in written(format_, diff_report())
