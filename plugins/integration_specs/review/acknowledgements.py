"""Acknowledged changes: somebody who may approve a change says in the pull request that it may pass.

An acknowledgement names one change by its fingerprint, so it ends with the pull request and does not cover another change.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from integration_specs.diff import Change
from integration_specs.model import Catalog

_COMMAND = re.compile(r"^/acknowledge[ \t]+((?:[0-9a-f]{8,32}[ \t,]*)+)", re.MULTILINE)
_LABEL = re.compile(r"acknowledged?[ :/_-]+([0-9a-f]{8,32})")


class AcknowledgementError(Exception):
    """The file of comments is invalid; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of a pull request: its author, the teams of the author as far as they are known, and its text."""

    author: str
    body: str
    teams: tuple[str, ...] = ()


def read_comments(path: Path) -> tuple[Comment, ...]:
    """Return the comments in a JSON file: a list of objects with `author`, `body` and perhaps `teams`.

    Raises `AcknowledgementError`.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AcknowledgementError(f"{path.name} is not a JSON file of comments: {error}") from None
    if not isinstance(content, list) or not all(isinstance(each, dict) for each in content):
        raise AcknowledgementError(f"{path.name} must be a list of objects with `author` and `body`")
    return tuple(_comment(each) for each in content)


def _comment(entry: dict[str, Any]) -> Comment:
    teams = entry.get("teams")
    return Comment(
        str(entry.get("author") or ""),
        str(entry.get("body") or "")[:10_000],
        tuple(str(team) for team in teams) if isinstance(teams, list) else (),
    )


def acknowledge(
    changes: Iterable[Change], catalog: Catalog, comments: Sequence[Comment], labels: Sequence[str] = ()
) -> tuple[Change, ...]:
    """Return the changes with those marked that somebody acknowledged who may approve them.

    `catalog` has the owners of the base. `labels` count without a name: give only those that only approvers can set.
    """
    by_comment = [(comment, _fingerprints(comment.body)) for comment in comments]
    by_label = [match[1] for label in labels if (match := _LABEL.search(label.lower()))]
    found = []
    for change in changes:
        teams = {approver.team for approver in change.approvers}
        names = [
            comment.author
            for comment, marks in by_comment
            if any(change.fingerprint.startswith(mark) for mark in marks) and teams & _owner_keys(comment, catalog)
        ]
        if not names and any(change.fingerprint.startswith(mark) for mark in by_label):
            names = ["a label"]
        found.append(replace(change, acknowledged_by=", ".join(dict.fromkeys(names))) if names else change)
    return tuple(found)


def _fingerprints(body: str) -> list[str]:
    return [mark for match in _COMMAND.finditer(body) for mark in re.findall(r"[0-9a-f]{8,32}", match[1])]


def _owner_keys(comment: Comment, catalog: Catalog) -> set[str]:
    """Return the owners for whom the author of a comment may speak: by handle, by team, or as a member in `owners.yaml`."""
    handles = {f"@{name.lstrip('@').lower()}" for name in (comment.author, *comment.teams) if name}
    own = [owner for owner in catalog.owners if owner.code_owner.lower() in handles]
    return {owner.key for owner in own} | {str(team) for owner in own for team in owner.data.get("member_of") or ()}
