"""OpenAPI 3.1 documents of the endpoints that we use and the events that we receive, for mock servers, generators and gateways."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from integration_specs.contracts import normalize_template
from integration_specs.model import Endpoint, Event, Spec, known_text
from integration_specs.text.http_methods import METHODS
from integration_specs.text.names import slug, unique_name

from . import ExportError, ExportJob

_STANDARD_HEADERS = frozenset(["accept", "authorization", "content-type"])
_GRANTS = (
    ("clientCredentials", r"client[ _-]credentials?"),
    ("authorizationCode", r"authori[sz]ation[ _-]code"),
    ("password", r"password|resource owner"),
    ("implicit", r"implicit"),
)
_UNKNOWN_URL = "https://unknown.invalid/"


def export(job: ExportJob) -> dict[str, str]:
    """Return one JSON document for each spec. Raises `ExportError` if no spec has HTTP endpoints or webhooks."""
    files: dict[str, str] = {}
    for spec in job.specs:
        document = openapi(spec)
        if not document:
            reason = "none is an HTTP operation" if spec.endpoints else "it has no endpoints"
            job.report(f"{spec.id} is not exported: {reason}, and it receives no webhooks")
            continue
        files[f"{spec.id}.openapi.json"] = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        for line in document.get("x-omitted", ()):
            job.report(f"{spec.id}: omitted {line}")
    if job.specs and not files:
        raise ExportError("OpenAPI documents only describe HTTP endpoints and webhooks")
    return files


def openapi(spec: Spec) -> dict[str, Any]:
    """Return the OpenAPI document of a spec, empty if it has no operation; `x-omitted` lists the endpoints that it cannot express."""
    paths: dict[str, Any] = {}
    templates: dict[tuple[str, str], str] = {}
    operation_ids: set[str] = set()
    omitted: list[str] = []
    schemes, scheme_names = _security_schemes(spec)
    has_scopes = any("scopes" in endpoint.data for endpoint in spec.endpoints)  # otherwise each call may need all
    scopes = [] if has_scopes else [scope["name"] for scope in spec.section("authentication").get("scopes") or ()]
    for endpoint in spec.endpoints:
        path, method = _path(endpoint.path), endpoint.method.lower()
        if spec.type == "File" or endpoint.method not in METHODS[:8] or not path:
            omitted.append(f"{endpoint.label}: not an HTTP operation that OpenAPI 3.1 knows")
            continue
        known = templates.setdefault((method, normalize_template(path)), path)
        if known != path:
            omitted.append(f"{endpoint.label}: OpenAPI does not allow it beside {endpoint.method} {known}")
            continue
        operation = _operation(endpoint, path, scheme_names, operation_ids)
        known_operation = paths.setdefault(path, {}).setdefault(method, operation)
        if known_operation is not operation:
            _merge(known_operation, operation)
    webhooks = {event.name: {"post": _webhook(event, operation_ids)} for event in spec.events if not event.sent}
    if not paths and not webhooks:
        return {}
    found: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": spec.title,
            "version": known_text(spec.section("api_version").get("pinned")) or "unversioned",
            "description": known_text(spec.section("purpose").get("why")) or f"What we use of {spec.system}.",
            **_contact(known_text(spec.section("vendor").get("support"))),
        },
        "externalDocs": {"url": docs} if (docs := known_text(spec.section("vendor").get("docs"))) else {},
        "servers": _servers(spec) if spec.type != "Webhook" else [],  # those of a receiver are our own
        "paths": paths,
        "webhooks": webhooks,
        "components": {"securitySchemes": schemes} if schemes else {},
        "security": [_requirement(scheme_names, scopes)] if schemes else [],
        "x-omitted": omitted,
    }
    return {key: value for key, value in found.items() if value or key == "paths"}


def _contact(support: str) -> dict[str, Any]:
    if re.fullmatch(r"https?://\S+", support):
        return {"contact": {"url": support}}
    return {"contact": {"email": support}} if re.fullmatch(r"[^\s@]+@[^\s@]+", support) else {}


def _servers(spec: Spec) -> list[dict[str, str]]:
    return [
        {"url": address.rstrip("/"), "description": str(each["name"])}
        for each in spec.data.get("environments", ())
        if re.fullmatch(r"https?://[^\s{}`<>\"]+", address := str(each.get("base_url", "")))
    ]


def _path(text: str) -> str:
    """Return the path of an endpoint in OpenAPI's notation; empty if it is not a path."""
    path = re.split(r"[?#]", text, maxsplit=1)[0]
    path = re.sub(r"(?<=/):([A-Za-z_]\w*)", r"{\1}", path)
    without_parameters = re.sub(r"\{[^{}/]+\}", "", path)
    if not path.startswith("/") or re.search(r"\s", path) or set("{}") & set(without_parameters):
        return ""
    names: list[str] = []

    def with_unique_name(match: re.Match[str]) -> str:
        names.append(unique_name(match[1], names, ""))
        return f"{{{names[-1]}}}"

    return re.sub(r"\{([^{}/]+)\}", with_unique_name, path)


