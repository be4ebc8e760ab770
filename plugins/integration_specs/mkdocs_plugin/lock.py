"""One build at a time into one folder: two that clean and write the same files leave neither whole."""

import os
import sys
import tempfile
from hashlib import sha256
from pathlib import Path


class Held(Exception):
    """The folder cannot be written now: somebody else does, or nobody may. The text says who or why."""


class FolderLock:
    """A lock that ends with its process, however that ends.

    The lock file is in the system's temporary folder, named after the folder it guards: a file inside the folder would
    be published, one beside it would litter the project.
    """

    def __init__(self, folder: Path) -> None:
        name = sha256(os.fsencode(os.path.realpath(folder))).hexdigest()[:16]
        owner = os.getuid() if hasattr(os, "getuid") else 0
        self._folder = folder
        self._path = Path(tempfile.gettempdir()) / f"integration-specs-{owner}-{name}.lock"
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take the lock, or raise Held."""
        if self._handle is not None:
            return
        there = next(each for each in (self._folder, *self._folder.absolute().parents) if each.exists())
        if not os.access(there, os.W_OK):
            raise Held(f"{there} may not be written (permission denied): change that, or name another with --site-dir")
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except OSError as error:
            raise Held(f"{self._path}, which guards {self._folder}, cannot be opened: {error.strerror}") from None
        try:
            _lock(handle)
        except OSError:
            holder = os.pread(handle, 200, 0).decode("ascii", "replace").strip() if hasattr(os, "pread") else ""
            os.close(handle)
            raise Held(
                f"{self._folder} is being written by another build ({holder or 'unknown process'}): "
                "wait for it to end, or build into another folder with --site-dir"
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"process {os.getpid()}".encode("ascii"))
        self._handle = handle

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
