"""Schema findings: their limits, no duplicates, and hostile values."""

import copy
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from case_file import CASES, cases
from integration_specs.documents import load_text
from integration_specs.documents.code_frame import cells, frame
from integration_specs.findings import Finding
from integration_specs.reports.text import finding_text
from integration_specs.validation.schema import SpecSchema, read_schema
from integration_specs.validation.validator import MOST_FINDINGS, Validator

VALIDATE = Validator(read_schema())
DRAFT = "system: A\ntype: API\nstatus: draft\n"


def found(text: str | bytes) -> tuple[Finding, ...]:
    return VALIDATE(load_text(text, "specs/x.yaml"))


@pytest.mark.parametrize("text", [DRAFT.encode(), b"\xef\xbb\xbf" + DRAFT.encode(), DRAFT.replace("\n", "\r\n").encode(),
                                  b"system:\tA\ntype:  API\nstatus: draft # x\n", b'{"system": "A", "type": "API", "status": "draft"}'])  # fmt: skip
def test_valid_specs_have_no_findings(text: bytes) -> None:
    assert found(text) == ()


def test_places_after_a_byte_order_mark_and_crlf_are_those_that_editors_show() -> None:
    (finding,) = found(b"\xef\xbb\xbfsystem: A\r\ntype: Api\r\nstatus: draft\r\n")
    assert (finding.span.line, finding.span.column, finding.span.end_column) == (2, 7, 10)


@pytest.mark.parametrize("missing", [1, 2, 3, 4, 5])
def test_a_few_missing_keys_are_reported_one_by_one_and_many_together(missing: int) -> None:
    whole = (CASES / "schema" / "small.yaml").read_text(encoding="utf-8")
    data = load_text(whole, "x").data
    sections = ["purpose", "overview", "authentication", "events", "testing"][:missing]
    from integration_specs.formatting import to_yaml

    findings = found(to_yaml({key: value for key, value in data.items() if key not in sections}, read_schema()))
    assert len(findings) == (missing if missing < 4 else 1)
    assert all(f"`{name}" in "".join(each.message + each.help for each in findings) for name in sections)


def test_an_unknown_status_does_not_ask_for_what_a_draft_may_leave_out() -> None:
    assert [each.rule for each in found("system: A\ntype: API\nstatus: wip\n")] == ["not-allowed"]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("api_version:\n  pinned: 1.10\n", ["wrong-type"]),
        ("events:\n  received:\n    - name: a\n      delivery:\n        ordered: yes\n", ["wrong-type"]),
        ("x-a: no\n", ["yaml-truthy-word"]),
        ("api_version:\n  pinned: 1.10\nx-b: 1.10\n", ["yaml-number-rewritten", "wrong-type"]),
        ("purpse:\n  why: x\n", ["unknown-key"]),
        ("tags: [a, a, a]\n", ["duplicate-item", "duplicate-item"]),
        ("overview:\n  flows:\n    - {name: 1, nmae: x}\n", ["unknown-key", "wrong-type"]),
    ],
)
def test_a_fault_is_reported_once(text: str, rules: list[str]) -> None:
    assert sorted(each.rule for each in found(DRAFT + text)) == sorted(rules)


@pytest.mark.parametrize(
    ("active_only", "draft"), [(False, ""), (True, ", or write `status: draft` at the top until they are known")]
)
def test_a_schema_of_ones_own_may_ask_for_several_entries(active_only: bool, draft: str) -> None:
    schema = copy.deepcopy(read_schema().json)
    part = schema["else"] if active_only else schema
    part["properties"].setdefault("environments", {})["minItems"] = 2
    data = load_text("system: A\ntype: API\nenvironments: [{name: a}]\n", "specs/x.yaml")
    validate = Validator(SpecSchema(schema, read_schema().fields))
    (finding,) = [each for each in validate(data) if each.rule == "too-few"]
    assert finding.message == "Too few entries in `environments`: expected at least 2 but found 1"
    assert finding.help == f"Add what is missing, for example `- name: …`{draft}."


