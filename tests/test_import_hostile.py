"""References and values that lead nowhere sensible: every importer gives a valid spec or located findings."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from import_cases import outcome

TARGETS = ("#", "#/paths", "#/info/title", "#/a/b", "document.json")
VALUES: tuple[Any, ...] = (None, "text", "\x00\u200b", 1e308, "a\n" * 300, "http://[", [], {}, [[]], {"a": 1})
DOCUMENTS: dict[str, dict[str, Any]] = {
    "openapi": {
        "openapi": "3.1.0",
        "info": {"title": "A", "version": "1", "contact": {"email": "a@a.example"}},
        "servers": [{"url": "https://{a}.example", "variables": {"a": {"default": "x", "enum": ["x"]}}}],
        "security": [{"key": []}],
        "tags": [{"name": "t"}],
        "components": {"securitySchemes": {"key": {"type": "oauth2", "flows": {"implicit": {"scopes": {"a": "b"}}}}}},
        "webhooks": {"w": {"post": {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}}},
        "paths": {
            "/a/{b}": {
                "parameters": [{"name": "b", "in": "path", "schema": {"type": "string", "enum": ["x"]}}],
                "post": {
                    "tags": ["t"],
                    "servers": [{"url": "/x"}],
                    "requestBody": {"content": {"application/json": {"examples": {"e": {"value": {"a": 1}}}}}},
                    "callbacks": {"c": {"{$url}": {"post": {"responses": {"200": {"description": "d"}}}}}},
                    "responses": {
                        "200": {
                            "headers": {"H": {"description": "h"}},
                            "content": {"application/json": {"schema": {"allOf": [{"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}}]}}},
                        }
                    },
                },
            }
        },
    },
    "asyncapi": {
        "asyncapi": "3.0.0",
        "info": {"title": "A", "version": "1"},
        "servers": {"s": {"host": "h", "protocol": "kafka", "security": [{"type": "oauth2", "scopes": ["a"]}], "bindings": {"kafka": {}}}},
        "channels": {"c": {"address": "a/{p}", "parameters": {"p": {"enum": ["x"]}}, "messages": {"m": {"payload": {"type": "object"}, "headers": {"properties": {"x-signature": {}}}}}}},
        "operations": {"o": {"action": "send", "channel": {"$ref": "#/channels/c"}, "traits": [{"summary": "s"}], "reply": {"address": {"location": "l"}, "channel": {"$ref": "#/channels/c"}}}},
    },
    "postman": {
        "info": {"name": "A", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "auth": {"type": "basic", "basic": [{"key": "password", "value": "p"}]},
        "variable": [{"key": "base", "value": "https://a.example"}],
        "event": [{"listen": "test"}],
        "item": [{"name": "f", "item": [{"name": "r", "request": {"method": "POST", "url": {"raw": "{{base}}/x?y=1", "host": ["{{base}}"], "path": ["x"], "query": [{"key": "y", "value": "1"}]}, "header": [{"key": "A", "value": "b"}], "body": {"mode": "raw", "raw": "{}"}}, "response": [{"code": 200, "body": "{}", "header": []}]}]}],
    },
}  # fmt: skip


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place] + [deeper for key, each in inner for deeper in _places(each, (*place, key))]


def _replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = _replaced(value[place[0]], place[1:], new)
    return copy


@pytest.mark.parametrize("format_", DOCUMENTS)
def test_any_value_may_be_anything(format_: str, tmp_path: Path) -> None:
    """Each value in turn becomes a reference to the root, to itself, to a scalar or elsewhere, or a value of another type."""
    document = DOCUMENTS[format_]
    path = tmp_path / "document.json"
    replacements = [*({"$ref": target} for target in TARGETS), *VALUES]
    for place, new in itertools.product(_places(document), replacements):
        if place:
            path.write_text(json.dumps(_replaced(document, place, new)))
            spec, report = outcome(format_, path)
            assert spec or report


@pytest.mark.parametrize("format_", DOCUMENTS)
def test_any_value_may_refer_to_itself(format_: str, tmp_path: Path) -> None:
    document = DOCUMENTS[format_]
    path = tmp_path / "document.json"
    for place in _places(document):
        if place:
            pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)
            path.write_text(json.dumps(_replaced(document, place, {"$ref": f"#{pointer}"})))
            spec, report = outcome(format_, path)
            assert spec or report
