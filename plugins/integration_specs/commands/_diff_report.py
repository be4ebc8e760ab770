"""The report of a comparison for `diff` and `ci`: links, approvals, and why the command fails."""

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from integration_specs.console import echo_to_stderr, screen_width, wants_color
from integration_specs.diff import CHANGE_LEVELS
from integration_specs.diff.approvers import approvals, requested_by_codeowners
from integration_specs.documents.code_frame import source_reader
from integration_specs.findings import LEVELS, Finding
from integration_specs.findings.internal_errors import INTERNAL_ERROR
from integration_specs.model import Catalog
from integration_specs.model.codeowners import codeowners_places, codeowners_text
from integration_specs.project.git import Repository
from integration_specs.project.workspace import Workspace
from integration_specs.reports import DiffReport, Subject, is_accepted
from integration_specs.review.compare import Comparison
from integration_specs.settings import Settings
from integration_specs.text.display import escape_unprintable, plural, printable

from ._site_config import plugins_of, read_config


def _read_contracts(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, Path]:
    pairs = [value.partition("=") for value in values]
    if wrong := next((value for value, pair in zip(values, pairs, strict=True) if not (pair[0] and pair[2])), None):
        raise click.BadParameter(f"expected SPEC=FILE but found {wrong!a}")
    return {name: Path(file) for name, _, file in pairs}


contract_option = click.option(
    "--contract",
    "contracts",
    metavar="SPEC=FILE",
    multiple=True,
    callback=_read_contracts,
    help="Compare the contract of SPEC with FILE, a new version of the vendor's document. Repeatable.",
)

FAIL_ON = (*CHANGE_LEVELS, "never")


@dataclass(frozen=True)
class Platform:
    """What a CI platform passes to a job: the address of the project, the commit of the change and its labels."""

    project_url: str = ""
    blob: str = "blob"
    commit: str = ""
    labels: tuple[str, ...] = ()


def platform(environment: Mapping[str, str]) -> Platform:
    """Return what GitHub Actions or GitLab CI says in its variables and in the payload of the event."""
    if repository := environment.get("GITHUB_REPOSITORY"):
        server = environment.get("GITHUB_SERVER_URL", "https://github.com")
        request = _event(environment).get("pull_request") or {}
        head, labels = request.get("head") or {}, request.get("labels") or []
        commit = str(head.get("sha") or environment.get("HEAD_SHA") or environment.get("GITHUB_SHA", ""))
        return Platform(f"{server}/{repository}", "blob", commit, tuple(str(each.get("name", "")) for each in labels))
    if url := environment.get("CI_PROJECT_URL"):
        commit = environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environment.get("CI_COMMIT_SHA", "")
        labels = environment.get("CI_MERGE_REQUEST_LABELS", "").split(",")
        return Platform(url, "-/blob", commit, tuple(filter(None, (label.strip() for label in labels))))
    return Platform()


