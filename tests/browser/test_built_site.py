"""This repository's own site opens cleanly in a real browser; what a reader does on it is tested beside this file."""

import pytest

from browser.harness import SIZES, BuiltSite, OpenPage, Size


@pytest.mark.parametrize("size", SIZES)
def test_the_home_page_opens(open_page: OpenPage, built_site: BuiltSite, size: Size) -> None:
    page = open_page(size)
    page.goto(built_site.url, wait_until="networkidle")
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
