"""From a folder to a catalog and its findings: find files, load, validate, model, check."""

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from . import checks, registry
from .diff.dates import RULES as DATE_RULES
from .diff.rules import BY_NAME as CHANGE_RULES
from .findings import LEVELS, Finding, Level, Rule, visible
from .halves import in_halves
from .load import RULES as LOAD_RULES
from .load import Document, load, require_parser
from .model import SIDES, BrokenSpec, Catalog, Owner, Spec, parse_date
from .pages import OWN_ADDRESSES, RuleText
from .schema import SpecSchema, read_schema, schema_folder
from .settings import Settings
from .shape_rules import RULES as SHAPE_RULES
from .slips import nearest, slug
from .validate import Validator
from .veil import veiled

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
        "The name of a spec's file is not a usable id.",
        "The id is the spec's address, so it must be the same everywhere.",
        "specs/Pagar.me.yaml",
        "specs/pagar-me.yaml",
    ),
    Rule(
        "reserved-id",
        "error",
        "The id belongs to a page of the site or to the system.",
        "A spec of that name would replace a page.",
        "specs/index.yaml",
        "specs/search-index.yaml",
    ),
    Rule(
        "duplicate-id",
        "error",
        "Two files have the same id.",
        "Folders group specs and are not part of the id.",
        "specs/a/pay.yaml and specs/b/pay.yaml",
        "specs/a/pay-in.yaml and specs/b/pay-out.yaml",
    ),
    Rule(
        "file-ending",
        "error",
        "A spec's file ends in .yaml.",
        "One ending, so that every tool finds the same files.",
        "specs/pagar-me.yml",
        "specs/pagar-me.yaml",
    ),
    Rule(
        "waiver-expired",
        "error",
        "A waiver is past its end.",
        "An exemption that nobody looks at again is a hole.",
        "expires: 2020-01-01",
        "expires: 2027-06-30",
    ),
    Rule(
        "waiver-unused",
        "error",
        "A waiver exempts nothing.",
        "What it waived is mended, or it names the wrong rule or place.",
        "rule: environmnts",
        "rule: environments",
    ),
)


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


def all_rules() -> dict[str, Rule]:
    """Every rule that a finding can carry, by name."""
    from .importers import RULES as IMPORT_RULES

    found = {rule.name: rule for rule in (*LOAD_RULES.values(), *SHAPE_RULES, *IMPORT_RULES, *DATE_RULES, *RULES)}
    return dict(sorted((found | meaning_rules()).items()))


@cache
def rule_texts() -> tuple[RuleText, ...]:
    """Every rule of `check`, then of `diff`, for the reference on the site."""
    from .diff.rules import RULES as DIFF_RULES

    checks = (RuleText("check", r.name, r.level, r.summary, r.why, r.bad, r.good) for r in all_rules().values())
    return (*checks, *(RuleText("diff", r.name, r.level, r.summary, r.why, r.bad, r.good) for r in DIFF_RULES))


def meaning_rules() -> dict[str, Rule]:
    """The rules of the checks, by name: those whose level is the project's to choose."""
    return {rule.name: rule for _, module in registry.modules("checks", "RULES") for rule in module.RULES}


def shown_name(path: Path, root: Path) -> str:
    """A path as people read it: relative to `root` where it lies below, with `/`, control characters made visible."""
    try:
        text = path.relative_to(root).as_posix()
    except ValueError:
        text = path.as_posix()
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


class Found(NamedTuple):
    """What lies in the folder of specs: specs, files that only look so (`.yml`), and folders that are not looked into, with the reason."""

    specs: list[Path]
    misnamed: list[Path]
    closed: list[tuple[Path, OSError | None]]


def find_files(folder: Path) -> Found:
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
    return Found(
        sorted(specs, key=lambda path: (path.stem, path.as_posix())), sorted(misnamed), sorted(closed, key=str)
    )


_Reading = tuple[tuple[int, ...], Document, tuple[Finding, ...]]
"""What a file was when it was read, and what it held."""


