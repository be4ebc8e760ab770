"""Checks of valid specs and of how they relate to each other; each check is one file in this folder.

A check module defines `check(context, spec)`, which yields findings about one spec, or `check_all(context)`, which compares specs
and sees only `ACROSS_FIELDS` of their data. `PARTS` are the functions that make up `check`, if there are several: what one of them needs does not hide the findings of
the others in a spec with errors. `rules.toml` has the rules that they report with `Spec.report`. Severity overrides and
waivers are applied later.

May import `model`, `contracts` and the layers below.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from integration_specs.findings import Finding
from integration_specs.findings.rule_tables import load_rules
from integration_specs.model import Catalog, Spec
from integration_specs.settings import Settings
from integration_specs.validation.schema import SpecSchema

RULES = load_rules(__name__)

ACROSS_FIELDS = ("system", "type", "status", "owner", "former_ids", "depends_on", "events")
"""The data that `check_all` sees."""

NAMES_FILES = frozenset({"attachments", "contract"})
"""The properties that name files; a check of one spec reads no others."""


@dataclass(frozen=True)
class CheckContext:
    """What checks read: the catalog (of `check`, the owners only), the schema, the settings, and the date to compare with."""

    catalog: Catalog
    schema: SpecSchema
    settings: Settings
    today: date


Part = Callable[[CheckContext, Spec], Iterator[Finding]]


def in_parts(*parts: Part) -> Part:
    """Return a check that runs all parts."""

    def check(context: CheckContext, spec: Spec) -> Iterator[Finding]:
        for part in parts:
            yield from part(context, spec)

    return check


def call_cause(name: str) -> str:
    """Return the `cause` for findings about an endpoint or event: its name without parameters, punctuation and case."""
    return re.sub(r"\{[^{}]*\}|[^a-z0-9/ ]", "", name.casefold())
