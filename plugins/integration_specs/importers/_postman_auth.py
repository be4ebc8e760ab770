"""Describe the authentication of Postman collections, without the credentials that it contains."""

from typing import Any

from integration_specs.contracts import Node, Resolver
from integration_specs.secrets import is_secret_name

from ._security import Scheme, api_key, http_scheme

_NAMES = {
    "awsv4": "AWS Signature, version 4",
    "digest": "HTTP Digest",
    "edgegrid": "Akamai EdgeGrid",
    "hawk": "Hawk",
    "jwt": "JWT bearer token",
    "asap": "Atlassian S2S (ASAP)",
    "ntlm": "NTLM",
    "oauth1": "OAuth 1.0 signature",
}
_SECRET = ("password", "secret", "token", "key", "value", "user", "cookie", "credential")


def attributes(resolver: Resolver, auth: Node, kind: str) -> dict[str, Any]:
    """Return the attributes of an authentication block: an object in 2.0, a list of keys and values in 2.1."""
    block = resolver.get(auth, kind).value
    if isinstance(block, list):
        return {str(each["key"]): each.get("value") for each in block if isinstance(each, dict) and "key" in each}
    return dict(block) if isinstance(block, dict) else {}


def read_auth(resolver: Resolver, auth: Node) -> tuple[Scheme | None, bool]:
    """Return the scheme (None for no authentication), and whether the block contains a value that may be a secret."""
    kind = auth.text("type")
    if not kind or kind == "noauth":
        return None, False
    facts = attributes(resolver, auth, kind)
    texts = {name: value for name, value in facts.items() if isinstance(value, str) and value.strip()}
    held = any(
        (is_secret_name(name) or any(word in name.lower() for word in _SECRET)) and not _is_variable(value)
        for other in auth.value
        for name, value in attributes(resolver, auth, other).items()
        if isinstance(value, str) and value.strip() and not (kind == "apikey" and name == "key")
    )
    match kind:
        case "basic" | "bearer":
            return http_scheme(kind), held
        case "apikey":
            where = "query" if texts.get("in") == "query" else "header"
            if "key" in texts:
                return api_key(where, texts["key"]), held
            return Scheme(api_key(where, "without a name in the collection").text), held
        case "oauth2":
            address, grant = texts.get("accessTokenUrl", ""), texts.get("grant_type", "").replace("_", " ")
            details = " ".join(filter(None, [grant, f"({address})" if address else ""]))
            scopes = dict.fromkeys(texts.get("scope", "").replace(",", " ").split(), "")
            return Scheme(
                "OAuth 2.0" + (f": {details}" if details else ""), "Authorization: Bearer {access token}", scopes
            ), held
    return Scheme(_NAMES.get(kind, kind)), held


def scheme_of_header(value: str) -> Scheme:
    """Return the scheme that the value of an `Authorization` header shows."""
    word = value.split(maxsplit=1)[0] if value.strip() else ""
    is_word = word.isalpha() and len(word) < 20 and word != value.strip()
    if is_word or word.lower() in ("basic", "bearer"):
        return http_scheme(word)
    return Scheme("Credentials in the header Authorization", "Authorization: {credentials}")


def inherited(resolver: Resolver, owner: Node, above: Node) -> Node:
    """Return the authentication of a folder or request: its own, otherwise that of the folder above."""
    own = resolver.get(owner, "auth")
    return own if isinstance(own.value, dict) else above


def _is_variable(value: str) -> bool:
    return value.strip().startswith("{{") and value.strip().endswith("}}")
