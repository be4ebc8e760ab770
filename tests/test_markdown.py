"""The template and its import: byte for byte, as people fill it, and what is broken."""

import gc
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from case_file import CASES, Case, case, cases, names
from expecting import expect
from integration_specs.documents import load
from integration_specs.importers import Import, ImportFault, ImportOptions
from integration_specs.importers.markdown import read
from integration_specs.markdown_template.blank import blank_template
from integration_specs.markdown_template.inline_values import ABSENT, read_json
from integration_specs.markdown_template.markdown_document import read_document, write_document
from integration_specs.markdown_template.writer import same_json
from integration_specs.validation.schema import read_schema
from invoking import Invoked, invoke

ROOT = Path(__file__).parent.parent
ALL_CASES = cases("import-markdown")
SCHEMA = read_schema()
REAL = sorted(path for path in (ROOT / "specs").glob("*.yaml") if path.name != "owners.yaml")


def run(root: Path, *arguments: str) -> Invoked:
    return invoke(*arguments, root=root)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "owners.yaml").write_bytes((ROOT / "specs" / "owners.yaml").read_bytes())
    return tmp_path


def test_the_blank_template_is_the_one_that_people_know() -> None:
    path = CASES / "template" / "expected.md"
    expect(blank_template(SCHEMA), path)
    assert invoke("template").stdout == path.read_text(encoding="utf-8")


def test_nothing_is_made_of_the_blank_template() -> None:
    parsed = read_document(SCHEMA, blank_template(SCHEMA))
    assert parsed.data == {}
    assert parsed.issues == ()
    assert parsed.sections == len(SCHEMA.sections)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_a_real_spec_comes_back_and_reads_well(path: Path) -> None:
    data = load(path, path.name).data
    text = write_document(SCHEMA, data)
    read_back = read_document(SCHEMA, text)
    assert same_json(read_back.data, data)
    assert read_back.issues == ()
    assert "json value" not in text, "a real spec needs no JSON to be exact"
    headings = [line for line in text.split("\n") if line.startswith("## ")]
    assert headings == [line for line in blank_template(SCHEMA).split("\n") if line.startswith("## ")]


@pytest.mark.parametrize("case", ALL_CASES, ids=names(ALL_CASES))
def test_a_filled_template_becomes_a_spec(case: Case, project: Path) -> None:
    result = run(
        project, "import", "markdown", str(case.folder / "input.md"), "-o", "-", "--id", "x", "--today", "2026-11-22"
    )
    assert result.exit_code == 0
    case.expect(result.stdout, "expected.yaml")
    text = "".join(f"{line.split('.md:')[-1]}\n" for line in result.stderr.splitlines())
    case.expect(text, "report.txt")
    (project / "specs" / "x.yaml").write_text(result.stdout, encoding="utf-8")
    checked = run(project, "check", "--today", "2026-11-22")
    assert checked.exit_code == 0, checked.output


HEADINGS = "\n## 1. Purpose\n\n## 7. Error handling\n\n## 9. Testing\n"
"""Sections of the template, so that a file with one of interest is recognized."""


def imported(path: Path, content: bytes) -> Import:
    path.write_bytes(content)
    return read(path, ImportOptions(SCHEMA, path.name))


@pytest.mark.case("I1")
@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (b"", f"0 of {len(SCHEMA.sections)} sections of the template recognized; at least 3 are required", 1),
        (b"# Shopping\n\n## Purpose\n\n- milk\n\n## Tests\n", f"2 of {len(SCHEMA.sections)} sections", 1),
        (b"\x89PNG\r\n\x1a\n\0\0", "byte 0x89 is not UTF-8", 1),
        (b"# A\n\ncaf\xe9", "byte 0xE9 is not UTF-8", 3),
        (b"# A\n\0\n", "byte 0x00 is not UTF-8", 2),
        ("# A\n".encode("utf-16"), "is not UTF-8", 1),
        (b"#" * (3 << 20), "more than 2,097,152 bytes", 1),
    ],
)
def test_what_is_no_template_is_refused_with_its_place(tmp_path: Path, content: bytes, message: str, line: int) -> None:
    with pytest.raises(ImportFault) as caught:
        imported(tmp_path / "a.md", content)
    (finding,) = caught.value.findings
    assert message in finding.message
    assert finding.span.line == line


