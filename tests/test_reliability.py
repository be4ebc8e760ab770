"""The 64 cases of hostile input, faults and bad days: each is held by a test that carries its number.

A test says which cases it holds by `@pytest.mark.case("Y1", "Y2")`. Those about the text of one file are here, told by
`check` from the command line down: the place, the rule, the exit code.
"""

import ast
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import soak
from integration_specs.project.workspace import Workspace
from integration_specs.settings import read_settings
from integration_specs.site.markdown import block
from invoking import invoke

HERE = Path(__file__).parent
FAMILIES = {"Y": 18, "S": 7, "H": 11, "F": 11, "K": 3, "V": 5, "C": 8, "I": 1}
"""YAML, schema, HTML, files, secrets (keys), server (view), CI and git, importers: how many cases each has."""
NUMBERS = {f"{family}{number}" for family, count in FAMILIES.items() for number in range(1, count + 1)}

DRAFT = "system: Acme\ntype: API\nstatus: draft\n"
MIB = 1 << 20


@dataclass(frozen=True)
class Expected:
    """A spec's text, what `check` says of it at which place (nothing of it when it is fine), and how it ends."""

    text: str | bytes
    message: str = ""
    status: int = 1
    seconds: float = 2.5
    """Ten times the figure of the benchmarks, for a machine that others use, too."""
    names: str = ""
    """What the message or the help must name."""


def _merge_bomb() -> str:
    return "a: &a {x: 1}\n" + "".join(f"b{n}: &b{n} {{<<: [*a, *a]}}\n" for n in range(24))


def _laughs() -> str:
    return "b0: &b0 [lol]\n" + "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 9))


_TAGS = "".join(f"%TAG !a{n}! tag:x,2000:\n" for n in range(28_000))

