"""One page of each kind: it fits its size, keeps still, is accessible, in its language and under the policy.

Each is opened once for all tests in each size and language. `open_page` fails the test for what the policy refuses.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from browser.harness import SIZES, BuiltSite, OpenPage, Size
from browser.screenshots import kinds
from integration_specs.site.translations import read_catalogue
from messages import messages

Facts = dict[str, dict[str, Any]]
Look = Callable[[str, Size], Facts]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LARGEST = "pagar-me/"
ZOOMED = {"width": 640, "height": 450}
"""What a window of 1280 by 900 has room for at 200 %, in CSS pixels."""
both_sizes = pytest.mark.parametrize("size", SIZES)

WATCH_SHIFT = """window.shift = 0;
new PerformanceObserver(list => { for (const each of list.getEntries()) shift += each.value })
    .observe({ type: "layout-shift", buffered: true });"""
STILL = "() => document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))"
PLACES = """() => [...document.querySelectorAll(".ispec :is(h1, h2, h3, table, th), .md-sidebar")].map(each => {
    const { x, y, width } = each.getBoundingClientRect();
    return [x, y, width];
}).filter(([, y, width]) => width && y < 2000)"""
"""Of long tables, rows far below are hidden by the script."""
FACTS = """() => ({
    fits: document.documentElement.scrollWidth <= innerWidth,
    boxes: [...document.querySelectorAll(".ispec :is(.ispec-panel, .ispec-tiles, .ispec-filter, .ispec-scroll)")]
        .filter(each => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1
            && getComputedStyle(each).overflowX != "auto")
        .map(each => each.className + ": " + each.textContent.slice(0, 60)),
    small: [...document.querySelectorAll(".ispec :is(p, li, td, th, dd, dt, small, code, label, button)")]
        .filter(each => each.checkVisibility() && parseFloat(getComputedStyle(each).fontSize) < 11.9).length,
    top: document.querySelector(".ispec h1").getBoundingClientRect().top < innerHeight,
    english: document.querySelectorAll(".ispec [lang=en]").length,
    text: document.querySelector(".ispec").textContent,
    shift: window.shift,
})"""


@pytest.fixture(scope="module")
def seen() -> dict[tuple[str, Size], Facts]:
    return {}


@pytest.fixture
def look(open_page: OpenPage, seen: dict[tuple[str, Size], Facts], request: pytest.FixtureRequest) -> Look:
    """What is to be seen of each kind of page of a site, by its address: `look("built_site", "phone")`."""

    def look(name: str, size: Size) -> Facts:
        if (name, size) not in seen:
            site: BuiltSite = request.getfixturevalue(name)
            page = open_page(size)
            page.add_init_script(WATCH_SHIFT)
            found = seen[name, size] = {}
            for address in addresses(site):
                page.goto(site.url + address)
                page.evaluate(STILL)
                found[address] = {"places": page.evaluate(PLACES), **page.evaluate(FACTS)}
                if (name, size) == ("built_site", "desktop"):
                    found[address]["violations"] = violations(page, {"runOnly": {"type": "tag", "values": WCAG}})
                    page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
                    page.evaluate(STILL)
                    found[address]["zoomed"] = page.evaluate(FACTS)
                    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
        return seen[name, size]

    return look


def addresses(site: BuiltSite) -> list[str]:
    """Return the addresses of one page of each kind, and of the largest."""
    found = [address for _, address in kinds(site.folder)]
    assert len(found) > 15
    return [*dict.fromkeys([*found, LARGEST, "whatsapp/"])]


def violations(page: Page, options: dict[str, Any]) -> dict[str, list[str]]:
    """Return the rules of axe that a page breaks, with the places."""
    found = Axe().run(page, options={"resultTypes": ["violations"]} | options)
    return {each["id"]: [node["html"][:160] for node in each["nodes"]] for each in found.response["violations"]}


@both_sizes
@pytest.mark.parametrize("name", ["built_site", "portuguese_site"])
def test_everything_fits_the_screen_and_its_box_or_scrolls(look: Look, name: str, size: Size) -> None:
    found = look(name, size)
    assert [address for address, each in found.items() if not each["fits"]] == []
    assert {address: each["boxes"] for address, each in found.items() if each["boxes"]} == {}


def test_every_kind_of_page_fits_at_a_zoom_of_200_percent(look: Look) -> None:
    for address, each in look("built_site", "desktop").items():
        zoomed = each["zoomed"]
        assert (zoomed["fits"], zoomed["top"], zoomed["small"]) == (True, True, 0), address


@pytest.mark.measured
def test_axe_finds_nothing(look: Look, page: Page, built_site: BuiltSite, measured: Callable[..., None]) -> None:
    found = {address: each["violations"] for address, each in look("built_site", "desktop").items()}
    page.goto(f"{built_site.url}404.html")
    found["404"] = violations(page, {"runOnly": {"type": "tag", "values": WCAG}})
    assert {address: each for address, each in found.items() if each} == {}
    measured("axe", len(found))


@pytest.mark.measured
def test_axe_finds_no_colors_of_low_contrast_in_the_dark(
    open_page: OpenPage, built_site: BuiltSite, measured: Callable[..., None]
) -> None:
    """The other rules find the same in both schemes."""
    page = open_page("desktop", color_scheme="dark")
    bad = {}
    pages = ["404.html", *addresses(built_site)]
    for address in pages:
        page.goto(built_site.url + address)
        assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
        rules = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
        if found := violations(page, rules):
            bad[address] = found
    assert not bad, json.dumps(bad, indent=1)
    measured("axe", len(pages))


@both_sizes
def test_nothing_moves_when_our_script_arrives(
    look: Look, chromium: Browser, built_site: BuiltSite, size: Size
) -> None:
    width, height = SIZES[size]
    moved = {}
    page = chromium.new_page(viewport={"width": width, "height": height})
    try:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setBlockedURLs", {"urls": ["*/integration-specs.js"]})
        for address, with_script in look("built_site", size).items():
            page.goto(built_site.url + address)
            page.evaluate(STILL)
            assert page.locator(".ispec-find").count() == 0  # the script makes it
            places = zip(page.evaluate(PLACES), with_script["places"], strict=True)
            if far := [both for both in places if max(abs(a - b) for a, b in zip(*both, strict=True)) > 2]:
                moved[address] = far[:3]
    finally:
        page.context.close()
    assert moved == {}


@both_sizes
def test_pages_paint_without_layout_shift(look: Look, open_page: OpenPage, built_site: BuiltSite, size: Size) -> None:
    shifts = {address: each["shift"] for address, each in look("built_site", size).items()}
    page = open_page(size)
    page.add_init_script(WATCH_SHIFT)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    for address in ("", "landscape/", LARGEST):
        page.goto(built_site.url + address, wait_until="networkidle")
        shifts[f"{address} on a slow machine"] = page.evaluate("shift")
    # above this, browsers no longer call a page stable
    assert {address: shift for address, shift in shifts.items() if shift >= 0.1} == {}


@pytest.mark.case("H10")
def test_every_page_keeps_to_the_policy(look: Look, page: Page, built_site: BuiltSite) -> None:
    opened = look("built_site", "desktop")
    for path in sorted(built_site.folder.rglob("*.html")):
        html = path.read_text(encoding="utf-8")
        assert 'http-equiv="Content-Security-Policy"' in html
        address = path.relative_to(built_site.folder).as_posix().removesuffix("index.html")
        # 404.html is written for the address of the host, not for its own.
        if address not in opened and address != "404.html":
            page.goto(built_site.url + address)
            if 'http-equiv="refresh"' in html:
                page.wait_for_load_state("networkidle")
            else:
                page.evaluate("new Promise(requestIdleCallback)")


@pytest.mark.parametrize("name", ["portuguese_site", "faulty_portuguese_site"])
def test_a_portuguese_page_has_no_english_text_of_ours(look: Look, name: str) -> None:
    left = {}
    for address, each in look(name, "desktop").items():
        assert each["english"] == 0
        if found := [part for part in _english_parts() if part in each["text"]]:
            left[address] = found
    assert left == {}


@cache
def _english_parts() -> list[str]:
    """Return the parts of our texts between placeholders that have at least five words and are not so in Portuguese."""
    translated = read_catalogue("pt_BR").messages
    texts = [each for each in messages() if isinstance(each, str)]
    parts = {
        part.strip(): translated[text] for text in texts for part in re.split(r"\{[^{}]*\}", text.replace("`", ""))
    }
    found = [part for part, text in parts.items() if len(part.split()) > 4 and part not in text]
    assert len(found) > 800
    return found
