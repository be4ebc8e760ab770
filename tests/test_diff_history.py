"""The change log from a git history, and the impact of one part of a spec."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from integration_specs.documents import SPEC
from integration_specs.project.git import Repository
from integration_specs.project.workspace import Workspace
from integration_specs.review.compare import compare_with
from integration_specs.review.history import change_log
from integration_specs.settings import Settings
from integration_specs.site import ChangeView
from scratch import commit, edit, git, repository, run

GATEWAY = "specs/gateway.yaml"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GITHUB_BASE_REF", "")
    return repository(tmp_path / "repo")


def workspace(folder: Path) -> Workspace:
    return Workspace(Settings(root=folder))


def log(folder: Path, most: int = 100) -> list[tuple[str, str, list[str]]]:
    return [
        (entry.subject, entry.spec, [change.rule for change in entry.changes])
        for entry in change_log(workspace(folder), most)
    ]


def test_each_commit_lists_its_changes(repo: Path) -> None:
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo, "Shorter")
    edit(repo, GATEWAY, "system: Gateway", "# a comment\nsystem: Gateway")
    commit(repo, "Only a comment")
    (repo / "specs" / "hooks.yaml").write_text("system: [\n", encoding="utf-8")
    commit(repo, "Broken")
    (repo / "specs" / "team").mkdir()
    git(repo, "mv", "specs/bank.yaml", "specs/team/bank.yaml")
    commit(repo, "Moved")
    (repo / "specs" / "ledger.yaml").unlink()
    edit(repo, GATEWAY, "max_attempts: 4", "max_attempts: 6")
    commit(repo, "Two things: with a\ttab and \x1b[31mcolour")
    shown = "Two things: with a\\ttab and \\x1b[31mcolour"
    assert log(repo)[:3] == [
        (shown, "gateway", ["retry-changed"]),
        (shown, "ledger", ["spec-removed"]),
        ("Shorter", "gateway", ["timeout-shortened"]),
    ]
    assert {spec for subject, spec, _ in log(repo) if subject == "Start"} == {"bank", "gateway", "hooks", "ledger"}
    assert log(repo, 1) == log(repo)[:2]


def test_a_merge_is_one_entry_of_the_main_line(repo: Path) -> None:
    git(repo, "switch", "-q", "-c", "feature")
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo, "Shorter")
    edit(repo, GATEWAY, "timeout: 5s", "timeout: 4s")
    commit(repo, "Shorter still")
    git(repo, "switch", "-q", "main")
    git(repo, "merge", "-q", "--no-ff", "-m", "Merge feature", "feature")
    (first, *_) = change_log(workspace(repo))
    assert first.subject == "Merge feature"
    assert [(change.old, change.new) for change in first.changes] == [("15s", "4s")]
    assert [subject for subject, *_ in log(repo)] == ["Merge feature", *["Start"] * 4]


def test_a_blob_above_the_limit_is_not_read(repo: Path) -> None:
    shown = len(log(repo))
    (repo / "specs" / "hooks.yaml").write_text("x" * (SPEC.size + 10), encoding="utf-8")
    commit(repo, "Large")
    found = Repository.find(repo)
    names = found.files(found.resolve("HEAD"), "specs")
    contents = found.read((each.id for each in names.values()), SPEC.size)
    assert contents[names["specs/hooks.yaml"].id] == b" " * (SPEC.size + 1)
    assert contents[names[GATEWAY].id] == (repo / GATEWAY).read_bytes()
    assert len(log(repo)) == shown
    assert "more than 1,048,576 bytes" in run(repo, "diff", "HEAD~1", "HEAD").stdout


def test_the_cache_gives_the_same_log(repo: Path) -> None:
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo, "Shorter")
    cache: dict[tuple[str, str, str, str], tuple[ChangeView, ...]] = {}
    cold = change_log(workspace(repo), cache=cache)
    assert cache
    assert change_log(workspace(repo), cache=cache) == cold


def test_the_working_tree_is_compared_with_a_base(repo: Path) -> None:
    git(repo, "switch", "-q", "-c", "feature")
    edit(repo, GATEWAY, "timeout: 15s", "timeout: 5s")
    found = compare_with(workspace(repo), "main", date(2026, 1, 10)).changes
    assert [(change.spec, change.rule) for change in found] == [("gateway", "timeout-shortened")]


def affected(folder: Path, target: str) -> dict[str, set[str]]:
    done = run(folder, "affected", target, "--format", "json")
    assert done.returncode == 0, done.stderr
    found: dict[str, set[str]] = {}
    for each in json.loads(done.stdout)["affected"]:
        found.setdefault(each["kind"], set()).add(each["name"])
    return found


@pytest.mark.parametrize("target", ["gateway#endpoints[POST /v2/orders]", "gateway#POST /v2/orders"])
def test_the_impact_of_an_endpoint(repo: Path, target: str) -> None:
    found = affected(repo, target)
    assert found["flow"] == {"Pay"}
    assert found["spec"] == {"Ledger"}
    assert found["field"] == {
        "Order: order.amount",
        "Order: order.note",
        "Order: order.gateway_id",
        "Order: order.state",
        "Order: order.paid_at",
        "Order: customer.email",
    }


def test_the_impact_of_events_fields_and_a_whole_spec(repo: Path) -> None:
    assert affected(repo, "gateway#payment.confirmed") == {
        "consumer": {"warehouse"},
        "spec": {"Ledger"},
    }
    assert affected(repo, "gateway#order.paid")["flow"] == {"Pay"}
    assert affected(repo, "gateway#order.state") == {"field": {"Order: order.state"}}
    field = affected(repo, "gateway#endpoints[POST /v2/orders].response.example.status")
    assert field == {"mapping": {"order.state ↔ status"}, "field": {"Order: order.state"}, "flow": {"Pay"}}
    whole = affected(repo, "gateway")
    assert whole["spec"] == {"Ledger"}
    assert whole["flow"] == {"Pay", "Read"}
    assert affected(repo, "hooks#endpoints[POST /hooks/a]") == {}


def test_the_impact_of_a_scope(repo: Path) -> None:
    assert affected(repo, "gateway#authentication.scopes[orders:read]") == {
        "endpoint": {"GET /v2/orders"},
        "event": {"order.paid"},
    }


def test_the_impact_of_a_broken_spec_is_that_of_its_valid_parts(repo: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(repo, tmp_path / "broken")
    path = folder / "specs" / "gateway.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("type: API", "type: APPI", 1), encoding="utf-8")
    done = run(folder, "affected", "gateway", "--format", "json")
    assert done.returncode == 0, done.stderr
    names = {each["kind"]: each["name"] for each in json.loads(done.stdout)["affected"]}
    assert names["spec"] == "Ledger"
    assert names["flow"] in ("Pay", "Read")
    assert "gateway.yaml has errors" in done.stderr
    event = run(folder, "affected", "gateway#order.paid")
    assert (event.returncode, "Pay" in event.stdout) == (0, True)
    path.write_text("system: [", encoding="utf-8")
    unread = run(folder, "affected", "gateway")
    assert (unread.returncode, "Ledger" in unread.stdout) == (0, True)


@pytest.mark.parametrize("target", ["gatway", "gateway#order.pad", "gateway#\x1b[31m", "#", "\n"])
def test_an_unknown_name_is_reported_with_the_nearest_one(repo: Path, target: str) -> None:
    done = run(repo, "affected", target)
    assert done.returncode == 2
    assert done.stderr.rstrip("\n").isprintable()
    assert ("did you mean" in done.stderr) == (target in ("gatway", "gateway#order.pad"))
