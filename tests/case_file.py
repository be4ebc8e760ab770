"""Test cases as single files in the txtar format: a comment, then `-- path --` lines, each followed by that file's text.

`WRITE_EXPECTED=1` rewrites the expected parts of a case; read the difference before you commit it.
"""

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CASES = Path(__file__).parent / "cases"
_MARKER = re.compile(r"^-- (.+) --\n", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One case: the file that holds it, and the texts in it by their paths."""

    path: Path
    comment: str
    files: dict[str, str]

    @property
    def name(self) -> str:
        """Return the path of the case below the folder of its kind, without the suffix."""
        return self.path.relative_to(CASES).with_suffix("").as_posix().partition("/")[2]

    def unpack(self, folder: Path) -> Path:
        """Write the files of the case to `folder` and return it."""
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return folder

    @property
    def folder(self) -> Path:
        """Return a folder with the files of the case, kept until the tests end; for tests that only read."""
        return _unpacked(self.path)

    def expect(self, text: str, name: str) -> None:
        """Fail unless the file `name` of the case holds `text`; a missing file is an empty one."""
        if os.environ.get("WRITE_EXPECTED") and text != self.files.get(name, ""):
            self.files[name] = text
            self.path.write_bytes(write(self.comment, self.files).encode())
        assert text == self.files.get(name, ""), f"{self.path}, {name}: WRITE_EXPECTED=1 writes it"


@cache
def _unpacked(path: Path) -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    return read(path).unpack(folder)


def read(path: Path) -> Case:
    """Read a case file."""
    comment, *parts = _MARKER.split(path.read_bytes().decode())
    return Case(path, comment, dict(zip(parts[::2], parts[1::2], strict=True)))


def write(comment: str, files: dict[str, str]) -> str:
    """Return the text of a case file; each text in it must end with a line break."""
    return comment + "".join(f"-- {name} --\n{text}" for name, text in files.items())


def cases(kind: str) -> list[Case]:
    """Return the cases below `tests/cases/<kind>`, sorted by path."""
    return [read(path) for path in sorted((CASES / kind).rglob("*.txtar"))]


def case(name: str) -> Case:
    """Return one case, such as `diff/row-removed`."""
    return read(CASES / f"{name}.txtar")


def names(found: list[Case]) -> Iterator[str]:
    """Yield the names of cases, for the IDs of a parametrized test."""
    return (each.name for each in found)
