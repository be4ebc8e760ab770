"""HTTP Archive (HAR) 1.1 to 1.3, as browsers, proxies, Postman and Bruno write it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from . import Call, Message, Recording, items, mapping, read_body, read_headers, read_status


def matches(data: Any) -> bool:
    """Return whether this is a HAR file."""
    return isinstance(data, dict) and isinstance(mapping(data.get("log")).get("entries"), list)


def calls(recording: Recording) -> Iterator[Call]:
    """Yield the entries of the log."""
    for index, entry in enumerate(recording.data["log"]["entries"]):
        request, response = mapping(mapping(entry).get("request")), mapping(mapping(entry).get("response"))
        if isinstance(request.get("url"), str):
            content = mapping(response.get("content"))
            headers = read_headers(response.get("headers"))
            if isinstance(content.get("mimeType"), str):
                headers.setdefault("content-type", content["mimeType"])
            body = read_body(content.get("text"), headers, is_base64=content.get("encoding") == "base64")
            yield Call(
                str(request.get("method", "")).upper(),
                request["url"],
                _request(request),
                Message(headers, body),
                read_status(response.get("status")),
                str(entry.get("startedDateTime", ""))[:10],
                recording.place("log", "entries", index),
            )


def _request(request: dict[str, Any]) -> Message:
    headers, data = read_headers(request.get("headers")), mapping(request.get("postData"))
    if isinstance(data.get("mimeType"), str):
        headers.setdefault("content-type", data["mimeType"])
    body = read_body(data.get("text"), headers)
    if body is None and (parameters := items(data.get("params"))):
        pairs = [(each.get("name", ""), each.get("value", "")) for each in map(mapping, parameters)]
        body = urlencode(pairs)
    return Message(headers, body)
