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
"""The data that checks with `ACROSS = True` see."""

NAMES_FILES = frozenset({"attachments", "contract"})
"""The properties that name files; a check of one spec reads no others."""


@dataclass(frozen=True)
class CheckContext:
    """What checks read: the catalog, the schema, the settings, and the date to compare with."""

    catalog: Catalog
    schema: SpecSchema
    settings: Settings
    today: date


def call_cause(name: str) -> str:
    """Return the `cause` for findings about an endpoint or event: its name without parameters, punctuation and case."""
    return re.sub(r"\{[^{}]*\}|[^a-z0-9/ ]", "", name.casefold())
