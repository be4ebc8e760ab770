"""The folder of specs: which files in it are specs, what they are called, and what is wrong with that."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from integration_specs.documents import RULES as LOAD_RULES
from integration_specs.findings import Finding, Rule
from integration_specs.site import OWN_ADDRESSES
from integration_specs.text.display import escape_unprintable, printable
from integration_specs.text.names import slug

OWNERS_FILE = "owners.yaml"
_RESERVED_BY_SYSTEMS = frozenset(
    ["con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))]
)
_RESERVED_BY_SITES = frozenset(
    ["404", "assets", "search", "sitemap", "stylesheets", "javascripts", "overrides", "tags"]
)

RULES = (
    Rule(
        "file-id",
        "error",
        "The name of a spec's file cannot be an id.",
        "The id is the spec's address, so it must be usable everywhere.",
        "specs/Pagar.me.yaml",
        "specs/pagar-me.yaml",
    ),
    Rule(
        "reserved-id",
        "error",
        "The id is reserved by the site or by the system.",
        "A spec of that name would replace a page, or could not be stored on some machines.",
        "specs/index.yaml",
        "specs/search-index.yaml",
    ),
    Rule(
        "duplicate-id",
        "error",
        "Two files have the same id.",
        "Folders group specs; they are not part of the id.",
        "specs/a/pay.yaml and specs/b/pay.yaml",
        "specs/a/pay-in.yaml and specs/b/pay-out.yaml",
    ),
    Rule(
        "file-ending",
        "error",
        "The name of a spec's file does not end in .yaml.",
        "With one ending, every tool finds the same files.",
        "specs/pagar-me.yml",
        "specs/pagar-me.yaml",
    ),
)


def shown_name(path: Path, root: Path) -> str:
    """A path as people read it: relative to `root` where it lies below, with `/`, control characters made visible."""
    try:
        return escape_unprintable(path.relative_to(root).as_posix())
    except ValueError:
        return escape_unprintable(path.as_posix())


class SpecFiles(NamedTuple):
    """Content of the specs folder: specs, files with the wrong ending (`.yml`), and folders that were not read, with the reason."""

    specs: list[Path]
    misnamed: list[Path]
    closed: list[tuple[Path, OSError | None]]


def find_files(folder: Path) -> SpecFiles:
    """The specs below `folder`, and what somebody may take for some; attachments and hidden files are neither.

    A folder that has the name of a spec beside it holds that spec's attachments. Symbolic links are not followed: those to
    files are among the specs, so that the loader refuses them by name; those to folders are closed, as what cannot be listed.
    """
    specs: list[Path] = []
    misnamed: list[Path] = []
    closed: list[tuple[Path, OSError | None]] = []
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            closed.append((here, error))
            continue
        owners_of_folders = {entry.name.removesuffix(".yaml") for entry in entries if entry.name.endswith(".yaml")}
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name.endswith((".yaml", ".yml")):
                    specs.append(Path(entry.path))
                elif entry.name not in owners_of_folders:
                    waiting.append(Path(entry.path))
            elif entry.name.endswith(".yaml"):
                if not (here == folder and entry.name == OWNERS_FILE):
                    specs.append(Path(entry.path))
            elif entry.name.endswith(".yml"):
                misnamed.append(Path(entry.path))
            elif entry.is_symlink() and entry.name not in owners_of_folders and Path(entry.path).is_dir():
                closed.append((Path(entry.path), None))
    return SpecFiles(
        sorted(specs, key=lambda path: (path.stem, path.as_posix())), sorted(misnamed), sorted(closed, key=str)
    )


def name_findings(identity: str, file: str, taken: dict[str, str]) -> Iterator[Finding]:
    """What is wrong with a spec's id; `taken` are the ids seen before, with their files."""
    safe = len(identity) <= 80 and identity.isascii() and identity == identity.lower()
    if not safe or not identity.replace("-", "").isalnum() or identity.startswith("-"):
        yield Finding(
            "file-id",
            "error",
            f"`{printable(identity)}` is not an id: an id has lower-case letters, digits and hyphens, at most 80",
            file,
            help=f"Rename the file, for example `{slug(identity, 'pagar-me')}.yaml`.",
        )
    elif identity in _RESERVED_BY_SYSTEMS or identity in _RESERVED_BY_SITES or identity in OWN_ADDRESSES:
        yield Finding(
            "reserved-id",
            "error",
            f"the id `{identity}` is reserved: the site or the system has a file of that name",
            file,
            help=f"Rename the file, for example `{identity}-api.yaml`.",
        )
    if identity in taken:
        yield Finding(
            "duplicate-id",
            "error",
            f"the id `{printable(identity)}` is already that of `{taken[identity]}`",
            file,
            help="Rename one of the two files; folders are not part of the id.",
        )


def all_name_findings(files: Iterable[str]) -> Iterator[tuple[Finding, ...]]:
    """Yield, for each file, the problems of its name; of two files with one id the second one has the problem."""
    known: dict[str, str] = {}
    for file in files:
        identity = PurePosixPath(file).stem
        yield tuple(name_findings(identity, file, known))
        known.setdefault(identity, file)


def folder_findings(found: SpecFiles, root: Path) -> Iterator[Finding]:
    """What is said of what is in the folder beside specs."""
    for path in found.misnamed:
        yield Finding(
            "file-ending",
            "error",
            "a spec's file ends in `.yaml`",
            shown_name(path, root),
            help=f"Rename it to `{printable(path.stem)}.yaml`.",
        )
    for path, error in found.closed:
        rule = LOAD_RULES["file-unreadable" if error else "file-symlink"]
        message = (
            f"the folder cannot be listed: {printable(error.strerror or str(error))}"
            if error
            else "is a symbolic link to a folder, which is not followed"
        )
        help_text = "Specs in it are not looked at." + ("" if error else " Put the folder itself in the link's place.")
        yield rule.finding(message, shown_name(path, root), help=help_text)
