"""The policy of what may run and load, kept by the site itself: a refusal is an error on the console, which fails a test."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.harness import BuiltSite


def test_the_theme_works_under_the_policy(page: Page, built_site: BuiltSite) -> None:
    page.goto(built_site.url + "pagar-me/")
    page.get_by_title("Switch to light mode").click()
    page.get_by_title("Switch to dark mode").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.locator(".md-search__input").click()
    page.locator(".md-search__input").press_sequentially("orders")
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    page.locator(".md-search-result__link").first.click()
    page.wait_for_url(re.compile(r"\?h="))
    page.evaluate("scrollTo(0, 4000)")
    page.evaluate("scrollTo(0, 3500)")
    expect(page.get_by_role("button", name="Back to top")).to_be_visible()


@pytest.mark.parametrize(
    "body", ["<script>fired = 1</script>", '<img src="x" onerror="fired = 1">', '<base href="//x.example/">']
)
def test_what_got_into_a_page_does_not_run(chromium: Browser, built_site: BuiltSite, body: str) -> None:
    """Even if every escaping failed: the policy refuses it, and says so."""
    page = chromium.new_page()  # not a watched one: it is meant to be refused something
    html = (built_site.folder / "zoho-sprints/index.html").read_text(encoding="utf-8")
    broken = re.sub(r"(<article[^>]*>)", lambda found: found[1] + body, html, count=1)
    page.route("**/broken.html", lambda route: route.fulfill(body=broken, content_type="text/html"))
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    try:
        page.goto(built_site.url + "zoho-sprints/broken.html")
        assert page.evaluate("typeof fired") == "undefined"
        assert any("Content Security Policy" in text for text in refused)
    finally:
        page.close()
