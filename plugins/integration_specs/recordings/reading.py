"""Reads HAR files, cassettes of vcrpy, betamax and VCR, Pact contracts and WireMock mappings.

All of them are lists of requests and responses that differ in the names of fields and in the notation of headers and bodies.
"""

import base64
import binascii
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from integration_specs.documents import VENDOR, Pointer, RawDocument, load_raw
from integration_specs.files import is_folder
from integration_specs.findings import Finding
from integration_specs.text.json_text import read_json

from . import RULES, Call, Message, day_of

_LIMITS = replace(VENDOR, any_root=True, binary=True)
_SUFFIXES = (".har", ".json", ".yaml", ".yml")
_LISTS = ("interactions", "http_interactions", "messages", "mappings")
_NAMES = re.compile("request|interactions|messages|mappings|entries")
_URLS = ("url", "uri", "path", "urlPath", "urlPathTemplate", "urlPattern", "urlPathPattern")
_BODIES = ("parsed_body", "jsonBody", "base64Body", "body", "content", "contents", "postData")
_WRAPPED = ("base64_string", "string", "text", "content")
"""Keys of the text in a body with an encoding or a content type."""
_OPERATORS = re.compile(r"[^/]*[\[\](){}*+\\|^$][^/]*")
_BASE64 = ("H4sI", "eyJ", "ewo", "W3s")
"""How a gzip header and JSON begin in base64, as which libraries write bytes."""
_MAX_BODY = 8 << 20


def find_files(path: Path) -> Iterator[Path]:
    """Yield `path`, or the files below it that may be recordings, sorted; symbolic links are not followed."""
    if not is_folder(path):
        yield path
        return
    for folder, names, files in os.walk(path):
        names.sort()
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(_SUFFIXES) and name[0] != ".")


def read(path: Path, shown: str) -> tuple[list[Call], list[Finding]]:
    """Return the calls in one file, and why it cannot be read if there are none because of an error."""
    document = load_raw(path, shown, _LIMITS)
    rule = RULES["recording-format"]
    unknown = rule.finding("this is not a recording of a known format", shown, help=rule.good)
    if document.data is None:
        errors = [finding for finding in document.findings if finding.level == "error"]
        is_read = document.text or errors[0].rule == "yaml-empty"
        is_other = is_read and not _NAMES.search(document.text)
        return [], [unknown, *errors] if is_other else errors
    data = _mapping(document.data)
    known: dict[Pointer, Any] = {(name,): data.get(name) for name in _LISTS}
    known["log", "entries"] = _mapping(data.get("log")).get("entries")
    lists = {pointer: each for pointer, each in known.items() if isinstance(each, list)}
    rows: list[tuple[Pointer, dict[str, Any]]] = [
        ((*pointer, index), _mapping(row)) for pointer, each in lists.items() for index, row in enumerate(each)
    ]
    rows = rows or ([((), data)] if "request" in data else [])
    provider = str(_mapping(data.get("provider")).get("name", ""))
    calls = [call for pointer, row in rows if (call := _call(row, _place(document, pointer), provider, path))]
    is_recording = bool(calls) or (bool(lists) and not rows)
    return calls, [] if is_recording else [unknown]


def _place(document: RawDocument, pointer: Pointer) -> str:
    """Return the file and line of a call, or its number if the file is one line."""
    if "\n" in document.text.rstrip():
        return f"{document.path}:{document.key_span(pointer).line}"
    return f"{document.path}, call {int(pointer[-1]) + 1}" if pointer else document.path


def _call(row: dict[str, Any], place: str, provider: str, path: Path) -> Call | None:
    """Return the call or message in one row; None if it has none, or is a stub for any method."""
    request, response = _mapping(row.get("request")), _mapping(row.get("response"))
    name = next((name for name in _URLS if isinstance(request.get(name), str)), "")
    if not name:
        if "contents" not in row:
            return None
        message = _message({**row, "headers": row.get("metaData", row.get("metadata"))}, path)
        headers = {"x-description": str(row.get("description", "")), **message.headers}
        return Call("", "", Message(headers, message.body), place=place, provider=provider)
    method = str(request.get("method", "GET")).upper()
    if method == "ANY" or not re.fullmatch("[A-Z-]{1,20}", method):  # a message shows the method
        return None
    url = request[name]
    if name.endswith("Pattern"):  # a regular expression: each segment with operators becomes a placeholder
        url = _OPERATORS.sub("{value}", re.sub(r"\[\^/\]", ".", url.strip("^$").replace("\\.", ".")))
    if query := request.get("query"):
        url += f"?{query if isinstance(query, str) else urlencode(_mapping(query), doseq=True)}"
    answer = _message(response, path)
    status = response.get("status", response.get("status_code", 200))
    status = _mapping(status).get("code", status)
    known = isinstance(status, int) and 100 <= status <= 599
    return Call(
        method, url, _message(request, path), answer, status if known else 0, _day(row, answer), place, provider
    )


