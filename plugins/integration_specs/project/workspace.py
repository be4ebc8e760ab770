"""A project: find, read and check its specs."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from integration_specs import registry
from integration_specs.checks import ACROSS_FIELDS, NAMES_FILES, CheckContext
from integration_specs.documents import SPEC, Document, load_raw_text
from integration_specs.files import is_folder, read_if_readable
from integration_specs.findings import Finding, Span
from integration_specs.findings.internal_errors import guarded_items
from integration_specs.model import BODY_KEYS, BrokenSpec, Catalog, Owner, Spec
from integration_specs.parallel import parallel_map
from integration_specs.settings import Settings
from integration_specs.text.messages import Message
from integration_specs.validation.schema import Pointer, SpecSchema, read_schema, schema_folder

from .broken_spec_checks import PartialSpec, check_partial
from .discovery import SpecFiles, all_name_findings, folder_findings, shown_name
from .rules import require_settable, with_levels
from .sources import find_all_files, merge_owners, missing_sources, owners_files
from .spec_reader import SpecReader
from .waivers import apply_waivers


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was checked. Reports print it first, so that a skipped spec is never taken for a checked one."""

    specs: int = 0
    endpoints: int = 0
    events: int = 0
    examples: int = 0
    skipped: int = 0


@dataclass(frozen=True)
class CheckResult:
    """A checked catalog: all findings in the order of reports, and how many were waived.

    `counts` is how much was checked, by file.
    """

    catalog: Catalog
    findings: tuple[Finding, ...]
    waived: int
    counts: Mapping[str, Checked]

    @property
    def checked(self) -> Checked:
        """How much was checked in all."""
        counts = self.counts.values()
        return Checked(
            len(counts),
            sum(each.endpoints for each in counts),
            sum(each.events for each in counts),
            sum(each.examples for each in counts),
            len(self.catalog.broken),
        )

    @property
    def texts(self) -> dict[str, str]:
        """Redacted texts of the specs, by file."""
        return {spec.file: spec.document.text for spec in self.catalog.all_specs}

    def limited_to(self, files: Iterable[str]) -> "CheckResult":
        """Return the result with the findings and counts of these files only."""
        wanted = set(files)
        findings = tuple(finding for finding in self.findings if finding.file in wanted)
        return replace(
            self, findings=findings, counts={file: each for file, each in self.counts.items() if file in wanted}
        )


class _CheckedSpec(NamedTuple):
    spec: Spec | BrokenSpec
    findings: list[Finding]
    checked: Checked


_Stamp = tuple[int, ...]


