"""Files on bad days: names that lead out, links, what nobody may read, disks that are full, processes that are killed."""

import builtins
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from integration_specs import cli
from integration_specs.documents import load_text
from integration_specs.project.discovery import find_files
from integration_specs.project.workspace import Workspace
from integration_specs.settings import read_settings
from invoking import invoke
from scratch import run_process as scratch_run
from site_support import Folder, spec

CANARY = "canary-5e1f"
NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a disk")
NEEDS_SETPRIV = pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may do all: no setpriv here"
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path)
    folder.configure()
    folder.write("docs/index.md", "# Home\n")
    folder.write("specs/zoho.yaml", spec("Zoho"))
    return folder


def reported(folder: Folder) -> list[str]:
    """`file rule` of every error of `check`, which must end with 1 if there is one."""
    answer = invoke("check", "--format", "json", root=folder.root)
    found = [each for each in json.loads(answer.stdout)["findings"] if each["level"] == "error"]
    assert answer.exit_code == bool(found)
    assert all(each["message"].isprintable() and each["file"].isprintable() for each in found)
    return [f"{each['file']} {each['rule']}" for each in found]


def outside(folder: Folder) -> set[Path]:
    """What lies beside the site, the kept build, the sources and the logs."""
    made = (folder.root / "site", folder.root / ".cache")
    return {path for path in folder.root.parent.rglob("*") if not {path, *path.parents}.intersection(made)}


# --- names -------------------------------------------------------------------------------------------------------------

NAMES = {
    "..yaml": None, "...yaml": None,  # hidden, so no specs
    "a\nb.yaml": "file-id", "a b.yaml": "file-id", "x" * 200 + ".yaml": "file-id", "-x.yaml": "file-id",
    "Foo.yaml": "file-id", "é.yaml": "file-id", "e\u0301.yaml": "file-id", "ａbc.yaml": "file-id", "аcme.yaml": "file-id",
    "a..yaml": "file-id", "a .yaml": "file-id", "a\\b.yaml": "file-id", "a:b.yaml": "file-id", "%2e%2e.yaml": "file-id",
    "con.yaml": "reserved-id", "nul.yaml": "reserved-id", "com1.yaml": "reserved-id", "aux.yaml": "reserved-id",
    "index.yaml": "reserved-id", "404.yaml": "reserved-id", "assets.yaml": "reserved-id", "search.yaml": "reserved-id",
    "sitemap.yaml": "reserved-id", "across.yaml": "reserved-id", "owners/owners.yaml": "reserved-id",
    "deep/zoho.yaml": "duplicate-id", "links.yaml": None, "words.yaml": None,
}  # fmt: skip


@pytest.mark.case("F1", "F2", "F3")
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_an_id_or_refused(folder: Folder, name: str) -> None:
    folder.write(f"specs/{name}", spec("Acme"))
    found = {line.rpartition(" ")[2] for line in reported(folder)} - {"file-name"}
    assert found == ({NAMES[name]} if NAMES[name] else set())


@pytest.mark.case("F1")
@pytest.mark.parametrize("identity", ["/tmp/x", "../x", "..", "a/../../x", "a\nb", "a" * 300, "A", "x\0y", "-o"])
def test_import_and_new_write_nowhere_else(folder: Folder, identity: str) -> None:
    source = folder.write(
        "api.json", json.dumps({"openapi": "3.1.0", "info": {"title": "Acme", "version": "1"}, "paths": {}})
    )
    before = outside(folder)
    imported = invoke("import", "openapi", str(source), f"--id={identity}", root=folder.root)
    made = invoke("new", "--system=Acme", "--type=API", "--", identity, root=folder.root)
    assert (imported.exit_code, made.exit_code) == (2, 2)
    assert outside(folder) == before


