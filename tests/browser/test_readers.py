"""Each reader from a question to its answer: in at most three clicks or one search, on a phone and on a desktop."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.harness import SIZES, BuiltSite, OpenPage, Size

ROOT = Path(__file__).parent.parent.parent
SPECS = sum(path.stem != "owners" for path in (ROOT / "specs").glob("*.yaml"))
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
both_sizes = pytest.mark.parametrize("size", SIZES)


class Reader:
    """Somebody with a question: counts clicks, and gives up after three."""

    def __init__(self, page: Page, size: Size) -> None:
        self.page, self.size, self.clicks = page, size, 0

    def click(self, role: Literal["link", "button"], name: str | re.Pattern[str], within: str = ".ispec") -> None:
        self.clicks += 1
        assert self.clicks <= 3, f"more than three clicks: {name}"
        self.page.locator(within).get_by_role(role, name=name).first.click()

    def navigate(self, name: str) -> None:
        """Go to a page of the navigation; on a phone that takes the menu, too."""
        if self.size == "phone":
            self.clicks += 1
            self.page.locator(".md-header label[for=__drawer]:visible").first.click()
        self.click("link", name, ".md-nav--primary")

    def search(self, words: str) -> None:
        """Ask the site's search, and take the first answer that is shown."""
        if self.size == "phone":
            self.page.locator(".md-header label[for=__search]:visible").first.click()
        self.page.locator("input.md-search__input").press_sequentially(words)
        self.page.locator(".md-search-result__link").first.wait_for()


@pytest.fixture
def read(open_page: OpenPage, built_site: BuiltSite, size: Size) -> Reader:
    """A reader on the home page."""
    page = open_page(size)
    page.goto(built_site.url)
    return Reader(page, size)


@both_sizes
def test_on_call_at_night_finds_whom_to_call_and_how_to_replay(read: Reader) -> None:
    read.click("link", "Pagar.me payments")
    read.click("link", "Incident card")
    for words in (
        "PagerDuty service payments-gateway",
        "status.pagar.me",
        "billing hooks replay",
        "kv/payments/pagarme",
    ):
        expect(read.page.get_by_text(words).first).to_be_visible()
    assert read.clicks == 2
    for words in ("PagerDuty service payments-gateway", "billing hooks replay"):
        expect(read.page.get_by_text(words).first).to_be_in_viewport()  # without scrolling
    pager = read.page.get_by_role("link", name="PagerDuty service payments-gateway")
    expect(pager).to_have_attribute("href", re.compile("^https://"))


@both_sizes
def test_on_call_opens_the_incident_card_from_the_home_page(read: Reader) -> None:
    read.page.locator("tr", has_text="Pagar.me payments").get_by_role("link", name="Incident card").click()
    expect(read.page.get_by_role("heading", level=1)).to_contain_text("Incident card")


@both_sizes
def test_a_security_reviewer_sends_a_link_to_the_secrets_that_end_soon(read: Reader, built_site: BuiltSite) -> None:
    read.navigate("Explore")
    read.click("link", "Secrets")
    expect(read.page.get_by_role("heading", level=1)).to_have_text("Secrets")
    expect(read.page.locator("#secrets thead")).to_contain_text("Scopes")
    read.page.get_by_role("button", name=re.compile("^90 days")).click()
    expect(read.page).to_have_url(re.compile("when=90"))
    read.page.goto(f"{built_site.url}across/secrets/?when=in+a+thousand+years")
    expect(read.page.get_by_text("No matching rows.")).to_be_visible()


@both_sizes
def test_a_manager_sees_owners_at_once_and_what_is_unowned_with_one_click(read: Reader) -> None:
    row = read.page.locator("#integrations tr", has_text="WhatsApp")
    expect(row.get_by_role("link", name="Messaging team")).to_be_visible()
    read.click("link", re.compile("without owner"))
    expect(read.page.get_by_role("heading", level=1)).to_have_text("Owners")