TEXTS: dict[str, Expected] = {
    "Y1 brackets": Expected("[" * 26_000, "1:41 error[yaml-too-deep]", seconds=0.5),
    "Y2 merge bomb": Expected(_merge_bomb(), "1:4 error[yaml-alias]", seconds=0.5),
    "Y3 billion laughs": Expected(_laughs(), "1:5 error[yaml-alias]", seconds=0.5),
    "Y3 self-reference": Expected("a: &a [*a]\n", "1:4 error[yaml-alias]"),
    "Y4 duplicate key": Expected(DRAFT + "owner: a\nowner: b\n", "5:1 error[yaml-duplicate-key]", names="line 4"),
    "Y5 the word no": Expected("system: no\ntype: API\nstatus: draft\n", "1:9 warning[yaml-truthy-word]", 0),
    "Y5 the key on": Expected(DRAFT + "x-a:\n  on: 1\n", "", 0),
    "Y6 number for text": Expected(
        DRAFT + "api_version:\n  pinned: 1.10\n", "5:11 error[wrong-type]", names='"1.10"'
    ),
    "Y7 looks like a time": Expected('system: 22:30\ntype: API\nstatus: draft\nx-a: 2024-02-30\n', "", 0),
    "Y7 leading zero": Expected(DRAFT + "x-a: 017\n", "4:6 warning[yaml-leading-zero]", 0),
    "Y8 python": Expected("system: !!python/object/apply:os.system [echo]\n", "1:9 error[yaml-tag]"),
    "Y8 environment": Expected("system: !ENV HOME\n", "1:9 error[yaml-tag]"),
    "Y8 binary": Expected("system: !!binary aGk=\n", "1:9 error[yaml-tag]"),
    "Y9 sexagesimal": Expected("a: 1" + ":59" * 300_000, "1:4 error[yaml-scalar-too-long]"),
    "Y9 long integer": Expected("a: " + "1" * 5_000, "1:4 error[yaml-number]"),
    "Y10 tag directives": Expected(_TAGS + "---\na: 1", "1:1 error[yaml-directive]"),
    "Y10 after comments": Expected("# c\n" * 100 + _TAGS + "---\na: 1", "101:1 error[yaml-directive]"),
    "Y12 Latin-1": Expected(b"a: 1\nb: caf\xe9\n", "2:7 error[yaml-encoding]"),
    "Y12 UTF-16": Expected("a: 1".encode("utf-16"), "1:1 error[yaml-encoding]"),
    "Y12 NUL": Expected("a: 1\nb: x\0y", "2:5 error[yaml-control-character]"),
    "Y12 lone surrogate": Expected(b"a: \xed\xa0\x80", "1:4 error[yaml-encoding]"),
    "Y13 byte order mark": Expected(b"\xef\xbb\xbf" + DRAFT.encode(), "", 0),
    "Y13 CRLF": Expected(DRAFT.replace("\n", "\r\n"), "", 0),
    "Y13 tab after colon": Expected(DRAFT.replace(": ", ":\t"), "", 0),
    "Y14 tab": Expected("a:\n\tb: 1\n", "2:1 error[yaml-tab]"),
    "Y14 open quote": Expected(DRAFT + "owner: 'x\nvendor:\n  docs: y\n", "4:8 error[yaml-unterminated-quote]"),
    "Y15 braces": Expected("a: {{ x }}\n", "1:4 error[yaml-", names='"{{ … }}"'),
    "Y15 at": Expected("a: @x\n", "1:4 error[yaml-", names="'@x'"),
    "Y15 conflict": Expected("a: 1\n<<<<<<< ours\nb: 2\n", "2:1 error[yaml-conflict-marker]"),
    "Y16 two documents": Expected(DRAFT + "---\n" + DRAFT, "4:1 error[yaml-second-document]"),
    "Y16 empty": Expected("# nothing\n", "1:1 error[yaml-empty]"),
    "Y16 list": Expected("- a\n- b\n", "1:1 error[yaml-root-list]"),
    "Y16 text": Expected("only words\n", "1:1 error[yaml-root-scalar]"),
    "Y17 bidi": Expected(DRAFT + "x-a: b\u202ec\n", "4:7 error[yaml-bidi]", names="U+202E"),
    "Y17 zero-width": Expected(DRAFT + "x-a: b\u200bc\n", "4:7 error[yaml-invisible]", names="U+200B"),
    "Y17 line separator": Expected(DRAFT + "x-a: b\u2028c\n", "4:7 error[yaml-line-break]", names="U+2028"),
    "Y18 surrogate pair": Expected('a: "\\ud83d\\ude00"\n', "1:5 error[yaml-surrogate]", names="\U0001f600"),
    "S3 3,000 entries": Expected(
        DRAFT + "endpoints:\n" + "".join(f"  - {{method: GET, path: /a{n}}}\n" for n in range(3000)),
        "error[too-many]",
    ),
    "S4 5,000 faults": Expected(
        DRAFT + "".join(f"k{n}: 1\n" for n in range(5000)), "104:1 error[more-findings] and 4900 more", seconds=10
    ),
    "S5 200 KB value": Expected(DRAFT.replace("API", "z" * 200_000), "2:7 error[not-allowed]"),
    "S6 line break": Expected(DRAFT + 'depends_on: ["abc\\n"]\n', "4:14 error["),
    "S6 full width": Expected(DRAFT + "depends_on: [ａbc]\n", "4:14 error["),
    "S6 Cyrillic": Expected(DRAFT + "depends_on: [аcme]\n", "4:14 error["),
    "S7 not a number": Expected(DRAFT + "format: .nan\n", "4:9 error["),
    "S7 infinity": Expected(DRAFT + "format: .inf\n", "4:9 error["),
    "S7 too large": Expected(DRAFT + "format: 1e400\n", "4:9 error["),
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "specs").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", TEXTS)
def test_text(name: str, project: Path) -> None:
    expected = TEXTS[name]
    content = expected.text.encode() if isinstance(expected.text, str) else expected.text
    (project / "specs/acme.yaml").write_bytes(content)
    begun = time.process_time()
    answer = invoke("check", "--format", "concise", "--ignore", "no-owner", "--ignore", "draft-progress", root=project)
    assert time.process_time() - begun < expected.seconds
    assert answer.exit_code == expected.status, answer.output
    assert answer.stderr == ""
    assert len(answer.stdout.encode()) <= 64 * 1024
    *found, _, _ = answer.stdout.splitlines()
    assert bool(found) == bool(expected.message), found
    for line in found:
        assert re.match(r"specs/acme\.yaml:\d+:\d+ (error|warning)\[[a-z-]+\] ", line), line
        assert len(line) <= 200
        assert line.isprintable()
    assert any(expected.message in line for line in found) or not expected.message, found
    assert len(found) <= 102
    if expected.names:
        assert expected.names in invoke("check", root=project).stdout


WATCHED = """
import sys
touched = []
def note(event, given):
    if event in ("open", "socket.connect", "socket.getaddrinfo"):
        touched.append(f"{event} {given[1] if event == 'socket.connect' else given[0]}")
sys.addaudithook(note)
from integration_specs.cli import main
try:
    main()
finally:
    print(*touched, sep="\\n", flush=True)
"""


