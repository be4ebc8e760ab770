"""Stamped pages have the bytes that the theme's template would give them; pages that cannot be stamped go through it."""

import re
from pathlib import Path

import pytest
from mkdocs.theme import Theme

from integration_specs.mkdocs_plugin.page_frames import MINIMUM, _depends_on_page
from site_support import Folder, spec

HOSTILE = "A <b>\"bold\"</b> & 'quoted' title"
MANY_SPECS = "import integration_specs.site.navigation as navigation\nnavigation.LISTED = 0\n"
"""A hook that leaves specs out of the navigation, as in a site of many."""
WITHOUT_FRAMES = "import integration_specs.mkdocs_plugin.page_frames as frames\nframes.MINIMUM = 10**9\n"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path, {"SOURCE_DATE_EPOCH": "1795305600"})
    made.write("docs/index.md", "# Home\n")
    for number in range(MINIMUM + 2):
        made.write(f"specs/system-{number}.yaml", spec(f"System {number}", f"tags: [t{number}]"))
    endpoint = "endpoints:\n  - method: GET\n    path: /a/{b}\n    purpose: " + repr(HOSTILE)
    made.write("specs/long.yaml", spec(HOSTILE, f"purpose: {{why: {HOSTILE!r}}}", endpoint))
    return made


def files_of(folder: Folder) -> dict[str, bytes]:
    """All files of the built site, without compressed ones, which hold a time."""
    site = folder.root / "site"
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file() and path.suffix != ".gz"
    }


def build(folder: Folder, hooks: list[str], *, is_large: bool = True, **config: object) -> tuple[str, dict[str, bytes]]:
    folder.write("many.py", MANY_SPECS if is_large else "")
    folder.configure(hooks=["many.py", *hooks], **config)
    return folder.build("mkdocs", "-v"), files_of(folder)


MATERIAL = {"name": "material", "font": False}
CONFIGURATIONS: dict[str, dict[str, object]] = {
    "material": {"theme": MATERIAL, "site_url": "https://example.com/docs/?a=1&b"},
    "nav": {"theme": MATERIAL, "nav": ["index.md", {"Systems": "integrations/index.md"}]},
    "features": {"theme": MATERIAL | {"features": ["navigation.path", "navigation.tabs", "toc.integrate", "content.action.view"]}},
    "edit": {"theme": MATERIAL, "plugins": [{"integration-specs": {"edit_url": "https://x.example/blob/{path}?a&b#{line}"}}]},
    "addresses": {"theme": MATERIAL, "use_directory_urls": False},
    "policy": {"theme": MATERIAL, "plugins": ["search", {"integration-specs": {"csp": True}}]},
    "entries": {"theme": MATERIAL | {"features": ["navigation.indexes", "navigation.prune", "navigation.footer", "navigation.sections"]}},
}  # fmt: skip


@pytest.mark.parametrize("is_large", [True, False])
@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_stamped_pages_are_those_of_the_template(folder: Folder, name: str, is_large: bool) -> None:
    folder.write("without.py", WITHOUT_FRAMES)
    log, stamped = build(folder, [], is_large=is_large, **CONFIGURATIONS[name])
    plain_log, plain = build(folder, ["without.py"], is_large=is_large, **CONFIGURATIONS[name])
    assert re.search(r"pages like integrations/[\w.-]+/? are stamped", log)
    assert "are stamped" not in plain_log
    assert stamped.keys() == plain.keys()
    assert [file for file in plain if plain[file] != stamped[file]] == []


TRUST = "import integration_specs.mkdocs_plugin.page_frames as frames\nframes._depends_on_page = lambda *_: False\n"
"""A hook with which templates of the site are treated like those of Material."""
OVERRIDES = {
    "address": ("{{ page.file.src_uri if page }}", "the frame does not give the theme's output"),
    "upper": ("{{ page.title | upper }}", "changes the TITLE in an unknown way"),
    "urlencode": ("{{ page.title | urlencode }}", "the frame does not give the theme's output"),
    "error": ("{{ page.content.index('</h1>') // 10**9 if page and page.content }}", "substring not found"),
    "cut": ("{% for each in page.toc if page %}{{ each.title if loop.last }}{% endfor %}", "order"),
}


