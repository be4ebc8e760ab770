"""Find out who must approve a change, and whom of them CODEOWNERS would not request."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from integration_specs.model import Catalog, Spec
from integration_specs.model.codeowners import find_codeowners, owner_line_of, read_codeowners
from integration_specs.settings import Settings

from . import Approver, Change, Concern


@dataclass(frozen=True, slots=True)
class Approval:
    """A team that must approve, with all reasons. `in_codeowners` is None if there is no CODEOWNERS."""

    team: str
    reasons: tuple[str, ...]
    in_codeowners: bool | None = None


def approvers_of(
    base: Catalog, head: Catalog, specs: Iterable[Spec | None], concerns: Iterable[Concern], reason: str
) -> tuple[Approver, ...]:
    """Return the owners of the spec before and after the change, and the approvers of each concern.

    The approvers of the base win: a change cannot choose its own approvers.
    """
    found: dict[tuple[str, str], Approver] = {}
    owners: dict[str, Spec] = {}
    for spec in specs:
        if spec is not None and spec.owner:
            owners.setdefault(spec.owner, spec)
    roles = ("owner",) if len(owners) == 1 else ("old owner", "new owner")
    for role, (owner, spec) in zip(roles, owners.items(), strict=False):
        found[owner, "owner"] = Approver(owner, f"{role} of {spec.id}")
    by_concern = {**dict(head.approvers), **dict(base.approvers)}
    for concern in concerns:
        if team := by_concern.get(concern):
            found[team, concern] = Approver(team, f"{concern}: {reason}")
    return tuple(found.values())


def approvals(
    changes: Iterable[Change], is_requested: Callable[[str, str], bool] | None = None
) -> tuple[Approval, ...]:
    """Return all teams that must approve the changes, by name.

    `is_requested` says whether CODEOWNERS requests a team (second argument) for a file (first argument).
    """
    reasons: dict[str, dict[str, None]] = {}
    files: dict[str, set[str]] = {}
    for change in changes:
        for approver in change.approvers:
            reasons.setdefault(approver.team, {})[approver.reason] = None
            files.setdefault(approver.team, set()).update([change.location.file] if change.location else [])
    return tuple(
        Approval(
            team, tuple(found), None if is_requested is None else all(is_requested(file, team) for file in files[team])
        )
        for team, found in sorted(reasons.items())
    )


def requested_by_codeowners(
    settings: Settings, catalog: Catalog, prefix: str = ""
) -> Callable[[str, str], bool] | None:
    """Return whether the project's CODEOWNERS requests an owner key for a file; None without such a file.

    `prefix` is the path from the top of the repository to the project.
    """
    path = find_codeowners(settings)
    if path is None:
        return None
    lines = read_codeowners(path.read_text(encoding="utf-8", errors="replace"))

    def is_requested(file: str, team: str) -> bool:
        owner, line = catalog.owner_by_key.get(team), owner_line_of(f"{prefix}{file}", lines)
        return bool(owner and owner.code_owner and line and owner.code_owner in line.handles)

    return is_requested
