"""A failure in one part costs no other part its result: an exception is injected into each part in turn."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from integration_specs import registry
from integration_specs.checks import CheckContext
from integration_specs.commands import ci
from integration_specs.documents import load_text, yaml_reader
from integration_specs.documents.code_frame import frame
from integration_specs.findings import Finding
from integration_specs.model import Spec
from integration_specs.project.workspace import Workspace
from integration_specs.review import history
from integration_specs.review.change_view import log
from integration_specs.settings import Settings
from integration_specs.site import SiteOptions
from integration_specs.site.pages import assets, incident
from integration_specs.site.pages import spec as spec_pages
from integration_specs.site.render import render
from integration_specs.site.tables import Column, Table
from integration_specs.site.translations import translations_for
from integration_specs.validation import validator
from invoking import invoke
from scratch import commit, environment, repository
from site_support import Folder, spec

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 11, 28)
VICTIM = "zoho-sprints"
CHECKS = registry.names("checks")
PAGES = [name for name, _ in registry.modules("site.pages", "pages")]
IMPORTERS = [name for name, _ in registry.modules("importers", "read")]
REPORTS = ("markdown", "html", "json", "sarif", "junit", "gitlab")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    return tmp_path


def explode(*_: object, **__: object) -> Any:
    raise ValueError("a text that may be a secret")


def module(package: str, name: str) -> ModuleType:
    return next(module for found, module in registry.modules(package, "__doc__") if found == name)


def internal(findings: tuple[Finding, ...]) -> list[Finding]:
    found = [finding for finding in findings if finding.rule == "internal-error"]
    assert all("may be a secret" not in finding.message for finding in found)
    return found


@pytest.mark.parametrize("name", CHECKS)
def test_a_check(name: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check = module("checks", name)
    function = "check_all" if hasattr(check, "check_all") else "check"
    original = getattr(check, function)
    rules: set[str] = set()

    def record(context: CheckContext, *spec: Spec) -> Iterator[Finding]:
        for finding in original(context, *spec):
            rules.add(finding.rule)
            yield finding

    def run(context: CheckContext, *spec: Spec) -> Iterator[Finding]:
        if not spec or spec[0].id == VICTIM:
            explode()
        yield from original(context, *spec)

    monkeypatch.setattr(check, function, record)
    whole = Workspace(Settings(root=project)).check(TODAY)
    monkeypatch.setattr(check, function, run)
    left = Workspace(Settings(root=project)).check(TODAY)
    (failure,) = internal(left.findings)
    assert f"the check {name} failed with ValueError" in failure.message
    assert failure.file == ("specs" if function == "check_all" else f"specs/{VICTIM}.yaml")
    others = [each for each in whole.findings if each.rule not in rules]
    assert [each for each in left.findings if each.rule not in {*rules, "internal-error"}] == others
    assert left.checked == whole.checked
    result = invoke("check", "--fail-on", "never", root=project)
    assert result.exit_code == 2
    assert failure.message.partition(":")[0] in result.stdout


def test_reading(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = validator.Validator.__call__

    def run(self: validator.Validator, document: Any) -> tuple[Finding, ...]:
        return explode() if VICTIM in document.path else original(self, document)

    whole = Workspace(Settings(root=project)).check(TODAY)
    monkeypatch.setattr(validator.Validator, "__call__", run)
    result = Workspace(Settings(root=project)).check(TODAY)
    (broken,) = result.catalog.broken
    assert (broken.id, [each.rule for each in broken.findings]) == (VICTIM, ["internal-error"])
    assert len(result.catalog.specs) == len(whole.catalog.specs) - 1
    site = render(result.catalog, Workspace(Settings(root=project)).schema, SiteOptions(findings=result.findings))
    assert "internal error" in next(page for page in site.pages if page.address == VICTIM).content
    for command in (["check"], ["diff", "specs", "specs"], ["render", str(project / "out")]):
        assert invoke(*command, root=project).exit_code == 2, command


@pytest.mark.parametrize("make", [spec_pages, incident, assets], ids=lambda each: each.__name__)
def test_a_page(make: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(name for name in ("spec_page", "_page", "write_document") if hasattr(make, name))
    original = getattr(make, name)

    def run(*args: Any, **kwargs: Any) -> Any:
        victim = any(isinstance(each, Spec) and each.id == "pagar-me" for each in args) or (
            name == "write_document" and args[1]["title"] == "Pagar.me payments"
        )
        return explode() if victim else original(*args, **kwargs)

    workspace = Workspace(Settings(root=project))
    result = workspace.check_catalog(workspace.catalog(), TODAY)
    options = SiteOptions(findings=result.findings, today=TODAY)
    whole = render(result.catalog, workspace.schema, options)
    monkeypatch.setattr(make, name, run)
    left = render(result.catalog, workspace.schema, options)
    assert [failure.spec for failure in internal(left.failures)] == ["pagar-me"]
    assert [page.address for page in left.pages] == [page.address for page in whole.pages]
    assert [asset.address for asset in left.assets] == [asset.address for asset in whole.assets]
    same = [new.content == old.content for new, old in zip(left.pages, whole.pages, strict=True)]
    assert same.count(False) == (make is not assets)
    shown = [page for page in left.pages if page.failures]
    assert all("internal error" in page.content for page in shown)


@pytest.mark.parametrize("name", PAGES)
def test_pages(name: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(Settings(root=project))
    catalog = workspace.catalog()
    options = SiteOptions(today=TODAY, log=log(workspace, 1, catalog))
    whole = render(catalog, workspace.schema, options)
    monkeypatch.setattr(module("site.pages", name), "pages", explode)
    left = render(catalog, workspace.schema, options)
    (failure,) = internal(left.failures)
    assert name in failure.message
    assert f"as páginas {name}" in translations_for("pt-BR")(failure.message)
    ours = [page for page in left.pages if page.failures]
    assert len(ours) == 1
    contents = {page.address: page.content for page in whole.pages}
    assert all(contents[page.address] == page.content for page in left.pages if not page.failures)


def test_a_row() -> None:
    column: Column[int] = Column("n", "N", lambda number: str(10 // number))
    rows = str(Table("numbers", "Numbers", (1, 0, 5), (column,)).groups)
    assert rows.count("<tr") == 3
    assert "ZeroDivisionError" in rows
    assert ">10<" in rows
    assert ">2<" in rows


def test_hints(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "explain_error", explode)
    (finding,) = load_text("a: b: c\n", "x.yaml").findings
    assert (finding.rule, finding.span.line, finding.span.column) == ("yaml-syntax", 1, 5)
    monkeypatch.setattr("integration_specs.documents.code_frame._marked", explode)
    assert frame(finding, "a: b: c\n") == ()
    monkeypatch.setattr(validator, "describe", explode)
    (project / "specs" / "acme.yaml").write_text("system: Acme\ntype: API\nstatus: unkown\n", encoding="utf-8")
    result = Workspace(Settings(root=project)).check(TODAY)
    assert [each.span.line for each in result.findings if each.file == "specs/acme.yaml"] == [3]
    assert not internal(result.findings)


@pytest.mark.parametrize("name", IMPORTERS)
def test_an_importer(name: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "document.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(module("importers", name), "read", explode)
    result = invoke("import", name, str(project / "document.json"), root=project)
    assert result.exit_code == 2
    assert "document.json" in result.output
    assert "internal error" in result.output
    assert "may be a secret" not in result.output


@pytest.mark.parametrize("name", REPORTS)
def test_a_report(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "shop")
    report = module("reports", name)
    monkeypatch.setattr(report, "diff", explode)
    for variable, value in environment().items():
        monkeypatch.setenv(variable, value)
    for variable in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_BASE_REF", "CI"):
        monkeypatch.delenv(variable, raising=False)
    result = invoke("ci", "--base", "HEAD", "--out", str(tmp_path / "out"), root=root)
    assert result.exit_code == 2
    assert "internal error" in result.stderr
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert len(files & set(ci._FILES.values())) == len(REPORTS) - 1


def test_a_state_of_the_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "shop")
    name = next(path.name for path in sorted((root / "specs").glob("*.yaml")) if path.name != "owners.yaml")
    for word in ("one", "two", "three"):
        text = (root / "specs" / name).read_text(encoding="utf-8")
        (root / "specs" / name).write_text(text + f"x-{word}: {word}\n", encoding="utf-8")
        commit(root, word)
    original = history.compare_specs  # type: ignore[attr-defined]

    def run(snapshots: Any, old: Spec | None, new: Spec | None) -> Any:
        is_bad = new and "x-two" in new.data and "x-three" not in new.data
        return explode() if is_bad else original(snapshots, old, new)

    workspace = Workspace(Settings(root=root))
    whole = log(workspace, 100, workspace.catalog())
    monkeypatch.setattr(history, "compare_specs", run)
    left = log(workspace, 100, workspace.catalog())
    assert [each.subject for each in whole.entries if each.subject != "two"] == [each.subject for each in left.entries]
    assert f"specs/{name}: internal error" in left.gap
    assert not whole.gap


def test_a_build_writes_the_rest_and_fails_at_the_end(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.configure()
    folder.write("docs/index.md", "# Home\n")
    folder.write("specs/acme.yaml", spec("Acme"))
    folder.write("specs/other.yaml", spec("Other"))
    code = """
