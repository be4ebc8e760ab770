"""Read commits, trees and blobs from git, without network access.

Names from users are resolved by `rev-parse` first; everything else works on object IDs, so that no name can be taken for
an option.
"""

import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from integration_specs.secrets import mask
from integration_specs.text.messages import Message, gettext_noop

_TIMEOUT = 30
_SYMLINK, _SUBMODULE = "120000", "160000"
_PARTIAL = gettext_noop("this clone is partial and lacks object {object}; run `git fetch --refetch --no-filter origin`")
_FULL_HISTORY = "`git fetch --unshallow` (GitHub Actions: `fetch-depth: 0`; GitLab: `GIT_DEPTH: 0`)"


class RevisionError(Exception):
    """A side of a comparison cannot be read; the text says why and which command helps, in one line."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a tree: its object ID, and whether it is a symbolic link."""

    id: str
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that a commit changed, with the object IDs before and after; empty where the file does not exist."""

    name: str
    old: str
    new: str
    is_file: bool


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its object ID, time in seconds, subject without secrets, and the files that it changed."""

    commit: str
    time: int
    subject: str
    files: tuple[FileChange, ...]


@dataclass(frozen=True, slots=True)
class Repository:
    """The git repository that contains `root`; `prefix` is the path from its top to `root`, with a slash at the end."""

    root: Path
    prefix: str
    top: Path

    @staticmethod
    def find(root: Path) -> "Repository":
        """Return the repository that contains a folder. Raises `RevisionError` if there is none or git refuses it.

        A folder that is a repository itself is refused: a change can add its files, with a configuration that names programs.
        """
        output = _git(root, "rev-parse", "--absolute-git-dir", "--show-prefix", "--show-toplevel")
        git_folder, prefix, top = output.decode("utf-8", "surrogateescape").rstrip("\n").split("\n", 2)
        if root.resolve().is_relative_to(Path(git_folder).resolve()):
            raise RevisionError(
                Message(
                    "the files of a git repository are in {folder}, where git would trust their configuration; "
                    "delete them, or use a checkout",
                    folder=ascii(git_folder),
                )
            )
        return Repository(root, prefix, Path(top))

    def resolve(self, name: str) -> str:
        """Return the object ID of the commit `name`. Raises `RevisionError` if there is none."""
        if found := self.commit(name):
            return found
        shown = ascii(name)
        if name in ("HEAD", "@") and not self.commit("HEAD"):
            raise RevisionError(
                Message(
                    "there is no commit to compare with; create one with `git add -A && git commit`, or compare two folders: "
                    "`integration-specs diff OLD NEW`"
                )
            )
        if ".." in name:
            one, _, other = name.partition("..")
            ends = f"{one or 'HEAD'} {other.lstrip('.') or 'HEAD'}{' --merge-base' if other.startswith('.') else ''}"
            raise RevisionError(f"{shown} is a range; name its ends: `integration-specs diff {ascii(ends)[1:-1]}`")
        fetch = _fetch_command(*name.partition("/")[::2])
        deeper = f"; this clone is shallow, so you may need {_FULL_HISTORY}" if self.is_shallow() else ""
        raise RevisionError(
            f"there is no revision {shown}; fetch it with `{fetch}`, or name an existing folder or file{deeper}"
        )

    def commit(self, name: str) -> str:
        """Return the object ID of the commit `name`; empty if there is none."""
        if not name or "\0" in name or name.startswith("-"):
            return ""
        try:
            output = _git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        except RevisionError:
            return ""
        return output.decode().strip()

    def is_shallow(self) -> bool:
        """Return whether the clone lacks the older part of its history."""
        return _git(self.root, "rev-parse", "--is-shallow-repository").strip() == b"true"

    def main(self, branch: str) -> str:
        """Return the name of the main branch as it can be resolved here. Raises `RevisionError` if there is none."""
        target = os.environ.get("GITHUB_BASE_REF") or os.environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") or ""
        names = [target and f"origin/{target}", f"origin/{branch}", branch, "origin/HEAD", "origin/master", "master"]
        for name in filter(None, names):
            if self.commit(name):
                return name
        if not self.commit("HEAD"):
            self.resolve("HEAD")
        wanted = target or branch
        deeper = " and then `git fetch --unshallow` (GitHub Actions: `fetch-depth: 0`)" if self.is_shallow() else ""
        raise RevisionError(
            f"there is no branch {wanted!a} to compare with; fetch it with `{_fetch_command('origin', wanted)}`{deeper}, "
            "set `branch` in integration-specs.toml, or name a base: `integration-specs diff BASE`"
        )

    def merge_base(self, one: str, other: str) -> str:
        """Return the newest common ancestor of two commits. Raises `RevisionError` if there is none in this clone."""
        try:
            return _git(self.root, "merge-base", "--end-of-options", one, other).decode().split()[0]
        except (RevisionError, IndexError):
            pass
        ends = f"{one[:7]} and {other[:7]}"
        if self.is_shallow():
            raise RevisionError(f"this clone is too shallow to contain the merge base of {ends}; run {_FULL_HISTORY}")
        raise RevisionError(
            f"{ends} have no common history, so there is no merge base; name both: `integration-specs diff BASE HEAD`"
        )

    def files(self, commit: str, folder: str) -> dict[str, Blob]:
        """Return the files of a commit below `folder`, by their paths; all paths are relative to the project."""
        inside = f"{self.prefix}{folder}".rstrip("/")
        while inside.startswith("./"):
            inside = inside[2:]
        paths = ("--", f"{inside}/") if inside and inside != "." else ()
        found: dict[str, Blob] = {}
        for entry in _git(self.top, "ls-tree", "-r", "-z", "--full-tree", commit, *paths).split(b"\0"):
            facts, _, raw = entry.partition(b"\t")
            if not raw:
                continue
            mode, _, identity = facts.decode().split()
            name = raw.decode("utf-8", "surrogateescape")
            if mode != _SUBMODULE and name.startswith(self.prefix):
                found[name[len(self.prefix) :]] = Blob(identity, mode == _SYMLINK)
        return found

    def submodule(self, commit: str, path: str) -> str:
        """Return the object ID that a commit records for the submodule at `path`, relative to the project; empty without one."""
        entry = _git(self.top, "ls-tree", "--full-tree", commit, "--", f"{self.prefix}{path}").decode().split()
        return entry[2] if entry and entry[0] == _SUBMODULE else ""

    def is_ignored(self, path: str) -> bool:
        """Return whether git ignores a folder, relative to the project, and has no file of it."""
        return not _git(
            self.top, "ls-files", "--cached", "--others", "--exclude-standard", "--", f"{self.prefix}{path}"
        )

    def read(self, ids: Iterable[str], limit: int = 64 << 20) -> dict[str, bytes]:
        """Return the contents of blobs by object ID; one of more than `limit` bytes is not read, and `limit + 1` spaces stand for it."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        sizes: dict[str, int] = {}
        for identity, line in zip(wanted, self._batch("--batch-check", wanted).splitlines(), strict=True):
            header = line.split()
            if len(header) != 3:
                raise RevisionError(Message(_PARTIAL, object=identity[:12]))
            sizes[identity] = int(header[2])
        small = [identity for identity in wanted if sizes[identity] <= limit]
        output, start = self._batch("--batch", small), 0
        found = dict.fromkeys(wanted, b" " * (limit + 1)) if len(small) < len(wanted) else {}
        for identity in small:
            content = output.index(b"\n", start) + 1
            start = content + sizes[identity] + 1
            found[identity] = output[content : start - 1]
        return found

    def _batch(self, option: str, ids: list[str]) -> bytes:
        return _git(self.top, "cat-file", option, stdin="".join(f"{each}\n" for each in ids).encode())

    def text(self, commit: str, path: str) -> str | None:
        """Return a file of a commit as text; `path` is relative to the top of the repository. None if there is none."""
        try:
            return _git(self.top, "cat-file", "blob", f"{commit}:{path}").decode("utf-8", "replace")
        except RevisionError:
            return None

    def changed_files(self, commit: str) -> frozenset[str]:
        """Return the files, relative to the top, that differ between a commit and the index, and files that git does not know.

        The working tree is not compared: git would run filters that its configuration names.
        """
        changed = _git(self.top, "diff", "--cached", "--name-only", "--no-renames", "-z", commit)
        new = _git(self.top, "ls-files", "--others", "--exclude-standard", "-z")
        names = (changed + new).decode("utf-8", "surrogateescape").split("\0")
        return frozenset(filter(None, names))

    def log(self, commit: str, folder: str, limit: int) -> tuple[Commit, ...]:
        """Return the newest commits of the main line that change files below `folder`, with these files.

        The oldest commit of a shallow clone is left out: without its parents it seems to add every file.
        """
        inside = f"{self.prefix}{folder}".removesuffix("/.").rstrip("/") or "."
        options = (*_LOG_OPTIONS, f"--max-count={limit}", "--format=%x01%H %ct %P%n%s")
        output = _git(self.top, "log", *options, commit, "--", inside)
        found: list[tuple[str, int, str, list[FileChange]]] = []
        is_shallow = self.is_shallow()
        tokens = iter(output.split(b"\0"))
        for token in tokens:
            text = token.lstrip(b"\n")
            if text.startswith(b"\x01"):
                header, _, subject = text[1:].decode("utf-8", "replace").partition("\n")
                identity, time, *parents = header.rstrip().split(" ")
                if is_shallow and not parents:
                    break
                # A malformed commit has no time, or one that no calendar has: it counts as made with the one after it.
                known = time.isdecimal() and int(time) < _END_OF_TIME
                found.append((identity, int(time) if known else found[-1][1] if found else 0, mask(subject), []))
            elif text.startswith(b":") and (change := self._file_change(text, next(tokens))):
                found[-1][3].append(change)
        return tuple(Commit(identity, time, subject, tuple(files)) for identity, time, subject, files in found)

    def _file_change(self, facts: bytes, raw: bytes) -> FileChange | None:
        name = raw.decode("utf-8", "surrogateescape")
        if not name.startswith(self.prefix):
            return None
        old_mode, new_mode, old, new, _ = facts.decode().removeprefix(":").split()
        is_file = {old_mode, new_mode} <= {"000000", "100644", "100755"}
        return FileChange(name[len(self.prefix) :], old.strip("0") and old, new.strip("0") and new, is_file)


def _fetch_command(remote: str, branch: str) -> str:
    """Return the command that fetches a branch, also in a clone of a single branch; it is safe to paste into a shell."""
    if branch and re.fullmatch(r"\w[\w.-]*/[\w.][\w./-]*", f"{remote}/{branch}", re.ASCII):
        return f"git fetch {remote} {branch}:refs/remotes/{remote}/{branch}"
    return "git fetch --all"


_INHERITED = r"PATH|HOME|USERPROFILE|SYSTEMROOT|TMPDIR|TEMP|XDG_CONFIG_HOME|GIT_CEILING_DIRECTORIES|GIT_CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|(KEY|VALUE)_\d+)"
"""The variables of the environment that git sees."""
_ENVIRONMENT = {
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    **dict.fromkeys(("GIT_TRACE", "GIT_TRACE2", "GIT_TRACE2_EVENT", "GIT_TRACE2_PERF"), "0"),
}
_SETTINGS = [
    "advice.graftFileDeprecated=false",
    "color.ui=false",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "diff.relative=false",
    "i18n.logOutputEncoding=UTF-8",
    "log.follow=false",
    "log.showSignature=false",
]
"""Settings that override the configuration, for what has no option in every command."""
_END_OF_TIME = 250_000_000_000  # seconds; in the year 9892
_LOG_OPTIONS = [
    "-z",
    "--first-parent",
    "-m",
    "--raw",
    "--no-abbrev",
    "--no-renames",
    "--root",
    "--no-color",
    "--no-decorate",
    "--no-ext-diff",
    "--no-notes",
    "--no-relative",
    "--no-show-signature",
    "--no-textconv",
    "--encoding=UTF-8",
    "-O/dev/null",
]


def _git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """Run git so that neither its configuration nor the environment changes the result or runs a program.

    Raises `RevisionError`. The files of the configuration are read nevertheless: `safe.directory` is there.
    """
    inherited = {name: value for name, value in os.environ.items() if re.fullmatch(_INHERITED, name)}
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    command = ("git", "--no-pager", "--no-optional-locks", "--no-replace-objects", *settings, *arguments)
    environment = inherited | _ENVIRONMENT
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, input=stdin, capture_output=True, timeout=_TIMEOUT, check=False
        )
    except FileNotFoundError:
        if not folder.is_dir():
            raise RevisionError(f"there is no folder {str(folder)!a}; name an existing one with --root") from None
        raise RevisionError(
            Message("git is not installed; install it, or compare two folders: `integration-specs diff OLD NEW`")
        ) from None
    except NotADirectoryError:
        raise RevisionError(f"{str(folder)!a} is not a folder; name one with --root") from None
    except subprocess.TimeoutExpired:
        template = gettext_noop("git did not finish within {number} seconds; try `git {command}` yourself")
        raise RevisionError(Message(template, number=_TIMEOUT, command=arguments[0])) from None
    if done.returncode == 0:
        return done.stdout
    message = done.stderr.decode("utf-8", "replace")
    shown = ascii(str(folder.absolute()))[1:-1]
    if "dubious ownership" in message:
        raise RevisionError(
            Message(
                "another user owns this folder, so git does not trust it; run `git config --global --add safe.directory '{folder}'`",
                folder=shown,
            )
        )
    if "not a git repository" in message:
        advice = Message("; run this inside one, or compare two folders: `integration-specs diff OLD NEW`")
        raise RevisionError(Message("{folder} is in no git repository{advice}", folder=shown, advice=advice))
    if missing := re.search(r"could not fetch ([0-9a-f]{12})", message):
        raise RevisionError(Message(_PARTIAL, object=missing[1]))
    reason = next((line for line in message.splitlines() if line.strip()), "no reason given")
    template = gettext_noop("git {command} failed: {reason}; run it yourself to see more")
    raise RevisionError(Message(template, command=arguments[0], reason=ascii(reason)[1:-1][:160]))