@both_sizes
@pytest.mark.parametrize(
    ("words", "where"),
    [("messages", "whatsapp"), ("gateway_id", "pagar-me"), ("131056", "whatsapp"), ("itemstatus", "zoho-sprints")],
    ids=["segment of a path", "field", "error code", "last segment"],
)
def test_one_search_finds(read: Reader, words: str, where: str) -> None:
    read.search(words)
    # The theme renders the list again while it searches, so the first four links are read at once.
    first = "where => [...document.querySelectorAll('.md-search-result__link')].slice(0, 4).some(link => link.href.includes(where))"
    read.page.wait_for_function(first, arg=f"/{where}/")


@both_sizes
def test_one_search_leads_to_the_row_of_a_field(read: Reader) -> None:
    read.search("payment.amount")
    read.page.locator(".md-search-result__link[href*='field-payment-amount']").first.click()
    row = read.page.locator("#field-payment-amount")
    expect(row).to_be_in_viewport()
    expect(row.get_by_role("link", name="Pagar.me payments").first).to_be_visible()
    found = row.locator("mark").first
    assert "wavy" not in found.evaluate("mark => getComputedStyle(mark).textDecoration")  # that is an error


@both_sizes
def test_a_newcomer_finds_who_else_writes_a_field(read: Reader) -> None:
    read.navigate("Explore")
    read.click("link", "Data fields")
    read.page.locator("#fields").get_by_role("searchbox").fill("payment.amount")
    row = read.page.locator("#fields tbody tr:visible")
    expect(row).to_have_count(1)
    expect(row.locator("td[data-label='Written by']").get_by_role("link", name="Pagar.me payments")).to_be_visible()
    read.page.locator("#fields").get_by_role("searchbox").fill("two writers")
    expect(row.first.get_by_role("link").nth(1)).to_be_visible()


@both_sizes
@pytest.mark.parametrize(
    ("view", "words"),
    [("Authentication", "Bearer"), ("Secrets", "Vault"), ("Personal data", "identity"), ("Environments", "https://")],
)
def test_a_security_reviewer_finds(read: Reader, view: str, words: str) -> None:
    read.navigate("Explore")
    read.click("link", view)
    expect(read.page.locator("tbody").get_by_text(words).first).to_be_visible()


@both_sizes
def test_a_developer_finds_the_lowest_rate_limit(read: Reader) -> None:
    read.navigate("Explore")
    read.click("link", "Endpoints")
    limits = read.page.locator("#endpoints td[data-label='Rate limit']")
    if read.size == "phone":
        read.page.get_by_text("More filters").click()
        read.page.get_by_label("Sort").select_option(label="Rate limit ↓")
        assert limits.first.inner_text().endswith("per second")
        read.page.get_by_label("Sort").select_option(label="Rate limit ↑")
    else:
        read.page.get_by_role("button", name="Rate limit").click()
    assert limits.first.inner_text() == "60 per hour"  # fewer than 30 per minute
    assert "sort=5" in read.page.url


@both_sizes
def test_a_manager_finds_who_owns_what(read: Reader) -> None:
    read.navigate("Owners")
    read.click("link", "Payments team")
    expect(read.page.get_by_role("link", name="payments@example.com")).to_have_attribute(
        "href", "mailto:payments@example.com"
    )
    expect(read.page.locator(".ispec").get_by_role("link", name="Pagar.me payments").first).to_be_visible()


@both_sizes
def test_a_planner_finds_what_ends_next(read: Reader) -> None:
    read.navigate("Explore")
    read.click("link", "Calendar")
    expect(read.page.get_by_role("heading", level=1)).to_have_text("Calendar")
    days = read.page.locator("#calendar tbody th").evaluate_all("cells => cells.map(cell => cell.dataset.s)")
    assert days == sorted(days)
    assert len(days) >= 5


