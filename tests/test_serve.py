"""A day with `mkdocs serve`: bad edits, deleted folders, internal errors."""

import contextlib
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from site_support import PROGRAMS, Folder, spec

BAD = (
    "system: [BROKEN\n",
    "BROKEN: {{ x }}\n",
    "BROKEN\n",
    "- BROKEN\n",
    "system: BROKEN\nsystem: BROKEN\n",
    "\tsystem: BROKEN\n",
    "system: &a BROKEN\ntype: *a\n",
    "system: !!python/name:os.system BROKEN\n",
    "<<<<<<< BROKEN\n",
)
ERROR = r"(?i)error|cannot|BROKEN"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "tmp").mkdir()
    folder = Folder(tmp_path, {"TMPDIR": str(tmp_path / "tmp")})
    folder.configure(strict=True)
    folder.write("docs/index.md", "# Home\n")
    folder.write("specs/pagar-me.yaml", spec("Pagar.me"))
    folder.write("specs/zoho.yaml", spec("Zoho Sprints"))
    return folder


def temporary_sites(folder: Folder) -> set[Path]:
    return set((folder.root / "tmp").glob("*docs_*"))


@pytest.mark.parametrize("program", PROGRAMS)
def test_bad_edits_show_on_their_page_and_nowhere_else(folder: Folder, program: str) -> None:
    _bad_edits(folder, program, BAD[:4])


@pytest.mark.case("V1")
@pytest.mark.soak
@pytest.mark.parametrize("program", PROGRAMS)
def test_forty_five_bad_edits(folder: Folder, program: str, measured: Callable[..., None]) -> None:
    times = _bad_edits(folder, program, BAD * 5)
    measured("edits", len(times) - 1, max(times))
    measured("edits-median", len(times) - 1, median(times))


def _bad_edits(folder: Folder, program: str, edits: tuple[str, ...]) -> list[float]:
    """Return the seconds that each edit took to show, and the correction after them."""
    path = "integrations/zoho/"
    with folder.serve(program) as server:
        server.until(path, "Zoho Sprints")
        times = []
        for number, text in enumerate(edits):
            folder.write("specs/zoho.yaml", text.replace("BROKEN", f"BROKEN{number}"))
            times.append(server.until(path, f"BROKEN{number}\\b"))
            assert server.get("integrations/pagar-me/")[0] == 200
            assert "Pagar.me" in server.get("integrations/")[1]
        folder.write("specs/zoho.yaml", spec("Zoho fixed"))
        times.append(server.until(path, "Zoho fixed"))
        assert max(times) < 20, times
    return times


@pytest.mark.case("V2")
@pytest.mark.parametrize("program", PROGRAMS)
def test_starts_with_every_spec_broken(folder: Folder, program: str) -> None:
    folder.write("specs/zoho.yaml", BAD[0])
    folder.write("specs/pagar-me.yaml", BAD[4])
    with folder.serve(program) as server:
        server.until("integrations/zoho/", "BROKEN")
        server.until("integrations/pagar-me/", "BROKEN")
        folder.write("specs/zoho.yaml", spec("Zoho fixed"))
        server.until("integrations/zoho/", "Zoho fixed")


@pytest.mark.case("V3")
def test_folder_deleted_and_made_again(folder: Folder) -> None:
    with folder.serve() as server:
        server.until("integrations/zoho/", "Zoho Sprints")
        shutil.rmtree(folder.root / "specs")
        time.sleep(1.5)
        assert server.get("integrations/zoho/")[0] == 200, "the last pages stay"
        folder.write("specs/zoho.yaml", spec("Zoho is back"))
        server.until("integrations/zoho/", "Zoho is back")
        folder.write("specs/zoho.yaml", spec("Zoho edited"))
        server.until("integrations/zoho/", "Zoho edited")


