"""The configuration of git and its environment neither change a result nor run a program."""

import os
import shutil
from pathlib import Path

import pytest

from integration_specs.project.git import Repository, RevisionError
from integration_specs.project.workspace import Workspace
from integration_specs.review.change_view import log
from integration_specs.settings import Settings
from scratch import commit, edit, environment, git, repository

PROGRAM = "PROGRAM"
SETTINGS = {
    "alias.log": "!PROGRAM",
    "color.diff": "always",
    "color.ui": "always",
    "core.abbrev": "4",
    "core.alternateRefsCommand": PROGRAM,
    "core.askPass": PROGRAM,
    "core.attributesFile": "ATTRIBUTES",
    "core.commentChar": "%",
    "core.editor": PROGRAM,
    "core.fsmonitor": PROGRAM,
    "core.hooksPath": "HOOKS",
    "core.pager": PROGRAM,
    "core.quotePath": "true",
    "core.sshCommand": PROGRAM,
    "credential.helper": "!PROGRAM",
    "diff.external": PROGRAM,
    "diff.noprefix": "true",
    "diff.orderFile": "ORDER",
    "diff.relative": "true",
    "diff.renames": "copies",
    "diff.evil.textconv": PROGRAM,
    "diff.evil.command": PROGRAM,
    "filter.evil.clean": PROGRAM,
    "filter.evil.process": PROGRAM,
    "filter.evil.smudge": PROGRAM,
    "format.notes": "*",
    "format.pretty": "oneline",
    "gpg.program": PROGRAM,
    "gpg.ssh.program": PROGRAM,
    "i18n.commitEncoding": "UTF-8",
    "i18n.logOutputEncoding": "UTF-16",
    "log.abbrevCommit": "true",
    "log.date": "relative",
    "log.decorate": "full",
    "log.diffMerges": "off",
    "log.follow": "true",
    "log.mailmap": "true",
    "log.showRoot": "false",
    "log.showSignature": "true",
    "notes.displayRef": "refs/notes/*",
    "pager.log": "true",
    "trace2.eventTarget": "TRACE",
}
VARIABLES = {
    "GIT_CONFIG_PARAMETERS": "'log.showsignature=true'",
    "GIT_DIFF_OPTS": "--unified=0",
    "GIT_EXTERNAL_DIFF": PROGRAM,
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NOTES_DISPLAY_REF": "refs/notes/*",
    "GIT_OBJECT_DIRECTORY": "/nowhere",
    "GIT_PAGER": PROGRAM,
    "GIT_TRACE": "TRACE",
    "LANG": "de_DE.UTF-8",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a signed commit, a merge, notes, a replaced commit and attributes that name a driver."""
    root = repository(tmp_path_factory.mktemp("git") / "shop")
    (root / ".gitattributes").write_text("*.yaml diff=evil filter=evil\n", encoding="utf-8")
    name = next(path.name for path in sorted((root / "specs").glob("*.yaml")) if path.name != "owners.yaml")
    first = (root / "specs" / name).read_text(encoding="utf-8").splitlines()[0]
    edit(root, f"specs/{name}", first, f"{first}\nx-note: São Paulo")
    commit(root, "Note São Paulo")
    tree, parent = git(root, "rev-parse", "HEAD^{tree}"), git(root, "rev-parse", "HEAD")
    person = "A <a@example.com> 1790000000 +0000"
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQEzBAABCAAdFiEE\n -----END PGP SIGNATURE-----"
    text = f"tree {tree}\nparent {parent}\nauthor {person}\ncommitter {person}\n{signature}\n\nSigned\n"
    (root / "commit").write_text(text, encoding="utf-8")
    signed = git(root, "hash-object", "-t", "commit", "-w", "commit")
    (root / "commit").unlink()
    git(root, "reset", "-q", "--hard", signed)
    edit(root, f"specs/{name}", "x-note: São Paulo", "x-note: Rio")
    commit(root, "Note Rio")
    git(root, "notes", "add", "-m", "a note", "HEAD")
    git(root, "replace", "HEAD~1", "HEAD~2")
    return root


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that leaves a file when it runs, and files that settings may name."""
    for name, value in environment(HOME=str(tmp_path)).items():
        monkeypatch.setenv(name, value)
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n", encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "attributes").write_text("*.yaml diff=evil\n", encoding="utf-8")
    (tmp_path / "order").write_text("*.txt\n", encoding="utf-8")
    (tmp_path / "hooks").mkdir()
    return tmp_path


def value(text: str, folder: Path) -> str:
    for word in ("PROGRAM", "ATTRIBUTES", "ORDER", "HOOKS", "TRACE"):
        text = text.replace(word, str(folder / word.lower()))
    return text


def history(root: Path) -> object:
    workspace = Workspace(Settings(root=root))
    found = Repository.find(root)
    head = found.resolve("HEAD")
    blobs = found.files(head, "specs")
    contents = found.read(blob.id for blob in blobs.values())
    for path in (root / "specs").iterdir():
        os.utime(path)  # so that git compares the content
    assert {".gitattributes"} <= found.changed_files(found.log(head, "specs", 100)[-1].commit)
    assert not found.is_ignored("specs")
    return log(workspace, 100, workspace.catalog()), blobs, contents, found.log(head, "specs", 100), found.is_shallow()


def test_each_setting_of_a_user(shop: Path, hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = hostile / "config"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    expected = history(shop)
    assert "São Paulo" in repr(expected)
    for name, text in SETTINGS.items():
        config.write_text("", encoding="utf-8")
        git(shop, "config", "--file", str(config), name, value(text, hostile))
        assert history(shop) == expected, name
        assert not (hostile / "ran").exists(), name
        assert not (hostile / "trace").exists(), name


def test_grafts(shop: Path, hostile: Path) -> None:
    expected = history(shop)
    grafts = shop / ".git" / "info" / "grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{git(shop, 'rev-parse', 'HEAD')}\n", encoding="utf-8")
    try:
        assert git(shop, "rev-list", "--count", "HEAD") == "1"
        assert history(shop) == expected
    finally:
        grafts.unlink()


@pytest.mark.parametrize("worktree", [".", "..", "specs"])
def test_a_repository_whose_files_are_part_of_a_change(shop: Path, hostile: Path, worktree: str) -> None:
    """`HEAD`, `config` and so on in a folder make it a repository for git; only one named `.git` cannot be committed."""
    inner = hostile / "outer" / "project"
    shutil.copytree(shop / ".git", inner)
    shutil.copytree(shop / "specs", inner / "specs")
    (inner / ".gitattributes").write_text("*.yaml diff=evil filter=evil\n", encoding="utf-8")
    git(inner.parent, "init", "-q")
    for name, text in (SETTINGS | {"core.worktree": worktree, "core.bare": "false"}).items():
        git(inner.parent, "config", "--file", str(inner / "config"), name, value(text, hostile))
    for root in (inner, inner / "specs"):
        with pytest.raises(RevisionError):
            Repository.find(root)
    assert Repository.find(inner.parent).top == inner.parent
    assert not (hostile / "ran").exists()


def test_all_settings_of_the_repository(shop: Path, hostile: Path) -> None:
    expected = history(shop)
    for name, text in SETTINGS.items():
        git(shop, "config", name, value(text, hostile))
    try:
        assert history(shop) == expected
        assert not (hostile / "ran").exists()
    finally:
        for name in SETTINGS:
            git(shop, "config", "--unset-all", name)


@pytest.mark.parametrize("name", VARIABLES)
def test_each_variable(name: str, shop: Path, hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = history(shop)
    monkeypatch.setenv(name, value(VARIABLES[name], hostile))
    assert history(shop) == expected
    assert not (hostile / "ran").exists()
    assert not (hostile / "trace").exists()


@pytest.mark.parametrize("time", ["", "1", "99999999999999", "x"])
def test_a_malformed_commit_does_not_end_the_history(time: str, tmp_path: Path) -> None:
    root = repository(tmp_path / "repo")
    edit(root, "specs/gateway.yaml", "timeout: 15s", "timeout: 20s")
    commit(root, "Wait longer")
    tree, parent = git(root, "rev-parse", "HEAD^{tree}", "HEAD~").split()
    stamp = f"A <a@a.example> {time} +0000"
    text = f"tree {tree}\nparent {parent}\nauthor {stamp}\ncommitter {stamp}\nencoding UTF-16\n\nx\n"
    (tmp_path / "commit").write_text(text)
    git(root, "reset", "-q", "--hard", git(root, "hash-object", "-t", "commit", "-w", "--literally", str(tmp_path / "commit")))  # fmt: skip
    commits = Repository.find(root).log("HEAD", "specs", 10)
    assert len(commits) == 2
    workspace = Workspace(Settings(root=root))
    assert log(workspace, 100, workspace.catalog()).most == 100
