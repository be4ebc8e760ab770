"""Read URLs of Postman requests: base URL, path template, query; replace variables by their values or placeholders."""

import re
from dataclasses import dataclass
from typing import Any

from integration_specs.contracts import Node, Resolver
from integration_specs.secrets import is_secret_name

from ._clean_text import bullet

_VARIABLE = re.compile(r"\{\{\s*([^{}]{1,200}?)\s*\}\}")
_BASE = re.compile(r"(?:(?P<base>[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*|[^/?#]+))?(?P<path>/[^?#]*)?")


class Variables:
    """Values of variables by name; a secret, unknown or empty variable becomes a placeholder `{name}`."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values
        self.unknown: dict[str, None] = {}

    def within(self, values: dict[str, str]) -> "Variables":
        """Return these variables overridden by those of a folder."""
        inner = Variables({**self._values, **values})
        inner.unknown = self.unknown
        return inner

    def fill(self, text: str) -> str:
        """Return a text with its variables replaced, including those inside their values."""
        for _ in range(4):
            filled = _VARIABLE.sub(self._value, text)
            if filled == text or len(filled) > 200_000:
                break
            text = filled
        return _VARIABLE.sub(lambda found: f"{{{found[1]}}}", text)

    def _value(self, found: re.Match[str]) -> str:
        name = found[1]
        value = self._values.get(name, "")
        if not value:
            self.unknown.setdefault(name)
            return f"{{{name}}}"
        return value


def read_variables(resolver: Resolver, owner: Node) -> tuple[dict[str, str], list[tuple[str, Node]]]:
    """Return the variables of a collection or folder, and those that are left out as secrets."""
    values: dict[str, str] = {}
    secret: list[tuple[str, Node]] = []
    for _, place in resolver.items(resolver.get(owner, "variable")):
        variable = resolver.follow(place)
        name, value = variable.text("key", "id"), variable.text("value")
        if not name or not value or variable.value.get("disabled") is True:
            continue
        if variable.text("type") == "secret" or is_secret_name(name) or name.lower() in ("user", "username", "login"):
            secret.append((name, variable))
        else:
            values[name] = value
    return values, secret


@dataclass(frozen=True, slots=True)
class Address:
    """The URL of a request; `parameters` are list items about its query and path, `masked` says that a secret was removed."""

    base: str
    path: str
    parameters: tuple[str, ...] = ()
    masked: bool = False


def read_address(resolver: Resolver, url: Node, variables: Variables) -> Address:
    """Return the address of a request, from its parts or its text."""
    raw = url.value if isinstance(url.value, str) else url.text("raw")
    parameters: list[tuple[str, str, str, str]] = []
    base, path = _split(raw)
    if isinstance(url.value, dict):
        host, parts = _joined(url.value.get("host"), "."), url.value.get("path")
        if host:
            protocol = url.text("protocol").rstrip(":/")
            port = url.text("port")
            base = (f"{protocol}://" if protocol else "") + host + (f":{port}" if port else "")
        if parts:
            path = "/" + _joined(parts, "/").lstrip("/")
        for kind, word in (("query", "query"), ("path", "variable")):
            for _, place in resolver.items(resolver.get(url, word)):
                each = resolver.follow(place)
                off = ", not sent" if isinstance(each.value, dict) and each.value.get("disabled") is True else ""
                parameters.append((each.text("key", "id"), each.text("value"), kind + off, description_of(each)))
    if not isinstance(url.value, dict) or "query" not in url.value:
        query = raw.partition("#")[0].partition("?")[2]
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        parameters += [(name, value, "query", "") for name, _, value in pairs]
    filled = variables.fill(base)
    safe = re.sub(r"(?<=://)[^/@]*@|^[^/@]*@", "", filled)
    if safe and "://" not in safe and not safe.startswith("{"):
        safe = f"http://{safe}"  # Postman's default
    rest = ""
    if (inner := re.match(r"([a-z]+://[^/]+)(/.*)", safe)) is not None:  # a variable may include a path
        safe, rest = inner[1], inner[2].rstrip("/")
    path = re.sub(r"/:([A-Za-z_][\w-]*)", r"/{\1}", variables.fill(path)) or "/"
    hidden = [name for name, value, _, _ in parameters if is_secret_name(name) and value and "{{" not in value]
    lines = tuple(_line(name, value, kind, about, variables) for name, value, kind, about in parameters if name)
    return Address(safe + rest, path, lines, bool(hidden) or "@" in filled)


def _split(raw: str) -> tuple[str, str]:
    found = _BASE.match(raw.strip())
    return (found["base"] or "", found["path"] or "") if found else ("", "")


def _joined(value: Any, by: str) -> str:
    """Join a part of a URL that is a text, a list of texts, or a list of objects with `value`."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = [each.get("value") if isinstance(each, dict) else each for each in value]
        return by.join(str(part) for part in parts if isinstance(part, (str, int)))
    return ""


def _line(name: str, value: str, kind: str, about: str, variables: Variables) -> str:
    value = "" if is_secret_name(name) else variables.fill(value)
    example = f", for example `{value[:200]}`" if value else ""
    return bullet(variables.fill(name), f"{kind}{example}", about)


def description_of(node: Node) -> str:
    """Return a description, which is a text or an object with `content`."""
    value = node.value.get("description") if isinstance(node.value, dict) else None
    value = value.get("content") if isinstance(value, dict) else value
    return value if isinstance(value, str) else ""
