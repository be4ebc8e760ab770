"""Two states of a project's specs, compared: both are read and checked, and what is new on the head's side is told."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from integration_specs.diff import Change, Skip, last_updated
from integration_specs.diff.classify import between, changes_of
from integration_specs.diff.context import Snapshots
from integration_specs.diff.walk import plain
from integration_specs.documents import RULES as LOAD_RULES
from integration_specs.documents import Document, load, load_text
from integration_specs.findings import Finding, has_errors
from integration_specs.model import BrokenSpec, Catalog, Owner, Spec, spec_of
from integration_specs.project.discovery import OWNERS_FILE, name_findings, shown_name
from integration_specs.project.git import RevisionError
from integration_specs.project.workspace import Checked, Outcome, Workspace, no_collecting
from integration_specs.text.display import printable
from integration_specs.validation.schema import SpecSchema

from .snapshots import Side, blob_id, sides, spec_names

_LEFT_OUT = frozenset({"missing-key", "too-few"})


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
    outcome: Outcome
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


@dataclass(frozen=True)
class _Read:
    """One side, read. `owners` is the document of owners.yaml, if there is one."""

    catalog: Catalog
    findings: list[Finding]
    owners: Document | None


def compare(workspace: Workspace, base: Side, head: Side, today: date) -> Comparison:
    """Compare two sides. Raises `RevisionError` when one cannot be read."""
    with no_collecting():
        here = _as_drafts(workspace, _read(workspace, head, None))
        there = _as_drafts(workspace, _read(workspace, base, here))
    if base.kind == "file" or head.kind == "file":
        there, here = _only_files(base, head, there, here)
    outcome = workspace.judge(here.catalog, here.findings, today)
    before = workspace.judge(there.catalog, there.findings, today)
    world = Snapshots(there.catalog, here.catalog, workspace.schema, today)
    levels = workspace.settings.diff_levels
    changes: list[Change] = []
    about_dates: list[Finding] = []
    changed: set[str] = set()
    for old, new in _pairs(there.catalog, here.catalog):
        if old and new and old.document.text == new.document.text and old.id == new.id:
            continue
        changed.add((new or old).id)  # type: ignore[union-attr]
        found = between(world, old, new, levels)
        if old and new:
            about_dates += last_updated.findings(old, new, found, today)
        changes += found
    changes += _owner_changes(replace(world, schema=workspace.owners_schema), there.owners, here.owners, levels)
    skipped = tuple(_skipped(there.catalog, here.catalog))
    texts = [{spec.id: spec.document.text for spec in _all(each.catalog)} for each in (there, here)]
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
        there.catalog,
    )


def compare_with(workspace: Workspace, base: str, today: date) -> Comparison:
    """Compare the working tree with the commit that it shares with `base`; with the main branch for an empty name.

    Raises `RevisionError` when there is no such base.
    """
    settings = workspace.settings
    one, other = sides(settings.root, settings.branch, base, "", merge_base=True)
    return compare(workspace, one, other, today)


def _read(workspace: Workspace, side: Side, other: _Read | None) -> _Read:
    """A side's specs; what has the same content as on the `other` side is not read again."""
    settings = workspace.settings
    if side.kind == "revision":
        return _from_git(workspace, side, other)
    if side.kind == "folder":
        inner = side.path / settings.specs
        settings = replace(settings, root=side.path, specs=settings.specs if inner.is_dir() else ".")
        catalog, findings = Workspace(settings, workspace.schema).catalog()
    elif side.kind == "file":
        document = workspace.redacted(load(side.path, side.path.name))
        found = workspace.validate(document)
        spec = spec_of(side.path.stem, document, found)
        one, broken = ((spec,), ()) if isinstance(spec, Spec) else ((), (spec,))
        return _Read(Catalog(one, broken=broken), list(found), None)
    else:
        catalog, findings = workspace.catalog()
    path = settings.specs_folder / OWNERS_FILE
    owners = workspace.redacted(load(path, shown_name(path, settings.root))) if path.is_file() else None
    return _Read(catalog, findings, owners)


def _as_drafts(workspace: Workspace, read: _Read) -> _Read:
    """A side with those specs, too, whose only fault is to leave out what just a draft may: what is gone is what counts."""

    def sound(spec: BrokenSpec) -> bool:
        faults = {finding.rule for finding in spec.findings if finding.level == "error"}
        if not faults <= _LEFT_OUT or not isinstance(spec.document.data, dict):
            return False
        draft = replace(spec.document, data={**spec.document.data, "status": "draft"})
        return not has_errors(workspace.validate(draft))

    drafts = {spec.id: spec for spec in read.catalog.broken if sound(spec)}
    if not drafts:
        return read
    specs = [Spec(spec.id, spec.file, spec.document.data, spec.document) for spec in drafts.values()]
    catalog = replace(
        read.catalog,
        specs=tuple(sorted((*read.catalog.specs, *specs), key=lambda spec: spec.id)),
        broken=tuple(spec for spec in read.catalog.broken if spec.id not in drafts),
    )
    return replace(read, catalog=catalog)


