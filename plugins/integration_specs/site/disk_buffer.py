"""Long texts out of memory: in files without a name, until they are asked for.

The pages of three thousand specs are half a gigabyte as texts of Python, and all of them wait until the last is made.
"""

import os
from contextlib import suppress
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple


class Waiting(NamedTuple):
    """A text in a buffer; `str()` of it is the text, for as long as the buffer is open, here and in a child process."""

    file: int
    start: int
    length: int

    def __str__(self) -> str:
        return _read(self.file, self.length, self.start).decode("utf-8", "surrogatepass")


class DiskBuffer:
    """One file for this process and one for its child, so that both may write at a time."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._files: list[BinaryIO] = []
        with suppress(OSError):
            self._files += [TemporaryFile(buffering=0), TemporaryFile(buffering=0)]  # noqa: SIM115 (see `close`)

    def put(self, text: str) -> str | Waiting:
        """What stands for `text` from now on: the text itself where the disk does not take it."""
        content = text.encode("utf-8", "surrogatepass")
        try:
            file = self._files[os.getpid() != self._pid].fileno()
            start = os.lseek(file, 0, os.SEEK_END)
            return Waiting(file, start, len(content)) if os.write(file, content) == len(content) else text
        except (OSError, IndexError):
            return text

    def close(self) -> None:
        """Let go of the files; what waits in them is gone."""
        while self._files:
            self._files.pop().close()


def _read(file: int, length: int, start: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(file, length, start)
    os.lseek(file, start, os.SEEK_SET)  # no child shares the place there
    return os.read(file, length)
