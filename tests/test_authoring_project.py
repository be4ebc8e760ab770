"""The commands new, init and doctor."""

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from datetime import date
from importlib import metadata
from importlib.metadata import version
from pathlib import Path

import pytest

from case_file import CASES, Case, cases, names
from integration_specs.commands import doctor
from integration_specs.documents import load, load_text
from integration_specs.formatting import EDITOR_LINE, format_document
from integration_specs.project.workspace import Workspace
from integration_specs.scaffold import requirements
from integration_specs.scaffold.draft import draft
from integration_specs.settings import Settings
from integration_specs.validation.schema import Pointer, read_schema
from integration_specs.validation.validator import Validator

TODAY = "2026-11-22"
SCHEMA = read_schema()
HERE = "../schema/integration-spec.schema.json"
FACTS: dict[Pointer, str] = {("system",): "Acme Pay", ("type",): "API"}


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command with nothing on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "integration_specs", *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        timeout=60,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "integrations"
    assert run("init", str(folder), "--today", TODAY).returncode == 0
    return folder


# Drafts


@pytest.mark.parametrize("case", cases("new"), ids=names(cases("new")))
def test_a_draft_has_every_question_of_the_schema(case: Case) -> None:
    facts = json.loads(case.files["facts.json"])
    text = draft(SCHEMA, {(name,): value for name, value in facts.items()}, date(2026, 11, 22), HERE)
    case.expect(text, "expected.yaml")
    for section in SCHEMA.sections:
        assert (f"{section.title}: {section.description}" in text) is (section.need != "optional")


@pytest.mark.parametrize("owner", [{}, {("owner",): "payments"}])
def test_a_draft_is_valid_in_our_style_and_complete_once_uncommented(owner: dict[Pointer, str]) -> None:
    validator = Validator(SCHEMA)
    text = draft(SCHEMA, FACTS | owner, date(2026, 11, 22), HERE)
    document = load_text(text, "acme-pay.yaml")
    assert validator(document) == ()
    assert text.startswith(f"{EDITOR_LINE}{HERE}\n")
    assert format_document(document, SCHEMA) == text
    whole = re.sub(r"(?m)^( *)# (?!yaml-language-server)", r"\1", text).replace("status: draft", "status: active")
    if not owner:
        whole += "owner: payments\n"
    assert validator(load_text(whole, "acme-pay.yaml")) == ()


def test_new_never_asks_without_a_terminal(project: Path) -> None:
    result = run("new", "acme-pay", "--root", str(project))
    assert result.returncode == 2
    assert "--system is required" in result.stderr
    result = run("new", "acme-pay", "--root", str(project), "--system", "Acme Pay")
    assert "--type is required without a terminal: one of API, Webhook, File, Other" in result.stderr
    assert not (project / "specs" / "acme-pay.yaml").exists()


def test_new_writes_a_draft_that_check_and_fmt_accept(project: Path) -> None:
    options = ("--root", str(project), "--system", 'Acme "Pay": #1', "--owner", "integrations", "--today", TODAY)
    assert run("new", "acme-pay", "--type", "rest", *options).returncode == 0
    assert run("new", "acme-in", "--type", "File", "--in", "files/in", *options).returncode == 0
    first_line = (project / "specs/files/in/acme-in.yaml").read_text().splitlines()[0]
    assert first_line == f"{EDITOR_LINE}../../../schema/integration-spec.schema.json"
    assert load(project / "specs/acme-pay.yaml", "x").data["system"] == 'Acme "Pay": #1'
    check = run("check", "--root", str(project), "--today", TODAY, "--fail-on", "warning")
    assert check.returncode == 0, check.stdout
    assert run("fmt", "--check", "--root", str(project)).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("Acme Pay",), "try 'acme-pay'"),
        (("specs/acme.yaml",), "try 'acme'"),
        (("index",), "reserved"),
        (("example-freight",), "already the ID of"),
        (("../evil",), "invalid ID"),
        (("acme", "--in", "../.."), "is outside of"),
        (("acme", "--type", "Fax"), "known are API, Webhook, File, Other"),
        (("acme", "--owner", "integration"), "did you mean `integrations`?"),
        (("acme", "--system", "a\nb"), "one line"),
        (("acme", "--today", "soon"), "YYYY-MM-DD"),
    ],
)
def test_new_refuses_what_would_not_be_a_spec(project: Path, arguments: tuple[str, ...], expected: str) -> None:
    before = sorted(project.rglob("*"))
    result = run("new", "--root", str(project), "--system", "Acme", "--type", "API", *arguments)
    assert result.returncode == 2
    assert expected in result.stderr
    assert sorted(project.rglob("*")) == before


