"""OpenAPI documents to specs: cases, and what holds for every document however strange."""

import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import case_file
from case_file import Case, cases
from import_cases import document, expect_case, outcome, read, require_spec
from integration_specs.documents import VENDOR, load_raw
from integration_specs.importers import Import, ImportFault

CORPORA = Path(os.environ.get("INTEGRATION_SPECS_CORPORA", Path(__file__).parent.parent.parent / "shared" / "corpora"))
VERBS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


@pytest.mark.case("I1")
@pytest.mark.parametrize("case", cases("import-openapi"), ids=lambda case: case.name)
def test_each_case_gives_its_spec_and_report(case: Case) -> None:
    """Golden cases, the broken ones too."""
    expect_case("openapi", case)


def _written(path: Path, data: dict[str, Any]) -> Path:
    path.write_text(json.dumps(data), "utf-8")
    return path


def _document(**parts: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "Acme", "version": "1"}, **parts}


def _labels(data: dict[str, Any]) -> Iterator[str]:
    """Every operation and webhook of a document in one file, counted without our reader."""
    for path, item in data.get("paths", {}).items():
        yield from (f"{verb.upper()} {path}" for verb in item if verb in VERBS)
    yield from (f"webhook {name}" for name in data.get("webhooks", {}))


def _require_all(result: Import, labels: list[str]) -> None:
    there = {f"{each['method']} {each['path']}" for each in result.data.get("endpoints", ())}
    there |= {f"webhook {each['name']}" for each in result.data.get("events", {}).get("received", ())}
    reported = [finding.message for finding in result.report if finding.rule == "import-left-out"]
    missing = [
        label
        for label in labels
        if label not in there and not any(text.startswith(f"{label[:80]}") for text in reported)
    ]
    assert missing == []


def test_every_answer_of_1500_is_kept_or_counted(tmp_path: Path) -> None:
    """Integer keys stay texts; what is more than a list may hold is reported."""
    text = "openapi: 3.0.0\ninfo: {title: Codes, version: '1'}\npaths:\n  /x:\n    get:\n      responses:\n        200: {description: fine}\n"
    path = tmp_path / "codes.yaml"
    path.write_text(
        text + "".join(f"        {400 + number}: {{description: c{number}}}\n" for number in range(1, 1500))
    )
    result = read("openapi", path)
    require_spec(result, path)
    (endpoint,) = result.data["endpoints"]
    assert endpoint["response"] == {"status": 200}
    assert endpoint["errors"][0] == {"on": "401", "meaning": "c1"}
    assert any("of 199 `errors`: at most 100 fit" in finding.message for finding in result.report)


def test_entries_over_the_limit_are_reported_one_by_one(tmp_path: Path) -> None:
    """600 operations: 500 in the spec, 100 in the report, each with its place."""
    paths = {f"/p{number}": {"get": {"summary": f"Part {number}"}} for number in range(600)}
    path = _written(tmp_path / "many.json", _document(paths=paths))
    result = read("openapi", path)
    require_spec(result, path)
    assert len(result.data["endpoints"]) == 500
    _require_all(result, list(_labels(_document(paths=paths))))


def test_what_operations_beyond_the_limit_require_is_in_the_spec(tmp_path: Path) -> None:
    """Their examples are not generated, and take no place; an operation that is left out leaves its place to another."""
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": {"id": {"type": "string"}}}}}}
    get = {"responses": {"200": {"description": "OK", **body}}}
    paths: dict[str, Any] = {f"/orders{each}": {"get": get} for each in range(501)}
    paths = {"/orders0 ": {"get": get}, **paths}  # two operations with one key
    scheme = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
    paths["/orders500"] = {"get": {**get, "security": [{"key": []}]}}
    data = _document(paths=paths, components={"securitySchemes": {"key": scheme}})
    result = read("openapi", _written(tmp_path / "large.json", data))
    assert result.data["authentication"]["mechanism"] == "API key in the header X-Api-Key"
    assert [each["path"] for each in result.data["endpoints"]] == [f"/orders{each}" for each in range(500)]
    assert sum(finding.rule == "import-made-up" for finding in result.report) == 501


