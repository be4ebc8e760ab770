"""Atomic writing of files: after a crash, a full disk or a kill, the old content is still there."""

import contextlib
import errno
import glob
import os
import tempfile
from pathlib import Path

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def refuse_links(path: Path) -> None:
    """Raise `OSError` if `path`, or a folder on the way to it from the current one, is a symbolic link.

    A change may commit a link in place of an output folder, and have a command write somewhere else.
    """
    base, absolute = Path.cwd(), Path(os.path.abspath(path))  # noqa: PTH100 (resolve would follow links)
    parts = [absolute, *absolute.parents]
    for part in parts[: parts.index(base)] if base in parts else parts[:1]:
        if part.is_symlink():
            raise OSError(errno.ELOOP, "is a symbolic link, through which nothing is written", str(part))


def refuse_change(path: Path, read: str, now: str) -> None:
    """Raise `OSError` if the text of `path` is not the one that was read: an editor saved the file meanwhile."""
    if now != read:
        raise OSError(errno.EBUSY, "another program has just saved it; run the command again", str(path))


def make_folder(path: Path) -> None:
    """Create a folder for output, and those above it. Raises `OSError`, also for a symbolic link on the way."""
    refuse_links(path)
    path.mkdir(parents=True, exist_ok=True)


def write_atomic(path: Path, content: bytes, read: str | None = None) -> None:
    """Replace `path` with `content`, keeping its permissions. The folder must exist. Raises `OSError`; then `path` is unchanged.

    Only a regular file is replaced: a pipe or a device such as `/dev/null` would be gone. `read` is the text from which `content`
    was made: if the file has another one by now, that is kept.

    The content is written to `.x-NAME-….tmp` beside `path`, flushed to disk, and renamed. Such files that a killed process left
    are deleted by the next write to the same path.
    """
    refuse_links(path)
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, "is not a regular file", str(path))
    prefix = f".x-{path.name}-"
    for stray in path.parent.glob(f"{glob.escape(prefix)}*.tmp"):
        with contextlib.suppress(OSError):
            stray.unlink()
    try:
        mode = path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        if read is not None:
            refuse_change(path, read, path.read_bytes().removeprefix(BYTE_ORDER_MARK).decode())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
