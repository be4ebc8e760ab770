"""Convert the servers of a document to environments."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from integration_specs.contracts import Node, Resolver, child
from integration_specs.grouping import grouped
from integration_specs.markdown_template.entry_first_lines import environment_kind
from integration_specs.text.names import unique_name

from ._clean_text import join_names, paragraphs
from ._draft import Draft


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
    for name, variable in resolver.parts(server, "variables"):
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
        if not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|\{", address):
            notes.append(f"The document gives the relative URL `{address}`.")
            address = f"https://{{host}}/{address.lstrip('/')}"
        about = server.text("description")
        short = about if 0 < len(about) <= 60 and "\n" not in about.strip() else ""
        yield Server(server, address, short, "" if short else about, tuple(notes))


def common_servers(resolver: Resolver, owners: Iterable[Node]) -> Node:
    """Return the servers of the document; if it has none, the servers that all operations name (`owners` are their nodes)."""
    documented = child(resolver.root, "servers")
    own = list(owners)
    is_common = own and not documented.value and own[0] and all(each.value == own[0].value for each in own)
    return own[0] if is_common else documented


def base_url_note(resolver: Resolver, servers: Node, common: Node) -> str:
    """Return the note for an operation whose servers differ from the common ones."""
    if not servers or servers.value == common.value:
        return ""
    urls = [f"`{server.text('url')}`" for _, server in resolver.parts(servers)]
    return f"Base URL: {', or '.join(urls[:10])}" if urls else ""


def environments(draft: Draft, servers: Iterable[Server]) -> None:
    """Add an environment for each address; servers with the same address are merged."""
    taken: set[str] = set()
    for address, same in grouped((server.address, server) for server in servers).items():
        name = next((server.name for server in same if server.name), "")
        texts = [(each.name if each.name != name else "", each.about, *each.notes) for each in same]
        host = re.sub(r"^[a-z+]+://(\{host\})?|/.*", "", address) or "API"
        kind = environment_kind(name, address, *(server.about for server in same))
        called = unique_name(" ".join((name or (kind or "").capitalize() or host).split())[:300], taken, " ")
        taken.add(called)
        environment = {"name": called, "kind": kind, "base_url": address, "note": paragraphs(chain(*texts))}
        draft.append(environment, same[0].node, f"server {address}", "environments")
