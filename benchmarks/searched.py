"""From the first letters in the search field to the first result, in the Chromium of the browser tests."""

import sys
import time
from pathlib import Path

from .measure import Failed
from .tools import ROOT

_PATIENCE = 120_000.0


def seconds_to_first_result(site: Path, query: str) -> float:
    """Return the seconds from typing `query` on a freshly loaded home page of `site` to a result. Raises `Failed`."""
    sys.path.append(str(ROOT / "tests"))
    try:
        from playwright.sync_api import Error, sync_playwright

        from browser.harness import launch, serve_folder
    except ImportError as error:
        raise Failed(f"the browser tests cannot be imported: {error}") from None
    try:
        with serve_folder(site) as url, sync_playwright() as playwright, launch(playwright) as browser:
            page = browser.new_page()
            page.goto(url)
            field = page.locator("input.md-search__input")
            field.focus(timeout=_PATIENCE)  # the theme reads its index now
            start = time.perf_counter()
            field.press_sequentially(query)
            page.locator(".md-search-result__item a").first.wait_for(state="attached", timeout=_PATIENCE)
            return time.perf_counter() - start
    except (Error, FileNotFoundError) as error:
        raise Failed(str(error)) from None
