"""Convert the servers of a document to environments."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from integration_specs.contracts import Node, Resolver, child
from integration_specs.text.names import unique_name

from ._draft import Draft
from ._texts import join_names, paragraphs

_KINDS = (
    ("sandbox", r"sand-?box"),
    ("staging", r"stag(e|ing)|uat|homolog\w*|hml|pre-?prod\w*"),
    ("development", r"dev(elopment)?|localhost|127\.0\.0\.1|local"),
    ("test", r"test(ing|e|s)?"),
    ("production", r"prod(uction|ução|ucao)?|live"),
)


def kind_of(*texts: str) -> str | None:
    """Return the kind of an environment if one of its texts names it."""
    for text in texts:
        for kind, pattern in _KINDS:
            if re.search(rf"(?<![a-z])({pattern})(?![a-z])", text.lower()):
                return kind
    return None


@dataclass(frozen=True, slots=True)
class Server:
    """A server of a document; `name` may be empty, `about` is its description."""

    node: Node
    address: str
    name: str = ""
    about: str = ""
    notes: tuple[str, ...] = ()


def resolve(resolver: Resolver, server: Node, address: str) -> tuple[str, list[str]]:
    """Return the address with the defaults of its variables, and a note for each variable."""
    notes: list[str] = []
    for name, place in resolver.items(child(server, "variables")):
        variable = resolver.follow(place)
        default, choices = variable.text("default"), resolver.get(variable, "enum").value
        if default:
            address = address.replace(f"{{{name}}}", default)
        others = [str(each) for each in choices if str(each) != default] if isinstance(choices, list) else []
        about = f": {variable.text('description')}" if variable.text("description") else ""
        rest = f"; or {join_names(others[:10], 10)}" if others else ""
        notes.append((f"`{name}` is `{default}`{rest}" if default else f"`{name}` has no default{rest}") + about)
    return address, notes


def openapi_servers(resolver: Resolver, draft: Draft, servers: Node) -> Iterator[Server]:
    """Yield the servers of an OpenAPI document."""
    for _, place in resolver.items(servers):
        server = resolver.follow(place)
        if not server.text("url"):
            draft.left_out(place, "a server", "has no address")
            continue
        address, notes = resolve(resolver, server, server.text("url"))
        if not re.match(r"[a-z]+:|\{", address):
            notes.append("Relative to the URL of the vendor's document.")
        about = server.text("description")
        short = about if 0 < len(about) <= 60 and "\n" not in about.strip() else ""
        yield Server(server, address, short, "" if short else about, tuple(notes))


class BaseUrls:
    """Base URLs of single operations: a note each, unless all operations name the same servers."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._usual = self._addresses(child(resolver.root, "servers"))
        self._found: list[tuple[str, Node]] = []

    def _addresses(self, servers: Node) -> list[str]:
        return [f"`{self._resolver.follow(place).text('url')}`" for _, place in self._resolver.items(servers)]

    def note(self, servers: Node | None) -> str:
        """Return the note for an operation with these servers; empty for the servers of the whole document."""
        addresses = self._addresses(servers) if servers else []
        if servers is None or addresses in ([], self._usual):
            return ""
        self._found.append((f"Base URL: {', or '.join(addresses[:10])}", servers))
        return self._found[-1][0]

    def shared(self, calls: list[dict[str, Any]]) -> Node | None:
        """Return the servers that all these endpoints name, and drop their notes; None if one differs."""
        notes = {note for note, _ in self._found}
        if len(notes) != 1 or len(self._found) != len(calls):
            return None
        (note,) = notes
        for call in calls:
            call["notes"] = paragraphs(part for part in call["notes"].split("\n\n") if part != note)
        return self._found[0][1]


def environments(draft: Draft, servers: Iterable[Server]) -> None:
    """Add an environment for each address; servers with the same address are merged."""
    found: dict[str, list[Server]] = {}
    for server in servers:
        found.setdefault(server.address, []).append(server)
    taken: set[str] = set()
    for address, same in found.items():
        name = next((server.name for server in same if server.name), "")
        notes = [
            part
            for server in same
            for part in (server.name if server.name != name else "", server.about, *server.notes)
        ]
        host = re.sub(r"^[a-z+]+://|/.*", "", address) or address
        kind = kind_of(name, address, *(server.about for server in same))
        called = unique_name(" ".join((name or (kind or "").capitalize() or host).split())[:300], taken, " ")
        taken.add(called)
        environment = {
            "name": called,
            "kind": kind,
            "base_url": address,
            "note": paragraphs(notes),
        }
        draft.append(environment, same[0].node, f"server {address}", "environments")
