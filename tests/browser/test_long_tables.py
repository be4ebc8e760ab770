"""A table of hundreds of rows: quick at first sight, and nothing of it lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.harness import OpenPage, serve_folder
from integration_specs.documents import load_text
from integration_specs.model import Catalog, Spec
from integration_specs.site.render import render
from integration_specs.site.tables import FIRST_ROWS
from integration_specs.validation.schema import read_schema

EACH = 170
ROWS = 2 * EACH


def _spec(name: str) -> Spec:
    calls = "".join(f"  - {{method: GET, path: /{name}/{number:03}}}\n" for number in range(EACH))
    document = load_text(f"system: {name}\ntype: API\nstatus: draft\nendpoints:\n{calls}", f"specs/{name}.yaml")
    return Spec(name, document.path, document.data, document)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page of all endpoints with our styles and our script, and no theme; `linked.html` has an id in its last row."""
    root = tmp_path_factory.mktemp("long")
    site = render(Catalog((_spec("aa"), _spec("zz"))), read_schema())
    for asset in site.assets:
        if asset.address.startswith("assets/"):
            (root / Path(asset.address).name).write_bytes(asset.content)
    content = next(page.content for page in site.pages if page.address == "across/endpoints")
    head = '<meta charset="utf-8"><title>x</title><link rel="icon" href="data:,"><link rel="stylesheet" href="integration-specs.css">'
    script = '<script src="integration-specs.js" defer></script>'
    html = f'<!doctype html><html lang="en"><head>{head}{script}</head><body><main class="md-typeset">{content}</main></body></html>'
    (root / "index.html").write_text(html, encoding="utf-8")
    before, last = html.rsplit("<tr", 1)
    (root / "linked.html").write_text(f'{before}<tr id="aim"{last}', encoding="utf-8")
    with serve_folder(root) as url:
        yield url


def _seen(page: Page) -> int:
    return page.locator("tbody tr:visible").count()


def test_the_first_rows_are_shown_and_the_rest_when_asked(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(address)
    expect(page.get_by_text(f"First {FIRST_ROWS} of {ROWS} rows.")).to_be_visible()
    assert _seen(page) == FIRST_ROWS
    page.get_by_role("button", name="Show all").last.click()
    assert _seen(page) == ROWS
    expect(page.get_by_text("First 300", exact=False)).to_be_hidden()


def test_a_filter_finds_rows_that_were_not_shown(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(address)
    page.get_by_role("searchbox").fill(f"/zz/{EACH - 1}")
    assert _seen(page) == 1
    expect(page.locator(".ispec-count")).to_have_text(f"1 of {ROWS}")
    expect(page.get_by_text("First 300", exact=False)).to_be_hidden()


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


def test_without_scripts_every_row_is_there(open_page: OpenPage, address: str) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(address)
    assert _seen(page) == ROWS


def test_a_link_to_a_row_that_waits_shows_it(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(f"{address}linked.html#aim")
    expect(page.locator("#aim")).to_be_in_viewport()
