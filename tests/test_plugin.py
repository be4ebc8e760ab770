"""The plugin in foreign sites, built by mkdocs and by properdocs."""

import json
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from site_support import PROGRAMS, Folder, nav_of, spec, without_our_markup

HOSTILE = "A </title><script>alert(1)</script> \" ' & <img src=x onerror=alert(2)>"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path)
    folder.configure()
    folder.write("docs/index.md", "# Home\n")
    folder.write("specs/pagar-me.yaml", spec("Pagar.me"))
    folder.write("specs/zoho.yaml", spec("Zoho Sprints"))
    return folder


def index_of(folder: Folder) -> list[dict[str, str]]:
    docs: list[dict[str, str]] = json.loads(folder.page("search/search_index.json"))["docs"]
    return docs


WHOLE = """\
Overview
Systems
  All systems
  Pagar.me{pagar}
  Zoho Sprints
Owners
Explore
"""


def test_specs_are_in_the_navigation_of_a_site_of_their_own(folder: Folder) -> None:
    folder.configure(docs_dir="specs")
    folder.build("mkdocs", "--strict")
    assert nav_of(folder, "pagar-me/index.html").startswith(WHOLE.format(pagar=" *").rstrip())
    assert nav_of(folder, "index.html").startswith("Overview *\nSystems")
    assert 'rel="prev"' not in folder.page("pagar-me/index.html")
    assert re.search(r'rel="next" href="../zoho/"|href="../zoho/"[^>]*rel="next"', folder.page("pagar-me/index.html"))


def test_folders_of_specs_are_sections(folder: Folder) -> None:
    folder.configure(docs_dir="specs")
    folder.write("specs/card-payments/stone.yaml", spec("Stone"))
    folder.build("mkdocs", "--strict")
    shown = nav_of(folder, "stone/index.html")
    assert "\n  Card payments\n    Stone *\n" in shown
    assert (
        "Systems" in folder.page("incident/stone/index.html")
        if (folder.root / "site/incident/stone").exists()
        else True
    )


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("nav", [[{"Start": "index.md"}], None])
def test_foreign_site_gets_one_section(folder: Folder, program: str, nav: list[object] | None) -> None:
    folder.configure(**({"nav": nav} if nav else {}))
    folder.build(program, "--strict")
    assert "Pagar.me" in folder.page("integrations/pagar-me/index.html")
    shown = nav_of(folder, "integrations/pagar-me/index.html").splitlines()
    assert shown[1:5] == ["Integrations", "  Overview", "  Systems", "    All systems"]
    assert shown[5:7] == ["    Pagar.me *", "    Zoho Sprints"]


def test_index_stays_where_the_site_put_it(folder: Folder) -> None:
    folder.configure(nav=["index.md", {"What we talk to": "integrations/index.md"}])
    folder.build("mkdocs", "--strict")
    home = folder.page("index.html")
    assert "What we talk to" in home
    assert home.count('<a href="integrations/" class="md-nav__link"') == 1
    assert 'href="integrations/owners/"' not in home


@pytest.mark.parametrize("nav", [None, ["index.md"]])
def test_navigation_does_not_grow_with_many_specs(folder: Folder, nav: list[str] | None) -> None:
    folder.configure(**({"nav": nav} if nav else {}))
    for number in range(160):
        folder.write(f"specs/{('a', 'b')[number % 2]}/more-{number}.yaml", spec(f"More {number}"))
    folder.build()
    few = folder.page("integrations/zoho/index.html")
    assert "Zoho" not in nav_of(folder, "integrations/zoho/index.html")
    assert "    A (80)\n    B (80)" in nav_of(folder, "integrations/zoho/index.html")
    for number in range(20):
        folder.write(f"specs/more-{number + 160}.yaml", spec(f"More {number + 160}"))
    folder.build()
    assert folder.page("integrations/zoho/index.html") == few


def test_other_pages_may_link_to_anchors_of_ours(folder: Folder) -> None:
    folder.configure(validation={"anchors": "warn"})
    folder.write("docs/index.md", "[good](integrations/zoho.md)\n\n[bad](integrations/zoho.md#no-such-place)\n")
    refused = folder.run("mkdocs", "build", "--strict")
    assert refused.returncode == 1
    assert "no-such-place" in refused.stdout
    assert "[good]" not in refused.stdout
    assert "1 warning" in refused.stdout


