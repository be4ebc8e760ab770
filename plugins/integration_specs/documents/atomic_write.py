"""Files are written whole or not at all: a crash, a full disk or a kill leaves the old content."""

import contextlib
import glob
import os
import tempfile
from pathlib import Path


def write_atomic(path: Path, content: bytes) -> None:
    """Replace `path` by `content`, keeping its permissions; the folder must exist. Raises `OSError`; then `path` is as it was.

    The content goes to `.x-NAME-….tmp` beside it, is forced to disk, and takes the place of the old file in one step.
    What a killed process left of such files is swept by the next write to the same path.
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
