"""Who must agree to a change, and which of them the repository's CODEOWNERS would not ask."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from integration_specs.model import Catalog, Spec
from integration_specs.model.codeowners import find_codeowners, owner_line_of, read_codeowners
from integration_specs.settings import Settings

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


def approvals(changes: Iterable[Change], asks: Callable[[str, str], bool] | None = None) -> tuple[Approval, ...]:
    """All teams that must agree to the changes. `asks` says whether CODEOWNERS asks a team about a file; None when unknown."""
    reasons: dict[str, dict[str, None]] = {}
    files: dict[str, set[str]] = {}
    for change in changes:
        for approver in change.approvers:
            reasons.setdefault(approver.team, {})[approver.reason] = None
            files.setdefault(approver.team, set()).update([change.place.file] if change.place else [])
    return tuple(
        Approval(team, tuple(found), None if asks is None else all(asks(file, team) for file in files[team]))
        for team, found in sorted(reasons.items())
    )


def asked_by_codeowners(settings: Settings, catalog: Catalog, prefix: str = "") -> Callable[[str, str], bool] | None:
    """Whether the project's CODEOWNERS asks the team of an owner key about a file; None without such a file.

    `prefix` leads from the top of the repository to the project.
    """
    path = find_codeowners(settings)
    if path is None:
        return None
    lines = read_codeowners(path.read_text(encoding="utf-8", errors="replace"))

    def asks(file: str, team: str) -> bool:
        owner, line = catalog.owner_by_key.get(team), owner_line_of(f"{prefix}{file}", lines)
        return bool(owner and owner.code_owner and line and owner.code_owner in line.handles)

    return asks
