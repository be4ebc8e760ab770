"""The differences in meaning between two states of the specs, with severity, impact and approvers.

`walk` finds raw differences, `rules` assigns severities, `classify` creates the `Change`s, and `approvers` names who must agree.

May import `model`, `contracts` and the layers below.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

from integration_specs.model.impact import Impact as Impact

ChangeLevel = Literal["breaking", "risky", "safe", "editorial"]
CHANGE_LEVELS: tuple[ChangeLevel, ...] = ("breaking", "risky", "safe", "editorial")
"""Most serious first. `risky` is what cannot be decided from the spec alone."""

Concern = Literal["contract", "data", "security", "privacy", "operations", "ownership", "lifecycle", "editorial"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one side of a change stands; lines and columns count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Approver:
    """Who must agree, and why."""

    team: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of meaning.

    `pointer` is the path by identity (`endpoints[POST /orders].timeout`), so that it stays when items move. `label` names
    the thing for people. `head` of what is gone is the place where it stood last, as near as the new file still has
    it. `waiver` is the reason of a waiver that covers it. The fingerprint holds no line number and no message.
    """

    rule: str
    level: ChangeLevel
    concerns: tuple[Concern, ...]
    spec: str
    pointer: str
    label: str
    old: Any
    new: Any
    base: Place | None
    head: Place | None
    affected: tuple[Impact, ...] = ()
    owners: tuple[str, ...] = ()
    approvers: tuple[Approver, ...] = ()
    waiver: str = ""
    fingerprint: str = field(default="")

    @property
    def place(self) -> Place | None:
        """Where it is shown: in the new file, else in the old one."""
        return self.head or self.base

    @property
    def sort_key(self) -> tuple[str, int, str, str]:
        """Order of reports: by spec, the most serious first."""
        return (self.spec, CHANGE_LEVELS.index(self.level), self.pointer, self.rule)


@dataclass(frozen=True, slots=True)
class Skip:
    """A spec that was not compared: it cannot be read on `side` (`base` or `head`)."""

    spec: str
    side: str
    file: str
    line: int
    message: str


def fingerprint(rule: str, spec: str, pointer: str, count: int = 0) -> str:
    """A name for a change that stays when lines move or words of the report change; `count` tells twins apart."""
    parts = (rule, spec, pointer, *((str(count),) if count else ()))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