import sys
from integration_specs.site.pages import spec
page = spec.spec_page
def fail(context, each, facts):
    if each.id == "acme":
        raise ValueError(each)
    return page(context, each, facts)
spec.spec_page = fail
from mkdocs.__main__ import cli
sys.argv = ["mkdocs", "build", "--strict", "-q"]
cli()
"""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == 1, result.stderr
    assert "internal error" in result.stderr
    assert "Traceback" not in result.stderr
    assert "internal error" in folder.page("integrations/acme/index.html")
    assert "<h1>Other" in folder.page("integrations/other/index.html") or "Other" in folder.page(
        "integrations/other/index.html"
    )


def test_a_text_of_560_characters(project: Path) -> None:
    item = "- " + "word " * 110 + "note: see also: x"
    (project / "specs" / "acme.yaml").write_text(f"system: Acme\ntags:\n  {item}\n", encoding="utf-8")
    result = Workspace(Settings(root=project)).check(TODAY)
    assert {each.rule for each in result.findings if each.file == "specs/acme.yaml"} == {
        "yaml-key-too-long",
        "yaml-syntax",
    }
    assert not internal(result.findings)


def test_many_problems_of_a_site_are_counted(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("docs/index.md", "# Home\n")
    for number in range(15):
        folder.write(f"specs/acme-{number}.yaml", spec(f"Acme {number}"))
    code = "def on_nav(nav, files, **_):\n    [files.remove(each) for each in [*files] if '/acme-' in each.dest_uri]\n"
    folder.write("own.py", code)
    folder.configure(hooks=["own.py"])
    log = folder.run("mkdocs", "build").stdout
    assert log.count("[site-incomplete]") == 20
    assert re.search(r"and \d+ more; list them with: integration-specs check-site \S+ --mount integrations", log)