def _event(environment: Mapping[str, str]) -> dict[str, Any]:
    try:
        content = json.loads(Path(environment["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    except (KeyError, OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def report_of(workspace: Workspace, comparison: Comparison, site: str = "", *, is_ci: bool = False) -> DiffReport:
    """Return the report of a comparison; `site` is the address of a published site, for links.

    For `ci`, it contains the findings that the base has, too, and links to the commit of the change.
    """
    if "folder" in (comparison.base.kind, comparison.head.kind):
        for source in workspace.settings.more_specs:
            echo_to_stderr(
                f"Not compared: {printable(source.label)}: between folders, only the first entry of `specs` is compared"
            )
    for source, part in comparison.base.parts:
        if part.gap:
            echo_to_stderr(f"Not compared: {printable(source.label)}: {printable(part.gap, 200)}")
    catalog, before, settings = comparison.outcome.catalog, comparison.before, workspace.settings
    repository = comparison.base.repository or comparison.head.repository
    prefix = repository.prefix if repository else ""
    # The base judges: its owners and CODEOWNERS, where it has any.
    owners = before if before.owners else catalog
    place = platform(os.environ) if is_ci else Platform()
    commit = place.commit or (repository.commit("HEAD") if is_ci and repository else comparison.head.commit)
    checkouts = _checkouts(comparison, settings, place, commit)

    def path_of(file: str) -> str:
        source = settings.source_of(file)
        return source.path if source and source.path in checkouts else ""

    def link(file: str, line: int) -> str:
        return checkouts[path_of(file)].link(file, line)

    requested = {path: each.requested(owners) for path, each in checkouts.items()}

    def is_requested(file: str, team: str) -> bool:
        found = requested[path_of(file)]
        return bool(found and found(file, team))

    mount = mount_of(settings.root) if site else ""
    subjects = {}
    for name in {change.spec for change in comparison.changes}:
        if spec := catalog.by_id.get(name) or before.by_id.get(name):
            page = page_address(site, mount, name) if site and name in catalog.by_id else ""
            address = (
                link(spec.file, 1) or settings.edit_url(f"{'' if settings.source_of(spec.file) else prefix}{spec.file}")
                if name in catalog.by_id
                else ""
            )
            criticality = str(spec.data.get("criticality", ""))
            subjects[name] = Subject(name, spec.title, spec.owner, spec.status, page, address, criticality)
    is_working_tree = comparison.head.kind == "working tree"
    return DiffReport(
        comparison.changes,
        comparison.findings,
        comparison.skipped,
        approvals(comparison.changes, is_requested if any(requested.values()) else None),
        comparison.checked,
        comparison.base.title,
        commit[:7] if is_ci and is_working_tree and commit else comparison.head.title,
        comparison.changed,
        subjects,
        source_reader(settings.root),
        wants_color(),
        screen_width(),
        commits=(comparison.base.commit, commit),
        old_findings=_old_findings(comparison) if is_ci else (),
        owner_names={owner.key: owner.name for owner in (*catalog.owners, *before.owners)},
        prefix=escape_unprintable(prefix) if is_ci else "",
        touched=frozenset(
            escape_unprintable(f"{prefix}{each.top}/{name}" if each.top else name)
            for each in checkouts.values()
            if each.repository and each.base
            for name in each.repository.changed_files(each.base)
        )
        if is_ci and repository
        else None,
        link=link,
    )


def _old_findings(comparison: Comparison) -> tuple[Finding, ...]:
    new = set(comparison.findings)
    return tuple(each for each in comparison.outcome.findings if each.level != "info" and each not in new)


def failures(report: DiffReport, settings: Settings, fail_on: str) -> tuple[str, ...]:
    """Return why a command fails: changes at or above `fail_on`, findings at or above the setting `fail_on`, and changed specs
    that could not be compared. `never` concerns changes only.
    """
    change_levels = () if fail_on == "never" else CHANGE_LEVELS[: CHANGE_LEVELS.index(fail_on) + 1]
    finding_levels = LEVELS[: LEVELS.index(settings.fail_on) + 1]
    changes = Counter(each.level for each in report.changes if not is_accepted(each))
    new, old = (Counter(each.level for each in findings) for findings in (report.findings, report.old_findings))
    counts = [
        *((changes[level], f"{level} change", "") for level in change_levels),
        *((new[level], f"new {level}", "") for level in finding_levels),
        *((old[level], level, " that the base has, too") for level in finding_levels),
    ]
    found = [plural(count, noun) + rest for count, noun, rest in counts if count]
    if count := len({skip.spec for skip in report.skipped} & set(report.changed)):
        found.append(f"{plural(count, 'changed spec')} could not be compared")
    return tuple(found)


def exit_code(report: DiffReport) -> int:
    """Return 1 if something fails, 2 if a part of the comparison failed, so that the result is not complete."""
    rules = {each.rule for each in (*report.findings, *report.old_findings)}
    if INTERNAL_ERROR.name in rules | {skip.rule for skip in report.skipped}:
        return 2
    return int(bool(report.failures))


@dataclass(frozen=True)
class _Checkout:
    """A repository with specs: where it is below the project, the commits of both sides, and the address of its files."""

    settings: Settings
    repository: Repository | None
    base: str
    address: str
    top: str = ""

    def path(self, file: str) -> str:
        """Return the path of a file of the project in this repository."""
        return f"{self.repository.prefix if self.repository else ''}{file.removeprefix(f'{self.top}/' if self.top else '')}"

    def link(self, file: str, line: int) -> str:
        """Return the address of a line; empty if it is unknown."""
        return f"{self.address}/{self.path(file)}#L{line}" if self.address else ""

    def requested(self, owners: Catalog) -> Callable[[str, str], bool] | None:
        """Return whether CODEOWNERS, that of the base if it has one, requests an owner key for a file."""
        texts: list[str | None] = []
        if self.repository and self.base:
            places = codeowners_places(self.settings)
            paths = dict.fromkeys((*(f"{self.repository.prefix}{place}" for place in places), *places))
            texts = [self.repository.text(self.base, path) for path in paths]
        text = next((each for each in texts if each is not None), None)
        found = requested_by_codeowners(codeowners_text(self.settings) if text is None else text, owners)
        return found and (lambda file, team: found(self.path(file), team))


def _checkouts(comparison: Comparison, settings: Settings, place: Platform, commit: str) -> dict[str, _Checkout]:
    """Return the repositories that were compared, the project's own as the empty path, the others by the path of their specs."""
    own = comparison.base.repository or comparison.head.repository
    address = (
        f"{place.project_url}/{place.blob}/{commit}"
        if place.project_url and commit
        else _address(settings.repository, commit)
    )
    found = {"": _Checkout(settings, own, comparison.base.commit, address)}
    known = {side.repository for side in (comparison.base, comparison.head) if side.repository}
    for (source, base), (_, head) in zip(comparison.base.parts, comparison.head.parts, strict=False):
        if base.repository and base.repository not in known:
            address = _address(source.repository, head.commit or base.repository.commit("HEAD"))
            alone = replace(settings, root=settings.root / source.top)
            found[source.path] = _Checkout(alone, base.repository, base.commit, address, source.top)
    return found


def _address(project: str, commit: str) -> str:
    blob = "-/blob" if "gitlab" in project else "blob"
    return f"{project.rstrip('/')}/{blob}/{commit}" if project and commit else ""


def page_address(site: str, mount: str, name: str) -> str:
    """Return the address of a spec's page, or its file if `site` is a folder."""
    parts = [site.rstrip("/"), *([mount] if mount else []), name]
    folder = "/".join(parts) + "/"
    return folder if site.startswith(("http://", "https://")) else f"{folder}index.html"


def mount_of(root: Path) -> str:
    """Return the folder of our pages inside the site, from `mkdocs.yml`; empty without such a file."""
    config = read_config(root / "mkdocs.yml")
    if isinstance(config, str):
        return ""
    options = plugins_of(config).get("integration-specs")
    options = options if isinstance(options, dict) else {}
    docs, specs = config.get("docs_dir", "docs"), options.get("specs_dir", "specs")
    return str(options.get("mount", "" if docs == specs else "integrations")).strip("/")
