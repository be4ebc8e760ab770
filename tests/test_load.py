"""The loader: cases beside what they give, hostile files made here, any JSON there and back, any text survived."""

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from case_file import Case, cases, names
from fuzz import targets
from fuzz.many import many
from fuzz.targets.load import check
from integration_specs.documents import RULES, SPEC, VENDOR, Limits, RawDocument, load_raw, load_raw_text, loading
from integration_specs.documents import yaml_reader as reader
from integration_specs.findings import Span
from soak import MEASURES

HERE = Path(__file__).parent
ALL_CASES = cases("load")
CORPUS = sorted(path for path in (HERE / "fuzz" / "corpus").glob("*/*") if path.is_file())
CORPORA = Path(os.environ.get("INTEGRATION_SPECS_CORPORA", HERE.parent.parent / "shared" / "corpora"))
MIB = 1 << 20


def found(document: RawDocument) -> list[str]:
    """Return each finding as `rule line:column`."""
    return [f"{f.rule} {f.span.line}:{f.span.column}" for f in document.findings]


@pytest.mark.parser
@pytest.mark.parametrize("case", ALL_CASES, ids=names(ALL_CASES))
def test_case(case: Case) -> None:
    expected = json.loads(case.files["expected.json"])
    document = load_raw(case.folder / "x.yaml", "x.yaml")
    assert found(document) == expected["findings"]
    assert document.data == expected.get("data")
    assert repr(document.data) == repr(expected.get("data"))  # 1 is not 1.0 nor true
    check(document)
    for finding in document.findings:
        assert finding.help
        assert finding.level == RULES[finding.rule].level


@pytest.mark.parametrize("case", ALL_CASES, ids=names(ALL_CASES))
def test_messages_of_a_case_are_translated(case: Case) -> None:
    from messages import untranslatable  # needs packages that `make test-parser` does not install

    assert untranslatable(load_raw(case.folder / "x.yaml", "x.yaml").findings) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_every_rule_is_explained_by_a_true_example(rule: Any) -> None:
    assert rule.summary.endswith(".")
    assert rule.why
    by_file_or_size = rule.name.startswith("file-") or rule.name in {
        "yaml-parser-missing", "yaml-too-large", "yaml-encoding", "yaml-line-break", "yaml-too-many-nodes",
        "yaml-scalar-too-long", "yaml-key-too-long", "secret",
    }  # fmt: skip
    if by_file_or_size:  # the example is words; `test_hostile` and the tests of files set these off
        return
    limits = Limits(nodes=10, aliases=True) if rule.name == "yaml-alias-budget" else SPEC
    assert rule.name in {finding.rule for finding in load_raw_text(rule.bad, "x.yaml", limits).findings}
    assert load_raw_text(rule.good, "x.yaml").findings == ()


def _merge_bomb() -> str:
    return "a: &a {x: 1}\n" + "".join(f"b{n}: &b{n} {{<<: [*a, *a]}}\n" for n in range(24))


def _laughs(levels: int) -> str:
    steps = (f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, levels))
    return "b0: &b0 [lol]\n" + "".join(steps)


TAG_LINES = "".join(f"%TAG !a{n}! tag:x,2000:\n" for n in range(28_000))

