"""Checks of meaning across specs: one file a check, found by its folder.

A check module has `RULES`, the rules that it may report, and `check(checkup)`, which yields findings made with
`Spec.finding`. It sees only valid specs. Whether a finding is waived, silenced or made milder is decided elsewhere.
"""

from dataclasses import dataclass
from datetime import date

from ..model import Catalog
from ..schema import SpecSchema
from ..settings import Settings


@dataclass(frozen=True)
class Checkup:
    """What checks look at: every valid spec, the settings, and the day that counts as today."""

    catalog: Catalog
    schema: SpecSchema
    settings: Settings
    today: date
