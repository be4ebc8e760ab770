"""Servers of OpenAPI documents to environments."""

import re
from typing import Any

from ..foreign import Library, Node, child
from ._draft import Draft

_KINDS = (
    ("sandbox", r"sand-?box"),
    ("staging", r"stag(e|ing)|uat|homolog\w*|hml|pre-?prod\w*"),
    ("development", r"dev(elopment)?|localhost|127\.0\.0\.1|local"),
    ("test", r"test(ing|e|s)?"),
    ("production", r"prod(uction|ução|ucao)?|live"),
)


def kind_of(*texts: str) -> str | None:
    """What an environment is for, if one of its texts says so."""
    for text in texts:
        for kind, pattern in _KINDS:
            if re.search(rf"(?<![a-z])({pattern})(?![a-z])", text.lower()):
                return kind
    return None


def named(name: str, taken: set[str]) -> str:
    """The name, counted on when it is taken."""
    name = " ".join(name.split())[:300]
    free, number = name, 2
    while free in taken:
        free, number = f"{name} {number}", number + 1
    taken.add(free)
    return free


def environments(library: Library, draft: Draft, servers: Node) -> None:
    """Puts each address of `servers` into the draft once; addresses that only repeat add their description."""
    found: dict[str, tuple[dict[str, Any], Node]] = {}
    for _, place in library.items(servers):
        server = library.follow(place)
        address = server.text("url")
        if not address:
            draft.left_out(place, "a server", "has no address")
            continue
        notes: list[str] = []
        for name, variable_place in library.items(child(server, "variables")):
            variable = library.follow(variable_place)
            default, choices = variable.text("default"), library.get(variable, "enum").value
            if default:
                address = address.replace(f"{{{name}}}", default)
            others = [str(each) for each in choices if str(each) != default] if isinstance(choices, list) else []
            about = f": {variable.text('description')}" if variable.text("description") else ""
            rest = f"; or {', '.join(f'`{each}`' for each in others[:10])}" if others else ""
            notes.append(f"`{name}` is `{default}`{rest}{about}")
        about = server.text("description")
        if address in found:
            known = found[address][0]
            known["note"] = "\n\n".join(filter(None, [known["note"], about if about != known["x-title"] else ""]))
            continue
        if not re.match(r"[a-z]+:|\{", address):
            notes.append("Relative to the address from which the vendor serves the document.")
        short = about if 0 < len(about) <= 60 and "\n" not in about.strip() else ""
        found[address] = (
            {"name": "", "kind": kind_of(short, address, about), "base_url": address, "note": "\n\n".join(filter(None, [about if not short else "", *notes])), "x-title": short},
            server,
        )  # fmt: skip
    taken: set[str] = set()
    for address, (environment, server) in found.items():
        host = re.sub(r"^[a-z]+://|/.*", "", address) or address
        environment["name"] = named(
            environment.pop("x-title") or (environment["kind"] or "").capitalize() or host, taken
        )
        environment["note"] = environment["note"] or None
        draft.put(environment, server, f"server {address}", "environments")
