"""`verify`: recordings of each format are read, and each kind of drift is found at its place in the spec."""

import base64
import contextlib
import copy
import gzip
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from case_file import Case, cases
from integration_specs.model import Spec
from integration_specs.model.verification import read_verification
from integration_specs.project.workspace import Workspace
from integration_specs.recordings.anonymization import anonymize, path_template
from integration_specs.recordings.comparison import Comparison
from integration_specs.recordings.examples import example_fixes
from integration_specs.recordings.matching import Matcher
from integration_specs.recordings.reading import read
from integration_specs.settings import read_settings
from integration_specs.site import SiteOptions
from integration_specs.site.render import render
from integration_specs.validation.schema import read_schema
from invoking import invoke
from odd_values import variants

ROOT = Path(__file__).parent.parent
CATALOG = Workspace(read_settings(ROOT)).catalog()
SECRET = "sk_" + "live_" + "qW3rT5yU7iOpA9sDfGhJ"


def _entry(spec: Spec, index: int) -> dict[str, Any]:
    """Return a HAR entry for an endpoint as the spec describes it."""
    endpoint = spec.endpoints[index]
    base = next(each["base_url"] for each in spec.data["environments"] if each.get("base_url"))
    request, response = endpoint.data.get("request", {}), endpoint.data.get("response", {})
    headers = [{"name": each["name"], "value": "x"} for each in request.get("headers", ())]

    def content(side: dict[str, Any]) -> dict[str, Any]:
        body = side.get("example")
        text = body if isinstance(body, str) else json.dumps(body)
        kind = side.get("content_type", "application/json")
        return {"mimeType": kind, "text": text} if body is not None else {}

    return {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": {"method": endpoint.method, "url": f"{base}{endpoint.path.replace('{', '').replace('}', '')}", "headers": headers, "postData": content(request)},
        "response": {"status": response.get("status", 200), "headers": [], "content": content(response)},
    }  # fmt: skip


def _har(path: Path, entries: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), encoding="utf-8")
    return path


def _verify(*arguments: str | Path, root: Path = ROOT) -> dict[str, Any]:
    done = invoke("verify", *map(str, arguments), "--today", "2026-11-28", "--format", "json", root=root)
    report: dict[str, Any] = json.loads(done.stdout)
    Draft202012Validator(json.loads((ROOT / "schema" / "findings.schema.json").read_bytes())).validate(report)
    return report


@pytest.mark.parametrize("spec", [spec for spec in CATALOG.specs if spec.type == "API"], ids=lambda spec: spec.id)
def test_a_spec_agrees_with_recordings_of_its_own_examples(spec: Spec, tmp_path: Path) -> None:
    har = _har(tmp_path / "calls.har", [_entry(spec, index) for index in range(len(spec.endpoints))])
    report = _verify(har)
    assert [each for each in report["findings"] if each["level"] != "info"] == []
    (verified,) = report["verification"]["specs"]
    assert verified["spec"] == spec.id
    assert verified["seen"] == len(spec.endpoints)
    assert verified["day"] == "2026-11-20"


def _set(*keys: str | int) -> Callable[[dict[str, Any], Any], None]:
    def change(entry: dict[str, Any], value: Any) -> None:
        for key in keys[:-1]:
            entry = entry[key]  # type: ignore[index]
        entry[keys[-1]] = value  # type: ignore[index]

    return change


def _body(side: str, path: str, value: Any = None) -> Callable[[dict[str, Any]], None]:
    """Return an edit of a JSON body: set `path` to a value, or remove it."""

    def change(entry: dict[str, Any]) -> None:
        message = entry["request"]["postData"] if side == "request" else entry["response"]["content"]
        body = json.loads(message["text"])
        *parents, last = path.split(".")
        inner = body
        for step in parents:
            inner = inner[int(step) if step.isdigit() else step]
        inner.pop(last) if value is None else inner.update({last: value})
        message["text"] = json.dumps(body)

    return change


