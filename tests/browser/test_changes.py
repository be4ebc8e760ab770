"""A reviewer looks at the preview of a change, and a reader asks what happened to a spec, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.harness import SIZES, OpenPage, Size
from scratch import commit, edit, git, repository
from site_support import Folder

GATEWAY = "specs/gateway.yaml"


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a branch: one commit on `main` after the start, and an edit that no commit holds yet."""
    root = repository(tmp_path_factory.mktemp("preview") / "repo")
    edit(root, GATEWAY, "max_attempts: 4", "max_attempts: 6")
    commit(root, "Try <i>longer</i>")
    git(root, "switch", "-q", "-c", "feature")
    edit(root, GATEWAY, "timeout: 15s", "timeout: 5s")
    (root / "docs").mkdir()
    folder = Folder(root)
    folder.configure(plugins=["search", {"integration-specs": {"compare": "main", "csp": True}}])
    folder.build()
    return root / "site"


@pytest.mark.parametrize("size", SIZES)
def test_a_reviewer_comes_from_the_index_to_what_is_different(
    open_page: OpenPage, serve: Callable[[Path], str], preview: Path, size: Size
) -> None:
    page = open_page(size)
    page.goto(f"{serve(preview)}integrations/")
    page.get_by_role("link", name="What this changes").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What this changes")
    expect(page.locator("article")).to_contain_text("15s → 5s")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".ispec-delta a").first.click()
    expect(page.locator("summary .ispec-state")).to_contain_text("changed")
    expect(page.locator("summary .ispec-state").first).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", SIZES)
def test_a_reader_comes_from_a_spec_to_its_history(
    open_page: OpenPage, serve: Callable[[Path], str], preview: Path, size: Size
) -> None:
    page = open_page(size)
    page.goto(f"{serve(preview)}integrations/gateway/")
    history = page.locator("section[aria-labelledby=history]")
    expect(history).to_contain_text("Try <i>longer</i>")
    history.get_by_role("link", name="All changes").click()
    rows = page.locator("#change-log tbody tr:visible")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Try <i>longer</i>")
    expect(page.locator("#change-log")).to_contain_text("2 of 5")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