HOSTILE: dict[str, tuple[str, str]] = {
    "26 KB of brackets": ("[" * 26_000, "yaml-too-deep 1:41"),
    "1 MB of brackets": ("[" * MIB, "yaml-too-deep 1:41"),
    "closed brackets": ("a: " + "[" * 20_000 + "]" * 20_000, "yaml-too-deep 1:43"),
    "braces": ("{a: " * 250_000, "yaml-too-deep 1:161"),
    "bare braces": ("{" * 26_000, "yaml-complex-key 1:1"),
    "brackets over lines": ("a:\n" + " [\n" * 1000, "yaml-too-deep 41:2"),
    "dashes": ("- " * 500_000, "yaml-too-deep 1:81"),
    "question marks": ("? " * 500_000, "yaml-complex-key 1:3"),
    "indented mappings": ("".join(" " * n + "a:\n" for n in range(60)), "yaml-too-deep 41:41"),
    "many tag directives": (TAG_LINES + "---\na: 1", "yaml-directive 1:1"),
    "tag directives after comments": ("# c\n" * 100 + TAG_LINES + "---\na: 1", "yaml-directive 101:1"),
    "tag directives after the end": ("a: 1\n...\n" + TAG_LINES + "---\na: 1", "yaml-second-document 3:1"),
    "tag directives inside": ("a:\n" + TAG_LINES, "yaml-second-document 2:1"),
    "sexagesimal": ("a: 1" + ":59" * 300_000, "yaml-scalar-too-long 1:4"),
    "long integer": ("a: " + "1" * 5_000, "yaml-number 1:4"),
    "longer integer": ("a: " + "1" * 900_000, "yaml-scalar-too-long 1:4"),
    "33 characters": ("a: -" + "1" * 32, "yaml-number 1:4"),
    "merge bomb": (_merge_bomb(), "yaml-alias 1:4"),
    "billion laughs": (_laughs(9), "yaml-alias 1:5"),
    "many anchors": ("a:\n" + "- &x 1\n" * 80_000, "yaml-alias 2:3"),
    "many items": ("a:\n" + "- b\n" * 260_000, "yaml-too-many-nodes 49999:3"),
    "many keys": ("".join(f"k{n}: 1\n" for n in range(90_000)), "yaml-too-many-nodes 25000:9"),
    "many empty lists": ("a: [" + "[]," * 300_000 + "]", "yaml-too-many-nodes 1:149996"),
    "many duplicates": ("a: 1\n" * 170_000, "yaml-duplicate-key 2:1"),
    "long line": ("a: " + "x y " * 260_000, "yaml-scalar-too-long 1:4"),
    "long block": ("a: |\n" + " x\n" * 340_000, "yaml-scalar-too-long 1:4"),
    "long quoted": ('a: "' + "x\\n" * 300_000 + '"', "yaml-scalar-too-long 1:4"),
    "long key": ("a" * 300 + ": 1", "yaml-key-too-long 1:1"),
    "long quoted key": ('a:\n  "' + "é" * 257 + '": 1', "yaml-key-too-long 2:3"),
    "very long key": ("{" + "a" * 1_000_000 + ": 1}", "yaml-syntax 1:1"),
    "colons": ("a:" * 500_000, "yaml-scalar-too-long 1:1"),
    "open quote": ("a: '" + "x\n" * 500_000, "yaml-unterminated-quote 1:4"),
    "tabs": ("a:\n" + "\t" * 1_000_000 + "b", "yaml-tab 2:1"),
    "blank lines": ("\n" * MIB, "yaml-empty 1:1"),
    "comments": ("#\n" * 500_000, "yaml-empty 1:1"),
    "percent signs": ("%" * MIB, "yaml-directive 1:1"),
    "exclamation marks": ("a: " + "!" * 1000, "yaml-tag 1:4"),
    "documents": ("---\n" * 260_000, "yaml-second-document 2:1"),
    "conflict marks": ("a: 1\n" + "<<<<<<< x\n" * 100_000, "yaml-conflict-marker 2:1"),
    "surrogate escapes": ('a: "' + "\\ud83d\\ude00" * 80_000 + '"', "yaml-surrogate 1:5"),
    "lone surrogate": ("a: \ud800", "yaml-surrogate 1:4"),
    "bidi": ("a: ok\nb: x\u202ey", "yaml-bidi 2:5"),
    "bidi isolate": ("a: \u2066x", "yaml-bidi 1:4"),
    "arabic letter mark": ("a: \u061cx", "yaml-bidi 1:4"),
    "bidi in a comment": ("a: 1 # \u202ex", "yaml-bidi 1:8"),
    "bidi in a key": ("a\u200fb: 1", "yaml-bidi 1:2"),
    "zero-width space": ("a: x\u200by", "yaml-invisible 1:5"),
    "zero-width joiner": ("a: x\u200dy", "yaml-invisible 1:5"),
    "soft hyphen": ("a: x\u00ady", "yaml-invisible 1:5"),
    "hangul filler": ("\u3164: 1", "yaml-invisible 1:1"),
    "tag character": ("a: x\U000e0041", "yaml-invisible 1:5"),
    "mark in the middle": ("a: 1\n\ufeffb: 2", "yaml-invisible 2:1"),
    "two marks at the start": ("\ufeff\ufeffa: 1", "yaml-invisible 1:1"),
    "line separator": ("a: x\u2028y", "yaml-line-break 1:5"),
    "paragraph separator": ("a: |\n  x\u2029  y", "yaml-line-break 2:4"),
    "next line": ("a: x\x85b: y", "yaml-line-break 1:5"),
    "lone carriage return": ("a: 1\rb: 2", "yaml-line-break 1:5"),
    "carriage return at the end": ("a: 1\r", "yaml-line-break 1:5"),
    "NUL": ("a: x\0y", "yaml-control-character 1:5"),
    "escape": ("a: 1\nb: \x1b[31mred", "yaml-control-character 2:4"),
    "bell in a comment": ("# \x07\na: 1", "yaml-control-character 1:3"),
    "form feed": ("a: 1\n\x0c", "yaml-control-character 2:1"),
    "delete": ("a: \x7f", "yaml-control-character 1:4"),
    "C1": ("a: \x9b31m", "yaml-control-character 1:4"),
    "noncharacter": ("a: \ufffe", "yaml-control-character 1:4"),
    "tab indentation": ("a:\n\tb: 1", "yaml-tab 2:1"),
    "tab after spaces": ("a:\n  b:\n  \tc: 1", "yaml-tab 3:3"),
    "tab after a dash": ("a:\n- b\n-\t\tc: 1", "yaml-tab 3:2"),
    "CRLF counts lines": ("a: 1\r\nb: 2\r\na: 3\r\n", "yaml-duplicate-key 3:1"),
    "CRLF and an open quote": ("a: 1\r\nb: 'x\r\nc: 2\r\n", "yaml-unterminated-quote 2:4"),
    "characters, not bytes": ("é😀: [ç, &a 1]", "yaml-alias 1:9"),
}  # fmt: skip