@pytest.mark.case("F2")
def test_no_two_sources_share_a_page(folder: Folder) -> None:
    folder.write("specs/index.yaml", spec("Index"))
    folder.write("specs/a/pay.yaml", "system: [BROKEN one\n")
    folder.write("specs/b/pay.yaml", "system: [BROKEN two\n")
    before = outside(folder)
    assert "specs/b/pay.yaml duplicate-id" in reported(folder)
    refused = folder.run("mkdocs", "build", "--strict")
    assert refused.returncode == 1
    assert "specs/a/pay.yaml" in refused.stdout
    assert "specs/b/pay.yaml" in refused.stdout
    folder.build()
    pages = [page.read_text(encoding="utf-8") for page in (folder.root / "site/integrations").glob("pay*/index.html")]
    assert ["BROKEN one" in page for page in pages].count(True) == 1
    assert ["BROKEN two" in page for page in pages].count(True) == 1
    assert "reserved" in folder.page("integrations/index-2/index.html")
    assert outside(folder) == before


# --- links and what cannot be read -------------------------------------------------------------------------------------


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


LINKS: dict[str, Callable[[Path], object]] = {
    "file": lambda path: path.symlink_to(path.parent.parent / "secret"),
    "environment": lambda path: path.symlink_to("/proc/self/environ"),
    "git": lambda path: path.symlink_to(path.parent.parent / ".git/config"),
    "loop": _loop,
    "long": lambda path: path.symlink_to(
        "x" * 300
    ),  # which a commit can contain; a question about its target is an error
    "broken": lambda path: path.symlink_to("nowhere"),
    "folder": lambda path: path.symlink_to(path.parent.parent / "deep", target_is_directory=True),
}


def unread(folder: Folder) -> None:
    """Neither the site nor any command says a word of what the links lead to."""
    folder.run("mkdocs", "build")
    for path in (folder.root / "site").rglob("*"):
        assert not path.is_symlink()
        assert not path.is_file() or CANARY.encode() not in path.read_bytes()
    assert CANARY not in "".join(invoke(*words, root=folder.root).output for words in (("check",), ("fmt",), ("list",)))


@pytest.mark.case("F4")
def test_links_are_refused_and_never_read(folder: Folder) -> None:
    for name in ("secret", ".git/config", "deep/pay.yaml"):
        folder.write(name, f"system: {CANARY}\n")
    folder.environment["CANARY"] = CANARY
    for kind, make in LINKS.items():
        make(folder.root / f"specs/to-{kind}.yaml")
        make(folder.root / f"specs/to-{kind}")
    LINKS["folder"](folder.root / "specs/deep-link")
    specs = [f"specs/{name} file-symlink" for name in ("deep-link", *(f"to-{kind}.yaml" for kind in LINKS))]
    assert sorted(reported(folder)) == sorted(specs)
    unread(folder)


@pytest.mark.case("F4")
@pytest.mark.parametrize("kind", LINKS)
def test_owners_behind_a_link_are_not_read(folder: Folder, kind: str) -> None:
    folder.write("secret", f"owners:\n  {CANARY}: {{name: A, kind: team}}\n")
    LINKS[kind](folder.root / "specs/owners.yaml")
    assert reported(folder) == ["specs/owners.yaml file-symlink"]


@pytest.mark.case("F4")
def test_attachments_behind_a_link_stay_unpublished(folder: Folder) -> None:
    folder.write("outside/a.txt", CANARY)
    folder.write("specs/zoho.yaml", spec("Zoho", "attachments:", "  - path: a.txt"))
    (folder.root / "specs/zoho").symlink_to(folder.root / "outside", target_is_directory=True)
    unread(folder)


@pytest.mark.case("F5")
def test_a_name_that_is_not_text_is_shown_escaped(folder: Folder) -> None:
    raw = os.fsencode(folder.root / "specs") + b"/caf\xe9.yaml"
    Path(os.fsdecode(raw)).write_text(spec("Coffee"))
    assert reported(folder) == ["specs/caf\\udce9.yaml file-id"]
    for words in (("check",), ("fmt",), ("list",), ("export", "json"), ("render", "--out", str(folder.root / "out"))):
        answer = invoke(*words, root=folder.root)
        assert answer.exit_code == (words[0] not in ("fmt", "list"))
        answer.output.encode()
    folder.build()
    folder.configure(docs_dir="specs")
    folder.build()