@pytest.mark.case("I1")
def test_a_spec_never_grows_past_what_the_loader_reads(tmp_path: Path) -> None:
    """Long texts are cut, large examples go, and the report says which."""
    example = {f"field{number}": {"text": "é" * 40, "list": [1, 2, 3]} for number in range(60)}
    paths = {
        f"/p{number}": {
            "post": {
                "description": f"Part {number}. " + "word " * 4_000,
                "requestBody": {"content": {"application/json": {"example": example}}},
                "responses": {str(status): {"description": "no " * 20} for status in range(400, 480)},
            }
        }
        for number in range(300)
    }
    path = _written(tmp_path / "large.json", _document(paths=paths))
    began = time.process_time()
    result = read("openapi", path)
    assert time.process_time() - began < 30  # a bound ten times as wide as what it takes
    require_spec(result, path)
    _require_all(result, list(_labels(_document(paths=paths))))
    assert any("together this is more than" in finding.message for finding in result.report)
    assert any("the end of its" in finding.message for finding in result.report)


def test_generated_examples_that_do_not_fit_leave_no_mark(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {f"field{number}": {"type": "string"} for number in range(240)}}
    response = {"description": "OK", "content": {"application/json": {"schema": schema}}}
    paths = {f"/p{number}": {"get": {"responses": {"200": response}}} for number in range(200)}
    result = read("openapi", _written(tmp_path / "large.json", _document(paths=paths)))
    bodies = [endpoint["response"] for endpoint in result.data["endpoints"]]
    assert {"example" in body for body in bodies} == {True, False}
    assert all(("example" in body) == ("x-made-up-example" in body) for body in bodies)


@pytest.mark.case("I1")
def test_large_document_of_many_schemas_takes_seconds(tmp_path: Path) -> None:
    """3 MB of schemas that refer to each other: no example explodes."""
    schemas = {
        f"S{number}": {
            "type": "object",
            "properties": {
                f"p{each}": {"$ref": f"#/components/schemas/S{(number * 7 + each * 13) % 2000}"} if each % 3 else {"type": "string", "description": "x" * 200}
                for each in range(15)
            },
        }
        for number in range(2000)
    }  # fmt: skip
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S1"}}}}
    paths = {f"/p{number}": {"post": {"requestBody": answer, "responses": {"200": answer}}} for number in range(400)}
    path = _written(tmp_path / "schemas.json", _document(paths=paths, components={"schemas": schemas}))
    assert path.stat().st_size > 2_500_000
    began = time.process_time()
    result = read("openapi", path)
    assert time.process_time() - began < 60
    require_spec(result, path)


@pytest.mark.case("I1")
def test_nothing_outside_the_folder_is_opened(tmp_path: Path) -> None:
    """A link, a link on the way, a pipe and the parent's files are refused, each with its place."""
    folder = tmp_path / "docs"
    folder.mkdir()
    canary = '{"description": "canary"}'
    (tmp_path / "outside.json").write_text(canary)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.json").write_text(canary)
    (folder / "link.json").symlink_to(tmp_path / "outside.json")
    (folder / "linked").symlink_to(tmp_path / "other")
    os.mkfifo(folder / "pipe.json")
    places = ("link.json", "linked/x.json", "pipe.json", "../outside.json", "a/../../outside.json", "%2e%2e/outside.json", f"{tmp_path}/outside.json", "file:///etc/passwd", "a\0b")  # fmt: skip
    responses = {str(400 + number): {"$ref": place} for number, place in enumerate(places)}
    path = _written(folder / "a.json", _document(paths={"/x": {"get": {"responses": responses}}}))
    result = read("openapi", path)
    text = require_spec(result, path)
    assert "canary" not in text
    assert len([finding for finding in result.report if "$ref" in finding.message]) == len(places)


def test_one_huge_example_shared_by_all_is_cut(tmp_path: Path) -> None:
    """100,000 values in a component that 300 operations answer with."""
    answer = {"content": {"application/json": {"example": list(range(100_000))}}}
    paths = {
        f"/p{number}": {"get": {"responses": {"200": {"$ref": "#/components/responses/All"}}}} for number in range(300)
    }
    path = _written(tmp_path / "huge.json", _document(paths=paths, components={"responses": {"All": answer}}))
    result = read("openapi", path)
    require_spec(result, path)
    assert len(result.data["endpoints"]) == 300
    assert any("its `example` is too large" in finding.message for finding in result.report)


