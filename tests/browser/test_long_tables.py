"""Tables of many rows: short at first sight, and nothing of them lost."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.harness import SIZES, OpenPage, Size, serve_folder
from integration_specs.documents import load_text
from integration_specs.model import Catalog, Owner, Spec
from integration_specs.site import SiteOptions
from integration_specs.site.render import render
from integration_specs.site.tables import FIRST_ROWS
from integration_specs.validation.schema import read_schema

EACH = 170
ROWS = 2 * EACH
LEVELS = ("critical", "high", "medium", "low")
SPECS = 100
"""Of the specs of the home page, each tenth was reviewed."""


def _spec(name: str, text: str) -> Spec:
    document = load_text(f"system: {name}\ntype: API\nstatus: draft\n{text}", f"specs/{name}.yaml")
    return Spec(name, document.path, document.data, document)


def _endpoints(name: str) -> str:
    calls = "".join(f"  - {{method: GET, path: /{name}/{number:03}}}\n" for number in range(EACH))
    return f"endpoints:\n{calls}"


def _header(number: int) -> str:
    reviewed = "" if number % 10 else "last_reviewed: 2026-11-01\n"
    url = f"https://production-{number}.example.com/v1"
    environment = f"{{name: Production, kind: production, base_url: {url}, credentials: Vault, note: Read-only}}"
    return f"{reviewed}owner: payments\ncriticality: {LEVELS[number % 4]}\nenvironments:\n- {environment}\n"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page of all endpoints and `home/`, with our styles and our script, and no theme; `linked.html` has an ID in its last row."""
    root = tmp_path_factory.mktemp("long")
    (root / "home").mkdir()
    (root / "environments").mkdir()
    schema, owners = read_schema(), (Owner("payments", "Payments", "team", {}),)
    options = SiteOptions(today=date(2026, 11, 29))
    site = render(Catalog((_spec("aa", _endpoints("aa")), _spec("zz", _endpoints("zz")))), schema)
    every = [_spec(f"system-{number:02}", _header(number)) for number in range(SPECS)]
    home = render(Catalog((*every,), owners), schema, options)
    for asset in site.assets:
        if asset.address.startswith("assets/"):
            (root / Path(asset.address).name).write_bytes(asset.content)
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>x</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/integration-specs.css">'
    script = '<script src="/integration-specs.js" defer></script>'
    html = '<!doctype html><html lang="en"><head>{}{}</head><body><main class="md-typeset">{}</main></body></html>'
    across = ("", site.pages, "across/endpoints"), ("environments/", home.pages, "across/environments")
    for name, pages, wanted in (*across, ("home/", home.pages, "index")):
        content = next(page.content for page in pages if page.address == wanted)
        (root / f"{name}index.html").write_text(html.format(head, script, content), encoding="utf-8")
    before, last = (root / "index.html").read_text(encoding="utf-8").rsplit("<tr", 1)
    (root / "linked.html").write_text(f'{before}<tr id="aim"{last}', encoding="utf-8")
    with serve_folder(root) as url:
        yield url


def _seen(page: Page) -> int:
    return page.locator("tbody tr:visible").count()


def _of_rest(page: Page) -> Locator:
    return page.locator(".ispec-rest > summary")


