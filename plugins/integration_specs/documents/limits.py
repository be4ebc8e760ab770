"""How much a file may hold, in two profiles."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold.

    `size` is in bytes, `key` and `scalar` in characters. `aliases` allows anchors too, as long as the
    document written out stays under `nodes`; `invisible` allows zero-width and bidi characters, `any_root`
    a list or a scalar as the whole.
    """

    size: int = 1 << 20
    nodes: int = 50_000
    depth: int = 40
    key: int = 256
    scalar: int = 256 << 10
    aliases: bool = False
    invisible: bool = False
    any_root: bool = False


SPEC: Final = Limits()
"""For specs: written by hand, by anybody who can open a pull request."""
FOREIGN: Final = Limits(16 << 20, 1_000_000, 200, 1024, 4 << 20, aliases=True, invisible=True)
"""For documents of vendors: an OpenAPI file of 1 MB has more than 50,000 nodes."""