def at_terminal(project: Path, *dialogue: tuple[str, str], options: tuple[str, ...] = ()) -> str:
    """Run `new acme` at a terminal: wait for each question, then type its answer. Return what it wrote."""
    main, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "integration_specs", "new", "acme", "--root", str(project), "--today", TODAY, *options],
        stdin=other,
        stdout=other,
        stderr=other,
        env=os.environ | {"TERM": "dumb"},
    )
    os.close(other)
    output = heard = ""
    for question, answer in dialogue:
        until = time.monotonic() + 30
        while question not in heard and time.monotonic() < until:
            if select.select([main], [], [], 1)[0]:
                heard += os.read(main, 4096).decode()
        assert question in heard, output + heard
        output, heard = output + heard, ""
        os.write(main, f"{answer}\n".encode())
    try:
        while piece := os.read(main, 4096):
            output += piece.decode()
    except OSError:
        pass
    os.close(main)
    assert process.wait(60) == 0, output
    return output


def test_new_asks_at_a_terminal_until_the_answer_is_valid(project: Path) -> None:
    at_terminal(
        project,
        ("System [Acme]:", ""),
        ("Type (API, Webhook, File, Other) [API]:", "fax"),
        ("Type (API, Webhook, File, Other) [API]:", "rest"),
        ("Owner (integrations) [integrations]:", ""),
        ("Data direction (Inbound, Outbound, Bidirectional) [Bidirectional]:", "entrada"),
        ("Why we integrate [TODO]:", "Take payments."),
        ("Mechanism [TODO]:", ""),
        ("Address of sandbox [TODO]:", ""),
        ("Address of production [TODO]:", "ask them"),
        ("Address of production [TODO]:", "https://api.example.com"),
    )
    data = load(project / "specs/acme.yaml", "x").data
    assert (data["system"], data["type"], data["owner"]) == ("Acme", "API", "integrations")
    assert data["overview"] == {"direction": "Inbound"}
    assert data["purpose"]["why"] == "Take payments."
    assert data["authentication"]["mechanism"].startswith("TODO(2026-12-22, integrations): ")
    sandbox, production = data["environments"]
    assert sandbox["base_url"].startswith("TODO(2026-12-22, integrations): ")
    assert production["base_url"] == "https://api.example.com"
    check = run("check", "--root", str(project), "--today", TODAY, "--fail-on", "warning")
    assert check.returncode == 0, check.stdout


def test_new_adds_an_owner_that_is_not_there(project: Path) -> None:
    owners = project / "specs" / "owners.yaml"
    before = owners.read_text()
    skip = [
        (f"{label} [TODO]:", "")
        for label in ("Why we integrate", "Mechanism", "Address of sandbox", "Address of production")
    ]
    at_terminal(
        project,
        ("System", ""),
        ("Type", ""),
        ("Owner (integrations) [integrations]:", "data-platform"),
        ("Add it? [Y/n]:", ""),
        ("Name [Data platform]:", "Data Platform"),
        ("Kind (team, person) [team]:", ""),
        ("E-mail address [TODO]:", "data@example.com"),
        ("Data direction", ""),
        *skip,
    )
    assert owners.read_text().startswith(before.rstrip())
    assert load(owners, "x").data["owners"]["data-platform"] == {
        "name": "Data Platform",
        "kind": "team",
        "contacts": [{"channel": "email", "address": "data@example.com"}],
    }
    check = run("check", "--root", str(project), "--today", TODAY, "--fail-on", "warning")
    assert check.returncode == 0, check.stdout