def test_the_first_rows_are_shown_and_the_rest_when_asked(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(address)
    assert _seen(page) == FIRST_ROWS
    _of_rest(page).click()
    assert _seen(page) == ROWS
    assert page.locator(".ispec-sort:visible").count() == page.locator("thead").first.locator("th").count()
    places = [
        [head.bounding_box()["x"] for head in page.locator(f"{part} thead th").all()]  # type: ignore[index]
        for part in (".ispec-head", ".ispec-rest")
    ]
    assert places[0] == places[1]  # one head above all rows


def test_each_column_has_room_for_its_words(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(f"{address}environments/")
    assert _seen(page) == FIRST_ROWS
    for cell in page.locator("tbody tr").first.locator("th, td").all():
        lines = cell.evaluate(
            "each => { const all = document.createRange(); all.selectNodeContents(each); return "
            "new Set([...all.getClientRects()].map(box => Math.round(box.top / 8))).size }"
        )
        assert lines <= len(cell.inner_text().split()) + 1, cell.inner_text()


def test_a_filter_finds_rows_that_are_folded(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(address)
    page.get_by_role("searchbox").fill(f"/zz/{EACH - 1}")
    assert _seen(page) == 1
    expect(page.locator(".ispec-count")).to_have_text(f"1 of {ROWS}")
    expect(_of_rest(page)).to_be_hidden()
    page.get_by_role("searchbox").fill("/zz/")
    assert _seen(page) == FIRST_ROWS
    expect(_of_rest(page)).to_have_text(f"and {EACH - FIRST_ROWS} more")
    page.get_by_role("button", name="Show all").click()
    expect(_of_rest(page)).to_have_text(f"and {ROWS - FIRST_ROWS} more")
    paths = page.locator("tbody th").all_inner_texts()
    assert "/aa/000" in paths[0]
    assert _seen(page) == FIRST_ROWS


def test_a_filter_moves_few_rows_and_keeps_their_order(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(address)
    before = page.locator("tbody th").all_text_contents()
    page.evaluate(
        "() => { window.moved = 0; new MutationObserver(list => { for (const each of list) moved += each.addedNodes.length })"
        ".observe(document.querySelector('.ispec-data'), { childList: true, subtree: true }) }"
    )
    count = page.locator(".ispec-count")
    for words, fits, most in (
        ("get", ROWS, 5),
        ("/zz/169", 1, 10),
        ("/aa/", EACH, 15),
        ("/zz/", EACH, 400),
        ("", ROWS, 800),
    ):
        page.get_by_role("searchbox").fill(words)
        expect(count).to_have_text(f"{fits} of {ROWS}")
        assert page.evaluate("moved") < most, words
        assert page.locator("tbody th").all_text_contents() == before
    # The theme has rules about what is inside of `[hidden]`: they make browsers search each row.
    assert page.locator("tbody [hidden]").count() == 0


def test_sorting_takes_all_rows_into_account(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(address)
    last = f"/zz/{EACH - 1}"
    assert last not in page.locator("tbody tr:visible").last.inner_text()
    path = page.locator("thead button", has_text="Endpoint")
    path.click()
    path.click()
    assert last in page.locator("tbody tr:visible").first.inner_text()
    assert _seen(page) == FIRST_ROWS


def test_what_is_downloaded_is_what_fits_and_not_what_is_laid_out(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(address)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    assert len(waiting.value.path().read_text(encoding="utf-8-sig").splitlines()) == ROWS + 1


def test_without_scripts_every_row_can_be_shown_and_is_printed(open_page: OpenPage, address: str) -> None:
    page = open_page("phone", java_script_enabled=False)
    page.goto(address)
    assert _seen(page) == FIRST_ROWS
    _of_rest(page).click()
    assert _seen(page) == ROWS
    page.goto(address)
    page.emulate_media(media="print")
    assert _seen(page) == ROWS
    expect(_of_rest(page)).to_be_hidden()


def test_a_link_to_a_row_that_is_folded_shows_it(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(f"{address}linked.html#aim")
    expect(page.locator("#aim")).to_be_in_viewport()


@pytest.mark.parametrize("size", SIZES)
def test_the_home_page_of_many_specs_starts_with_what_needs_attention(
    open_page: OpenPage, address: str, size: Size
) -> None:
    page = open_page(size)
    page.goto(f"{address}home/")
    groups = page.locator(".ispec-item")
    assert [text.splitlines()[0] for text in groups.locator("summary h3").all_inner_texts()] == [
        "Needs attention",
        *(f"Criticality: {level}" for level in LEVELS if level in ("critical", "medium")),
    ]
    assert _seen(page) == FIRST_ROWS
    assert page.evaluate("document.documentElement.scrollHeight") < 9 * page.viewport_size["height"]  # type: ignore[index]
    assert "critical" in page.locator("tbody tr:visible").last.inner_text()
    page.goto(f"{address}home/?criticality=critical")
    critical = SPECS // 4
    assert _seen(page) == critical
    assert page.locator(".ispec-item[open]:visible").count() == 2
    page.get_by_role("button", name="Show all").click()
    assert _seen(page) == FIRST_ROWS
    groups.filter(has_text="Criticality: medium").locator("summary").click()
    assert _seen(page) == FIRST_ROWS + SPECS // 20
