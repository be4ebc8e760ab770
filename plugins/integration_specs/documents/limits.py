"""Limits on the size of a file, for specs and for vendor documents."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on the size of a file.

    `size` is in bytes, `key` and `scalar` in characters. `aliases` allows anchors and aliases, as long as the
    expanded document stays below `nodes`; `invisible` allows zero-width and bidirectional characters; `any_root`
    allows a list or a scalar as the whole document; `binary` allows the tags `!!binary`, `!binary` and `!` of cassettes,
    whose values stay text, perhaps in base64.
    """

    size: int = 1 << 20
    nodes: int = 50_000
    depth: int = 40
    key: int = 256
    scalar: int = 256 << 10
    aliases: bool = False
    invisible: bool = False
    any_root: bool = False
    binary: bool = False


SPEC: Final = Limits()
"""For specs, which people write by hand."""
VENDOR: Final = Limits(16 << 20, 1_000_000, 200, 1024, 4 << 20, aliases=True, invisible=True)
"""For documents of vendors: an OpenAPI file of 1 MB has more than 50,000 nodes."""