@pytest.mark.parser
@pytest.mark.measured
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str, measured: Callable[..., None]) -> None:
    text, expected = HOSTILE[name]
    began = time.process_time()
    document = load_raw_text(text[:MIB], "x.yaml")
    spent = time.process_time() - began
    assert found(document)[0] == expected
    assert document.data is None
    assert len(document.findings) <= 40
    assert spent < 2.5, "ten times the figure of the design"
    check(document)
    measured("hostile", 1, spent)


@pytest.mark.parser
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_under_the_limits_for_vendors(name: str) -> None:
    check(load_raw_text(HOSTILE[name][0], "x.yaml", VENDOR))


FINE: dict[str, tuple[str | bytes, Any]] = {
    "byte order mark": (b"\xef\xbb\xbfa: 1", {"a": 1}),
    "byte order mark in text": ("\ufeffa: 1", {"a": 1}),
    "CRLF": ("a: 1\r\nb:\r\n  - c\r\n", {"a": 1, "b": ["c"]}),
    "CRLF in a block": ("a: |\r\n  x\r\n  y\r\n", {"a": "x\ny\n"}),
    "tab after colon": ("a:\tb\nc: \t d", {"a": "b", "c": "d"}),
    "tabs in JSON": ('{\n\t"a":\t1,\n\t"b": [\n\t\t2\n\t]\n}', {"a": 1, "b": [2]}),
    "tab before a comment": ("a: b\t# c", {"a": "b"}),
    "tab inside text": ("a: b\tc", {"a": "b\tc"}),
    "trailing spaces": ("a: b   \nc:  \n", {"a": "b", "c": None}),
    "blank lines of spaces": ("a: 1\n   \nb: 2\n", {"a": 1, "b": 2}),
    "no newline after a block": ("a: |\n  x", {"a": "x"}),
    "longest key": ("k" * 256 + ": 1", {"k" * 256: 1}),
    "longest text": ("a: " + "x" * (256 << 10), {"a": "x" * (256 << 10)}),
    "forty levels": ("{a: " * 40 + "1" + "}" * 40, None),
}


@pytest.mark.parser
@pytest.mark.parametrize("name", FINE)
def test_fine(name: str) -> None:
    content, expected = FINE[name]
    document = load_raw_text(content, "x.yaml")
    assert document.findings == ()
    assert document.data is not None
    assert expected is None or document.data == expected
    assert document.text.startswith(("a", "{", "k"))
    check(document)