class Workspace:
    """A project's specs, read as often as asked; a file that did not change on disk is not read again."""

    def __init__(self, settings: Settings, schema: SpecSchema | None = None) -> None:
        """Raises `SchemaError` or `SettingsError` for invalid input, `ParserMissing` when PyYAML has no libyaml."""
        require_settable(settings)
        self.settings = settings
        self.schema = schema or read_schema(settings.schema_file)
        self.owners_schema = read_schema(schema_folder() / "owners.schema.json")
        self.reader = SpecReader(self.schema, self.owners_schema, settings.accepted_secrets())
        self.progress: Callable[[Sequence[Any]], Iterable[Any]] = iter
        """Hands out the files to read one by one, for example with a progress bar."""
        self._known: dict[Path, tuple[_Stamp, tuple[Finding, ...], Spec | BrokenSpec]] = {}
        self._owners: tuple[list[_Stamp], Catalog] | None = None
        self._checked: dict[int, tuple[Spec, tuple[Owner, ...], date, _CheckedSpec]] = {}

    def files(self) -> SpecFiles:
        """Find the files of specs."""
        return find_all_files(self.settings)

    def owners(self) -> Catalog:
        """Return a catalog without specs: the owners and approvers in `owners.yaml`."""
        paths = owners_files(self.settings)
        stamps = [_stamp(path) for path in paths]
        if self._owners is None or self._owners[0] != stamps:
            files = [(path, self._shown(path)) for path in paths]
            found = [
                self.reader.owners(path, file) if stamp else Catalog((), owners_file=file)
                for (path, file), stamp in zip(files, stamps, strict=True)
            ]
            self._owners = (stamps, merge_owners(found))
        return self._owners[1]

    def at(self, settings: Settings) -> "Workspace":
        """Return a workspace for another state of the project: it shares what was checked, and reads its own files."""
        other = copy(self)
        other.settings, other._known, other._owners = settings, {}, None
        return other

    def catalog(self, other: Catalog | None = None) -> Catalog:
        """Read all files that changed since the last time; what is the same in `other` is not read again."""
        found = self.files()
        names = self._names(found.specs)
        left = [path for path in found.specs if self._known.get(path, ())[:2] != (_stamp(path), names[path])]
        known = {spec.file: spec for spec in other.all_specs} if other else {}
        for path in list(left):
            spec = known.get(self._shown(path))
            if spec and read_if_readable(path, SPEC.size) == spec.document.text.encode("utf-8", "surrogateescape"):
                self._known[path] = (_stamp(path), names[path], spec)
                left.remove(path)

        def read(path: Path) -> tuple[_Stamp, Spec | BrokenSpec]:
            stamp = _stamp(path)
            spec = self.reader.spec(path, self._shown(path), names[path])
            return stamp, replace(spec, document=spec.document.compressed())

        with without_garbage_collection():
            for path, (stamp, spec) in zip(left, parallel_map(read, left, self.progress), strict=True):
                self._known[path] = (stamp, names[path], spec)
        self._known = {path: self._known[path] for path in found.specs}
        return self._catalog(found, [self._known[path][2] for path in found.specs])

    def check(self, today: date) -> CheckResult:
        """Read and check all specs. Of each spec, the result keeps only what checks across specs and reports need."""
        found = self.files()
        names = self._names(found.specs)
        owners = self.owners()

        def check(path: Path) -> _CheckedSpec:
            spec = self.reader.spec(path, self._shown(path), names[path])
            checked = self._check_spec(spec, owners, today)
            return checked._replace(spec=_reduced(checked.spec))

        with without_garbage_collection():
            # A spec with a contract first: what contracts need is loaded before the second process starts.
            order = sorted(found.specs, key=lambda path: not is_folder(path.with_suffix("")))
            by_path = dict(zip(order, parallel_map(check, order, self.progress), strict=True))
            checked = [by_path[path] for path in found.specs]
            return self._result(self._catalog(found, [each.spec for each in checked], owners), checked, today)

    def check_catalog(self, catalog: Catalog, today: date) -> CheckResult:
        """Check a catalog that was read already, from this project's folder or from another state of the project.

        A spec that was checked before, with the same owners and date, is not checked again unless it names other files.
        """
        owners = replace(catalog, specs=(), broken=())
        left = [spec for spec in catalog.specs if not self._is_checked(spec, owners, today)]
        left.sort(
            key=lambda spec: "contract" not in spec.data
        )  # load what contracts need before the second process starts
        with without_garbage_collection():
            found = parallel_map(lambda spec: self._check_spec(spec, owners, today)[1:], left)
            for spec, rest in zip(left, found, strict=True):
                self._checked[id(spec)] = (spec, owners.owners, today, _CheckedSpec(spec, *rest))
            checked = [self._checked[id(spec)][3] for spec in catalog.specs]
            if len(self._checked) > 4 * len(catalog.specs) + 100:
                self._checked.clear()  # mostly earlier states
            broken = [self._check_spec(spec, owners, today) for spec in catalog.broken]
            catalog = replace(catalog, broken=tuple(each.spec for each in broken))  # type: ignore[misc]
            return self._result(catalog, [*checked, *broken], today)

    def _is_checked(self, spec: Spec, owners: Catalog, today: date) -> bool:
        known = self._checked.get(id(spec))
        is_same = known is not None and known[0] is spec and known[1] is owners.owners and known[2] == today
        return is_same and not spec.data.keys() & NAMES_FILES

    def _check_spec(self, spec: Spec | BrokenSpec, owners: Catalog, today: date) -> _CheckedSpec:
        """Run the checks that look at one spec."""
        if isinstance(spec, BrokenSpec):
            part = self.reader.partial(spec)
            context = CheckContext(owners, self.schema, self.settings, today)
            found = self._check_partial([part] if part else [], self._checks_of_one, context)
            return _CheckedSpec(replace(spec, partial=part), found, Checked())
        context = CheckContext(owners, self.schema, self.settings, today)
        findings = [
            found
            for module in self._checks_of_one
            for found in _guarded(module, partial(module.check, context, spec), spec.file, spec.id)
        ]
        return _CheckedSpec(spec, findings, _count(spec))

    def _check_partial(
        self, partials: Sequence[PartialSpec], modules: Sequence[Any], context: CheckContext
    ) -> list[Finding]:
        """Check specs with errors and apply their waivers, but report nothing about these: the specs are incomplete."""
        found = check_partial(partials, modules, context)
        catalog = replace(context.catalog, specs=tuple(partials))
        by_id = {each.id: each for each in partials}
        left, _ = apply_waivers(self.schema, catalog, found, context.today, report=False)
        return [by_id[each.spec].original(each) for each in left]

    def _result(self, catalog: Catalog, checked: Iterable[_CheckedSpec], today: date) -> CheckResult:
        """Run the checks across specs; apply levels and waivers to all findings."""
        context = CheckContext(catalog, self.schema, self.settings, today)
        findings = [*catalog.findings, *(finding for each in checked for finding in each.findings)]
        specs = self._shown(self.settings.specs_folder)
        for module in self._checks_across:
            findings += _guarded(module, partial(module.check_all, context), specs)
        partials = [spec.partial for spec in catalog.broken if isinstance(spec.partial, PartialSpec)]
        partial_findings = self._check_partial(partials, self._checks_across, context)
        findings = [*dict.fromkeys((*findings, *partial_findings))]
        left, waived = apply_waivers(self.schema, catalog, with_levels(findings, self.settings), today)
        counts = {each.spec.file: each.checked for each in checked if isinstance(each.spec, Spec)}
        return CheckResult(catalog, tuple(sorted(left, key=lambda finding: finding.sort_key)), waived, counts)

    @cached_property
    def _checks_of_one(self) -> list[Any]:
        """Modules of checks that look at one spec."""
        return [module for _, module in registry.modules("checks", "check")]

    @cached_property
    def _checks_across(self) -> list[Any]:
        """Modules of checks that compare specs."""
        return [module for _, module in registry.modules("checks", "check_all")]

    def _catalog(self, found: SpecFiles, specs: Sequence[Spec | BrokenSpec], owners: Catalog | None = None) -> Catalog:
        owners = owners or self.owners()
        return replace(
            owners,
            specs=tuple(spec for spec in specs if isinstance(spec, Spec)),
            broken=tuple(spec for spec in specs if isinstance(spec, BrokenSpec)),
            project_findings=(
                *folder_findings(found, self.settings.root),
                *missing_sources(self.settings),
                *owners.project_findings,
            ),
        )

    def _names(self, paths: Sequence[Path]) -> dict[Path, tuple[Finding, ...]]:
        return dict(zip(paths, all_name_findings(map(self._shown, paths)), strict=True))

    def _shown(self, path: Path) -> str:
        return shown_name(path, self.settings.root)


