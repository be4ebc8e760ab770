"""The change log of meaning: what each commit that touched specs changed in them, from git alone."""

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

from integration_specs.diff import Change
from integration_specs.diff.classify import compare_specs
from integration_specs.diff.context import Snapshots
from integration_specs.model import Catalog, Spec
from integration_specs.project.git import Repository, Touch
from integration_specs.project.workspace import Workspace

from .snapshots import blob_id, spec_names

Cache = MutableMapping[tuple[str, str, str, str], tuple[Change, ...]]
"""Changes by both ids and both blobs: what two contents mean to each other never changes, only the rules do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one commit changed in the meaning of one spec; `spec` is the id that it has after it, or had last."""

    commit: str
    day: date
    subject: str
    spec: str
    changes: tuple[Change, ...]


def change_log(
    workspace: Workspace, most: int = 100, cache: Cache | None = None, catalog: Catalog | None = None
) -> tuple[Entry, ...]:
    """What the newest `most` commits that touch specs changed in their meaning, the newest first.

    A state of a spec that has errors is passed over, and the next good one compared with the last good one in the same commit
    only. What `catalog` has in the same words is not read again. Commits that changed no meaning are left out. Raises
    `RevisionError` without a git history.
    """
    folder = workspace.settings.specs
    repository = Repository.find(workspace.settings.root)
    commits = repository.touching(repository.resolve("HEAD"), folder, most)
    known: Cache = cache if cache is not None else {}
    contents = repository.read(
        blob for each in commits for touch in each.files for blob in (touch.old, touch.new) if blob and touch.is_file
    )
    like = next((touch.new or touch.old for each in commits for touch in each.files), "")
    read: dict[tuple[str, str], Spec | None] = {
        (spec.file, blob_id(spec.document.text, like)): spec for spec in (catalog.specs if catalog and like else ())
    }

    def spec_at(name: str, blob: str) -> Spec | None:
        if (name, blob) not in read:
            spec = workspace.reader.spec(contents[blob], name)
            read[name, blob] = spec if isinstance(spec, Spec) else None
        return read[name, blob]

    entries: list[Entry] = []
    for each in commits:
        day = datetime.fromtimestamp(each.time, UTC).date()
        for old, new in _pairs(each.files, folder):
            key = (old.name if old else "", old.old if old else "", new.name if new else "", new.new if new else "")
            if key not in known:
                before = spec_at(old.name, old.old) if old else None
                after = spec_at(new.name, new.new) if new else None
                readable = (before is not None or old is None) and (after is not None or new is None)
                known[key] = tuple(_changes(workspace, before, after, day)) if readable else ()
            if found := known[key]:
                name = (new or old).name  # type: ignore[union-attr]
                entries.append(Entry(each.commit, day, each.subject, PurePosixPath(name).stem, found))
    return tuple(entries)


def _pairs(touches: tuple[Touch, ...], folder: str) -> Iterator[tuple[Touch | None, Touch | None]]:
    """Files before and after, by id: a spec that moved to another folder is the same spec."""
    named = {touch.name: touch for touch in touches if touch.is_file}
    specs = [named[name] for name in spec_names(named, folder)]
    gone = {PurePosixPath(touch.name).stem: touch for touch in specs if touch.old and not touch.new}
    for touch in specs:
        if touch.new:
            yield (touch if touch.old else gone.pop(PurePosixPath(touch.name).stem, None)), touch
    for touch in gone.values():
        yield touch, None


def _changes(workspace: Workspace, old: Spec | None, new: Spec | None, today: date) -> list[Change]:
    base, head = (Catalog((spec,) if spec else ()) for spec in (old, new))
    found = compare_specs(Snapshots(base, head, workspace.schema, today), old, new, workspace.settings.diff_levels)
    # Whom a whole spec touches is in other specs, which are not read here.
    return found if old and new else [replace(change, affected=()) for change in found]
