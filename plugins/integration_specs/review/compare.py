"""Two states of a project's specs, compared: both are read and checked, and what is new on the head's side is told."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from integration_specs.diff import Change, Skip, last_updated
from integration_specs.diff.classify import compare_specs
from integration_specs.diff.context import Snapshots
from integration_specs.diff.walk import canonical
from integration_specs.documents import Document
from integration_specs.findings import Finding
from integration_specs.model import BrokenSpec, Catalog, Spec
from integration_specs.project.discovery import OWNERS_FILE, all_name_findings
from integration_specs.project.git import RevisionError
from integration_specs.project.workspace import Checked, CheckResult, Workspace, without_garbage_collection
from integration_specs.validation.schema import SpecSchema

from .snapshots import Side, blob_id, sides, spec_names


@dataclass(frozen=True)
class Comparison:
    """What changed in meaning between two sides, what is newly wrong, and what was looked at.

    `outcome` is that of the head. `changed` are the ids of specs whose file is not the same on both sides.
    """

    base: Side
    head: Side
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[Skip, ...]
    outcome: CheckResult
    changed: tuple[str, ...]
    before: Catalog

    @property
    def by_spec(self) -> dict[str, tuple[Change, ...]]:
        """Changes by spec id, the gravest of each spec first."""
        found: dict[str, list[Change]] = {}
        for change in self.changes:
            found.setdefault(change.spec, []).append(change)
        return {spec: tuple(changes) for spec, changes in found.items()}

    @property
    def checked(self) -> Checked:
        """What was looked at; a spec that is unreadable on either side counts as skipped."""
        return replace(self.outcome.checked, skipped=len({each.spec for each in self.skipped}))


def compare(workspace: Workspace, base: Side, head: Side, today: date) -> Comparison:
    """Compare two sides. Raises `RevisionError` when one cannot be read."""
    with without_garbage_collection():
        here = _with_drafts(workspace, _read(workspace, head, None))
        there = _with_drafts(workspace, _read(workspace, base, here))
    if base.kind == "file" or head.kind == "file":
        there, here = _only_files(base, head, there, here)
    outcome = workspace.check_catalog(here, today)
    before = workspace.check_catalog(there, today)
    world = Snapshots(there, here, workspace.schema, today)
    levels = workspace.settings.diff_levels
    changes: list[Change] = []
    about_dates: list[Finding] = []
    changed: set[str] = set()
    for old, new in _pairs(there, here):
        if old and new and old.document.text == new.document.text and old.id == new.id:
            continue
        changed.add((new or old).id)  # type: ignore[union-attr]
        found = compare_specs(world, old, new, levels)
        if old and new:
            about_dates += last_updated.findings(old, new, found, today)
        changes += found
    changes += _owner_changes(
        replace(world, schema=workspace.owners_schema), there.owners_document, here.owners_document, levels
    )
    skipped = tuple(_skipped(there, here))
    texts = [{spec.id: spec.document.text for spec in each.all_specs} for each in (there, here)]
    changed |= {each.spec for each in skipped if texts[0].get(each.spec) != texts[1].get(each.spec)}
    new_findings = _new(workspace.schema, before, outcome)
    return Comparison(
        base,
        head,
        tuple(sorted(changes, key=lambda change: change.sort_key)),
        tuple(sorted((*new_findings, *about_dates), key=lambda finding: finding.sort_key)),
        skipped,
        outcome,
        tuple(sorted(changed)),
        there,
    )


def compare_with(workspace: Workspace, base: str, today: date) -> Comparison:
    """Compare the working tree with the commit that it shares with `base`; with the main branch for an empty name.

    Raises `RevisionError` when there is no such base.
    """
    settings = workspace.settings
    one, other = sides(settings.root, settings.branch, base, "", merge_base=True)
    return compare(workspace, one, other, today)


def _read(workspace: Workspace, side: Side, other: Catalog | None) -> Catalog:
    """Return the catalog of a side; a spec with the same content as on the `other` side is not read again."""
    settings = workspace.settings
    if side.kind == "revision":
        return _from_git(workspace, side, other)
    if side.kind == "folder":
        inner = side.path / settings.specs
        settings = replace(settings, root=side.path, specs=settings.specs if inner.is_dir() else ".")
        return Workspace(settings, workspace.schema).catalog()
    if side.kind == "file":
        spec = workspace.reader.spec(side.path, side.path.name)
        return Catalog((spec,)) if isinstance(spec, Spec) else Catalog((), broken=(spec,))
    return workspace.catalog()


def _with_drafts(workspace: Workspace, catalog: Catalog) -> Catalog:
    """Return the catalog with those broken specs that would be valid drafts: a part that was removed counts as a change."""
    drafts = {spec.id: spec for spec in map(workspace.reader.as_draft, catalog.broken) if spec}
    if not drafts:
        return catalog
    return replace(
        catalog,
        specs=tuple(sorted((*catalog.specs, *drafts.values()), key=lambda spec: spec.id)),
        broken=tuple(spec for spec in catalog.broken if spec.id not in drafts),
    )


def _from_git(workspace: Workspace, side: Side, other: Catalog | None) -> Catalog:
    assert side.repository is not None  # noqa: S101 - a revision always has one
    folder = PurePosixPath(workspace.settings.specs).as_posix()
    files = side.repository.files(side.commit, folder)
    names = spec_names(files, folder)
    owners_name = OWNERS_FILE if folder == "." else f"{folder}/{OWNERS_FILE}"
    known: dict[str, Spec | BrokenSpec] = {}
    for each in other.all_specs if other else ():
        blob = files.get(each.file)
        if blob and not blob.is_link and blob.id == blob_id(each.document.text, blob.id):
            known[each.file] = each
    wanted = [name for name in (*names, owners_name) if name not in known and name in files and not files[name].is_link]
    contents = side.repository.read(files[name].id for name in wanted)
    specs = [
        known.get(name) or workspace.reader.spec(contents.get(files[name].id), name, found)
        for name, found in zip(names, all_name_findings(names), strict=True)
    ]
    owners = (
        workspace.reader.owners(contents.get(files[owners_name].id), owners_name)
        if owners_name in files
        else Catalog((), owners_file=owners_name)
    )
    return replace(
        owners,
        specs=tuple(spec for spec in specs if isinstance(spec, Spec)),
        broken=tuple(spec for spec in specs if isinstance(spec, BrokenSpec)),
    )


def _only_files(base: Side, head: Side, there: Catalog, here: Catalog) -> tuple[Catalog, Catalog]:
    """With a file on one side, the spec of that id alone; with a file on both, these two, whatever their names."""

    def only(catalog: Catalog, name: str) -> Catalog:
        specs = tuple(spec for spec in catalog.specs if spec.id == name)
        broken = tuple(spec for spec in catalog.broken if spec.id == name)
        return replace(catalog, specs=specs, broken=broken, project_findings=(), owners_document=None)

    if base.kind == head.kind == "file":
        name = head.path.stem
        renamed = tuple(replace(spec, id=name) for spec in there.specs)
        broken = tuple(replace(spec, id=name) for spec in there.broken)
        return replace(there, specs=renamed, broken=broken), here
    if base.kind == "file":
        return there, only(here, base.path.stem)
    return only(there, head.path.stem), here


def _pairs(base: Catalog, head: Catalog) -> Iterator[tuple[Spec | None, Spec | None]]:
    """Specs of both sides by id, renamed ones found by `former_ids` or by saying the same; not what is unreadable."""
    unreadable = {spec.id for spec in (*base.broken, *head.broken)}
    gone = {spec.id: spec for spec in base.specs if spec.id not in head.by_id and spec.id not in unreadable}
    for spec in head.specs:
        if spec.id in unreadable:
            continue
        old = base.by_id.get(spec.id)
        if old is None:
            former = next((name for name in spec.data.get("former_ids", ()) if name in gone), None)
            former = former or next((name for name, each in gone.items() if _alike(each, spec)), None)
            old = gone.pop(former) if former else None
        yield old, spec
    for spec in gone.values():
        yield spec, None


def _alike(old: Spec, new: Spec) -> bool:
    """Whether two specs are one under another name: at least half of their parts are the same, the system included."""
    if old.system != new.system:
        return False
    parts = [{canonical(value) for value in spec.data.values()} for spec in (old, new)]
    return 2 * len(parts[0] & parts[1]) >= max(map(len, parts))


def _skipped(base: Catalog, head: Catalog) -> Iterator[Skip]:
    for side, catalog in (("base", base), ("head", head)):
        for spec in catalog.broken:
            first = next(finding for finding in spec.findings if finding.level == "error")
            yield Skip(spec.id, side, spec.file, first.span.line, first.message)


def _new(schema: SpecSchema, before: CheckResult, now: CheckResult) -> Iterable[Finding]:
    """Findings of the head that the base did not have, wherever they stand now."""

    def key(catalog: Catalog, finding: Finding) -> tuple[str, str, str]:
        spec = catalog.by_id.get(finding.spec)
        path = schema.identity_path(spec.data, finding.pointer) if spec else str(finding.pointer)
        return finding.rule, finding.spec or finding.file, path

    left = Counter(key(before.catalog, finding) for finding in before.findings)
    for finding in now.findings:
        name = key(now.catalog, finding)
        if left[name]:
            left[name] -= 1
        else:
            yield finding


def _owner_changes(
    world: Snapshots, old: Document | None, new: Document | None, levels: dict[str, str]
) -> list[Change]:
    """What changed in owners.yaml."""
    if (old.text if old else "") == (new.text if new else ""):
        return []
    documents = [each for each in (old, new) if each is not None and isinstance(each.data, dict)]
    if not documents or any(each is not None and each.data is None for each in (old, new)):
        return []
    empty = Document(documents[0].path, "", {}, ())
    before, after = (Spec("owners", each.path, each.data, each) for each in (old or empty, new or empty))
    return compare_specs(world, before, after, levels)


__all__ = ["Comparison", "RevisionError", "compare", "compare_with"]
