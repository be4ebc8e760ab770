"""The same specs give the same bytes, wherever, whenever and by whomever a site is built."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from site_support import Folder

ROOT = Path(__file__).parent.parent
ORDER = """
import os, random
scandir, listdir = os.scandir, os.listdir
class Shuffled:
    def __init__(self, found): self.found = iter(found)
    def __iter__(self): return self
    def __next__(self): return next(self.found)
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def close(self): pass
def other(path="."):
    with scandir(path) as entries:
        found = list(entries)
    random.Random(7).shuffle(found)
    return Shuffled(found)
def others(path="."):
    found = listdir(path)
    random.Random(8).shuffle(found)
    return found
if os.environ.get("SHUFFLE"):
    os.scandir, os.listdir = other, others
"""

SURROUNDINGS: dict[str, dict[str, str]] = {
    "seed": {"PYTHONHASHSEED": "7"},
    "time zone": {"TZ": "Pacific/Kiritimati"},
    "locale": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "plain locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "user": {"HOME": "/", "USER": "somebody", "LOGNAME": "somebody"},
    "order": {"SHUFFLE": "1"},
}


def built(place: Path, environment: dict[str, str], mask: int = 0o022) -> dict[str, bytes]:
    """Every file of the site that this repository's specs make in a folder."""
    folder = Folder(place, {"SOURCE_DATE_EPOCH": "1790000000", "PYTHONHASHSEED": "1", **environment})
    place.mkdir(parents=True)
    shutil.copytree(ROOT / "specs", place / "specs")
    folder.write("order.py", ORDER)
    folder.write("docs/index.md", "# Home\n")
    folder.configure(hooks=["order.py"], site_url="https://docs.example.com/")
    before = os.umask(mask)
    try:
        folder.build()
    finally:
        os.umask(before)
    return {
        path.relative_to(place / "site").as_posix(): path.read_bytes()
        for path in (place / "site").rglob("*")
        if path.is_file()
    }


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


@pytest.mark.case("C8")
def test_other_surroundings_give_the_same_bytes(tmp_path: Path) -> None:
    everything = {name: value for each in SURROUNDINGS.values() for name, value in each.items()}
    one = built(tmp_path / "one", {})
    assert len(one) > 50
    assert differing(one, built(tmp_path / "deep/er/two words", everything, 0o077)) == []


@pytest.mark.soak
@pytest.mark.case("C8")
def test_each_surrounding_alone_gives_the_same_bytes(tmp_path: Path, measured: Callable[..., None]) -> None:
    one = built(tmp_path / "one", {})
    for number, (name, environment) in enumerate(SURROUNDINGS.items()):
        assert differing(one, built(tmp_path / f"other{number}", environment)) == [], name
    assert differing(one, built(tmp_path / "masked", {}, 0o077)) == []
    assert differing(one, built(tmp_path / "again", {})) == []
    measured("environments", len(SURROUNDINGS) + 2)
