"""Find the files of specs in a folder, and report problems of their names."""

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from integration_specs.documents import RULES as LOAD_RULES
from integration_specs.files import is_folder
from integration_specs.findings import Finding
from integration_specs.findings.rule_tables import load_rules
from integration_specs.text.display import escape_unprintable, printable
from integration_specs.text.names import OWN_ADDRESSES, slug

FolderIdentity = tuple[int, int]
"""Device and inode of a folder, by which it is known under any path."""
RULES: Final = load_rules("integration_specs.project")
OWNERS_FILE = "owners.yaml"
_RESERVED_BY_SYSTEMS = frozenset(
    ["con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))]
)
_RESERVED_BY_SITES = frozenset(
    ["404", "assets", "search", "sitemap", "stylesheets", "javascripts", "overrides", "tags"]
)


def shown_name(path: Path, root: Path) -> str:
    """Return a path for display: relative to `root` if it is below, with `/`, without control characters."""
    try:
        return escape_unprintable(path.relative_to(root).as_posix())
    except ValueError:
        return escape_unprintable(path.as_posix())


class SpecFiles(NamedTuple):
    """Content of the specs folder: specs, files with the wrong ending (`.yml`), and folders that were not read, with the reason."""

    specs: list[Path]
    misnamed: list[Path]
    skipped: list[tuple[Path, OSError | None]]


def find_files(folder: Path, others: Collection[FolderIdentity] = ()) -> SpecFiles:
    """Find the specs below `folder`. Hidden files, attachments, and folders that are among the `others` are left out.

    A folder with the name of a spec next to it holds the attachments of that spec. Symbolic links are not followed: links to
    files are among the specs, so that loading refuses them; links to folders are skipped, like folders that cannot be read.
    """
    specs: list[Path] = []
    misnamed: list[Path] = []
    skipped: list[tuple[Path, OSError | None]] = []
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            skipped.append((here, error))
            continue
        spec_names = {entry.name.removesuffix(".yaml") for entry in entries if entry.name.endswith(".yaml")}
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if here == folder and entry.name == OWNERS_FILE:
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name.endswith((".yaml", ".yml")):
                    specs.append(Path(entry.path))
                elif entry.name not in spec_names and not (others and _identity(entry) in others):
                    waiting.append(Path(entry.path))
            elif entry.name.endswith(".yaml"):
                specs.append(Path(entry.path))
            elif entry.name.lower().endswith((".yml", ".yaml")):
                misnamed.append(Path(entry.path))
            elif entry.is_symlink() and entry.name not in spec_names and is_folder(Path(entry.path)):
                skipped.append((Path(entry.path), None))
    return SpecFiles(
        sorted(specs, key=lambda path: (path.stem, path.as_posix())), sorted(misnamed), sorted(skipped, key=str)
    )


def _identity(entry: os.DirEntry[str]) -> FolderIdentity:
    status = os.stat(entry.path, follow_symlinks=False)  # noqa: PTH116 (that of the entry has no inode on Windows)
    return status.st_dev, status.st_ino


def name_findings(identity: str, file: str, taken: dict[str, str]) -> Iterator[Finding]:
    """Yield the problems of a spec's ID; `taken` are the IDs of other files, with these files."""
    is_portable = len(identity) <= 80 and identity.isascii() and identity == identity.lower()
    if not is_portable or not identity.replace("-", "").isalnum() or identity.startswith("-"):
        yield RULES["file-id"].report(file, id=printable(identity), meant=slug(identity, "pagar-me"))
    elif identity in _RESERVED_BY_SYSTEMS or identity in _RESERVED_BY_SITES or identity in OWN_ADDRESSES:
        yield RULES["reserved-id"].report(file, id=identity)
    if identity in taken:
        yield RULES["duplicate-id"].report(file, id=printable(identity), file=taken[identity])


def all_name_findings(files: Iterable[str]) -> Iterator[tuple[Finding, ...]]:
    """Yield, for each file, the problems of its name; of two files with one ID the second one has the problem."""
    known: dict[str, str] = {}
    for file in files:
        identity = PurePosixPath(file).stem
        yield tuple(name_findings(identity, file, known))
        known.setdefault(identity, file)


def folder_findings(found: SpecFiles, root: Path) -> Iterator[Finding]:
    """Yield the problems of files and folders that are not specs."""
    for path in found.misnamed:
        yield RULES["file-ending"].report(shown_name(path, root), name=slug(path.stem, "pagar-me"))
    for path, error in found.skipped:
        rule = LOAD_RULES["file-unreadable" if error else "file-symlink"]
        reason = printable(error.strerror or str(error)) if error else ""
        yield rule.report(shown_name(path, root), variant="folder", reason=reason)
