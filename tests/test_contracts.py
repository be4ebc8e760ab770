"""The reader of vendor documents: small documents written here, and every real one on this machine."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from check_cases import CASES, found_in
from integration_specs.contracts import (
    Contract,
    ContractError,
    Node,
    Resolver,
    SchemaFields,
    base_path,
    child,
    normalize_template,
    read_contract,
    schema_errors,
    unresolved_references,
)
from integration_specs.documents import VENDOR, load_raw_text

CORPORA = Path(os.environ.get("INTEGRATION_SPECS_CORPORA", Path(__file__).parent.parent.parent / "shared" / "corpora"))
REAL = sorted(path for kind in ("openapi", "asyncapi") for path in (CORPORA / kind).glob("*"))


def _read(document: Any) -> Contract:
    return read_contract(Resolver(load_raw_text(json.dumps(document), "contract.json", VENDOR)))


def _openapi(**more: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "Pay", "version": "1"}, **more}


def _posting(schema: Any, **more: Any) -> Contract:
    body = {"content": {"application/json": {"schema": schema}}}
    return _read(_openapi(paths={"/orders": {"post": {"requestBody": body}}}) | more)


def _errors(contract: Contract, example: Any) -> list[str]:
    schema = contract.operations[0].request_bodies[0].schema
    return [error.message for error in schema_errors(contract.resolver, schema, example, "request")]


def test_an_operation_has_parameters_bodies_and_responses() -> None:
    contract = _read(
        _openapi(
            servers=[{"url": "https://{region}.example.com/v1", "variables": {"region": {"default": "br"}}}],
            paths={
                "/orders/{id}": {
                    "parameters": [{"$ref": "#/components/parameters/Id"}],
                    "put": {
                        "summary": "Changes an order",
                        "deprecated": True,
                        "parameters": [{"name": "dry", "in": "query"}, {"in": "query"}, "nonsense"],
                        "requestBody": {"$ref": "#/components/requestBodies/Order"},
                        "responses": {
                            "200": {"content": {"application/json": {"example": {"id": 1}}}},
                            "default": None,
                        },
                    },
                }
            },
            components={
                "parameters": {"Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}},
                "requestBodies": {"Order": {"content": {"application/json": {"schema": {"type": "object"}}}}},
            },
        )
    )
    (operation,) = contract.operations
    assert (operation.label, operation.node.text("summary")) == ("PUT /orders/{id}", "Changes an order")
    assert operation.node.is_true("deprecated")
    assert [parameter.text("name") for parameter in operation.parameters] == ["id", "dry"]
    assert operation.request_bodies[0].schema.value == {"type": "object"}
    assert operation.response_bodies("200")[0].example == {"id": 1}
    assert contract.servers == ("https://br.example.com/v1",)


SWAGGER = {
    "swagger": "2.0",
    "info": {"title": "Pay", "version": "1"},
    "host": "api.example.com",
    "basePath": "/v1",
    "schemes": ["https"],
    "consumes": ["application/json"],
    "produces": ["application/json"],
    "parameters": {
        "Order": {"name": "order", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Order"}},
        "Page": {"name": "page", "in": "query", "type": "integer", "default": 1},
    },
    "responses": {"Order": {"description": "OK", "schema": {"$ref": "#/definitions/Order"}}},
    "definitions": {"Order": {"required": ["id"], "properties": {"id": {"type": "string", "x-nullable": True}}}},
    "securityDefinitions": {
        "basic": {"type": "basic"},
        "oauth": {
            "type": "oauth2",
            "flow": "application",
            "tokenUrl": "https://x.example",
            "scopes": {"orders": "Read."},
        },
    },
    "paths": {
        "/orders": {
            "parameters": [{"$ref": "#/parameters/Page"}],
            "post": {
                "parameters": [{"$ref": "#/parameters/Order"}],
                "responses": {
                    "200": {"$ref": "#/responses/Order"},
                    "201": {"description": "OK", "examples": {"text/csv": "id"}, "schema": {"type": "file"}},
                },
            },
            "put": {
                "consumes": ["multipart/form-data"],
                "parameters": [
                    {"name": "file", "in": "formData", "type": "file", "required": True},
                    {"name": "note", "in": "formData", "type": "string"},
                ],
                "responses": {"204": {"description": "OK"}},
            },
        }
    },
}


def test_swagger_2_is_read_as_openapi_3() -> None:
    contract = _read(SWAGGER)
    post, put = contract.operations
    assert (contract.kind, contract.servers) == ("OpenAPI", ("https://api.example.com/v1",))
    assert contract.scopes == frozenset({"orders"})
    assert [(each.text("name"), child(each, "schema").value) for each in post.parameters] == [
        ("page", {"type": "integer", "default": 1})
    ]
    assert [body.content_type for body in post.request_bodies] == ["application/json"]
    assert _errors(contract, {"id": None}) == []
    assert _errors(contract, {"id": 7}) == ["expected string but found 7"]
    assert post.response_bodies("200")[0].schema.value == {"$ref": "#/definitions/Order"}
    assert [(body.content_type, body.example) for body in post.response_bodies("201")] == [
        ("application/json", None),
        ("text/csv", "id"),
    ]
    (form,) = put.request_bodies
    assert form.content_type == "multipart/form-data"
    assert form.schema.value["properties"] == {
        "file": {"type": "string", "format": "binary"},
        "note": {"type": "string"},
    }
    assert form.schema.value["required"] == ["file"]
    assert put.responses[0][0] == "204"
    assert put.node.span.line == 1


def test_control_characters_in_json_are_replaced() -> None:
    document = load_raw_text('{"openapi": "3.1.0", "info": {"title": "a\x80b"}}', "contract.json", VENDOR)
    assert document.findings == ()
    assert document.data["info"]["title"] == "a\ufffdb"


@pytest.mark.parametrize(
    "media",
    [
        {"example": {"$ref": "#/components/examples/Paid/value"}},
        {"examples": {"one": {"$ref": "#/components/examples/Paid"}}},
        {"examples": {"one": {"value": {"$ref": "#/components/examples/Paid/value"}}}},
        {"examples": {"none": {"externalValue": "https://example.com/x.json"}, "one": {"value": {"id": "or_1"}}}},
        {"examples": [{"id": "or_1"}]},
    ],
)
def test_an_example_is_found_in_every_form(media: dict[str, Any]) -> None:
    components = {"examples": {"Paid": {"value": {"id": "or_1"}}}}
    paths = {"/orders": {"post": {"requestBody": {"content": {"application/json": media}}}}}
    contract = _read(_openapi(paths=paths, components=components))
    assert contract.operations[0].request_bodies[0].example == {"id": "or_1"}


def test_an_operation_in_another_file_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    for number in range(205):
        operation = {"operationId": f"get{number}", "responses": {}}
        (tmp_path / "p" / f"{number}.json").write_text(json.dumps(operation), encoding="utf-8")
    paths = {f"/things/{number}": {"get": {"$ref": f"p/{number}.json"}} for number in range(205)}
    (tmp_path / "openapi.json").write_text(json.dumps(_openapi(paths=paths)), encoding="utf-8")
    contract = read_contract(Resolver.open(tmp_path / "openapi.json", "openapi.json"))
    assert len(contract.operations) == 205
    assert len(contract.resolver.files) == 1
    assert contract.operations[204].id == "get204"
    assert contract.resolver.bad == {}


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://api.example.com/v1/?a=b", "/v1"),
        ("https://{region}.example.com", ""),
        ("/v1/", "/v1"),
        ("v1", ""),
        ("https://[a/v1", "/v1"),
        ("", ""),
    ],
)
def test_the_base_path_of_any_address(address: str, path: str) -> None:
    assert base_path(address) == path


def test_fields_end_where_schemas_refer_to_themselves() -> None:
    schemas = {
        "Order": {
            "properties": {
                "id": {"type": "string"},
                "items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
            }
        },
        "Item": {
            "allOf": [
                {"properties": {"sku": {"type": "string"}}},
                {"properties": {"order": {"$ref": "#/components/schemas/Order"}}},
            ]
        },
        "Round": {"$ref": "#/components/schemas/Round"},
    }
    contract = _posting({"$ref": "#/components/schemas/Order"}, components={"schemas": schemas})
    fields = SchemaFields(contract.resolver)
    schema = [contract.operations[0].request_bodies[0].schema]
    known = ("id", "items", "items.sku", "items.order.id", "items.order.items.order.items.sku")
    assert all(fields.has(schema, path) for path in known)
    assert not any(fields.has(schema, path) for path in ("sku", "id.x", "items.price", "items.order.sku"))
    assert fields.names(schema) == ["id", "items", "items.sku", "items.order"]
    assert fields.has([child(contract.resolver.get(contract.resolver.root, "components", "schemas"), "Round")], "any")


@pytest.mark.parametrize(
    ("schema", "path", "expected"),
    [
        ({"properties": {"a.b": {"type": "string"}}}, "a.b", True),
        ({"properties": {"a": {"type": "object"}}}, "a.b", True),
        ({"properties": {"a": {"type": "object", "additionalProperties": False}}}, "a.b", False),
        ({"properties": {"a": {"additionalProperties": {"type": "string"}}}}, "a.b", True),
        ({"properties": {"a": True}}, "a.b", True),
        ({"oneOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {}}}]}, "b", True),
        ({"properties": {"a": {"$ref": "#/nowhere"}}}, "a.b", True),
    ],
)
def test_a_field_is_described_or_left_open(schema: Any, path: str, expected: bool) -> None:
    contract = _posting(schema)
    schemas = [contract.operations[0].request_bodies[0].schema]
    assert SchemaFields(contract.resolver).has(schemas, path) is expected


def test_a_lookup_reads_only_the_schemas_on_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    schemas = {
        f"S{number}": {"properties": {f"p{other}": {"$ref": f"#/components/schemas/S{other}"} for other in range(200)}}
        for number in range(200)
    }
    contract = _posting({"$ref": "#/components/schemas/S0"}, components={"schemas": schemas})
    schema = [contract.operations[0].request_bodies[0].schema]
    items, read = contract.resolver.items, set[object]()

    def record(node: Node) -> Iterator[tuple[str, Node]]:
        read.add(node.place)
        return items(node)

    monkeypatch.setattr(contract.resolver, "items", record)
    fields = SchemaFields(contract.resolver)
    assert fields.has(schema, "p7.p8.p9")
    assert not fields.has(schema, "p7.p8.x")
    assert all(fields.has(schema, f"p7.p8.p{number}") for number in range(200))
    assert len(read) < 30


@pytest.mark.parametrize("step", ["²", "9" * 5000, "-1", "x", "2"])
def test_a_reference_to_a_missing_list_item_has_no_target(step: str) -> None:
    contract = _posting({"$ref": f"#/components/x-list/{step}"}, components={"x-list": [{}, {}]})
    assert not contract.resolver.follow(contract.operations[0].request_bodies[0].schema)


def test_references_to_other_hosts_are_reported_and_never_followed() -> None:
    contract = _posting(
        {"properties": {"a": {"$ref": "https://example.com/a.json"}, "b": {"$ref": "file:///etc/passwd"}}}
    )
    assert unresolved_references(contract.resolver) == ["file:///etc/passwd", "https://example.com/a.json"]
    schemas = [contract.operations[0].request_bodies[0].schema]
    assert all(SchemaFields(contract.resolver).has(schemas, path) for path in ("a", "a.x", "b.y"))
    assert _errors(contract, {"a": 1}) == []


def test_schemas_in_other_files_of_the_folder_are_used(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    order = {"properties": {"customer": {"$ref": "customer.json#/Customer"}}}
    customer = {"Customer": {"required": ["name"], "properties": {"name": {"type": "string"}}}}
    (tmp_path / "schemas" / "order.json").write_text(json.dumps(order), encoding="utf-8")
    (tmp_path / "schemas" / "customer.json").write_text(json.dumps(customer), encoding="utf-8")
    body = {"content": {"application/json": {"schema": {"$ref": "schemas/order.json"}}}}
    document = _openapi(paths={"/orders": {"post": {"requestBody": body}}})
    (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    contract = read_contract(Resolver.open(tmp_path / "openapi.json", "openapi.json"))
    assert unresolved_references(contract.resolver) == []
    assert _errors(contract, {"customer": {"name": 7}}) == ["expected string but found 7"]
    assert _errors(contract, {"customer": {}}) == ["`name` is required"]
    schemas = [contract.operations[0].request_bodies[0].schema]
    assert SchemaFields(contract.resolver).has(schemas, "customer.name")
    assert not SchemaFields(contract.resolver).has(schemas, "customer.age")


@pytest.mark.parametrize(
    ("version", "schema", "example", "expected"),
    [
        ("3.1.0", {"type": ["string", "null"]}, None, []),
        ("3.1.0", {"type": "string"}, None, ["expected string but found null"]),
        ("3.0.3", {"type": "string", "nullable": True}, None, []),
        ("3.0.3", {"type": "string", "enum": ["a"], "nullable": True}, None, []),
        ("3.0.3", {"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 1, ["expected `exclusiveMinimum: 1` but found 1"]),
        ("3.1.0", {"required": ["id"], "properties": {"id": {"readOnly": True}}}, {}, []),
        ("3.1.0", {"required": ["id"], "properties": {"id": {"writeOnly": True}}}, {}, ["`id` is required"]),
        ("3.1.0", {"required": ["id"], "properties": {"id": {"$ref": "#/paths"}}}, {}, ["`id` is required"]),
        ("3.1.0", {"required": ["id"]}, 7, []),
        ("3.1.0", {"type": "object", "additionalProperties": False}, {"x": 1}, ["the schema does not allow `x`"]),
        ("3.1.0", {"properties": {"a": False}}, {"a": 7}, ["the schema does not allow `7`"]),
        ("3.1.0", {"minLength": 3}, "ab", ['expected `minLength: 3` but found "ab"']),
        ("3.1.0", {"not": {"type": "string"}}, "ab", ['expected `not` but found "ab"']),
        ("3.1.0", {"pattern": "^(a+)+$"}, "a" * 40 + "!", []),
        ("3.1.0", {"patternProperties": {"^(a+)+$": {}, "(": {}}, "additionalProperties": False}, {"a" * 40 + "!": 1}, []),
        ("3.1.0", {"properties": {"a": {"type": "objekt"}}}, {"a": 1}, []),
        ("3.1.0", {"maxLength": 6}, "{six digits}", []),
        ("3.1.0", {"type": 7}, "x", []),
        ("3.1.0", True, "x", []),
        ("3.1.0", {"oneOf": [{"type": "string"}, {"minLength": 1}]}, "x", ["it matches several schemas, but must match exactly one"]),
    ],
)  # fmt: skip
def test_an_example_is_compared_with_its_schema(version: str, schema: Any, example: Any, expected: list[str]) -> None:
    assert _errors(_posting(schema, openapi=version), example) == expected


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "expected an object"),
        ({}, "`openapi` or `asyncapi`"),
        ({"swagger": "1.2"}, "`swagger: 1.2`"),
        ({"openapi": "4.0.0"}, "`openapi: 4.0.0`"),
        ({"asyncapi": "1.2.0"}, "`asyncapi: 1.2.0`"),
    ],
)
def test_a_document_that_is_not_a_contract_is_refused(document: Any, reason: str) -> None:
    with pytest.raises(ContractError, match=reason):
        _read(document)


@pytest.mark.parametrize(
    "document",
    [
        {
            "swagger": "2.0",
            "paths": [],
            "securityDefinitions": [],
            "parameters": 7,
            "schemes": {},
            "responses": {"A": 1},
        },
        {
            "swagger": "2.0",
            "paths": {"/a": {"get": {"parameters": [7, {"$ref": "#/no"}, {"in": "formData"}]}, "put": []}},
        },
        _openapi(paths=[], webhooks=7, components=None, servers={}),
        _openapi(
            paths={
                "/a": None,
                "/b": {"get": [], "post": {"responses": [], "parameters": {}, "requestBody": 1, "callbacks": []}},
            }
        ),
        {"asyncapi": "3.0.0", "channels": {"a": None, "b": {"messages": {"m": {"payload": 7, "examples": [1]}}}}},
        {
            "asyncapi": "2.6.0",
            "channels": {"a": {"publish": {"message": {"oneOf": [None, {"$ref": 7}]}}, "subscribe": []}},
        },
    ],
)
def test_malformed_parts_are_skipped(document: Any) -> None:
    contract = _read(document)
    assert contract.operations == () or contract.operations[0].request_bodies == ()
    assert all(message.bodies[0].example in (None, 1) for message in contract.messages)


@pytest.mark.parametrize(
    ("document", "names"),
    [
        (
            {"asyncapi": "3.0.0", "channels": {"orders": {"address": "o/paid", "messages": {"paid": {"name": "OrderPaid"}}}}},
            ("OrderPaid", "paid", "OrderPaid (o/paid)", "orders"),
        ),
        (
            {"asyncapi": "2.6.0", "channels": {"o/paid": {"subscribe": {"operationId": "onPaid", "message": {"payload": {}}}}}},
            ("onPaid", "o/paid"),
        ),
        (
            _openapi(webhooks={"orderPaid": {"post": {"operationId": "on-paid"}}}),
            ("orderPaid", "on-paid", "orderPaid POST"),
        ),
    ],
)  # fmt: skip
def test_a_message_has_all_names_that_an_importer_may_write(document: Any, names: tuple[str, ...]) -> None:
    (message,) = _read(document).messages
    assert message.names == names


@pytest.mark.corpora
@pytest.mark.skipif(
    not REAL, reason="the corpora are not on this machine; name their folder in INTEGRATION_SPECS_CORPORA"
)
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_a_real_contract_agrees_with_a_spec_made_from_it(path: Path, tmp_path: Path) -> None:
    contract = read_contract(Resolver.open(path, path.name))
    assert contract.operations or contract.messages
    endpoints = [
        {
            "id": f"call-{number}",
            "method": operation.method,
            "path": normalize_template(operation.path).replace("{}", "{place}"),
            "description": "A call.",
            "request": {"example": operation.request_bodies[0].example} if operation.request_bodies else {},
        }
        for number, operation in enumerate(contract.operations[:200])
    ]
    events = [{"name": name, "when": "Then."} for name in {message.name: 1 for message in contract.messages}]
    folder = tmp_path / "specs"
    (folder / "real").mkdir(parents=True)
    shutil.copy(CASES / "owners.yaml", folder)
    shutil.copy(path, folder / "real" / path.name)
    spec = {
        "system": "Real",
        "type": "API",
        "status": "draft",
        "owner": "payments",
        "contract": path.name,
        "endpoints": endpoints,
        "events": {"received": events, "sent": []},
    }
    (folder / "real.yaml").write_text(json.dumps(spec, default=str), encoding="utf-8")
    # Vendors do print keys in their examples; that is not the question here.
    (tmp_path / "integration-specs.toml").write_text('[levels]\nsecret = "off"\n', encoding="utf-8")
    found = found_in(tmp_path)
    assert not [line for line in found if "[contract-endpoint]" in line or "[contract-event]" in line]
    assert not [line for line in found if " error[" in line]


def test_examples_are_validated_without_the_grammar_of_iris_which_others_still_get() -> None:
    """The grammar takes a second to load, and only a check of the format `iri` needs it."""
    pytest.importorskip("rfc3987_syntax")
    code = """
import sys
from integration_specs.contracts.schema_errors import _jsonschema
jsonschema = _jsonschema()
assert "rfc3987_syntax" not in sys.modules
checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
assert checker.conforms("https://exämple.com/", "iri")
assert not checker.conforms("no iri", "iri")
assert "rfc3987_syntax" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
