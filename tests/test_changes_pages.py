"""The change log and the preview of a change in a built site, from real git repositories."""

import re
import subprocess
from pathlib import Path

import pytest

from scratch import commit, edit, git, repository, run
from site_support import PROGRAMS, Folder

GATEWAY = "specs/gateway.yaml"
SECRET = "sk_" + "live_" + "qW3rT5yU7iOpA9sDfGhJ"
HOSTILE = SECRET + " <img src=x onerror=alert(1)> {{ 7*7 }} [x](javascript:y) \x1b[31m \x01aa 1\x01"


@pytest.fixture
def repo(tmp_path: Path) -> Folder:
    folder = Folder(repository(tmp_path / "repo"))
    (folder.root / "docs").mkdir()
    return folder


def configure(folder: Folder, **options: object) -> None:
    folder.configure(plugins=["search", {"integration-specs": options}])


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def contents(folder: Folder) -> dict[str, bytes]:
    site = folder.root / "site" / "integrations"
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_log_shows_semantic_changes_and_is_deterministic(repo: Folder, program: str) -> None:
    edit(repo.root, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo.root, HOSTILE)
    configure(repo)
    repo.build(program)
    first = contents(repo)
    log = repo.page("integrations/changes/index.html")
    assert "<img src=x" not in log
    assert "&lt;img src=x onerror=alert(1)&gt; {{ 7*7 }}" in log
    assert "\x1b" not in log
    assert "sk_l… &lt;img" in log
    assert not any(SECRET.encode() in content for content in contents(repo).values())
    assert "\x01" not in log
    assert re.search(r"risky ≠ changed [^<]*timeout 15s → 5s", text(log))
    assert "safe + added" in text(log)
    own = text(repo.page("integrations/gateway/index.html"))
    assert "1 risky" in own[own.rindex("History") :]
    repo.build(program)
    assert contents(repo) == first


@pytest.mark.parametrize("name", ["specs/", "./specs", "absolute"])
def test_a_folder_of_specs_has_a_history_however_it_is_written(repo: Folder, name: str) -> None:
    edit(repo.root, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo.root, "Shorter")
    configure(repo, specs_dir=str(repo.root / "specs") if name == "absolute" else name)
    repo.build("mkdocs")
    assert "timeout 15s → 5s" in text(repo.page("integrations/changes/index.html"))


def test_the_log_says_how_to_see_what_it_leaves_out(repo: Folder) -> None:
    calls = "".join(f"  - {{method: GET, path: /more/{number}, description: Reads.}}\n" for number in range(20))
    edit(repo.root, GATEWAY, "\nendpoints:\n", f"\nendpoints:\n{calls}")
    commit(repo.root, "Add calls")
    edit(repo.root, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo.root, "One change")
    configure(repo)
    repo.build("mkdocs")
    commands = re.findall(
        r"and (\d+) more: <code>integration-specs (diff \w+~ \w+)", repo.page("integrations/changes/index.html")
    )
    assert len(commands) == 1
    number, command = commands[0]
    listed = run(repo.root, *command.split(), "--format", "concise").stdout
    assert int(number) == 20 - 12
    assert listed.count(" safe[endpoint-added] ") == 20


def test_a_site_without_history_explains_why(tmp_path: Path, repo: Folder) -> None:
    edit(repo.root, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo.root, "Shorter")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repo.root}", "shallow")
    shallow = Folder(tmp_path / "shallow")
    bare = Folder(tmp_path / "bare")
    bare.write("specs/gateway.yaml", (repo.root / GATEWAY).read_text(encoding="utf-8"))
    bare.environment["GIT_CEILING_DIRECTORIES"] = str(tmp_path)
    for folder, reason in ((shallow, "git fetch --unshallow"), (bare, "is in no git repository")):
        (folder.root / "docs").mkdir()
        configure(folder)
        folder.build("mkdocs")
        log = text(folder.page("integrations/changes/index.html"))
        assert "No history is available:" in log
        assert reason in log
        assert str(tmp_path) not in log
    configure(shallow, history=0)
    shallow.build("mkdocs")
    assert not (shallow.root / "site/integrations/changes").exists()
    assert 'id="history"' not in shallow.page("integrations/gateway/index.html")


def test_a_shallow_clone_shows_the_known_changes(tmp_path: Path, repo: Folder) -> None:
    edit(repo.root, GATEWAY, "timeout: 15s", "timeout: 5s")
    commit(repo.root, "Shorter")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repo.root}", "shallow")
    folder = Folder(tmp_path / "shallow")
    edit(folder.root, GATEWAY, "timeout: 5s", "timeout: 4s")
    commit(folder.root, "Shorter still")
    (folder.root / "docs").mkdir()
    configure(folder)
    folder.build("mkdocs")
    log = text(folder.page("integrations/changes/index.html"))
    assert "The history is incomplete:" in log
    assert "Shorter still" in log
    assert "+ added" not in log


