"""The two states of the specs that a comparison reads: which ones the user named, and their catalogs."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Literal

from integration_specs.documents import SPEC
from integration_specs.files import is_file, is_folder
from integration_specs.model import BrokenSpec, Catalog, Spec
from integration_specs.model.codeowners import codeowners_places
from integration_specs.project.discovery import OWNERS_FILE, all_name_findings
from integration_specs.project.git import Blob, Repository, RevisionError
from integration_specs.project.workspace import Workspace
from integration_specs.settings import Settings, SettingsError, SpecSource, read_settings
from integration_specs.text.display import escape_unprintable, printable
from integration_specs.text.suggestions import did_you_mean

SETTINGS_FILES = ("integration-specs.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Source:
    """Where one state of the specs is read from.

    `title` names it for people; `commit` is the object ID of a revision, `path` a folder or file. `parts` are the states of the
    further folders of the setting `specs`. `gap` says why one of these cannot be compared.
    """

    kind: Literal["revision", "working tree", "folder", "file"]
    title: str
    commit: str = ""
    path: Path = Path()
    repository: Repository | None = None
    parts: "tuple[tuple[SpecSource, Source], ...]" = ()
    gap: str = ""


_WORKING_TREE = Source("working tree", "working tree")


def find_sources(
    settings: Settings, base: str, head: str, *, merge_base: bool = False, only: str = ""
) -> tuple[Source, Source]:
    """Return what `base` and `head` name; by default the merge base of the main branch, and the working tree.

    A name is a revision if git knows it, otherwise a path; a name that starts with `.` or `/` is always a path. With
    `merge_base`, the base is the common ancestor of both. The names belong to the project's own repository, or to that of the
    source `only`, which is then compared alone. Raises `RevisionError` for an unknown name.
    """
    chosen = _named_source(settings, only) if only else None
    root, branch = (settings.root / chosen.top, chosen.branch) if chosen else (settings.root, settings.branch)
    old, new = _find_pair(root, branch, base, head, merge_base)
    if not settings.more_specs or {old.kind, new.kind} & {"folder", "file"}:
        return old, new
    none = (_WORKING_TREE, _WORKING_TREE)
    if only:
        pairs = [(old, new) if each == chosen else none for each in settings.more_specs]
    else:
        pairs = [_part(settings, each, old, new) for each in settings.more_specs]

    def joined(place: int, own: Source) -> Source:
        parts = tuple((each, pair[place]) for each, pair in zip(settings.more_specs, pairs, strict=True))
        if chosen:
            return replace(_WORKING_TREE, title=own.title, path=settings.root, parts=parts)
        others = [(each, part) for each, part in parts if part.repository not in (None, own.repository)]
        title = ", ".join((own.title, *(f"{each.label}: {part.title}" for each, part in others)))
        return replace(own, title=title, parts=parts)

    return joined(0, old), joined(1, new)


def _named_source(settings: Settings, name: str) -> SpecSource | None:
    """Return the further folder of specs with this name; None for the project's own. Raises `RevisionError`."""
    found = {each.label: each for each in settings.spec_sources}
    if name not in found:
        hint = did_you_mean(name, found, f"; the setting `specs` has {', '.join(map(printable, found))}")
        raise RevisionError(f"unknown source {name!a}{hint}")
    return found[name] if found[name] in settings.more_specs else None


def _part(settings: Settings, source: SpecSource, old: Source, new: Source) -> tuple[Source, Source]:
    """Return the two states of a further folder, which is often the checkout of another repository.

    The base is the commit that a submodule records, otherwise the merge base with the branch of that repository. Where nothing
    is known, both are the working tree.
    """

    def unknown(gap: str) -> tuple[Source, Source]:
        return replace(_WORKING_TREE, gap=gap), replace(_WORKING_TREE, gap=gap)

    folder, own = settings.root / source.top, old.repository or new.repository
    if own is None or not is_folder(settings.root / source.path):
        return unknown(f"the folder {source.path} does not exist")
    try:
        repository = Repository.find(folder)
        if repository.top == own.top:
            return unknown("Git ignores the folder") if own.is_ignored(source.path) else (old, new)
        commits = [own.submodule(side.commit, source.top) if side.commit else "" for side in (old, new)]
        if new.commit and not commits[1]:
            return unknown(f"{new.title} records no commit of it; use --source {source.label}")
        head = new
        if new.commit:
            head = Source("revision", commits[1][:7], repository.resolve(commits[1]), repository=repository)
        if commits[0]:
            return Source("revision", commits[0][:7], repository.resolve(commits[0]), repository=repository), head
        names = (name for name in (f"origin/{source.branch}", source.branch) if repository.commit(name))
        name = next(names, "") or repository.main(source.branch)
        shared = repository.merge_base(repository.resolve(name), head.commit or repository.resolve("HEAD"))
        return Source("revision", f"{shared[:7]} (merge base with {name})", shared, repository=repository), head
    except RevisionError as error:
        raise RevisionError(f"{printable(source.label)}: {error}") from error