def test_new_from_a_document_keeps_the_answers(project: Path) -> None:
    document = project / "petstore.yaml"
    document.write_text(
        "openapi: 3.0.3\ninfo: {title: Pet Store, version: '1'}\nservers: [{url: 'https://pets.example.com'}]\n"
        "paths:\n  /pets:\n    get:\n      summary: List pets.\n      responses: {'200': {description: Pets.}}\n"
    )
    options = ("--owner", "integrations", "--direction", "out", "--why", "Sell pets.", "--today", TODAY)
    result = run("new", "pets", "--root", str(project), "--from", str(document), *options)
    assert result.returncode == 0, result.stderr
    data = load(project / "specs/pets.yaml", "x").data
    assert (data["system"], data["owner"], data["purpose"]["why"]) == ("Pet Store", "integrations", "Sell pets.")
    assert data["overview"]["direction"] == "Outbound"
    assert [each["path"] for each in data["endpoints"]] == ["/pets"]
    (project / "x.txt").write_text("nothing\n")
    refused = run("new", "other", "--root", str(project), "--from", str(project / "x.txt"), *options)
    assert refused.returncode == 2
    assert "is not an OpenAPI, AsyncAPI, Postman or Markdown document" in refused.stderr
    os.mkfifo(project / "pipe")
    piped = run("new", "other", "--root", str(project), "--from", str(project / "pipe"), *options)
    assert piped.returncode == 2
    assert "expected a regular file but found a pipe" in piped.stderr


# Projects


def test_a_new_project_has_the_files_of_the_case(project: Path) -> None:
    files = sorted(path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file())
    assert files == (CASES / "init" / "files.txt").read_text().split()
    for path in project.rglob("*"):
        if path.is_file():
            assert "{{today}}" not in path.read_text()
            assert "{{requirement}}" not in path.read_text()


def test_a_new_project_passes_its_checks_and_is_in_style(project: Path) -> None:
    check = run("check", "--root", str(project), "--today", TODAY, "--fail-on", "info")
    assert check.returncode == 0, check.stdout
    assert run("fmt", "--check", "--root", str(project)).returncode == 0
    assert run("init", "--editor", "--check", str(project)).returncode == 0


@pytest.mark.parametrize("generator", ["mkdocs", "properdocs"])
def test_a_new_project_builds_strictly(project: Path, generator: str) -> None:
    if generator == "properdocs":
        (project / "mkdocs.yml").rename(project / "properdocs.yml")
    result = subprocess.run(
        [sys.executable, "-m", generator, "build", "--strict"], cwd=project, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    page = (project / "site/example-freight/index.html").read_text(encoding="utf-8")
    assert "Authentication and authorization" in page
    assert "Example freight" in (project / "site/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({}, f"mkdocs-integration-specs=={version('mkdocs-integration-specs')}"),
        ({"url": "file:///dist/x.whl", "archive_info": {}}, "mkdocs-integration-specs @ file:///dist/x.whl"),
        ({"url": "file:///src/x", "dir_info": {}}, "mkdocs-integration-specs @ file:///src/x"),
        (
            {"url": "https://git.example.com/x", "vcs_info": {"vcs": "git", "commit_id": "3f745ff"}},
            "mkdocs-integration-specs @ git+https://git.example.com/x@3f745ff",
        ),
    ],
)
def test_a_new_project_requires_the_package_from_where_it_was_installed(
    source: dict[str, object], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requirements, "_source", lambda: source)
    assert requirements.requirement(tmp_path / "site-packages" / "integration_specs") == expected


def test_a_new_project_from_a_checkout_requires_the_checkout(project: Path, root: Path) -> None:
    line = f"mkdocs-integration-specs @ {root.resolve().as_uri()}"
    assert (project / "requirements.txt").read_text() == f"{line}\n-c constraints.txt\n"
    assert line in (project / ".pre-commit-config.yaml").read_text()


