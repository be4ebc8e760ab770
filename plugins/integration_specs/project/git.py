"""The past, read from git: commits, trees and blobs, never a network call and never a word of git's own to the user.

Names that people give are resolved by `rev-parse` first; everything after works on object ids, so that no name can
be taken for an option.
"""

import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 30
_SYMLINK, _SUBMODULE = "120000", "160000"


class RevisionError(Exception):
    """A side cannot be read; the text says why in one line, and the command that mends it."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a tree: its object id, and whether it is a symbolic link."""

    id: str
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Touch:
    """A file that a commit touched, with its blob before and after; empty where it was not."""

    name: str
    old: str
    new: str
    is_file: bool


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its object id, time in seconds, subject, and the files that it touched."""

    commit: str
    time: int
    subject: str
    files: tuple[Touch, ...]


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository that `root` lies in. `prefix` is the path from its top to `root`, with a slash at the end."""

    root: Path
    prefix: str
    top: Path

    @staticmethod
    def find(root: Path) -> "Repository":
        """The repository around a folder. Raises `RevisionError` without one, or when git refuses it."""
        answer = _git(root, "rev-parse", "--show-prefix", "--show-toplevel").decode("utf-8", "surrogateescape")
        prefix, top = answer.rstrip("\n").split("\n", 1)
        return Repository(root, prefix, Path(top))

    def resolve(self, name: str) -> str:
        """The commit that `name` means. Raises `RevisionError` when there is none."""
        found = self.commit(name)
        if found:
            return found
        shown = ascii(name)
        if name in ("HEAD", "@") and not self.commit("HEAD"):
            raise RevisionError(
                "there is no commit yet to compare with; make one with `git add -A && git commit`, or compare two folders: "
                "`integration-specs diff OLD NEW`"
            )
        if ".." in name:
            one, _, other = name.partition("..")
            ends = f"{one or 'HEAD'} {other.lstrip('.') or 'HEAD'}{' --merge-base' if other.startswith('.') else ''}"
            raise RevisionError(f"{shown} is a range; name its ends: `integration-specs diff {ascii(ends)[1:-1]}`")
        remote, _, branch = name.partition("/")
        plain = re.fullmatch(r"[\w.][\w./-]*", name)
        fetch = f"git fetch {remote} {branch}" if branch and plain else "git fetch --all"
        deep = (
            ", and since this clone is shallow `git fetch --unshallow` (GitHub Actions: `fetch-depth: 0`)"
            if self.is_shallow()
            else ""
        )
        raise RevisionError(
            f"there is no revision {shown} here; get it with `{fetch}`{deep}, or name a folder or file that exists"
        )

    def commit(self, name: str) -> str:
        """The commit that `name` means; empty when there is none."""
        if not name or "\0" in name or name.startswith("-"):
            return ""
        try:
            return (
                _git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
                .decode()
                .strip()
            )
        except RevisionError:
            return ""

    def is_shallow(self) -> bool:
        """Whether the clone lacks the older part of its history."""
        return _git(self.root, "rev-parse", "--is-shallow-repository").strip() == b"true"

    def main(self, branch: str) -> str:
        """Name of the main branch as it can be resolved here. Raises `RevisionError` when there is none."""
        target = os.environ.get("GITHUB_BASE_REF") or os.environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") or ""
        names = [target and f"origin/{target}", f"origin/{branch}", branch, "origin/HEAD", "origin/master", "master"]
        for name in filter(None, names):
            if self.commit(name):
                return name
        if not self.commit("HEAD"):
            self.resolve("HEAD")
        wanted = target or branch
        deep = " (GitHub Actions: `fetch-depth: 0`)" if self.is_shallow() else ""
        raise RevisionError(
            f"there is no branch {wanted!a} here to compare with; get it with `git fetch origin {ascii(wanted)[1:-1]}`{deep}, "
            "set `branch` in integration-specs.toml, or name a base: `integration-specs diff BASE`"
        )

    def merge_base(self, one: str, other: str) -> str:
        """The newest commit that both have. Raises `RevisionError` when they share none, or the clone does not know it."""
        try:
            return _git(self.root, "merge-base", "--end-of-options", one, other).decode().split()[0]
        except (RevisionError, IndexError):
            pass
        if self.is_shallow():
            raise RevisionError(
                f"this clone is shallow and does not reach the commit that {one[:7]} and {other[:7]} share; "
                "run `git fetch --unshallow` (GitHub Actions: `fetch-depth: 0`; GitLab: `GIT_DEPTH: 0`)"
            )
        raise RevisionError(
            f"{one[:7]} and {other[:7]} share no history, so there is no merge base; name the base: `integration-specs diff BASE HEAD`"
        )

    def files(self, commit: str, folder: str) -> dict[str, Blob]:
        """Files below `folder` (relative to the project) in a commit, named relative to the project."""
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

    def read(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Contents of blobs by object id, in one run of git."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        answer = _git(self.top, "cat-file", "--batch", stdin="".join(f"{each}\n" for each in wanted).encode())
        found: dict[str, bytes] = {}
        at = 0
        for identity in wanted:
            end = answer.index(b"\n", at)
            words = answer[at:end].split()
            if len(words) != 3:
                raise RevisionError(
                    f"git has no object {identity[:12]}; run `git fetch --refetch origin`, since this clone is partial"
                )
            size = int(words[2])
            found[identity] = answer[end + 1 : end + 1 + size]
            at = end + 2 + size
        return found

    def touching(self, commit: str, folder: str, most: int) -> tuple["Commit", ...]:
        """The newest `most` commits of the main line that touch files below `folder`, with these files; one run of git."""
        inside = f"{self.prefix}{folder}".removesuffix("/.").rstrip("/") or "."
        options = (
            "-z",
            f"--max-count={most}",
            "--first-parent",
            "-m",
            "--raw",
            "--no-abbrev",
            "--no-renames",
            "--root",
        )
        answer = _git(self.top, "log", *options, "--format=%x01%H %ct %P%n%s", commit, "--", inside)
        found: list[tuple[str, int, str, list[Touch]]] = []
        cut = self.is_shallow()
        tokens = iter(answer.split(b"\0"))
        for token in tokens:
            text = token.lstrip(b"\n")
            if text.startswith(b"\x01"):
                head, _, subject = text[1:].decode("utf-8", "replace").partition("\n")
                identity, time, *parents = head.split()
                if cut and not parents:
                    break  # the oldest commit of a shallow clone has lost its parents and seems to add everything
                found.append((identity, int(time), subject, []))
            elif text.startswith(b":") and (touch := self._touch(text, next(tokens))):
                found[-1][3].append(touch)
        return tuple(Commit(each, time, subject, tuple(touches)) for each, time, subject, touches in found)

    def _touch(self, fact: bytes, raw: bytes) -> "Touch | None":
        name = raw.decode("utf-8", "surrogateescape")
        if not name.startswith(self.prefix):
            return None
        old_mode, new_mode, old, new, _ = fact.decode().removeprefix(":").split()
        regular = {old_mode, new_mode} <= {"000000", "100644", "100755"}
        return Touch(name[len(self.prefix) :], old.strip("0") and old, new.strip("0") and new, regular)


def _git(folder: Path, *words: str, stdin: bytes = b"") -> bytes:
    """Run git quietly, without locks, prompts or lazy fetches. Raises `RevisionError` with what mends it."""
    environment = {
        **os.environ,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }
    command = ("git", "-c", "core.quotePath=off", "-c", "core.fsmonitor=false", "--no-optional-locks", *words)
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, input=stdin, capture_output=True, timeout=_SECONDS, check=False
        )
    except FileNotFoundError:
        if not folder.is_dir():
            raise RevisionError(f"there is no folder {str(folder)!a}; name an existing one with --root") from None
        raise RevisionError(
            "git is not installed; install it, or compare two folders: `integration-specs diff OLD NEW`"
        ) from None
    except NotADirectoryError:
        raise RevisionError(f"{str(folder)!a} is not a folder; name one with --root") from None
    except subprocess.TimeoutExpired:
        raise RevisionError(f"git did not answer within {_SECONDS} seconds; try `git {words[0]}` by hand") from None
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode("utf-8", "replace")
    where = ascii(str(folder.absolute()))[1:-1]
    if "dubious ownership" in said:
        raise RevisionError(
            f"git does not trust this folder, since another user owns it; run `git config --global --add safe.directory '{where}'`"
        )
    if "not a git repository" in said:
        raise RevisionError(
            f"{where} is in no git repository; run this inside one, or compare two folders: `integration-specs diff OLD NEW`"
        )
    reason = next((line for line in said.splitlines() if line.strip()), "no reason given")
    raise RevisionError(f"git {words[0]} failed: {ascii(reason)[1:-1][:160]}; run it by hand to see more")