@pytest.mark.parametrize("name", OVERRIDES)
@pytest.mark.parametrize("is_large", [True, False])
def test_pages_with_an_override_that_prints_more_go_through_the_template(
    folder: Folder, name: str, is_large: bool
) -> None:
    block, reason = OVERRIDES[name]
    folder.write("look/main.html", '{% extends "base.html" %}{% block announce %}' + block + "{% endblock %}")
    folder.write("without.py", WITHOUT_FRAMES)
    folder.write("trust.py", TRUST)
    theme = MATERIAL | {"custom_dir": "look"}
    log, built = build(folder, ["trust.py"], is_large=is_large, theme=theme)
    assert reason in log
    assert built == build(folder, ["without.py"], is_large=is_large, theme=theme)[1]


def test_a_template_that_treats_one_page_in_another_way_is_noticed(folder: Folder) -> None:
    banner = "{% if page.url == 'integrations/system-5/' %}Only here{% endif %}"
    folder.write("look/main.html", '{% extends "base.html" %}{% block announce %}' + banner + "{% endblock %}")
    log, built = build(folder, [], theme=MATERIAL | {"custom_dir": "look"})
    assert "the template main.html may depend on the page" in log
    assert [name for name in built if b"Only here" in built[name]] == ["integrations/system-5/index.html"]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ page.title }}", True),
        ("{% for each in nav if each.active %}{{ each.title }}{% endfor %}", True),
        ("{% if toc_item.title == 'Changes' %}!{% endif %}", True),
        ("{% include 'notice.txt' %}", True),
        ("{% include name ~ '.html' %}", True),
        ("{% if %}", True),
        ("\udcff", True),
        (
            "{% extends 'base.html' %}{% block a %}{{ super() }}{{ config.site_name }}{{ self.b() }}{% endblock %}",
            False,
        ),
        ("{% include 'notice.html' %}{{ lang.t('toc') if 'toc.follow' in features }}{{ 'a' | url }}", False),
        ("{% set page = 1 %}{{ page }}<nav class=page>", False),
    ],
)
def test_templates_that_may_depend_on_the_page(tmp_path: Path, template: str, expected: bool) -> None:
    path = tmp_path / "main.html"
    path.write_text(template, encoding="utf-8", errors="surrogateescape")
    assert _depends_on_page(path, Theme(name="mkdocs").get_env()) is expected


@pytest.mark.parametrize("name", ["mkdocs", "readthedocs"])
def test_pages_of_another_theme_go_through_the_template(folder: Folder, name: str) -> None:
    theme = {"name": name}  # one prints the level of each heading, one the page's source file and the title as JSON
    folder.write("without.py", WITHOUT_FRAMES)
    log, built = build(folder, [], theme=theme)
    assert "the theme is not Material" in log
    assert built == build(folder, ["without.py"], theme=theme)[1]


def test_pages_go_through_the_template_with_a_plugin_that_changes_them(folder: Folder) -> None:
    folder.write(
        "own.py", "def on_page_context(context, page, **_):\n    page.meta['title'] = page.url\n    return context\n"
    )
    log, built = build(folder, ["own.py"])
    assert "takes part in on_page_context" in log
    assert b"integrations/system-1/" in built["integrations/system-1/index.html"]


def test_events_after_the_template_happen_for_stamped_pages(folder: Folder) -> None:
    folder.write("own.py", "def on_post_page(output, page, **_):\n    return output + f'<!-- {page.url} -->'\n")
    log, built = build(folder, ["own.py"])
    assert "are stamped" in log
    for number in range(MINIMUM):
        address = f"integrations/system-{number}/"
        assert built[f"{address}index.html"].endswith(f"<!-- {address} -->".encode())
