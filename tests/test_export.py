"""What leaves: each format as expected, valid for its readers, inert, and the same on every day."""

import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt

from expecting import expect
from integration_specs import registry
from integration_specs.documents import Document, load
from integration_specs.exporters.openapi import openapi
from integration_specs.markdown_template.markdown_document import write_document
from integration_specs.model import Spec
from integration_specs.validation.schema import read_schema, schema_folder
from invoking import invoke
from strategies import SPECS

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "cases" / "export" / "small"
EXPECTED = SMALL / "expected"
SCHEMA = read_schema()
GOLDEN = ("backstage", "codeowners", "csv", "cyclonedx", "json", "llms", "markdown", "openapi")


def test_every_format_is_tried_here() -> None:
    assert set(registry.names("exporters")) == {*GOLDEN, "html"}


@pytest.mark.parametrize("format_", GOLDEN)
def test_a_format_is_as_expected(format_: str, tmp_path: Path) -> None:
    result = invoke("export", format_, "-o", str(tmp_path), root=SMALL)
    assert result.exit_code == 0, result.output
    made = sorted(tmp_path.iterdir())
    assert made
    for path in made:
        expect(path.read_text(encoding="utf-8"), EXPECTED / path.name)


def test_every_expected_file_belongs_to_a_format(tmp_path: Path) -> None:
    for format_ in GOLDEN:
        invoke("export", format_, "-o", str(tmp_path), root=SMALL)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in EXPECTED.iterdir()}


def test_the_markdown_comes_back_as_the_spec(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    for path in (SMALL / "specs").iterdir():
        (tmp_path / "specs" / path.name).write_bytes(path.read_bytes())
    source = EXPECTED / "parcels.md"
    result = invoke("import", "markdown", str(source), "--force", "--id", "parcels", root=tmp_path)
    assert result.exit_code == 0
    again = invoke("export", "markdown", "parcels", root=tmp_path)
    assert again.stdout == source.read_text(encoding="utf-8")


def _rows(name: str, tmp_path: Path) -> list[dict[str, str]]:
    invoke("export", "csv", "-o", str(tmp_path), root=ROOT)
    return list(csv.DictReader(io.StringIO((tmp_path / name).read_text(encoding="utf-8-sig"))))


def test_the_record_of_processing_lists_what_is_open(tmp_path: Path) -> None:
    rows = [row for row in _rows("processing.csv", tmp_path) if row["spec"] == "pagar-me"]
    assert {(row["category"], row["direction"]) for row in rows} >= {("identity", "Outbound"), ("financial", "Inbound")}
    outbound = next(row for row in rows if row["category"] == "identity" and row["direction"] == "Outbound")
    assert (outbound["sender"], outbound["recipient"]) == ("our systems", "Pagar.me API v5")
    assert outbound["fields"]
    assert outbound["open"] == "legal basis; data subjects; retention; international transfers"


def test_the_saasbom_names_flows_from_the_side_of_the_service(tmp_path: Path) -> None:
    specs = tmp_path / "specs"
    specs.mkdir()
    (specs / "shop.yaml").write_text(
        "system: Shop\ntype: API\nstatus: draft\nlast_updated: TODO\nauthentication: {mechanism: None}\n"
        "data_mapping:\n  - local_entity: A\n    remote_object: B\n    fields:\n"
        "      - {local: a, remote: mail, direction: Outbound, personal_data: contact}\n"
    )
    content = json.loads(invoke("export", "cyclonedx", root=tmp_path).stdout)
    (service,) = content["services"]
    assert service["data"] == [{"classification": "personal data: contact", "flow": "inbound"}]
    assert service["authenticated"] is False
    assert {"name": "integration-specs:open", "value": "purpose, endpoints, owner, review"} in service["properties"]
    assert "description" not in service
    assert "metadata" not in content


def test_a_missing_extra_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cyclonedx.model.bom", None)
    result = invoke("export", "cyclonedx", root=SMALL)
    assert result.exit_code == 2
    assert "pip install 'mkdocs-integration-specs[cyclonedx]'" in result.output


def test_json_fits_its_schema() -> None:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    schemas = [
        json.loads((schema_folder() / name).read_bytes())
        for name in ("export.schema.json", "integration-spec.schema.json")
    ]
    known: Any = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in schemas)
    for root in (SMALL, ROOT):
        exported = json.loads(invoke("export", "json", root=root).stdout)
        Draft202012Validator(schemas[0], registry=known).validate(exported)
    spec = json.loads((EXPECTED / "catalog.json").read_text(encoding="utf-8"))["specs"][0]["spec"]
    assert [row["direction"] for row in spec["data_mapping"][0]["fields"]] == ["Outbound", "Inbound"]


