"""The plugin beside the plugins and theme features that MkDocs sites use, configured before and after ours."""

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from integration_specs.site.completeness import check_site
from site_support import Folder, nav_of, spec

pytestmark = pytest.mark.dev

LANGUAGES = [
    {"locale": "en", "default": True, "name": "English", "build": True},
    {"locale": "pt-BR", "name": "Português", "build": True},
]
PLUGINS: dict[str, dict[str, Any]] = {
    "tags": {},
    "social": {"cards": False},  # cards need a system library
    "privacy": {"assets_exclude": ["unpkg.com/*"]},  # which the theme's script mentions
    "offline": {},
    "meta": {},
    "minify": {"minify_html": True},
    "macros": {},
    "redirects": {"redirect_maps": {"old.md": "index.md"}},
    "glightbox": {},
    "git-revision-date-localized": {},
    "awesome-nav": {},
    "literate-nav": {},
    "section-index": {},
    "monorepo": {},
    "i18n": {"docs_structure": "suffix", "languages": LANGUAGES},
    "rss": {},
    "mike": {},
}
FEATURES = ("instant", "tabs", "prune", "indexes", "path")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    made = Folder(tmp_path_factory.mktemp("site"))
    made.write("docs/index.md", "# Home\n\n![A picture](a.png)\n")
    made.write("docs/a.png", "")
    made.write("docs/guide.md", "---\ntags: [one]\n---\n# Guide\n\n[Zoho](integrations/zoho.md)\n")
    made.write("docs/.nav.yml", "nav:\n  - guide.md\n  - '*'\n")
    made.write("docs/SUMMARY.md", "* [Guide](guide.md)\n* [Home](index.md)\n")
    made.write("specs/pagar-me.yaml", spec("Pagar.me"))
    made.write("specs/zoho.yaml", spec("Zoho Sprints", "purpose: {why: 'To plan {{ sprints }} <b>'}"))
    made.write(".gitignore", "site/\nmkdocs.yml\n")
    for command in ("init -q -b main", "add -A", "commit -q -m Start"):
        git(made, command)
    return made


