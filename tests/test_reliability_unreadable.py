"""Files that cannot be read: each is a finding, or an error of the settings, and everything else is still checked."""

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from integration_specs.api import open_project
from integration_specs.files import UnreadableFile, read_file, why_unreadable
from invoking import invoke
from site_support import Folder, spec

OWNERS = "owners:\n  payments:\n    name: Payments\n    kind: team\n    contacts:\n      - channel: email\n        address: payments@example.com\n"  # fmt: skip
OPENAPI = "openapi: 3.0.0\ninfo: {title: A, version: '1'}\npaths: {}\n"


def _bind(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket has at most 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind(path.name)
    finally:
        os.chdir(here)


KINDS: dict[str, tuple[Callable[[Path], None], str]] = {
    "folder": (Path.mkdir, "found a folder"),
    "pipe": (os.mkfifo, "found a pipe"),
    "socket": (_bind, "found a socket"),
    "loop": (lambda path: path.symlink_to(path.name), "symbolic link"),
    "broken link": (lambda path: path.symlink_to("nowhere"), "symbolic link"),
}
FILES = {
    "specs/wise.yaml": "specs/wise.yaml",
    "specs/owners.yaml": "specs/owners.yaml",
    "specs/zoho/openapi.yaml": "specs/zoho.yaml",
    "specs/zoho/note.txt": "specs/zoho.yaml",
    "CODEOWNERS": "CODEOWNERS",
    "accepted": "accepted",
    "verification.json": "verification.json",
}
"""By path: the file at which it is reported."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = Folder(tmp_path)
    more = "contract: openapi.yaml\nattachments:\n  - path: note.txt\n    title: A note.\n"
    folder.write("specs/zoho.yaml", spec("Zoho") + more)
    folder.write("specs/zoho/openapi.yaml", OPENAPI)
    folder.write("specs/zoho/note.txt", "Hello\n")
    folder.write("specs/wise.yaml", spec("Wise"))
    folder.write("specs/broken.yaml", "system: [\n")
    folder.write("specs/owners.yaml", OWNERS)
    folder.write("CODEOWNERS", "* @nobody\n")
    folder.write("accepted", "")
    folder.write("verification.json", '{"verification": {"specs": []}}')
    folder.write("integration-specs.toml", "secrets_baseline = 'accepted'\nverification = 'verification.json'\n")
    return tmp_path


def _places(root: Path) -> dict[str, str]:
    """The first line of each error of `check`, by file."""
    answer = invoke("check", "--format", "concise", root=root)
    assert answer.exit_code == 1, answer.output
    lines = [line for line in answer.stdout.splitlines() if " error[" in line]
    return {line.partition(":")[0]: line for line in reversed(lines)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file", FILES)
def test_what_is_no_readable_file_is_a_finding_and_the_rest_is_checked(root: Path, file: str, kind: str) -> None:
    before = _places(root)
    (root / file).unlink()
    make, reason = KINDS[kind]
    make(root / file)
    after = _places(root)
    at = FILES[file]
    assert at not in before, before[at]
    if file in ("CODEOWNERS", "accepted", "verification.json") and "link" in reason:
        reason = "cannot be read: "  # links are followed
    assert reason in after[at]
    assert set(after) - set(before) <= {at}
    assert "specs/broken.yaml" in after
    open_project(root).site()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file", ["integration-specs.toml", "pyproject.toml"])
def test_settings_that_cannot_be_read_end_the_command_with_advice(root: Path, file: str, kind: str) -> None:
    (root / "integration-specs.toml").unlink()
    KINDS[kind][0](root / file)
    answer = invoke("check", root=root)
    assert answer.exit_code == 2
    assert answer.stderr.startswith(f"{file}: cannot be read: ")
    assert "replace it with a file that you may read" in answer.stderr


def test_settings_that_are_not_utf_8_are_reported(root: Path) -> None:
    (root / "integration-specs.toml").write_bytes(b'specs = "caf\xe9"\n')
    answer = invoke("check", root=root)
    assert (answer.exit_code, "it is not UTF-8" in answer.stderr) == (2, True)


def test_a_missing_codeowners_of_the_settings_is_a_warning(root: Path) -> None:
    (root / "integration-specs.toml").write_text("codeowners = 'OWNERS'\n", encoding="utf-8")
    assert (
        "OWNERS:1:1 warning[file-unreadable] the file does not exist"
        in invoke("check", "--format", "concise", root=root).stdout
    )
    (root / "integration-specs.toml").write_text("codeowners = 'CODEOWNERS'\n", encoding="utf-8")
    assert "file-unreadable" not in invoke("check", "--format", "concise", root=root).stdout


def test_missing_files_that_are_optional_are_no_findings(root: Path) -> None:
    for name in ("CODEOWNERS", "accepted"):
        (root / name).unlink()
    (root / "integration-specs.toml").write_text("secrets_baseline = 'accepted'\n", encoding="utf-8")
    assert set(_places(root)) == {"specs/broken.yaml"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_that_is_no_folder_is_a_finding(root: Path, kind: str) -> None:
    KINDS[kind][0](root / "more") if kind != "folder" else (root / "more").write_text("", encoding="utf-8")
    text = "specs = [{path = 'specs'}, {path = 'more'}]\n"
    (root / "integration-specs.toml").write_text(text, encoding="utf-8")
    found = _places(root)
    assert "error[missing-source] the specs of `more` are missing: the folder more " in found["more"]
    assert "specs/broken.yaml" in found


def test_a_file_behind_a_folder_without_permission_is_a_finding(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a user without root's power: nothing below the folder can be looked at."""
    shutil.copytree(root / "specs", root / "closed" / "specs")
    text = "specs = [{path = 'specs'}, {path = 'closed/specs'}]\n"
    (root / "integration-specs.toml").write_text(text, encoding="utf-8")
    real = os.stat

    def refuse(path: object, *args: object, **named: object) -> os.stat_result:
        if "closed/" in os.fsdecode(os.fspath(path)) if isinstance(path, str | bytes | os.PathLike) else False:
            raise PermissionError(13, "Permission denied", path)
        return real(path, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "stat", refuse)
    found = _places(root)
    assert "the folder closed/specs cannot be read: Permission denied" in found["closed/specs"]
    assert "specs/broken.yaml" in found


@pytest.mark.parametrize("kind", KINDS)
def test_an_attachment_that_is_no_file_is_neither_published_nor_compared(root: Path, kind: str) -> None:
    shutil.copytree(root, root.parent / f"{root.name}-base")
    (root / "specs/zoho/note.txt").unlink()
    KINDS[kind][0](root / "specs/zoho/note.txt")
    site, _ = open_project(root).site()
    assert not any("attachments/zoho/note.txt" in page.content for page in site.pages)
    assert not any("note.txt" in asset.address for asset in site.assets)
    assert invoke("diff", str(root.parent / f"{root.name}-base"), str(root), root=root).exit_code in (0, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_cannot_be_read_is_a_finding(root: Path, kind: str) -> None:
    (root / "site").mkdir()
    KINDS[kind][0](root / "site" / "index.html")
    answer = invoke("check-site", str(root / "site"), root=root)
    assert answer.exit_code == 1
    expected = "is missing" if kind == "folder" else "the page cannot be read: "
    assert expected in answer.output


@pytest.mark.parametrize("kind", KINDS)
def test_codeowners_that_cannot_be_read_is_not_written(root: Path, kind: str) -> None:
    (root / "CODEOWNERS").unlink()
    KINDS[kind][0](root / "CODEOWNERS")
    answer = invoke("export", "codeowners", "--write", root=root)
    assert answer.exit_code == 2
    assert "CODEOWNERS" in answer.stderr


def test_reading_stops_at_the_limit_and_follows_links_only_on_request(tmp_path: Path) -> None:
    path, link = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"12345")
    link.symlink_to(path)
    assert read_file(path, 5) == read_file(link, 5) == b"12345"
    assert why_unreadable(path) is None
    with pytest.raises(UnreadableFile, match="more than 4 bytes"):
        read_file(path, 4)
    with pytest.raises(UnreadableFile, match="symbolic link"):
        read_file(link, 5, follow_links=False)
    with pytest.raises(UnreadableFile):
        read_file(tmp_path / "a\0b", 5)