@pytest.mark.case("S1")
@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.json", "file:///etc/passwd", "other.json", "/etc/passwd"])
def test_a_schema_that_leads_out_ends_the_run(project: Path, address: str) -> None:
    (project / "specs/acme.yaml").write_text(DRAFT)
    (project / "integration-specs.toml").write_text('schema = "own"\n')
    (project / "own").mkdir()
    schema = {"type": "object", "properties": {"system": {"$ref": address}}}
    (project / "own/integration-spec.schema.json").write_text(json.dumps(schema))
    (project / "own/other.json").write_text("{}")
    command = [sys.executable, "-c", WATCHED, "check", "--root", str(project)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert address in answer.stderr
    touched = answer.stdout.splitlines()
    assert [line for line in touched if line.endswith("integration-spec.schema.json")], "what is opened is seen"
    assert [line for line in touched if line.startswith("socket") or line.endswith(("passwd", "other.json"))] == []


def test_without_a_parser_no_command_succeeds(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "specs/acme.yaml").write_text(DRAFT)
    monkeypatch.setattr("integration_specs.documents.loading.CParser", None)
    for command in ("check", "fmt", "diff"):
        answer = invoke(command, root=project)
        assert answer.exit_code == 2
        assert "pip install" in answer.stderr


@pytest.mark.case("H3")
@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//x.example", "http:x", "file:///etc/passwd"],
)
def test_an_address_is_one_of_the_web(project: Path, address: str) -> None:
    (project / "specs/acme.yaml").write_text(DRAFT + f"vendor:\n  docs: {json.dumps(address)}\n")
    answer = invoke("check", "--format", "concise", root=project)
    assert answer.exit_code == 1
    assert "specs/acme.yaml:5:9 error[" in answer.stdout


_HEAVY = {
    "brackets": "[" * 8_000, "links": "[a](" * 3_000, "images": "![" * 4_000, "stars": "*a " * 5_000, "ticks": "".join("`" * n + " " for n in range(1, 140)),
    "quotes": "> " * 5_000, "lists": "- " * 3_000, "rows": "|a" * 3_000 + "\n" + "|-" * 3_000, "references": "".join(f"[a{n}]: /x\n" for n in range(1_500)),
    "entities": "&#x" * 5_000, "angles": "<a " * 5_000,
}  # fmt: skip


@pytest.mark.case("H8")
@pytest.mark.parametrize("name", _HEAVY)
def test_a_heavy_text_is_written_quickly(name: str) -> None:
    text = _HEAVY[name][:20_000]
    begun = time.process_time()
    assert block(text)
    assert time.process_time() - begun < 3, "ten times the figure of the design"


@pytest.mark.case("H6")
def test_a_diagram_of_somebody_is_shown_as_text(project: Path) -> None:
    """There is no diagram language in the pages at all: ours are drawn when the site is built."""
    text = (
        "```mermaid\n%%{init: {'themeCSS': '*{background:url(http://x.example)}'}}%%\ngraph LR\nclick A call x()\n```\n"
    )
    html = block(text)
    assert "%%{init" in html
    assert "mermaid" not in html.replace("```mermaid", "")
    assert re.fullmatch(r'<div class="highlight"><pre><code>[^<]*</code></pre></div>', html)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(50 * MIB)


NO_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "50 MB": (_sparse, "yaml-too-large"),
    "pipe": (os.mkfifo, "file-not-regular"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "file-symlink"),
    "folder": (Path.mkdir, "file-not-regular"),
}


@pytest.mark.case("Y11")
@pytest.mark.parametrize("name", NO_FILES)
def test_nothing_is_opened_that_should_not_be(name: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make, rule = NO_FILES[name]
    make(project / "specs/acme.yaml")
    opened: list[str] = []
    plain = os.open

    def watched(path: str, *more: int, **words: int) -> int:
        opened.append(str(path))
        return plain(path, *more, **words)

    workspace = Workspace(read_settings(project))
    monkeypatch.setattr(os, "open", watched)
    begun = time.process_time()
    findings = workspace.catalog().findings
    assert time.process_time() - begun < 0.5
    assert [(each.rule, each.file) for each in findings] == [(rule, "specs/acme.yaml")]
    assert not [path for path in opened if "acme" in path]
    assert invoke("check", root=project).exit_code == 1


def _marked() -> Iterator[str]:
    """The numbers that tests carry as marks, from the syntax of all test files."""
    for path in HERE.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.case":
                yield from map(ast.literal_eval, node.args)


@pytest.mark.parametrize(
    ("name", "shift", "misses"),
    [("disks", (0, 0), False), ("disks", (-1, 0), True), ("edits", (0, 0), False), ("edits", (0, 0.01), True)],
)
def test_a_measure_below_its_target_fails_the_long_run(name: str, shift: tuple[int, float], misses: bool) -> None:
    targets = {each: (float(least), float(most)) for each, (_, _, least, most, _) in soak.MEASURES.items()}
    found = [(each, int(least), most) for each, (least, most) in targets.items()]
    found = [
        (each, count + (each == name) * shift[0], value + (each == name) * shift[1]) for each, count, value in found
    ]
    rows, missed = soak.measure_rows(found)
    assert missed == ({name} if misses else set())
    assert ["**missed" in row for row in rows].count(True) == misses
    assert soak.measure_rows([])[1] == set(soak.MEASURES), "what was not run misses its target"


def test_every_case_has_a_test() -> None:
    held = {*_marked(), *(name.split()[0] for name in TEXTS)}
    assert held == NUMBERS
