"""WireMock stub mappings, single or in a list, as its recorder writes them."""

import re
from collections.abc import Iterator
from typing import Any

from integration_specs.documents import load_raw

from . import LIMITS, Call, Message, Recording, items, mapping, read_body, read_headers, read_status

_URLS = ("url", "urlPath", "urlPathTemplate", "urlPattern", "urlPathPattern")
_PATTERN = re.compile(r"[^/]*[\[\](){}*+\\|^$][^/]*")


def matches(data: Any) -> bool:
    """Return whether this is a stub mapping or a list of them."""
    first = mapping(next(iter(_mappings(data)), None))
    return bool({*mapping(first.get("request"))} & {*_URLS}) and "response" in first


def calls(recording: Recording) -> Iterator[Call]:
    """Yield what each stub expects and answers; stubs for any method tell nothing and are skipped."""
    is_list = "mappings" in recording.data
    for index, stub in enumerate(map(mapping, _mappings(recording.data))):
        request, response = mapping(stub.get("request")), mapping(stub.get("response"))
        name = next((name for name in _URLS if isinstance(request.get(name), str)), "")
        method = str(request.get("method", "ANY")).upper()
        if name and method != "ANY":
            url = request[name]
            if name.endswith("Pattern"):  # a regular expression: each segment with operators becomes a placeholder
                url = _PATTERN.sub("{value}", re.sub(r"\[\^/\]", ".", url.strip("^$").replace("\\.", ".")))
            headers = read_headers(response.get("headers"))
            yield Call(
                method,
                url,
                _request(request),
                Message(headers, _body(recording, response, headers)),
                read_status(response.get("status", 200)),
                "",
                recording.place("mappings", index) if is_list else recording.place(),
            )


def _mappings(data: Any) -> list[Any]:
    return items(data["mappings"]) if isinstance(data, dict) and "mappings" in data else [data]


def _request(request: dict[str, Any]) -> Message:
    headers = read_headers(request.get("headers"))
    for pattern in map(mapping, items(request.get("bodyPatterns"))):
        for name in ("equalToJson", "equalTo"):
            if name in pattern:
                return Message(headers, read_body(pattern[name], headers))
    return Message(headers)


def _body(recording: Recording, response: dict[str, Any], headers: dict[str, str]) -> Any:
    if "jsonBody" in response:
        return response["jsonBody"]
    if isinstance(response.get("base64Body"), str):
        return read_body(response["base64Body"], headers, is_base64=True)
    name = response.get("bodyFileName")
    if isinstance(name, str) and re.fullmatch(r"[\w.-]+(/[\w.-]+)*", name) and ".." not in name:
        file = recording.path.parent.parent / "__files" / name
        return load_raw(file, file.name, LIMITS).data if file.is_file() else None
    return read_body(response.get("body"), headers)