def test_specs_folder_as_docs_folder_deleted_and_made_again(folder: Folder) -> None:
    folder.configure(docs_dir="specs")
    with folder.serve() as server:
        server.until("zoho/", "Zoho Sprints")
        shutil.rmtree(folder.root / "specs")
        time.sleep(1.5)
        assert server.get("zoho/")[0] == 200
        folder.write("specs/zoho.yaml", spec("Zoho is back"))
        server.until("zoho/", "Zoho is back")


@pytest.mark.case("V4")
@pytest.mark.parametrize(
    "place",
    [
        "site_builder.read_settings",
        "files.add_site",
        "nav.place_pages",
        "page.escape",
        "search.take_over",
        "search.set_separator",
        "plugin.use_frames",
        "plugin.IntegrationSpecsPlugin._finished",
        "site_builder.SiteBuilder.watched",
        "site_builder.SiteBuilder.build",
        "plugin.check_site",
        "plugin.Server.watch",
    ],
)
def test_internal_error_becomes_a_page(folder: Folder, place: str) -> None:
    """The error is there from the start, or appears while the server runs, and disappears."""
    module, _, name = place.partition(".")
    owner, _, attribute = f"m.{name}".rpartition(".")
    folder.write(
        "fault.py",
        "import os\n"
        f"import integration_specs.mkdocs_plugin.{module} as m\n"
        f"true = getattr({owner}, {attribute!r}, None)\n"
        "def bad(*a, **k):\n"
        "    if os.path.exists('fault'):\n"
        "        raise KeyError('injected')\n"
        "    return true(*a, **k)\n"
        f"if true is not None and true.__name__ != 'bad':\n"
        f"    {owner}.{attribute} = bad\n",
    )
    folder.write("fault", "")
    folder.configure(hooks=["fault.py"], watch=["switch"])
    folder.write("switch/1", "")
    # These two are not run in a server, or only after its first build.
    seen = "Integrations" if place in ("plugin.check_site", "plugin.Server.watch") else "injected"
    with folder.serve() as server:
        server.until("integrations/", seen)
        (folder.root / "fault").unlink()
        folder.write("switch/1", "2")
        server.until("integrations/zoho/", "Zoho Sprints")
        folder.write("fault", "")
        folder.write("switch/1", "3")
        server.until("integrations/", seen)
        assert server.get("")[0] in (200, 404)
        (folder.root / "fault").unlink()
        folder.write("specs/zoho.yaml", spec("Zoho edited"))
        server.until("integrations/zoho/", "Zoho edited")


@pytest.mark.parametrize("bad", ["raise KeyError('other')", "import sys; sys.exit(3)"])
def test_fault_of_another_plugin_becomes_a_page(folder: Folder, bad: str) -> None:
    folder.write(
        "other.py", f"import os\ndef on_env(env, config, files):\n    if os.path.exists('fault'):\n        {bad}\n"
    )
    folder.configure(hooks=["other.py"])
    with folder.serve() as server:
        server.until("", "Home")
        folder.write("fault", "")
        folder.write("docs/index.md", "# Changed\n")
        server.until("", "could not be built")
        server.until("integrations/zoho/", "could not be built")
        (folder.root / "fault").unlink()
        folder.write("docs/index.md", "# Fixed\n")
        server.until("", "Fixed")


def test_broken_configuration_becomes_a_page(folder: Folder) -> None:
    with folder.serve() as server:
        server.until("integrations/", "Zoho Sprints")
        good = (folder.root / "mkdocs.yml").read_text()
        folder.write("mkdocs.yml", "site_name: [\n")
        server.until("integrations/", "could not be built")
        assert server.get("integrations/zoho/")[0] == 200
        folder.write("mkdocs.yml", good.replace("Foreign", "Renamed"))
        server.until("integrations/", "Renamed")


def test_twenty_saves_in_half_a_second_end_on_the_last(folder: Folder) -> None:
    _saves(folder, 20, 0.5)


@pytest.mark.case("V5")
@pytest.mark.soak
def test_two_hundred_saves_in_five_seconds_end_on_the_last(folder: Folder) -> None:
    _saves(folder, 200, 5)


