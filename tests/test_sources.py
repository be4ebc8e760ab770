"""One catalog from several repositories: each spec keeps its own repository's links, owners of its files and history."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import scratch
from integration_specs.api import ProjectError, open_project
from integration_specs.review import change_view
from integration_specs.settings import SettingsError, read_settings
from invoking import invoke

SPEC = "system: {name}\ntype: API\nstatus: draft\nowner: {owner}\nlast_updated: 2026-11-22\n"
OWNERS = "owners:\n  {key}:\n    name: {name}\n    kind: team\n    code_owner: '@{key}'\n    contacts:\n      - channel: email\n        address: {key}@example.com\n"  # fmt: skip
SETTINGS = """\
repository = "https://git.example.com/main"
specs = [
  {path = "specs"},
  {path = "vendor/pay/specs", name = "payments", repository = "https://git.example.com/pay", branch = "trunk"},
  {path = "vendor/labs/specs", optional = true},
]
"""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository that contains the checkout of another one."""
    pay = tmp_path / "vendor" / "pay"
    _write(pay / "specs" / "cards.yaml", SPEC.format(name="Cards", owner="payments"))
    _write(pay / "specs" / "owners.yaml", OWNERS.format(key="payments", name="Payments"))
    _write(pay / "CODEOWNERS", "/specs/ @somebody-else\n")
    scratch.git(pay, "init", "-q", "-b", "trunk")
    scratch.commit(pay, "Describe cards")
    _write(tmp_path / ".gitignore", "vendor/\n")
    _write(tmp_path / "integration-specs.toml", SETTINGS)
    _write(tmp_path / "specs" / "post.yaml", SPEC.format(name="Post", owner="desk"))
    _write(tmp_path / "specs" / "owners.yaml", OWNERS.format(key="desk", name="Desk"))
    scratch.git(tmp_path, "init", "-q", "-b", "main")
    return scratch.commit(tmp_path, "Describe post")


def test_specs_and_owners_of_all_folders_are_one_catalog(project: Path) -> None:
    catalog = open_project(project).catalog()
    assert [spec.id for spec in catalog.specs] == ["cards", "post"]
    assert [owner.key for owner in catalog.owners] == ["desk", "payments"]


def test_a_link_leads_to_the_repository_of_the_spec(project: Path) -> None:
    settings = read_settings(project)
    assert (
        settings.edit_url("vendor/pay/specs/cards.yaml", 3)
        == "https://git.example.com/pay/blob/trunk/specs/cards.yaml#L3"
    )
    assert settings.edit_url("specs/post.yaml") == "https://git.example.com/main/blob/main/specs/post.yaml#L1"


def test_an_optional_folder_is_a_warning_and_code_owners_are_those_of_the_repository(project: Path) -> None:
    found = invoke("check", "--format", "concise", root=project).stdout
    assert "vendor/labs/specs:1:1 warning[missing-source]" in found
    assert (
        "vendor/pay/specs/cards.yaml:4:8 warning[codeowners] @payments is not the owner in CODEOWNERS: line 1 names @somebody-else"
        in found
    )
    assert "specs/post.yaml" not in "".join(
        line for line in found.splitlines() if "[codeowners]" in line and "vendor" not in line
    )


def test_a_missing_folder_is_an_error_and_stops_the_build(project: Path) -> None:
    (project / "vendor" / "pay").rename(project / "elsewhere")
    done = invoke("check", "--format", "concise", root=project)
    assert done.exit_code == 1
    assert "vendor/pay/specs:1:1 error[missing-source] the specs of `payments` are missing" in done.stdout
    with pytest.raises(ProjectError, match="the specs of `payments` are missing"):
        open_project(project).site()


def test_conflicts_name_both_files(project: Path) -> None:
    _write(project / "specs" / "cards.yaml", SPEC.format(name="Cards", owner="desk"))
    _write(project / "specs" / "owners.yaml", OWNERS.format(key="payments", name="Billing"))
    found = invoke("check", "--format", "concise", root=project).stdout
    assert "the ID `cards` is already the ID of `specs/cards.yaml`" in found
    assert "vendor/pay/specs/owners.yaml:2:3 error[owner-conflict] the owner `payments` differs" in found
    assert "`name`" in found


