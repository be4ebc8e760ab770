"""The change log of the specs, read from git, with changes as pages show them."""

from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import PurePosixPath

from integration_specs.diff import Change
from integration_specs.diff.classify import compare_specs
from integration_specs.diff.context import Snapshots
from integration_specs.diff.descriptions import value_text
from integration_specs.documents import SPEC
from integration_specs.findings.internal_errors import guarded
from integration_specs.model import Catalog, Spec
from integration_specs.project.git import FileChange, Repository
from integration_specs.project.workspace import Workspace
from integration_specs.site import ChangeView, LogEntry
from integration_specs.text.display import escape_unprintable, printable
from integration_specs.text.messages import Message

from .base_and_head import blob_id, spec_names

Cache = MutableMapping[tuple[str, str, str, str], tuple[ChangeView, ...]]
"""Changes by file name and object ID before and after; valid as long as rules and levels stay the same."""


def change_view(change: Change) -> ChangeView:
    """Return a change as plain text."""
    is_moved = change.rule == "moved"
    is_added = change.old is None and change.new is not None
    is_removed = change.old is not None and change.new is None and not is_moved
    has_no_values = is_moved or change.rule.startswith("spec-")
    label = change.label or change.spec
    names: dict[str, dict[str, None]] = {}
    for each in change.affected:
        names.setdefault(each.kind, {})[each.spec if each.kind == "spec" else each.name] = None
    return ChangeView(
        change.level,
        change.rule,
        "added" if is_added else "removed" if is_removed else "changed",
        change.concerns,
        change.pointer,
        Message("{label} {detail}", label=label, detail=change.detail) if is_moved else label,
        "" if change.old is None or has_no_values else value_text(change.old),
        "" if change.new is None or has_no_values else value_text(change.new),
        tuple((kind, tuple(printable(name, 80) for name in found)) for kind, found in names.items()),
        tuple((printable(each.team, 80), reason.text) for each in change.approvers for reason in each.reasons),
        change.advice if change.level in ("breaking", "risky") else "",
    )


def change_log(
    workspace: Workspace,
    limit: int = 100,
    cache: Cache | None = None,
    catalog: Catalog | None = None,
    revision: str = "HEAD",
) -> tuple[LogEntry, ...]:
    """Return what the newest `limit` commits up to `revision` that touch specs changed in meaning, the newest first.

    A commit with an invalid state of a spec is left out for that spec. Specs with the same content in `catalog` are not read
    again. Raises `RevisionError` without a git history.
    """
    folder, address = workspace.settings.specs, workspace.settings.repository.rstrip("/")
    repository = Repository.find(workspace.settings.root)
    commits = repository.log(repository.resolve(revision), folder, limit)
    known: Cache = cache if cache is not None else {}
    files = [file for commit in commits for file in commit.files]
    contents = repository.read(
        (blob for file in files if file.is_file for blob in (file.old, file.new) if blob), SPEC.size
    )
    like = next((file.new or file.old for file in files), "")
    specs: dict[tuple[str, str], Spec | None] = {
        (spec.file, blob_id(spec.document.text, like)): spec for spec in (catalog.specs if catalog and like else ())
    }

    def read(name: str, blob: str) -> Spec | None:
        if (name, blob) not in specs:
            spec = workspace.reader.spec(contents[blob], name)
            specs[name, blob] = spec if isinstance(spec, Spec) else None
        return specs[name, blob]

    entries: list[LogEntry] = []
    for commit in commits:
        day = datetime.fromtimestamp(commit.time, UTC).date()
        for old, new in _pairs(commit.files, folder):
            key = (old.name if old else "", old.old if old else "", new.name if new else "", new.new if new else "")
            if key not in known:
                before = read(old.name, old.old) if old else None
                after = read(new.name, new.new) if new else None
                is_valid = (before is not None or old is None) and (after is not None or new is None)
                name = escape_unprintable((new or old).name)  # type: ignore[union-attr]
                compare = partial(_changes, workspace, before, after, day)
                changes = guarded(compare, lambda _: [], Message("the change log"), name) if is_valid else []
                known[key] = tuple(map(change_view, changes))
            if views := known[key]:
                spec = escape_unprintable(PurePosixPath((new or old).name).stem)  # type: ignore[union-attr]
                url = f"{address}/commit/{commit.commit}" if address else ""
                entries.append(LogEntry(commit.commit, day, printable(commit.subject, 160), spec, views, url))
    return tuple(entries)


def _pairs(files: tuple[FileChange, ...], folder: str) -> Iterator[tuple[FileChange | None, FileChange | None]]:
    """Yield the spec files before and after a commit, by ID: a spec that moved to another folder is the same spec."""
    by_name = {file.name: file for file in files if file.is_file}
    specs = [by_name[name] for name in spec_names(by_name, folder)]
    removed = {PurePosixPath(file.name).stem: file for file in specs if file.old and not file.new}
    for file in specs:
        if file.new:
            yield (file if file.old else removed.pop(PurePosixPath(file.name).stem, None)), file
    for file in removed.values():
        yield file, None


def _changes(workspace: Workspace, old: Spec | None, new: Spec | None, today: date) -> list[Change]:
    base, head = (Catalog((spec,) if spec else ()) for spec in (old, new))
    found = compare_specs(Snapshots(base, head, workspace.schema, today, workspace.settings.diff_levels), old, new)
    # A whole spec affects other specs, which are not read here.
    return found if old and new else [replace(change, affected=()) for change in found]
