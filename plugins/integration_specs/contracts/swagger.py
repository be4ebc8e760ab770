"""Swagger 2.0 documents in the form of OpenAPI 3.0, so that nothing else needs to know version 2.

Schemas stay where they are (`definitions`), and so do the positions of everything that both versions have.
"""

from collections.abc import Iterable
from functools import reduce
from operator import getitem
from typing import Any

from integration_specs.documents.pointers import pointer_steps
from integration_specs.text.http_methods import METHODS

_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_NOT_SCHEMA = {"name", "in", "required", "description", "allowEmptyValue", "collectionFormat"}


def to_openapi(data: Any) -> Any:
    """Return the OpenAPI 3.0 form of a Swagger 2.0 document without its malformed parts; any other document unchanged."""
    if not isinstance(data, dict) or not str(data.get("swagger")).startswith("2"):
        return data
    converter = _Converter(data)
    security = {name: _security_scheme(_dict(each)) for name, each in _dict(data.get("securityDefinitions")).items()}
    return data | {
        "openapi": "3.0.3",
        "servers": _servers(data),
        "paths": {path: converter.path_item(item) for path, item in _dict(data.get("paths")).items()},
        "parameters": {name: _parameter(_dict(each)) for name, each in _dict(data.get("parameters")).items()},
        "responses": {
            name: converter.response(each, data.get("produces")) for name, each in _dict(data.get("responses")).items()
        },
        "components": {"securitySchemes": security},
    }


class _Converter:
    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    def path_item(self, item: Any) -> Any:
        """Return a path item with converted operations; a `$ref` or another value unchanged."""
        if not isinstance(item, dict):
            return item
        shared = [self._resolved(each) for each in _list(item.get("parameters"))]
        converted = item | {"parameters": [_parameter(each) for each in shared if each.get("in") not in _BODY]}
        for name, operation in item.items():
            if name.upper() in METHODS and isinstance(operation, dict) and "$ref" not in operation:
                converted[name] = self._operation(operation, shared)
        return converted

    def _operation(self, operation: dict[str, Any], shared: list[dict[str, Any]]) -> dict[str, Any]:
        own = [self._resolved(each) for each in _list(operation.get("parameters"))]
        body = self._request_body([*own, *shared], operation.get("consumes", self._data.get("consumes")))
        produces = operation.get("produces", self._data.get("produces"))
        responses = {
            status: self.response(each, produces) for status, each in _dict(operation.get("responses")).items()
        }
        parameters = [_parameter(each) for each in own if each.get("in") not in _BODY]
        converted = {key: value for key, value in operation.items() if key not in ("consumes", "produces", "schemes")}
        return converted | {"parameters": parameters, "responses": responses} | ({"requestBody": body} if body else {})

    def _request_body(self, parameters: list[dict[str, Any]], consumes: Any) -> dict[str, Any]:
        types = [each for each in _list(consumes) if isinstance(each, str)]
        if body := next((each for each in parameters if each.get("in") == "body"), None):
            media = {"schema": body.get("schema", {})}
            kept = {key: body[key] for key in ("description", "required") if key in body}
            return kept | {"content": dict.fromkeys(types or ["application/json"], media)}
        forms = [each for each in parameters if each.get("in") == "formData" and isinstance(each.get("name"), str)]
        fields = {each["name"]: each for each in reversed(forms)}
        if not fields:
            return {}
        has_file = any(each.get("type") == "file" for each in fields.values())
        schema = {
            "type": "object",
            "properties": {name: _schema(each) for name, each in reversed(fields.items())},
            "required": [name for name, each in fields.items() if each.get("required") is True],
        }
        accepted = [each for each in types if each in (_FORM, _MULTIPART)]
        return {"content": {name: {"schema": schema} for name in accepted or [_MULTIPART if has_file else _FORM]}}

    def response(self, response: Any, produces: Any) -> Any:
        """Return a response with its schema and examples by content type; a `$ref` or another value unchanged."""
        if not isinstance(response, dict) or "$ref" in response:
            return response
        examples = _dict(response.get("examples"))
        schema = _dict(response.get("schema"))
        if not (schema or examples):
            return response
        types = [*(each for each in _list(produces) if isinstance(each, str)), *examples] or ["application/json"]
        media = {"schema": {"type": "string", "format": "binary"} if schema.get("type") == "file" else schema}
        content = {name: media | ({"example": examples[name]} if name in examples else {}) for name in types}
        return response | {"content": content}

    def _resolved(self, parameter: Any) -> dict[str, Any]:
        """Return a parameter, with a reference inside the document followed."""
        reference = _dict(parameter).get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return _dict(parameter)
        try:
            return _dict(reduce(getitem, pointer_steps(reference), self._data))
        except (KeyError, TypeError):
            return _dict(parameter)


_BODY = ("body", "formData")


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in parameter or parameter.get("in") in _BODY:
        return parameter
    return {key: each for key, each in parameter.items() if key in _NOT_SCHEMA} | {"schema": _schema(parameter)}


def _schema(parameter: dict[str, Any]) -> dict[str, Any]:
    if parameter.get("type") == "file":
        return {"type": "string", "format": "binary"}
    return {key: each for key, each in parameter.items() if key not in _NOT_SCHEMA}


def _security_scheme(scheme: dict[str, Any]) -> dict[str, Any]:
    if scheme.get("type") == "basic":
        return scheme | {"type": "http", "scheme": "basic"}
    if scheme.get("type") == "oauth2":
        name = str(scheme.get("flow"))
        flow = {key: scheme[key] for key in ("authorizationUrl", "tokenUrl", "scopes") if key in scheme}
        return scheme | {"flows": {_FLOWS.get(name, name): flow}}
    return scheme


def _servers(data: dict[str, Any]) -> list[dict[str, str]]:
    host, path = data.get("host"), str(data.get("basePath") or "")
    if not isinstance(host, str):
        return [{"url": path}] if path else []
    schemes: Iterable[Any] = _list(data.get("schemes")) or ["https"]
    return [{"url": f"{scheme}://{host}{path}"} for scheme in schemes]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