def _day(row: dict[str, Any], response: Message) -> str:
    recorded = str(row.get("startedDateTime", row.get("recorded_at", "")))
    if re.match(r"\d{4}-\d\d-\d\d", recorded):
        return recorded[:10]
    return day_of(response.headers.get("date", recorded))


def _message(raw: dict[str, Any], path: Path) -> Message:
    """Return a request or response with its headers and decoded body, in whatever notation they are."""
    headers = _headers(raw.get("headers"))
    name = next((name for name in _BODIES if raw.get(name) is not None), "")
    body, is_base64 = raw.get(name), name == "base64Body"
    for pattern in _rows(raw.get("bodyPatterns")) if not name else ():
        body = pattern.get("equalToJson", pattern.get("equalTo"))
    file = raw.get("bodyFileName")
    if isinstance(file, str) and re.fullmatch(r"[\w.-]+(/[\w.-]+)*", file) and ".." not in file:
        body = load_raw(path.parent.parent / "__files" / file, file, _LIMITS).data
    is_wrapped = name in ("content", "postData") or {"string", "base64_string"} & {*_mapping(body)}
    if isinstance(body, dict) and (is_wrapped or {"content", "contentType"} <= {*body}):
        headers.setdefault("content-type", str(body.get("mimeType", body.get("contentType", ""))))
        pairs = [(str(each.get("name")), each.get("value", "")) for each in _rows(body.get("params"))]
        is_base64 = "base64_string" in body or "base64" in (body.get("encoding"), str(body.get("encoded")).lower())
        body = next((body[key] for key in _WRAPPED if key in body), urlencode(pairs) or None)
    return Message(
        headers, body if name in ("parsed_body", "jsonBody") else _decode(body, headers, is_base64=is_base64)
    )


def _headers(value: Any) -> dict[str, str]:
    """Return headers by lower-case name from a mapping, or from a list of objects with `name` and `value`."""
    pairs: Iterable[tuple[Any, Any]] = _mapping(value).items()
    if isinstance(value, list):
        pairs = ((each.get("name"), each.get("value")) for each in _rows(value))
    found = {}
    for name, content in pairs:
        matched = content.get("equalTo", "") if isinstance(content, dict) else content  # a matcher of WireMock
        if isinstance(name, str) and matched is not None:
            found[name.lower()] = ", ".join(map(str, matched)) if isinstance(matched, list) else str(matched)
    return found


def _decode(body: Any, headers: dict[str, str], *, is_base64: bool) -> Any:
    """Return a body as JSON values or text; None if it is empty or binary. Compressed bodies are decompressed."""
    if not isinstance(body, str):
        return body
    text = body
    if is_base64 or body.startswith(_BASE64):
        try:
            content = base64.b64decode(body)
            if content[:2] == b"\x1f\x8b":
                content = zlib.decompressobj(31).decompress(content, _MAX_BODY)
            text = content.decode()
        except (binascii.Error, zlib.error, ValueError):
            return None
    if not text.strip():
        return None
    is_json = "json" in (headers.get("content-type") or "json") or text.lstrip()[:1] in ("{", "[")
    return read_json(text) if is_json else text


def _mapping(value: Any) -> dict[str, Any]:
    """Return `value` if it is an object, else an empty one: recordings are often incomplete."""
    return value if isinstance(value, dict) else {}


def _rows(value: Any) -> Iterable[dict[str, Any]]:
    """Return the objects in `value`, if it is a list."""
    return map(_mapping, value) if isinstance(value, list) else ()