def _saves(folder: Folder, count: int, seconds: float) -> None:
    path = folder.root / "specs/zoho.yaml"
    with folder.serve() as server:
        server.until("integrations/zoho/", "Zoho Sprints")
        for number in range(1, count + 1):
            text = spec(f"Zoho save {number}.")
            with path.open("w", encoding="utf-8") as stream:
                stream.write(text[:9])
                stream.flush()
                time.sleep(seconds / count)
                stream.write(text[9:])
        server.until("integrations/zoho/", f"Zoho save {count}\\.")
        time.sleep(1.5)
        assert f"Zoho save {count}." in server.get("integrations/zoho/")[1]


def test_settings_that_are_made_deleted_and_made_again_count(folder: Folder) -> None:
    folder.write("elsewhere/other.yaml", spec("Other folder"))
    with folder.serve() as server:
        server.until("integrations/zoho/", "Zoho Sprints")
        for _ in range(2):
            path = folder.write("integration-specs.toml", 'specs = "elsewhere"\n')
            server.until("integrations/other/", "Other folder")
            path.unlink()
            server.until("integrations/zoho/", "Zoho Sprints")
        folder.write("integration-specs.toml", 'specs = "later"\n')
        time.sleep(1.5)
        folder.write("later/new.yaml", spec("Later"))
        server.until("integrations/new/", "Later")


def test_edits_of_theme_and_new_specs_show(folder: Folder) -> None:
    folder.write("site_overrides/main.html", '{% extends "base.html" %}{% block announce %}First words{% endblock %}\n')
    folder.configure(theme={"name": "material", "font": False, "custom_dir": "site_overrides"})
    with folder.serve() as server:
        server.until("integrations/", "First words")
        folder.write("specs/new.yaml", spec("Brand new"))
        server.until("integrations/", "Brand new")
        folder.write(
            "site_overrides/main.html", '{% extends "base.html" %}{% block announce %}Other words{% endblock %}\n'
        )
        server.until("integrations/", "Other words")
        (folder.root / "specs/new.yaml").unlink()
        server.until("integrations/", r"(?s)^(?!.*Brand new)(?=.*Zoho)")
        assert server.get("integrations/new/")[0] == 404


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_ended_server_leaves_no_site_behind(folder: Folder, number: int) -> None:
    before = temporary_sites(folder)
    with folder.serve() as server:
        server.until("integrations/", "Zoho Sprints")
        mine = temporary_sites(folder) - before
        assert mine
        server.process.send_signal(number)
        server.process.wait(20)
    assert not mine & temporary_sites(folder)


def finished_site(site: Path) -> dict[Path, bytes]:
    """The files of a site that is no longer being written: the same twice, a second apart."""
    last: dict[Path, bytes] = {}
    for _ in range(30):
        with contextlib.suppress(FileNotFoundError):  # cleaned away while we look
            now = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
            if now and now == last:
                return now
            last = now
        time.sleep(1)
    raise AssertionError("the site is still being written after half a minute")


@pytest.mark.parametrize("program", PROGRAMS)
def test_incremental_build_writes_the_same_bytes_as_a_full_one(folder: Folder, program: str) -> None:
    before = temporary_sites(folder)
    with folder.serve(program) as server:
        server.until("integrations/zoho/", "Zoho Sprints")
        (site,) = temporary_sites(folder) - before
        for number, (text, seen) in enumerate(
            (
                (spec("Zoho Sprints", "purpose: {why: We plan <b>}"), "We plan"),
                (spec("Zoho Sprints", "criticality: high"), "high"),
            ),
            1,
        ):
            folder.write("specs/zoho.yaml", text)
            server.until("integrations/zoho/", seen)
            server.until("integrations/", "Integrations")
            assert server.log.read_text().count(" changed page") == number
            quick = finished_site(site)
            folder.write("docs/other.md", f"# {seen}\n")
            server.until("other/", seen)
            (folder.root / "docs/other.md").unlink()
            server.until("other/", "404")
            whole = finished_site(site)
            assert [str(path) for path in quick if quick[path] != whole.get(path)] == []
            assert quick.keys() == whole.keys()
