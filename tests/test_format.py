"""`fmt`: one style, nothing lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from case_file import Case, case, cases, names
from integration_specs.documents import load_text
from integration_specs.documents.atomic_write import write_atomic
from integration_specs.formatting import format_document, to_yaml
from integration_specs.validation.schema import read_schema

SPECS = Path(__file__).parent.parent / "specs"
SCHEMA = read_schema()


def formatted(text: str) -> str:
    document = load_text(text, "spec.yaml")
    assert document.data is not None, document.findings
    return format_document(document, SCHEMA)


@pytest.mark.parametrize("case", cases("format"), ids=names(cases("format")))
def test_case(case: Case) -> None:
    case.expect(formatted(case.files["input.yaml"]), "expected.yaml")


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.yaml")), ids=lambda path: path.stem)
def test_formatting_twice_is_formatting_once(path: Path) -> None:
    schema = SCHEMA if path.name != "owners.yaml" else read_schema(SPECS.parent / "schema" / "owners.schema.json")
    document = load_text(path.read_bytes(), path.name)
    once = format_document(document, schema)
    assert format_document(load_text(once, path.name), schema) == once
    assert load_text(once, path.name).data == document.data


text = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"),
        exclude_characters="\u115f\u1160\u17b4\u17b5\u3164\uffa0",  # letters and signs that nobody sees: refused
    )
    | st.just("\n"),
    max_size=40,
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | text,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(text.filter(lambda key: "\n" not in key), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "system": text,
            "x-a": values,
            "endpoints": st.lists(st.dictionaries(st.sampled_from(["method", "notes", "x-b"]), values), max_size=3),
        }
    )
)
def test_any_values_are_written_and_read_back(data: dict[str, object]) -> None:
    written = to_yaml(data, SCHEMA)
    document = load_text(written, "spec.yaml")
    assert document.data == data, document.findings
    assert format_document(document, SCHEMA) == written


comment = st.integers(0, 10**6).map(lambda number: f"# comment {number}")


@pytest.mark.case("F11")
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_comment_is_ever_lost(data: st.DataObject) -> None:
    lines = case("format/comments-stay").files["expected.yaml"].splitlines()
    for number in range(3):
        place = data.draw(st.integers(0, len(lines)))
        inside_block = any(
            lines[at].lstrip().startswith(("folded", "text", "lit", "deep", "multi", "line"))
            for at in (place, place - 1)
            if 0 <= at < len(lines)
        )
        if not inside_block and not (place < len(lines) and lines[place] == ""):
            lines.insert(place, " " * data.draw(st.sampled_from([0, 2, 4])) + f"# comment {number}")
    source = "\n".join(lines) + "\n"
    once = formatted(source)
    assert [line for line in source.split("\n") if "# comment" in line and line.strip() not in once] == []
    assert formatted(once) == once


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "integration_specs", "fmt", "--root", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_command_writes_checks_and_leaves_broken_files(tmp_path: Path) -> None:
    specs = tmp_path / "specs"
    specs.mkdir()
    (specs / "good.yaml").write_text("type: API\nsystem: Good\nstatus: draft\n")
    (specs / "bad.yaml").write_text("system: [\n")
    assert run(tmp_path, "--check").returncode == 1
    assert (specs / "good.yaml").read_text().startswith("type")
    result = run(tmp_path)
    assert result.returncode == 1
    assert "error[yaml-syntax]" in result.stdout
    assert (specs / "good.yaml").read_text() == "system: Good\ntype: API\nstatus: draft\n"
    assert (specs / "bad.yaml").read_text() == "system: [\n"
    (specs / "bad.yaml").unlink()
    assert run(tmp_path, "--check").returncode == 0


def test_full_disk_keeps_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text("old\n")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(path, b"new\n")
    assert path.read_text() == "old\n"
    assert [each.name for each in tmp_path.iterdir()] == ["spec.yaml"]


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.yaml")), ids=lambda path: path.stem)
def test_our_own_specs_are_in_style(path: Path) -> None:
    schema = SCHEMA if path.name != "owners.yaml" else read_schema(SPECS.parent / "schema" / "owners.schema.json")
    text = path.read_text(encoding="utf-8")
    assert format_document(load_text(text, path.name), schema) == text, "run `integration-specs fmt`"


def test_keys_that_look_like_words_of_yaml_stay_plain() -> None:
    written = formatted('system: A\nendpoints:\n  - errors: [{"on": "404", "y": "no", "true": 1}]\n')
    assert 'errors: [{on: "404", y: "no", "true": 1}]' in written


def test_empty_lines_between_comments_at_the_margin_are_kept() -> None:
    text = "system: A\n# one\n\n# two\n# three\n\n# four\ntype: API\n\npurpose:\n  why: x\n\n# five\n\n# six\n"
    assert formatted(text) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [("5xx", "5xx"), ("203.0.113.7", "203.0.113.7"), ("2026-000123", "2026-000123"), ("2026-11-22", "2026-11-22"),
     ("0000-01-01", '"0000-01-01"'), ("2026-02-31", '"2026-02-31"'), ("2024-02-29", "2024-02-29"),
     ("22:30", '"22:30"'), ("1.10", '"1.10"'), ("017", '"017"'), ("1_000", '"1_000"'), ("0x1F", '"0x1F"'), ("1e3", '"1e3"'),
     ("2026-11-22T10:00:00Z", '"2026-11-22T10:00:00Z"'), ("no", '"no"'), (".5", '".5"'), ("~", '"~"'), ("-", '"-"')],
)  # fmt: skip
def test_what_some_yaml_reads_as_something_else_is_quoted(value: str, written: str) -> None:
    assert to_yaml({"x-a": value}, SCHEMA) == f"x-a: {written}\n"
