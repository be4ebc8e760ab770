"""Compare two states of a project: the changes, and the findings that are new."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from integration_specs.diff import Change, Skip, is_within
from integration_specs.diff.classify import compare_specs
from integration_specs.diff.context import Snapshots, renamed_specs
from integration_specs.diff.equality import canonical
from integration_specs.diff.rules import RULES as CHANGE_RULES
from integration_specs.documents import Document
from integration_specs.files import is_file
from integration_specs.findings import LEVELS, Finding
from integration_specs.findings.internal_errors import guarded
from integration_specs.model import Catalog, Spec, parse_date
from integration_specs.project.discovery import RULES
from integration_specs.project.git import RevisionError
from integration_specs.project.workspace import Checked, CheckResult, Workspace, without_garbage_collection
from integration_specs.site import ChangeView
from integration_specs.text.display import printable
from integration_specs.text.messages import Message
from integration_specs.text.suggestions import did_you_mean
from integration_specs.validation.schema import SpecSchema

from .base_and_head import Source, as_tree, find_sources, project_files, read_catalog
from .file_comparison import compare_files
from .history import change_log
from .moved_items import merge_moves

_MAX_COMMITS = 200
_SAME_CONTENT = ("review-done", "review-withdrawn", "spec-renamed")
"""Rules of changes that do not change what a spec says."""


@dataclass(frozen=True)
class Comparison:
    """What changed between two states of a project.

    `findings` are the new ones; `outcome` is the result of checking the head, `before` the catalog of the base. `changed` are the
    IDs of specs whose file differs.
    """

    base: Source
    head: Source
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[Skip, ...]
    outcome: CheckResult
    changed: tuple[str, ...]
    before: Catalog

    @property
    def checked(self) -> Checked:
        """Return what was checked; a spec that is invalid on either side counts as skipped."""
        return replace(self.outcome.checked, skipped=len({each.spec for each in self.skipped}))


def compare(
    workspace: Workspace, base: Source, head: Source, today: date, contracts: Mapping[str, Path] | None = None
) -> Comparison:
    """Compare two sources.

    `contracts` are files by spec ID that replace the contracts of the head. Raises `RevisionError` if a source cannot be read or a
    contract fits no spec.
    """
    with as_tree(workspace.settings, base) as old, as_tree(workspace.settings, head) as new:
        found = _compare(workspace, old, new, today, contracts or {})
    merged = _merged_waivers(workspace, base, found.outcome.catalog)
    findings = sorted((*found.findings, *merged), key=lambda each: (LEVELS.index(each.level), each.sort_key))
    return replace(found, base=base, head=head, findings=tuple(findings))


def _compare(
    workspace: Workspace, base: Source, head: Source, today: date, contracts: Mapping[str, Path]
) -> Comparison:
    with without_garbage_collection():
        new = read_catalog(workspace, head)
        _require_contracts(new, contracts)
        old = read_catalog(workspace, base, new)
    if base.kind == "file" or head.kind == "file":
        old, new = _only_files(base, head, old, new)
    snapshots = Snapshots(old, new, workspace.schema, today, workspace.settings.diff_levels)
    pairs = list(_pairs(old, new))
    with (
        project_files(workspace.settings, base) as base_settings,
        project_files(replace(workspace.settings, contracts=dict(contracts)), head) as head_settings,
    ):
        checker = workspace.at(head_settings)
        outcome = checker.check_catalog(new, today)
        before = checker.at(base_settings).check_catalog(old, today)
        unwaived = list(_without_own_waivers(checker, old, new, outcome, today))
        is_whole = {base.kind, head.kind} <= {"revision", "working tree"}
        of_files, file_findings = compare_files(snapshots, pairs, base_settings, head_settings, is_whole=is_whole)
    changes: list[Change] = []
    date_findings: list[Finding] = []
    changed: set[str] = set()
    for one, other in pairs:
        if one and other and one.document.text == other.document.text and one.id == other.id:
            continue
        spec: Spec = other or one  # type: ignore[assignment]
        changed.add(spec.id)
        compare_pair = partial(_compare_pair, snapshots, one, other)
        found, findings = guarded(compare_pair, lambda error: ([], [error]), "diff", spec.file, spec.id)
        changes += found
        date_findings += findings
    changes = merge_moves(workspace.schema, old, new, changes)
    changes += of_files
    changed |= {change.spec for change in of_files}
    changes += _owner_changes(replace(snapshots, schema=workspace.owners_schema))
    skipped = tuple(_skipped(old, new))
    texts = [{spec.id: spec.document.text for spec in catalog.all_specs} for catalog in (old, new)]
    changed |= {each.spec for each in skipped if texts[0].get(each.spec) != texts[1].get(each.spec)}
    new_findings = _new_findings(workspace.schema, before, outcome)
    return Comparison(
        base,
        head,
        tuple(sorted(changes, key=lambda change: change.sort_key)),
        (*new_findings, *unwaived, *date_findings, *file_findings),
        skipped,
        outcome,
        tuple(sorted(changed)),
        old,
    )


def _require_contracts(catalog: Catalog, contracts: Mapping[str, Path]) -> None:
    for name, path in contracts.items():
        shown = printable(name)
        spec = catalog.by_id.get(name)
        if spec is None:
            raise RevisionError(f"--contract: there is no valid spec `{shown}`{did_you_mean(name, catalog.by_id)}")
        if not spec.data.get("contract"):
            raise RevisionError(
                f"--contract: `{shown}` has no `contract` to compare with; add the document that it uses now"
            )
        if not is_file(path):
            raise RevisionError(f"--contract: the file {printable(str(path))} does not exist")


def _compare_pair(snapshots: Snapshots, one: Spec | None, other: Spec | None) -> tuple[list[Change], list[Finding]]:
    changes = compare_specs(snapshots, one, other)
    findings = _date_findings(one, other, changes, snapshots.today) if one and other else ()
    return changes, list(findings)


def _date_findings(old: Spec, new: Spec, changes: Sequence[Change], today: date) -> Iterator[Finding]:
    """Yield what is wrong with the date of a changed spec; a date of today cannot be updated."""
    meaningful = any(change.level != "editorial" and change.rule not in _SAME_CONTENT for change in changes)
    updated = old.data.get("last_updated") != new.data.get("last_updated")
    pointer = ("last_updated",) if "last_updated" in new.data else ()
    last = parse_date(new.data.get("last_updated"))
    if meaningful and not updated and (last is None or last < today):
        value = new.data.get("last_updated", Message("missing"))
        yield new.report(RULES["date-not-updated"], pointer, spec=new.id, value=value)
    elif updated and [change.rule for change in changes] == ["last-updated-changed"]:
        yield new.report(RULES["only-date-updated"], pointer)


def _without_own_waivers(
    workspace: Workspace, old: Catalog, new: Catalog, outcome: CheckResult, today: date
) -> Iterator[Finding]:
    """Yield the errors that only a waiver of this change waives: a waiver counts from the next change on."""
    specs = []
    for spec in new.specs:
        known = {(each["rule"], each.get("at", "")) for each in _waivers(old.by_id.get(spec.id))}
        kept = [each for each in _waivers(spec) if (each["rule"], each.get("at", "")) in known]
        is_same = len(kept) == len(_waivers(spec)) or spec.id not in old.by_id
        specs.append(spec if is_same else replace(spec, data={**spec.data, "waivers": kept}))
    if all(one is other for one, other in zip(specs, new.specs, strict=True)):
        return
    reported = set(outcome.findings)
    for finding in workspace.check_catalog(replace(new, specs=tuple(specs)), today).findings:
        if finding not in reported and not finding.rule.startswith("waiver-") and finding.level == "error":
            note = Message(
                "A waiver in this change covers it, but counts only after the merge: somebody else must approve it."
            )
            yield replace(finding, notes=(*finding.notes, note))


def _waivers(spec: Spec | None) -> list[dict[str, Any]]:
    return list(spec.data.get("waivers") or ()) if spec else []


def _merged_waivers(workspace: Workspace, base: Source, new: Catalog) -> Iterator[Finding]:
    """Yield the waivers of changes that were merged after the waiver: nothing is left to waive."""
    specs = [spec for spec in new.specs if any(each["rule"] in CHANGE_RULES for each in _waivers(spec))]
    if not specs:
        return
    sides = (base, *(part for _, part in base.parts))
    entries = [
        entry
        for side, (_, settings) in zip(sides, workspace.settings.repositories(), strict=False)
        if side.repository
        for entry in change_log(Workspace(settings, workspace.schema), _MAX_COMMITS, revision=side.commit)
    ]
    for spec in specs:
        for index, waiver in enumerate(_waivers(spec)):
            place = f"waivers[{waiver['rule']}{' ' + waiver['at'] if waiver.get('at') else ''}]"
            for entry in (each for each in entries if each.spec == spec.id):
                if any(change.pointer == place and change.rule == "waiver-added" for change in entry.changes):
                    break
                if any(_is_covered(change, waiver) for change in entry.changes):
                    rule, waived = RULES["waiver-unused"], printable(waiver["rule"])
                    yield spec.report(rule, ("waivers", index), variant="merged", level="warning", rule=waived)
                    break


def _is_covered(change: ChangeView, waiver: dict[str, Any]) -> bool:
    return change.rule == waiver["rule"] and is_within(change.pointer, waiver.get("at", ""))


def compare_with(workspace: Workspace, base: str, today: date) -> Comparison:
    """Compare the working tree with its merge base with `base`, by default the main branch. Raises `RevisionError`."""
    settings = workspace.settings
    old, new = find_sources(settings, base, "", merge_base=True)
    return compare(workspace, old, new, today)


def _only_files(base: Source, head: Source, old: Catalog, new: Catalog) -> tuple[Catalog, Catalog]:
    """Return the catalogs limited to the specs to compare: two files, or a file and the spec with its ID."""

    def only(catalog: Catalog, name: str) -> Catalog:
        specs = tuple(spec for spec in catalog.specs if spec.id == name)
        broken = tuple(spec for spec in catalog.broken if spec.id == name)
        return replace(
            catalog, specs=specs, broken=broken, project_findings=(), owners_document=None, more_owners_documents=()
        )

    if base.kind == head.kind == "file":
        name = head.path.stem
        renamed = tuple(replace(spec, id=name) for spec in old.specs)
        broken = tuple(replace(spec, id=name) for spec in old.broken)
        return replace(old, specs=renamed, broken=broken), new
    if base.kind == "file":
        return old, only(new, base.path.stem)
    return only(old, head.path.stem), new


def _pairs(base: Catalog, head: Catalog) -> Iterator[tuple[Spec | None, Spec | None]]:
    """Yield the valid specs of both sides by ID; a renamed one is found by `former_ids` or by its content."""
    broken = {spec.id for spec in (*base.broken, *head.broken)}
    removed = {spec.id: spec for spec in base.specs if spec.id not in head.by_id and spec.id not in broken}
    for spec in head.specs:
        if spec.id in broken:
            continue
        old = base.by_id.get(spec.id)
        if old is None:
            former = next((name for name in spec.data.get("former_ids", ()) if name in removed), None)
            former = former or next((name for name, each in removed.items() if _is_similar(each, spec)), None)
            old = removed.pop(former) if former else None
        yield old, spec
    for spec in removed.values():
        yield spec, None


def _is_similar(old: Spec, new: Spec) -> bool:
    """Return whether two specs have the same system and at least half of their sections in common."""
    if old.system != new.system:
        return False
    parts = [{canonical(value) for value in spec.data.values()} for spec in (old, new)]
    return 2 * len(parts[0] & parts[1]) >= max(map(len, parts))


def _skipped(base: Catalog, head: Catalog) -> Iterator[Skip]:
    for side, catalog in (("base", base), ("head", head)):
        for spec in catalog.broken:
            first = next(finding for finding in spec.findings if finding.level == "error")
            if first.rule != "contract-without-spec":
                yield Skip(spec.id, side, spec.file, first.span.line, first.message, first.rule)


def _new_findings(schema: SpecSchema, before: CheckResult, after: CheckResult) -> Iterator[Finding]:
    """Yield the findings of the head that the base does not have at the same place by identity."""

    renamed = renamed_specs(before.catalog, after.catalog)

    def key(catalog: Catalog, finding: Finding) -> tuple[str, str, str]:
        spec = catalog.by_id.get(finding.spec)
        path = schema.identity_path(spec.data, finding.pointer) if spec else str(finding.pointer)
        return finding.rule, renamed.get(finding.spec, finding.spec) or finding.file, path

    old = Counter(key(before.catalog, finding) for finding in before.findings)
    for finding in after.findings:
        name = key(after.catalog, finding)
        if old[name]:
            old[name] -= 1
        else:
            yield finding


def _owner_changes(snapshots: Snapshots) -> list[Change]:
    """Return the changes of each `owners.yaml`; `snapshots` has its schema."""
    base, head = snapshots.base, snapshots.head
    old, new = ({each.path: each for each in side.more_owners_documents} for side in (base, head))
    pairs = [
        (base.owners_document, head.owners_document),
        *((old.get(file), new.get(file)) for file in dict.fromkeys((*old, *new))),
    ]
    return [change for pair in pairs for change in _changes_of_owners(snapshots, *pair)]


def _changes_of_owners(snapshots: Snapshots, old: Document | None, new: Document | None) -> list[Change]:
    if (old.text if old else "") == (new.text if new else ""):
        return []
    documents = [each for each in (old, new) if each is not None and isinstance(each.data, dict)]
    if not documents or any(each is not None and each.data is None for each in (old, new)):
        return []
    empty = Document(documents[0].path, "", {}, ())
    before, after = (Spec("owners", each.path, each.data, each) for each in (old or empty, new or empty))
    return compare_specs(snapshots, before, after)
