"""The harness itself: it serves, it shows both sizes, and it sees each thing that a good page never does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser.harness import watch

ELSEWHERE = "http://elsewhere.example/x.png"
GOOD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Good</title>
<link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"><h1>Good</h1>
<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">"""

Serve = Callable[[Path], str]


def _site(folder: Path, body: str = "") -> Path:
    (folder / "index.html").write_text(GOOD + body, encoding="utf-8")
    return folder


def test_a_good_page_is_shown_on_a_desktop(page: Page, serve: Serve, tmp_path: Path) -> None:
    page.goto(serve(_site(tmp_path)))
    assert page.get_by_role("heading", name="Good").is_visible()
    assert page.evaluate("innerWidth") == 1280


def test_a_good_page_is_shown_on_a_phone(phone: Page, serve: Serve, tmp_path: Path) -> None:
    phone.goto(serve(_site(tmp_path)))
    assert phone.get_by_role("heading", name="Good").is_visible()
    assert phone.evaluate("[innerWidth, matchMedia('(pointer: coarse)').matches]") == [390, True]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (f'<img alt="" src="{ELSEWHERE}">', f"asked another host: {ELSEWHERE}"),
        ("<script>console.error('so bad')</script>", "console error: so bad"),
        ("<script>throw new Error('thrown')</script>", "uncaught exception: thrown"),
        ('<img alt="" src="missing.png">', "console error: Failed to load resource"),
    ],
    ids=["another host", "console", "exception", "missing file"],
)
def test_a_bad_page_is_seen(chromium: Browser, serve: Serve, tmp_path: Path, body: str, problem: str) -> None:
    context = chromium.new_context()
    try:
        seen = watch(context)
        context.new_page().goto(serve(_site(tmp_path, body)), wait_until="networkidle")
    finally:
        context.close()
    assert any(problem in line for line in seen.problems), seen.problems