def change(folder: Path) -> None:
    """One call gone, one different, one new; one spec gone, one new."""
    git(folder, "switch", "-q", "-c", "feature")
    edit(folder, GATEWAY, "timeout: 15s", "timeout: 5s")
    edit(folder, GATEWAY, "method: GET\n    path: /v2/orders", "method: GET\n    path: /v2/sales")
    moved = '        - timeout\n    - name: Throttled\n      description: Slow down.\n      covers:\n        - "429"\n'
    edit(folder, GATEWAY, '        - "429"\n        - timeout\n', moved)
    (folder / "specs" / "ledger.yaml").unlink()
    (folder / "specs" / "fresh.yaml").write_text("system: <b>Fresh\ntype: API\nstatus: draft\n", encoding="utf-8")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_preview_marks_what_it_changes(repo: Folder, program: str) -> None:
    change(repo.root)
    configure(repo, compare="main")
    repo.build(program)
    page = repo.page("integrations/changes/compared/index.html")
    change_view = text(page)
    assert "(merge base with main)" in change_view
    assert "Required approvals" in change_view
    assert re.search(r"≠ changed [^<]*timeout 15s → 5s", change_view)
    assert "Compare it with the slowest responses: they now fail." in change_view
    assert "≠ changed category Limit, covers: “429” moved to category Throttled" in change_view
    assert "− removed spec ledger" in change_view
    assert change_view.rindex("spec ledger") < change_view.rindex("spec fresh")  # the most severe first
    assert "&lt;b&gt;Fresh" in page
    own = repo.page("integrations/gateway/index.html")
    assert "This preview changes this page:" in text(own)
    assert re.search(r"<summary>(?:(?!</summary>).)*≠</span> changed", own, re.S)
    assert "This preview changes this page:" not in text(repo.page("integrations/bank/index.html"))
    target = re.search(r"<a href=\"(\.\./\.\./gateway/#[^\"]+)\"", page)
    assert target, page
    assert f'id="{target[1].partition("#")[2]}"' in own
    assert "This preview changes" in text(repo.page("integrations/index.html"))


def test_a_preview_lists_what_it_cannot_compare_once_and_all_reasons_for_approval(repo: Folder) -> None:
    (repo.root / "specs" / "odd.yaml").write_text("system: Odd\ntype: Apis\n", encoding="utf-8")
    commit(repo.root, "An invalid spec")
    git(repo.root, "branch", "-f", "start")
    for number in range(6):
        name = f"specs/own-{number}.yaml"
        (repo.root / name).write_text(f"system: Own {number}\ntype: API\nstatus: draft\nowner: payments\n", "utf-8")
    (repo.root / "specs" / "odd.yaml").write_text("system: Odd\ntype: Apiss\n", encoding="utf-8")
    configure(repo, compare="start")
    repo.build("mkdocs")
    shown = text(repo.page("integrations/changes/compared/index.html"))
    assert shown.count("odd could not be compared:") == 1
    assert all(f"owner of own-{number}" in shown for number in range(6))


def test_render_marks_the_same(repo: Folder) -> None:
    change(repo.root)
    done = run(repo.root, "render", "--out", "out", "--compare", "main", "--history", "0")
    assert done.returncode == 0, done.stderr
    assert "15s" in (repo.root / "out/changes/compared/index.md").read_text(encoding="utf-8")
    assert not (repo.root / "out/changes/index.md").exists()


@pytest.mark.parametrize("base", ["nowhere", "--all", "\n"])
def test_an_unknown_base_is_an_error(repo: Folder, base: str) -> None:
    configure(repo, compare=base)
    done = repo.run("mkdocs", "build")
    assert done.returncode != 0
    assert "the plugin's option `compare`:" in done.stdout
    assert "Traceback" not in done.stdout
    done = run(repo.root, "render", "--out", "out", "--compare", base)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_this_projects_own_history_is_on_its_site() -> None:
    root = Path(__file__).parent.parent
    shallow = subprocess.run(
        ["git", "rev-parse", "--is-shallow-repository"], cwd=root, capture_output=True, text=True, check=False
    )
    if shallow.stdout.strip() != "false":
        pytest.skip("this copy of the project has no history")
    done = subprocess.run(
        ["git", "log", "-1", "--format=%h", "--diff-filter=A", "--", "specs/pagar-me.yaml"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip()
    from integration_specs.model import Catalog
    from integration_specs.project.workspace import Workspace
    from integration_specs.review import change_view
    from integration_specs.settings import read_settings

    log = change_view.log(Workspace(read_settings(root)), 1000, Catalog(()))
    assert not log.gap
    added = [entry for entry in log.entries if entry.spec == "pagar-me" and entry.changes[0].rule == "spec-added"]
    assert [entry.commit[:7] for entry in added] == [done.stdout.strip()[:7]]
