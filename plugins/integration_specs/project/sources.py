"""Specs from several folders, which may be checkouts of other repositories, as one catalog."""

import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from integration_specs.findings import Finding
from integration_specs.model import Catalog, Owner
from integration_specs.settings import Settings
from integration_specs.text.display import listing, printable
from integration_specs.text.messages import Message

from .discovery import OWNERS_FILE, RULES, FolderIdentity, SpecFiles, find_files


def find_all_files(settings: Settings) -> SpecFiles:
    """Find the files of specs in all folders that exist. A folder that is named twice, or lies in another one, is read once."""
    folders = _folders(settings)
    found = [find_files(path, folders.keys() - {identity}) for identity, path in folders.items()]
    specs = sorted((path for each in found for path in each.specs), key=lambda path: (path.stem, path.as_posix()))
    return SpecFiles(
        specs, [path for each in found for path in each.misnamed], [row for each in found for row in each.skipped]
    )


def owners_files(settings: Settings) -> list[Path]:
    """Return the paths of `owners.yaml`, that of the first folder first; there may be no such files."""
    folders = list(_folders(settings).values())
    first = settings.specs_folder
    return [path / OWNERS_FILE for path in (folders if first in folders else [first, *folders])]


def _folders(settings: Settings) -> dict[FolderIdentity, Path]:
    """Return the folders of specs that exist, by their identity on disk, under the first path that names each."""
    folders: dict[FolderIdentity, Path] = {}
    for source in settings.spec_sources:
        path = settings.root / source.path
        with suppress(OSError, ValueError):
            status = path.stat()
            if stat.S_ISDIR(status.st_mode):
                folders.setdefault((status.st_dev, status.st_ino), path)
    return folders


def missing_sources(settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each folder that does not exist: an error, or a warning if it is optional."""
    for source in settings.more_specs:
        if problem := _problem(settings.root / source.path):
            yield RULES["missing-source"].report(
                source.path,
                variant="unreadable" if "cannot be read" in problem else "",
                level="warning" if source.optional else "error",
                source=printable(source.label),
                folder=printable(source.path),
                problem=problem,
            )


def _problem(folder: Path) -> str:
    """Return why a path is not a folder to read, or ""."""
    try:
        return "" if stat.S_ISDIR(folder.stat().st_mode) else Message("is not a folder")
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return Message("does not exist")
    except OSError as error:
        return Message("cannot be read: {reason}", reason=printable(error.strerror or str(error)))


def merge_owners(catalogs: Sequence[Catalog]) -> Catalog:
    """Return the owners and approvers of all files. An owner or approver that two files describe differently is an error."""
    first, *others = catalogs
    owners: dict[str, Owner] = first.owner_by_key.copy()
    approvers = dict(first.approvers)
    findings, rule = list(first.project_findings), RULES["owner-conflict"]
    for each in others:
        findings += each.project_findings
        for owner in each.owners:
            known = owners.setdefault(owner.key, owner)
            if different := sorted(
                name for name in {*known.data, *owner.data} if known.data.get(name) != owner.data.get(name)
            ):
                findings.append(rule.report(each.owners_file, owner.span, owner=owner.key, keys=listing(different)))
        for concern, key in each.approvers:
            if (other := approvers.setdefault(concern, key)) != key:
                findings.append(rule.report(each.owners_file, variant="approver", concern=concern, owner=other))
    return replace(
        first,
        owners=tuple(owners.values()),
        approvers=tuple(approvers.items()),
        more_owners_documents=tuple(document for each in others for document in each.owners_documents),
        project_findings=tuple(findings),
    )
