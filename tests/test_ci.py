"""`integration-specs ci`, the action, the workflows and the templates: linted, and their shell steps run."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from integration_specs.commands import ci
from integration_specs.secrets import digest
from scratch import SHOP, commit, edit, environment, git, repository, run
from workflows import methods, shell, steps, with_fake_gh

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
        "unproven.txt",
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


def test_odd_names_of_folders_and_files_are_in_every_report(tmp_path: Path) -> None:
    repo, names = tmp_path / "repo", ("-rf", "b d", os.fsdecode(b"b\xffd"), "bank")
    project = repository(repo / os.fsdecode(b"pro\xff \x1b[31m,::"))
    shutil.move(project / ".git", repo / ".git")
    for name in names[:3]:
        shutil.copy(project / "specs" / "bank.yaml", project / "specs" / f"{name}.yaml")
    commit(repo, "Odd names")
    git(repo, "branch", "base")
    for name in names:
        edit(project, f"specs/{name}.yaml", "system: Bank", "system: Bank 2")
    commit(repo, "Change")
    done = run(project, "ci", "--base", "base", "--out", "reports", **in_actions(tmp_path))
    assert done.returncode == 1, done.stderr
    assert "internal error" not in done.stderr
    assert "changed=bank\n" in (tmp_path / "output").read_text()
    sarif = json.loads((project / "reports" / "changes.sarif").read_text())
    places = [
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in sarif["runs"][0]["results"]
    ]
    assert "pro%5Cudcff%20%5Cx1b%5B31m%2C%3A%3A/specs/bank.yaml" in places
    assert r"::error file=pro\udcff \x1b[31m%2C%3A%3A/specs/b\udcffd.yaml,line=1" in done.stdout


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


def test_each_report_is_made_once(pull_request: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def text(format_: str, report: object) -> str:
        made.append(format_)
        return "text"

    monkeypatch.chdir(pull_request)
    monkeypatch.setattr(ci, "_text", text)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    ci.command.main(["--out", str(tmp_path / "reports")], standalone_mode=False)
    assert made.count("markdown") == 1
    assert (tmp_path / "summary.md").read_text() == "text\n"
    assert (tmp_path / "reports" / "comment.md").read_text() == "text"


def test_errors_fail_the_job_whatever_changed(pull_request: Path, tmp_path: Path) -> None:
    edit(pull_request, "specs/bank.yaml", "system: Bank", "sistem: Bank")
    assert run(pull_request, "ci", **in_actions(tmp_path)).returncode == 1


def test_a_damaged_index_is_reported(pull_request: Path) -> None:
    (pull_request / ".git" / "index").write_bytes(b"damaged")
    done = run(pull_request, "ci", "--base", "origin/main", "--out", "reports")
    assert done.returncode == 2
    assert "git diff failed" in done.stderr


@pytest.mark.parametrize("option", ["--comments", "--members"])
def test_files_that_cannot_be_read_are_reported(option: str, pull_request: Path) -> None:
    os.mkfifo(pull_request / "pipe")
    (pull_request / "deep").write_text("[" * 100_000, encoding="utf-8")
    for name in ("pipe", "deep"):
        done = run(pull_request, "ci", "--base", "origin/main", "--out", "reports", option, name)
        assert done.returncode == 2
        assert f"\nError: {name} is not a " in done.stderr or f"\nError: {name} must " in done.stderr


def test_gitlab_names_its_base_itself(pull_request: Path) -> None:
    base = git(pull_request, "rev-parse", "origin/main")
    done = run(pull_request, "ci", CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert done.returncode == 0, done.stderr
    assert "mechanism-changed" in done.stdout


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
    assert done.returncode == 1, done.stderr  # the change is breaking
    reports = job["artifacts"]["reports"]
    assert all((pull_request / reports[kind]).is_file() for kind in ("codequality", "junit"))


def posted(tmp_path: Path, report: str, **more: str) -> tuple[str, list[list[str]]]:
    (tmp_path / "comment.md").write_text(report, encoding="utf-8")
    script = f"bash {ROOT / '.github' / 'post-comment.sh'}"
    return with_fake_gh(tmp_path, script, ROOT, REPORT=str(tmp_path / "comment.md"), NUMBER="7", **more)


NOTHING = "<!-- integration-specs -->\n<!-- digest 1234 -->\n"
REPORT = f"{NOTHING}### Integration specs\n"


def test_the_comment_is_posted_once_and_then_replaced(tmp_path: Path) -> None:
    comments = "repos/example/specs/issues/7/comments"
    output, calls = posted(tmp_path, REPORT)
    assert (output, methods(calls)) == ("Posted.", [f"POST {comments}"])
    output, calls = posted(tmp_path, REPORT, OLD="99 <!-- digest 0000 -->")
    assert (output, methods(calls)) == ("Replaced.", ["PATCH repos/example/specs/issues/comments/99"])
    assert posted(tmp_path, REPORT, OLD="99 <!-- digest 1234 -->")[0] == "The report has not changed."


def test_two_runs_at_once_leave_one_comment(tmp_path: Path) -> None:
    both = "98 <!-- digest 1234 -->\n99 <!-- digest 1234 -->"
    assert methods(posted(tmp_path, REPORT, POSTED=both)[1])[1:] == ["DELETE repos/example/specs/issues/comments/99"]


def test_the_comment_goes_away_when_nothing_is_left_to_report(tmp_path: Path) -> None:
    output, calls = posted(tmp_path, NOTHING, OLD="99 <!-- digest 0000 -->")
    assert (output[:26], methods(calls)) == (
        "There is nothing left to r",
        ["DELETE repos/example/specs/issues/comments/99"],
    )
    output, calls = posted(tmp_path, NOTHING)
    assert (output, methods(calls)) == ("There is nothing to report.", [])


def test_only_a_report_is_posted(tmp_path: Path) -> None:
    assert posted(tmp_path, "spam") == ("There is no report to post.", [])


@pytest.fixture
def reviewed(pull_request: Path, tmp_path: Path) -> dict[str, str]:
    """The default branch as the second workflow has it, and the change as GitHub keeps it: `refs/pull/7/head`."""
    sha = git(pull_request, "rev-parse", "HEAD")
    git(pull_request, "push", "-q", "origin", f"{sha}:refs/pull/7/head")
    git(tmp_path, "clone", "-q", str(tmp_path / "origin"), str(tmp_path / "trusted"))
    return {"NUMBER": "7", "PULL": f"{sha}\tmain\topen", "FAIL_ON": "breaking", "HEAD_SHA": sha}


def test_the_second_workflow_reviews_the_change_with_its_own_code(reviewed: dict[str, str], tmp_path: Path) -> None:
    script = f"bash {ROOT / '.github' / 'review.sh'}"
    output, calls = with_fake_gh(tmp_path, script, tmp_path / "trusted", **reviewed)
    assert "mechanism" in output
    sha = reviewed["HEAD_SHA"]
    assert f"POST repos/example/specs/statuses/{sha}" in methods(calls)
    assert "state=failure" in next(call for call in calls if f"repos/example/specs/statuses/{sha}" in call)
    assert any("requested_reviewers" in each for each in methods(calls))
    assert git(tmp_path / "trusted", "worktree", "list").count("\n") == 0


def test_an_acknowledged_change_passes(reviewed: dict[str, str], tmp_path: Path) -> None:
    script = f"bash {ROOT / '.github' / 'review.sh'}"
    comment = json.dumps({"author": "example/payments", "body": "/acknowledge " + fingerprint(tmp_path)})
    output, calls = with_fake_gh(tmp_path, script, tmp_path / "trusted", **reviewed, COMMENTS=comment)
    assert "acknowledged by example/payments" in output
    assert any("state=success" in call for call in calls)


@pytest.mark.parametrize(("member", "state"), [("maria", "success"), ("somebody", "failure")])
def test_a_member_of_the_approving_team_acknowledges(
    reviewed: dict[str, str], tmp_path: Path, member: str, state: str
) -> None:
    script = "bash " + str(ROOT / ".github" / "review.sh")
    comment = json.dumps({"author": "maria", "body": "/acknowledge " + fingerprint(tmp_path)})
    output, calls = with_fake_gh(
        tmp_path, script, tmp_path / "trusted", **reviewed, COMMENTS=comment, MEMBER=f"/payments/memberships/{member}"
    )
    assert any(f"state={state}" in call for call in calls)
    assert ("acknowledged by maria" in output) == (state == "success")
    last_report = output[output.rindex("gateway · owner") :]
    note = "maria acknowledged a change, but is not shown to be a member of example/payments."
    assert (note in last_report) == (state == "failure")


def fingerprint(tmp_path: Path) -> str:
    done = run(tmp_path / "clone", "diff", "origin/main", "--format", "json")
    return str(next(each["fingerprint"] for each in json.loads(done.stdout)["changes"] if each["level"] == "breaking"))


def test_a_closed_pull_request_gets_no_comment(tmp_path: Path) -> None:
    script = f"bash {ROOT / '.github' / 'review.sh'}"
    names = {"HEAD_OWNER": "fork", "HEAD_BRANCH": 'x"; touch /tmp/never; "', "HEAD_SHA": "abc"}
    output, calls = with_fake_gh(tmp_path, script, tmp_path, **names)
    assert output == "No open pull request has this commit."
    assert 'head=fork:x"; touch /tmp/never; "' in calls[0]


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


def test_the_workflow_that_may_write_runs_nothing_of_a_pull_request() -> None:
    content = yaml.safe_load((ROOT / ".github" / "workflows" / "comment.yml").read_text(encoding="utf-8"))
    found = content["jobs"]["comment"]["steps"]
    assert [step["with"]["ref"] for step in found if step.get("uses", "").startswith("actions/checkout@")] == [
        "${{ github.event.repository.default_branch }}"
    ]
    assert not [step for step in found if "${{" in step.get("run", "")]
    script = (ROOT / ".github" / "review.sh").read_text(encoding="utf-8")
    assert re.search(r"core\.symlinks=false .*worktree add", script)
    assert "pip install" not in script


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


def test_ci_installs_a_pinned_version() -> None:
    template = (ROOT / ".gitlab" / "integration-specs.gitlab-ci.yml").read_text(encoding="utf-8")
    version = re.search(r"mkdocs-integration-specs==([0-9.]+)", template)
    assert version
    assert version[1] in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for path in (ROOT / "action.yml", *WORKFLOWS):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert "pip install" not in line or "constraints.txt" in line, f"{path.name}: {line}"


def comment_of(repo: Path, *words: str, **more: str) -> str:
    done = run(repo, "ci", "--base", "main", "--out", "reports", *words, **more)
    assert done.returncode in (0, 1), done.stderr
    return (repo / "reports" / "comment.md").read_text(encoding="utf-8")


@pytest.fixture
def feature(tmp_path: Path) -> Path:
    repo = repository(tmp_path / "repo")
    git(repo, "switch", "-q", "-c", "feature")
    return repo


def test_nothing_to_report_is_an_empty_comment(feature: Path) -> None:
    edit(feature, GATEWAY, "system: Gateway", "# a comment\nsystem: Gateway")
    assert len(comment_of(feature).splitlines()) == 2


def test_a_change_without_a_link_is_shown_with_its_line(feature: Path) -> None:
    edit(feature, GATEWAY, "timeout: 15s", "timeout: 5s")
    line = next(n for n, each in enumerate((feature / GATEWAY).read_text().splitlines(), 1) if "timeout: 5s" in each)
    assert re.search(rf"timeout: 15s → 5s[^\n]* · `{GATEWAY}:{line}`<br>", comment_of(feature))
    (feature / "integration-specs.toml").write_text('repository = "https://git.example.com/shop"\n', encoding="utf-8")
    linked = re.search(r"\[[^\n]*timeout: 15s → 5s\]\([^\n]*", comment_of(feature, "--own-settings"))
    assert linked
    assert GATEWAY not in linked[0].partition(")")[2]


def test_the_comment_states_why_the_job_fails(feature: Path) -> None:
    edit(feature, "specs/bank.yaml", "system: Bank", "sistem: Bank")
    commit(feature, "Old error")
    git(feature, "branch", "-f", "main")
    edit(feature, GATEWAY, "timeout: 15s", "timeout: 5s")
    comment = comment_of(feature)
    assert (
        "**This check fails:** 1 error that the base has, too" in comment or "errors that the base has, too" in comment
    )
    assert "New findings: 0 errors" in comment or "New findings" not in comment


def test_all_specs_deleted_is_a_report(feature: Path) -> None:
    shutil.rmtree(feature / "specs")
    comment = comment_of(feature, "--fail-on", "breaking")
    assert "spec gateway was removed" in comment


def test_a_moved_folder_is_no_change(feature: Path) -> None:
    (feature / "docs").mkdir()
    git(feature, "mv", "specs", "docs/specs")
    (feature / "integration-specs.toml").write_text('specs = "docs/specs"\n', encoding="utf-8")
    assert "was removed" not in comment_of(feature)


def test_a_project_in_a_subfolder_has_paths_of_the_repository(tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    shutil.copytree(SHOP, outer / "docs" / "shop")
    (outer / "CODEOWNERS").write_text("/docs/shop/specs/gateway.yaml @example/payments\n", encoding="utf-8")
    git(tmp_path, "init", "-q", "-b", "main", str(outer))
    commit(outer, "Start")
    edit(outer, f"docs/shop/{GATEWAY}", "timeout: 15s", "timeout: 5s")
    git(outer, "add", "--all")
    github = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "example/specs"}
    done = run(outer, "ci", "--root", "docs/shop", "--base", "HEAD", "--out", "reports", **github)
    assert f"::warning file=docs/shop/{GATEWAY}," in done.stdout
    comment = (outer / "reports" / "comment.md").read_text(encoding="utf-8")
    assert comment.startswith("<!-- integration-specs: docs/shop -->\n")
    assert f"/docs/shop/{GATEWAY}#L" in comment
    assert "| Payments team | Owner of gateway. | yes |" in comment
    assert json.loads((outer / "reports" / "gitlab.json").read_text())[0]["location"]["path"] == f"docs/shop/{GATEWAY}"


@pytest.mark.parametrize(
    ("mkdocs", "address"),
    [
        ("site_name: x\nplugins: [integration-specs]\n", "https://site.example/integrations/gateway/"),
        ("plugins:\n  - integration-specs: {mount: apis/}\n", "https://site.example/apis/gateway/"),
        (
            "docs_dir: specs\nx: !!python/object/apply:os.system [x]\nplugins: [integration-specs]\n",
            "https://site.example/gateway/",
        ),
    ],
)
def test_the_link_to_the_page_follows_the_mount(feature: Path, mkdocs: str, address: str) -> None:
    (feature / "mkdocs.yml").write_text(mkdocs, encoding="utf-8")
    edit(feature, GATEWAY, "timeout: 15s", "timeout: 5s")
    assert f"[page](<{address}>)" in comment_of(feature, "--site", "https://site.example")


def test_only_an_approver_acknowledges_a_change(feature: Path) -> None:
    edit(feature, GATEWAY, "mechanism: HTTP Basic", "mechanism: OAuth 2.0")
    (feature / "comments.json").write_text("[]", encoding="utf-8")
    words = ("--fail-on", "breaking", "--comments", "comments.json")
    found = json.loads(run(feature, "diff", "main", "--format", "json").stdout)["changes"]
    mark = next(each["fingerprint"] for each in found if each["level"] == "breaking")[:8]
    for author, code in (("stranger", 1), ("example/payments", 0)):
        text = json.dumps([{"author": author, "body": f"I know.\n/acknowledge {mark}"}])
        (feature / "comments.json").write_text(text, encoding="utf-8")
        assert run(feature, "ci", "--base", "main", *words).returncode == code
    label = {"CI_PROJECT_URL": "https://gitlab.example/x", "CI_MERGE_REQUEST_LABELS": f"a,acknowledged: {mark}"}
    trusting = ("ci", "--base", "main", "--fail-on", "breaking")
    assert run(feature, *trusting, **label).returncode == 1
    assert run(feature, *trusting, "--trust-labels", **label).returncode == 0
    (feature / "comments.json").write_text("{", encoding="utf-8")
    assert run(feature, "ci", "--base", "main", *words).returncode == 2


def test_a_scheduled_job_compares_a_new_contract(feature: Path, tmp_path: Path) -> None:
    ours = feature / "specs" / "gateway" / "contract.yaml"
    theirs = tmp_path / "vendor.yaml"
    words = ("ci", "--base", "main", "--fail-on", "breaking", "--out", "reports", "--contract")
    for old, new, code in (
        ("description: Created", "description: The order", 0),
        ("        paid_at: {type: string}", "        settled: {type: string}", 1),
    ):
        theirs.write_text(ours.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        done = run(feature, *words, f"gateway={theirs}")
        assert done.returncode == code, done.stdout + done.stderr
        comment = (feature / "reports" / "comment.md").read_text(encoding="utf-8")
        assert ("response field paid\\_at was removed" in comment) == bool(code)
        assert git(feature, "status", "--porcelain", "specs") == ""
    assert run(feature, *words, f"bank={theirs}").returncode == 2
    assert run(feature, *words, "gateway").returncode == 2


def test_a_release_note_leaves_out_what_consumers_need_not_know(feature: Path) -> None:
    edit(feature, GATEWAY, "timeout: 15s", "timeout: 5s")
    edit(feature, GATEWAY, "          total: 100\n", "          total: 100\n          fee: 1\n")
    note = run(feature, "diff", "main", "--format", "changelog").stdout
    assert "- event payment.confirmed payload fee was added" in note
    assert "timeout" not in note