def test_the_same_owner_in_two_files_is_no_conflict(project: Path) -> None:
    path = project / "specs" / "owners.yaml"
    _write(path, path.read_text() + OWNERS.format(key="payments", name="Payments").removeprefix("owners:\n"))
    assert "owner-conflict" not in invoke("check", root=project).stdout


def test_the_site_shows_the_source_and_the_history_of_each_repository(project: Path) -> None:
    site, _ = open_project(project).site()
    pages = {page.address: page.content for page in site.pages}
    assert '<a href="https://git.example.com/pay" rel="noopener noreferrer">payments</a>' in pages["cards"]
    assert "git.example.com/pay" not in pages["post"]
    assert "Describe cards" in pages["changes"]
    assert "Describe post" in pages["changes"]
    for folder, repository in ((project, "main"), (project / "vendor" / "pay", "pay")):
        commit = scratch.git(folder, "rev-parse", "HEAD")
        assert f'<a href="https://git.example.com/{repository}/commit/{commit}">' in pages["changes"]


def test_mkdocs_builds_the_whole_catalog_strictly_and_refuses_a_smaller_one(project: Path) -> None:
    _write(
        project / "mkdocs.yml",
        "site_name: All\ntheme: material\ndocs_dir: specs\nplugins: [search, integration-specs]\n",
    )

    def build() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mkdocs", "build", "-q"]
        return subprocess.run(
            command, cwd=project, env=scratch.environment(), capture_output=True, text=True, check=False
        )

    done = build()
    assert done.returncode == 0, done.stderr
    assert (project / "site" / "cards" / "index.html").is_file()
    (project / "vendor" / "pay").rename(project / "elsewhere")
    done = build()
    assert done.returncode == 1
    assert "the specs of `payments` are missing" in done.stderr
    assert "option `compare`" not in done.stderr


def test_code_owners_are_exported_for_the_files_of_this_repository(project: Path) -> None:
    lines = invoke("export", "codeowners", root=project).stdout.splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["/specs/post.yaml @desk"]


def _titled(file: Path, title: str) -> None:
    file.write_text(f"{file.read_text()}title: {title}\n", encoding="utf-8")


def test_each_repository_is_compared_with_its_own_base(project: Path) -> None:
    pay = project / "vendor" / "pay"
    assert invoke("diff", root=project).stdout.startswith("checked 2 specs")
    (pay / "specs" / "cards.yaml").rename(pay / "specs" / "debit-cards.yaml")
    _write(pay / "specs" / "owners.yaml", OWNERS.format(key="payments", name="Billing"))
    (project / "specs" / "post.yaml").unlink()
    report = json.loads(invoke("diff", "--format", "json", root=project).stdout)
    assert {(each["spec"], each["rule"]) for each in report["changes"]} == {
        ("post", "spec-removed"),
        ("debit-cards", "spec-renamed"),
        ("owners", "contact-changed"),
    }
    assert "error" not in {each["level"] for each in report["findings"]}


def test_one_source_is_compared_by_its_name(project: Path) -> None:
    pay = project / "vendor" / "pay"
    _titled(project / "specs" / "post.yaml", "Letters")
    _titled(pay / "specs" / "cards.yaml", "Card payments")
    scratch.commit(pay, "Name the spec")
    for words in (("HEAD~1",), ("HEAD~1", "HEAD")):
        done = invoke("diff", *words, "--source", "payments", root=project)
        assert "cards" in done.stdout
        assert "post" not in done.stdout
        assert not done.stderr
    done = invoke("diff", "--source", "specs", root=project)
    assert "post" in done.stdout
    assert "cards" not in done.stdout
    done = invoke("diff", "--source", "payment", root=project)
    assert done.exit_code == 2
    assert "unknown source 'payment'; did you mean `payments`?" in done.stderr