@pytest.mark.parser
@pytest.mark.parametrize(
    ("content", "expected", "part"),
    [
        (b"a: 1\nb: caf\xe9", "yaml-encoding 2:7", "é"),
        ("á: ã".encode("latin-1"), "yaml-encoding 1:1", "0xE1"),
        ("a: 1".encode("utf-16"), "yaml-encoding 1:1", "UTF-16"),
        ("a: 1".encode("utf-16-le"), "yaml-encoding 1:1", "UTF-16"),
        ("a: 1".encode("utf-16-be"), "yaml-encoding 1:1", "UTF-16"),
        ("a: 1".encode("utf-32"), "yaml-encoding 1:1", "UTF-16"),
        (b"a: \xed\xa0\x80", "yaml-encoding 1:4", "0xED"),
        (b"a: \xc0\xaf", "yaml-encoding 1:4", "0xC0"),
        (b"\xff" * MIB, "yaml-encoding 1:1", "0xFF"),
        (b"a" * (MIB + 1), "yaml-too-large 1:1", "more than 1,048,576 bytes"),
    ],
)
def test_bytes(content: bytes, expected: str, part: str) -> None:
    document = load_raw_text(content, "x.yaml")
    assert found(document) == [expected]
    assert part in document.findings[0].message
    assert (document.data, document.text) == (None, "")


def test_a_duplicate_names_both_lines_and_its_pointer() -> None:
    (finding,) = load_raw_text("a:\n  - b: 1\n    c: 2\n    b: 3\n", "x.yaml").findings
    assert "line 2" in finding.message
    assert "line 4" in finding.message
    assert finding.pointer == ("a", 0, "b")
    assert finding.span == Span(4, 5, 4, 6)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a: {{ x }}", '"{{ … }}"'),
        ("a: x: y", "`a: 'x: y'`"),
        ("a: @x", "`a: '@x'`"),
        ('a: "\\ud83d\\ude00"', "😀"),
        ("a: it\n  b: 1", "indentation"),
        ("a: 'it's'", "''"),
        ('a: "C:\\q"', "\\\\"),
        ("a: 1.10", '"1.10"'),
    ],
)
def test_help_suggests_what_to_write(text: str, part: str) -> None:
    assert part in load_raw_text(text, "x.yaml").findings[0].help


def test_findings_are_capped_and_nothing_hostile_is_repeated() -> None:
    assert len(load_raw_text("".join(f"a{n}: &x 1\n" for n in range(100)), "x.yaml").findings) == 20
    assert len(load_raw_text("a:\n" + "- no\n" * 100, "x.yaml").findings) == 20
    key = '"\\e[31m' + "x" * 200 + '"'
    for finding in load_raw_text(f"? {key}\n: 1\n? {key}\n: 2\n", "x\x1b\n::error.yaml").findings:
        assert (finding.message + finding.file).isprintable()
        assert len(finding.message) < 200


POSITIONS = """\
# first
a: 1.10
b:
  - c: one   # two
    d: |
      x
      y

  - {e: "f", "g": [1, 22]}
h: >-
  z
i:
"""


@pytest.mark.parser
@pytest.mark.parametrize(
    ("pointer", "value", "key", "source"),
    [
        (("a",), Span(2, 4, 2, 8), Span(2, 1, 2, 2), "1.10"),
        (("b",), Span(4, 3, 9, 27), Span(3, 1, 3, 2), None),
        (("b", 0), Span(4, 5, 7, 8), Span(4, 5, 7, 8), None),
        (("b", 0, "c"), Span(4, 8, 4, 11), Span(4, 5, 4, 6), "one"),
        (("b", 0, "d"), Span(5, 8, 7, 8), Span(5, 5, 5, 6), "|\n      x\n      y"),
        (("b", 1), Span(9, 5, 9, 27), Span(9, 5, 9, 27), None),
        (("b", 1, "e"), Span(9, 9, 9, 12), Span(9, 6, 9, 7), '"f"'),
        (("b", 1, "g"), Span(9, 19, 9, 26), Span(9, 14, 9, 17), None),
        (("b", 1, "g", 1), Span(9, 23, 9, 25), Span(9, 23, 9, 25), "22"),
        (("h",), Span(10, 4, 11, 4), Span(10, 1, 10, 2), ">-\n  z"),
        (("i",), Span(12, 3, 12, 3), Span(12, 1, 12, 2), ""),
        (("b", 7, "x"), Span(4, 3, 9, 27), Span(3, 1, 3, 2), None),
        (("a", "x"), Span(2, 4, 2, 8), Span(2, 1, 2, 2), None),
    ],
)
def test_positions(pointer: tuple[str | int, ...], value: Span, key: Span, source: str | None) -> None:
    document = load_raw_text(POSITIONS, "x.yaml")
    assert document.span(pointer) == value
    assert document.key_span(pointer) == key
    assert document.source_text(pointer) == source


