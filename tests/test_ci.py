"""`integration-specs ci`, the action, the workflows and the templates: linted, and their shell steps run."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration_specs.secrets import digest
from scratch import commit, edit, environment, git, repository, run

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
GATEWAY = "specs/gateway.yaml"


@pytest.fixture
def pull_request(tmp_path: Path) -> Path:
    """A clone as a CI job has it: a change checked out, its target known as `origin/main` only."""
    origin = repository(tmp_path / "origin")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(origin), str(clone))
    git(clone, "switch", "-q", "-c", "feature")
    edit(clone, GATEWAY, "timeout: 15s", "timeout: 5s")
    edit(clone, GATEWAY, "mechanism: HTTP Basic", 'mechanism: "OAuth ::error:: @everyone <b>"')
    commit(clone, "Change")
    git(clone, "checkout", "-q", "--detach")
    git(clone, "branch", "-q", "-D", "main", "feature")
    return clone


def in_actions(tmp_path: Path) -> dict[str, str]:
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_BASE_REF": "main",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
    }


def test_one_command_does_everything(pull_request: Path, tmp_path: Path) -> None:
    done = run(pull_request, "ci", "--out", "reports", "--site", "https://site.example", **in_actions(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "::error file=specs/gateway.yaml,line=" in done.stdout
    assert "breaking=1\n" in (tmp_path / "output").read_text()
    assert "changed=gateway\n" in (tmp_path / "output").read_text()
    reports = pull_request / "reports"
    assert {path.name for path in reports.iterdir()} == {
        "comment.md",
        "report.html",
        "changes.json",
        "changes.sarif",
        "junit.xml",
        "gitlab.json",
        "reviewers.txt",
    }
    comment = (reports / "comment.md").read_text(encoding="utf-8")
    assert (tmp_path / "summary.md").read_text(encoding="utf-8").startswith(comment)
    assert "[page](<https://site.example/gateway/>)" in comment
    assert "@everyone" not in comment
    assert "::" not in comment
    assert [each["rule"] for each in json.loads((reports / "changes.json").read_text())["changes"]] == [
        "mechanism-changed",
        "timeout-shortened",
    ]


def test_a_change_cannot_switch_its_own_rules_off(pull_request: Path, tmp_path: Path) -> None:
    toml = '[diff_levels]\nmechanism-changed = "off"\n'
    (pull_request / "integration-specs.toml").write_text(toml, encoding="utf-8")
    ours = in_actions(tmp_path)
    assert run(pull_request, "ci", "--fail-on", "breaking", **ours).returncode == 1
    assert run(pull_request, "ci", "--fail-on", "breaking", "--own-settings", **ours).returncode == 0


def test_a_change_cannot_accept_its_own_secret(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo")
    secret = "sk_" + "qW3rT5yU7iOpA9sD"
    (repo / "integration-specs.toml").write_text('secrets_baseline = "known.txt"\n', encoding="utf-8")
    (repo / "known.txt").write_text("", encoding="utf-8")
    edit(repo, GATEWAY, "timeout: 15s", f"timeout: 15s  # {secret}")
    main = commit(repo, "A secret and no hash of it")
    (repo / "known.txt").write_text(f"{digest(secret)}  fine, says who wrote it\n", encoding="utf-8")
    refused = run(main, "ci", "--base", "HEAD")
    assert refused.returncode == 1, refused.stderr
    assert "looks like a secret" in refused.stdout
    assert run(main, "ci", "--base", "HEAD", "--own-settings").returncode == 0
    commit(repo, "Its hash")
    assert run(main, "ci", "--base", "HEAD").returncode == 0


def test_a_schema_of_ones_own_comes_from_the_base(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo")
    shutil.copytree(ROOT / "schema", repo / "rules")
    (repo / "integration-specs.toml").write_text('schema = "rules"\n', encoding="utf-8")
    commit(repo, "Own schema")
    git(repo, "switch", "-q", "-c", "feature")
    (repo / "rules" / "integration-spec.schema.json").write_text("{}", encoding="utf-8")
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    done = run(repo, "ci")
    assert done.returncode == 0, done.stderr
    assert "timeout-shortened" in done.stdout


def test_errors_fail_the_job_whatever_changed(pull_request: Path, tmp_path: Path) -> None:
    edit(pull_request, "specs/bank.yaml", "system: Bank", "sistem: Bank")
    assert run(pull_request, "ci", **in_actions(tmp_path)).returncode == 1


def test_gitlab_names_its_base_itself(pull_request: Path) -> None:
    base = git(pull_request, "rev-parse", "origin/main")
    done = run(pull_request, "ci", CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert done.returncode == 0, done.stderr
    assert "mechanism-changed" in done.stdout


def steps(path: Path) -> list[dict[str, Any]]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = (
        content["runs"]["steps"] if "runs" in content else [s for job in content["jobs"].values() for s in job["steps"]]
    )
    return list(found)


def shell(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_step_of_the_action_reviews_a_pull_request(pull_request: Path, tmp_path: Path) -> None:
    step = next(step for step in steps(ROOT / "action.yml") if step.get("id") == "ci")
    defaults = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    inputs = {name: defaults[value.split(".")[1].rstrip(" }")]["default"] for name, value in step["env"].items()}
    done = shell(step["run"], pull_request, **inputs, **in_actions(tmp_path))
    assert done.returncode == 0, done.stderr
    assert (pull_request / "integration-specs-reports" / "comment.md").is_file()


def test_the_script_of_the_gitlab_template_runs(pull_request: Path) -> None:
    template = yaml.safe_load((ROOT / ".gitlab" / "integration-specs.gitlab-ci.yml").read_text(encoding="utf-8"))
    job = template["integration-specs"]
    base = git(pull_request, "rev-parse", "origin/main")
    done = shell("\n".join(job["script"]), pull_request, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert done.returncode == 0, done.stderr
    reports = job["artifacts"]["reports"]
    assert all((pull_request / reports[kind]).is_file() for kind in ("codequality", "junit"))


FAKE_GH = """#!{python}
import json, os, sys
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
words = sys.argv[1:]
if "--method" in words and words[words.index("--method") + 1] == "GET":
    print(os.environ.get("NUMBER", ""))
