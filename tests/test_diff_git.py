"""`diff` on real git repositories: every way to name a side, every state a clone can be in, and hostile names."""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from scratch import SHOP, commit, edit, git, repository, run

GATEWAY = "specs/gateway.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo")


def changed(folder: Path, *words: str, code: int = 0, **more: str) -> dict[str, Any]:
    done = run(folder, "diff", *words, "--format", "json", "--today", "2026-01-10", **more)
    assert done.returncode == code, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def rules(found: dict[str, Any]) -> list[str]:
    return [change["rule"] for change in found["changes"]]


def refused(folder: Path, *words: str, **more: str) -> str:
    done = run(folder, "diff", *words, **more)
    assert done.returncode == 2
    assert not done.stdout
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_working_tree_is_compared_with_the_main_branch(repo: Path) -> None:
    git(repo, "switch", "-q", "-c", "feature")
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo, "Shorter")
    edit(repo, GATEWAY, "max_attempts: 4", "max_attempts: 6")
    found = changed(repo)
    assert rules(found) == ["timeout-shortened", "retry-changed"]
    assert "merge base with main" in found["base"]["title"]


def test_later_commits_of_main_are_not_reported(repo: Path) -> None:
    git(repo, "switch", "-q", "-c", "feature")
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo, "Shorter")
    git(repo, "switch", "-q", "main")
    edit(repo, GATEWAY, "max_attempts: 4", "max_attempts: 6")
    commit(repo, "More attempts")
    git(repo, "switch", "-q", "feature")
    assert rules(changed(repo)) == ["timeout-shortened"]
    assert rules(changed(repo, "main", "--merge-base")) == ["timeout-shortened"]
    assert sorted(rules(changed(repo, "main", "HEAD"))) == ["retry-changed", "timeout-shortened"]


def test_sides_are_revisions_folders_and_files(repo: Path, tmp_path: Path) -> None:
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo, "Shorter")
    assert rules(changed(repo, "HEAD~1", "HEAD")) == ["timeout-shortened"]
    assert rules(changed(repo, "HEAD", "HEAD~1")) == ["timeout-lengthened"]
    assert rules(changed(repo, str(SHOP))) == ["timeout-shortened"]
    assert rules(changed(repo, str(SHOP / "specs"), str(repo / "specs"))) == ["timeout-shortened"]
    copy = shutil.copy(SHOP / GATEWAY, tmp_path / "old.yaml")
    assert rules(changed(repo, str(copy), str(repo / GATEWAY))) == ["timeout-shortened"]
    assert rules(changed(repo, str(SHOP / GATEWAY))) == ["timeout-shortened"]


