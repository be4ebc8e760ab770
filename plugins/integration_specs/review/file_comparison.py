"""Compare the files beside the specs of two states: contracts and attachments."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath

from integration_specs.checks import CheckContext
from integration_specs.checks._contract_match import ContractMatch, contract_of
from integration_specs.contracts import Contract
from integration_specs.diff import Change, Location
from integration_specs.diff.context import Snapshots
from integration_specs.diff.file_facts import FileFact, compare_facts
from integration_specs.files import read_if_readable
from integration_specs.findings import Finding
from integration_specs.findings.internal_errors import guarded_items
from integration_specs.model import Spec
from integration_specs.model.codeowners import (
    OwnerLine,
    codeowners_text,
    find_codeowners,
    owner_line_of,
    read_codeowners,
)
from integration_specs.settings import Settings
from integration_specs.text.messages import Message

from .attachment_facts import attachment_facts
from .contract_facts import contract_facts, with_one_base_path


def compare_files(
    snapshots: Snapshots,
    pairs: Iterable[tuple[Spec | None, Spec | None]],
    base: Settings,
    head: Settings,
    *,
    is_whole: bool,
) -> tuple[list[Change], list[Finding]]:
    """Return the changes of the files of each pair of specs, and findings for files whose comparison failed.

    `base` and `head` say where the files of each side are; `is_whole` says that both are states of the whole repository, so that
    what is missing was added or removed. A file that cannot be read is not compared: the check reports it.
    """
    changes: list[Change] = []
    findings: list[Finding] = []
    lines = [_owner_lines(settings) for settings in (base, head)]
    for one, other in pairs:
        if one is None or other is None:
            continue
        if lines[0] != lines[1] and (is_whole or all(name for name, _ in lines)):
            facts = _code_owners(one, lines[0]), _code_owners(other, lines[1])
            changes += compare_facts(snapshots, one, other, facts[0], facts[1])
        for found in guarded_items(
            partial(_changes, snapshots, one, other, base, head), findings.append, "diff", other.file, other.id
        ):
            changes += [found] if found else []
    return changes, findings


def _owner_lines(settings: Settings) -> tuple[str, tuple[OwnerLine, ...]]:
    """Return the name of CODEOWNERS and its lines."""
    path, text = find_codeowners(settings), codeowners_text(settings)
    return (path.relative_to(settings.root).as_posix() if path else "", read_codeowners(text or ""))


def _code_owners(spec: Spec, found: tuple[str, tuple[OwnerLine, ...]]) -> list[FileFact]:
    """Return who reviews changes of a spec."""
    name, lines = found
    line = owner_line_of(spec.file, lines)
    if line is None:
        return []
    location = Location(name, line.number, 1)
    return [FileFact("codeowners", "codeowners", Message("code owners"), " ".join(sorted(line.handles)), location)]


_LARGEST = 64 << 20
"""The limit for attachments that are compared, in bytes; a larger one counts as unchanged."""


def _contents(spec: Spec, settings: Settings) -> dict[str, bytes]:
    """Return the files in the folder of a spec by name."""
    folder = (settings.root / spec.file).parent / spec.id
    contents = ((path, read_if_readable(path, _LARGEST)) for path in folder.rglob("*"))
    return {path.relative_to(folder).as_posix(): content for path, content in contents if content is not None}


def _changes(snapshots: Snapshots, one: Spec, other: Spec, base: Settings, head: Settings) -> Iterator[Change]:
    """Yield what changed in the contract where the spec, as it is now, uses it."""
    before, after = _contents(one, base), _contents(other, head)
    names = [(spec.data.get("contract"), spec.data.get("attachments")) for spec in (one, other)]
    if names[0] == names[1] and before == after and other.id not in head.contracts:
        return
    yield from _attachment_changes(snapshots, one, other, before, after)
    facts = []
    for spec, settings, catalog in ((one, base, snapshots.base), (other, head, snapshots.head)):
        contract = contract_of(CheckContext(catalog, snapshots.schema, settings, snapshots.today), spec)
        if not isinstance(contract, Contract):
            return
        folder = PurePosixPath(spec.file).parent / spec.id
        shown = "" if spec.id in settings.contracts else folder.as_posix()
        facts.append(list(contract_facts(ContractMatch(other, contract), shown)))
    yield from compare_facts(snapshots, one, other, *with_one_base_path(*facts))


def _attachment_changes(
    snapshots: Snapshots,
    one: Spec,
    other: Spec,
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
) -> Iterator[Change]:
    known = {item["path"] for item in one.data.get("attachments", ())}
    for item in other.data.get("attachments", ()):
        name = item["path"]
        if name not in known or name == other.data.get("contract") or name not in before or name not in after:
            continue
        if before[name] != after[name]:
            file = (PurePosixPath(other.file).parent / other.id / name).as_posix()
            facts = attachment_facts(other, name, file, before[name], after[name])
            yield from compare_facts(snapshots, one, other, *facts)