def _find_pair(root: Path, branch: str, base: str, head: str, merge_base: bool) -> tuple[Source, Source]:
    new = _source(root, head) if head else replace(_WORKING_TREE, path=root)
    old = _source(root, base) if base else None
    if old and not (merge_base and old.commit):
        return old, new
    repository = (old and old.repository) or Repository.find(root)
    name = base or repository.main(branch)
    commit = old.commit if old else repository.resolve(name)
    shared = repository.merge_base(commit, new.commit or repository.resolve("HEAD"))
    return Source("revision", f"{shared[:7]} (merge base with {name})", shared, repository=repository), new


def _source(root: Path, name: str) -> Source:
    path = Path(name)
    if not name.startswith((".", "/")):
        problem: RevisionError | None = None
        try:
            repository = Repository.find(root)
            if commit := repository.commit(name):
                title = commit[:7] if commit.startswith(name) else f"{commit[:7]} ({ascii(name)[1:-1]})"
                return Source("revision", title, commit, repository=repository)
            if not path.exists():
                repository.resolve(name)
        except RevisionError as error:
            problem = error
        if problem and not path.exists():
            raise problem
    if path.is_dir():
        return Source("folder", ascii(name)[1:-1], path=path)
    if path.is_file():
        return Source("file", ascii(name)[1:-1], path=path)
    raise RevisionError(f"there is no folder, file or revision {name!a}; check the spelling")


def read_catalog(workspace: Workspace, source: Source, other: Catalog | None = None) -> Catalog:
    """Return the catalog of a source; specs with the same content in `other` are not read again.

    A broken spec that would be a valid draft counts as a spec, so that a part that was removed is a change.
    """
    catalog = _read(workspace, source, other)
    if other and other.owners == catalog.owners:  # the same values, so that checks of specs are known to be the same
        catalog = replace(catalog, owners=other.owners)
    drafts = {spec.id: spec for spec in map(workspace.reader.as_draft, catalog.broken) if spec}
    if not drafts:
        return catalog
    return replace(
        catalog,
        specs=tuple(sorted((*catalog.specs, *drafts.values()), key=lambda spec: spec.id)),
        broken=tuple(spec for spec in catalog.broken if spec.id not in drafts),
    )


def _read(workspace: Workspace, source: Source, other: Catalog | None) -> Catalog:
    more = tuple(each for each, _ in source.parts)
    settings = replace(workspace.settings, specs=specs_folder(workspace.settings, source), more_specs=more)
    if source.repository:
        return _read_revision(workspace, source.repository, source.commit, settings.specs, other)
    if source.kind == "folder":
        return workspace.at(replace(settings, root=source.path)).catalog(other)
    if source.kind == "file":
        spec = workspace.reader.spec(source.path, source.path.name)
        return Catalog((spec,)) if isinstance(spec, Spec) else Catalog((), broken=(spec,))
    return workspace.catalog() if settings == workspace.settings else workspace.at(settings).catalog()


def specs_folder(settings: Settings, source: Source) -> str:
    """Return the folder of the specs in a source, which may have moved since: its own settings then name it."""
    folder = PurePosixPath(settings.specs).as_posix()
    if source.kind == "folder":
        return folder if is_folder(source.path / folder) else "."
    if source.repository:
        files = source.repository.files(source.commit, "")
        if any(PurePosixPath(name).is_relative_to(folder) for name in files):
            return folder
        with TemporaryDirectory() as temporary:
            write_files(source.repository, files, SETTINGS_FILES, Path(temporary))
            return _own_folder(Path(temporary)) or folder
    if source.kind == "working tree" and not is_folder(settings.specs_folder):
        return _own_folder(settings.root) or folder
    return folder


def _own_folder(root: Path) -> str:
    try:
        return PurePosixPath(read_settings(root).specs).as_posix()
    except SettingsError:
        return ""


def write_files(repository: Repository, files: Mapping[str, Blob], names: Iterable[str], folder: Path) -> None:
    """Write files of a commit to a folder; links and files that do not exist are left out."""
    regular = {name: files[name].id for name in names if name in files and not files[name].is_link}
    contents = repository.read(regular.values())
    for name, identity in regular.items():
        path = folder / name
        if path.resolve().is_relative_to(folder.resolve()):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents[identity])


