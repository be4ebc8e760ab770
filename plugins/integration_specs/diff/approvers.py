"""Find out who must approve a change, and whom of them CODEOWNERS would not request."""

from collections.abc import Callable, Iterable, Mapping

from integration_specs.grouping import grouped
from integration_specs.model import Catalog, Spec
from integration_specs.model.codeowners import owner_line_of, read_codeowners
from integration_specs.text.messages import DerivedMessage, Message, joined

from . import ApprovalReason, Approver, Change
from .descriptions import sentence

_ROLES = (Message("owner"), Message("old owner"), Message("new owner"))
_MAX_OWNED = 3


def approvers_of(
    base: Catalog,
    head: Catalog,
    specs: Iterable[Spec | None],
    change: Change,
    others: Mapping[str, str] | None = None,
) -> tuple[Approver, ...]:
    """Return the owners of the spec before and after the change, the approvers of each concern, and `others` with reasons.

    The approvers of the base win: a change cannot choose its own approvers.
    """
    found: dict[str, dict[ApprovalReason, None]] = {}
    owners: dict[str, Spec] = {}
    for spec in specs:
        if spec is not None and spec.owner:
            owners.setdefault(spec.owner, spec)
    roles = _ROLES[:1] if len(owners) == 1 else _ROLES[1:]
    for role, (owner, spec) in zip(roles, owners.items(), strict=False):
        found[owner] = {ApprovalReason(Message("{role} of {spec}", role=role, spec=spec.id), role, spec.id): None}
    by_concern = {**dict(head.approvers), **dict(base.approvers)}
    concerns = grouped((by_concern[each], each) for each in change.concerns if by_concern.get(each))
    for team, names in concerns.items():
        found.setdefault(team, {})[concern_reason(names, change)] = None
    for team, reason in (others or {}).items():
        found.setdefault(team, {ApprovalReason(reason): None})
    return tuple(Approver(team, tuple(reasons)) for team, reasons in found.items())


def concern_reason(concerns: Iterable[str], change: Change) -> ApprovalReason:
    """Return why the approver of concerns must approve a change."""
    keys = tuple(concerns)
    names = joined("{first} and {second}", (DerivedMessage(str, each) for each in keys))
    return ApprovalReason(Message("{concerns}: {change}", concerns=names, change=sentence(change)), concerns=keys)


def approvals(
    changes: Iterable[Change], is_requested: Callable[[str, str], bool] | None = None
) -> tuple[Approver, ...]:
    """Return all teams that must approve the changes, by name.

    `is_requested` says whether CODEOWNERS requests a team (second argument) for a file (first argument).
    """
    reasons: dict[str, dict[ApprovalReason, None]] = {}
    files: dict[str, set[str]] = {}
    for change in changes:
        for approver in change.approvers:
            reasons.setdefault(approver.team, {}).update(dict.fromkeys(approver.reasons))
            files.setdefault(approver.team, set()).update([change.location.file] if change.location else [])
    return tuple(
        Approver(
            team,
            _merged_reasons(found),
            None if is_requested is None else all(is_requested(file, team) for file in files[team]),
        )
        for team, found in sorted(reasons.items())
    )


def _merged_reasons(reasons: Iterable[ApprovalReason]) -> tuple[ApprovalReason, ...]:
    """Return the reasons with `owner of a`, `owner of b`, `owner of c` as `owner of 3 specs`."""
    specs = grouped((reason.role or reason.text, reason.spec) for reason in reasons)
    return tuple(
        ApprovalReason(
            f"{text} of {len(names)} specs"
            if len(names) > _MAX_OWNED
            else f"{text} of {', '.join(names)}"
            if names[0]
            else text
        )
        for text, names in specs.items()
    )


def requested_by_codeowners(text: str | None, catalog: Catalog) -> Callable[[str, str], bool] | None:
    """Return whether CODEOWNERS requests an owner key for a file of the repository; None without a `text` of CODEOWNERS."""
    if text is None:
        return None
    lines = read_codeowners(text)

    def is_requested(file: str, team: str) -> bool:
        owner, line = catalog.owner_by_key.get(team), owner_line_of(file, lines)
        return bool(owner and owner.code_owner and line and owner.code_owner in line.handles)

    return is_requested