DRIFTS: list[tuple[str, str, Callable[[dict[str, Any]], object]]] = [
    ("undocumented-call", "/endpoints", lambda entry: entry["request"].update(method="TRACE")),
    ("undocumented-status", "/endpoints/0/response/status", lambda entry: entry["response"].update(status=202)),
    ("undocumented-status", "/endpoints/0", lambda entry: entry["response"].update(status=418)),
    ("undocumented-header", "/endpoints/0", lambda entry: entry["request"]["headers"].append({"name": "X-New", "value": "1"})),
    ("unrecorded-header", "/endpoints/0/request/headers/0", lambda entry: entry["request"].update(headers=[{"name": "A", "value": ""}, {"name": "B", "value": ""}])),
    ("content-type-mismatch", "/endpoints/0/response/content_type", lambda entry: entry["response"]["content"].update(mimeType="text/html")),
    ("undocumented-fields", "/endpoints/0/response/example", _body("response", "loyalty_points", 3)),
    ("missing-field", "/endpoints/0/response/example/charges/0/id", _body("response", "charges.0.id")),
    ("type-mismatch", "/endpoints/0/response/example/charges/0/amount", _body("response", "charges.0.amount", "29900")),
    ("rate-limit-mismatch", "/endpoints/3/rate_limit/requests", lambda entry: entry["response"].update(headers=[{"name": "RateLimit-Limit", "value": "7"}])),
    ("deprecation-announced", "/endpoints/0", lambda entry: entry["response"].update(headers=[{"name": "Sunset", "value": "Sat, 31 Jan 2032 00:00:00 GMT"}])),
    ("deprecation-announced", "/endpoints/0", lambda entry: entry["response"].update(headers=[{"name": "Deprecation", "value": "@1688169599"}])),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "pointer", "change"), DRIFTS, ids=[f"{rule}{pointer}" for rule, pointer, _ in DRIFTS])
def test_a_planted_drift_is_found_at_its_place(
    rule: str, pointer: str, change: Callable[[dict[str, Any]], object], tmp_path: Path
) -> None:
    spec = CATALOG.by_id["pagar-me"]
    number = int(pointer.split("/")[2]) if pointer.count("/") > 1 else 0
    number = next(index for index, each in enumerate(spec.endpoints) if "requests" in each.data.get("rate_limit", {})) if rule.startswith("rate") else number  # fmt: skip
    pointer = f"/endpoints/{number}/rate_limit/requests" if rule.startswith("rate") else pointer
    entry = copy.deepcopy(_entry(spec, number))
    before = _verify(_har(tmp_path / "before.har", [entry]))["findings"]
    change(entry)
    after = _verify(_har(tmp_path / "after.har", [entry]))["findings"]
    new = [(each["rule"], each["pointer"]) for each in after if each["rule"] != "unrecorded" and each not in before]
    assert (rule, pointer) in new


@pytest.mark.parametrize("case", cases("verify"), ids=lambda case: case.name)
def test_a_case(case: Case, tmp_path: Path) -> None:
    """Each case has specs, recordings and the concise report that is expected."""
    case.unpack(tmp_path)
    done = invoke("verify", str(tmp_path / "recordings"), "--today", "2026-11-28", "--format", "concise", root=tmp_path)
    case.expect(done.stdout.replace(f"{tmp_path}/", ""), "expected.txt")