def test_positions_of_the_root_and_of_a_refused_file() -> None:
    document = load_raw_text("\n\n  a: 1\n", "x.yaml")
    assert document.span(()) == Span(3, 3, 3, 7)
    assert document.key_span(()) == Span()
    refused = load_raw_text("a: &x 1", "x.yaml")
    assert refused.span(("a",)) == refused.key_span(("a",)) == Span()
    assert refused.source_text(("a",)) is None


@pytest.mark.parser
def test_vendors_may_use_aliases_within_a_budget() -> None:
    document = load_raw_text("a: &x\n  b: [1]\nc: *x\nd: &y é\ne: *y\n", "x.yaml", VENDOR)
    assert document.data == {"a": {"b": [1]}, "c": {"b": [1]}, "d": "é", "e": "é"}
    assert document.span(("c", "b", 0)) == Span(2, 7, 2, 8)
    assert document.span(("c",)) == Span(3, 4, 3, 6)
    assert document.source_text(("e",)) == "é"
    assert found(load_raw_text(_laughs(9), "x.yaml", VENDOR)) == ["yaml-alias-budget 7:40"]
    chain = "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 3000))
    assert found(load_raw_text(chain, "x.yaml", VENDOR)) == ["yaml-alias-budget 200:14"]
    assert found(load_raw_text("a: &a [*a]", "x.yaml", VENDOR)) == ["yaml-alias 1:8"]
    assert found(load_raw_text("a: *b", "x.yaml", VENDOR)) == ["yaml-alias 1:4"]
    assert found(load_raw_text("a: !x 1", "x.yaml", VENDOR)) == ["yaml-tag 1:4"]
    assert found(load_raw_text("a: 1\na: 2", "x.yaml", VENDOR)) == ["yaml-duplicate-key 2:1"]


@pytest.mark.parser
def test_vendors_json_may_write_emoji_as_pairs() -> None:
    text = json.dumps({"a": "x😀\\ud83d\\ude00", "😀k😀": {"😀": ["😀"]}, "b": [1, "😀😀", 2], "c": "é"})
    assert "\\ud83d\\ude00" in text
    document = load_raw_text(text, "x.json", VENDOR)
    assert document.data == json.loads(text)
    at = document.span(("b", 2))
    assert text[at.column - 1 : at.end_column - 1] == "2"
    assert document.source_text(("c",)) == '"\\u00e9"'
    assert found(load_raw_text('{"a": "\\ud83d"}', "x.json", VENDOR)) == ["yaml-surrogate 1:8"]
    text = '{"a": "x\u2028y\ufeff\x85z",\n "b": 1}'
    document = load_raw_text(text, "x.json", VENDOR)
    assert document.data == {"a": "x y\ufffd\ufffdz", "b": 1}
    assert document.key_span(("b",)) == Span(2, 2, 2, 5)
    assert found(load_raw_text(text.replace('"b"', "b"), "x.json", VENDOR)) != [], "only in JSON"
    assert found(load_raw_text(text, "x.json")) != [], "not in a spec"


def test_no_other_parser_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "CParser", None)
    monkeypatch.setattr(loading, "CParser", None)
    assert found(load_raw_text("a: 1", "x.yaml")) == ["yaml-parser-missing 1:1"]


# The public suite: accepted means equal, but for what libyaml cannot do.

ACCEPTED_THOUGH_INVALID = {
    "9C9N", "9JBA", "CVW2", "DK95/01", "G5U8", "QB6E", "S98Z", "SU5Z", "X4QW", "Y79Y/003", "YJV2",
}  # fmt: skip
OTHER_VALUE = {"JEF9/02", "L24T/01"}
"""Blanks after the last line of a block, in a file that does not end its last line."""