@pytest.mark.case("H2")
@pytest.mark.parametrize("theme", ["material", "mkdocs", "readthedocs"])
def test_hostile_title_stays_text(folder: Folder, theme: str) -> None:
    folder.configure(theme={"name": theme, **({"font": False} if theme == "material" else {})})
    folder.write("specs/zoho.yaml", spec(HOSTILE))
    folder.build()
    for page in (folder.root / "site").rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    html = folder.page("integrations/zoho/index.html")
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    assert title is not None
    assert HOSTILE in unescape(title[1])
    shown = unescape(re.sub(r"<[^>]*>", "", html.partition("<body")[2]))
    assert shown.count(HOSTILE) >= (2 if theme == "material" else 1), "in the header of the theme and above the page"


@pytest.mark.case("H9")
def test_search_entries_are_escaped_once(folder: Folder) -> None:
    folder.write("specs/zoho.yaml", spec(HOSTILE))
    folder.build()
    titles = [unescape(entry["title"]) for entry in index_of(folder) if entry["location"] == "integrations/zoho/"]
    assert titles == [HOSTILE]
    for entry in index_of(folder):
        if entry["location"].startswith("integrations/"):
            assert "<" not in entry["title"] + without_our_markup(entry["text"])


def test_search_of_mkdocs_shows_text_as_it_is(folder: Folder) -> None:
    folder.configure(theme={"name": "mkdocs"})
    folder.write("specs/zoho.yaml", spec(HOSTILE))
    folder.build()
    entries = [entry for entry in index_of(folder) if entry["location"].startswith("integrations/zoho/")]
    assert entries[0]["title"] == HOSTILE, "its script escapes what it shows"


def test_separator_finds_path_segments_unless_the_site_has_its_own(folder: Folder) -> None:
    folder.build()
    separator = json.loads(folder.page("search/search_index.json"))["config"]["separator"]
    words = [word for word in re.split(separator, "POST /v2/{id}/messages?page=1&lt;order_id") if word]
    assert words == ["POST", "v2", "id", "messages", "page", "1", "order_id"]
    folder.configure(plugins=[{"search": {"separator": "[x]"}}, "integration-specs"])
    folder.build()
    assert json.loads(folder.page("search/search_index.json"))["config"]["separator"] == "[x]"


def test_unknown_search_plugin_reads_the_pages_itself(folder: Folder) -> None:
    folder.write(
        "hooks.py",
        "def on_pre_build(config):\n    config.plugins['material/search'].search_index.entries = ()\n"
        "def on_files(files, config):\n    config.plugins['material/search'].search_index.entries = []\n"
        "on_files.mkdocs_priority = 1\n",
    )
    folder.configure(hooks=["hooks.py", *json.loads((folder.root / "mkdocs.yml").read_text()).get("hooks", [])])
    assert "it parses the pages of the specs" in folder.build()
    assert [entry for entry in index_of(folder) if entry["location"].startswith("integrations/zoho/")]


def test_specs_folder_as_docs_folder_publishes_no_raw_file(folder: Folder) -> None:
    folder.configure(docs_dir="specs")
    folder.write("specs/about.md", "# About\n")
    folder.write("specs/owners.yaml", "teams: {}\n")
    folder.write("specs/pagar-me/contract.md", "# canary\n")
    folder.write("specs/pagar-me/deep/secret.txt", "canary")
    folder.write("specs/left-over.bin", "canary")
    outside = folder.write("outside/secret.md", "# canary\n")
    (folder.root / "specs/link.md").symlink_to(outside)
    (folder.root / "specs/linked").symlink_to(outside.parent)
    folder.run("mkdocs", "build")  # the core reports links as errors; the site is built all the same
    site = folder.root / "site"
    assert (site / "pagar-me/index.html").is_file()
    assert (site / "about/index.html").is_file()
    published = [path for path in site.rglob("*") if path.is_file() and b"canary" in path.read_bytes()]
    assert published == []
    assert list(site.rglob("owners.yaml")) == []


@pytest.mark.case("F2")
def test_collision_names_both_sources(folder: Folder) -> None:
    folder.write("docs/integrations/Zoho.md", "# Mine\n")
    refused = folder.run("mkdocs", "build")
    assert refused.returncode == 1
    assert "zoho.yaml" in refused.stdout
    assert "Zoho.md" in refused.stdout
    assert "Traceback" not in refused.stdout