@contextmanager
def as_tree(settings: Settings, source: Source) -> Iterator[Source]:
    """Yield a source with specs of several repositories as one folder; others are yielded unchanged.

    The folder is temporary, and has the specs, the files beside them and CODEOWNERS of each repository.
    """
    if all(each.kind == "working tree" for each in (source, *(part for _, part in source.parts))) or not source.parts:
        yield source
        return
    with TemporaryDirectory() as temporary:
        root = Path(temporary)
        (root / settings.specs).mkdir(parents=True)
        _write_part(settings, settings.specs, "", source, root)
        for each, part in source.parts:
            top = "" if part.repository == source.repository else each.top
            _write_part(settings, each.path.removeprefix(f"{top}/") if top else each.path, top, part, root)
        yield replace(source, kind="folder", path=root, repository=None)


def _write_part(settings: Settings, folder: str, top: str, source: Source, root: Path) -> None:
    """Write the specs in `folder` of one repository, checked out at `top`, to the same place below `root`."""
    places = codeowners_places(settings)
    if source.repository:
        files = source.repository.files(source.commit, "")
        names = [name for name in files if PurePosixPath(name).is_relative_to(folder)]
        write_files(source.repository, files, [*names, *places], root / top)
        return
    here, target = settings.root / top, root / top
    if is_folder(here / folder):
        shutil.copytree(here / folder, target / folder, symlinks=True, dirs_exist_ok=True)
    for place in places:
        if is_file(here / place):
            (target / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(here / place, target / place)


@contextmanager
def project_files(settings: Settings, source: Source) -> Iterator[Settings]:
    """Yield the settings for the files beside the specs of a source: contracts, attachments and CODEOWNERS.

    Those of a revision are written to a temporary folder.
    """
    folder = specs_folder(settings, source)
    if source.kind == "folder":
        yield replace(settings, root=source.path, specs=folder)
    elif source.repository is None:
        yield replace(settings, specs=folder)
    else:
        with TemporaryDirectory() as temporary:
            root = Path(temporary)
            files = source.repository.files(source.commit, "")
            specs = set(spec_names(files, folder))
            beside = [name for name in files if PurePosixPath(name).is_relative_to(folder) and name not in specs]
            write_files(source.repository, files, [*beside, *codeowners_places(settings)], root)
            yield replace(settings, root=root, specs=folder)


def _read_revision(
    workspace: Workspace, repository: Repository, commit: str, folder: str, other: Catalog | None
) -> Catalog:
    files = repository.files(commit, folder)
    names = spec_names(files, folder)
    owners_name = OWNERS_FILE if folder == "." else f"{folder}/{OWNERS_FILE}"
    known: dict[str, Spec | BrokenSpec] = {}
    for each in other.all_specs if other else ():
        blob = files.get(each.file)
        if blob and not blob.is_link and blob.id == blob_id(each.document.text, blob.id):
            known[each.file] = each
    wanted = [name for name in (*names, owners_name) if name not in known and name in files and not files[name].is_link]
    contents = repository.read((files[name].id for name in wanted), SPEC.size)
    specs = [
        known.get(name) or workspace.reader.spec(contents.get(files[name].id), name, found)
        for name, found in zip(names, all_name_findings(map(escape_unprintable, names)), strict=True)
    ]
    owners = Catalog((), owners_file=owners_name)
    if owners_name in files:
        owners = workspace.reader.owners(contents.get(files[owners_name].id), owners_name)
    return replace(
        owners,
        specs=tuple(spec for spec in specs if isinstance(spec, Spec)),
        broken=tuple(spec for spec in specs if isinstance(spec, BrokenSpec)),
    )


def spec_names(names: Iterable[str], folder: str) -> list[str]:
    """Return the files of a tree that are specs: `.yaml` below `folder`, not hidden, no attachment, not `owners.yaml`."""
    known = set(names)
    top = PurePosixPath(folder)
    found = []
    for name in known:
        path = PurePosixPath(name)
        if not path.is_relative_to(top) or path.suffix != ".yaml":
            continue
        parts = path.relative_to(top).parts
        parents = (top.joinpath(*parts[:depth]) for depth in range(1, len(parts)))
        is_hidden = any(part.startswith(".") for part in parts)
        if not is_hidden and parts != (OWNERS_FILE,) and not any(f"{each}.yaml" in known for each in parents):
            found.append(name)
    return sorted(found, key=lambda name: (PurePosixPath(name).stem, name))


def blob_id(text: str, like: str) -> str:
    """Return the object ID that git gives a text, with the hash function of the object ID `like`."""
    content = text.encode("utf-8", "surrogateescape")
    algorithm = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return algorithm(b"blob %d\0" % len(content) + content).hexdigest()
