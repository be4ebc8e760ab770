"""Material's instant navigation: pages are replaced within one document, and every interactive page works after that."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.harness import BuiltSite, serve_folder
from scratch import commit, git

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def instant_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """This repository's site with `navigation.instant`, which needs the address of the site in its sitemap."""
    root = tmp_path_factory.mktemp("instant")
    for name in ("specs", "site_overrides"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("mkdocs.yml", "integration-specs.toml"):
        shutil.copy(ROOT / name, root / name)
    git(root, "init", "-q", "-b", "main")
    commit(root, "Add the specs")
    site = root / "site"
    site.mkdir()
    with serve_folder(site) as url:
        features = ["navigation.instant", "navigation.indexes", "content.code.copy", "search.suggest"]
        settings = {"INHERIT": "mkdocs.yml", "site_url": url, "theme": {"features": features}}
        (root / "instant.yml").write_text(json.dumps(settings), encoding="utf-8")  # JSON is YAML
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", "instant.yml"],
            cwd=root,
            env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        yield BuiltSite(site, url)


@pytest.fixture
def home(page: Page, instant_site: BuiltSite) -> Page:
    """The home page, in a document that is marked: a full load of another page loses the mark."""
    with page.expect_response("**/sitemap.xml"):
        page.goto(instant_site.url)
    page.wait_for_load_state("networkidle")
    page.evaluate("window.marked = true")
    return page


def arrive(page: Page, address: str) -> None:
    """Wait for the page at `address`, which must have replaced the last one within the same document."""
    page.wait_for_url(re.compile(re.escape(address) + r"(\?.*)?(#.*)?$"))
    expect(page.locator("#left-behind")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.marked") is True, f"{address} was loaded as a new document"


def go(page: Page, site: BuiltSite, address: str) -> None:
    """Follow a link to `address`, below the address of the site, from the article of this page."""
    page.evaluate(
        """url => {
            const link = document.createElement("a");
            link.href = url;
            link.id = "left-behind";
            document.querySelector("article").prepend(link);
            link.click();
        }""",
        site.url + address,
    )
    arrive(page, address)


def test_every_page_opens_without_an_error(home: Page, instant_site: BuiltSite) -> None:
    sitemap = (instant_site.folder / "sitemap.xml").read_text(encoding="utf-8")
    addresses = [url.removeprefix(instant_site.url) for url in re.findall(r"<loc>(.*?)</loc>", sitemap)]
    assert len(addresses) > 30
    for address in filter(None, addresses):
        go(home, instant_site, address)


def test_the_landscape_is_focused_and_leads_to_a_system(home: Page, instant_site: BuiltSite) -> None:
    for _ in range(2):  # also after coming back
        go(home, instant_site, "landscape/")
        home.get_by_label("Focus on").select_option("s:whatsapp")
        expect(home.locator(".ispec-landscape svg .is-near").first).to_be_attached()
        expect(home.locator(".ispec-landscape .ispec-filter")).to_have_count(1)
        go(home, instant_site, "owners/")
    home.go_back()
    arrive(home, "landscape/")
    expect(home.locator(".ispec-landscape .ispec-filter")).to_have_count(1)
    home.locator(
        ".ispec-landscape svg a[data-n='s:whatsapp']"
    ).click()  # the theme leaves links of pictures to the browser
    home.wait_for_url("**/whatsapp/")
    expect(home.get_by_role("heading", level=1)).to_contain_text("WhatsApp")


def test_a_table_is_filtered_sorted_and_sent(home: Page, instant_site: BuiltSite) -> None:
    for _ in range(2):
        go(home, instant_site, "across/endpoints/")
        rows = home.locator("#endpoints tbody tr:visible")
        every = rows.count()
        expect(home.locator("#endpoints .ispec-filter")).to_have_count(1)
        home.get_by_label("Filter this table").last.fill("whatsapp")
        expect(rows).not_to_have_count(every)
        assert "find=whatsapp" in home.url
        home.locator("#endpoints thead button").first.click()
        expect(home.locator("#endpoints thead th").first).to_have_attribute("aria-sort", "ascending")
        with home.expect_download() as download:
            home.get_by_role("button", name="CSV").click()
        assert download.value.suggested_filename == "endpoints.csv"
        home.get_by_role("button", name="Show all").first.click()
        expect(rows).to_have_count(every)
        assert home.evaluate("window.marked") is True
        go(home, instant_site, "owners/")


def test_a_spec_shows_its_tabs_details_and_anchors(home: Page, instant_site: BuiltSite) -> None:
    for _ in range(2):
        go(home, instant_site, "pagar-me/")
        home.locator(".ispec details:has(.ispec-tabs) > summary").first.click()
        tabs = home.locator(".ispec-tabs:visible").first
        tabs.locator(":scope > label").nth(1).click()
        expect(tabs.locator(":scope > .ispec-tab").nth(1)).to_be_visible()
        expect(tabs.locator(":scope > .ispec-tab").nth(0)).to_be_hidden()
        hidden = home.locator(".ispec details:not([open]) [id]").first.get_attribute("id")
        home.evaluate("id => { location.hash = id; }", hidden)
        expect(home.locator(f"[id='{hidden}']")).to_be_visible()
        go(home, instant_site, "incident/pagar-me/")
        expect(home.locator(".ispec-copy").first).to_be_visible()
        home.context.grant_permissions(["clipboard-read", "clipboard-write"])
        home.locator(".ispec-copy").first.click()
        assert home.evaluate("navigator.clipboard.readText()") == home.locator(".ispec-copy").first.get_attribute(
            "data-copy"
        )


def test_the_search_field_of_the_home_page(home: Page, instant_site: BuiltSite) -> None:
    go(home, instant_site, "owners/")
    go(home, instant_site, "")
    home.wait_for_timeout(500)  # the theme closes the search 125 ms after a page is replaced
    home.locator(".ispec-search input").press_sequentially("orders")
    home.locator(".md-search-result__link").first.click()
    home.wait_for_url("**/pagar-me/**")
    expect(home.get_by_role("heading", level=1)).to_contain_text("Pagar.me")
    assert home.evaluate("window.marked") is True