@pytest.mark.parser
@pytest.mark.measured
@pytest.mark.skipif(not (CORPORA / "yaml-test-suite.json").is_file(), reason="the suite is not on this machine")
def test_yaml_test_suite(measured: Callable[..., None]) -> None:
    suite = json.loads((CORPORA / "yaml-test-suite.json").read_text(encoding="utf-8"))
    accepted, other = set(), set()
    for name, case in suite.items():
        document = load_raw_text(case["yaml"], name, Limits(any_root=True))
        check(document)
        if any(finding.level == "error" for finding in document.findings):
            continue
        if case["error"]:
            accepted.add(name)
        elif json.loads(case["json"]) != document.data:
            other.add(name)
    assert accepted == ACCEPTED_THOUGH_INVALID
    assert other == OTHER_VALUE
    measured("suite", len(suite))


_LONG = (
    "many keys", "long line", "long quoted", "colons", "open quote", "tabs", "comments", "conflict marks",
)  # fmt: skip
_SPENT = """
import re, sys, time
from pathlib import Path
from integration_specs.cli import main
from integration_specs.documents import load

def peak():
    return int(re.search("VmHWM:\\s*([0-9]+)", Path("/proc/self/status").read_text())[1]) / 1024

before, start = peak(), time.process_time()
{work}
print(time.process_time() - start, peak() - before)
"""


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="only Linux tells the memory that was used")
@pytest.mark.parametrize("name", _LONG)
def test_a_hostile_file_of_a_mebibyte_takes_little_time_and_memory(
    name: str, tmp_path: Path, measured: Callable[..., None]
) -> None:
    path = tmp_path / "specs" / "x.yaml"
    path.parent.mkdir()
    path.write_bytes(HOSTILE[name][0].encode()[:MIB])
    check = "sys.argv = ['x', 'check', '--format', 'concise']\ntry: main()\nexcept SystemExit: pass"
    for work, kind in (("load(Path('specs/x.yaml'), 'x.yaml')", "hostile"), (check, "check")):
        command = [sys.executable, "-c", _SPENT.format(work=work)]
        runs = [subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True) for _ in range(2)]
        spent, memory = map(min, *(map(float, run.stdout.splitlines()[-1].split()) for run in runs))
        measured(f"{kind}-mib", 1, spent)
        measured(f"{kind}-memory", 1, memory)
        _, _, _, seconds, _ = MEASURES[f"{kind}-mib"]
        _, _, _, megabytes, _ = MEASURES[f"{kind}-memory"]
        assert spent < 2 * seconds, "twice the figure of the design"
        assert memory < megabytes


# Files


def test_files_that_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "secret").write_text("canary: 1")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "secret")
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.yaml")
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(tmp_path / "s.yaml"))
        with (tmp_path / "large.yaml").open("wb") as file:
            file.truncate(50 * MIB)
        expected = {
            "folder.yaml": "file-not-regular", "link.yaml": "file-symlink", "loop.yaml": "file-symlink",
            "zero.yaml": "file-symlink", "pipe.yaml": "file-not-regular", "s.yaml": "file-not-regular",
            "large.yaml": "yaml-too-large", "missing.yaml": "file-unreadable", "a/b.yaml": "file-unreadable",
        }  # fmt: skip
        for name, rule in expected.items():
            document = load_raw(tmp_path / name, name)
            assert found(document) == [f"{rule} 1:1"], name
            assert (document.data, document.text, document.path) == (None, "", name)
    assert found(load_raw(tmp_path / "x\0y", "x.yaml")) == ["file-unreadable 1:1"]
    assert found(load_raw(Path("/dev/null"), "null.yaml")) == ["file-not-regular 1:1"]


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.yaml").write_text("a: 1")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    (finding,) = load_raw(tmp_path / "x.yaml", "x.yaml").findings
    assert finding.rule == "file-unreadable"
    assert "Permission denied" in finding.message


@pytest.mark.case("F10")
def test_a_file_that_changes_between_look_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, other = tmp_path / "x.yaml", tmp_path / "other.yaml"
    original = os.open

    def swap(target: Any, flags: int) -> int:
        other.replace(path)
        return original(target, flags)

    def vanish(target: Any, flags: int) -> int:
        path.unlink()
        return original(target, flags)

    def grow(target: Any, flags: int) -> int:
        path.write_bytes(b"#" * (MIB + 5))
        return original(target, flags)

    def link(target: Any, flags: int) -> int:
        path.unlink()
        path.symlink_to(other)
        return original(target, flags)

    for change, rule in (
        (swap, "file-unreadable"), (vanish, "file-unreadable"), (grow, "yaml-too-large"), (link, "file-unreadable"),
    ):  # fmt: skip
        path.unlink(missing_ok=True)
        path.write_text("a: 1")
        other.write_text("b: 2")
        monkeypatch.setattr(os, "open", change)
        document = load_raw(path, "x.yaml")
        monkeypatch.setattr(os, "open", original)
        assert [finding.rule for finding in document.findings] == [rule], change.__name__
        assert document.data is None