def git(folder: Folder, command: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    return subprocess.run(
        ["git", *identity, *command.split()], cwd=folder.root, capture_output=True, text=True, check=True
    ).stdout


@contextmanager
def built(folder: Folder, **settings: Any) -> Iterator[Folder]:
    """Build as `mkdocs build --strict` does, in this process."""
    folder.configure(site_url="https://example.com/", repo_url="https://example.com/r", **settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of other plugins
        config = load_config(str(folder.root / "mkdocs.yml"), strict=True)
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
    yield folder


def in_order(place: str, other: Any, own: Any = "integration-specs") -> list[Any]:
    """Return the plugins of a site, with `other` before or after ours."""
    return ["search", other, own] if place == "before" else ["search", own, other]


def require_whole_site(folder: Folder, mount: str = "integrations") -> None:
    """Each page as it is on disk, not as our plugin has written it."""
    assert [each.message for each in check_site(folder.root / "site", ("pagar-me", "zoho"), mount)] == []


def address(folder: Folder, name: str) -> str:
    return next(each for each in (f"{name}/index.html", f"{name}.html") if (folder.root / "site" / each).exists())


@pytest.fixture(scope="module")
def alone(folder: Folder) -> str:
    """Our part of the navigation in a site without other plugins."""
    with built(folder):
        return ours(nav_of(folder, "integrations/zoho/index.html"))


def ours(shown: str) -> str:
    return shown[shown.index("Integrations\n") :]


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("name", PLUGINS)
def test_plugin(folder: Folder, alone: str, name: str, place: str) -> None:
    with built(folder, plugins=in_order(place, {name: PLUGINS[name]})):
        page = folder.page(address(folder, "integrations/zoho"))
        assert "To plan {{ sprints }} &lt;b&gt;" in page
        if name != "minify":  # which writes tags that `nav_of` does not know
            shown = nav_of(folder, address(folder, "integrations/zoho"))
            assert ours(shown) == alone
            assert (shown.index("Guide") < shown.index("Home")) == (name in ("awesome-nav", "literate-nav"))
        assert '"integrations/zoho' in folder.page("search/search_index.json").replace("\\", "")
        require_whole_site(folder)


@pytest.mark.parametrize("name", FEATURES)
def test_feature_of_the_theme(folder: Folder, alone: str, name: str) -> None:
    theme = {"name": "material", "font": False, "features": [f"navigation.{name}"]}
    with built(folder, theme=theme):
        shown = nav_of(folder, "integrations/zoho/index.html")
        assert "Zoho Sprints *" in shown
        if name in ("instant", "path"):  # the others show or hide the entries in other places
            assert ours(shown) == alone
        require_whole_site(folder)
    if name == "path":
        assert 'class="md-path"' in folder.page("integrations/zoho/index.html")


@pytest.mark.parametrize("docs_dir", ["docs", "specs"])
@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("structure", ["suffix", "folder"])
def test_site_in_two_languages(tmp_path: Path, structure: str, place: str, docs_dir: str) -> None:
    """Each language has all pages in its own words; the language selector leads from a page to the same page."""
    folder = Folder(tmp_path)
    folder.write("specs/pagar-me.yaml", spec("Pagar.me"))
    folder.write("specs/zoho.yaml", spec("Zoho Sprints"))
    names = ("index.md", "index.pt-BR.md") if structure == "suffix" else ("en/index.md", "pt-BR/index.md")
    for name, title in zip(names, ("Home", "Início"), strict=True):
        folder.write(f"{docs_dir}/{name}", f"# {title}\n\n[Zoho](integrations/zoho.md)\n")
    i18n = {"i18n": PLUGINS["i18n"] | {"docs_structure": structure}}
    plugins = in_order(place, i18n, {"integration-specs": {"mount": "integrations"}})
    with built(folder, plugins=plugins, docs_dir=docs_dir):
        require_whole_site(folder)
        require_whole_site(folder, "pt-BR/integrations")
    english, portuguese = (folder.page(f"{each}integrations/zoho/index.html") for each in ("", "pt-BR/"))
    assert '<html lang="en"' in english
    assert '<html lang="pt' in portuguese
    assert "Visão geral" in portuguese
    assert "Visão geral" not in english
    assert 'href="../../pt-BR/integrations/zoho/"' in english
    assert 'href="../../../integrations/zoho/"' in portuguese
    assert "Zoho Sprints *" in nav_of(folder, "pt-BR/integrations/zoho/index.html")
    assert "https://example.com/pt-BR/integrations/zoho/" in folder.page("sitemap.xml")
    assert "pt-BR/integrations/zoho/" in folder.page("search/search_index.json")


def test_feed_and_dates_are_those_of_the_spec(folder: Folder) -> None:
    with built(
        folder,
        plugins=[{"rss": {"length": 99}}, {"git-revision-date-localized": {"type": "iso_date"}}, "integration-specs"],
    ):
        assert "https://example.com/integrations/zoho/" in folder.page("feed_rss_created.xml")
        assert git(folder, "log -1 --format=%cs").strip() in folder.page("integrations/zoho/index.html")


@pytest.mark.skipif(not find_library("cairo"), reason="needs the system library Cairo")
def test_cards_of_social(folder: Folder) -> None:
    """The page of a spec has a card; the font that the plugin would fetch is in its cache."""
    from PIL import ImageFont

    font = ImageFont.load_default(12)
    assert isinstance(font, ImageFont.FreeTypeFont)
    assert isinstance(font.path, BytesIO)
    folder.write(".cache/plugin/social/fonts/Roboto/Regular.ttf", "").write_bytes(font.path.getvalue())
    with built(folder, plugins=["search", "social", "integration-specs"]):
        address = "assets/images/social/integrations/zoho.png"
        assert f'content="https://example.com/{address}"' in folder.page("integrations/zoho/index.html")
        assert (folder.root / "site" / address).read_bytes().startswith(b"\x89PNG")
        require_whole_site(folder)


def test_version_deployed_by_mike(folder: Folder) -> None:
    folder.configure(site_url="https://example.com/", plugins=["search", "mike", "integration-specs"])
    git(folder, "config user.name A")
    git(folder, "config user.email a@example.com")
    command = [str(Path(sys.executable).parent / "mike"), "deploy", "1.0"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=folder.root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "To plan" in git(folder, "show gh-pages:1.0/integrations/zoho/index.html")