elif "--paginate" in words:
    print(os.environ.get("OLD", ""))
"""


def posted(tmp_path: Path, report: str, **more: str) -> tuple[str, list[list[str]]]:
    """Run the script of the second workflow with a `gh` that writes down how it is called."""
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    fake = folder / "gh"
    fake.write_text(FAKE_GH.format(python=sys.executable), encoding="utf-8")
    fake.chmod(0o755)
    (tmp_path / "comment.md").write_text(report, encoding="utf-8")
    calls = tmp_path / "calls"
    calls.write_text("")
    step = next(step for step in steps(ROOT / ".github" / "workflows" / "comment.yml") if step.get("name") == "Post")
    done = shell(
        step["run"],
        ROOT,
        PATH=f"{folder}{os.pathsep}{os.environ['PATH']}",
        CALLS=str(calls),
        REPORT=str(tmp_path / "comment.md"),
        GITHUB_REPOSITORY="example/specs",
        HEAD_OWNER="fork",
        HEAD_BRANCH='x"; touch /tmp/never; "',
        HEAD_SHA="abc",
        **more,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), [json.loads(line) for line in calls.read_text().splitlines()]


REPORT = "<!-- integration-specs -->\n<!-- digest 1234 -->\n### Integration specs\n"


def test_the_comment_is_posted_once_and_then_replaced(tmp_path: Path) -> None:
    output, calls = posted(tmp_path, REPORT, NUMBER="7")
    assert output == "Posted."
    assert calls[-1][2:5] == ["--method", "POST", "repos/example/specs/issues/7/comments"]
    assert 'head=fork:x"; touch /tmp/never; "' in calls[0]
    output, calls = posted(tmp_path, REPORT, NUMBER="7", OLD="99 <!-- digest 0000 -->")
    assert output == "Replaced."
    assert calls[-1][2:5] == ["--method", "PATCH", "repos/example/specs/issues/comments/99"]
    output, calls = posted(tmp_path, REPORT, NUMBER="7", OLD="99 <!-- digest 1234 -->")
    assert output == "The report says what it said before."
    assert len(calls) == 2


def test_nothing_is_posted_that_is_no_report_or_has_no_pull_request(tmp_path: Path) -> None:
    assert posted(tmp_path, "spam", NUMBER="7") == ("There is no report to post.", [])
    assert posted(tmp_path, REPORT)[0] == "No open pull request has this commit."


def test_this_repository_reports_a_changed_spec_of_its_own(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    shutil.copytree(ROOT / "specs", origin / "specs")
    git(tmp_path, "init", "-q", "-b", "main", str(origin))
    commit(origin, "Start")
    git(origin, "switch", "-q", "-c", "feature")
    edit(origin, "specs/pagar-me.yaml", "owner: payments", "owner: finance")
    commit(origin, "Owner")
    done = run(origin, "ci", "--out", "reports", GITHUB_ACTIONS="true")
    comment = (origin / "reports" / "comment.md").read_text(encoding="utf-8")
    assert "::warning file=specs/pagar-me.yaml" in done.stdout
    assert "owner: payments → finance" in comment
    assert "| Payments team | Old owner of pagar-me." in comment
    assert "| Finance operations | New owner of pagar-me." in comment


def test_the_workflow_that_may_write_checks_out_nothing_of_a_pull_request() -> None:
    content = yaml.safe_load((ROOT / ".github" / "workflows" / "comment.yml").read_text(encoding="utf-8"))
    for step in content["jobs"]["comment"]["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["ref"] == "${{ github.event.repository.default_branch }}"
        assert "${{" not in step.get("run", "")


@pytest.mark.parametrize("path", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda path: path.name)
def test_steps_take_no_expression_and_actions_are_pinned(path: Path) -> None:
    for step in steps(path):
        assert "${{" not in step.get("run", "")
        uses = step.get("uses", "./")
        assert uses == "./" or len(uses.partition("@")[2]) == 40
        if uses.startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.dev
@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.github-actions", [ROOT / "action.yml"]),
        ("vendor.gitlab-ci", [ROOT / ".gitlab" / "integration-specs.gitlab-ci.yml"]),
    ],
)
def test_files_of_ci_keep_to_their_schemas(schema: str, files: list[Path]) -> None:
    command = ["check-jsonschema", "--builtin-schema", schema, *map(str, files)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.dev
def test_workflows_pass_a_security_linter() -> None:
    command = ["zizmor", "--offline", "--no-progress", str(ROOT / "action.yml"), *map(str, WORKFLOWS)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
