"""Describe security schemes: mechanism, header with a placeholder for the secret, scopes with their reasons."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from integration_specs.contracts import Node, Resolver
from integration_specs.secrets import is_secret_name

from ._clean_text import paragraphs

_FLOWS = {
    "clientCredentials": "client credentials",
    "authorizationCode": "authorization code",
    "implicit": "implicit grant",
    "password": "password grant",
    "deviceAuthorization": "device authorization",
}
_PLAIN = {
    "mutualTLS": "client certificate (mutual TLS)",
    "X509": "X.509 client certificate",
    "userPassword": "user name and password",
    "symmetricEncryption": "symmetric encryption with a shared key",
    "asymmetricEncryption": "asymmetric encryption with a key pair",
    "plain": "SASL/PLAIN user name and password",
    "scramSha256": "SASL/SCRAM-SHA-256 user name and password",
    "scramSha512": "SASL/SCRAM-SHA-512 user name and password",
    "gssapi": "SASL/GSSAPI (Kerberos)",
}


@dataclass(frozen=True, slots=True)
class Scheme:
    """A security scheme: `text` describes it, `header` is the header that a request carries (empty without one)."""

    text: str
    header: str = ""
    scopes: dict[str, str] = field(default_factory=dict)
    notes: str = ""


def http_scheme(word: str, format_: str = "") -> Scheme:
    """Return an HTTP authentication scheme by its name; `format_` is the format of a bearer token."""
    match word.lower():
        case "basic":
            return Scheme("HTTP Basic", "Authorization: Basic {user:password in Base64}")
        case "bearer":
            return Scheme("Bearer token" + (f" ({format_})" if format_ else ""), "Authorization: Bearer {token}")
    return Scheme(f"HTTP authentication {word}", f"Authorization: {word} {{credentials}}")


def api_key(where: str, name: str) -> Scheme:
    """Return the scheme of an API key in the header, query parameter or cookie `name`."""
    secret = next((word for word in ("secret", "token") if word in name.lower()), "API key")
    header = {"header": f"{name}: {{{secret}}}", "cookie": f"Cookie: {name}={{{secret}}}"}.get(where, "")
    return Scheme(f"API key in the {'query parameter' if where == 'query' else where} {name}", header)


def read_scheme(resolver: Resolver, node: Node, name: str) -> Scheme:
    """Return the scheme of a security scheme object; an unknown type keeps the document's name."""
    node = resolver.follow(node)
    return replace(_scheme(resolver, node, name), notes=node.text("description"))


def _scheme(resolver: Resolver, node: Node, name: str) -> Scheme:
    kind = node.text("type")
    match kind:
        case "apiKey" | "httpApiKey" if node.text("in") in ("header", "query", "cookie"):
            return api_key(node.text("in"), node.text("name"))
        case "apiKey":
            return Scheme(f"API key as the {node.text('in') or 'user'} of the connection")
        case "http":
            return http_scheme(node.text("scheme"), node.text("bearerFormat"))
        case "oauth2":
            text, scopes = _oauth(resolver, node)
            return Scheme(text, "Authorization: Bearer {access token}", scopes)
        case "openIdConnect":
            address = node.text("openIdConnectUrl")
            text = "OpenID Connect" + (f" ({address})" if address else "")
            return Scheme(text, "Authorization: Bearer {ID or access token}")
    return Scheme(_PLAIN.get(kind, kind) or f"{name}, which the document does not define")


def _oauth(resolver: Resolver, node: Node) -> tuple[str, dict[str, str]]:
    names: list[str] = []
    scopes: dict[str, str] = {}
    for name, place in resolver.items(resolver.get(node, "flows")):
        flow = resolver.follow(place)
        if not isinstance(flow.value, dict):
            continue
        address = flow.text("tokenUrl", "authorizationUrl")
        names.append(_FLOWS.get(name, name) + (f" ({address})" if address else ""))
        for word in ("scopes", "availableScopes"):
            bullet_list = resolver.get(flow, word).value
            if isinstance(bullet_list, dict):
                for scope, reason in bullet_list.items():
                    scopes.setdefault(scope, reason if isinstance(reason, str) else "")
    return "OAuth 2.0" + (f": {', '.join(names)}" if names else ""), scopes


def describe_alternatives(requirements: list[list[Scheme]]) -> str:
    """Return alternatives, each of schemes that are required together, as a sentence."""
    alternatives = [" with ".join(scheme.text for scheme in together) or "none" for together in requirements]
    text = "; or ".join(dict.fromkeys(alternatives))
    return text[:1].upper() + text[1:]


def joined_headers(together: list[Scheme]) -> str:
    """Return the headers of schemes that are required together, as the field `header` has them."""
    return ", ".join(dict.fromkeys(scheme.header for scheme in together if scheme.header))


_CREDENTIAL = re.compile(
    r"(api|app|access|auth|client|merchant|subscription)[-_]?(key|token|secret|id)$|^authorization$|^token$"
)


def is_credential_header(name: str) -> bool:
    """Return whether a header of that name authenticates the caller."""
    return bool(_CREDENTIAL.search(name.lower())) or is_secret_name(name)


def header_scheme(name: str, description: str) -> Scheme:
    """Return the scheme of a header parameter that authenticates the caller."""
    if name.lower() != "authorization":
        return api_key("header", name)
    word = re.search(r"\b(bearer|basic)\b", description, re.IGNORECASE)
    if word:
        return http_scheme(word[0])
    return Scheme("Credentials in the header Authorization", "Authorization: {credentials}")


class SecurityRequirements:
    """What the operations of a document require: schemes that are required together, and scopes with their reasons."""

    def __init__(self) -> None:
        self.requirements: dict[str, list[Scheme]] = {}
        self.scopes: dict[str, str] = {}

    def add(self, together: list[Scheme], scopes: dict[str, str]) -> None:
        """Record what one operation requires."""
        if together:
            self.requirements.setdefault(describe_alternatives([together]), together)
        for scope, reason in scopes.items():
            self.scopes[scope] = self.scopes.get(scope) or reason

    def section(self) -> dict[str, Any] | None:
        """Return the section `authentication` of a spec; None if nothing is known."""
        requirements = list(self.requirements.values())
        schemes = [scheme for together in requirements for scheme in together]
        if not schemes:
            return None
        return {
            "mechanism": describe_alternatives(requirements),
            "header": next(filter(None, map(joined_headers, requirements)), None),
            "x-vendor-notes": paragraphs(scheme.notes for scheme in schemes),
            "scopes": [{"name": name, "reason": reason or None} for name, reason in self.scopes.items()] or None,
        }