_read_again = lru_cache(maxsize=1)(load_raw_text)  # a check reports all about one spec, then about the next


@dataclass(frozen=True)
class _ReducedSpec(Spec):
    """A spec without positions: its text is read again for the few findings that checks across specs report."""

    def span(self, pointer: Pointer, *, key: bool = False) -> Span:
        document = _read_again(self.document.text, self.file)
        return (document.key_span if key else document.span)(pointer)


def _reduced(spec: Spec | BrokenSpec) -> Spec | BrokenSpec:
    """Return what checks across specs need of a spec. One with waivers or secrets is returned whole."""
    if isinstance(spec, BrokenSpec):
        document = replace(spec.document, data=None, findings=(), positions=None)
        return replace(spec, document=document)
    if "waivers" in spec.data or spec.document.secrets:
        return spec
    data = {name: spec.data[name] for name in ACROSS_FIELDS if name in spec.data}
    return _ReducedSpec(spec.id, spec.file, data, Document(spec.file, spec.document.text, None, ()), spec.findings)


def _guarded(module: Any, check: Callable[[], Iterator[Finding]], file: str, spec: str = "") -> Iterator[Finding]:
    """Yield the findings of a check; if it fails, the others still run."""
    name = _check_name(module.__name__.rpartition(".")[2])
    return guarded_items(check, lambda finding: finding, name, file, spec)


@cache
def _check_name(module: str) -> str:
    return Message("the check {name}", name=module)


def _count(spec: Spec) -> Checked:
    examples = sum(endpoint.body(key) is not None for endpoint in spec.endpoints for key in BODY_KEYS)
    examples += sum(event.example is not None for event in spec.events)
    return Checked(1, len(spec.endpoints), len(spec.events), examples)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Pause the garbage collector: reading makes no cycles, and a search among a million nodes takes longer than the work.

    What was made in the meantime counts as old, so that it is not searched right after.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        if was_enabled:
            gc.enable()


def _stamp(path: Path) -> _Stamp:
    """Return what changes when a file changes; empty when there is no file."""
    try:
        status = path.lstat()
    except OSError:
        return ()
    return (status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode)
