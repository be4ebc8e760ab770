"""The CI of a new project: its shell steps run on a repository with branches, and its files are those of this repository."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration_specs.scaffold.project_files import project_files
from scratch import commit, edit, environment, git, run
from workflows import methods, shell, steps, with_fake_gh

ROOT = Path(__file__).parent.parent
SPEC = "specs/example-freight.yaml"
GITHUB = sorted(name for name in project_files("2026-11-22", "github") if name.startswith(".github/"))
GITLAB = ".gitlab/integration-specs.gitlab-ci.yml"
SITE = ["mkdocs.yml", "site_overrides/stylesheets/brand.css"]


class NewProject:
    """A project on the default branch at `origin`, the job of a change in `change`, and a job of the default branch in `trusted`."""

    def __init__(self, folder: Path, ci: str) -> None:
        origin = folder / "origin"
        assert run(folder, "init", str(origin), "--ci", ci, "--today", "2026-11-22").returncode == 0
        # What the environment of the tests has satisfies this requirement, so that nothing is downloaded.
        edit(
            origin,
            "requirements.txt",
            (origin / "requirements.txt").read_text().split("\n")[0],
            "mkdocs-integration-specs",
        )
        git(origin, "init", "-q", "-b", "main")
        commit(origin, "Start")
        self.trusted, self.change = folder / "trusted", folder / "change"
        git(folder, "clone", "-q", str(origin), str(self.trusted))
        git(folder, "clone", "-q", str(origin), str(self.change))
        git(self.change, "switch", "-q", "-c", "feature")

    def push(self) -> str:
        """Commit the change as GitHub has it, and return the ID of the commit."""
        commit(self.change, "Change")
        sha = git(self.change, "rev-parse", "HEAD")
        git(self.change, "push", "-q", "origin", f"{sha}:refs/pull/7/head")
        git(self.change, "checkout", "-q", "--detach")
        git(self.change, "branch", "-q", "-D", "main", "feature")
        return sha


@pytest.fixture
def github(tmp_path: Path) -> NewProject:
    return NewProject(tmp_path, "github")


@pytest.fixture
def gitlab(tmp_path: Path) -> NewProject:
    return NewProject(tmp_path, "gitlab")


ENVIRONMENT = {"PIP_NO_INDEX": "1", "GITHUB_ACTIONS": "true", "NO_MKDOCS_2_WARNING": "1"}


def shell_steps(folder: Path, workflow: str) -> dict[str, dict[str, Any]]:
    found = steps(folder / ".github" / "workflows" / workflow)
    return {f"{number} {step['name']}": step for number, step in enumerate(found) if "run" in step}


def run_steps(folder: Path, workflow: str, **values: str) -> dict[str, subprocess.CompletedProcess[str]]:
    """Run all shell steps of a workflow in order; return the results by name."""
    done = {}
    for name, step in shell_steps(folder, workflow).items():
        env = {key: expression(str(value), values) for key, value in step.get("env", {}).items()}
        done[name] = shell(step["run"], folder, **ENVIRONMENT, **env, GITHUB_BASE_REF="main")
    return done


def expression(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda match: values[match[1]], text)


@pytest.mark.parametrize(
    ("name", "ci"), [*((name, "github") for name in [*GITHUB, *SITE]), *((name, "gitlab") for name in [GITLAB, *SITE])]
)
def test_files_are_those_of_this_repository_but_for_what_they_install(name: str, ci: str) -> None:
    theirs = project_files("2026-11-22", ci)[name].splitlines()
    ours = (ROOT / name).read_text(encoding="utf-8").splitlines()
    differing = [(one, other) for one, other in zip(ours, theirs, strict=True) if one != other]
    assert len(differing) == sum("pip install" in line for line in ours)
    for line, other in differing:
        assert "pip install" in line
        assert other.endswith(" -r requirements.txt")


def test_the_site_looks_like_the_one_of_this_repository(github: NewProject) -> None:
    for name, done in run_steps(github.trusted, "pages.yml").items():
        assert done.returncode == 0, name + done.stdout + done.stderr
    home = (github.trusted / "site" / "index.html").read_text(encoding="utf-8")
    for part in ("stylesheets/brand.css", 'title="Switch to dark mode"', "The systems that we exchange data with"):
        assert part in home
    assert 'class="md-path"' in (github.trusted / "site" / "example-freight" / "index.html").read_text(encoding="utf-8")


def test_a_change_is_checked_and_has_a_preview(github: NewProject) -> None:
    edit(github.change, SPEC, "timeout: 2s", "timeout: 1s")
    github.push()
    done = run_steps(github.change, "specs.yml", **{"github.base_ref": "main"})
    assert {name: each.returncode for name, each in done.items() if each.returncode} == {}, done
    assert "timeout-shortened" in done["3 Check and compare"].stdout
    comment = (github.change / "integration-specs-reports" / "comment.md").read_text(encoding="utf-8")
    assert "timeout" in comment
    page = (github.change / "site" / "example-freight" / "index.html").read_text(encoding="utf-8")
    assert "This preview changes this page" in page


def test_errors_and_a_wrong_format_fail_the_job(github: NewProject) -> None:
    edit(github.change, SPEC, "status: active", "status:   actve")
    github.push()
    done = run_steps(github.change, "specs.yml", **{"github.base_ref": "main"})
    assert [name for name, each in done.items() if each.returncode] == [
        "3 Check and compare",
        "5 Check the format",
        "9 Build",
    ]


def reviewed(project: NewProject, tmp_path: Path, sha: str) -> tuple[str, list[list[str]]]:
    """Run the steps of the comment workflow on the default branch; return what they wrote and their calls of `gh`."""
    values = {
        "github.token": "x",
        "github.event.issue.number": "7",
        "github.event.workflow_run.head_repository.owner.login": "example",
        "github.event.workflow_run.head_branch": "feature",
        "github.event.workflow_run.head_sha": sha,
    }
    output = ""
    calls: list[list[str]] = []
    for step in shell_steps(project.trusted, "comment.yml").values():
        env = {key: expression(str(value), values) for key, value in step.get("env", {}).items()}
        pull = {"PULL": f"{sha}\tmain\topen"}
        text, more = with_fake_gh(tmp_path, step["run"], project.trusted, **ENVIRONMENT, **env, **pull)
        output, calls = output + text, calls + more
    return output, calls


def test_a_breaking_change_is_reviewed_with_the_code_and_requirements_of_the_default_branch(
    github: NewProject, tmp_path: Path
) -> None:
    edit(github.change, SPEC, "method: POST", "method: PUT")
    (github.change / "requirements.txt").write_text("not-to-be-installed==1\n", encoding="utf-8")
    (github.change / ".github" / "review.sh").write_text("exit 9\n", encoding="utf-8")
    sha = github.push()
    output, calls = reviewed(github, tmp_path, sha)
    assert "Posted." in output
    assert "not-to-be-installed" not in output
    assert f"POST repos/example/specs/statuses/{sha}" in methods(calls)
    assert any("state=failure" in call for call in calls)


def test_a_change_without_meaning_gets_no_comment(github: NewProject, tmp_path: Path) -> None:
    edit(github.change, "README.md", "# Integrations", "# Our integrations")
    output, calls = reviewed(github, tmp_path, github.push())
    assert "There is nothing to report." in output
    assert any("state=success" in call for call in calls)
    assert not [each for each in methods(calls) if "comments" in each]


def test_the_jobs_of_gitlab_review_and_publish(gitlab: NewProject) -> None:
    base = git(gitlab.change, "rev-parse", "HEAD")
    edit(gitlab.change, SPEC, "method: POST", "method: PUT")
    gitlab.push()
    review = yaml.safe_load((gitlab.change / GITLAB).read_text(encoding="utf-8"))["integration-specs"]
    merge_request = ENVIRONMENT | {"GITHUB_ACTIONS": "", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    assert shell("\n".join(review["before_script"]), gitlab.change, **merge_request).returncode == 0
    assert shell("\n".join(review["script"]), gitlab.change, **merge_request).returncode == 1
    found = json.loads((gitlab.change / review["artifacts"]["reports"]["codequality"]).read_text(encoding="utf-8"))
    assert found[0]["location"]["path"] == SPEC
    content = yaml.safe_load((gitlab.trusted / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    assert content["include"] == [{"local": GITLAB}]
    script = "\n".join([*content["pages"]["before_script"], *content["pages"]["script"]])
    done = shell(script, gitlab.trusted, **ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    assert (gitlab.trusted / "public" / "example-freight" / "index.html").is_file()


def test_an_aggregate_has_only_its_own_workflow() -> None:
    found = [name for name in project_files("2026-11-22", "aggregate") if "workflow" in name or "git" in name]
    assert sorted(found) == [".github/workflows/integrations.yml", ".gitignore"]


def test_aggregate_for_gitlab_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path, "init", "x", "--aggregate", "--ci", "gitlab")
    assert done.returncode == 2
    assert "it has none for GitLab" in done.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.dev
@pytest.mark.parametrize("ci", ["github", "gitlab", "aggregate"])
def test_files_of_ci_keep_to_their_schemas_and_pass_a_security_linter(ci: str, tmp_path: Path) -> None:
    for name, text in project_files("2026-11-22", ci).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    files = list(map(str, tmp_path.glob("**/workflows/*.yml" if ci != "gitlab" else "**/*gitlab-ci.yml")))
    assert files
    schema = "vendor.gitlab-ci" if ci == "gitlab" else "vendor.github-workflows"
    commands = [["check-jsonschema", "--builtin-schema", schema, *files]]
    if ci != "gitlab":
        commands.append(["zizmor", "--offline", "--no-progress", *files])
    for command in commands:
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_pins_name_what_is_installed_and_not_this_package() -> None:
    files = project_files("2026-11-22", "github")
    pins = [line for line in files["constraints.txt"].splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+]+", pin) for pin in pins)
    names = {pin.partition("==")[0].lower() for pin in pins}
    assert {"mkdocs", "mkdocs-material", "click", "jinja2"} <= names
    assert not {"mkdocs-integration-specs", "pytest", "mcp"} & names
    assert files["requirements.txt"].endswith("\n-c constraints.txt\n")
    assert sys.prefix not in files["constraints.txt"]
