"""Who must agree to a change, and which of them the repository's CODEOWNERS would not ask."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..model import Catalog, Spec
from . import Approver, Change, Concern


@dataclass(frozen=True, slots=True)
class Approval:
    """One team with all reasons why it must agree. `in_codeowners` is None where nothing says who owns the files."""

    team: str
    reasons: tuple[str, ...]
    in_codeowners: bool | None = None


def approvers_of(
    base: Catalog,
    head: Catalog,
    specs: Iterable[Spec | None],
    concerns: Iterable[Concern],
    reason: str,
) -> tuple[Approver, ...]:
    """The owners of the spec before and after, and who answers for each concern.

    Who answers for a concern is read from the base first: a change cannot appoint its own judge.
    """
    found: dict[tuple[str, str], Approver] = {}
    sides = [spec for spec in specs if spec is not None and spec.owner]
    owners = list(dict.fromkeys(spec.owner for spec in sides))
    for index, owner in enumerate(owners):
        word = "owner" if len(owners) == 1 else ("old owner", "new owner")[min(index, 1)]
        spec = next(spec for spec in sides if spec.owner == owner)
        found[owner, "owner"] = Approver(owner, f"{word} of {spec.id}")
    known = {**dict(head.approvers), **dict(base.approvers)}
    for concern in concerns:
        if team := known.get(concern):
            found[team, concern] = Approver(team, f"{concern}: {reason}")
    return tuple(found.values())


def approvals(changes: Iterable[Change], asked: frozenset[str] | None = None) -> tuple[Approval, ...]:
    """All teams that must agree to the changes. `asked` are the owner keys whom CODEOWNERS asks; None when unknown."""
    reasons: dict[str, dict[str, None]] = {}
    for change in changes:
        for approver in change.approvers:
            reasons.setdefault(approver.team, {})[approver.reason] = None
    return tuple(
        Approval(team, tuple(found), None if asked is None else team in asked)
        for team, found in sorted(reasons.items())
    )