def _operation(endpoint: Endpoint, path: str, scheme_names: list[str], operation_ids: set[str]) -> dict[str, Any]:
    data = endpoint.data
    query = endpoint.path.partition("?")[2].partition("#")[0]
    idempotency = data.get("idempotency", {})
    values = {each["name"]: known_text(each.get("value")) for each in data.get("request", {}).get("headers", ())}
    headers = {name.lower(): name for name in filter(None, (idempotency.get("header"), *values))}
    named = [("path", name) for name in re.findall(r"\{([^}]+)\}", path)]
    named += [("query", name) for name in dict.fromkeys(name for name, _ in parse_qsl(query, keep_blank_values=True))]
    named += [("header", name) for lower, name in headers.items() if lower not in _STANDARD_HEADERS]
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}} for place, name in named
    ]
    for each in parameters:
        if each["in"] == "header" and (value := values.get(each["name"], "")) and not re.search("[{<*]", value):
            each["schema"]["default"] = value
        if each["name"] == idempotency.get("header") and (note := known_text(idempotency.get("note"))):
            each["description"] = note
    found: dict[str, Any] = {
        "operationId": _operation_id(endpoint.key, operation_ids),
        "summary": known_text(data.get("description")),
        "description": known_text(data.get("notes")),
        "parameters": parameters,
        "requestBody": _body(data.get("request", {}), endpoint.key),
        "responses": _responses(endpoint),
        "security": [_requirement(scheme_names, data["scopes"])]
        if "scopes" in data and "oauth2" in scheme_names
        else [],
    }
    return {key: value for key, value in found.items() if value or key == "responses"}


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    response = endpoint.data.get("response", {})
    success = {"description": "Successful response.", **_body(response, endpoint.key)}
    found = {str(response.get("status", 200 if "content" in success else "default")): success}
    for error in endpoint.data.get("errors", ()):
        status = "default" if error["on"] == "any other" else str(error["on"]).upper()
        if re.fullmatch(r"[1-5](XX|[0-9][0-9])|default", status):
            text = " ".join(known_text(error.get(part)).strip() for part in ("meaning", "action")).strip()
            found.setdefault(status, {"description": text or "Error."})
    return found


def _body(message: dict[str, Any], key: str) -> dict[str, Any]:
    if "example" not in message:
        return {}
    example = message["example"]
    kind = str(message.get("content_type", "text/plain" if isinstance(example, str) else "application/json"))
    kind = kind if re.fullmatch(r"[\w.+-]+/[\w.+*-]+(\s*;.*)?", kind) else "application/octet-stream"
    return {"content": {kind: {"schema": _schema(example), "examples": {slug(key): {"value": example}}}}}


def _merge(known: dict[str, Any], other: dict[str, Any]) -> None:
    """Add the examples and responses of another kind of message with the same method and path."""
    known["summary"] = "; ".join(filter(None, (known.get("summary"), other.get("summary"))))
    names = {(each["in"], each["name"].lower()) for each in known.get("parameters", ())}
    known["parameters"] = [
        *known.get("parameters", ()),
        *(each for each in other.get("parameters", ()) if (each["in"], each["name"].lower()) not in names),
    ]
    if "requestBody" in other:
        _merge_content(known.setdefault("requestBody", {"content": {}}), other["requestBody"])
    for status, response in other["responses"].items():
        if status != "default" or "content" in response:
            _merge_content(known["responses"].setdefault(status, {"description": response["description"]}), response)


