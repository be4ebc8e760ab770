"""What we use of a system as an OpenAPI 3.1 document: the calls with their examples, and the events that we receive."""

import re
from typing import Any
from urllib.parse import parse_qsl

from integration_specs.model import Endpoint, Event, Spec, is_unknown
from integration_specs.text.names import slug, unique_name

_VERBS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_OWN_HEADERS = frozenset(["accept", "authorization", "content-type"])


def document(spec: Spec) -> dict[str, Any]:
    """An OpenAPI document; `x-not-http` names the calls that it cannot say."""
    schemes, needs = _security(spec)
    paths: dict[str, Any] = {}
    shapes: dict[str, str] = {}
    taken: set[str] = set()
    left: list[str] = []
    for endpoint in spec.endpoints:
        path = _path(endpoint.path)
        if spec.type == "File" or endpoint.method.lower() not in _VERBS or not path:
            left.append(endpoint.label)
            continue
        # Two paths that differ in the names of their places only are one path.
        path = shapes.setdefault(re.sub(r"\{[^}]*\}", "{}", path), path)
        item = paths.setdefault(path, {})
        verb = endpoint.method.lower()
        if verb in item:
            _merge(item[verb], _operation(endpoint, path, taken))
        else:
            item[verb] = _operation(endpoint, path, taken)
    found: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": spec.title,
            "version": _known(spec.section("api_version").get("pinned")) or "unversioned",
            "description": _known(spec.section("purpose").get("why")) or f"What we use of {spec.system}.",
        },
        "servers": _servers(spec),
        "paths": paths,
        "webhooks": {event.name: {"post": _webhook(event, taken)} for event in spec.events if not event.sent},
        "components": {"securitySchemes": schemes},
        "security": needs,
        "x-not-http": left,
    }
    return {key: value for key, value in found.items() if value or key in ("openapi", "info", "paths")}


def _known(value: Any) -> str:
    return str(value) if value and not is_unknown(value) else ""


def _servers(spec: Spec) -> list[dict[str, str]]:
    return [
        {"url": address.rstrip("/"), "description": str(each["name"])}
        for each in spec.data.get("environments", ())
        if re.fullmatch(r"https?://[^\s{}`<>\"]+", address := str(each.get("base_url", "")))
    ]


def _path(text: str) -> str:
    """The path of a call as OpenAPI writes it; empty when it is no path."""
    path = re.split(r"[?#]", text, maxsplit=1)[0]
    path = re.sub(r"(?<=/):([A-Za-z_]\w*)", r"{\1}", path)
    if (
        not path.startswith("/")
        or re.search(r"\s", path)
        or re.sub(r"\{[^{}/]+\}", "", path).strip("{}") != re.sub(r"\{[^{}/]+\}", "", path)
    ):
        return ""
    names: list[str] = []

    def named(match: re.Match[str]) -> str:
        names.append(unique_name(match[1], names, ""))
        return f"{{{names[-1]}}}"

    return re.sub(r"\{([^{}/]+)\}", named, path)


def _operation(endpoint: Endpoint, path: str, taken: set[str]) -> dict[str, Any]:
    data = endpoint.data
    query = endpoint.path.partition("?")[2].partition("#")[0]
    headers = {each["name"].lower(): each["name"] for each in data.get("request", {}).get("headers", ())}
    named = [("path", name) for name in re.findall(r"\{([^}]+)\}", path)]
    named += [("query", name) for name in dict.fromkeys(name for name, _ in parse_qsl(query, keep_blank_values=True))]
    named += [("header", name) for lower, name in headers.items() if lower not in _OWN_HEADERS]
    parameters = [
        {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}} for place, name in named
    ]
    found: dict[str, Any] = {
        "operationId": _unique(endpoint.key, taken),
        "summary": _known(data.get("description")),
        "description": _known(data.get("notes")),
        "parameters": parameters,
        "requestBody": _body(data.get("request", {}), endpoint.key),
        "responses": _responses(endpoint),
    }
    return {key: value for key, value in found.items() if value or key == "responses"}


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    response = endpoint.data.get("response", {})
    answer = {"description": "The usual answer.", **_body(response, endpoint.key)}
    found = {str(response.get("status", 200 if answer.keys() - {"description"} else "default")): answer}
    for error in endpoint.data.get("errors", ()):
        status = str(error["on"]).upper()
        if re.fullmatch(r"[1-5](XX|[0-9][0-9])", status):
            text = " ".join(_known(error.get(part)).strip() for part in ("meaning", "action")).strip()
            found.setdefault(status, {"description": text or "An error."})
    return found


