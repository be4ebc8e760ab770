"""Contracts of vendors as values: small documents of our own, and every real one at hand."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from check_cases import CASES, found_in
from integration_specs.checks.contract_examples import faults
from integration_specs.contracts import (
    Contract,
    ContractError,
    path_of,
    plain_template,
    read_contract,
    remote_references,
)
from integration_specs.documents import FOREIGN, load

CORPORA = Path(os.environ.get("INTEGRATION_SPECS_CORPORA", Path(__file__).parent.parent.parent / "shared" / "corpora"))
REAL = sorted(path for kind in ("openapi", "asyncapi") for path in (CORPORA / kind).glob("*"))


def _openapi(**more: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "Pay", "version": "1"}, **more}


def _posting(schema: Any, **more: Any) -> Contract:
    body = {"content": {"application/json": {"schema": schema}}}
    return read_contract(_openapi(paths={"/orders": {"post": {"requestBody": body}}}, **more))


def _faults(contract: Contract, example: Any, hidden: str = "readOnly") -> list[str]:
    return [message for _, message in faults(contract, contract.operations[0].requests[0], example, hidden)]


def test_an_operation_has_its_parameters_bodies_and_answers() -> None:
    contract = read_contract(
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
                        "responses": {200: {"content": {"application/json": {"example": {"id": 1}}}}, "default": None},
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
    assert (operation.label, operation.about, operation.deprecated) == ("PUT /orders/{id}", "Changes an order", True)
    assert operation.parameters == ("id", "dry")
    assert operation.requests[0].schema == {"type": "object"}
    assert operation.responses[0][1][0].example == {"id": 1}
    assert contract.servers == ("https://br.example.com/v1",)


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
def test_a_server_has_a_path_whatever_its_address(address: str, path: str) -> None:
    assert path_of(address) == path


def test_fields_end_where_schemas_go_round() -> None:
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
    fields = contract.fields(contract.operations[0].requests[0].schema)
    assert {"id", "items", "items.sku", "items.order.id"} <= fields.keys()
    assert contract.fields({"$ref": "#/components/schemas/Round"}) == {"": True}
    assert contract.fields({"$ref": "#/nowhere/at/all"}) == {"": True}


@pytest.mark.parametrize("step", ["²", "9" * 5000, "-1", "x", "2"])
def test_a_reference_into_a_list_that_has_no_such_item_leads_nowhere(step: str) -> None:
    contract = _posting({"$ref": f"#/components/x-list/{step}"}, components={"x-list": [{}, {}]})
    assert contract.resolve(contract.operations[0].requests[0].schema) == {}


def test_what_leads_out_is_named_and_never_followed() -> None:
    contract = _posting(
        {"properties": {"a": {"$ref": "https://example.com/a.json"}, "b": {"$ref": "file:///etc/passwd"}}}
    )
    assert remote_references(contract.document) == {"https://example.com/a.json", "file:///etc/passwd"}
    assert contract.fields(contract.operations[0].requests[0].schema) == {"": False, "a": True, "b": True}
    assert _faults(contract, {"a": 1}) == []


@pytest.mark.parametrize(
    ("version", "schema", "example", "expected"),
    [
        ("3.1.0", {"type": ["string", "null"]}, None, []),
        ("3.1.0", {"type": "string"}, None, ["string is expected, null is here"]),
        ("3.0.3", {"type": "string", "nullable": True}, None, []),
        ("3.0.3", {"type": "string", "enum": ["a"], "nullable": True}, None, []),
        ("3.0.3", {"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 1, ["1 is less than or equal to the minimum of 1"]),
        ("3.1.0", {"required": ["id"], "properties": {"id": {"readOnly": True}}}, {}, []),
        ("3.1.0", {"required": ["id"], "properties": {"id": {"writeOnly": True}}}, {}, ["`id` is required"]),
        ("3.1.0", {"type": "object", "additionalProperties": False}, {"x": 1}, ["Additional properties are not allowed ('x' was unexpected)"]),
        ("3.1.0", {"pattern": "^(a+)+$"}, "a" * 40 + "!", []),
        ("3.1.0", {"maxLength": 6}, "{six digits}", []),
        ("3.1.0", {"type": 7}, "x", []),
        ("3.1.0", True, "x", []),
        ("3.1.0", {"oneOf": [{"type": "string"}, {"minLength": 1}]}, "x", ["it fits several of the schemas of which it must fit one"]),
    ],
)  # fmt: skip
def test_an_example_is_held_against_its_schema(version: str, schema: Any, example: Any, expected: list[str]) -> None:
    contract = _posting(schema)
    old = Contract(**{**{name: getattr(contract, name) for name in contract.__dataclass_fields__}, "version": version})
    assert _faults(old, example) == expected


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "a contract is an object"),
        ({}, "neither `openapi` nor `asyncapi`"),
        ({"swagger": "2.0"}, "Swagger 2.0"),
        ({"openapi": "4.0.0"}, "`openapi: 4.0.0`"),
        ({"asyncapi": "1.2.0"}, "`asyncapi: 1.2.0`"),
    ],
)
def test_what_is_no_contract_is_said(document: Any, reason: str) -> None:
    with pytest.raises(ContractError, match=reason):
        read_contract(document)


@pytest.mark.parametrize(
    "document",
    [
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
def test_documents_full_of_nonsense_are_read(document: Any) -> None:
    contract = read_contract(document)
    assert contract.operations == () or contract.operations[0].requests == ()


@pytest.mark.corpora
@pytest.mark.skipif(
    not REAL, reason="the corpora are not on this machine; name their folder in INTEGRATION_SPECS_CORPORA"
)
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_a_real_contract_holds_for_a_spec_made_of_it(path: Path, tmp_path: Path) -> None:
    contract = read_contract(load(path, path.name, FOREIGN).data)
    assert contract.operations or contract.events
    endpoints = [
        {
            "id": f"call-{number}",
            "method": operation.method,
            "path": plain_template(operation.path).replace("{}", "{place}"),
            "description": "A call.",
            "request": {"example": operation.requests[0].example} if operation.requests else {},
        }
        for number, operation in enumerate(contract.operations[:200])
    ]
    events = [
        {"name": name, "when": "Then."} for name in {event.names[0]: 1 for event in contract.events if event.names}
    ]
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
