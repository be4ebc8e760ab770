"""Specs from several folders, which may be checkouts of other repositories, as one catalog."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from integration_specs.findings import Finding, Level, Span
from integration_specs.model import Catalog, Owner
from integration_specs.settings import Settings, SpecSource
from integration_specs.text.display import listing, printable

from .discovery import RULES, SpecFiles, find_files


def find_all_files(settings: Settings) -> SpecFiles:
    """Find the files of specs in all folders that exist."""
    found = [find_files(settings.root / source.path) for source in _present(settings)]
    specs = sorted((path for each in found for path in each.specs), key=lambda path: (path.stem, path.as_posix()))
    return SpecFiles(
        specs, [path for each in found for path in each.misnamed], [row for each in found for row in each.skipped]
    )


def missing_sources(settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each folder that does not exist: an error, or a warning if it is optional."""
    for source in settings.more_specs:
        if not (settings.root / source.path).is_dir():
            message = f"the specs of `{printable(source.label)}` are missing: the folder {printable(source.path)} does not exist"
            advice = "Check the repository out there (`git submodule update --init`), or correct the setting `specs`."
            level: Level = "warning" if source.optional else "error"
            yield RULES["missing-source"].finding(message, source.path, help=advice, level=level)


def merge_owners(catalogs: Sequence[Catalog]) -> Catalog:
    """Return the owners and approvers of all files. An owner or approver that two files describe differently is an error."""
    first, *others = catalogs
    owners: dict[str, Owner] = first.owner_by_key.copy()
    approvers = dict(first.approvers)
    findings = list(first.project_findings)
    for each in others:
        findings += each.project_findings
        for owner in each.owners:
            known = owners.setdefault(owner.key, owner)
            if different := sorted(
                name for name in {*known.data, *owner.data} if known.data.get(name) != owner.data.get(name)
            ):
                message = f"the owner `{owner.key}` differs from the one of the same key in another folder: {listing(different)}"
                findings.append(_conflict(each, message, owner.span))
        for concern, key in each.approvers:
            if approvers.setdefault(concern, key) != key:
                findings.append(
                    _conflict(each, f"the approver of `{concern}` is `{approvers[concern]}` in another folder", Span())
                )
    return replace(
        first,
        owners=tuple(owners.values()),
        approvers=tuple(approvers.items()),
        more_owners_documents=tuple(document for each in others for document in each.owners_documents),
        project_findings=tuple(findings),
    )


def _present(settings: Settings) -> list[SpecSource]:
    return [each for each in settings.spec_sources if (settings.root / each.path).is_dir()]


def _conflict(catalog: Catalog, message: str, span: Span) -> Finding:
    help_text = "Use the same entry in both files, or another key."
    return RULES["owner-conflict"].finding(message, catalog.owners_file, span, help_text)
