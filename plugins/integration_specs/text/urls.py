"""Whether a URL names a host that a program can connect to."""

import re

_HOST = re.compile(r"(?:[^\s@\[\]/]*@)?(?:\[[0-9A-Fa-f:.]+(?:%\w+)?\]|[\w.~%-]+)(?::([0-9]{0,5}))?")
_AUTHORITY = re.compile(r"[^/]*//([^/?#;]*)")
_HIGHEST_PORT = 65535


def has_valid_host(url: str) -> bool:
    """Return whether what follows `//` is a host, or several with commas between them, with ports that exist.

    A placeholder such as `{tenant}` may be any part of it.
    """
    authority = _AUTHORITY.match(re.sub(r"\{[^{}]*\}", "0", url))
    hosts = authority[1].split(",") if authority else [""]
    found = [_HOST.fullmatch(host) for host in hosts]
    return all(match and int(match[1] or 0) <= _HIGHEST_PORT for match in found)
