"""Pact contracts, version 1 to 4: HTTP interactions and messages."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from . import Call, Message, Recording, items, mapping, read_body, read_headers, read_status


def matches(data: Any) -> bool:
    """Return whether this is a Pact contract."""
    return (
        isinstance(data, dict)
        and "consumer" in data
        and "provider" in data
        and bool({"interactions", "messages"} & {*data})
    )


def calls(recording: Recording) -> Iterator[Call]:
    """Yield the interactions and messages of the contract."""
    provider = str(mapping(recording.data["provider"]).get("name", ""))
    for name in ("interactions", "messages"):
        for index, interaction in enumerate(map(mapping, items(recording.data.get(name)))):
            place = recording.place(name, index)
            if isinstance(interaction.get("request"), dict) and "path" in interaction["request"]:
                yield _call(interaction["request"], mapping(interaction.get("response")), place, provider)
            elif "contents" in interaction:
                metadata = read_headers(interaction.get("metaData", interaction.get("metadata")))
                event = {"x-description": str(interaction.get("description", ""))}
                message = Message({**event, **metadata}, _body(interaction["contents"], metadata))
                yield Call("", "", message, Message(), 0, "", place, provider)


def _call(request: dict[str, Any], response: dict[str, Any], place: str, provider: str) -> Call:
    query = request.get("query", "")
    if isinstance(query, dict):
        query = urlencode(query, doseq=True)
    return Call(
        str(request.get("method", "get")).upper(),
        f"{request['path']}?{query}" if query else str(request["path"]),
        _message(request),
        _message(response),
        read_status(response.get("status", 200)),
        "",
        place,
        provider,
    )


def _message(message: dict[str, Any]) -> Message:
    headers = read_headers(message.get("headers"))
    return Message(headers, _body(message.get("body"), headers))


def _body(body: Any, headers: dict[str, str]) -> Any:
    """Return the body itself; version 4 wraps it with its content type and encoding."""
    if (
        isinstance(body, dict)
        and "content" in body
        and {*body} <= {"content", "contentType", "contentTypeHint", "encoded"}
    ):
        headers.setdefault("content-type", str(body.get("contentType", "application/json")))
        return read_body(body["content"], headers, is_base64=str(body.get("encoded")).lower() in ("base64", "true"))
    return body
