"""Safe reading of files: nothing is opened that is not a regular file, so that no read hangs or leads elsewhere."""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from integration_specs.text.display import printable
from integration_specs.text.messages import Message

_PART = 1 << 16
_KINDS = {stat.S_IFDIR: Message("a folder"), stat.S_IFIFO: Message("a pipe"), stat.S_IFSOCK: Message("a socket")}


class UnreadableFile(OSError):
    """A file that is not read; `reason` says why, and `rule` is the rule of the finding that reports it."""

    def __init__(self, number: int, text: str, path: Path, rule: str = "file-unreadable") -> None:
        super().__init__(number, text, str(path))
        self.rule = rule

    @property
    def reason(self) -> str:
        """Return the text without the number of the error and the path."""
        return printable(self.strerror or "unknown error")


def read_file(path: Path, limit: int, *, follow_links: bool = True) -> bytes:
    """Return the content of a regular file of at most `limit` bytes. Raises `UnreadableFile`."""
    with _errors(path), _opened(path, follow_links, limit) as file:
        # In parts: to make a buffer for the largest file takes longer than to read most files.
        content = b"".join(islice(iter(partial(file.read, _PART), b""), limit // _PART + 1))
        _require_size(path, len(content), limit)  # it may have grown
        return content


def read_if_readable(path: Path, limit: int) -> bytes | None:
    """Return the content of a file; None for a link, and for what cannot be read."""
    try:
        return read_file(path, limit, follow_links=False)
    except UnreadableFile:
        return None


def why_unreadable(path: Path, *, follow_links: bool = True) -> UnreadableFile | None:
    """Return why a file cannot be read; None if it can."""
    try:
        with _errors(path), _opened(path, follow_links):
            return None
    except UnreadableFile as error:
        return error


def is_file(path: Path) -> bool:
    """Return whether there is a regular file at `path`, or a link to one.

    Never raises, unlike the method of `Path` for a link whose target is too long or in a folder that may not be read.
    """
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """Return whether there is a folder at `path`, or a link to one; see `is_file`."""
    return os.path.isdir(path)  # noqa: PTH112


def is_missing(path: Path) -> bool:
    """Return whether there is nothing at `path`, not even a link or something that cannot be read."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def _require_size(path: Path, size: int, limit: int) -> None:
    if size > limit:
        reason = Message("the file has more than {limit:,} bytes", limit=limit)
        raise UnreadableFile(errno.EFBIG, reason, path, "yaml-too-large")


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """Raise every error as `UnreadableFile`."""
    try:
        yield
    except UnreadableFile:
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableFile(getattr(error, "errno", None) or errno.EINVAL, reason, path) from None


@contextmanager
def _opened(path: Path, follow_links: bool, limit: int = sys.maxsize) -> Iterator[BinaryIO]:
    """Open a file that is regular before, and the same after; nothing else is opened, because that may never end."""
    before = path.stat(follow_symlinks=follow_links)
    if stat.S_ISLNK(before.st_mode):
        reason = Message("the file is a symbolic link, which is not followed")
        raise UnreadableFile(errno.ELOOP, reason, path, "file-symlink")
    if not stat.S_ISREG(before.st_mode):
        kind = _KINDS.get(stat.S_IFMT(before.st_mode), Message("a device"))
        reason = Message("expected a regular file but found {kind}", kind=kind)
        raise UnreadableFile(errno.EINVAL, reason, path, "file-not-regular")
    _require_size(path, before.st_size, limit)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags | (0 if follow_links else getattr(os, "O_NOFOLLOW", 0))), "rb") as file:
        now = os.fstat(file.fileno())
        if (now.st_dev, now.st_ino) != (before.st_dev, before.st_ino):
            reason = Message("the file was replaced while it was being read; run again")
            raise UnreadableFile(errno.ESTALE, reason, path)
        yield file
