"""Fixtures of the browser tests: one Chromium, and one strict build of this repository's site."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from browser.harness import SIZES, BuiltSite, OpenPage, Size, launch, serve_folder, watch

FAULTS = (
    ("zoho-sprints.yaml", "type: API\n", "type: Rest API\n"),
    ("zoho-sprints.yaml", "    timeout: 20s\n", "    timeout: 20 secs\n"),
    ("pagar-me.yaml", "status: active\n", "status: active\ndepends_on: [wathsapp]\n"),
    ("owners.yaml", "kind: team\n", "kind: teams\n"),
)
"""What is written wrong in a copy of the specs: the file, the text, and the text in its place."""

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder is marked `browser`."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium; without one every browser test fails and says what to install."""
    with sync_playwright() as playwright, launch(playwright) as browser:
        yield browser


def build(folder: Path, config: Path, *flags: str, program: tuple[str, ...] = ("-m", "mkdocs")) -> None:
    """Build the site of a `mkdocs.yml` into `folder`."""
    # No `--quiet`: MkDocs 1.6 then forgets the warnings that `--strict` is there to count.
    command = [sys.executable, *program, "build", *flags, "-f", str(config), "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"mkdocs build failed:\n{done.stdout}{done.stderr}"


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """This repository's site, built strictly once a session and served."""
    folder = tmp_path_factory.mktemp("site")
    build(folder, ROOT / "mkdocs.yml", "--strict")
    with serve_folder(folder) as url:
        yield BuiltSite(folder, url)


def variant(root: Path, specs: Path = ROOT / "specs", **theme: object) -> Path:
    """Write a `mkdocs.yml` in `root` for this repository's site, or for other specs, with another theme; return its path."""
    settings = {
        "INHERIT": str(ROOT / "mkdocs.yml"),
        "docs_dir": str(specs),
        "strict": False,  # the settings of this repository lie elsewhere
        "theme": {"name": "material", "custom_dir": str(ROOT / "site_overrides"), **theme},
        "plugins": {"search": {}, "integration-specs": {"specs_dir": str(specs), "mount": ""}},
    }
    (root / "mkdocs.yml").write_text(json.dumps(settings), encoding="utf-8")  # JSON is YAML
    return root / "mkdocs.yml"


@pytest.fixture(scope="session")
def portuguese_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """This repository's site in Portuguese."""
    root = tmp_path_factory.mktemp("portuguese")
    build(root / "site", variant(root, language="pt-BR"))
    with serve_folder(root / "site") as url:
        yield BuiltSite(root / "site", url)


@pytest.fixture(scope="session")
def faulty_portuguese_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """The same site of specs with faults: a broken spec, problems of the others, and errors in `owners.yaml`."""
    root = tmp_path_factory.mktemp("faulty")
    specs = shutil.copytree(ROOT / "specs", root / "specs")
    for name, old, new in FAULTS:
        text = (specs / name).read_text(encoding="utf-8")
        assert old in text
        (specs / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    build(root / "site", variant(root, specs, language="pt-BR"))
    with serve_folder(root / "site") as url:
        yield BuiltSite(root / "site", url)


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a folder until the test ends: `serve(folder)` is its address."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(serve_folder(folder))


@pytest.fixture
def open_page(chromium: Browser, serve: Callable[[Path], str]) -> Iterator[OpenPage]:
    """Make watched pages; the test fails at its end if one of them did what a good page never does.

    `serve` is asked for here, so that its servers answer until the pages are closed.
    """
    with ExitStack() as stack:
        watches = []

        def open_page(size: Size = "desktop", **options: Any) -> Page:
            width, height = SIZES[size]
            context = chromium.new_context(viewport={"width": width, "height": height}, **options)
            stack.callback(context.close)
            context.set_default_timeout(15_000)
            watches.append(watch(context))
            return context.new_page()

        yield open_page
    problems = [problem for seen in watches for problem in seen.problems]
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A watched page of a desktop's size."""
    return open_page("desktop")


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A watched page of a phone's size, 390 by 844, touched and not clicked."""
    return open_page("phone", has_touch=True, is_mobile=True)