def test_ten_faults_give_ten_messages() -> None:
    text = (
        "system: 7\ntype: Api\nstatus: draft\nlast_updated: yesterday\nowner: Pay Team\ntags: pay\n"
        "purpose: x\nvendor: {docs: ftp://x}\ntimeout: 1\nendpoints:\n  - method: get\n    path: /a\n    timeout: 9\n"
    )
    lines = [each.span.line for each in found(text)]
    assert lines == [1, 2, 4, 5, 6, 7, 8, 9, 11, 13]


# Bounds


def test_a_list_far_too_long_is_one_message_at_once() -> None:
    text = DRAFT + "endpoints:\n" + "".join(f"  - {{method: GET, path: /a{number}}}\n" for number in range(3000))
    begun = time.process_time()
    findings = found(text)
    assert time.process_time() - begun < 2
    assert [each.rule for each in findings] == ["too-many"]
    assert "3,000 entries; at most 500" in findings[0].message


@pytest.mark.parametrize("line", ["k{}: 1\n", "kk-{}: {{a: 1}}\n"])
def test_thousands_of_faults_are_counted_not_reported(line: str) -> None:
    text = DRAFT + "".join(line.format(number) for number in range(5000))
    begun = time.process_time()
    findings = found(text)
    output = "".join(piece for each in findings for piece in finding_text(each, text))
    assert time.process_time() - begun < 5
    assert len(findings) == MOST_FINDINGS + 1
    assert findings[-1].rule == "more-findings"
    assert f"{5000 - MOST_FINDINGS:,}".replace(",", "") in findings[-1].message
    assert len(output.encode()) <= 64 * 1024


@pytest.mark.parametrize("field", ["type: {}", "owner: {}", "last_updated: {}", "tags: {}", "purpose: {}", "{}: 1", "review_every: {}",
                                   "vendor: {{docs: {}}}", "format: {}"])  # fmt: skip
@pytest.mark.parametrize("value", ["z" * 200_000, '"' + "\\e[31m" * 9000 + '"', "é" * 90_000])
def test_no_value_makes_a_message_long(field: str, value: str) -> None:
    text = DRAFT.replace("type: API\n", "") if field.startswith("type") else DRAFT
    findings = found(text + field.format(value) + "\n")
    assert findings
    for each in findings:
        assert len(each.message) <= 200
        assert each.message.isprintable()
        assert each.help.isprintable()
        assert all(note.isprintable() for note in each.notes)
        assert len("".join(finding_text(each, text + field.format(value)))) < 5000


@pytest.mark.parametrize("field", ["tags: {}", "endpoints: [{}]", "endpoints: [{{method: {}, path: /}}]", "retries: {}", "owner: {}",
                                   "vendor: {{docs: {}}}", "review_every: {}", "events: {{received: [{}]}}"])  # fmt: skip
@pytest.mark.parametrize("value", [" ", ", ", "a - ", "a and ", "-> ", "'' ", "`GET /", "max "])
def test_a_long_value_is_explained_in_linear_time(field: str, value: str) -> None:
    begun = time.process_time()
    assert found(DRAFT + field.format(f'"x{value * 20_000}y"') + "\n")
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "value", [".nan", ".inf", "-.inf", "1e400", "0x7fffffffffffffffffff", "1" * 32, "-0", "1e-400", "0o17", "1_000"]
)
@pytest.mark.parametrize("field", ["format: {}", "system: {}", "endpoints: [{{method: GET, path: /, response: {{status: {}}}}}]",
                                   "error_handling: {{retry: {{max_attempts: {}}}}}", "x-free: {}"])  # fmt: skip
def test_odd_numbers_are_reported_never_raised(field: str, value: str) -> None:
    text = field.format(value)
    start = DRAFT.replace("system: A\n", "") if field.startswith("system") else DRAFT
    for each in found(f"{start}{text}\n"):
        assert each.span.line == start.count("\n") + 1


# Frames


def marked(text: str, width: int = 160) -> tuple[str, str]:
    """The marked line of the only finding as a terminal shows it, and the carets below."""
    (finding,) = found(text)
    lines = "".join(finding_text(finding, text, width=width)).splitlines()
    at = next(place for place, line in enumerate(lines) if line.strip(" |") and set(line.strip(" |")) == {"^"})
    return lines[at - 1], lines[at]


