"""From the first letters in the search field to the first result, in the Chromium of the browser tests."""

import re
import sys
import time
from pathlib import Path

from .measure import Failed
from .tools import ROOT

_PATIENCE = 120_000.0
_FIRST_HITS = {
    "ledger 1000": r"system-01000/",
    "ledger 1000 dead letter": r"system-01000/",
    "production-1003": r"system-01003/",
    "POST /addresss": r"system-\d+/#endpoint-post-addresss",
    "address.changed": r"system-\d+/#event-received-address-changed",
    "remote_created_at": r"system-\d+/",
    "unowned": r"owners/",
    "scopes": r"across/authentication/",
}
"""Queries of a site of generated specs, and patterns of an address in the first result of each."""


def seconds_to_first_result(site: Path, query: str) -> float:
    """Return the seconds from typing `query` on a freshly loaded home page of `site` to a result.

    Raises `Failed`, also if a query has another first result than it should.
    """
    sys.path.append(str(ROOT / "tests"))
    try:
        from playwright.sync_api import Error, sync_playwright

        from browser.harness import launch, serve_folder
        from browser.test_search import first_hits
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
            seconds = time.perf_counter() - start
            found = first_hits(page, *_FIRST_HITS)
            wrong = [query for query, hit in _FIRST_HITS.items() if not re.search(hit, " ".join(found[query]))]
            if wrong:
                raise Failed(f"another first result than expected: {', '.join(wrong)}")
            return seconds
    except (Error, FileNotFoundError) as error:
        raise Failed(str(error)) from None
