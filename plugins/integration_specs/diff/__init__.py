"""The differences in meaning between two states of the specs, with level, impact and approvers.

`walk` finds differences, `rules.toml` gives them a level and concerns, and `classify` turns them into `Change`s.

May import `model`, `contracts` and the layers below.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from integration_specs.model.impact import Impact as Impact

ChangeLevel = Literal["breaking", "risky", "safe", "editorial"]
CHANGE_LEVELS: tuple[ChangeLevel, ...] = ("breaking", "risky", "safe", "editorial")
"""Most serious first. `risky` is what cannot be decided from the spec alone."""

Concern = Literal["contract", "data", "security", "privacy", "operations", "ownership", "lifecycle", "editorial"]


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Approver:
    """A team that must approve, and why. `in_codeowners` says whether CODEOWNERS requests it; None without such a file."""

    team: str
    reasons: tuple["ApprovalReason", ...]
    in_codeowners: bool | None = None


class ApprovalReason(NamedTuple):
    """Why a team must approve: it has a `role` for a spec, it approves `concerns` of the change, or neither."""

    text: str
    role: str = ""
    spec: str = ""
    concerns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One change of meaning.

    `pointer` is the path by identity (`endpoints[POST /orders].timeout`), which stays the same when items move. `label`
    names the value for people. `head` of a removed value is the nearest place in the new file. `waiver` is the reason of the
    waiver that covers the change. `detail` shows the facts of a text that differ, `level_reason` says why the level is lower than that
    of the rule, `advice` what to do; `acknowledged_by` names who acknowledged it. The fingerprint is a hash of the rule, the place and
    both values: it contains no line number and no message text, and another value needs another acknowledgement.
    """

    rule: str
    level: ChangeLevel
    concerns: tuple[Concern, ...]
    spec: str
    pointer: str
    label: str
    old: Any
    new: Any
    base: Location | None
    head: Location | None
    affected: tuple[Impact, ...] = ()
    owners: tuple[str, ...] = ()
    approvers: tuple[Approver, ...] = ()
    waiver: str = ""
    fingerprint: str = ""
    detail: str = ""
    level_reason: str = ""
    advice: str = ""
    acknowledged_by: str = ""

    @property
    def location(self) -> Location | None:
        """Return where the change is shown: in the new file if possible, otherwise in the old one."""
        return self.head or self.base

    @property
    def sort_key(self) -> tuple[str, int, str, str]:
        """Return the order of reports: by spec, most serious first."""
        return (self.spec, CHANGE_LEVELS.index(self.level), self.pointer, self.rule)


@dataclass(frozen=True, slots=True)
class Skip:
    """A spec that was not compared because it is invalid on `side` (`base` or `head`): the first error and its rule."""

    spec: str
    side: str
    file: str
    line: int
    message: str
    rule: str = ""


def fingerprint(*parts: str, count: int = 0) -> str:
    """Return a hash of texts that together name a change or finding; `count` distinguishes those with the same texts."""
    parts = (*parts, *((str(count),) if count else ()))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_within(path: str, ancestor: str) -> bool:
    """Return whether a path by identity is `ancestor` or below it; everything is within the empty path."""
    return not ancestor or path == ancestor or (path.startswith(ancestor) and path[len(ancestor)] in ".[")