@pytest.mark.parametrize("before", ["", "x-ぱ: 支払い, ", "x-e: e\u0301e\u0301, ", "x-😀: 😀, ", '"x-tab": "a\tb", '])
def test_carets_stand_below_what_is_meant(before: str) -> None:
    line, carets = marked(f"{{{before}system: A, type: Api, status: draft}}\n")
    start = cells(carets[: carets.index("^")])
    assert cells(line[: line.index("Api")]) == start
    assert carets.count("^") == 3


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("distance", [0, 100, 5000])
def test_a_long_line_is_cut_around_what_is_meant(width: int, distance: int) -> None:
    text = f"{{x-long: {'支a' * distance}, system: A, type: Api, status: draft}}\n"
    line, carets = marked(text, width)
    assert cells(line) <= width
    assert cells(carets) <= width
    assert line[line.index("Api") :].startswith("Api")
    assert cells(line[: line.index("Api")]) == carets.index("^")


def test_a_frame_shows_control_characters_and_never_sends_them() -> None:
    finding = Finding("r", "error", "m", "f", load_text("a: b\n", "f").span(("a",)))
    lines = frame(finding, "a: b\x1b[31m\x07\u202e\n")
    assert lines[0].text == "a: b\\x1b[31m\\x07\\u202e"


# Writing


HOSTILE = [
    path
    for kind in ("messages", "load")
    for case in cases(kind)
    for path in sorted(case.folder.rglob("*.yaml"))
    if load_text(path.read_bytes(), path.name).data is None
]


def fmt(folder: Path, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "integration_specs", "fmt", "--root", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload, no-any-return]


@pytest.mark.case("F11")
def test_fmt_leaves_every_file_that_cannot_be_read_as_it_is(tmp_path: Path) -> None:
    assert HOSTILE
    (tmp_path / "specs").mkdir()
    for number, path in enumerate(HOSTILE):
        (tmp_path / "specs" / f"s{number}.yaml").write_bytes(path.read_bytes())
    result = fmt(tmp_path)
    assert result.returncode == 1
    assert result.stderr == ""
    for number, path in enumerate(HOSTILE):
        assert (tmp_path / "specs" / f"s{number}.yaml").read_bytes() == path.read_bytes(), path


@pytest.mark.case("F7")
def test_fmt_on_a_full_disk_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    path = tmp_path / "specs" / "x.yaml"
    path.write_text("type: API\nsystem: A\nstatus: draft\nx-a:\n" + "  - some text\n" * 2000)
    before = path.read_bytes()
    result = fmt(tmp_path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
    assert result.returncode == 2
    assert "x.yaml is unchanged: " in result.stderr
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["x.yaml"]


WRITER = """
import itertools, sys
from pathlib import Path
from integration_specs.documents.atomic_write import write_atomic
path = Path(sys.argv[1])
print("begun", flush=True)
for content in itertools.cycle((b"a" * 200_000, b"b" * 300_000)):
    write_atomic(path, content)
"""


def kill_while_writing(path: Path, times: int) -> None:
    for number in range(times):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"begun\n"
            time.sleep(number % 23 / 2000)
            os.kill(process.pid, signal.SIGKILL)
        assert path.read_bytes() in (b"old", b"a" * 200_000, b"b" * 300_000)


def swept(path: Path) -> None:
    from integration_specs.documents.atomic_write import write_atomic

    write_atomic(path, b"new")
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_only_a_regular_file_is_replaced(tmp_path: Path) -> None:
    from integration_specs.documents.atomic_write import write_atomic

    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="is not a regular file"):
        write_atomic(tmp_path / "pipe", b"new")
    assert (tmp_path / "pipe").is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]
    write_atomic(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


def test_a_killed_writer_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"old")
    kill_while_writing(path, 50)
    swept(path)


@pytest.mark.case("F8")
@pytest.mark.soak
def test_five_hundred_killed_writers_leave_whole_files(tmp_path: Path, measured: Callable[..., None]) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"old")
    kill_while_writing(path, 500)
    swept(path)
    measured("kills", 500)
