"""Cassettes of vcrpy, pytest-recording, betamax and Ruby's VCR, in YAML or JSON."""

from collections.abc import Iterator
from typing import Any

from . import Call, Message, Recording, items, mapping, read_body, read_headers, read_status

_LISTS = ("interactions", "http_interactions")


def matches(data: Any) -> bool:
    """Return whether this is a cassette: its interactions have a request with a URI."""
    name, interactions = _interactions(data)
    return bool(name) and all("uri" in mapping(mapping(each).get("request")) for each in interactions[:1])


def calls(recording: Recording) -> Iterator[Call]:
    """Yield the interactions of the cassette."""
    name, interactions = _interactions(recording.data)
    for index, interaction in enumerate(map(mapping, interactions)):
        request, response = mapping(interaction.get("request")), mapping(interaction.get("response"))
        if isinstance(request.get("uri"), str):
            status = response.get("status", response.get("status_code"))
            yield Call(
                str(request.get("method", "")).upper(),
                request["uri"],
                _message(request),
                _message(response),
                read_status(mapping(status).get("code", status)),
                _day(interaction, response),
                recording.place(name, index),
            )


def _interactions(data: Any) -> tuple[str, list[Any]]:
    return next(((name, items(data[name])) for name in _LISTS if isinstance(data, dict) and name in data), ("", []))


def _message(message: dict[str, Any]) -> Message:
    headers = read_headers(message.get("headers"))
    if "parsed_body" in message:  # a common serializer for readable cassettes
        return Message(headers, message["parsed_body"])
    body = message.get("body", message.get("content"))
    encoded = isinstance(body, dict) and "base64_string" in body
    if isinstance(body, dict) and (encoded or "string" in body):
        body = body["base64_string" if encoded else "string"]
    return Message(headers, read_body(body, headers, is_base64=encoded))


def _day(interaction: dict[str, Any], response: dict[str, Any]) -> str:
    if isinstance(recorded := interaction.get("recorded_at"), str) and recorded[:4].isdigit():
        return recorded[:10]
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(read_headers(response.get("headers"))["date"]).date().isoformat()
    except (KeyError, ValueError):
        return ""
