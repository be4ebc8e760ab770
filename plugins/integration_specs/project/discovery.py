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
from integration_specs.text.messages import Message
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
        message = Message(
            "invalid ID `{id}`: expected lower-case letters, digits and hyphens, at most 80", id=printable(identity)
        )
        help_text = Message("Rename the file, for example to `{id}.yaml`.", id=slug(identity, "pagar-me"))
        yield RULES["file-id"].finding(message, file, help=help_text)
    elif identity in _RESERVED_BY_SYSTEMS or identity in _RESERVED_BY_SITES or identity in OWN_ADDRESSES:
        message = Message("the ID `{id}` is reserved by the site or the operating system", id=identity)
        help_text = Message("Rename the file, for example to `{id}.yaml`.", id=f"{identity}-api")
        yield RULES["reserved-id"].finding(message, file, help=help_text)
    if identity in taken:
        shown, other = printable(identity), taken[identity]
        message = Message("the ID `{id}` is already the ID of `{file}`", id=shown, file=other)
        help_text = Message("Rename one of the two files; folders are not part of the ID.")
        yield RULES["duplicate-id"].finding(message, file, help=help_text)


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
        message = Message("the name of a spec's file must end in `.yaml`")
        help_text = Message("Rename it to `{name}.yaml`.", name=slug(path.stem, "pagar-me"))
        yield RULES["file-ending"].finding(message, shown_name(path, root), help=help_text)
    for path, error in found.skipped:
        if error:
            rule, help_text = LOAD_RULES["file-unreadable"], Message("The specs in it are not checked.")
            reason = printable(error.strerror or str(error))
            message = Message("the folder cannot be read: {reason}", reason=reason)
        else:
            rule, help_text = (
                LOAD_RULES["file-symlink"],
                Message("The specs in it are not checked. Replace the link with the folder."),
            )
            message = Message("is a symbolic link to a folder, which is not followed")
        yield rule.finding(message, shown_name(path, root), help=help_text)
