"""What `check` says, without a catalog: each spec is let go as soon as it is judged.

Each of two processes reads and judges its half. Of a spec only its text and what other specs ask for are kept, so that
little is held, and little is sent from one process to the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from integration_specs import registry
from integration_specs.checks import ACROSS_FIELDS, CheckContext
from integration_specs.documents import Document, load_text
from integration_specs.findings import Finding, Span, has_errors
from integration_specs.model import BrokenSpec, Catalog, Spec
from integration_specs.parallel import run_in_two_processes
from integration_specs.validation.schema import Pointer

from .discovery import name_findings, shown_name
from .rules import with_levels
from .waivers import apply_waivers
from .workspace import Checked, Workspace, counted, no_collecting

_AT_ONCE = 25
"""So many specs are held whole."""


@dataclass(frozen=True)
class CheckResult:
    """Everything found, what was looked at, and the texts of the files by their names."""

    findings: tuple[Finding, ...]
    checked: Checked
    waived: int
    texts: dict[str, str]


@dataclass(frozen=True)
class _Gist(Spec):
    """A spec that was judged: places in it are looked up by reading its text again, since that is seldom asked for."""

    def _span(self, pointer: Pointer, key: bool) -> Span:
        document = load_text(self.document.text, self.file)
        return (document.key_span if key else document.span)(pointer)


class _Half(NamedTuple):
    """What one process found: specs by their place among the files."""

    specs: dict[int, Spec]
    broken: dict[int, BrokenSpec]
    findings: list[Finding]
    counts: list[tuple[str, Checked]]


def verdict(workspace: Workspace, today: date, only: Sequence[Path] = ()) -> CheckResult:
    """Load, validate and check everything; with `only`, report what concerns these files."""
    root = workspace.settings.root
    files, findings = workspace.files()
    people, found = workspace.owners()
    findings += found
    run = _Run(workspace, today, people, files)
    with no_collecting():
        halves = run_in_two_processes(run.half, len(files))
        # In the order of the files, however the work was divided.
        specs = dict(sorted((halves[0].specs | halves[1].specs).items()))
        broken = dict(sorted((halves[0].broken | halves[1].broken).items()))
        catalog = replace(people, specs=tuple(specs.values()), broken=tuple(broken.values()))
        findings += halves[0].findings + halves[1].findings + run.meant(catalog, across=True)
        left, waived = apply_waivers(workspace.schema, catalog, with_levels(findings, workspace.settings), today)
    counts = halves[0].counts + halves[1].counts
    if only:
        wanted = {shown_name(path.absolute(), root.absolute()) for path in only}
        left = [finding for finding in left if finding.file in wanted]
        counts = [(file, count) for file, count in counts if file in wanted]
    checked = Checked(
        len(counts),
        sum(count.endpoints for _, count in counts),
        sum(count.events for _, count in counts),
        sum(count.examples for _, count in counts),
        len(broken),
    )
    texts = {spec.file: spec.document.text for spec in catalog.specs}
    texts |= {spec.file: spec.document.text for spec in catalog.broken}
    return CheckResult(tuple(sorted(left, key=lambda finding: finding.sort_key)), checked, waived, texts)


class _Run:
    """One look at all files."""

    def __init__(self, workspace: Workspace, today: date, people: Catalog, files: Sequence[Path]) -> None:
        self._workspace, self._today, self._people, self._files = workspace, today, people, files
        taken: dict[str, str] = {}
        self._names = []
        for path in files:
            identity, file = workspace.named(path)
            self._names.append((identity, tuple(name_findings(identity, file, taken))))
            taken.setdefault(identity, file)

    def meant(self, catalog: Catalog, *, across: bool) -> list[Finding]:
        """Findings of meaning: of the checks that compare specs, or of the others."""
        workspace = self._workspace
        context = CheckContext(catalog, workspace.schema, workspace.settings, self._today)
        modules = [each for _, each in registry.modules("checks", "check") if hasattr(each, "ACROSS") == across]
        return [finding for module in modules for finding in module.check(context)]

    def half(self, half: int) -> _Half:
        """Every second file, from the first or from the second one on."""
        done = _Half({}, {}, [], [])
        waiting: dict[int, Spec] = {}
        share = range(half, len(self._files), 2)
        paths = [self._files[number] for number in share]
        for number, path in zip(share, paths if half else self._workspace.pace(paths), strict=True):
            identity, told = self._names[number]
            document, seen = self._workspace.read(path)
            seen = tuple(replace(finding, spec=identity) for finding in (*told, *seen))
            done.findings.extend(seen)
            if has_errors(seen):
                rest = Document(document.path, document.text, None, (), secrets=document.secrets)
                done.broken[number] = BrokenSpec(identity, document.path, rest, seen)
                continue
            waiting[number] = Spec(identity, document.path, document.data, document)
            if len(waiting) == _AT_ONCE:
                self._judge(waiting, done)
        self._judge(waiting, done)
        return done

    def _judge(self, waiting: dict[int, Spec], done: _Half) -> None:
        catalog = replace(self._people, specs=tuple(waiting.values()))
        done.findings.extend(self.meant(catalog, across=False))
        for number, spec in waiting.items():
            done.specs[number] = _gist(spec)
            done.counts.append((spec.file, counted((spec,))))
        waiting.clear()


def _gist(spec: Spec) -> Spec:
    """What is kept of a spec; one with waivers or secrets is kept whole, since more is asked of it."""
    if "waivers" in spec.data or spec.document.secrets:
        return spec
    data = {name: spec.data[name] for name in ACROSS_FIELDS if name in spec.data}
    return _Gist(spec.id, spec.file, data, Document(spec.file, spec.document.text, None, ()))
