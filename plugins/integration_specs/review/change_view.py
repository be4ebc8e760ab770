"""Changes for the pages of a site: the change log of the specs, and what a preview changes."""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from integration_specs.files import is_folder
from integration_specs.findings.internal_errors import recorded_failures
from integration_specs.model import Catalog
from integration_specs.project.git import Repository, RevisionError
from integration_specs.project.workspace import Workspace
from integration_specs.site import ChangeLog, LogEntry, Preview
from integration_specs.text.messages import DerivedMessage, Message, joined, map_values

from .compare import compare_with
from .history import Cache, change_log, change_view

_SHALLOW = Message(
    "this clone is shallow, so older changes are missing; run `git fetch --unshallow` "
    "(GitHub Actions: `fetch-depth: 0`; GitLab: `GIT_DEPTH: 0`)"
)


@dataclass
class HistoryCache:
    """The change log that a running server keeps until there is a new commit."""

    changes: Cache = field(default_factory=dict)
    key: tuple[str, int] = ("", 0)
    log: ChangeLog | None = None


def log(workspace: Workspace, limit: int, catalog: Catalog, cache: HistoryCache | None = None) -> ChangeLog:
    """Return what the newest `limit` commits changed; without a readable history it is empty and says why."""
    cache, settings = cache or HistoryCache(), workspace.settings
    try:
        repository = Repository.find(settings.root)
        key = (repository.resolve("HEAD"), limit)
        if cache.log is None or cache.key != key:
            with recorded_failures() as failures:
                entries = tuple(_all_changes(workspace, limit, cache.changes, catalog))
            gaps: list[str] = [_SHALLOW] if repository.is_shallow() else []
            gaps += [Message("{file}: {message}", file=each.file, message=each.message) for each in failures[:3]]
            cache.log = ChangeLog(entries, limit, joined("{first}; {second}", gaps))
            cache.key = key
    except RevisionError as error:
        return ChangeLog((), limit, _without_paths(error.args[0], settings.root))
    return cache.log


def _all_changes(workspace: Workspace, limit: int, cache: Cache, catalog: Catalog) -> list[LogEntry]:
    """Return the change logs of all repositories, the newest first. One without a readable history raises `RevisionError`."""
    found: list[LogEntry] = []
    for top, settings in workspace.settings.repositories():
        is_own = not top and settings.specs == workspace.settings.specs
        own = workspace if is_own else Workspace(settings, workspace.schema)
        if is_folder(settings.specs_folder):
            found += change_log(own, limit, cache, catalog if is_own else None)
    found = list(dict.fromkeys(found))  # of a folder inside another one, each entry is found twice
    return sorted(found, key=lambda entry: entry.day, reverse=True)[:limit] if workspace.settings.more_specs else found


def _without_paths(message: str, root: Path) -> str:
    """Return why there is no history for a public page: without paths of this machine and advice for the command line."""
    if isinstance(message, Message) and "folder" in message.values:
        return Message(message.template, **{**message.values, "folder": Message("the project's folder"), "advice": ""})
    return map_values(lambda text: text.replace(ascii(str(root.absolute()))[1:-1], "the project's folder"), message)


def preview(workspace: Workspace, base: str, today: date) -> Preview:
    """Return what the working tree changes since its merge base with `base`. Raises `RevisionError`."""
    found = compare_with(workspace, base, today)
    # Of a spec that is invalid on both sides, the reason of the second one is enough.
    skipped = {
        each.spec: Message("{side}: {message}", side=DerivedMessage(str, each.side), message=each.message)
        for each in found.skipped
    }
    by_spec = groupby(found.changes, key=attrgetter("spec"))
    changes = tuple((spec, tuple(map(change_view, each))) for spec, each in by_spec)
    return Preview(found.base.title, changes, tuple(skipped.items()))
