"""From a folder to a catalog and its findings: find files, load, validate, model, check."""

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from integration_specs import checks, registry
from integration_specs.documents import Document, load, require_parser
from integration_specs.documents.redaction import redacted
from integration_specs.findings import Finding, has_errors
from integration_specs.model import SIDES, BrokenSpec, Catalog, Owner, Spec, spec_of
from integration_specs.parallel import run_in_two_processes
from integration_specs.settings import Settings
from integration_specs.text.display import printable
from integration_specs.validation.schema import SpecSchema, read_schema, schema_folder
from integration_specs.validation.validator import Validator

from .discovery import OWNERS_FILE, find_files, folder_findings, name_findings, shown_name
from .rules import require_settable, with_levels
from .waivers import apply_waivers


@dataclass(frozen=True, slots=True)
class Checked:
    """What a run looked at; a run says this first, so that nothing unchecked looks checked."""

    specs: int = 0
    endpoints: int = 0
    events: int = 0
    examples: int = 0
    skipped: int = 0


@dataclass(frozen=True)
class Outcome:
    """A catalog, everything found about it, and what was looked at."""

    catalog: Catalog
    findings: tuple[Finding, ...]
    checked: Checked
    waived: int = 0


_Reading = tuple[tuple[int, ...], Document, tuple[Finding, ...]]
"""What a file was when it was read, and what it held."""


class Workspace:
    """A project's specs, read as often as asked; what did not change on disk is not read again."""

    def __init__(self, settings: Settings, schema: SpecSchema | None = None) -> None:
        """Raises `SchemaError` or `SettingsError` when one cannot be used, `ParserMissing` when nothing can be read at all."""
        require_parser()
        require_settable(settings)
        self.settings = settings
        self.schema = schema or read_schema(settings.schema_file)
        self._validator = Validator(self.schema)
        self.owners_schema = read_schema(schema_folder() / "owners.schema.json")
        self._owners_validator = Validator(self.owners_schema)
        self._accepted = settings.accepted_secrets()
        self.pace: Callable[[Sequence[Path]], Iterable[Path]] = iter
        """Hands out the files that are read, one by one: a place for a progress bar."""
        self._read: dict[Path, _Reading] = {}

    def redacted(self, document: Document) -> Document:
        """A document that was just read, without its secrets; nothing is said of those that the project's baseline accepts."""
        return redacted(document, self._accepted)

    def validate(self, document: Document, *, owners: bool = False) -> tuple[Finding, ...]:
        """Findings of a document from elsewhere than this project's folder: of its reading and of its shape."""
        return (self._owners_validator if owners else self._validator)(document)

    def outcome(self, today: date) -> Outcome:
        """Load, validate and check everything."""
        return self.judge(*self.catalog(), today)

    def judge(self, catalog: Catalog, findings: list[Finding], today: date) -> Outcome:
        """The outcome for a catalog that was read already, here or from the past; `findings` are those of its reading."""
        findings = findings + self.check(catalog, today)
        found, waived = apply_waivers(self.schema, catalog, with_levels(findings, self.settings), today)
        checked = replace(counted(catalog.specs), skipped=len(catalog.broken))
        return Outcome(catalog, tuple(sorted(found, key=lambda finding: finding.sort_key)), checked, waived)

    def catalog(self) -> tuple[Catalog, list[Finding]]:
        """Read every file: the catalog of what is valid, and the findings of syntax and shape."""
        files, findings = self.files()
        specs: list[Spec] = []
        broken: list[BrokenSpec] = []
        taken: dict[str, str] = {}
        with no_collecting():
            self._read_all(files)
            for path in files:
                identity, _ = self.named(path)
                document, seen = self._document(path, self._validator)
                told = name_findings(identity, document.path, taken)
                seen = tuple(replace(finding, spec=identity) for finding in (*told, *seen))
                findings += seen
                spec = spec_of(identity, document, seen)
                (broken if isinstance(spec, BrokenSpec) else specs).append(spec)  # type: ignore[arg-type]
                taken.setdefault(identity, document.path)
        people, found = self.owners()
        return replace(people, specs=tuple(specs), broken=tuple(broken)), findings + found

    def files(self) -> tuple[list[Path], list[Finding]]:
        """The specs' files, and what is said of others in the folder."""
        found = find_files(self.settings.specs_folder)
        return found.specs, list(folder_findings(found, self.settings.root))

    def owners(self) -> tuple[Catalog, list[Finding]]:
        """A catalog without specs: who owns and approves; and the findings of that file."""
        path = self.settings.specs_folder / OWNERS_FILE
        nobody = Catalog((), owners_file=shown_name(path, self.settings.root))
        if not os.path.lexists(path):
            return nobody, []
        document, found = self._document(path, self._owners_validator)
        if has_errors(found):
            return nobody, list(found)
        people, approvers = Owner.read(document)
        return replace(nobody, owners=people, approvers=approvers, owners_document=document), list(found)

    def check(self, catalog: Catalog, today: date) -> list[Finding]:
        """Findings of meaning."""
        context = checks.CheckContext(catalog, self.schema, self.settings, today)
        with no_collecting():
            modules = [module for _, module in registry.modules("checks", "check")]
            halves = run_in_two_processes(
                lambda half: [list(module.check(context)) for module in modules[half::2]], len(catalog.specs)
            )
        # In the order of the modules, however the work was divided.
        return [finding for number in range(len(modules)) for finding in halves[number % 2][number // 2]]

    def _read_all(self, files: Sequence[Path]) -> None:
        """Read what is not known yet, half of it in another process."""
        left = [path for path in files if path not in self._read or self._read[path][0] != _stamp(path)]

        def read(half: int) -> dict[Path, _Reading]:
            share = left[half::2]
            for path in share if half else self.pace(share):
                self._document(path, self._validator)
            return {path: self._read[path] for path in share}

        for readings in run_in_two_processes(read, len(left)):
            self._read.update(readings)

    def named(self, path: Path) -> tuple[str, str]:
        """The id of the spec in a file, and the file as people read it."""
        shown = shown_name(path, self.settings.root)
        return printable(path.stem, 255), printable(shown, len(shown))  # of a valid id nothing is escaped

    def read(self, path: Path) -> tuple[Document, tuple[Finding, ...]]:
        """A spec as it is now, and what is found in its syntax and shape; nothing is remembered."""
        document = self.redacted(load(path, shown_name(path, self.settings.root)))
        return document, self._validator(document)

    def _document(self, path: Path, validator: Validator) -> tuple[Document, tuple[Finding, ...]]:
        stamp = _stamp(path)
        known = self._read.get(path)
        if known and stamp and known[0] == stamp:
            return known[1], known[2]
        document = self.redacted(load(path, shown_name(path, self.settings.root)))
        found = validator(document)
        self._read[path] = (stamp, document, found)
        return document, found


def counted(specs: Iterable[Spec]) -> Checked:
    """What there is to look at in specs."""
    specs = tuple(specs)
    endpoints = [endpoint for spec in specs for endpoint in spec.endpoints]
    events = [event for spec in specs for event in spec.events]
    examples = sum(endpoint.body(side) is not None for endpoint in endpoints for side in SIDES)
    examples += sum(event.example is not None for event in events)
    return Checked(len(specs), len(endpoints), len(events), examples)


@contextmanager
def no_collecting() -> Iterator[None]:
    """Nothing here makes cycles, and looking for them among a million nodes takes longer than the work itself."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _stamp(path: Path) -> tuple[int, ...]:
    """What changes when a file changes; empty when it is not there."""
    try:
        status = path.lstat()
    except OSError:
        return ()
    return (status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode)