def mortal(folder: Folder, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a module without root's power over permissions; what the files of others say then holds for us, too."""
    powers = "-dac_override,-dac_read_search"
    drop = ["setpriv", f"--bounding-set={powers}", f"--inh-caps={powers}"] if os.geteuid() == 0 else []
    return subprocess.run(
        [*drop, sys.executable, "-m", *words], cwd=folder.root, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("command", "link"),
    [
        (("ci", "--base", "HEAD", "--out", "out/reports"), "out"),
        (("ci", "--base", "HEAD", "--out", "out"), "out"),
        (("render", "--out", "out/pages"), "out"),
        (("export", "markdown", "-o", "out/acme.md"), "out"),
        (("export", "codeowners", "--write"), "CODEOWNERS"),
        (("new", "acme-two", "--system", "A", "--type", "API", "--in", "out"), "specs/out"),
    ],
)
def test_no_command_writes_through_a_link(
    folder: Folder, command: tuple[str, ...], link: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder.write("specs/acme.yaml", spec("Acme"))
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *words], cwd=folder.root, check=True, capture_output=True)
    outside = tmp_path_factory.mktemp("outside")
    target = outside / "file" if link == "CODEOWNERS" else outside
    if link == "CODEOWNERS":
        target.write_text("* @example\n", encoding="utf-8")
    (folder.root / link).symlink_to(target)
    before = {path: path.read_bytes() for path in outside.iterdir()}
    answer = scratch_run(folder.root, *command)
    assert {path: path.read_bytes() for path in outside.iterdir()} == before
    assert answer.returncode == 2, answer.stdout