class Workspace:
    """A project's specs, read as often as asked; what did not change on disk is not read again."""

    def __init__(self, settings: Settings, schema: SpecSchema | None = None) -> None:
        """Raises `SchemaError` when the schema cannot be used, `ParserMissing` when nothing can be read at all."""
        require_parser()
        self.settings = settings
        self.schema = schema or read_schema(settings.schema_file)
        self._validator = Validator(self.schema)
        self._owners_validator = Validator(read_schema(schema_folder() / "owners.schema.json"))
        self._accepted = settings.accepted_secrets()
        self.pace: Callable[[Sequence[Path]], Iterable[Path]] = iter
        """Hands out the files that are read, one by one: a place for a progress bar."""
        self._read: dict[Path, _Reading] = {}

    def veiled(self, document: Document) -> Document:
        """A document that was just read, without its secrets, but for those that the project's baseline accepts."""
        return veiled(document, self._accepted)

    def validate(self, document: Document, *, owners: bool = False) -> tuple[Finding, ...]:
        """Findings of a document from elsewhere than this project's folder: of its reading, then of its shape."""
        validator = self._owners_validator if owners else self._validator
        return document.findings + (validator(document) if document.data is not None else ())

    def outcome(self, today: date, only: Sequence[Path] = ()) -> Outcome:
        """Load, validate and check everything; with `only`, report what concerns these files."""
        catalog, findings = self.catalog()
        return self.judge(catalog, findings, today, only)

    def judge(self, catalog: Catalog, findings: list[Finding], today: date, only: Sequence[Path] = ()) -> Outcome:
        """The outcome for a catalog that was read already, here or from the past; `findings` are those of its reading."""
        specs = catalog.specs
        findings = findings + self.check(catalog, today)
        found, waived = apply_waivers(self.schema, catalog, findings, today)
        if only:
            names = {shown_name(path.absolute(), self.settings.root.absolute()) for path in only}
            found = [finding for finding in found if finding.file in names]
            specs = tuple(spec for spec in specs if spec.file in names)
        checked = replace(counted(specs), skipped=len(catalog.broken))
        return Outcome(catalog, tuple(sorted(found, key=lambda finding: finding.sort_key)), checked, waived)

    def catalog(self) -> tuple[Catalog, list[Finding]]:
        """Read every file: the catalog of what is valid, and the findings of syntax and shape."""
        files, findings = self.files()
        with no_collecting():
            specs, broken = self._specs(files, findings)
        people, found = self.owners()
        return replace(people, specs=tuple(specs), broken=tuple(broken)), findings + found

    def files(self) -> tuple[list[Path], list[Finding]]:
        """The specs' files, and what is said of others in the folder."""
        root = self.settings.root
        files, misnamed, closed = find_files(self.settings.specs_folder)
        findings = [
            Finding(
                "file-ending",
                "error",
                "a spec's file ends in `.yaml`",
                shown_name(path, root),
                help=f"Rename it to `{visible(path.stem)}.yaml`.",
            )
            for path in misnamed
        ]
        findings += [_closed_finding(shown_name(path, root), error) for path, error in closed]
        return files, findings

    def owners(self) -> tuple[Catalog, list[Finding]]:
        """A catalog without specs: who owns and approves; and the findings of that file."""
        path = self.settings.specs_folder / OWNERS_FILE
        findings: list[Finding] = []
        document = self._owners(path, findings)
        people, approvers = Owner.read(document) if document else ((), ())
        return Catalog((), people, approvers, (), shown_name(path, self.settings.root), document), findings

    def check(self, catalog: Catalog, today: date) -> list[Finding]:
        """Findings of meaning, at the levels that the settings give them."""
        checkup = checks.Checkup(catalog, self.schema, self.settings, today)
        with no_collecting():
            modules = [module for _, module in registry.modules("checks", "check")]
            halves = in_halves(
                lambda half: [list(module.check(checkup)) for module in modules[half::2]], len(catalog.specs)
            )
        # In the order of the modules, however the work was divided.
        found = [finding for number in range(len(modules)) for finding in halves[number % 2][number // 2]]
        return list(with_levels(found, self.settings))

    def _specs(self, files: Sequence[Path], findings: list[Finding]) -> tuple[list[Spec], list[BrokenSpec]]:
        specs: list[Spec] = []
        broken: list[BrokenSpec] = []
        taken: dict[str, str] = {}
        self._read_all(files)
        for path in files:
            identity, _ = self.named(path)
            document, found = self._document(path, self._validator)
            found = (*name_findings(identity, document.path, taken), *found)
            found = tuple(replace(finding, spec=identity) for finding in found)
            findings.extend(found)
            if any(finding.level == "error" for finding in found):
                broken.append(BrokenSpec(identity, document.path, document, found))
            else:
                specs.append(Spec(identity, document.path, document.data, document))
            taken.setdefault(identity, document.path)
        return specs, broken

    def _read_all(self, files: Sequence[Path]) -> None:
        """Read what is not known yet, half of it in another process."""
        left = [path for path in files if path not in self._read or self._read[path][0] != _stamp(path)]

        def read(half: int) -> dict[Path, _Reading]:
            share = left[half::2]
            for path in share if half else self.pace(share):
                self._document(path, self._validator)
            return {path: self._read[path] for path in share}

        for readings in in_halves(read, len(left)):
            self._read.update(readings)

    def _owners(self, path: Path, findings: list[Finding]) -> Document | None:
        """The file of owners, when it is there and has no error."""
        if not path.exists() and not path.is_symlink():
            return None
        document, found = self._document(path, self._owners_validator)
        findings.extend(found)
        return None if any(finding.level == "error" for finding in found) else document

    def named(self, path: Path) -> tuple[str, str]:
        """The id of the spec in a file, and the file as people read it."""
        shown = shown_name(path, self.settings.root)
        return visible(path.stem, 255), visible(shown, len(shown))  # of a valid id nothing is escaped

    def read(self, path: Path) -> tuple[Document, tuple[Finding, ...]]:
        """A spec as it is now, and what is found in its syntax and shape; nothing is remembered."""
        document = self.veiled(load(path, shown_name(path, self.settings.root)))
        return document, self._validator(document)

    def _document(self, path: Path, validator: Validator) -> tuple[Document, tuple[Finding, ...]]:
        stamp = _stamp(path)
        known = self._read.get(path)
        if known and stamp and known[0] == stamp:
            return known[1], known[2]
        document = self.veiled(load(path, shown_name(path, self.settings.root)))
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


def _closed_finding(name: str, error: OSError | None) -> Finding:
    """What is said of a folder that was not looked into; `error` is None for a symbolic link."""
    rule = LOAD_RULES["file-unreadable" if error else "file-symlink"]
    message = (
        f"the folder cannot be listed: {visible(error.strerror or str(error))}"
        if error
        else "is a symbolic link to a folder, which is not followed"
    )
    help_text = "Specs in it are not looked at." + ("" if error else " Put the folder itself in the link's place.")
    return Finding(rule.name, rule.level, message, name, help=help_text)


def _stamp(path: Path) -> tuple[int, ...]:
    """What changes when a file changes; empty when it is not there."""
    try:
        status = path.lstat()
    except OSError:
        return ()
    return (status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode)


def name_findings(identity: str, file: str, taken: dict[str, str]) -> Iterator[Finding]:
    """What is wrong with a spec's id; `taken` are the ids seen before, with their files."""
    safe = len(identity) <= 80 and identity.isascii() and identity == identity.lower()
    if not safe or not identity.replace("-", "").isalnum() or identity.startswith("-"):
        yield Finding(
            "file-id",
            "error",
            f"`{visible(identity)}` is not an id: an id has lower-case letters, digits and hyphens, at most 80",
            file,
            help=f"Rename the file, for example `{slug(identity) or 'pagar-me'}.yaml`.",
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
            f"the id `{visible(identity)}` is already that of `{taken[identity]}`",
            file,
            help="Rename one of the two files; folders are not part of the id.",
        )


def with_levels(findings: Iterable[Finding], settings: Settings) -> Iterator[Finding]:
    """Findings at the levels that the settings give their rules; those that are `off` are left out."""
    for finding in findings:
        level = settings.levels.get(finding.rule, finding.level)
        if level in LEVELS:
            yield finding if level == finding.level else replace(finding, level=level)


def apply_waivers(
    schema: SpecSchema, catalog: Catalog, findings: Iterable[Finding], today: date
) -> tuple[list[Finding], int]:
    """Findings that no waiver exempts, with those about the waivers themselves; and how many were waived."""
    left = everything = list(findings)
    before = len(left)
    about: list[Finding] = []
    expired_rule, unused_rule = (
        next(rule for rule in RULES if rule.name == name) for name in ("waiver-expired", "waiver-unused")
    )
    for spec in catalog.specs:
        for index, waiver in enumerate(spec.data.get("waivers", ())):
            pointer = ("waivers", index)
            hits = [
                finding
                for finding in left
                if finding.spec == spec.id
                and finding.rule == waiver["rule"]
                and _below(schema.identity_path(spec.data, finding.pointer), waiver.get("at", ""))
            ]
            end = parse_date(waiver["expires"])
            if end is None or end < today:
                about.append(
                    spec.finding(
                        expired_rule,
                        (*pointer, "expires"),
                        f"the waiver of `{visible(waiver['rule'])}` ended on {visible(waiver['expires'])}",
                        "Mend what it waives, or look at it again and set a new end.",
                    )
                )
            elif not hits and waiver["rule"] not in CHANGE_RULES:
                about.append(
                    spec.finding(
                        unused_rule,
                        (*pointer, "rule"),
                        f"the waiver of `{visible(waiver['rule'])}` exempts nothing",
                        _mend_waiver(schema, spec, waiver, [each for each in everything if each.spec == spec.id]),
                    )
                )
            elif hits:
                left = [finding for finding in left if finding not in hits]
    return left + about, before - len(left)


def _mend_waiver(schema: SpecSchema, spec: Spec, waiver: dict[str, str], found: list[Finding]) -> str:
    """What to do about a waiver that exempts nothing: the rule or the place may be misspelt."""
    if waiver["rule"] not in all_rules() and (rule := nearest(waiver["rule"], all_rules())):
        return f"No rule has that name; write `rule: {rule}` if that is meant, else remove the waiver."
    places = [schema.identity_path(spec.data, each.pointer) for each in found if each.rule == waiver["rule"]]
    if places:
        return f"The rule found something at `{visible(places[0], 100)}`: write that as `at`, or remove the waiver."
    return "Remove it, or mend its `rule` and `at` (as `check` prints them)."


def _below(path: str, place: str) -> bool:
    return not place or path == place or (path.startswith(place) and path[len(place)] in ".[")


def worst(findings: Iterable[Finding]) -> Level | None:
    """The most serious level among findings; None when there are none."""
    return min((finding.level for finding in findings), key=LEVELS.index, default=None)