def test_odd_names_are_shown_escaped(tmp_path: Path) -> None:
    for raw, shown in ((b"caf\xe9.yaml", "caf\\udce9.yaml"), (b"a\n::error.yaml", "a\\n::error.yaml")):
        path = tmp_path / os.fsdecode(raw)
        path.write_text("a: 1")
        document = load_raw(path, os.fsdecode(raw))
        assert found(document) == ["file-name 1:1"]
        assert document.path == shown


# Any value, any text

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")), max_size=20)
SAFE_TEXTS = TEXTS.filter(lambda text: load_raw_text(json.dumps({"a": text}, ensure_ascii=False), "x").data is not None)
SCALARS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | SAFE_TEXTS
VALUES = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SAFE_TEXTS, inner, max_size=4),
    max_leaves=15,
)


@pytest.mark.parser
@given(st.dictionaries(SAFE_TEXTS, VALUES, max_size=5))
def test_json_comes_back_equal(data: dict[str, Any]) -> None:
    for text in (json.dumps(data, ensure_ascii=False), json.dumps(data, ensure_ascii=False, indent=2)):
        document = load_raw_text(text, "x.json")
        assert document.data == data
        check(document)


@pytest.mark.parser
@given(st.dictionaries(SAFE_TEXTS, VALUES, max_size=5), st.booleans())
def test_yaml_comes_back_equal(data: dict[str, Any], flow: bool) -> None:
    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, _: Any) -> bool:
            return True

    # Double quotes for every text: what other writers leave plain by YAML 1.1 may be a number by 1.2.
    Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, '"'))
    document = load_raw_text(yaml.dump(data, Dumper=Dumper, allow_unicode=True, default_flow_style=flow), "x.yaml")
    assert document.data == data
    check(document)


@pytest.mark.parser
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    check(load_raw_text(text, "x.yaml"))
    check(load_raw_text(text, "x.yaml", VENDOR))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    check(load_raw_text(content, "x.yaml"))


# Fuzzing


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_failed(path: Path) -> None:
    target = import_module(f"fuzz.targets.{path.parent.name}")
    target.run(path.read_bytes().decode("utf-8", "surrogatepass"))


def _fuzz(name: str, count: int) -> None:
    dice = random.Random(name)  # noqa: S311 - the same inputs on every run
    tried = many(import_module(f"fuzz.targets.{name}"), dice, count)
    if tried.failed:
        text, error = tried.failed[0]
        raise AssertionError(f"{name} failed on {text!r}") from error
    assert not tried.slow, "within its time"
    assert tried.inputs == count


TARGETS = sorted(module.name for module in iter_modules(targets.__path__))


@pytest.mark.parametrize("name", TARGETS)
def test_mutated_texts(name: str) -> None:
    _fuzz(name, 2_000)


@pytest.mark.parametrize("name", TARGETS)
def test_the_command_for_longer_runs(name: str, root: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", name, "--count", "20"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{name}: 20 inputs in ")


@pytest.mark.parser
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[" * 26_000, ["yaml-too-deep 1:41"]),
        ("a: " + "[" * 20_000 + "]" * 20_000, ["yaml-too-deep 1:43"]),
        ("{" * 26_000, ["yaml-complex-key 1:1"]),
        ('a: "' + "[" * 3_000, ["yaml-unterminated-quote 1:4"]),
    ],
)
def test_nesting_is_reported_alike_by_every_version_of_the_parser(
    text: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Newer:
        """libyaml 0.2.6 refuses such a text before its first event."""

        def __init__(self, text: str) -> None:
            self._parser = plain(text)
            self._refused = text.count("[") + text.count("{") > 1000

        def get_event(self) -> Any:
            if self._refused and '"' not in text:
                raise yaml.YAMLError("exceeded max nesting level")
            return self._parser.get_event()

    plain = reader.CParser
    assert found(load_raw_text(text, "x.yaml")) == expected
    monkeypatch.setattr(reader, "CParser", Newer)
    assert found(load_raw_text(text, "x.yaml")) == expected
