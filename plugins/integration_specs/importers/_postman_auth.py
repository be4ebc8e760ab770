"""Describe the authentication of Postman collections, without the credentials that it contains."""

import re
from typing import Any

from integration_specs.contracts import Node, Resolver
from integration_specs.secrets import is_secret_name

from . import TABLES
from ._security import ANY_CREDENTIALS, Scheme, api_key, http_scheme, oauth

_SECRET = ("password", "secret", "token", "key", "value", "user", "cookie", "credential")


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
    return Scheme(TABLES["postman_schemes"].get(kind, kind))


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