def test_an_owner_of_another_repository_is_known_in_a_comparison(project: Path) -> None:
    _write(project / "specs" / "refunds.yaml", SPEC.format(name="Refunds", owner="payments"))
    done = invoke("diff", "--format", "json", root=project)
    assert "unknown-owner" not in done.stdout
    assert "refunds" in done.stdout


def test_ci_links_and_approvals_are_those_of_each_repository(project: Path) -> None:
    pay = project / "vendor" / "pay"
    for folder, spec in ((project, "post"), (pay, "cards")):
        scratch.git(folder, "switch", "-q", "-c", "work")
        _titled(folder / "specs" / f"{spec}.yaml", "Renamed")
        scratch.commit(folder, "Rename")
    done = invoke("ci", "--out", str(project / "out"), "--today", "2026-11-22", root=project)
    comment = (project / "out" / "comment.md").read_text(encoding="utf-8")
    for folder, repository, spec in ((project, "main", "post"), (pay, "pay", "cards")):
        commit = scratch.git(folder, "rev-parse", "HEAD")
        assert f"https://git.example.com/{repository}/blob/{commit}/specs/{spec}.yaml#L" in comment, done.output
    assert "vendor/pay/specs/cards.yaml" in (project / "out" / "changes.sarif").read_text(encoding="utf-8")
    assert (project / "out" / "reviewers.txt").read_text(encoding="utf-8").split() == ["desk", "payments"]
    _write(pay / "CODEOWNERS", "/specs/ @payments\n")
    scratch.git(pay, "switch", "-q", "trunk")
    scratch.commit(pay, "Own specs")
    _titled(pay / "specs" / "cards.yaml", "Renamed again")
    invoke("ci", "--out", str(project / "out"), "--today", "2026-11-22", root=project)
    assert (project / "out" / "reviewers.txt").read_text(encoding="utf-8").split() == ["desk"]


def test_the_base_of_a_submodule_is_the_commit_that_the_project_records(project: Path) -> None:
    pay = project / "vendor" / "pay"
    (project / ".gitignore").write_text("", encoding="utf-8")
    scratch.commit(project, "Record payments")
    _titled(pay / "specs" / "cards.yaml", "Card payments")
    scratch.commit(pay, "Name the spec")  # on its main branch: the merge base there would show nothing
    assert "cards" in invoke("diff", "HEAD", root=project).stdout
    scratch.commit(project, "Update payments")
    done = invoke("diff", "HEAD~1", "HEAD", root=project)
    assert "Card payments" in done.stdout
    assert "Card payments" not in invoke("diff", "HEAD", root=project).stdout


def test_a_second_folder_of_the_same_repository_has_the_same_base(tmp_path: Path) -> None:
    _write(tmp_path / "integration-specs.toml", 'specs = [{path = "specs"}, {path = "more"}]\n')
    for folder, name in (("specs", "post"), ("more", "mail")):
        _write(tmp_path / folder / f"{name}.yaml", SPEC.format(name=name, owner="desk"))
    scratch.git(tmp_path, "init", "-q", "-b", "main")
    scratch.commit(tmp_path, "Start")
    (tmp_path / "more" / "mail.yaml").unlink()
    done = invoke("diff", root=tmp_path)
    assert "mail" in done.stdout
    assert "post" not in done.stdout


def test_a_comparison_says_what_it_leaves_out(project: Path) -> None:
    done = invoke("diff", root=project)
    assert "Not compared: vendor/labs/specs: the folder vendor/labs/specs does not exist" in done.stderr
    done = invoke("diff", str(project), str(project), root=project)
    assert "Not compared: payments: between folders, only the first entry" in done.stderr
    (project / "vendor" / "pay" / ".git").rename(project / "elsewhere")
    done = invoke("diff", root=project)
    assert "Not compared: payments: Git ignores the folder" in done.stderr
    assert "cards" not in done.stdout


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("[]", "each entry of `specs` must be a table with `path`"),
        ('["specs"]', "each entry of `specs` must be a table with `path`"),
        ('[{path = "a", brnch = "x"}]', "unknown key `brnch` in `specs`; did you mean `branch`?"),
        ("[{path = 3}]", "`specs.path` must be a string, not 3"),
        ("3", "`specs` must be a string, not 3"),
    ],
)
def test_an_invalid_list_is_explained(value: str, message: str, tmp_path: Path) -> None:
    _write(tmp_path / "integration-specs.toml", f"specs = {value}\n")
    with pytest.raises(SettingsError) as error:
        read_settings(tmp_path)
    assert message in str(error.value)