def test_a_new_project_works_offline_in_an_environment_that_has_the_package(project: Path, root: Path) -> None:
    result = subprocess.run(
        ["make", "test", f"VENV={sys.prefix}"],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(root / "plugins"), "PIP_NO_INDEX": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert not (project / ".venv").exists()


def test_init_never_writes_over_a_file(project: Path) -> None:
    (project / "README.md").write_text("mine\n")
    shutil.rmtree(project / "specs")
    result = run("init", str(project))
    assert result.returncode == 2
    assert "already" in result.stderr
    assert not (project / "specs").exists()
    assert (project / "README.md").read_text() == "mine\n"


def test_editor_files_follow_the_schema(project: Path) -> None:
    schema = project / "schema" / "owners.schema.json"
    settings = project / ".vscode" / "settings.json"
    schema.write_text("{}")
    settings.write_text('{"mine": true}')
    result = run("init", "--editor", "--check", str(project))
    assert result.returncode == 1
    assert schema.read_text() == "{}"
    result = run("init", "--editor", str(project))
    assert result.returncode == 0
    assert json.loads(schema.read_text())["title"]
    assert settings.read_text() == '{"mine": true}'
    assert "has no yaml.schemas" in result.stderr


def test_this_repository_has_the_files_that_it_gives_others(root: Path) -> None:
    result = run("init", "--editor", "--check", str(root))
    assert result.returncode == 0, result.stdout + "run `integration-specs init --editor`"


def problems(folder: Path) -> str:
    return "\n".join(
        f"{each.text} => {each.fix}" for each in (*doctor.check_project(folder), *doctor.check_site(folder))
    )


def test_a_new_project_in_git_is_healthy(project: Path) -> None:
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", "-C", str(project), *command], check=True)
    result = run("doctor", "--root", str(project))
    assert result.returncode == 0, result.stdout
    assert "0 problems" in result.stdout
    assert f"mkdocs {version('mkdocs')}" in result.stdout


def test_doctor_reads_the_site_as_data_and_runs_nothing(project: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    (project / "mkdocs.yml").write_text(
        f"site_name: !!python/object/apply:os.system ['touch {canary}']\n"
        "theme: {name: material, font: !ENV [FONT, false]}\n"
        "plugins:\n  - search\n  - integration-specs:\n      csp: true\n"
        "markdown_extensions:\n  - pymdownx.emoji:\n      emoji_index: !!python/name:material.extensions.emoji.twemoji\n"
    )
    assert "cannot be read" not in problems(project)
    assert run("doctor", "--root", str(project)).returncode == 0
    assert not canary.exists()


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ("plugins: [search]\n", "does not list the plugin"),
        ("plugins: [integration-specs]\n", "without search"),
        ("plugins: [search, integration-specs, offline]\n", "Move `- integration-specs` to the end"),
        ("plugins: [search, {integration-specs: {}}]\ntheme: {name: material}\n", "font: false"),
        ("plugins: [search, integration-specs]\nrepo_url: https://git.example.com/a\n", "repo_url"),
        ("plugins: [search\n", "is not valid YAML"),
    ],
)
def test_doctor_sees_what_is_wrong_with_a_site(project: Path, site: str, expected: str) -> None:
    (project / "mkdocs.yml").write_text(site)
    assert expected in problems(project)


def test_doctor_sees_what_a_project_lacks(project: Path) -> None:
    (project / "specs/owners.yaml").unlink()
    (project / "zensical.toml").write_text("")
    (project / "mkdocs.yml").unlink()
    found = problems(project)
    for expected in ("owners.yaml", "CODEOWNERS", "Zensical ignores plugins", "no mkdocs.yml"):
        assert expected in found
    (project / "integration-specs.toml").write_text('fial_on = "error"\n')
    assert "did you mean `fail_on`?" in problems(project)
    assert run("doctor", "--root", str(project)).returncode == 1


@pytest.mark.parametrize(
    ("package", "number", "expected"),
    [
        ("click", "8.3.1", "click>=8.4"),
        ("mkdocs", "2.0.0", "mkdocs>=1.6,<2"),
        ("zensical", "0.1", "Zensical ignores plugins"),
    ],
)
def test_doctor_knows_versions_that_do_not_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, package: str, number: str, expected: str
) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: number if name == package else version(name))
    assert expected in "".join(
        each.text + each.fix for each in (*doctor.check_versions(), *doctor.check_site(tmp_path))
    )


def test_doctor_knows_a_parser_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [each for each in doctor.check_versions() if not each.is_note] == []
    monkeypatch.setattr("integration_specs.documents.yaml_reader.CParser", None)
    assert "--only-binary :all: pyyaml" in "".join(each.fix for each in doctor.check_versions())


def test_doctor_sees_a_history_that_is_cut_off(project: Path, tmp_path: Path) -> None:
    assert "no git repository" in "".join(each.text for each in doctor.check_git(project))
    git = ["git", "-C", str(project), "-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run([*git, "init", "-q"], check=True)
    assert "no commit yet" in "".join(each.text for each in doctor.check_git(project))
    for number in range(2):
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", str(number)], check=True)
    assert list(doctor.check_git(project)) == []
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{project}", str(shallow)], check=True)
    assert "git fetch --unshallow" in "".join(each.fix for each in doctor.check_git(shallow))


def test_doctor_reports_a_missing_git(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "git is not installed" in "".join(each.text for each in doctor.check_git(project))


# Workspace of the starter, as people will copy it


def test_the_example_teaches_no_fault(project: Path) -> None:
    assert Workspace(Settings(root=project)).check(date(2026, 11, 22)).findings == ()
