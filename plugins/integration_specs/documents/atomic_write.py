"""Atomic writing of files: after a crash, a full disk or a kill, the old content is still there."""

import contextlib
import glob
import os
import tempfile
from pathlib import Path


def write_atomic(path: Path, content: bytes) -> None:
    """Replace `path` with `content`, keeping its permissions. The folder must exist. Raises `OSError`; then `path` is unchanged.

    The content is written to `.x-NAME-….tmp` beside `path`, flushed to disk, and renamed. Such files that a killed process left
    are deleted by the next write to the same path.
    """
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
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