def _body(message: dict[str, Any], key: str) -> dict[str, Any]:
    if "example" not in message:
        return {}
    example = message["example"]
    kind = str(message.get("content_type", "text/plain" if isinstance(example, str) else "application/json"))
    kind = kind if re.fullmatch(r"[\w.+-]+/[\w.+*-]+(\s*;.*)?", kind) else "application/octet-stream"
    return {"content": {kind: {"schema": _schema(example), "examples": {slug(key): {"value": example}}}}}


def _merge(known: dict[str, Any], other: dict[str, Any]) -> None:
    """A second kind of message under one method and path: its examples and answers join those of the first."""
    known["summary"] = "; ".join(filter(None, (known.get("summary"), other.get("summary"))))
    names = {(each["in"], each["name"].lower()) for each in known.get("parameters", ())}
    known["parameters"] = [
        *known.get("parameters", ()),
        *(each for each in other.get("parameters", ()) if (each["in"], each["name"].lower()) not in names),
    ]
    if "requestBody" in other:
        _merge_content(known.setdefault("requestBody", {"content": {}}), other["requestBody"])
    for status, answer in other["responses"].items():
        if status == "default" and "content" not in answer:
            continue
        _merge_content(known["responses"].setdefault(status, {"description": answer["description"]}), answer)


def _merge_content(known: dict[str, Any], other: dict[str, Any]) -> None:
    for kind, media in other.get("content", {}).items():
        mine = known.setdefault("content", {}).setdefault(kind, {"schema": {}, "examples": {}})
        mine["examples"] |= media["examples"]
        mine["schema"] = {"anyOf": [mine["schema"], media["schema"]]} if mine["schema"] else media["schema"]


def _schema(example: Any) -> dict[str, Any]:
    """What one example shows of its shape: types and names, nothing required."""
    match example:
        case None:
            return {}
        case bool():
            return {"type": "boolean"}
        case int() | float():
            return {"type": "number"}
        case str():
            return {"type": "string"}
        case list():
            return {"type": "array", "items": _schema(example[0]) if len(example) == 1 else {}}
    return {"type": "object", "properties": {key: _schema(value) for key, value in example.items()}}


def _webhook(event: Event, taken: set[str]) -> dict[str, Any]:
    payload = event.data.get("payload", {})
    return {
        "operationId": _unique(f"on {event.name}", taken),
        "summary": _known(event.data.get("when")) or event.name,
        **({"requestBody": body} if (body := _body(payload, event.name)) else {}),
        "responses": {"200": {"description": "Received."}},
    }


def _unique(text: str, taken: set[str]) -> str:
    name = unique_name(slug(text), taken)
    taken.add(name)
    return name


def _security(spec: Spec) -> tuple[dict[str, Any], list[dict[str, list[str]]]]:
    header = str(spec.section("authentication").get("header", ""))
    name, _, value = header.partition(":")
    words = value.lower()
    if name.strip().lower() == "authorization" and ("bearer" in words or "basic" in words):
        return {"auth": {"type": "http", "scheme": "bearer" if "bearer" in words else "basic"}}, [{"auth": []}]
    if re.fullmatch(r"[A-Za-z0-9_-]+", name.strip()) and value:
        return {"auth": {"type": "apiKey", "in": "header", "name": name.strip()}}, [{"auth": []}]
    return {}, []