@pytest.mark.case("I1")
def test_deep_documents_are_cut_not_crashed(tmp_path: Path) -> None:
    """190 levels of schema or example."""
    schema: dict[str, Any] = {"type": "string"}
    example: Any = "bottom"
    for _ in range(90):
        schema = {"type": "object", "properties": {"a": schema}}
        example = {"a": [example]}
    content = {"application/json": {"schema": schema}}
    given = {"application/json": {"example": example}}
    paths = {"/x": {"post": {"requestBody": {"content": content}, "responses": {"200": {"content": given}}}}}
    path = _written(tmp_path / "deep.json", _document(paths=paths))
    result = read("openapi", path)
    require_spec(result, path)
    assert any("too deep" in finding.message for finding in result.report)


def test_texts_are_cleaned_of_what_the_loader_refuses(tmp_path: Path) -> None:
    """Invisible, bidi and control characters, lone returns; in texts, examples and keys."""
    bad = "a\u200bb\u202ec\x07d\re\u2028f\ufeff\U000e0041"
    operation = {
        "summary": bad,
        "description": bad * 2,
        "tags": [bad],
        "operationId": bad,
        "responses": {
            bad: {"description": bad},
            "200": {"content": {"application/json": {"example": {bad: bad, "x" * 900: 1}}}},
        },
    }
    path = _written(
        tmp_path / "bad.json", _document(paths={f"/{bad}": {"get": operation}}, info={"title": bad, "version": bad})
    )
    result = read("openapi", path)
    require_spec(result, path)
    assert result.data["system"] == "abcd e f"


def test_every_prefix_of_a_document_is_imported_or_reported() -> None:
    """A download that stopped: never an exception, never a half-read value that does not validate."""
    source = document(case_file.case("import-openapi/store"))
    text = source.read_text("utf-8")
    for end in range(0, len(text), 23):
        _prefix(text[:end], source)


def _prefix(text: str, source: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / source.name
        path.write_text(text, "utf-8")
        spec, report = outcome("openapi", path)
        assert spec or report


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    """No file, a folder."""
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ImportFault) as caught:
            read("openapi", path)
        assert caught.value.findings[0].message


@pytest.mark.corpora
def test_real_documents_lose_nothing_silently() -> None:
    """Every file of the corpora: a spec that validates, every operation in it or in the report."""
    folder = CORPORA / "openapi"
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder}; name their folder in INTEGRATION_SPECS_CORPORA")
    for path in sorted(folder.iterdir()):
        result = read("openapi", path)
        require_spec(result, path)
        data = load_raw(path, path.name, VENDOR).data
        _require_all(result, list(_labels(data)))


def _many_files(folder: Path) -> Path:
    (folder / "p").mkdir()
    for number in range(205):
        operation = {
            "operationId": f"get{number}",
            "tags": [f"t{number % 2}"],
            "responses": {"200": {"description": "d"}},
        }
        (folder / "p" / f"{number}.json").write_text(json.dumps(operation))
    paths = {f"/p{number}": {"get": {"$ref": f"p/{number}.json"}} for number in range(205)}
    return _written(folder / "root.json", _document(paths=paths))


def test_a_selection_by_path_opens_only_what_it_needs(tmp_path: Path) -> None:
    """205 files: one path is found wherever it stands, and its file alone is read."""
    path = _many_files(tmp_path)
    for number in range(204):
        (tmp_path / "p" / f"{number}.json").write_text("{broken")
    result = read("openapi", path, paths=["/p204"])
    assert [each["x-operation-id"] for each in result.data["endpoints"]] == ["get204"]
    assert result.report == ()
    assert result.summary == "205 operations in the document: 1 imported, 204 not selected"


def test_many_files_are_all_read(tmp_path: Path) -> None:
    path = _many_files(tmp_path)
    result = read("openapi", path)
    require_spec(result, path)
    assert len(result.data["endpoints"]) == 205
    assert len(read("openapi", path, tags=["t1"]).data["endpoints"]) == 102
    assert len(read("openapi", path, operations=["get7", "get9"]).data["endpoints"]) == 2


def test_webhooks_are_selected_by_name(tmp_path: Path) -> None:
    webhooks = {name: {"post": {"operationId": f"on_{name}"}} for name in ("paid", "refunded", "lost")}
    path = _written(tmp_path / "a.json", _document(webhooks=webhooks, paths={"/a": {"get": {"operationId": "a"}}}))
    events = read("openapi", path, operations=["paid", "on_lost"]).data["events"]["received"]
    assert [each["name"] for each in events] == ["paid", "lost"]
