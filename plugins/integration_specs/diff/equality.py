"""Compare values as their standards define equality: media types, header names, URLs, durations, status codes."""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from integration_specs.model import parse_duration
from integration_specs.validation.schema import Field

_DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21, "sftp": 22, "ws": 80, "wss": 443}
_HEADER_FIELDS = ("idempotency.header", "signature.header", "headers[].name")
_CODE_LISTS = ("error_handling.retry.retry_on", "error_handling.categories[].covers")
_CLASS_CODES = {"5xx": ("500", "502", "503", "504")}
"""The codes that a class stands for, without those that no retry or handling is expected for."""


def canonical(value: Any) -> str:
    """Return a text that is the same for equal values, whatever the order of keys and items; 100.0 equals 100."""
    if isinstance(value, dict):
        return "{" + ",".join(sorted(f"{json.dumps(key)}:{canonical(each)}" for key, each in value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(sorted(map(canonical, value))) + "]"
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value)


def is_same(field: Field | None, path: str, old: Any, new: Any) -> bool:
    """Return whether two values mean the same; white space in descriptive text does not count."""
    if field and field.format == "duration" and parse_duration(old) == parse_duration(new) is not None:
        return True
    if not isinstance(old, str) or not isinstance(new, str):
        return canonical(old) == canonical(new)
    if field and field.format == "example":
        return old.rstrip("\n") == new.rstrip("\n")
    return old == new or normalized(path, old) == normalized(path, new)


def normalized(path: str, text: str) -> str:
    """Return a value in the form in which equal values at `path` are the same text."""
    if path.endswith(".content_type"):
        return media_type(text)
    if path == "authentication.header":
        return _credentials_header(text)
    if path.endswith(_HEADER_FIELDS):
        return text.strip().lower()
    if path == "environments[].base_url":
        return url(text)
    if path == "endpoints[].path":
        return _without_parameter_names(text)
    if path == "endpoints[].method":
        return text.upper()
    return " ".join(text.split())


def media_type(text: str) -> str:
    """Return a media type with its parameters in one order and letter case; JSON has no charset (RFC 8259)."""
    kind, *parameters = (part.strip() for part in text.split(";"))
    kind = kind.lower()
    pairs = (parameter.partition("=") for parameter in parameters if parameter)
    found = sorted(
        f"{name.strip().lower()}={value.strip().strip(chr(34)).lower() if name.strip().lower() == 'charset' else value}"
        for name, _, value in pairs
    )
    if kind.endswith(("/json", "+json")):
        found = [each for each in found if not each.startswith("charset=")]
    return "; ".join((kind, *found))


def url(text: str) -> str:
    """Return a URL with scheme and host in lower case, without default port and trailing slash (RFC 3986, 6.2)."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return text
    if not parts.netloc:
        return text.rstrip("/")
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    host = (parts.hostname or "").lower()
    shown_port = f":{port}" if port and port != _DEFAULT_PORTS.get(parts.scheme) else ""
    path = re.sub(r"%[0-9a-f]{2}", lambda match: match[0].upper(), parts.path.rstrip("/"), flags=re.IGNORECASE)
    return parts._replace(netloc=f"{user}{host}{shown_port}", path=path).geturl()


def _credentials_header(text: str) -> str:
    """Return `Name: Scheme value` with name and scheme in lower case and without the names of placeholders."""
    name, _, value = re.sub(r"\{[^{}]*\}", "{}", text).partition(":")
    scheme, _, rest = value.strip().partition(" ")
    return f"{name.strip().lower()}: {scheme.lower()} {rest.strip()}"


def _without_parameter_names(path: str) -> str:
    """Return a path without the names of its parameters, and with its query in one order."""
    bare, _, query = re.sub(r"\{[^{}]*\}", "{}", path).partition("?")
    return f"{bare}?{'&'.join(sorted(query.split('&')))}" if query else bare


def endpoint_key(method: str, path: str) -> str:
    """Return what identifies an endpoint on the wire; a trailing slash does not count."""
    bare, mark, query = _without_parameter_names(path).partition("?")
    return f"{method.upper()} {bare.rstrip('/') or '/'}{mark}{query}"


def item_key(field: Field, path: str, item: Any) -> str:
    """Return what identifies an item of the list at `path`."""
    if isinstance(item, dict):
        if path == "endpoints" and "id" not in item and "method" in item and "path" in item:
            return endpoint_key(item["method"], item["path"])
        if path.endswith(".headers"):
            return str(item.get("name", "")).lower()
    return " ".join(field.identity(item).split()) or canonical(item)


def expands_codes(path: str) -> bool:
    """Return whether the list at `path` contains status codes and classes of them."""
    return path in _CODE_LISTS


def expand_codes(path: str, items: Iterable[Any]) -> list[tuple[Any, int]]:
    """Return the items of a list with their indexes; in a list of status codes, a class as the codes that it stands for."""
    if not expands_codes(path):
        return [(item, index) for index, item in enumerate(items)]
    return [(code, index) for index, item in enumerate(items) for code in _codes(str(item))]


def _codes(item: str) -> tuple[str, ...]:
    if span := re.fullmatch(r"([1-5][0-9]{2})\s*[-–]\s*([1-5][0-9]{2})", item):
        first, last = int(span[1]), int(span[2])
        known = _CLASS_CODES["5xx"] if (first, last) in ((500, 504), (500, 599)) else None
        return known or tuple(str(code) for code in range(first, last + 1))
    return _CLASS_CODES.get(item.lower(), (item,))