def test_mount_must_stay_inside_the_site(folder: Folder) -> None:
    folder.configure(plugins=[{"integration-specs": {"mount": "../out"}}])
    refused = folder.run("mkdocs", "build")
    assert refused.returncode == 1
    assert "`mount`" in refused.stdout


def test_missing_folder_is_reported(folder: Folder) -> None:
    folder.configure(plugins=[{"integration-specs": {"specs_dir": "nowhere"}}])
    refused = folder.run("mkdocs", "build")
    assert refused.returncode == 1
    assert "there is no folder nowhere" in refused.stdout
    assert "Traceback" not in refused.stdout


def test_former_id_leads_to_the_page(folder: Folder) -> None:
    folder.configure(site_url="https://docs.example.com/x/")
    folder.write("specs/zoho.yaml", spec("Zoho", "former_ids:", "  - old-zoho"))
    folder.build("mkdocs", "--strict")
    html = folder.page("integrations/old-zoho/index.html")
    assert 'content="0;url=../zoho/"' in html
    assert '<link rel="canonical" href="https://docs.example.com/x/integrations/zoho/">' in html
    assert "<script" not in html


def test_without_directory_addresses(folder: Folder) -> None:
    folder.configure(use_directory_urls=False)
    folder.write("specs/zoho.yaml", spec("Zoho", "former_ids:", "  - old-zoho"))
    folder.build("mkdocs", "--strict")
    assert 'url=zoho.html"' in folder.page("integrations/old-zoho.html")
    assert "Zoho" in folder.page("integrations/zoho.html")


def test_strict_build_fails_on_a_broken_spec_and_a_lax_one_shows_it(folder: Folder) -> None:
    folder.write("specs/zoho.yaml", "system: [BROKEN\n")
    folder.build()
    assert "BROKEN" in folder.page("integrations/zoho/index.html")
    for arguments in (["--strict"], ["--strict", "-q"]):
        refused = folder.run("mkdocs", "build", *arguments)
        assert refused.returncode == 1
        assert "zoho.yaml" in refused.stdout
        assert "Traceback" not in refused.stdout


def test_strict_build_reports_what_check_reports(folder: Folder) -> None:
    folder.write("specs/zoho.yaml", spec("Zoho", "owner: nobody", "stauts: active", "type: Api"))
    folder.write("specs/pagar-me.yaml", spec("Pagar.me", "last_updated: 2026-13-45"))
    refused = folder.run("mkdocs", "build", "--strict")
    checked = subprocess.run(
        [sys.executable, "-m", "integration_specs", "check"],
        cwd=folder.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == checked.returncode == 1
    findings = [block for block in checked.stdout.split("\n\n") if ": error[" in block]
    assert len(findings) >= 2
    for block in findings:
        assert block.strip("\n") in refused.stdout


@pytest.mark.case("F9")
def test_second_build_into_one_folder_is_refused(folder: Folder) -> None:
    folder.write(
        "slow.py",
        "import os, time\ndef on_env(env, config, files):\n    open('started', 'w').close()\n"
        "    while not os.path.exists('go-on'):\n        time.sleep(0.1)\n",
    )
    hooks = json.loads((folder.root / "mkdocs.yml").read_text()).get("hooks", [])
    folder.configure(hooks=["slow.py", *hooks])
    first = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "build"], cwd=folder.root, env=os.environ, stderr=subprocess.DEVNULL
    )
    try:
        while not (folder.root / "started").exists():
            assert first.poll() is None
        second = folder.run("mkdocs", "build")
    finally:
        folder.write("go-on", "")
        ended = first.wait(30)
    assert second.returncode == 2
    assert "another build is writing to" in second.stdout
    assert ended == 0
    folder.build()


def test_a_build_without_a_temporary_folder_says_so(folder: Folder) -> None:
    hooks = json.loads((folder.root / "mkdocs.yml").read_text()).get("hooks", [])
    folder.write(
        "none.py", "import tempfile\ntempfile._candidate_tempdir_list = lambda: ['none']\ntempfile.tempdir = None\n"
    )
    folder.configure(hooks=["none.py", *hooks])
    done = folder.run("mkdocs", "build")
    assert done.returncode == 2
    assert "No usable temporary directory" in done.stdout
    assert "Internal error" not in done.stdout