def _merge_content(known: dict[str, Any], other: dict[str, Any]) -> None:
    for kind, media in other.get("content", {}).items():
        mine = known.setdefault("content", {}).setdefault(kind, {"schema": {}, "examples": {}})
        mine["examples"] |= media["examples"]
        mine["schema"] = {"anyOf": [mine["schema"], media["schema"]]} if mine["schema"] else media["schema"]


def _schema(example: Any) -> dict[str, Any]:
    """Return a schema of types and names for an example, in which nothing is required."""
    if isinstance(example, dict):
        return {"type": "object", "properties": {key: _schema(value) for key, value in example.items()}}
    if isinstance(example, list):
        return {"type": "array", "items": _schema(example[0]) if len(example) == 1 else {}}
    names = {bool: "boolean", int: "number", float: "number", str: "string"}
    return {"type": names[type(example)]} if example is not None else {}


def _webhook(event: Event, operation_ids: set[str]) -> dict[str, Any]:
    payload = event.data.get("payload", {})
    return {
        "operationId": _operation_id(f"on {event.name}", operation_ids),
        "summary": known_text(event.data.get("when")) or event.name,
        **({"requestBody": body} if (body := _body(payload, event.name)) else {}),
        "responses": {"200": {"description": "Received."}},
    }


def _operation_id(text: str, used: set[str]) -> str:
    name = unique_name(slug(text), used)
    used.add(name)
    return name


def _requirement(scheme_names: list[str], scopes: list[str]) -> dict[str, list[str]]:
    return {name: scopes if name == "oauth2" else [] for name in scheme_names}


def _security_schemes(spec: Spec) -> tuple[dict[str, Any], list[str]]:
    """Return the security schemes, and the names of those that every operation requires together."""
    section = spec.section("authentication")
    mechanism = known_text(section.get("mechanism"))
    found: dict[str, Any] = {}
    for name, value in spec.request_headers:
        first, words = name.lower(), value.lower()
        if first == "authorization" and re.search(r"\boauth ?2|\boauth 2\.0", mechanism, re.IGNORECASE):
            found["oauth2"] = {"type": "oauth2", "flows": _flows(section, mechanism)}
        elif first == "authorization" and ("bearer" in words or "basic" in words):
            scheme = "bearer" if "bearer" in words else "basic"
            found[scheme] = {"type": "http", "scheme": scheme}
        elif first != "cookie" and value:
            found[unique_name("api-key", found)] = {"type": "apiKey", "in": "header", "name": name}
    return found, list(found)


def _flows(section: dict[str, Any], mechanism: str) -> dict[str, Any]:
    """Return the OAuth 2 flows that the mechanism names, with the URLs that the section contains."""
    text = " ".join(str(section.get(name, "")) for name in ("mechanism", "secret_storage"))
    urls = [url.rstrip(".,;") for url in re.findall(r"https://[^\s`)<>\"{}]+", text)]
    token = next((url for url in urls if "token" in url), "") or next(iter(urls), f"{_UNKNOWN_URL}token")
    authorize = next((url for url in urls if "auth" in url and url != token), f"{_UNKNOWN_URL}authorize")
    scopes = {scope["name"]: known_text(scope.get("reason")) for scope in section.get("scopes") or []}
    grants = [grant for grant, pattern in _GRANTS if re.search(pattern, mechanism, re.IGNORECASE)]
    flows: dict[str, Any] = {}
    for grant in grants or ["clientCredentials"]:
        flows[grant] = {"scopes": scopes}
        flows[grant] |= {"tokenUrl": token} if grant != "implicit" else {}
        flows[grant] |= {"authorizationUrl": authorize} if grant in ("authorizationCode", "implicit") else {}
    return flows
