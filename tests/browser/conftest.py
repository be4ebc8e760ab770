"""Fixtures of the browser tests: one Chromium, and one strict build of this repository's site."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from browser.harness import SIZES, BuiltSite, OpenPage, Size, Watch, launch, serve_folder, watch
from scratch import edit

FAULTS = (
    ("zoho-sprints.yaml", "type: API\n", "type: Rest API\n"),
    ("zoho-sprints.yaml", "    timeout: 20s\n", "    timeout: 20 secs\n"),
    ("pagar-me.yaml", "status: active\n", "status: active\ndepends_on: [wathsapp]\n"),
    ("owners.yaml", "kind: team\n", "kind: teams\n"),
)
"""What is written wrong in a copy of the specs: the file, the text, and the text in its place."""

Contexts = dict[str, tuple[BrowserContext, Watch]]
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


@contextmanager
def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Iterator[BuiltSite]:
    """Serve the site that the first process of a test run makes, for itself and the others: `make(folder)`."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with FileLock(f"{folder}.lock"):
        if not (folder / "done").exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            (folder / "done").touch()
    with serve_folder(folder / "site") as url:
        yield BuiltSite(folder / "site", url)


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """This repository's site, built strictly."""
    with once(tmp_path_factory, "own", lambda root: build(root / "site", ROOT / "mkdocs.yml", "--strict")) as site:
        yield site


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
    with once(
        tmp_path_factory, "portuguese", lambda root: build(root / "site", variant(root, language="pt-BR"))
    ) as site:
        yield site


@pytest.fixture(scope="session")
def faulty_portuguese_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """The same site of specs with faults: a broken spec, problems of the others, and errors in `owners.yaml`."""

    def make(root: Path) -> None:
        specs = shutil.copytree(ROOT / "specs", root / "specs")
        for name, old, new in FAULTS:
            edit(specs, name, old, new)
        build(root / "site", variant(root, specs, language="pt-BR"))

    with once(tmp_path_factory, "faulty", make) as site:
        yield site


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a folder until the test ends: `serve(folder)` is its address."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(serve_folder(folder))


@pytest.fixture(scope="session")
def contexts(chromium: Browser) -> Iterator[Contexts]:
    """Contexts by size and options. Tests share them: what a context has cached saves half of the time of a page."""
    made: Contexts = {}
    yield made
    for context, _ in made.values():
        context.close()


@pytest.fixture
def open_page(chromium: Browser, contexts: Contexts, serve: Callable[[Path], str]) -> Iterator[OpenPage]:
    """Make watched pages; the test fails at its end if one of them did what a good page never does.

    `serve` is asked for here, so that its servers answer until the pages are closed.
    """
    used: Contexts = {}

    def open_page(size: Size = "desktop", *, sets_clock: bool = False, **options: Any) -> Page:
        key = json.dumps([size, sets_clock, options], sort_keys=True)
        if key not in contexts:
            width, height = SIZES[size]
            context = chromium.new_context(viewport={"width": width, "height": height}, **options)
            context.set_default_timeout(15_000)
            contexts[key] = context, watch(context)
        used[key] = contexts[key]
        return used[key][0].new_page()

    yield open_page
    problems = []
    for key, (context, seen) in used.items():
        for page in context.pages:
            page.evaluate("() => { try { localStorage.clear() } catch {} }")
            page.close()
        context.clear_cookies()
        context.clear_permissions()
        problems += seen.problems
        seen.problems.clear()
        if json.loads(key)[1]:  # a clock belongs to the context
            contexts.pop(key)
            context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A watched page of a desktop's size."""
    return open_page("desktop")


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A watched page of a phone's size, 390 by 844, touched and not clicked."""
    return open_page("phone", has_touch=True, is_mobile=True)