@pytest.mark.case("I1")
@given(st.data())
@settings(deadline=None, max_examples=60)
def test_a_truncated_or_mangled_file_gives_no_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    source = case("import-markdown/as-people-write").files["input.md"].encode()
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, len(source)))
    noise = data.draw(
        st.one_of(st.just(b""), st.binary(max_size=8), st.sampled_from([b"```\n", b"\n- ", b"\n  - **", b"|", b"## "]))
    )
    path = tmp_path_factory.getbasetemp() / "mangled.md"
    path.write_bytes(source[:start] + noise + source[end:])
    try:
        found = read(path, ImportOptions(SCHEMA, path.name))
    except ImportFault:
        return
    assert found.data["system"]


@pytest.mark.parametrize(
    "body",
    [
        "  ```x\n" * 20_000,
        "  - a\n" * 10_000,
        "".join(" " * depth + "- a\n" for depth in range(2, 700)),
        "  - a" + " " * 50_000 + "b\n",
        "## a\n" * 5_000,
    ],
    ids=["open fences", "items", "nested", "spaces", "headings"],
)
def test_a_hostile_file_takes_no_long_time(tmp_path: Path, body: str) -> None:
    started = time.monotonic()
    try:
        imported(tmp_path / "a.md", f"# A\n{HEADINGS}\n## 2. Overview\n\n- **Main flows:**\n{body}".encode())
    except ImportFault as fault:
        assert "too deeply" in fault.findings[0].message  # noqa: PT017
    assert time.monotonic() - started < 20


def test_a_secret_is_masked_before_anything_is_written(project: Path) -> None:
    secret = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hL3nR6"
    source = project / "in.md"
    source.write_text(
        f"# A\n\n- **System:** A\n\n## 10. Maintenance and monitoring\n\n- **Known limitations:** uses {secret}\n{HEADINGS}"
    )
    result = run(project, "import", "markdown", str(source))
    assert result.exit_code == 0
    assert secret not in (project / "specs" / "a.yaml").read_text() + result.output
    assert "import-masked" in result.stderr


def test_a_spec_that_is_there_is_not_overwritten_unasked(project: Path) -> None:
    source, target = project / "in.md", project / "specs" / "a.yaml"
    source.write_text(f"# A\n\n- **System:** A\n- **Type:** API\n{HEADINGS}")
    target.write_text("system: B\ntype: API\nstatus: draft\n")
    refused = run(project, "import", "markdown", str(source))
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert "system: B" in target.read_text()
    assert run(project, "import", "markdown", str(source), "--force").exit_code == 0
    assert "system: A" in target.read_text()
    assert run(project, "import", "markdown", str(source), "--id", "../b").exit_code == 2
    assert run(project, "import", "markdown", str(project / "none.md")).exit_code == 2


def test_what_the_schema_refuses_is_kept_as_a_note(project: Path) -> None:
    source = project / "in.md"
    flows = "".join("  - Same – again\n" for _ in range(3))
    source.write_text(f"# A\n\n- **System:** {'A' * 90}\n\n## 2. Overview\n\n- **Main flows:**\n{flows}{HEADINGS}")
    result = run(project, "import", "markdown", str(source), "--id", "a")
    assert result.exit_code == 0
    text = (project / "specs" / "a.yaml").read_text()
    assert text.count("name: Same") == 3
    assert "x-flows" in text
    assert run(project, "check", "--today", "2026-11-22").exit_code == 0


