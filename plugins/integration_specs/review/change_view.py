"""Changes as a site shows them: the history of the specs, and what this state of them changes, as plain texts for the pages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from integration_specs.diff import Change
from integration_specs.diff.wording import value_text
from integration_specs.model import Catalog
from integration_specs.project.git import Repository
from integration_specs.project.workspace import Workspace
from integration_specs.site import ChangeLog, ChangeView, LogEntry, Preview
from integration_specs.text.display import printable

from .compare import RevisionError, compare_with
from .history import Cache, change_log


def told(change: Change) -> ChangeView:
    """A change in plain texts."""
    if change.rule == "spec-added" or (change.old is None and change.new is not None):
        state = "added"
    elif change.rule == "spec-removed" or (change.old is not None and change.new is None):
        state = "removed"
    else:
        state = "changed"
    whole = change.rule.startswith("spec-")
    names: dict[str, dict[str, None]] = {}
    for each in change.affected:
        names.setdefault(each.kind, {})[each.spec if each.kind == "spec" else each.name] = None
    return ChangeView(
        change.level,
        change.rule,
        state,
        change.concerns,
        change.pointer,
        printable(change.label or change.spec, 160),
        "" if change.old is None or whole else value_text(change.old),
        "" if change.new is None or whole else value_text(change.new),
        tuple((kind, tuple(printable(name, 80) for name in found)) for kind, found in names.items()),
        tuple((printable(each.team, 80), printable(each.reason, 160)) for each in change.approvers),
    )


@dataclass
class Memory:
    """What a running server keeps of the history: it is read again only when there is a new commit."""

    changes: Cache = field(default_factory=dict)
    key: tuple[str, int] = ("", 0)
    log: ChangeLog | None = None


def log(workspace: Workspace, most: int, catalog: Catalog, memory: Memory | None = None) -> ChangeLog:
    """What the newest `most` commits changed. Without a readable history it is empty and says why; nothing is raised."""
    memory, settings = memory or Memory(), workspace.settings
    url = f"{settings.repository.rstrip('/')}/commit/{{commit}}" if settings.repository.rstrip("/") else ""
    try:
        repository = Repository.find(settings.root)
        key = (repository.resolve("HEAD"), most)
        if memory.log is None or memory.key != key:
            entries = tuple(
                LogEntry(each.commit, each.day, printable(each.subject, 160), each.spec, _told(each.changes))
                for each in change_log(workspace, most, memory.changes, catalog)
            )
            memory.log = ChangeLog(entries, most, _SHALLOW if repository.is_shallow() else "", url)
            memory.key = key
    except RevisionError as error:
        return ChangeLog((), most, _of_any_machine(str(error), settings.root), url)
    return memory.log


_SHALLOW = (
    "this clone is shallow, so older changes are missing; run `git fetch --unshallow` "
    "(GitHub Actions: `fetch-depth: 0`; GitLab: `GIT_DEPTH: 0`)"
)


def _of_any_machine(text: str, root: Path) -> str:
    """Why there is no history, without a path of this machine, since pages are public, nor advice for the command line."""
    return text.replace(ascii(str(root.absolute()))[1:-1], "the project's folder").partition("; run this inside")[0]


def preview(workspace: Workspace, base: str, today: date) -> Preview:
    """What the working tree changes against the commit that it shares with `base`. Raises `RevisionError`."""
    found = compare_with(workspace, base, today)
    skipped = tuple((each.spec, printable(f"{each.side}: {each.message}", 200)) for each in found.skipped)
    return Preview(found.base.title, tuple((spec, _told(each)) for spec, each in found.by_spec.items()), skipped)


def _told(changes: Iterable[Change]) -> tuple[ChangeView, ...]:
    return tuple(map(told, changes))


__all__ = ["Memory", "RevisionError", "log", "preview", "told"]
