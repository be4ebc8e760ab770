"""A large document of another format, the same every time."""

import json
from pathlib import Path
from typing import Any


def write_openapi(path: Path, size: int) -> int:
    """Write an OpenAPI document of at least `size` bytes; returns how many it has."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for number in range(size // 3_300):
        name = f"Order{number}"
        fields = {
            f"field_{each}": {"type": "string", "description": f"Part {each} of {name}.", "example": f"v{each}"}
            for each in range(12)
        }
        schemas[name] = {"type": "object", "required": ["field_0"], "properties": fields}
        body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
        paths[f"/orders{number}/{{id}}"] = {
            method: {
                "operationId": f"{method}{name}",
                "summary": f"{method} an order of kind {number}",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "requestBody": body,
                "responses": {"200": {"description": "Done", **body}, "404": {"description": "There is none"}},
            }
            for method in ("put", "post")
        }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": "1"},
        "servers": [{"url": "https://api.example.com/v1"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }
    text = json.dumps(document, indent=1)
    path.write_text(text, encoding="utf-8")
    return len(text)