def test_a_project_below_the_top_of_its_repository(tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    shutil.copytree(SHOP, outer / "docs" / "shop")
    git(tmp_path, "init", "-q", "-b", "main", str(outer))
    commit(outer, "Start")
    edit(outer, f"docs/shop/{GATEWAY}", "timeout: 15s", "timeout: 5s")
    found = changed(outer / "docs" / "shop", "HEAD")
    assert rules(found) == ["timeout-shortened"]
    assert found["changes"][0]["base"]["file"] == GATEWAY
    assert rules(changed(outer, "HEAD", "--root", "docs/shop")) == ["timeout-shortened"]


def test_exit_codes_follow_the_level_that_fails(repo: Path) -> None:
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    assert run(repo, "diff", "HEAD").returncode == 0
    assert run(repo, "diff", "HEAD", "--fail-on", "risky").returncode == 1
    edit(repo, GATEWAY, "mechanism: HTTP Basic", "mechanism: OAuth 2.0")
    assert run(repo, "diff", "HEAD").returncode == 1
    assert run(repo, "diff", "HEAD", "--fail-on", "never").returncode == 0


def test_settings_change_levels_and_switch_rules_off(repo: Path) -> None:
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    edit(repo, GATEWAY, "max_attempts: 4", "max_attempts: 6")
    toml = '[diff_levels]\ntimeout-shortened = "breaking"\nretry-changed = "off"\n'
    (repo / "integration-specs.toml").write_text(toml, encoding="utf-8")
    found = changed(repo, "HEAD", code=1)
    assert [(change["rule"], change["level"]) for change in found["changes"]] == [("timeout-shortened", "breaking")]


WAIVER = "waivers:\n  - rule: mechanism-changed\n    reason: Agreed.\n    expires: 2026-06-30\nmaintenance:\n  dashboards:\n    - name: Pay"


def waive(repo: Path) -> None:
    edit(repo, GATEWAY, "maintenance:\n  dashboards:\n    - name: Pay", WAIVER)


def test_a_change_cannot_waive_itself(repo: Path) -> None:
    edit(repo, GATEWAY, "mechanism: HTTP Basic", "mechanism: OAuth 2.0")
    waive(repo)
    found = changed(repo, "HEAD", code=1)
    assert {change["rule"]: change["waiver"] for change in found["changes"]} == {
        "mechanism-changed": "",
        "waiver-added": "",
    }


def test_a_waiver_of_the_base_counts_and_is_unused_after_the_merge(repo: Path) -> None:
    waive(repo)
    commit(repo, "Waiver")
    edit(repo, GATEWAY, "mechanism: HTTP Basic", "mechanism: OAuth 2.0")
    found = changed(repo, "HEAD")
    assert {change["rule"]: change["waiver"] for change in found["changes"]} == {"mechanism-changed": "Agreed."}
    assert run(repo, "diff", "HEAD", "--today", "2026-07-01", "--format", "concise").returncode == 1
    assert not [each for each in found["findings"] if each["rule"] == "waiver-unused"]
    commit(repo, "Mechanism")
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    unused = [each["message"] for each in changed(repo, "HEAD")["findings"] if each["rule"] == "waiver-unused"]
    assert unused == ["the waiver of `mechanism-changed` is unused: the change was merged"]


def test_an_error_that_only_a_new_waiver_covers_is_reported(repo: Path) -> None:
    edit(repo, GATEWAY, "owner: payments", "owner: nobody-known")
    waiver = WAIVER.replace("mechanism-changed", "unknown-owner")
    edit(repo, GATEWAY, "maintenance:\n  dashboards:\n    - name: Pay", waiver)
    found = changed(repo, "HEAD", code=1)
    errors = [each for each in found["findings"] if each["level"] == "error"]
    assert errors, found["findings"]
    assert "counts only after the merge" in errors[0]["notes"][-1]


@pytest.mark.case("C1")
def test_the_error_in_a_shallow_clone_names_the_command(repo: Path, tmp_path: Path) -> None:
    git(repo, "switch", "-q", "-c", "feature")
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo, "Shorter")
    git(repo, "switch", "-q", "main")
    edit(repo, GATEWAY, "max_attempts: 4", "max_attempts: 6")
    commit(repo, "More")
    clone = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "feature", f"file://{repo}", str(clone))
    assert "fetch-depth: 0" in refused(clone)
    git(clone, "fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    assert "git fetch --unshallow" in refused(clone)
    assert rules(changed(clone, "origin/main", "HEAD")) == ["timeout-shortened", "retry-changed"]


@pytest.mark.case("C1")
def test_the_error_without_a_base_names_the_command(repo: Path, tmp_path: Path) -> None:
    assert "git fetch origin nowhere:refs/remotes/origin/nowhere" in refused(repo, "origin/nowhere")
    other = repository(tmp_path / "other")
    git(repo, "fetch", "-q", str(other), "main:other")
    git(repo, "switch", "-q", "--orphan", "alone")
    shutil.copytree(SHOP, repo, dirs_exist_ok=True)
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo, "Another start")
    assert "no common history" in refused(repo)
    git(repo, "branch", "-D", "-q", "main", "other")
    assert "no branch 'main'" in refused(repo)
    empty = tmp_path / "empty"
    shutil.copytree(SHOP, empty)
    git(empty, "init", "-q", "-b", "main")
    assert "no commit to compare" in refused(empty)
    bare = tmp_path / "bare"
    shutil.copytree(SHOP, bare)
    assert "in no git repository" in refused(bare, GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert "git is not installed" in refused(bare, PATH=str(tmp_path))
    assert rules(changed(bare, str(SHOP), PATH=str(tmp_path))) == []


@pytest.mark.case("C1")
def test_a_detached_head_can_be_compared(repo: Path) -> None:
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo, "Shorter")
    git(repo, "checkout", "-q", "--detach", "HEAD~1")
    assert rules(changed(repo, "HEAD", "main")) == ["timeout-shortened"]
    assert rules(changed(repo)) == []


@pytest.mark.case("C1")
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a folder away")
def test_the_error_for_the_folder_of_another_user_names_the_setting(repo: Path) -> None:
    os.chown(repo, 12345, 12345)
    os.chown(repo / ".git", 12345, 12345)
    assert "safe.directory" in refused(repo)