def test_write_adds_examples_without_secrets_and_personal_data(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    spec = tmp_path / "specs" / "shop.yaml"
    spec.write_text(
        "system: Shop\ntype: API\nstatus: draft\nlast_updated: 2026-11-22\nendpoints:\n"
        "  - method: POST\n    # Comment of the path.\n    path: /customers\n"
        "environments:\n  - {name: Production, kind: production, base_url: 'https://shop.example.com'}\n"
    )
    body = {
        "id": 71, "name": "Ana Lima", "mail": "ana@lima.example", "cpf": "529.982.247-25", "api_key": SECRET, "state": "active",
        "since": "2024-05-06", "note": f"call {SECRET}", "ana@lima.example": {"x": 1}, "orders": [{"total": 12.5}, {"total": 3}],
    }  # fmt: skip
    entry = {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": {"method": "POST", "url": f"https://shop.example.com/customers?token={SECRET}", "headers": [{"name": "Authorization", "value": SECRET}], "postData": {"mimeType": "application/json", "text": json.dumps(body)}},
        "response": {"status": 201, "headers": [], "content": {"mimeType": "application/json", "text": json.dumps(body)}},
    }  # fmt: skip
    har = _har(tmp_path / "calls.har", [entry, {**entry, "request": {**entry["request"], "url": f"https://shop.example.com/customers/{SECRET}/ana@lima.example"}}])  # type: ignore[dict-item]  # fmt: skip
    done = invoke("verify", "--write", str(har), root=tmp_path)
    text = spec.read_text(encoding="utf-8")
    for shown in (text, done.output):
        assert not [each for each in ("Ana", "Lima", "lima", "529", SECRET[4:]) if each in shown]
    assert "missing-example" not in done.output
    assert "state: active" in text
    assert "status: 201" in text
    assert "# Comment of the path.\n    path: /customers" in text
    assert invoke("check", "--select", "yaml-syntax", root=tmp_path).exit_code == 0
    again = _verify(har, root=tmp_path)["findings"]
    assert [each["rule"] for each in again if each["rule"] in ("missing-example", "type-mismatch")] == []


def test_compressed_and_binary_bodies_are_read(tmp_path: Path) -> None:
    packed = base64.b64encode(gzip.compress(b'{"a": 1}')).decode()
    path = tmp_path / "cassette.yaml"
    path.write_text(
        "interactions:\n- request: {method: GET, uri: 'https://a.example/x', body: null, headers: {}}\n"
        f"  response: {{status: {{code: 200}}, headers: {{}}, body: {{string: !!binary {packed}}}}}\n"
        "- request: {method: GET, uri: 'https://a.example/y', body: null, headers: {}}\n"
        "  response: {status: {code: 200}, headers: {}, body: {base64_string: /9j/4AAQ}}\n"
    )
    calls, findings = read(path, "cassette.yaml")
    assert [call.response.body for call in calls] == [{"a": 1}, None]
    assert calls[0].place == "cassette.yaml:2"
    assert not findings


@pytest.mark.parametrize("text", ["{", "[1]", "{}", '{"log": 1}', '{"log": {"entries": [1, {"request": 2}]}}', "a: !!python/object:os.system x", ""])  # fmt: skip
def test_a_broken_recording_is_reported_and_never_raises(text: str, tmp_path: Path) -> None:
    (tmp_path / "broken.har").write_text(text)
    calls, findings = read(tmp_path / "broken.har", "broken.har")
    assert not calls
    assert "entries" in text or findings[0].file == "broken.har"


@pytest.mark.parametrize("case", cases("verify"), ids=lambda case: case.name)
def test_a_recording_with_any_other_value_is_compared(case: Case, tmp_path: Path) -> None:
    case.unpack(tmp_path)
    workspace = Workspace(read_settings(tmp_path))
    catalog = workspace.catalog()
    for path in [each for each in (tmp_path / "recordings").rglob("*.*") if "__files" not in each.parts]:
        documents = [_har_of_a_form()] if "webhook" in case.name else []
        with contextlib.suppress(yaml.YAMLError):
            documents.append(yaml.safe_load(path.read_bytes()))
        for changed in itertools.chain.from_iterable(map(variants, documents)):
            path.write_text(json.dumps(changed, default=str))
            calls, findings = read(path, "calls.json")
            assert calls or findings or changed
            matcher = Matcher(catalog.specs, catalog.specs[0], ["https://shop.example.com/v1"])
            comparison = Comparison(matcher)
            for call in calls:
                comparison.add(call)
            found = [*findings, *comparison.findings(), *example_fixes(comparison, matcher, workspace.schema)]
            assert all(finding.message.isprintable() for finding in found)


def _har_of_a_form() -> dict[str, Any]:
    form = {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a", "value": "b"}]}
    headers = [{"name": "Date", "value": "Sat, 22 Nov 2026 10:00:00 GMT"}, {"name": "RateLimit-Limit", "value": "10"}]
    content = {"encoding": "base64", "mimeType": "application/json", "text": "e30="}
    request = {"method": "POST", "url": "https://shop.example.com/v1/orders?a=1", "headers": headers, "postData": form}
    response = {"status": 200, "headers": headers, "content": content}
    entry = {"startedDateTime": "2026-11-20T10:00:00Z", "request": request, "response": response}
    return {"log": {"entries": [entry]}}


def test_a_failure_in_one_recording_does_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = CATALOG.by_id["pagar-me"]
    for name in ("a", "b"):
        _har(tmp_path / f"{name}.har", [_entry(spec, 0)])

    def failing(path: Path, shown: str) -> object:
        if path.name == "a.har":
            raise IndexError("not shown")
        return read(path, shown)

    monkeypatch.setattr("integration_specs.commands.verify.read", failing)
    done = invoke("verify", str(tmp_path), "--format", "json", root=ROOT)
    report = json.loads(done.stdout)
    assert done.exit_code == 2
    assert report["verification"]["specs"][0]["calls"] == 1
    (failure,) = [each for each in report["findings"] if each["rule"] == "internal-error"]
    assert failure["file"].endswith("a.har")
    assert "not shown" not in done.output


def test_the_text_of_a_broken_recording_is_not_shown(tmp_path: Path) -> None:
    broken = tmp_path / "broken.har"
    broken.write_text('{"log": {\n"mail": "ana@lima.example"\n"entries": []')
    done = invoke("verify", str(broken), root=ROOT)
    assert done.exit_code == 1
    assert "broken.har:1:9: error[yaml-syntax]" in done.output
    assert "lima" not in done.output


def test_a_page_says_how_much_of_the_spec_was_verified(tmp_path: Path) -> None:
    spec = CATALOG.by_id["pagar-me"]
    har = _har(tmp_path / "calls.har", [_entry(spec, 0), _entry(spec, 1)])
    (tmp_path / "report.json").write_text(json.dumps(_verify(har)), encoding="utf-8")
    options = SiteOptions(verification=read_verification(tmp_path / "report.json"))
    pages = {page.address: page.content for page in render(CATALOG, read_schema(), options).pages}
    total = len(spec.endpoints) + len(spec.events)
    assert f"2 recorded calls, 2 of {total} endpoints and events" in pages["pagar-me"]
    assert "recorded calls" not in pages["whatsapp"]


def test_unknown_arguments_are_explained(tmp_path: Path) -> None:
    assert "does not exist" in invoke("verify", "nowhere.har", root=ROOT).output
    assert (
        "unknown spec 'pagarme'; did you mean `pagar-me`?"
        in invoke("verify", "--spec", "pagarme", "README.md", root=ROOT).output
    )
    assert "--base-url requires --spec" in invoke("verify", "--base-url", "http://x", "README.md", root=ROOT).output


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        ("paid", "status", "paid"),
        ("Maria", "city", "Xxxxx"),
        ("12345678909", "cpf", "00000000000"),
        ("ana@example.org", "x", "person@example.com"),
        ("https://example.org/u/ana?t=1", "x", "https://example.com/"),
        ("1990-05-06", "birth_date", "0000-00-00"),
        ("2026-11-28T10:00:00Z", "created", "2026-11-28T10:00:00Z"),
        (True, "x", True),
        (5511988887777, "x", 0),
        (29900, "amount", 29900),
    ],
)
def test_values_are_anonymized(value: Any, name: str, expected: Any) -> None:
    assert anonymize(value, name) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/orders/or_8Xk2Lm91", "/v1/orders/{id}"),
        ("/orders/latest", "/orders/latest"),
        ("/users/ana", "/users/{id}"),
        ("/files/ana.json", "/files/{id}.json"),
        ("/shops/blue/orders", "/shops/{shop}/orders"),
    ],
)
def test_parameters_of_a_path_are_recognized(path: str, expected: str) -> None:
    assert path_template(path, {"ana"}, [["", "shops", "{shop}", "customers"]]) == expected


def test_what_was_not_compared_is_no_success(tmp_path: Path) -> None:
    specs = tmp_path / "specs"
    specs.mkdir()
    text = "system: {0}\ntype: API\nstatus: draft\nenvironments:\n  - {{name: p, kind: production, base_url: https://{0}.example}}\n"
    for name in ("shop", "bank"):
        (specs / f"{name}.yaml").write_text(text.format(name))
    call = {"request": {"method": "GET", "url": "https://shop.example/a"}, "response": {"status": 200}}
    recording = str(_har(tmp_path / "a.har", [call]))
    assert invoke("verify", recording, root=tmp_path).exit_code == 0
    with (specs / "shop.yaml").open("a") as file:
        file.write("typ: API\n")
    done = invoke("verify", recording, root=tmp_path)
    assert done.exit_code == 1
    assert "specs/shop.yaml:6:1: error[unknown-key]" in done.output
    assert "typ: API" in done.output
    assert invoke("verify", recording, "--spec", "bank", root=tmp_path).exit_code == 0
    (tmp_path / "none").mkdir()
    done = invoke("verify", str(tmp_path / "none"), root=tmp_path)
    assert done.exit_code == 2
    assert "there are no recordings in" in done.output
