"""Checks of meaning across specs: one file a check, found by its folder.

A check module has `RULES`, the rules that it may report, and `check(checkup)`, which yields findings made with
`Spec.finding`. It sees only valid specs. One that compares specs has `ACROSS = True`, and of their data only
`ACROSS_FIELDS` are there; any other may be given a few specs at a time. Whether a finding is waived, silenced or made milder is decided elsewhere.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..findings import visible
from ..model import Catalog
from ..schema import SpecSchema
from ..settings import Settings

ACROSS_FIELDS = ("system", "type", "status", "owner", "former_ids", "depends_on", "events")
"""What checks that compare specs may look at."""


@dataclass(frozen=True)
class Checkup:
    """What checks look at: every valid spec, the settings, and the day that counts as today."""

    catalog: Catalog
    schema: SpecSchema
    settings: Settings
    today: date


def near_miss(word: str, known: Iterable[str], lead: str = "; did you mean ") -> str:
    """What somebody may have meant who wrote `word`, as the end of a message; empty when nothing known comes near."""
    near = difflib.get_close_matches(word, list(known), 1, 0.7)
    return f"{lead}`{visible(near[0])}`?" if near else ""


def listing(words: Iterable[str], most: int = 5) -> str:
    """`` `a`, `b` and 3 more `` for messages."""
    every = [f"`{visible(word, 40)}`" for word in words]
    if len(every) > most:
        return f"{', '.join(every[:most])} and {len(every) - most} more"
    return " and ".join(filter(None, [", ".join(every[:-1]), *every[-1:]]))


def count(number: int, word: str) -> str:
    """`1 day`, `2 days` for messages."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