def _from_git(workspace: Workspace, side: Side, other: _Read | None) -> _Read:
    assert side.repository is not None  # noqa: S101 - a revision always has one
    folder = PurePosixPath(workspace.settings.specs).as_posix()
    files = side.repository.files(side.commit, folder)
    names = spec_names(files, folder)
    owners_name = OWNERS_FILE if folder == "." else f"{folder}/{OWNERS_FILE}"
    known: dict[str, Spec | BrokenSpec] = {}
    read_before: dict[str, list[Finding]] = {}
    for finding in other.findings if other else ():
        read_before.setdefault(finding.file, []).append(finding)
    for each in _all(other.catalog) if other else ():
        blob = files.get(each.file)
        if blob and not blob.is_link and blob.id == blob_id(each.document.text, blob.id):
            known[each.file] = each
    wanted = [name for name in (*names, owners_name) if name not in known and name in files and not files[name].is_link]
    contents = side.repository.read(files[name].id for name in wanted)

    def read(name: str) -> Document:
        return workspace.redacted(load_text(contents[files[name].id], name))

    specs: list[Spec] = []
    broken: list[BrokenSpec] = []
    findings: list[Finding] = []
    taken: dict[str, str] = {}
    for name in names:
        identity = printable(PurePosixPath(name).stem, 255)
        spec = known.get(name)
        if spec is None:
            document = _refused_link(name) if files[name].is_link else read(name)
            found = (*name_findings(identity, document.path, taken), *workspace.validate(document))
            found = tuple(replace(finding, spec=identity) for finding in found)
            spec = spec_of(identity, document, found)
        else:
            found = tuple(read_before.get(spec.file, ()))
        findings += found
        (broken if isinstance(spec, BrokenSpec) else specs).append(spec)  # type: ignore[arg-type]
        taken.setdefault(identity, name)
    owners: Document | None = None
    listed: tuple[tuple[Owner, ...], tuple[tuple[str, str], ...]] = ((), ())
    if owners_name in files and not files[owners_name].is_link:
        owners = read(owners_name)
        found = workspace.validate(owners, owners=True)
        findings += found
        if not has_errors(found):
            listed = Owner.read(owners)
    return _Read(Catalog(tuple(specs), *listed, tuple(broken), owners_name), findings, owners)


def _all(catalog: Catalog) -> tuple[Spec | BrokenSpec, ...]:
    return (*catalog.specs, *catalog.broken)


def _refused_link(name: str) -> Document:
    rule = LOAD_RULES["file-symlink"]
    shown = ascii(name)[1:-1]
    finding = Finding(rule.name, rule.level, "is a symbolic link, which is not followed", shown, help=rule.good)
    return Document(shown, "", None, (finding,))


def _only_files(base: Side, head: Side, there: _Read, here: _Read) -> tuple[_Read, _Read]:
    """With a file on one side, the spec of that id alone; with a file on both, these two, whatever their names."""

    def only(read: _Read, name: str) -> _Read:
        specs = tuple(spec for spec in read.catalog.specs if spec.id == name)
        broken = tuple(spec for spec in read.catalog.broken if spec.id == name)
        findings = [finding for finding in read.findings if finding.spec == name]
        return _Read(replace(read.catalog, specs=specs, broken=broken), findings, None)

    if base.kind == head.kind == "file":
        name = head.path.stem
        renamed = tuple(replace(spec, id=name) for spec in there.catalog.specs)
        broken = tuple(replace(spec, id=name) for spec in there.catalog.broken)
        return _Read(replace(there.catalog, specs=renamed, broken=broken), there.findings, None), here
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
    parts = [{plain(value) for value in spec.data.values()} for spec in (old, new)]
    return 2 * len(parts[0] & parts[1]) >= max(map(len, parts))


def _skipped(base: Catalog, head: Catalog) -> Iterator[Skip]:
    for side, catalog in (("base", base), ("head", head)):
        for spec in catalog.broken:
            first = next(finding for finding in spec.findings if finding.level == "error")
            yield Skip(spec.id, side, spec.file, first.span.line, first.message)


def _new(schema: SpecSchema, before: Outcome, now: Outcome) -> Iterable[Finding]:
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
    return changes_of(world, before, after, levels)


__all__ = ["Comparison", "RevisionError", "compare", "compare_with"]