@pytest.mark.case("C2")
@pytest.mark.parametrize("name", ["--output=/tmp/x", "-h", "--upload-pack=touch x"])
def test_a_name_is_never_an_option(repo: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "x"
    done = run(repo, "diff", "--", name.replace("/tmp/x", str(target)))
    assert done.returncode == 2
    assert not target.exists()
    assert "Traceback" not in done.stderr


@pytest.mark.case("C2")
@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31mb", "HEAD^{/x}", "HEAD:specs", "é", "", "a..b", "\u202e"])
def test_hostile_names_are_refused_in_one_printable_line(repo: Path, name: str) -> None:
    done = run(repo, "diff", "--", name, "HEAD")
    assert done.returncode in ((0, 1, 2) if name == "" else (2,))
    assert (done.stderr.rstrip("\n") or "x").isprintable()


@pytest.mark.case("C3")
def test_files_that_move_link_or_have_strange_names(repo: Path) -> None:
    git(repo, "mv", GATEWAY, "specs/renamed-gateway.yaml")
    git(repo, "mv", "specs/gateway", "specs/renamed-gateway")
    (repo / "specs" / "team").mkdir()
    git(repo, "mv", "specs/hooks.yaml", "specs/team/hooks.yaml")
    (repo / "specs" / "bank.yaml").chmod(0o755)
    (repo / "specs" / "new\nline.yaml").write_text("system: x\ntype: API\nstatus: draft\n", encoding="utf-8")
    (repo / "specs" / "link.yaml").symlink_to("/etc/hostname")
    commit(repo, "Moves")
    found = changed(repo, "HEAD~1", "HEAD", code=1)
    assert rules(found) == ["spec-renamed"]
    assert found["changes"][0]["old"] == "gateway"
    assert {each["spec"] for each in found["skipped"]} == {"link", "new\\nline"}
    assert {each["rule"] for each in found["findings"]} >= {"file-symlink", "file-id"}


def test_names_that_are_not_utf_8(repo: Path) -> None:
    name = os.fsencode(repo / "specs") + b"/\xff.yaml"
    Path(os.fsdecode(name)).write_text("system: x\ntype: API\nstatus: draft\n", encoding="utf-8")
    commit(repo, "Odd")
    found = changed(repo, "HEAD~1", "HEAD", code=1)
    assert [(each["rule"], each["file"]) for each in found["findings"]][:1] == [("file-id", "specs/\\udcff.yaml")]
    Path(os.fsdecode(name)).unlink()
    assert run(repo, "render", "--out", str(repo / "out")).returncode == 0
    assert "udcff" in (repo / "out" / "changes" / "index.md").read_text(encoding="utf-8")


def test_the_error_in_a_partial_clone_names_the_command(repo: Path, tmp_path: Path) -> None:
    git(repo, "config", "uploadpack.allowFilter", "true")
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo, "Shorter")
    for kind in ("tree:0", "blob:none"):
        clone = tmp_path / kind[:4]
        git(tmp_path, "clone", "-q", f"--filter={kind}", "--no-checkout", f"file://{repo}", str(clone))
        message = refused(clone, "HEAD~1", "HEAD")
        assert "partial and lacks object" in message
        command = message.partition("run `git ")[2].partition("`")[0]
        git(clone, *command.split())
        assert rules(changed(clone, "HEAD~1", "HEAD"))


def test_the_error_names_what_git_calls_an_error(repo: Path) -> None:
    (repo / ".git" / "index").write_text("damaged")
    done = run(repo, "ci", "--base", "HEAD")
    assert done.returncode == 2
    assert re.search(r"git diff failed: (error|fatal): .*index", done.stderr), done.stderr


@pytest.mark.case("C4")
@pytest.mark.parametrize(("base", "head"), [("HEAD~1", "HEAD"), ("HEAD", "HEAD~1")])
def test_a_broken_spec_is_skipped_and_the_others_are_compared(repo: Path, base: str, head: str) -> None:
    (repo / "specs" / "hooks.yaml").write_text("system: [\n", encoding="utf-8")
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo, "Broken")
    found = changed(repo, base, head, code=1)
    assert [(each["spec"], each["side"]) for each in found["skipped"]] == [
        ("hooks", "head" if head == "HEAD" else "base")
    ]
    assert found["checked"]["skipped"] == 1
    assert [rule.startswith("timeout") for rule in rules(found)] == [True]
    errors = [each for each in found["findings"] if each["level"] == "error"]
    assert bool(errors) == (head == "HEAD")
    assert "1 skipped" in run(repo, "diff", base, head).stdout


def test_an_unchanged_broken_spec_does_not_fail(repo: Path) -> None:
    (repo / "specs" / "hooks.yaml").write_text("system: [\n", encoding="utf-8")
    commit(repo, "Broken")
    edit(repo, GATEWAY, "volume: 6,000 a day", "volume: 7,000 a day")
    found = changed(repo, "HEAD")
    assert not found["findings"]
    assert found["checked"]["skipped"] == 1