def test_no_cell_of_a_table_is_a_formula(tmp_path: Path) -> None:
    for root in (SMALL, ROOT):
        invoke("export", "csv", "-o", str(tmp_path), root=root)
        for path in tmp_path.glob("*.csv"):
            for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
                assert not [cell for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


@pytest.mark.dev
def test_openapi_is_valid(tmp_path: Path) -> None:
    from openapi_spec_validator import validate

    for root in (SMALL, ROOT):
        invoke("export", "openapi", "-o", str(tmp_path), root=root)
    documents = [json.loads(path.read_bytes()) for path in tmp_path.glob("*.json")]
    assert documents
    for each in documents:
        validate(each)


@pytest.mark.dev
@given(SPECS)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_openapi_of_any_spec_is_valid(data: dict[str, Any]) -> None:
    from openapi_spec_validator import validate

    if document := openapi(Spec("any", "specs/any.yaml", data, Document("specs/any.yaml", "", data, ()))):
        validate(document)


def test_the_page_to_print_needs_nothing_else_and_runs_nothing() -> None:
    for root, ids in ((SMALL, ()), (ROOT, ()), (ROOT, ("pagar-me",))):
        page = invoke("export", "html", *ids, "--today", "2026-11-22", root=root).stdout
        assert "<script" not in page
        assert not re.findall(r"<(?:img|link|iframe|object)\b[^>]*(?:src|href)=", page)
        assert not re.search(r"@import|url\((?!data:)", page)
        ids_found = re.findall(r"<[a-z][^<>]*\sid=\"([^\"]+)\"", page)
        assert len(ids_found) == len(set(ids_found))
        targets = set(re.findall(r"<[a-z][^<>]*\shref=\"#([^\"]+)\"", page))
        assert targets <= set(ids_found), sorted(targets - set(ids_found))[:5]


def test_codeowners_are_written_between_their_markers(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    for path in (SMALL / "specs").iterdir():
        (tmp_path / "specs" / path.name).write_bytes(path.read_bytes())
    target = tmp_path / "CODEOWNERS"
    target.write_text("* @example/all\n")
    assert invoke("export", "codeowners", "--check", root=tmp_path).exit_code == 1
    assert target.read_text() == "* @example/all\n"
    assert invoke("export", "codeowners", "--write", root=tmp_path).exit_code == 0
    block = (EXPECTED / "CODEOWNERS").read_text()
    assert target.read_text() == f"* @example/all\n\n{block}"
    assert invoke("export", "codeowners", "--check", root=tmp_path).exit_code == 0
    target.write_text(f"{block.replace('@example/desk', '@example/old')}/docs/ @example/writers\n")
    assert invoke("export", "codeowners", "--write", root=tmp_path).exit_code == 0
    assert target.read_text() == f"{block}/docs/ @example/writers\n"
    assert invoke("export", "llms", "--check", root=tmp_path).exit_code == 2
    target.write_bytes(b"* @example/all\r\n")
    assert invoke("export", "codeowners", "--write", root=tmp_path).exit_code == 0
    assert target.read_bytes().decode() == f"* @example/all\n\n{block}".replace("\n", "\r\n")
    assert invoke("export", "codeowners", "--check", root=tmp_path).exit_code == 0


def test_an_export_that_is_impossible_is_reported(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "a.yaml").write_text("system: A\ntype: API\nstatus: draft\n")
    (tmp_path / "specs" / "b.yaml").write_text("system: B\ntype: Apple\n")
    assert invoke("export", "markdown", "nobody", root=tmp_path).exit_code == 2
    assert "name a folder" in invoke("export", "csv", root=tmp_path).stderr
    partly = invoke("export", "markdown", root=tmp_path)
    assert partly.exit_code == 1
    assert partly.stdout.startswith("# A – Integration Spec\n")
    assert "Skipped specs/b.yaml, which has errors" in partly.stderr
    assert invoke("export", "markdown", "a", "-o", str(tmp_path / "x" / "a.md"), root=tmp_path).exit_code == 0
    assert (tmp_path / "x" / "a.md").read_text() == partly.stdout


def _openapi_of(**sections: Any) -> dict[str, Any]:
    call = {"method": "GET", "path": "/"}
    data = {"system": "A", "type": "API", "status": "draft", "endpoints": [call], **sections}
    return openapi(Spec("a", "specs/a.yaml", data, Document("specs/a.yaml", "", data, ())))


def test_openapi_keeps_distinct_templates_and_reports_what_it_cannot_express() -> None:
    calls = [("GET", "/rec/{token}"), ("PUT", "/rec/{id}"), ("GET", "/rec/{id}"), ("GET", "/list"), ("PURGE", "/list")]
    made = _openapi_of(endpoints=[{"method": method, "path": path} for method, path in calls])
    assert {path: list(item) for path, item in made["paths"].items()} == {
        "/rec/{token}": ["get"],
        "/rec/{id}": ["put"],
        "/list": ["get"],
    }
    assert [line.partition(":")[0] for line in made["x-omitted"]] == ["GET /rec/{id}", "PURGE /list"]


@pytest.mark.parametrize(
    ("why", "summary"), [("TODO(2026-12-10, a): why?", ""), ("We ship. Daily.", "We ship."), (None, "")]
)
def test_an_open_question_is_no_summary(why: str | None, summary: str) -> None:
    data = {"system": "A", "purpose": {"why": why}}
    assert Spec("a", "specs/a.yaml", data, Document("specs/a.yaml", "", data, ())).summary == summary


def test_openapi_says_which_scopes_each_call_needs() -> None:
    authentication = {
        "mechanism": "OAuth 2.0",
        "header": "Authorization: Bearer {token}",
        "scopes": [{"name": "a"}, {"name": "b"}],
    }
    calls = [
        {"method": "GET", "path": "/a", "scopes": ["a"]},
        {"method": "GET", "path": "/b", "scopes": []},
        {"method": "GET", "path": "/c"},
    ]
    made = _openapi_of(authentication=authentication, endpoints=calls)
    found = [made["paths"][path]["get"].get("security", made["security"]) for path in ("/a", "/b", "/c")]
    assert found == [[{"oauth2": ["a"]}], [{"oauth2": []}], [{"oauth2": []}]]
    unnamed = _openapi_of(authentication=authentication, endpoints=calls[2:])
    assert unnamed["security"] == [{"oauth2": ["a", "b"]}]
    assert "security" not in unnamed["paths"]["/c"]["get"]


def test_openapi_has_the_contact_the_headers_and_every_error() -> None:
    call = {
        "method": "POST",
        "path": "/a",
        "request": {"headers": [{"name": "Version", "value": "2.16"}, {"name": "Trace", "value": "{id}"}]},
        "response": {"status": 200},
        "idempotency": {"header": "Idempotency-Key", "note": "For a day."},
        "errors": [{"on": "any other", "meaning": "Failed."}, {"on": "card declined"}],
    }
    for support, contact in (
        ("help@example.com", {"email": "help@example.com"}),
        ("https://example.com/help", {"url": "https://example.com/help"}),
        ("Ask Ana.", None),
    ):
        made = _openapi_of(vendor={"docs": "https://example.com/docs", "support": support}, endpoints=[call])
        assert made["info"].get("contact") == contact
    assert made["externalDocs"] == {"url": "https://example.com/docs"}
    operation = made["paths"]["/a"]["post"]
    assert [(each["name"], each["schema"].get("default"), each.get("description")) for each in operation["parameters"]] == [
        ("Idempotency-Key", None, "For a day."), ("Version", "2.16", None), ("Trace", None, None)
    ]  # fmt: skip
    assert {status: each["description"] for status, each in operation["responses"].items()} == {
        "200": "Successful response.",
        "default": "Failed.",
    }
    no_success = _openapi_of(endpoints=[{"method": "GET", "path": "/a", "errors": call["errors"]}])
    assert no_success["paths"]["/a"]["get"]["responses"] == {"default": {"description": "Successful response."}}


def test_openapi_merges_kinds_of_message_with_one_method_and_path() -> None:
    kinds = [
        {"id": kind, "method": "POST", "path": "/m", "request": {"content_type": "application/json", "example": {kind: 1}}}
        for kind in ("text", "image")
    ]  # fmt: skip
    media = _openapi_of(endpoints=kinds)["paths"]["/m"]["post"]["requestBody"]["content"]["application/json"]
    assert [each["value"] for each in media["examples"].values()] == [{"text": 1}, {"image": 1}]


@pytest.mark.parametrize(
    ("authentication", "schemes"),
    [
        (
            {
                "mechanism": "OAuth 2.0: client credentials (https://id.example/token)",
                "header": "Authorization: Bearer {t}",
                "scopes": [{"name": "a:read", "reason": "To read."}],
            },
            {
                "oauth2": {
                    "type": "oauth2",
                    "flows": {"clientCredentials": {"tokenUrl": "https://id.example/token", "scopes": {"a:read": "To read."}}},
                }
            },
        ),
        (
            {"mechanism": "OAuth2 (authorization code)", "header": "Authorization: Bearer {t}"},
            {
                "oauth2": {
                    "type": "oauth2",
                    "flows": {
                        "authorizationCode": {
                            "tokenUrl": "https://unknown.invalid/token",
                            "authorizationUrl": "https://unknown.invalid/authorize",
                            "scopes": {},
                        }
                    },
                }
            },
        ),
        ({"header": "Authorization: Basic {x}"}, {"basic": {"type": "http", "scheme": "basic"}}),
        (
            {"header": "X-Key: {key}, X-Secret: {secret}"},
            {
                "api-key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "api-key-2": {"type": "apiKey", "in": "header", "name": "X-Secret"},
            },
        ),
        ({"mechanism": "OAuth2, somewhere else"}, {}),
        ({"header": "TODO: which?"}, {}),
    ],
)  # fmt: skip
def test_openapi_has_the_authentication_of_the_spec(authentication: dict[str, Any], schemes: dict[str, Any]) -> None:
    made = _openapi_of(authentication=authentication, endpoints=[{"method": "GET", "path": "/a"}])
    assert made.get("components", {}).get("securitySchemes", {}) == schemes
    assert made.get("security", [{}])[0].keys() == schemes.keys()


def test_a_receiver_provides_its_api_and_names_no_server_of_the_vendor(tmp_path: Path) -> None:
    result = invoke("export", "backstage", "github-deployments", root=ROOT)
    assert "providesApis:" in result.stdout
    assert "consumesApis:" not in result.stdout
    assert "servers" not in json.loads(invoke("export", "openapi", "github-deployments", root=ROOT).stdout)


def test_openapi_is_refused_without_http_operations(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "a.yaml").write_text("system: A\ntype: API\nstatus: draft\n")
    refused = invoke("export", "openapi", "a", root=tmp_path)
    assert refused.exit_code == 2
    assert "a is not exported: it has no endpoints" in refused.stderr
    (tmp_path / "specs" / "b.yaml").write_text(
        "system: B\ntype: API\nstatus: draft\nendpoints:\n  - {method: GET, path: /b}\n"
    )
    partly = invoke("export", "openapi", root=tmp_path)
    assert partly.exit_code == 0
    assert list(json.loads(partly.stdout)["paths"]) == ["/b"]


PAYLOADS = (
    "<img src=x onerror=alert(1)>",
    "`<img src=x onerror=alert(1)>",
    "`` <img src=x onerror=alert(1)> `",
    "\\<img src=x onerror=alert(1)>",
    "\\`<img src=x onerror=alert(1)>`",
    "a\n\n<script>alert(1)</script>\n",
    "```\n<script>alert(1)</script>\n",
    "~~~ `\n<script>alert(1)</script>",
    "a | b\n--|--\n<script>alert(1)</script> | c",
    "[c](javascript:alert(1))",
    "![c](JaVaScRiPt:alert(1))",
    "[c](<javascript:alert(1)>)",
    "[c]\n\n[c]: javascript:alert(1)\n",
    "<javascript:alert(1)>",
    "<a href=//evil.example>c</a>",
    "<!--",
    "# heading\n<svg onload=alert(1)>",
    "@everyone <b onclick=alert(1)>",
)
"""Families: tag, tag behind broken code, behind a backslash, in a block, in a fence, in a table; script links; comments; mentions."""


class _Active(HTMLParser):
    """Collects what a browser would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [tag] if tag in ("script", "img", "svg", "iframe", "object") else []
        for name, value in attributes:
            if name.startswith("on") or (
                name in ("href", "src") and re.match(r"\s*(javascript|data|vbscript):", value or "", re.I)
            ):
                self.found.append(f"{tag} {name}={value}")

    def handle_comment(self, data: str) -> None:
        self.found.append("comment")


def _active(markdown: str) -> list[str]:
    lax = MarkdownIt("commonmark", {"html": True}).enable("table")
    lax.validateLink = lambda url: True  # type: ignore[method-assign]
    parser = _Active()
    parser.feed(lax.render(markdown))
    return parser.found


def _with_payload(value: Any, payload: str, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield the value with each of its texts in turn replaced by the payload."""
    if isinstance(value, str):
        yield place, payload
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        for deeper, changed in _with_payload(each, payload, (*place, key)):
            copy = value.copy()
            copy[key] = changed
            yield deeper, copy


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_spec_is_active_in_its_markdown(payload: str) -> None:
    """Wherever it stands in a spec or an owner, checked and unchecked."""
    data = load(SMALL / "specs" / "parcels.yaml", "parcels.yaml").data
    for place, changed in _with_payload(data, payload):
        for verified in (False, True) if place[0] in ("title", "authentication", "endpoints") else (False,):
            text = write_document(SCHEMA, changed, (("desk", payload),), verified=verified)
            assert _active(text) == [], (place, text)


def test_most_payloads_are_active_unless_they_are_escaped() -> None:
    assert len([payload for payload in PAYLOADS if _active(payload)]) > 12


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_name_is_active_in_llms_txt(payload: str, tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    name = json.dumps(" ".join(payload.split()))
    contacts = "contacts: [{channel: email, address: a@example.com}]"
    (tmp_path / "specs" / "owners.yaml").write_text(f"owners:\n  desk: {{name: {name}, kind: team, {contacts}}}\n")
    (tmp_path / "specs" / "a.yaml").write_text(
        f"title: {name}\nsystem: {name}\ntype: API\nstatus: draft\nowner: desk\n"
    )
    result = invoke("export", "llms", root=tmp_path)
    assert result.exit_code == 0, result.output
    assert _active(result.stdout) == []


def test_notes_of_the_whole_spec_are_on_its_page(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "a.yaml").write_text("system: A\ntype: API\nstatus: draft\nx-fees: 2 % a charge\n")
    page = invoke("export", "html", "a", root=tmp_path).stdout
    assert re.search(r"<dt>x-fees</dt>\s*<dd[^>]*>2 % a charge</dd>", page)