@pytest.mark.parametrize("site", ["specs", "all", "link", "others"])
def test_specs_in_the_folder_of_the_site_are_not_deleted(tmp_path: Path, site: str) -> None:
    folder = Folder(tmp_path)
    folder.configure(plugins=["integration-specs"])
    specs = "all/specs" if site == "all" else "specs"
    own = [folder.write(f"{name}/shop.yaml", spec("Shop")) for name in (specs, "others")]
    folder.write("integration-specs.toml", f'specs = [{{path = "{specs}"}}, {{path = "others"}}]\n')
    folder.write("docs/index.md", "# Home\n")
    (tmp_path / "link").symlink_to("specs")
    done = folder.run("mkdocs", "build", "--site-dir", site)
    assert done.returncode == 1
    assert "set another `site_dir`" in done.stdout
    assert all(path.exists() for path in own)


def test_a_site_folder_in_the_specs_folder_deletes_no_spec(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.configure(plugins=["integration-specs"], site_dir="specs/site")
    own = folder.write("specs/shop.yaml", spec("Shop"))
    folder.write("docs/index.md", "# Home\n")
    folder.build()
    assert own.exists()


def test_another_plugin_may_remove_what_a_page_says_of_itself(folder: Folder) -> None:
    hooks = json.loads((folder.root / "mkdocs.yml").read_text()).get("hooks", [])
    folder.write("bare.py", "def on_page_content(html, page, **_):\n    page.meta.clear()\n    return html\n")
    folder.configure(hooks=["bare.py", *hooks])
    folder.build()


def test_policy_is_in_every_page_and_trusts_no_spec(folder: Folder) -> None:
    folder.configure(plugins=["search", {"integration-specs": {"csp": True}}])
    folder.build()
    for page in (folder.root / "site").rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        head = html.index('http-equiv="Content-Security-Policy"')
        assert head < html.index("<script")
    assert "script-src 'self' 'sha256-" in (folder.root / "site/_headers").read_text()


def test_internal_error_shows_no_traceback(folder: Folder) -> None:
    folder.write(
        "fault.py",
        "import integration_specs.mkdocs_plugin.files as p\ndef bad(*a):\n    raise KeyError('oh')\np.add_site = bad\n",
    )
    hooks = json.loads((folder.root / "mkdocs.yml").read_text()).get("hooks", [])
    folder.configure(hooks=["fault.py", *hooks])
    refused = folder.run("mkdocs", "build")
    assert refused.returncode == 1
    assert "Internal error of the plugin integration-specs in _on_files_early: KeyError" in refused.stdout
    assert "Traceback" not in refused.stdout


def test_two_builds_are_the_same_bytes(folder: Folder) -> None:
    folder.environment["SOURCE_DATE_EPOCH"] = "1790000000"
    folder.build()
    first = {p.relative_to(folder.root): p.read_bytes() for p in (folder.root / "site").rglob("*") if p.is_file()}
    folder.environment["PYTHONHASHSEED"] = "7"
    folder.build()
    second = {p.relative_to(folder.root): p.read_bytes() for p in (folder.root / "site").rglob("*") if p.is_file()}
    assert first == second


def test_a_link_to_a_page_shows_its_title_and_description_in_a_chat(folder: Folder) -> None:
    folder.write("specs/evil.yaml", spec(HOSTILE, f"purpose: {{why: {json.dumps(HOSTILE)}}}"))
    folder.configure(site_url="https://docs.example.com/")
    folder.build()
    head = folder.page("integrations/evil/index.html").partition("</head>")[0]
    shown = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', head))
    assert unescape(shown["title"]) == HOSTILE
    assert unescape(shown["description"]) == HOSTILE
    assert shown["url"] == "https://docs.example.com/integrations/evil/"
    assert "og:title" not in folder.page("index.html")


def test_every_page_has_the_file_that_it_shows_as_its_source(folder: Folder) -> None:
    """Plugins for feeds and dates read it."""
    folder.write(
        "sources.py",
        "import pathlib\n"
        "def on_env(env, config, files):\n"
        "    names = {file.src_uri: pathlib.Path(file.abs_src_path).name for file in files if file.is_documentation_page()}\n"
        "    pathlib.Path('sources.txt').write_text(repr(sorted(names.items())))\n",
    )
    folder.configure(hooks=["sources.py"])
    folder.build("mkdocs", "--strict")
    sources = (folder.root / "sources.txt").read_text(encoding="utf-8")
    assert "('integrations/zoho.md', 'zoho.yaml')" in sources
    assert "('integrations/health.md', 'mkdocs.yml')" in sources
