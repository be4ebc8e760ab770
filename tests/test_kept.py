"""What is kept from build to build is never stale, never needed, and never in the way."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from integration_specs.mkdocs_plugin import page_cache
from integration_specs.mkdocs_plugin.page_cache import KeptPages, Shelf
from integration_specs.parallel import parallel_map
from integration_specs.site import Heading, Page, SearchEntry
from integration_specs.site.disk_buffer import Spool, Waiting
from site_support import Folder, spec

OWNERS = "owners:\n  team:\n    name: {name}\n    kind: team\n    contacts:\n      - channel: slack\n        address: '#team'\n"
PAGE = Page("a", "A", "about", "<p>ü</p>", (Heading(2, "h", "H"),), (SearchEntry("h", "H", "text", ("tag",)),), nav=1)


@pytest.fixture
def spool() -> Iterator[Spool]:
    made = Spool()
    yield made
    made.close()


def site_of(folder: Folder) -> dict[str, bytes]:
    """Every file of the built site; compressed ones carry a time."""
    root = folder.root / "site"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix != ".gz"
    }


def schema_of_its_own(folder: Folder) -> None:
    """A schema with another word in it, as a project may have one."""
    source = Path(__file__).parents[1] / "schema" / "integration-spec.schema.json"
    text = source.read_text(encoding="utf-8").replace('"title": "System"', '"title": "Outside system"', 1)
    folder.write("own/integration-spec.schema.json", text)
    folder.write("integration-specs.toml", 'schema = "own"\n')


EDITS: dict[str, Callable[[Folder], object]] = {
    "spec": lambda folder: folder.write("specs/pay.yaml", spec("Pay more", "owner: team", "depends_on: [mail]")),
    "spec that another names": lambda folder: folder.write("specs/mail.yaml", spec("Letters", "owner: team")),
    "spec that is gone": lambda folder: (folder.root / "specs/tax.yaml").unlink(),
    "broken spec": lambda folder: folder.write("specs/mail.yaml", "system: [\n"),
    "owner": lambda folder: folder.write("specs/owners.yaml", OWNERS.format(name="Another team")),
    "schema": schema_of_its_own,
    "settings": lambda folder: folder.write("integration-specs.toml", 'repository = "https://example.com/r"\n'),
    "our template": lambda folder: folder.write(
        "look/integration_specs/samples.html",
        "{% extends 'builtin/samples.html' %}{% block title %}<h1>S</h1>{% endblock %}",
    ),
    "our spec template": lambda folder: folder.write(
        "look/integration_specs/spec.html", "{% extends 'builtin/spec.html' %}{% block title %}<h1>S</h1>{% endblock %}"
    ),
    "theme template": lambda folder: folder.write("look/partials/copyright.html", "<p>ours</p>"),
    "style": lambda folder: folder.write("docs/own.css", "p { color: red }"),
    "configuration": lambda folder: folder.configure(**{**CONFIG, "site_name": "Another name"}),
    "addresses": lambda folder: folder.configure(**{**CONFIG, "use_directory_urls": False}),
    "navigation": lambda folder: folder.write("docs/more.md", "# More\n"),
    "day": lambda folder: folder.environment.update(SOURCE_DATE_EPOCH="1893456000"),
}
CONFIG: dict[str, object] = {
    "theme": {"name": "material", "font": False, "custom_dir": "look"},
    "extra_css": ["own.css"],
}
# An own template of a page that this site does not have changes nothing: the specs here have no calls.
WITHOUT_EFFECT = {"our template"}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path, {"SOURCE_DATE_EPOCH": "1795305600"})
    made.configure(**CONFIG)
    made.write("docs/index.md", "# Home\n")
    made.write("docs/own.css", "p { color: blue }")
    made.write("look/main.html", "{% extends 'base.html' %}")
    made.write("specs/owners.yaml", OWNERS.format(name="Team"))
    made.write("specs/pay.yaml", spec("Pay", "owner: team", "depends_on: [mail]", "last_reviewed: 2026-11-01"))
    made.write("specs/mail.yaml", spec("Mail", "owner: team"))
    made.write("specs/tax.yaml", spec("Tax", "last_reviewed: 2026-11-01"))
    return made


@pytest.mark.parametrize("part", range(3))
def test_a_warm_build_is_a_cold_one_after_every_kind_of_edit(folder: Folder, part: int) -> None:
    folder.build()
    before = site_of(folder)
    for name in list(EDITS)[part::3]:
        EDITS[name](folder)
        folder.build()
        warm = site_of(folder)
        shutil.rmtree(folder.root / ".cache")
        folder.build()
        assert warm == site_of(folder), name
        assert (warm != before) == (name not in WITHOUT_EFFECT), f"{name} changed nothing"
        before = warm


def test_nothing_is_kept_where_that_is_not_wanted_or_not_possible(folder: Folder) -> None:
    folder.build()
    usual = site_of(folder)
    folder.configure(**CONFIG, plugins=["search", {"integration-specs": {"cache": False}}])
    shutil.rmtree(folder.root / ".cache")
    folder.build()
    assert site_of(folder) == usual
    assert not (folder.root / ".cache").exists()
    folder.configure(**CONFIG)
    folder.write(".cache", "a file where the folder should be")
    folder.build()
    assert site_of(folder) == usual


def test_output_of_a_plugin_that_takes_part_in_pages_is_not_kept(folder: Folder) -> None:
    def hook(word: str) -> None:
        folder.write("hooks.py", f"def on_page_context(context, **_):\n    context['page'].title = '{word}'\n")

    folder.configure(**CONFIG, hooks=["hooks.py"])
    hook("first")
    folder.build()
    hook("second")
    folder.build()
    warm = site_of(folder)
    shutil.rmtree(folder.root / ".cache")
    folder.build()
    assert warm == site_of(folder)


def test_pages_come_back_as_they_were(tmp_path: Path, spool: Spool) -> None:
    shelf = Shelf(tmp_path / "c" / "pages.sqlite")
    KeptPages(shelf, spool)["key"] = PAGE
    shelf.tidy()
    again = KeptPages(Shelf(tmp_path / "c" / "pages.sqlite"), spool)
    assert "key" in again
    page = again["key"]
    assert replace(page, body=page.content) == PAGE
    assert again.get("other") is None


def test_a_spool_gives_back_what_this_process_and_its_child_put_there(spool: Spool) -> None:
    texts = ["", "a", "ü → 🚀\n" * 10_000, "\ud800"]

    def put(half: int) -> list[str | Waiting]:
        return [spool.put(f"{half}{text}") for text in texts]

    for _ in range(2):  # the next child goes on where the last one ended
        halves = parallel_map(put, (0, 1), amount=1000)
        assert [[str(each) for each in half] for half in halves] == [
            [f"{half}{text}" for text in texts] for half in (0, 1)
        ]
    assert all(isinstance(each, Waiting) for half in halves for each in half)


def test_a_spool_without_room_keeps_texts_in_memory(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda *_: 0)
        assert spool.put("text") == "text"
    assert str(spool.put("text")) == "text"
    monkeypatch.setattr("integration_specs.site.disk_buffer.TemporaryFile", raise_full)
    assert Spool().put("text") == "text"


def raise_full(**_: object) -> None:
    raise OSError(28, "no space")


def test_two_processes_may_use_one_shelf(tmp_path: Path) -> None:
    one, two = Shelf(tmp_path / "pages.sqlite"), Shelf(tmp_path / "pages.sqlite")
    for number in range(500):
        one.put(f"one {number}", "1")
        two.put(f"two {number}", "2")
    one.tidy()
    two.tidy()
    assert [Shelf(tmp_path / "pages.sqlite").get(key) for key in ("one 499", "two 499", "two 0")] == ["1", "2", "2"]


def test_a_shelf_is_bounded_by_what_is_used(tmp_path: Path) -> None:
    path = tmp_path / "pages.sqlite"
    for run in range(5):
        shelf = Shelf(path)
        for number in range(300):
            shelf.put(f"{run} {number}", "text")
        shelf.tidy()
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM kept").fetchone()[0] <= 800
    assert Shelf(path).get("4 0") == "text"


@pytest.mark.parametrize("content", [b"not a database, but long enough to be taken for one" * 40, b""])
def test_a_damaged_shelf_is_an_empty_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pages.sqlite"
    path.write_bytes(content)
    shelf = Shelf(path)
    assert shelf.get("key") is None
    shelf.put("key", "text")
    shelf.tidy()
    assert Shelf(path).get("key") == "text"


def test_another_version_of_any_program_finds_nothing(
    tmp_path: Path, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pages.sqlite"
    shelf = Shelf(path)
    KeptPages(shelf, spool)["key"] = PAGE
    shelf.tidy()
    page_cache.programs.cache_clear()
    assert "key" in KeptPages(Shelf(path), spool)
    genuine = metadata.version
    for changed in ("jinja2", "markdown-it-py", "mkdocs", "mkdocs-material"):
        monkeypatch.setattr(page_cache, "version", lambda name, odd=changed: "99" if name == odd else genuine(name))
        page_cache.programs.cache_clear()
        assert "key" not in KeptPages(Shelf(path), spool), changed
    monkeypatch.setattr(page_cache, "version", genuine)
    page_cache.programs.cache_clear()


def test_a_change_of_our_own_code_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = page_cache.programs()
    genuine = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: genuine(path) + b"#" * (path.name == "values.py"))
    page_cache.programs.cache_clear()
    assert page_cache.programs() != before
    monkeypatch.undo()
    page_cache.programs.cache_clear()
