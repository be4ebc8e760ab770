"""Pages for any generator: the same specs built under Zensical and plain MkDocs, whole, and with hostile text inert."""

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from integration_specs.site.completeness import check_site
from integration_specs.site.markdown_site import inert
from invoking import invoke

ROOT = Path(__file__).parent.parent
CANARY = "canary-that-must-stay-outside"
HOSTILE = (
    "<script>window.hit=1</script>",
    '--8<-- "canary.txt"',
    ';--8<-- "canary.txt"',
    "{{ config }} {% include 'canary.txt' %} {# x #}",
    "{: onclick=hit() } { .x onclick=hit() }",
    "</div></div><img src=x onerror=hit()>",
    "```html\n<script>window.hit=2</script>\n```",
    "*[Hostile]: <b>abbreviation</b>",
    "[^1]: <i>note</i>\n\n[toc]: javascript:hit()",
    "::: canary\n\n!!! note\n    <script>window.hit=3</script>",
    "</title><script>window.hit=4</script>",
    "&#123;&#123; config }}",
)
CONFIG = """
site_name: Elsewhere
theme: {name: material, font: false}
plugins: [search]
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - footnotes
  - md_in_html
  - toc
  - pymdownx.superfences
  - pymdownx.snippets: {base_path: [.]}
"""


class Seen(HTMLParser):
    """What a page shows and does: its words in order, tags that act, and attributes that do."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.acting: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"{tag} {sorted((name, value or '') for name, value in attrs)}")
        self.acting += [tag] if tag in ("iframe", "object", "embed") else []
        self.acting += [
            name for name, value in attrs if name.startswith("on") or (value or "").startswith("javascript:")
        ]

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of another generator, with our pages in it, of which one is hostile throughout and one is broken."""
    root = tmp_path_factory.mktemp("elsewhere")
    specs = root / "specs"
    specs.mkdir()
    for path in (ROOT / "specs").glob("*.yaml"):
        (specs / path.name).write_bytes(path.read_bytes())
    (specs / "broken.yaml").write_text("system: B\n")
    text = json.dumps("\n\n".join(HOSTILE))
    line = json.dumps(" ".join(" ".join(HOSTILE).split())[:390])
    (specs / "hostile.yaml").write_text(
        f"title: {line}\nsystem: {line}\ntype: API\nstatus: draft\npurpose:\n  why: {text}\n"
        f"endpoints:\n  - method: GET\n    path: {line}\n    description: {text}\n    response:\n      example: {text}\n"
        f"maintenance:\n  known_limitations:\n    - {text}\n"
    )
    (root / "canary.txt").write_text(CANARY)
    (root / "mkdocs.yml").write_text(CONFIG)
    made = invoke("render", "--out", str(root / "docs"), "--today", "2026-11-22", root=root)
    assert made.exit_code == 1
    assert "broken.yaml is broken" in made.stderr
    return root


@pytest.mark.dev
@pytest.mark.parametrize("generator", ["zensical", "mkdocs"])
def test_another_generator_builds_the_same_site(project: Path, generator: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", generator, "build", "-f", "mkdocs.yml"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    site = project / "site"
    ids = {path.stem for path in (project / "specs").glob("*.yaml")} - {"owners"}
    assert check_site(site, ids) == ()
    for path in site.rglob("*"):
        if path.suffix in (".html", ".json", ".xml", ".js"):
            assert CANARY not in path.read_text(encoding="utf-8"), path
    for path in (project / "docs").rglob("index.md"):
        # What the generator made says what we wrote, and nothing in it acts.
        block = Seen(path.read_text(encoding="utf-8").split("---\n", 2)[2])
        page = Seen((site / path.relative_to(project / "docs").with_suffix(".html")).read_text(encoding="utf-8"))
        assert block.words in page.words, path
        assert not page.acting, path
    hostile = (site / "hostile" / "index.html").read_text(encoding="utf-8")
    assert "window.hit=" in hostile
    assert "<script>window.hit=" not in hostile
    for path in site.rglob("*.html"):
        assert "<script>window.hit=" not in path.read_text(encoding="utf-8"), path


def test_pages_are_equal_with_and_without_references(project: Path) -> None:
    from datetime import date

    from integration_specs.project.workspace import Workspace
    from integration_specs.settings import read_settings
    from integration_specs.site import SiteOptions
    from integration_specs.site.render import render

    workspace = Workspace(read_settings(project))
    site = render(workspace.catalog(), workspace.schema, SiteOptions(today=date(2026, 11, 22)))
    for page in site.pages:
        before, after = Seen(page.content), Seen(inert(page.content))
        assert "".join(before.text) == "".join(after.text), page.address
        assert before.tags == after.tags
        assert "\n" not in inert(page.content)


def test_a_page_that_is_no_more_is_taken_away_and_nothing_else(tmp_path: Path) -> None:
    specs, out = tmp_path / "specs", tmp_path / "docs"
    specs.mkdir()
    out.mkdir()
    (out / "about.md").write_text("# Mine\n")
    for name in ("a", "b"):
        (specs / f"{name}.yaml").write_text(f"system: {name}\ntype: API\nstatus: draft\n")
    assert invoke("render", "--out", str(out), root=tmp_path).exit_code == 0
    assert (out / "b" / "index.md").exists()
    first = (out / "a" / "index.md").stat().st_mtime_ns
    (specs / "b.yaml").unlink()
    assert invoke("render", "--out", str(out), root=tmp_path).exit_code == 0
    assert not (out / "b" / "index.md").exists()
    assert (out / "about.md").read_text() == "# Mine\n"
    assert (out / "a" / "index.md").stat().st_mtime_ns == first


@pytest.mark.parametrize("out", ["specs", "specs/deeper", "link", "."])
def test_pages_never_replace_specs(tmp_path: Path, out: str) -> None:
    own = [tmp_path / "specs" / "shop.yaml", tmp_path / "specs" / "deeper" / "bank.yaml"]
    own[1].parent.mkdir(parents=True)
    for path in own:
        path.write_text("system:   Shop # ours\ntype: API\nstatus: draft\n")
    (tmp_path / "link").symlink_to("specs")
    done = invoke("render", "--out", str(tmp_path / out), root=tmp_path)
    assert done.exit_code == (0 if out == "." else 2)
    assert "is in the folder of the specs" in done.output or out == "."
    assert all("# ours" in path.read_text() for path in own)


def test_a_page_behind_a_link_is_not_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "shop.yaml").write_text("system: Shop\ntype: API\nstatus: draft\n")
    (other := tmp_path / "other" / "page.md").parent.mkdir()
    other.write_text("somebody else's")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "link").symlink_to("../other")
    (tmp_path / "out" / ".integration-specs.json").write_text('["link/page.md"]')
    monkeypatch.chdir(tmp_path)
    assert invoke("render", "--out", "out", root=tmp_path).exit_code == 2
    assert other.exists()


def test_no_markdown_of_a_spec_becomes_a_page(project: Path) -> None:
    """The Markdown beside a page and an attachment are texts to a generator, and every link to them arrives."""
    docs = project / "docs"
    assert {path.name for path in docs.rglob("*.md")} == {"index.md"}
    (text,) = docs.glob("hostile.md.txt")
    assert text.read_text(encoding="utf-8").startswith("# ")
    page = (docs / "hostile" / "index.md").read_text(encoding="utf-8")
    assert 'href="../hostile.md.txt"' in page
    catalog = json.loads((docs / "catalog.json").read_text(encoding="utf-8"))
    assert all((docs / spec["markdown"]).is_file() for spec in catalog["specs"])
