"""Compare values as their standards define equality: media types, header names, URLs, durations, status codes."""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from integration_specs.model import parse_duration
from integration_specs.validation.schema import Field

_DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21, "sftp": 22, "ws": 80, "wss": 443}
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
    kind = field.format if field else ""
    if kind == "duration" and parse_duration(old) == parse_duration(new) is not None:
        return True
    if not isinstance(old, str) or not isinstance(new, str):
        return canonical(old) == canonical(new)
    if kind == "example":
        return old.rstrip("\n") == new.rstrip("\n")
    normalize = url if kind == "url" else next((each for end, each in _NORMALIZERS if path.endswith(end)), _words)
    return old == new or normalize(old) == normalize(new)


def media_type(text: str) -> str:
    """Return a media type with its parameters in one order and letter case (RFC 9110, 8.3.1); JSON has no charset (RFC 8259)."""
    kind, *parameters = (part.strip() for part in text.split(";"))
    kind = kind.lower()
    found: list[str] = []
    for parameter in filter(None, parameters):
        name, _, value = (each.strip() for each in parameter.partition("="))
        name, value = name.lower(), value.strip('"')
        if name == "boundary" and kind.startswith("multipart/"):  # each message has its own (RFC 2046, 5.1.1)
            continue
        if name != "charset" or not kind.endswith(("/json", "+json")):
            found.append(f"{name}={value.lower() if name == 'charset' else value}")
    return "; ".join((kind, *sorted(found)))


def url(text: str) -> str:
    """Return a URL in its normal form (RFC 3986, 6.2), without default port and trailing slash."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return text
    if not parts.netloc:
        return _url_path(text)
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    host = (parts.hostname or "").lower()
    shown_port = f":{port}" if port and port != _DEFAULT_PORTS.get(parts.scheme) else ""
    return parts._replace(netloc=f"{user}{host}{shown_port}", path=_url_path(parts.path)).geturl()


def _url_path(path: str) -> str:
    """Return a path without percent-encoding of characters that need none, without dot segments and trailing slash."""
    path = re.sub(r"%([0-9A-Fa-f]{2})", _decoded, path)
    while "/./" in path or re.search(_PARENT, path):
        path = re.sub(_PARENT, "/", path.replace("/./", "/"), count=1)
    return path.rstrip("/")


_PARENT = r"/(?!\.\.?/)[^/]+/\.\.(?:/|$)"


def _decoded(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if re.fullmatch(r"[A-Za-z0-9._~-]", character) else match[0].upper()


def _credentials_header(text: str) -> str:
    """Return `Name: Scheme value` with name and scheme in lower case and without the names of placeholders."""
    name, _, value = _without_parameter_names(text).partition(":")
    scheme, _, rest = value.strip().partition(" ")
    return f"{name.strip().lower()}: {scheme.lower()} {rest.strip()}"


def endpoint_path(path: str) -> str:
    """Return a path as it is on the wire: without the names of its parameters, and with its query in one order."""
    bare, _, query = _without_parameter_names(path).partition("?")
    bare = _url_path(bare) or "/"
    return f"{bare}?{'&'.join(sorted(query.split('&')))}" if query else bare


def _without_parameter_names(text: str) -> str:
    return re.sub(r"\{[^{}]*\}", "{}", text)


def endpoint_key(method: str, path: str) -> str:
    """Return what identifies an endpoint on the wire."""
    return f"{method.upper()} {endpoint_path(path)}"


def _words(text: str) -> str:
    return " ".join(text.split())


def _name(text: str) -> str:
    return text.strip().lower()


def _header_or_field(text: str) -> str:
    """Return the name of a header in lower case; the path of a field as it is."""
    return text.lower() if re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)+", text) else text


def _code_class(text: str) -> str:
    return ",".join(sorted(_codes(text)))


_NORMALIZERS = (
    (".content_type", media_type),
    ("authentication.header", _credentials_header),
    ("idempotency.header", _name),
    ("signature.header", _name),
    ("headers[].name", _name),
    (".dedupe_key", _header_or_field),
    ("environments[].base_url", url),
    ("endpoints[].path", endpoint_path),
    ("endpoints[].method", _name),
    ("endpoints[].errors[].on", _code_class),
)
"""By the end of a path, the function that gives equal values the same text."""


def item_key(field: Field, path: str, item: Any) -> str:
    """Return what identifies an item of the list at `path`."""
    if isinstance(item, dict):
        if path == "endpoints" and "id" not in item and "method" in item and "path" in item:
            return endpoint_key(item["method"], item["path"])
        if path.endswith(".headers"):
            return str(item.get("name", "")).lower()
        if path == "endpoints[].errors":
            return _code_class(str(item.get("on", "")))
    return " ".join(field.identity(item).split()) or canonical(item)


def expands_codes(path: str) -> bool:
    """Return whether the list at `path` contains status codes and classes of them."""
    return path in _CODE_LISTS


def expand_codes(path: str, items: Iterable[Any]) -> list[tuple[Any, int]]:
    """Return the items of a list with their indexes; in a list of status codes, a class as the codes that it stands for."""
    if not expands_codes(path):
        return [(item, index) for index, item in enumerate(items)]
    found = [(code, index) for index, item in enumerate(items) for code in _codes(str(item))]
    is_class = {code for code, _ in found}.issuperset(_CLASS_CODES["5xx"])
    return [each for each in found if each[0] != "501" or not is_class]


def _codes(item: str) -> tuple[str, ...]:
    if span := re.fullmatch(r"([1-5][0-9]{2})\s*[-–]\s*([1-5][0-9]{2})", item):
        first, last = int(span[1]), int(span[2])
        known = _CLASS_CODES["5xx"] if (first, last) in ((500, 504), (500, 599)) else None
        return known or tuple(str(code) for code in range(first, last + 1))
    return _CLASS_CODES.get(item.lower(), (item,))
