"""What every file that git tracks must hold to: it runs on any machine and names none."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Put together here, so that this file passes its own test.
INDEX_HOSTS = (
    "py" + "pi.org",
    "files.python" + "hosted.org",
    "registry.npm" + "js.org",
    "deb.deb" + "ian.org",
    "proxy.go" + "lang.org",
    "static.cr" + "ates.io",
)
MACHINE_PATHS = tuple(
    re.compile(r"(?<![\w.~-])/" + folder)
    for folder in (
        r"(?:ho" + r"me|Us" + r"ers)/[a-z][\w-]*/",
        "ro" + "ot/",
        "wo" + r"rk/(?:h|main|shared|plan|\.)",
    )
)
BESIDE_US = "../sha" + "red"
SYMLINK = "120000"
PIN = re.compile(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.!+-]+")


def _tracked() -> Iterator[tuple[str, str]]:
    listing = subprocess.run(
        ["git", "ls-files", "--stage", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for entry in filter(None, listing.split("\0")):
        stage, _, path = entry.partition("\t")
        yield stage.split(" ")[0], path


TRACKED = tuple(_tracked())


def faults(path: str, text: str) -> Iterator[str]:
    """Yield what a tracked text file must not hold."""
    yield from (f"{path} names a package index: {host}" for host in INDEX_HOSTS if host in text)
    found = filter(None, (pattern.search(text) for pattern in MACHINE_PATHS))
    yield from (f"{path} names a machine's folder: {match[0]}" for match in found)
    if BESIDE_US in text and not path.startswith("tests/"):
        yield f"{path} reaches beside the repository: {BESIDE_US}"


def test_no_tracked_file_is_bound_to_a_machine() -> None:
    broken: list[str] = []
    for mode, path in TRACKED:
        if mode != SYMLINK and (ROOT / path).is_file():
            broken += faults(path, (ROOT / path).read_bytes().decode("utf-8", "replace"))
    assert not broken, "\n".join(broken)


def test_no_tracked_file_is_a_symbolic_link() -> None:
    assert [path for mode, path in TRACKED if mode == SYMLINK] == []


@pytest.mark.parametrize(
    "text",
    [
        f"--index-url https://{INDEX_HOSTS[0]}/simple",
        "open('/ho" + "me/ana/x')",
        "PATH=/Us" + "ers/ana/bin",
        "see /wo" + "rk/main",
        BESIDE_US,
    ],
)
def test_a_bound_file_is_seen(text: str) -> None:
    assert list(faults("a.txt", text))


@pytest.mark.parametrize("text", ["GET /users/{id}", "https://a.example/home/x/", "/workspaces/7", "~/home/ana/"])
def test_paths_of_interfaces_are_not_folders_of_machines(text: str) -> None:
    assert not list(faults("a.txt", text))


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-lowest.txt"])
def test_constraints_hold_names_and_versions_only(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert lines
    assert [line for line in lines if not PIN.fullmatch(line)] == []
