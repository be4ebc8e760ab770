"""The two sides of a comparison: what the user named, and which files of specs each has."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from integration_specs.project.git import Repository, RevisionError


@dataclass(frozen=True, slots=True)
class Side:
    """One side. `title` is said to people; `path` is a folder or file, `commit` the object id of a revision."""

    kind: Literal["revision", "working tree", "folder", "file"]
    title: str
    commit: str = ""
    path: Path = Path()
    repository: Repository | None = None


def sides(root: Path, branch: str, base: str, head: str, *, merge_base: bool = False) -> tuple[Side, Side]:
    """What to compare. Without names: the merge base of the main branch, and the working tree.

    A name is a revision if git knows it, else a path; one that starts with `.` or `/` is always a path. With `merge_base`
    the base is the commit that it shares with the other side. Raises `RevisionError` when a side is not there.
    """
    here = _side(root, head) if head else Side("working tree", "working tree", path=root)
    there = _side(root, base) if base else None
    if there and not (merge_base and there.commit):
        return there, here
    repository = (there and there.repository) or Repository.find(root)
    name = base or repository.main(branch)
    commit = there.commit if there else repository.resolve(name)
    shared = repository.merge_base(commit, here.commit or repository.resolve("HEAD"))
    return Side("revision", f"{shared[:7]} (merge base with {name})", shared, repository=repository), here


def _side(root: Path, name: str) -> Side:
    path = Path(name)
    if not name.startswith((".", "/")):
        problem: RevisionError | None = None
        try:
            repository = Repository.find(root)
            if commit := repository.commit(name):
                title = commit[:7] if commit.startswith(name) else f"{commit[:7]} ({ascii(name)[1:-1]})"
                return Side("revision", title, commit, repository=repository)
            if not path.exists():
                repository.resolve(name)
        except RevisionError as error:
            problem = error
        if problem and not path.exists():
            raise problem
    if path.is_dir():
        return Side("folder", ascii(name)[1:-1], path=path)
    if path.is_file():
        return Side("file", ascii(name)[1:-1], path=path)
    raise RevisionError(f"there is no folder, file or revision {name!a}; look for a slip of the pen")


def spec_names(names: Iterable[str], folder: str) -> list[str]:
    """Which of a tree's files are specs: `.yaml` below `folder` that is neither hidden, an attachment nor `owners.yaml`."""
    known = set(names)
    top = PurePosixPath(folder)
    found = []
    for name in known:
        path = PurePosixPath(name)
        try:
            parts = path.relative_to(top).parts
        except ValueError:
            continue
        if path.suffix != ".yaml" or any(part.startswith(".") for part in parts) or parts == ("owners.yaml",):
            continue
        above = [top.joinpath(*parts[:depth]) for depth in range(1, len(parts))]
        if not any(f"{each}.yaml" in known for each in above):
            found.append(name)
    return sorted(found, key=lambda name: (PurePosixPath(name).stem, name))


def blob_id(text: str, like: str) -> str:
    """The object id that git gives a text, with the hash that made `like`; another text never has the same one."""
    content = text.encode("utf-8", "surrogateescape")
    algorithm = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return algorithm(b"blob %d\0" % len(content) + content).hexdigest()
