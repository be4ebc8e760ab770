"""Describe security schemes: mechanism, header with a placeholder for the secret, scopes with their reasons."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from integration_specs.contracts import Node, Resolver
from integration_specs.secrets import is_secret_name

from . import VALUES
from ._clean_text import paragraphs

_SCOPE_TABLES = ("scopes", "availableScopes")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A security scheme: `text` describes it, `header` is the header that a request carries (empty without one)."""

    text: str
    header: str = ""
    scopes: dict[str, str] = field(default_factory=dict)
    notes: str = ""


ANY_CREDENTIALS = Scheme("Credentials in the header Authorization", "Authorization: {credentials}")


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


def oauth(flows: Iterable[tuple[str, str]], scopes: dict[str, str]) -> Scheme:
    """Return the scheme of OAuth 2.0; each flow has a name and an address, both perhaps empty."""
    details = [" ".join(filter(None, [name, f"({address})" if address else ""])) for name, address in flows]
    known = f": {', '.join(details)}" if any(details) else ""
    return Scheme(f"OAuth 2.0{known}", "Authorization: Bearer {access token}", scopes)


def _scheme(resolver: Resolver, node: Node, name: str) -> Scheme:
    """Return the scheme of a security scheme object; an unknown type keeps the document's name."""
    kind = node.text("type")
    match kind:
        case "apiKey" | "httpApiKey" if node.text("in") in ("header", "query", "cookie"):
            scheme = api_key(node.text("in"), node.text("name"))
            is_header = node.text("in") == "header"
            return header_scheme(node.text("name"), node.text("description"), scheme) if is_header else scheme
        case "apiKey":
            return Scheme(f"API key as the {node.text('in') or 'user'} of the connection")
        case "http":
            return http_scheme(node.text("scheme"), node.text("bearerFormat"))
        case "oauth2":
            flows = {word: flow for word, flow in resolver.parts(node, "flows") if flow.is_object}
            scopes: dict[str, str] = {}
            for table in (resolver.get(flow, word) for flow in flows.values() for word in _SCOPE_TABLES):
                for scope, _ in resolver.items(table) if table.is_object else ():
                    scopes.setdefault(scope, table.text(scope))
            names = VALUES["oauth_flows"]
            known = [(names.get(word, word), flow.text("tokenUrl", "authorizationUrl")) for word, flow in flows.items()]
            return oauth(known, scopes)
        case "openIdConnect":
            address = node.text("openIdConnectUrl")
            text = "OpenID Connect" + (f" ({address})" if address else "")
            return Scheme(text, "Authorization: Bearer {ID or access token}")
    return Scheme(VALUES["schemes"].get(kind, kind) or f"{name}, which the document does not define")


def describe_alternatives(requirements: Iterable[list[Scheme]]) -> str:
    """Return alternatives, each of schemes that are required together, as a sentence."""
    alternatives = [" with ".join(scheme.text for scheme in together) or "none" for together in requirements]
    text = "; or ".join(dict.fromkeys(alternatives))
    return text[:1].upper() + text[1:]


_CREDENTIAL = re.compile(
    r"(api|app|access|auth|client|merchant|subscription)[-_]?(key|token|secret|id)$|^authorization$|^token$"
)


def is_credential_header(name: str) -> bool:
    """Return whether a header of that name authenticates the caller."""
    return bool(_CREDENTIAL.search(name.lower())) or is_secret_name(name)


def header_scheme(name: str, description: str, otherwise: Scheme = ANY_CREDENTIALS) -> Scheme:
    """Return the scheme of a header that authenticates the caller; `Authorization` has the one that its description names."""
    if name.lower() != "authorization":
        return api_key("header", name)
    word = re.search(r"Authorization: *([A-Z]\w*) +[<{\[$]|\b((?i:bearer|basic))\b", description)
    return http_scheme(word[1] or word[2]) if word else otherwise


class SecurityRequirements:
    """What the operations of a document require: schemes that are required together, and scopes with their reasons."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._schemes: dict[Any, Scheme] = {}
        self._required: dict[str, list[Scheme]] = {}
        self._scopes: dict[str, str] = {}

    def read(self, listed: Node) -> Iterator[tuple[list[Scheme], dict[str, str]]]:
        """Yield the alternatives in a list of requirements: the schemes that are required together, and their scopes.

        A requirement names schemes with scopes, or is a scheme itself (AsyncAPI 3).
        """
        resolver = self._resolver
        for _, requirement in resolver.parts(listed):
            if not requirement.is_object:
                continue
            if not isinstance(requirement.value.get("type", []), list):
                name = str((*requirement.pointer, "scheme")[-2:][0])
                named = [(name, requirement, resolver.get(requirement, "scopes"))]
            else:
                known = resolver.get(resolver.root, "components", "securitySchemes")
                named = [(name, resolver.get(known, name), scopes) for name, scopes in resolver.items(requirement)]
            scopes: dict[str, str] = {}
            together = []
            for name, node, needed in named:
                scheme = self._scheme(name, node)
                together.append(scheme)
                for scope in needed.value if isinstance(needed.value, list) else ():
                    if isinstance(scope, str) and scope.strip():
                        scopes[scope] = scheme.scopes.get(scope, "")
            yield together, scopes

    def _scheme(self, name: str, place: Node) -> Scheme:
        node = self._resolver.follow(place)
        if (name, node.place) not in self._schemes:
            scheme = _scheme(self._resolver, node, name)
            self._schemes[name, node.place] = replace(scheme, notes=node.text("description"))
        return self._schemes[name, node.place]

    def add(self, together: list[Scheme], scopes: dict[str, str] | None = None) -> None:
        """Record what one operation requires."""
        if together:
            self._required.setdefault(describe_alternatives([together]), together)
        for scope, reason in (scopes or {}).items():
            self._scopes[scope] = self._scopes.get(scope) or reason

    def add_documented(self) -> None:
        """Record the requirements of the document, or else all its schemes, if no operation requires any; likewise its scopes."""
        resolver = self._resolver
        if not self._required:
            for together, _ in self.read(resolver.get(resolver.root, "security")):
                self.add(together)
        if not self._required:
            schemes = resolver.items(resolver.get(resolver.root, "components", "securitySchemes"))
            self._required = {name: [self._scheme(name, place)] for name, place in schemes}
        if not self._scopes:
            self._scopes = {name: reason for scheme in self._schemes.values() for name, reason in scheme.scopes.items()}

    @property
    def has_scopes(self) -> bool:
        """Return whether any operation so far requires scopes."""
        return bool(self._scopes)

    def section(self) -> dict[str, Any] | None:
        """Return the section `authentication` of a spec; None if nothing is known."""
        schemes = [scheme for together in self._required.values() for scheme in together]
        if not schemes:
            return None
        headers = ((scheme.header for scheme in together if scheme.header) for together in self._required.values())
        return {
            "mechanism": describe_alternatives(self._required.values()),
            "header": next(filter(None, (", ".join(dict.fromkeys(each)) for each in headers)), None),
            "x-vendor-notes": paragraphs(scheme.notes for scheme in schemes),
            "scopes": [{"name": name, "reason": reason or None} for name, reason in self._scopes.items()] or None,
        }
