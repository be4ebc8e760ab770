"""Zoom, forced colours, the day of reading, and the landscape of many specs."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from browser.conftest import build, variant
from browser.harness import BuiltSite, OpenPage

MANY = 60


def test_forced_colours_keep_text_frames_and_states(built_site: BuiltSite, open_page: OpenPage) -> None:
    page = open_page(forced_colors="active", color_scheme="dark")
    page.goto(built_site.url)
    canvas = page.evaluate("getComputedStyle(document.body).backgroundColor")
    badge = page.locator("#integrations .ispec-badge").first
    assert badge.evaluate("each => getComputedStyle(each).borderTopColor") != canvas
    page.goto(f"{built_site.url}landscape/")
    node = page.locator(".ispec-graph a").first
    box, text = (node.locator(each).evaluate("each => getComputedStyle(each).fill") for each in ("rect", "text"))
    assert box != text
    page.goto(f"{built_site.url}across/clock/?when=overdue")
    expect(page.get_by_role("button", name="overdue")).to_have_attribute("aria-pressed", "true")


def test_what_is_tapped_is_large_and_narrows_nothing_beside_it(built_site: BuiltSite, phone: Page) -> None:
    phone.goto(f"{built_site.url}pagar-me/#endpoint-create-pix-order")
    endpoint = phone.locator("#endpoint-create-pix-order")
    widths = "blocks => blocks.filter(each => each.checkVisibility()).map(each => each.getBoundingClientRect().width)"
    code = endpoint.locator(".highlight").evaluate_all(widths)
    assert code
    assert min(code) > endpoint.evaluate("each => each.clientWidth") - 40
    phone.goto(f"{built_site.url}incident/pagar-me/")
    heights = "links => links.map(each => each.getBoundingClientRect().height)"
    contacts = phone.locator(".ispec-contacts a").evaluate_all(heights)
    assert len(contacts) > 5
    assert min(contacts) > 32


def test_periods_are_those_of_the_day_of_reading(built_site: BuiltSite, open_page: OpenPage) -> None:
    page = open_page(sets_clock=True)
    page.goto(f"{built_site.url}across/clock/")
    days = page.locator("#calendar tbody th").evaluate_all("cells => cells.map(cell => cell.dataset.s)")
    page.clock.set_fixed_time("2031-01-01T12:00:00")
    page.goto(f"{built_site.url}across/clock/?when=overdue")
    expect(page.locator("#calendar .ispec-count")).to_have_text(f"{len(days)} of {len(days)}")
    expect(page.get_by_role("button", name="90 days (0)")).to_be_visible()
    page.clock.set_fixed_time(f"{days[0]}T12:00:00")  # valid until the end of its day
    page.goto(f"{built_site.url}across/clock/?when=30+days")
    expect(page.locator(f'#calendar tbody th[data-s="{days[0]}"]').first).to_be_visible()
    page.goto(f"{built_site.url}?review=overdue")  # none is overdue on that day
    expect(page.get_by_text("No matching rows.")).to_be_visible()
    page.clock.set_fixed_time("2031-01-01T12:00:00")
    page.goto(built_site.url)
    tile = page.locator(".ispec-tiles a", has_text="overdue for review")
    overdue = int(tile.locator("strong").inner_text())
    assert overdue > 0
    tile.click()
    expect(page.locator("#integrations tbody tr:visible")).to_have_count(overdue)


def test_the_landscape_of_many_specs_opens_its_groups_in_place(
    tmp_path: Path, open_page: OpenPage, serve: Callable[[Path], str]
) -> None:
    specs = tmp_path / "specs"
    specs.mkdir()
    for number in range(MANY):
        mapping = [
            {
                "local_entity": f"Entity {number % 7}",
                "remote_object": "Thing",
                "fields": [{"local": "a", "remote": "b"}],
            }
        ]
        header = {"system": f"System {number}", "type": "API", "status": "draft", "owner": f"team-{number % 3}"}
        (specs / f"system-{number}.yaml").write_text(json.dumps(header | {"data_mapping": mapping}), encoding="utf-8")
    owners = {f"team-{each}": {"name": f"Team {each}", "kind": "team", "contacts": []} for each in range(3)}
    (specs / "owners.yaml").write_text(json.dumps({"owners": owners}), encoding="utf-8")
    (tmp_path / "site").mkdir()
    url = serve(tmp_path / "site")
    config = variant(tmp_path, specs, features=["navigation.instant", "navigation.path"])
    settings = json.loads(config.read_text(encoding="utf-8")) | {"site_url": url}
    config.write_text(json.dumps(settings), encoding="utf-8")
    build(tmp_path / "site", config)
    page = open_page()
    page.goto(f"{url}across/")
    page.evaluate("window.marked = true")
    page.locator(".md-nav--primary").get_by_role("link", name="Landscape").first.click()
    group = page.locator(".ispec-item", has=page.locator("#owner-team-1"))
    expect(group.locator("svg")).to_be_hidden()
    page.locator(".ispec-landscape a", has_text="Team 1").first.click()
    expect(group.locator("svg")).to_be_visible()
    assert page.evaluate("window.marked") is True  # no new document
    assert group.locator("path.is-near").count() == 0
    assert group.locator("path[data-e]").first.evaluate("edge => getComputedStyle(edge).visibility") == "hidden"
    group.get_by_label("Focus on").select_option(label="System 1")
    expect(group.locator("path.is-near")).to_have_count(1)
    page.goto(f"{url}landscape/?focus=s:system-1")
    expect(group.locator("path.is-near")).to_have_count(1)
    page.locator(".ispec-lead").get_by_role("link", name="As a list").click()
    lists = page.locator("#systems .ispec-item")
    expect(lists).to_have_count(3)
    expect(lists.locator("table:visible")).to_have_count(0)
    lists.first.locator("summary").click()
    expect(lists.locator("tbody tr:visible")).to_have_count(MANY // 3)
    page.goto(f"{url}system-1/")  # a draft without most sections
    line = page.locator(".ispec-item", has_text="Not written yet: 1–5, 7–10.")
    expect(page.get_by_role("heading", name="8. Environments")).to_be_hidden()
    page.locator(".ispec-notice").get_by_role("link").click()
    expect(page.get_by_role("heading", name="1. Purpose")).to_be_in_viewport()
    expect(line).to_have_attribute("open", "")