def test_only_new_findings_are_reported(repo: Path) -> None:
    edit(repo, GATEWAY, "      status: 200\n", "      status: 201\n")
    before = changed(repo, "HEAD")
    assert before["findings"] == []
    edit(repo, "specs/bank.yaml", "system: Bank", "sistem: Bank")
    after = changed(repo, "HEAD", code=1)
    assert {each["spec"] for each in after["findings"]} == {"bank"}


def test_last_updated_is_compared_with_the_changes(repo: Path) -> None:
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    done = run(repo, "diff", "HEAD", "--format", "concise", "--today", "2026-03-01")
    assert "date-not-updated" in done.stdout
    edit(repo, GATEWAY, "last_updated: 2026-01-10", "last_updated: 2026-03-01")
    assert "date-" not in run(repo, "diff", "HEAD", "--format", "concise", "--today", "2026-03-01").stdout
    edit(repo, GATEWAY, "timeout: 5s", "timeout: 15s")
    assert "only-date-updated" in run(repo, "diff", "HEAD", "--format", "concise", "--today", "2026-03-01").stdout


@pytest.mark.case("C7")
def test_mkdocs_settings_beside_the_specs_are_never_read(repo: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    (repo / "mkdocs.yml").write_text(
        f"site_name: !!python/object/apply:os.system ['touch {canary}']\n", encoding="utf-8"
    )
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    assert rules(changed(repo, "HEAD")) == ["timeout-shortened"]
    assert run(repo, "check", "--today", "2026-01-10").returncode == 0
    assert not canary.exists()


@pytest.mark.case("C6")
def test_values_with_escapes_and_commands_are_harmless_in_a_log(repo: Path) -> None:
    edit(repo, GATEWAY, "  volume: 6,000 a day", '  volume: "\\e[31mred\\n::error::x"')
    edit(repo, GATEWAY, "  mechanism: HTTP Basic", '  mechanism: "a\\x1b]0;x\\x07 ::set-output::"')
    for format_ in ("text", "concise", "github"):
        done = run(repo, "diff", "HEAD", "--format", format_)
        assert "\x1b" not in done.stdout
        assert not [
            line for line in done.stdout.splitlines() if line.lstrip().startswith("::") and "title=" not in line
        ]


def test_teams_that_codeowners_does_not_request(repo: Path) -> None:
    (repo / "CODEOWNERS").write_text("/specs/gateway.yaml @example/payments\n", encoding="utf-8")
    (added,) = changed(repo, "HEAD")["changes"]
    assert (added["rule"], added["level"], added["spec"]) == ("code-owners-added", "safe", "gateway")
    commit(repo, "Name the code owners")
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    asked = {each["team"]: each["in_codeowners"] for each in changed(repo, "HEAD")["approvals"]}
    assert asked == {"payments": True, "platform": False}


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("main..HEAD", "`integration-specs diff main HEAD`"),
        ("main...", "`integration-specs diff main HEAD --merge-base`"),
        ("--upload-pack=x/y", "`git fetch --all`"),
        ("origin/other", "`git fetch origin other:refs/remotes/origin/other`"),
    ],
)
def test_the_error_for_an_unknown_revision_names_a_safe_command(tmp_path: Path, name: str, command: str) -> None:
    done = run(repository(tmp_path / "shop"), "diff", "--", name)
    assert done.returncode == 2
    assert command in done.stderr


def test_a_new_contract_is_compared_before_it_is_adopted(repo: Path, tmp_path: Path) -> None:
    contract = repo / "specs/gateway/contract.yaml"
    new = tmp_path / "new.yaml"
    new.write_bytes(contract.read_bytes())
    assert rules(changed(repo, "--contract", f"gateway={new}")) == []
    new.write_text(contract.read_text(encoding="utf-8").replace("[amount]", "[amount, tax_id]"), encoding="utf-8")
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    assert rules(changed(repo, "--contract", f"gateway={new}", code=1)) == ["contract-required-field-added"]
    assert rules(changed(repo, "HEAD", "--contract", f"gateway={new}", code=1)) == [
        "contract-required-field-added",
        "timeout-shortened",
    ]
    assert "tax_id" not in contract.read_text(encoding="utf-8").partition("required")[2].partition("\n")[0]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("gatewy=FILE", "there is no valid spec `gatewy`; did you mean `gateway`"),
        ("bank=FILE", "`bank` has no `contract`"),
        ("gateway=missing.yaml", "missing.yaml does not exist"),
        ("gateway", "expected SPEC=FILE"),
    ],
)
def test_a_contract_that_fits_no_spec_is_refused(repo: Path, value: str, message: str) -> None:
    done = run(repo, "diff", "--contract", value.replace("FILE", "specs/gateway/contract.yaml"))
    assert done.returncode == 2
    assert message in done.stderr