def test_no_site_is_built_through_a_link(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (folder.root / "site").symlink_to(outside, target_is_directory=True)
    folder.write("specs/acme.yaml", spec("Acme"))
    assert folder.run("mkdocs", "build").returncode == 2
    assert list(outside.iterdir()) == []


@NEEDS_SETPRIV
@pytest.mark.case("F6")
def test_what_may_not_be_read_is_reported_and_the_rest_is_checked(folder: Folder) -> None:
    folder.write("specs/wrong.yaml", "system: [\n")
    folder.write("specs/private.yaml", spec("Private")).chmod(0)
    folder.write("specs/closed/pay.yaml", spec("Pay"))
    (folder.root / "specs/closed").chmod(0)
    answer = mortal(folder, "integration_specs", "check", "--format", "concise")
    (folder.root / "specs/closed").chmod(0o755)
    assert answer.returncode == 1
    assert answer.stderr == ""
    assert "specs/private.yaml:1:1 error[file-unreadable] the file cannot be read: Permission denied" in answer.stdout
    assert "specs/closed:1:1 error[file-unreadable] the folder cannot be read: Permission denied" in answer.stdout
    assert "specs/wrong.yaml:" in answer.stdout


@NEEDS_SETPRIV
@pytest.mark.case("F6")
@pytest.mark.parametrize(
    "words",
    [("fmt",), ("check", "--fix"), ("new", "acme", "--system=A", "--type=API"), ("export", "csv", "-o", "specs/out")],
)
def test_a_folder_that_may_not_be_written_is_reported(folder: Folder, words: tuple[str, ...]) -> None:
    text = MISSPELT if "--fix" in words else UNSTYLED
    folder.write("specs/zoho.yaml", text)
    (folder.root / "specs").chmod(0o555)
    answer = mortal(folder, "integration_specs", *words)
    (folder.root / "specs").chmod(0o755)
    assert answer.returncode == 2, answer.stdout
    assert "Permission denied" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert (folder.root / "specs/zoho.yaml").read_text() == text


@NEEDS_SETPRIV
@pytest.mark.case("F6")
def test_a_site_folder_that_may_not_be_written_is_reported(folder: Folder) -> None:
    (folder.root / "site").mkdir(mode=0o555)
    answer = mortal(folder, "mkdocs", "build", "--quiet")
    assert answer.returncode == 2
    assert "site is not writable" in answer.stdout
    assert "Traceback" not in answer.stdout + answer.stderr


# --- what fails while we work ------------------------------------------------------------------------------------------

STYLED = "system: A\ntype: API\nstatus: draft\n"
UNSTYLED = "type:   API\nsystem: A\nstatus: draft\n"
MISSPELT = "system: A\ntype: Api\nstatus: draft\n"
DOCUMENT = json.dumps({"openapi": "3.1.0", "info": {"title": "Acme", "version": "1"}, "paths": {}})
COMMANDS: dict[str, tuple[str, ...]] = {
    "check": ("check",),
    "fix": ("check", "--fix"),
    "fmt": ("fmt",),
    "import": ("import", "openapi", "api.json", "--force"),
    "export": ("export", "csv", "-o", "out"),
    "render": ("render", "--out", "out"),
    "list": ("list",),
}


class _Faulty:
    """Lets the calls of the system about the project's files fail, one at a time."""

    def __init__(self, root: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.number = str(root), number
        self.fail_at = -1
        self.calls = 0
        self.patch = monkeypatch
        for owner, name in (
            (os, "open"), (os, "lstat"), (os, "stat"), (os, "scandir"), (os, "replace"), (os, "mkdir"), (os, "chmod"),
            (os, "unlink"), (builtins, "open"),
        ):  # fmt: skip
            self._wrap(owner, name)
        for name in ("fsync", "fdopen"):
            self._wrap(os, name, always=True)

    def _wrap(self, owner: Any, name: str, *, always: bool = False) -> None:
        true = getattr(owner, name)

        def call(*given: Any, **words: Any) -> Any:
            about: Any = given[0] if given else None
            is_path = isinstance(about, str | os.PathLike)
            if always or (is_path and os.fspath(about).startswith((self.root, "specs", "out"))):
                self.calls += 1
                if self.calls - 1 == self.fail_at:
                    if name == "fdopen":
                        os.close(about)
                    raise OSError(self.number, os.strerror(self.number), None if always else os.fspath(about))
            return true(*given, **words)

        self.patch.setattr(owner, name, call)


def _answer(words: tuple[str, ...], root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and what was output, of the real entry point."""
    sys.argv = ["integration-specs", *words, "--root", str(root)]
    with pytest.raises(SystemExit) as ended:
        cli.main()
    output = capsys.readouterr()
    assert "bug in integration-specs" not in output.err, output.err
    assert isinstance(ended.value.code, int)
    return ended.value.code, output.out + output.err


@pytest.mark.measured
@pytest.mark.case("F7", "F10")
@pytest.mark.parametrize(
    ("name", "number"),
    [
        *(
            (name, number)
            for name in ("check", "fix", "fmt", "import")
            for number in (errno.EACCES, errno.EIO, errno.EINTR)
        ),
        *((name, errno.ENOSPC) for name in COMMANDS),
    ],
    ids=lambda value: errno.errorcode.get(value, value),
)
def test_no_failing_call_loses_a_byte_or_shows_a_traceback(
    folder: Folder,
    name: str,
    number: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    measured: Callable[..., None],
) -> None:
    sources = {
        "specs/one.yaml": MISSPELT if name == "fix" else UNSTYLED,
        "specs/zoho.yaml": STYLED,
        "specs/acme.yaml": STYLED,
    }
    fine = {*sources.values(), STYLED}
    monkeypatch.setattr(sys, "argv", [])
    monkeypatch.setattr(cli, "_close_output", lambda: None)
    monkeypatch.chdir(folder.root)
    folder.write("api.json", DOCUMENT)
    _answer(COMMANDS[name], folder.root, capsys)  # what is imported late is there now
    at = tried = 0
    while True:
        for file, text in sources.items():
            folder.write(file, text)
        shutil.rmtree(folder.root / "out", ignore_errors=True)
        with monkeypatch.context() as patch:
            faulty = _Faulty(folder.root, number, patch)
            faulty.fail_at = at
            status, output = _answer(COMMANDS[name], folder.root, capsys)
        assert status in (0, 1, 2), output
        for file in sources:
            text = (folder.root / file).read_text(encoding="utf-8")
            assert text in fine or (file == "specs/acme.yaml" and load_text(text, file).data is not None)
        strays = list((folder.root / "specs").glob(".x-*"))
        assert not strays or at == faulty.calls - 1, "only a failing removal may leave one"
        if faulty.calls <= at:
            break
        at, tried = at + 1 + at // 20, tried + 1
    assert at > len(sources)
    measured("faults", tried)


@NEEDS_ROOT
@pytest.mark.soak
@pytest.mark.case("F7")
@pytest.mark.parametrize("name", ["fmt", "fix", "import"])
def test_fifty_full_disks(tmp_path: Path, name: str, measured: Callable[..., None]) -> None:
    measured("disks", full_disks(tmp_path, name, 50))


@NEEDS_ROOT
@pytest.mark.case("F7")
def test_full_disks(tmp_path: Path) -> None:
    full_disks(tmp_path, "fmt", 5)


def full_disks(tmp_path: Path, name: str, times: int) -> int:
    """A real disk with less room than a command needs; where it cannot be mounted, nothing can be output. Return how often it was full."""
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)], capture_output=True, check=False
    ).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        long = "x-a:\n" + "".join(f"  - some text, number {number}\n" for number in range(4000))
        text = (MISSPELT if name == "fix" else UNSTYLED) + long
        paths = {f"/{number}": {"get": {"description": long[:900]}} for number in range(40)}
        document = json.dumps({"openapi": "3.1.0", "info": {"title": "Acme", "version": "1"}, "paths": paths})
        command = [sys.executable, "-m", "integration_specs", *COMMANDS[name]]
        folder = Folder(tmp_path)
        folder.write("api.json", document)
        path = folder.write("specs/acme.yaml", text)
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
        assert path.read_text() != text, "it works where there is room"
        size = path.stat().st_size
        for number in range(times):
            path.write_text(text)
            with (tmp_path / "filler").open("wb", buffering=0) as filler:
                room = os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize
                filler.write(b"x" * (room - size * number // times))
            answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
            (tmp_path / "filler").unlink()
            assert answer.returncode == 2
            assert "Traceback" not in answer.stderr
            assert "No space left" in answer.stderr
            assert path.read_text() == text
            assert not list((tmp_path / "specs").glob(".x-*"))
        return times
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def _states(name: str) -> set[str]:
    return {"fmt": {UNSTYLED, STYLED}, "fix": {MISSPELT, STYLED}}.get(name, set())


def kills(folder: Folder, name: str, times: int) -> None:
    """End a command without mercy at every moment of its work; the spec is the old one or the new one."""
    old = MISSPELT if name == "fix" else UNSTYLED
    folder.write("api.json", DOCUMENT)
    path = folder.root / "specs/acme.yaml"
    command = [sys.executable, "-m", "integration_specs", *COMMANDS[name]]
    begun = time.monotonic()
    path.write_text(old)
    subprocess.run(command, cwd=folder.root, capture_output=True, check=True)
    whole, new = time.monotonic() - begun, path.read_text()
    assert new != old
    for number in range(times):
        path.write_text(old)
        with subprocess.Popen(
            command, cwd=folder.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            time.sleep(whole * (0.4 + 0.8 * number / times))
            os.kill(process.pid, signal.SIGKILL)
        assert path.read_text() in (old, new)
    path.write_text(old)
    subprocess.run(command, cwd=folder.root, capture_output=True, check=True)
    assert not list(path.parent.glob(".x-*")), "what a killed process left is swept by the next"


@pytest.mark.case("F8")
@pytest.mark.parametrize("name", ["fmt", "import"])
def test_a_killed_command_leaves_a_whole_spec(folder: Folder, name: str) -> None:
    kills(folder, name, 8)


@pytest.mark.soak
@pytest.mark.case("F8")
@pytest.mark.parametrize("name", ["fmt", "import", "fix"])
def test_many_killed_commands_leave_a_whole_spec(folder: Folder, name: str, measured: Callable[..., None]) -> None:
    kills(folder, name, 170)
    measured("kills", 170)


@pytest.mark.case("F10")
def test_a_file_that_vanishes_after_it_was_listed(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(read_settings(folder.root))

    def late(paths: Any) -> Iterator[Path]:
        for path in paths:
            path.unlink()
            yield path

    workspace.progress = late
    findings = workspace.catalog().findings
    assert [each.rule for each in findings] == ["file-unreadable"]
    assert find_files(folder.root / "specs").specs == []