@both_sizes
def test_a_table_is_filtered_sent_and_reset(read: Reader, built_site: BuiltSite) -> None:
    page, count = read.page, read.page.locator("#endpoints .ispec-count")
    page.goto(f"{built_site.url}across/endpoints/")
    every = page.locator("#endpoints tbody tr").count()
    expect(count).to_have_text(f"{every} of {every}")
    page.get_by_role("searchbox", name="Filter this table").fill("orders")
    if read.size == "phone":
        page.get_by_text("More filters").click()
    page.get_by_label("Method", exact=True).select_option("POST")
    expect(count).not_to_have_text(f"{every} of {every}")
    shown, address = count.inner_text(), page.url
    assert "find=orders" in address
    page.goto("about:blank")
    page.goto(address)
    expect(count).to_have_text(shown)
    page.get_by_role("searchbox", name="Filter this table").fill("nothing like this")
    expect(page.get_by_text("No matching rows.")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(count).to_have_text(f"{every} of {every}")


@both_sizes
def test_the_tiles_of_the_home_page_lead_to_what_they_count(read: Reader, built_site: BuiltSite) -> None:
    tile = read.page.locator(".ispec-tiles a", has_text="critical")
    number = int(tile.locator("strong").inner_text())
    tile.click()
    expect(read.page.locator("#integrations .ispec-count")).to_have_text(f"{number} of {SPECS}")
    assert read.page.locator("#integrations tbody tr:visible").count() == number


def test_a_table_with_a_few_rows_has_no_filters(page: Page, built_site: BuiltSite) -> None:
    page.goto(f"{built_site.url}owners/payments/")
    assert page.locator("#specs tbody tr").count() <= 5
    assert page.locator("#specs .ispec-filter:visible").count() == 0


def test_the_index_is_sorted_and_downloaded_as_shown(page: Page, built_site: BuiltSite) -> None:
    page.goto(f"{built_site.url}?status=draft")
    with page.expect_download() as waiting:
        page.locator("#integrations").get_by_role("button", name="JSON").click()
    rows = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    assert [row["Status"] for row in rows] == ["draft"]
    with page.expect_download() as waiting:
        page.locator("#integrations").get_by_role("button", name="CSV").click()
    lines = waiting.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[0].startswith('"Integration","Criticality"')
    page.goto(built_site.url)
    levels = page.locator("#integrations td[data-label=Criticality]").all_inner_texts()
    assert levels == sorted(levels, key=["critical", "high", "medium", "low", ""].index)
    head = page.locator("#integrations thead th").first
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    names = page.locator("#integrations tbody th a").all_inner_texts()
    assert names == sorted(names, key=str.casefold, reverse=True)


def test_the_search_field_of_the_home_page_opens_the_search(page: Page, built_site: BuiltSite) -> None:
    page.goto(built_site.url)
    page.locator(".ispec-search input").press_sequentially("gateway_id")
    page.locator(".md-search-result__link").first.wait_for()
    expect(page.locator(".md-search__input")).to_have_value("gateway_id")


def test_a_wrong_address_lists_the_nearest_specs(page: Page, built_site: BuiltSite) -> None:
    page.route(
        "**/pagarme/", lambda route: route.fulfill(path=built_site.folder / "404.html", content_type="text/html")
    )
    page.goto(f"{built_site.url}pagarme/")
    expect(page.locator(".ispec-nearest a").first).to_have_text("Pagar.me payments")


@both_sizes
def test_a_developer_finds_the_call_and_what_to_do_on_each_error(read: Reader) -> None:
    read.click("link", "Pagar.me payments")
    read.clicks += 1
    order = read.page.locator(".ispec-item", has=read.page.locator("#endpoint-create-pix-order"))
    order.locator("> summary").click()
    expect(order.get_by_text("curl --request POST")).to_be_visible()
    expect(order.get_by_text("Send again with the same key")).to_be_visible()
    assert read.clicks == 2


@both_sizes
def test_an_endpoint_opens_by_its_link_and_shows_samples_in_place(read: Reader, built_site: BuiltSite) -> None:
    page = read.page
    page.goto(f"{built_site.url}pagar-me/")
    body = page.locator("#endpoint-create-pix-order")
    expect(body).not_to_be_visible()
    page.goto(f"{built_site.url}pagar-me/#endpoint-create-pix-order")
    expect(body.get_by_text("curl --request POST")).to_be_visible()
    body.get_by_text("Python", exact=True).click()
    expect(body.get_by_text("import httpx")).to_be_visible()
    expect(body.get_by_text("curl --request POST")).not_to_be_visible()
    page.goto(f"{built_site.url}samples/pagar-me/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pagar.me payments")


def test_a_phone_shows_the_longest_spec_on_twenty_screens_with_its_contents_at_hand(
    phone: Page, built_site: BuiltSite
) -> None:
    phone.goto(f"{built_site.url}pagar-me/")
    assert phone.evaluate("document.documentElement.scrollHeight / innerHeight") <= 20
    contents = phone.locator(".ispec-toc")
    contents.get_by_text("On this page").click()
    contents.get_by_role("link", name="7. Error handling and retries").click()
    expect(phone.locator("#error-handling")).to_be_in_viewport()
    expect(contents).to_be_in_viewport()
    expect(contents).not_to_have_attribute("open", "")


def test_long_tables_are_grouped_and_take_a_few_screens_of_a_phone(phone: Page, built_site: BuiltSite) -> None:
    for address in ("across/errors", "across/fields", "reference", "rules", "changes"):
        phone.goto(f"{built_site.url}{address}/")
        assert phone.evaluate("document.documentElement.scrollHeight / innerHeight") <= 6, address


@both_sizes
def test_a_group_of_rows_opens_by_hand_by_link_and_by_what_is_found_in_it(read: Reader, built_site: BuiltSite) -> None:
    page = read.page
    page.goto(f"{built_site.url}rules/#unknown-owner")
    expect(page.locator("#unknown-owner")).to_be_in_viewport()
    page.goto(f"{built_site.url}across/errors/?answers.find=429")
    groups = page.locator("#answers .ispec-item:visible")
    assert 0 < groups.count() < SPECS
    assert page.locator("#answers .ispec-item:visible:not([open])").count() == 0
    assert page.locator("#answers tbody tr:visible").count() == int(
        page.locator("#answers .ispec-count").inner_text().split()[0]
    )
    page.locator("#answers").get_by_role("button", name="Show all").click()
    expect(page.locator("#answers .ispec-item:visible")).to_have_count(SPECS)
    assert page.locator("#answers tbody tr:visible").count() == 0
    group = page.locator("#answers .ispec-item", has_text="Zoho Sprints")
    group.locator("summary").click()
    if read.size == "desktop":
        page.locator("#answers .ispec-head").get_by_role("button", name="Error").click()
        page.wait_for_url("**answers.sort=1")
    codes = group.locator("tbody th").all_inner_texts()
    assert len(codes) > 5
    with page.expect_download() as waiting:
        page.locator("#answers").get_by_role("button", name="JSON").click()
    rows = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    assert [row["Error"] for row in rows if row["Integration"] == "Zoho Sprints"] == [
        "; ".join(each.split()) for each in codes
    ]
    assert len({row["Integration"] for row in rows}) == SPECS


def test_groups_of_rows_are_printed_open(page: Page, built_site: BuiltSite) -> None:
    page.goto(f"{built_site.url}across/errors/")
    page.emulate_media(media="print")
    rows = page.locator("#answers tbody tr")
    assert page.locator("#answers tbody tr:visible").count() == rows.count() > 100
    for address, column in (("errors", "Dead-letter / failure handling"), ("secrets", "Stored in")):
        page.goto(f"{built_site.url}across/{address}/")
        page.set_viewport_size({"width": 720, "height": 1018})  # A4 without its margins
        width = page.get_by_role("columnheader", name=column).evaluate(
            "head => head.offsetWidth / head.offsetParent.offsetWidth"
        )
        assert width > 0.24, address


def test_the_longest_spec_is_printed_whole_on_thirty_pages(page: Page, built_site: BuiltSite) -> None:
    page.goto(f"{built_site.url}pagar-me/")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= 30
    page.emulate_media(media="print")
    expect(page.locator("#endpoint-create-pix-order")).to_be_visible()
    expect(page.get_by_text("curl --request POST").first).not_to_be_visible()


def test_the_landscape_focuses_on_one_node(page: Page, built_site: BuiltSite) -> None:
    page.goto(f"{built_site.url}landscape/")
    nodes = page.locator(".ispec-graph a")
    every = nodes.count()
    assert all(nodes.nth(number).get_attribute("xlink:href") for number in range(every))
    page.get_by_label("Focus on").select_option(label="Customer")
    dim = page.locator(".ispec-graph a.is-dim").count()
    assert 0 < dim < every
    page.reload()
    assert page.locator(".ispec-graph a.is-dim").count() == dim
    page.get_by_role("button", name="Show all").click()
    assert page.locator(".ispec-graph a.is-dim").count() == 0


def test_a_review_that_expires_after_the_build_is_overdue(open_page: OpenPage, built_site: BuiltSite) -> None:
    page = open_page(sets_clock=True)
    page.clock.set_fixed_time("2031-01-01T12:00:00")
    page.goto(built_site.url)
    assert page.locator("#integrations .ispec-badge--ok[data-due]").count() == 0
    expect(page.get_by_text(re.compile("review overdue since")).first).to_be_visible()


def test_everything_is_there_without_a_script(open_page: OpenPage, built_site: BuiltSite) -> None:
    page = open_page("phone", java_script_enabled=False)
    page.goto(built_site.url)
    assert page.locator("#integrations tbody tr").count() == SPECS
    assert page.locator(".ispec-filter").count() == 0
    page.goto(f"{built_site.url}landscape/")
    assert page.locator(".ispec-graph a").count() > 15


def test_the_filter_is_reached_and_used_with_the_keyboard_alone(page: Page, built_site: BuiltSite) -> None:
    page.goto(f"{built_site.url}across/endpoints/")
    find = page.get_by_role("searchbox", name="Filter this table")
    for _ in range(60):
        page.keyboard.press("Tab")
        if find.evaluate("node => node === document.activeElement"):
            break
    assert find.evaluate("node => getComputedStyle(node).outlineStyle") != "none"
    page.keyboard.type("nothing like this")
    expect(page.get_by_text("No matching rows.")).to_be_visible()


def test_an_incident_card_is_one_page_of_paper(page: Page, built_site: BuiltSite) -> None:
    for spec in ("pagar-me", "whatsapp"):
        page.goto(f"{built_site.url}incident/{spec}/")
        printed = page.pdf(format="A4")
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, spec


def test_an_open_question_leads_to_its_place(page: Page, built_site: BuiltSite) -> None:
    page.goto(f"{built_site.url}across/questions/")
    page.get_by_role("link", name="endpoints[create-pix-order].rate_limit.note").click()
    expect(page.locator("#endpoint-create-pix-order").get_by_text("how many orders may be created")).to_be_visible()


def test_our_scripts_are_light(built_site: BuiltSite) -> None:
    scripts = list((built_site.folder / "assets").glob("*.js"))
    assert scripts
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < 20_000


def test_the_page_of_every_spec_is_light(built_site: BuiltSite) -> None:
    weights = {
        path.stem: len(gzip.compress((built_site.folder / path.stem / "index.html").read_bytes()))
        for path in (ROOT / "specs").glob("*.yaml")
        if path.stem != "owners"
    }
    assert "pagar-me" in weights
    assert max(weights.values()) < 45_000, weights


@pytest.fixture(scope="session")
def folder_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository's site, built to be read from a folder."""
    root = tmp_path_factory.mktemp("folder")
    config = {
        "INHERIT": str(ROOT / "mkdocs.yml"),
        "docs_dir": str(ROOT / "specs"),
        "use_directory_urls": False,
        "strict": False,  # the settings of this repository lie elsewhere
        "theme": {"name": "material", "font": False, "custom_dir": str(ROOT / "site_overrides")},
        "extra_css": [],
        "plugins": {"search": {}, "integration-specs": {"specs_dir": str(ROOT / "specs"), "mount": ""}},
    }
    (root / "mkdocs.yml").write_text(json.dumps(config), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-f", str(root / "mkdocs.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "site"


def test_the_site_is_read_from_a_folder_without_a_server(chromium: Browser, folder_site: Path) -> None:
    context = chromium.new_context()
    try:
        page = context.new_page()
        asked: list[str] = []
        thrown: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.goto((folder_site / "index.html").as_uri())
        page.locator("#integrations").get_by_role("link", name="Zoho Sprints").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Zoho Sprints")
        page.locator(".ispec").get_by_role("link", name="Incident card").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Incident card")
        assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
        # The theme's search wants a server (or its `offline` plugin); reading does not.
        assert [error for error in thrown if "search_index.js" not in error] == []
    finally:
        context.close()