def test_init_aggregate_makes_a_project_that_passes_and_a_workflow_that_publishes(tmp_path: Path) -> None:
    assert invoke("init", "--aggregate", "--today", "2026-11-22", str(tmp_path / "all")).exit_code == 0
    settings = tmp_path / "all" / "integration-specs.toml"
    assert invoke("check", "--today", "2026-11-22", root=tmp_path / "all").exit_code == 0
    workflow = (tmp_path / "all" / ".github" / "workflows" / "integrations.yml").read_text(encoding="utf-8")
    assert "cron:" in workflow
    assert "deploy-pages" in workflow
    _write(settings, settings.read_text(encoding="utf-8").replace("  # {path", "  {path"))
    found = invoke("check", "--today", "2026-11-22", root=tmp_path / "all").stdout
    assert "the specs of `payments` are missing" in found


OVERLAPPING = [
    "{path = 'specs'}, {path = 'specs'}",
    "{path = 'specs'}, {path = './specs/'}",
    "{path = 'specs'}, {path = 'specs/../specs'}",
    "{path = 'specs'}, {path = 'same'}",
    "{path = 'specs'}, {path = 'specs/team'}",
    "{path = 'specs/team'}, {path = 'specs'}",
    "{path = 'specs/team'}, {path = 'same'}",
]


@pytest.mark.parametrize("sources", OVERLAPPING)
def test_a_folder_that_is_named_twice_or_lies_in_another_is_read_once(tmp_path: Path, sources: str) -> None:
    _write(tmp_path / "specs" / "post.yaml", SPEC.format(name="Post", owner="desk"))
    _write(tmp_path / "specs" / "team" / "cards.yaml", SPEC.format(name="Cards", owner="desk"))
    _write(tmp_path / "specs" / "owners.yaml", OWNERS.format(key="desk", name="Desk"))
    if "team" in sources:
        _write(tmp_path / "specs" / "team" / "owners.yaml", OWNERS.format(key="desk", name="Desk"))
    _write(tmp_path / "integration-specs.toml", f"specs = [{sources}]\n")
    (tmp_path / "same").symlink_to("specs")
    scratch.git(tmp_path, "init", "-q", "-b", "main")
    scratch.commit(tmp_path, "Describe post and cards")
    done = invoke("check", "--format", "concise", root=tmp_path)
    assert done.exit_code == 0, done.output
    assert "checked 2 specs" in done.output
    assert "duplicate" not in done.output
    changed = tmp_path / "specs" / "team" / "cards.yaml"
    changed.write_text(
        changed.read_text(encoding="utf-8").replace("system: Cards", "system: Card payments"), encoding="utf-8"
    )
    scratch.commit(tmp_path, "Rename cards")
    project = open_project(tmp_path)
    entries = change_view.log(project, 10, project.catalog()).entries
    assert [(entry.spec, entry.subject) for entry in entries].count(("cards", "Rename cards")) == 1
    found = invoke("diff", "HEAD~1", root=tmp_path).output
    assert found.count("system: Cards → Card payments") == 1, found


def test_two_folders_with_the_same_spec_are_duplicates(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        _write(tmp_path / folder / "post.yaml", SPEC.format(name="Post", owner="desk"))
    _write(tmp_path / "one" / "owners.yaml", OWNERS.format(key="desk", name="Desk"))
    _write(tmp_path / "integration-specs.toml", "specs = [{path = 'one'}, {path = 'two'}]\n")
    done = invoke("check", "--format", "concise", root=tmp_path)
    assert done.exit_code == 1
    assert "two/post.yaml:1:1 error[duplicate-id]" in done.output
