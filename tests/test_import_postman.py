"""Postman collections to specs: cases, secrets, and what holds for every document however strange."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import case_file
from case_file import Case, cases
from import_cases import document, expect_case, outcome, read, require_spec

CORPORA = Path(os.environ.get("INTEGRATION_SPECS_CORPORA", Path(__file__).parent.parent.parent / "shared" / "corpora"))
SECRET = "not-" + "so-secret"


@pytest.mark.case("I1")
@pytest.mark.parametrize("case", cases("import-postman"), ids=lambda case: case.name)
def test_each_case_gives_its_spec_and_report(case: Case) -> None:
    """Golden cases, the broken ones too."""
    expect_case("postman", case)


def _requests(items: list[Any], outer: tuple[str, ...] = ()) -> Iterator[str]:
    """The label of every request, counted without our reader."""
    for number, item in enumerate(items, 1):
        name = item.get("name") or f"number {number}"
        if isinstance(item.get("item"), list):
            yield from _requests(item["item"], (*outer, name))
        else:
            yield f"request {' / '.join((*outer, name))}"


@pytest.mark.case("I1")
def test_no_secret_of_a_collection_is_written_or_reported() -> None:
    """Variables, authentication blocks, headers, fields, addresses and bodies: the report names each, none is printed."""
    path = document(case_file.case("import-postman/store"))
    places = path.read_text("utf-8").count(SECRET)
    spec, report = outcome("postman", path)
    assert places >= 8
    assert SECRET not in spec + report
    assert report.count("import-masked") >= places - 1  # one password stands twice in one header and address


@pytest.mark.parametrize("level", ["collection", "folder", "request"])
@pytest.mark.parametrize(
    ("auth", "mechanism", "header"),
    [
        ({"type": "basic", "basic": []}, "HTTP Basic", "Authorization: Basic {user:password in Base64}"),
        ({"type": "bearer"}, "Bearer token", "Authorization: Bearer {token}"),
        ({"type": "apikey", "apikey": [{"key": "key", "value": "k"}, {"key": "in", "value": "query"}]}, "API key in the query parameter k", None),
        ({"type": "apikey", "apikey": {"key": "X-K"}}, "API key in the header X-K", "X-K: {API key}"),
        ({"type": "hawk"}, "Hawk", None),
        ({"type": "awsv4", "awsv4": {"region": "sa-east-1"}}, "AWS Signature, version 4", None),
        ({"type": "made-up"}, "Made-up", None),
    ],
)  # fmt: skip
def test_authentication_holds_from_each_level(
    level: str, auth: dict[str, Any], mechanism: str, header: str | None, tmp_path: Path
) -> None:
    """What a collection or folder says holds for the requests in it."""
    request: dict[str, Any] = {"name": "R", "request": {"url": "https://a.example/r"}}
    folder: dict[str, Any] = {"name": "F", "item": [request]}
    collection: dict[str, Any] = {"info": {"name": "C"}, "item": [folder]}
    {"collection": collection, "folder": folder, "request": request["request"]}[level]["auth"] = auth
    path = tmp_path / "c.json"
    path.write_text(json.dumps(collection))
    found = read("postman", path).data["authentication"]
    assert (found["mechanism"], found.get("header")) == (mechanism, header)


@pytest.mark.parametrize("name", ["store", "version-2-0"])
def test_every_prefix_of_a_document_is_imported_or_reported(name: str, tmp_path: Path) -> None:
    """A download that stopped."""
    text = document(case_file.case(f"import-postman/{name}")).read_text("utf-8")
    path = tmp_path / "document.json"
    for end in range(0, len(text), 37):
        path.write_text(text[:end], "utf-8")
        spec, report = outcome("postman", path)
        assert spec or report


def test_entries_over_the_limit_are_reported_one_by_one(tmp_path: Path) -> None:
    """Folders in folders, 700 requests, 200 of one method and path."""
    items: list[Any] = [
        {"name": f"r{number}", "request": f"https://a.example/{max(number, 200)}"} for number in range(700)
    ]
    for depth in range(40):
        items = [{"name": f"f{depth}", "item": items}]
    path = tmp_path / "many.json"
    path.write_text(json.dumps({"info": {"name": "Many"}, "item": items}))
    result = read("postman", path)
    require_spec(result, path)
    assert len(result.data["endpoints"]) == 500
    assert len([finding for finding in result.report if "holds at most 500" in finding.message]) == 200


def test_bodies_that_are_hostile_stay_texts(tmp_path: Path) -> None:
    """900 levels of brackets, which Python's own reader takes; a million invisible characters; comments that never end."""
    bodies = [
        '{"a": "' + "]" * 900 + '", "b": ' + "[" * 900 + "]" * 900 + "}",
        "\u200b" * 1_000_000 + "a",
        "<!--" * 300_000,
    ]
    items = [
        {"name": f"b{number}", "request": {"url": f"/{number}", "method": "PUT", "description": text, "body": {"mode": "raw", "raw": text}}}
        for number, text in enumerate(bodies)
    ]  # fmt: skip
    path = tmp_path / "hostile.json"
    path.write_text(json.dumps({"info": {"name": "Hostile"}, "item": items}))
    result = read("postman", path)
    require_spec(result, path)
    assert [each["request"].get("example", "")[:3] for each in result.data["endpoints"]] == ['{"a', "a", ""]
    assert [each.message for each in result.report if "too long" in each.message] == [
        "request b2: its `example` is too long"
    ]


@pytest.mark.corpora
def test_real_documents_lose_nothing_silently() -> None:
    """Every file of the corpora: each request is an endpoint of the spec or in the report."""
    folder = CORPORA / "postman"
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder}; name their folder in INTEGRATION_SPECS_CORPORA")
    for path in sorted(folder.iterdir()):
        result = read("postman", path)
        require_spec(result, path)
        reported = [
            finding
            for finding in result.report
            if finding.rule == "import-left-out" and "scripts" not in finding.message
        ]
        lost = [
            finding
            for finding in reported
            if "the same is in the spec" in finding.message or "no request" in finding.message
        ]
        asked = list(_requests(json.loads(path.read_text("utf-8"))["item"]))
        assert len(result.data["endpoints"]) + len(lost) == len(asked)