def test_a_table_of_mapped_fields_without_an_entity_asks_for_it(tmp_path: Path) -> None:
    """In whatever language its header is; a row that has one side only is kept."""
    rows = "| Local | Remoto | Nota |\n|---|---|---|\n| `pedido.id` | `order.code` | texto |\n| `total` | |  |\n"
    found = imported(tmp_path / "a.md", f"- **System:** A\n\n## 6. Data mapping\n\n{rows}{HEADINGS}".encode())
    assert found.data["data_mapping"] == [
        {
            "local_entity": "TODO: Local entity?",
            "remote_object": "TODO: Remote object?",
            "fields": [{"local": "pedido.id", "remote": "order.code", "note": "texto"}],
        }
    ]
    assert "`total`" in found.data["x-imported-data-mapping"]
    assert [finding.span.line for finding in found.report if "total" in finding.message] == [8]


@pytest.mark.parametrize(
    "body", ["- More: text", '- More:\n  ```json value\n  {"a": \n  ```', "- More:\n  ```json value\n  5\n  ```"]
)
def test_extensions_that_are_not_json_are_kept_as_text(tmp_path: Path, body: str) -> None:
    found = imported(tmp_path / "a.md", f"- **System:** A\n{body}\n{HEADINGS}".encode())
    assert "More:" in found.data["x-imported"]
    found = imported(
        tmp_path / "a.md", f'- **System:** A\n- More:\n  ```json value\n  {{"x a": 1}}\n  ```\n{HEADINGS}'.encode()
    )
    assert found.data["x a"] == 1


def test_lines_after_none_are_kept(tmp_path: Path) -> None:
    """A list is empty if it says so and nothing else."""
    found = imported(tmp_path / "a.md", f"- **System:** A\n\n## Endpoints\n\nNone\nGET /a\n{HEADINGS}".encode())
    assert "GET /a" in found.data["x-imported-endpoints"]
    found = imported(tmp_path / "a.md", f"- **System:** A\n\n## Endpoints\n\nNone\n{HEADINGS}".encode())
    assert found.data["endpoints"] == []


_GROWING = {
    "items": ("## 4. Endpoints\n\n", "- *a\n"),
    "headings": ("", "## a\n"),
    "different headings": ("", "## {n}\n"),
    "tables": ("## 4. Endpoints\n\n", "| x | y |\n|--|--|\n| a | b |\n\n"),
    "rows": ("## 4. Endpoints\n\n| Method | Path |\n|--|--|\n", "| GET | /{n} |\n"),
    "fences": ("## 2. Overview\n\n", "```\na\n```\n"),
    "notes": ("", "- x-a: b\n"),
    "open code": ("## 2. Overview\n\n- **Main flows:**\n", "  - `` `a\n"),
}


@pytest.mark.parametrize(("head", "unit"), _GROWING.values(), ids=list(_GROWING))
def test_reading_takes_linear_time(tmp_path: Path, head: str, unit: str) -> None:
    """Four times the text takes at most four and a half times as long; the best of three tries counts."""
    times = []
    gc.disable()  # its time depends on what other tests left
    try:
        for count in (2_000, 8_000):
            text = f"# A\n{HEADINGS}\n{head}" + "".join(unit.replace("{n}", str(number)) for number in range(count))
            tries = []
            for _ in range(3):
                began = time.process_time()
                imported(tmp_path / "a.md", text.encode())
                tries.append(time.process_time() - began)
            times.append(min(tries))
    finally:
        gc.enable()
    assert times[1] <= 4.5 * times[0] + 0.1


@pytest.mark.parametrize("text", ['{"a": "\\ud83d"}', '{"%s": 1}' % ("k" * 500), '{"a": NaN}', '{"a": 1, "a": 2}'])
def test_json_that_no_spec_can_hold_stays_text(text: str) -> None:
    data = read_document(
        SCHEMA, f"## Endpoints\n\n- `GET /a` – read\n  - Response:\n    ```json\n    {text}\n    ```\n"
    ).data
    assert data["endpoints"][0]["response"]["example"] == text
    valid = (
        text.replace("\\ud83d", "\\ud83d\\ude00")
        .replace("NaN", "1")
        .replace('1, "a"', '1, "b"')
        .replace("k" * 500, "k")
    )
    assert read_json(valid) is not ABSENT
