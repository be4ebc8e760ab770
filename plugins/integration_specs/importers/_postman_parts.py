"""Read parts of Postman collections: variables, addresses, headers, JSON bodies, authentication without its credentials.

Variables become their values or placeholders.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from integration_specs.contracts import Node, Resolver, child
from integration_specs.secrets import is_secret_name

from . import VALUES
from ._clean_text import bullet
from ._security import ANY_CREDENTIALS, Scheme, api_key, http_scheme, oauth

_MAX_DEPTH = 60
_VARIABLE = re.compile(r"\{\{\s*([^{}]{1,200}?)\s*\}\}")
_UNQUOTED_VARIABLE = re.compile(r'(?<=[:\[,])(\s*)(\{\{[^{}"]{1,200}\}\})(?=\s*[,}\]])')
_SECRET = ("password", "secret", "token", "key", "value", "user", "cookie", "credential")
_BASE = re.compile(r"(?:(?P<base>[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*|[^/?#]+))?(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?")


@dataclass(frozen=True, slots=True)
class Variables:
    """Values of variables by name; a secret, unknown or empty variable becomes a placeholder `{name}` and is noted in `unknown`."""

    values: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, None] = field(default_factory=dict)

    def within(self, values: dict[str, str]) -> "Variables":
        """Return these variables overridden by those of a folder."""
        return Variables({**self.values, **values}, self.unknown)

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
        if not (value := self.values.get(name, "")):
            self.unknown.setdefault(name)
        return value or f"{{{name}}}"

    def fill_json(self, value: Any, depth: int = 0) -> Any:
        """Return a JSON value with the variables in its texts and keys replaced. Raises `RecursionError` if it is nested deeply."""
        if depth > _MAX_DEPTH:
            raise RecursionError
        if isinstance(value, dict):
            return {self.fill(key): self.fill_json(each, depth + 1) for key, each in value.items()}
        if isinstance(value, list):
            return [self.fill_json(each, depth + 1) for each in value]
        return self.fill(value) if isinstance(value, str) else value

    def fill_body(self, text: str) -> Any:
        """Return the value of a JSON text, in which variables may lack quotes; any other text with its variables replaced."""
        for each in (text, _UNQUOTED_VARIABLE.sub(r'\1"\2"', text)):
            try:
                value = json.loads(each)
                if isinstance(value, (dict, list)):
                    return self.fill_json(value)
            except (ValueError, RecursionError):
                continue
        return self.fill(text)


def read_variables(resolver: Resolver, owner: Node) -> tuple[dict[str, str], list[tuple[str, Node]]]:
    """Return the variables of a collection or folder, and those that are left out as secrets."""
    values: dict[str, str] = {}
    secret: list[tuple[str, Node]] = []
    for _, variable in resolver.parts(owner, "variable"):
        name, value = variable.text("key", "id"), variable.text("value")
        if not name or not value or variable.is_true("disabled"):
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
    parameters: tuple[str, ...]
    masked: bool


def read_address(resolver: Resolver, url: Node, variables: Variables) -> Address:
    """Return the address of a request, from its parts or its text."""
    found = _BASE.match((url.value if isinstance(url.value, str) else url.text("raw")).strip())
    base, path, query = (found[name] or "" for name in ("base", "path", "query")) if found else ("", "", "")
    parameters: list[tuple[str, str, str, str]] = []
    if isinstance(url.value, dict):
        if host := _joined(url.value.get("host"), "."):
            protocol, port = url.text("protocol").rstrip(":/"), url.text("port")
            base = (f"{protocol}://" if protocol else "") + host + (f":{port}" if port else "")
        if parts := url.value.get("path"):
            path = "/" + _joined(parts, "/").lstrip("/")
        for kind, word in (("query", "query"), ("path", "variable")):
            for _, each in resolver.parts(url, word):
                off = ", not sent" if each.is_true("disabled") else ""
                parameters.append((each.text("key", "id"), each.text("value"), kind + off, description_of(each)))
    if not isinstance(url.value, dict) or "query" not in url.value:
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        parameters += [(name, value, "query", "") for name, _, value in pairs]
    filled = variables.fill(base)
    if re.fullmatch(r"([A-Za-z][A-Za-z0-9+.-]*:)?/*", filled):  # `/` and the like, for a document without servers
        filled = ""
    safe = re.sub(r"(?<=://)[^/@]*@|^[^/@]*@", "", filled)
    if safe and "://" not in safe and not safe.startswith("{"):
        safe = f"http://{safe}"  # Postman's default
    if "://" in safe:
        safe = safe.rstrip("/")  # a variable may include a path
    path = re.sub(r"/:([A-Za-z_][\w-]*)", r"/{\1}", variables.fill(path)) or "/"
    hidden = [name for name, value, _, _ in parameters if is_secret_name(name) and value and "{{" not in value]
    lines = []
    for name, value, kind, about in parameters:
        example = "" if is_secret_name(name) else variables.fill(value)[:200]
        facts = f"{kind}, for example `{example}`" if example else kind
        lines += [bullet(variables.fill(name), facts, about)] if name else []
    return Address(safe, path, tuple(dict.fromkeys(lines)), bool(hidden) or "@" in filled)


def _joined(value: Any, by: str) -> str:
    """Join a part of a URL that is a text, a list of texts, or a list of objects with `value`."""
    if isinstance(value, list):
        parts = [each.get("value") if isinstance(each, dict) else each for each in value]
        return by.join(str(part) for part in parts if isinstance(part, (str, int)))
    return value if isinstance(value, str) else ""


def description_of(node: Node) -> str:
    """Return a description, which is a text or an object with `content`."""
    return node.text("description") or child(node, "description").text("content")


def read_headers(resolver: Resolver, owner: Node) -> Iterator[tuple[str, str, Node, bool]]:
    """Yield name, value, node and whether it is sent for each header; headers are a list of objects or texts, or one text."""
    place = child(owner, "header")
    listed = [each for _, each in resolver.items(place)] if isinstance(place.value, list) else [place]
    for each in listed:
        header = resolver.follow(each)
        for line in header.value.splitlines() if isinstance(header.value, str) else ():
            name, colon, value = line.partition(":")
            if colon and name.strip():
                yield name.strip(), value.strip(), each, True
        if name := header.text("key").strip():
            yield name, header.text("value"), each, not header.is_true("disabled")


def _attributes(resolver: Resolver, auth: Node, kind: str) -> dict[str, str]:
    """Return the texts in an authentication block: an object in 2.0, a list of keys and values in 2.1."""
    block: Any = resolver.get(auth, kind).value
    if isinstance(block, list):
        block = {str(each["key"]): each.get("value") for each in block if isinstance(each, dict) and "key" in each}
    pairs = block.items() if isinstance(block, dict) else ()
    return {name: value for name, value in pairs if isinstance(value, str) and value.strip()}


def read_auth(resolver: Resolver, auth: Node) -> Scheme | None:
    """Return the scheme of an authentication block; None for no authentication."""
    kind = auth.text("type")
    facts = _attributes(resolver, auth, kind)
    match kind:
        case "" | "noauth":
            return None
        case "basic" | "bearer":
            return http_scheme(kind)
        case "apikey":
            where = "query" if facts.get("in") == "query" else "header"
            scheme = api_key(where, facts.get("key", "without a name in the collection"))
            return scheme if "key" in facts else Scheme(scheme.text)
        case "oauth2":
            flow = facts.get("grant_type", "").replace("_", " "), facts.get("accessTokenUrl", "")
            return oauth([flow], dict.fromkeys(facts.get("scope", "").replace(",", " ").split(), ""))
    return Scheme(VALUES["postman_schemes"].get(kind, kind))


def contains_secret(resolver: Resolver, auth: Node) -> bool:
    """Return whether an authentication block contains a value that may be a secret."""
    kind = auth.text("type")
    return kind not in ("", "noauth") and any(
        (is_secret_name(name) or any(word in name.lower() for word in _SECRET))
        and not re.fullmatch(r"\s*\{\{.*\}\}\s*", value, re.DOTALL)
        for other in auth.value
        for name, value in _attributes(resolver, auth, other).items()
        if not (kind == "apikey" and name == "key")
    )


def scheme_of_header(value: str) -> Scheme:
    """Return the scheme that the value of an `Authorization` header shows."""
    word = value.split(maxsplit=1)[0] if value.strip() else ""
    is_word = word.isalpha() and len(word) < 20 and word != value.strip()
    return http_scheme(word) if is_word or word.lower() in ("basic", "bearer") else ANY_CREDENTIALS
