"""Acknowledged changes: somebody who may approve a change says in the pull request that it may pass.

An acknowledgement names one change by its fingerprint, so it ends with the pull request and does not cover another change.
"""

import json
import re
from collections.abc import Container, Iterable
from dataclasses import replace
from pathlib import Path

from integration_specs.diff import Change
from integration_specs.files import read_file
from integration_specs.model import Catalog

_COMMAND = re.compile(r"^/acknowledge[ \t]+((?:[0-9a-f]{8,32}[ \t,]*)+)", re.MULTILINE)
_LARGEST_FILE = 64 << 20
_LABEL = re.compile(r"acknowledged?[ :/_-]+([0-9a-f]{8,32})")


class AcknowledgementError(Exception):
    """The file of comments is invalid; the text says what is wrong."""


def read_comments(path: Path) -> list[tuple[str, str]]:
    """Return author and text of the comments in a JSON file: a list of objects with `author` and `body`.

    Raises `AcknowledgementError`.
    """
    try:
        content = json.loads(read_file(path, _LARGEST_FILE))
    except (OSError, ValueError, RecursionError) as error:
        raise AcknowledgementError(f"{path.name} is not a JSON file of comments: {error}") from None
    if not isinstance(content, list) or not all(isinstance(each, dict) for each in content):
        raise AcknowledgementError(f"{path.name} must be a list of objects with `author` and `body`")
    return [(str(each.get("author") or ""), str(each.get("body") or "")[:10_000]) for each in content]


def read_members(path: Path) -> frozenset[tuple[str, str]]:
    """Return the proven memberships in a file with lines `author organization/team`. Raises `AcknowledgementError`."""
    try:
        lines = [line.lower().split() for line in read_file(path, _LARGEST_FILE).decode().splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise AcknowledgementError(f"{path.name} is not a file of members: {error}") from None
    if any(len(words) != 2 for words in lines):
        raise AcknowledgementError(f"{path.name} must have lines such as `maria example/payments`")
    return frozenset((author.lstrip("@"), team.lstrip("@")) for author, team in lines)


def acknowledge(
    changes: Iterable[Change],
    catalog: Catalog,
    comments: Iterable[tuple[str, str]],
    labels: Iterable[str] = (),
    members: Container[tuple[str, str]] = (),
) -> tuple[tuple[Change, ...], list[tuple[str, str]]]:
    """Return the changes, marked where an approver acknowledged them, and the claims that do not count.

    A claim is an author with an approving team of which nothing proves that the author is a member.
    `catalog` has the owners of the base; an author speaks for an owner by the handle, as a member in `owners.yaml`, or as one of
    the `members` of its team. `labels` count without a name: give only those that only approvers can set.
    """
    by_comment = [(author, _fingerprints(body)) for author, body in comments]
    by_label = [match[1] for label in labels if (match := _LABEL.search(label.lower()))]
    found: list[Change] = []
    claims: dict[tuple[str, str], None] = {}
    for change in changes:
        teams = {approver.team for approver in change.approvers}
        authors = [name for name, marks in by_comment if name and any(map(change.fingerprint.startswith, marks))]
        names = [name for name in authors if teams & _owner_keys(name, catalog, members)]
        if not names and any(map(change.fingerprint.startswith, by_label)):
            names = ["a label"]
        if not names:
            handles = (owner.code_owner.removeprefix("@") for owner in catalog.owners if owner.key in teams)
            claims |= {(name, team): None for team in handles if "/" in team for name in authors}
        found.append(replace(change, acknowledged_by=", ".join(dict.fromkeys(names))) if names else change)
    return tuple(found), list(claims)


def _fingerprints(body: str) -> list[str]:
    return [mark for match in _COMMAND.finditer(body) for mark in re.findall(r"[0-9a-f]{8,32}", match[1])]


def _owner_keys(author: str, catalog: Catalog, members: Container[tuple[str, str]]) -> set[str]:
    """Return the owners for whom an author may speak."""
    name = author.lstrip("@").lower()
    handles = ((owner, owner.code_owner.lstrip("@").lower()) for owner in catalog.owners)
    own = [owner for owner, handle in handles if handle == name or (name, handle) in members]
    return {owner.key for owner in own} | {str(team) for owner in own for team in owner.data.get("member_of") or ()}
