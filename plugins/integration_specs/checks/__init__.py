"""Checks of valid specs and of how they relate to each other; each check is one file in this folder.

A check module defines `RULES`, the rules that it may report, and `check(context)`, which yields findings made with
`Spec.finding`. A check that compares specs sets `ACROSS = True` and sees only `ACROSS_FIELDS` of their data; any other may be
called with a few specs at a time. Severity overrides and waivers are applied later.

May import `model`, `contracts` and the layers below.
"""

import re
from dataclasses import dataclass
from datetime import date

from integration_specs.model import Catalog
from integration_specs.settings import Settings
from integration_specs.validation.schema import SpecSchema

ACROSS_FIELDS = ("system", "type", "status", "owner", "former_ids", "depends_on", "events")
"""What checks that compare specs may look at."""


@dataclass(frozen=True)
class CheckContext:
    """What checks look at: every valid spec, the settings, and the day that counts as today."""

    catalog: Catalog
    schema: SpecSchema
    settings: Settings
    today: date


def cause_of(name: str) -> str:
    """An endpoint's or event's name as the cause of findings: without names of places, signs and case."""
    return re.sub(r"\{[^{}]*\}|[^a-z0-9/ ]", "", name.casefold())
