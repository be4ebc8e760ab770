"""Pictures of every kind of page, light and dark, on a desktop and a phone: `make screenshots`, then look at them.

The few that the README shows are taken by the same command, into a folder that is kept.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from markdown_it import MarkdownIt
from playwright.sync_api import Browser, sync_playwright

from browser.harness import SIZES, Size, launch, serve_folder

ROOT = Path(__file__).parent.parent.parent
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
KEPT = ROOT / "docs" / "screenshots"
FRAMES: dict[Size, tuple[int, int]] = {"phone": SIZES["phone"], "desktop": (1120, 700)}


@dataclass(frozen=True)
class Picture:
    """One picture of the README: of which page, how large, and in which scheme."""

    name: str
    address: str
    size: Size = "desktop"
    scheme: Scheme = "light"


PICTURES = (
    Picture("index", ""),
    Picture("spec-light", "whatsapp/"),
    Picture("spec-dark", "whatsapp/#endpoint-send-template", scheme="dark"),
    Picture("phone", "incident/whatsapp/", size="phone"),
    Picture("error", "zoho-sprints/"),
    Picture("review", "review.html"),
)
FAULTS = (("type: API\n", "type: Rest API\n"), ("    timeout: 20s\n", "    timeout: 20 secs\n"))
"""What is written wrong in a copy of zoho-sprints.yaml, to show the page of a broken spec."""
EDITS = (
    ("zoho-sprints", "    max_attempts: 4\n", "    max_attempts: 8\n"),
    ("zoho-sprints", "    timeout: 20s\n", "    timeout: 5s\n"),
    ("whatsapp", "    path: /{phone-number-id}/media\n", "    path: /{phone-number-id}/uploads\n"),
)
"""What is edited in another copy, to show what a pull request is told."""
COMMENT_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:24px} table{border-collapse:collapse;margin:12px 0}"
    "td,th{border:1px solid #d0d7de;padding:5px 12px;text-align:left} code{background:#eff1f3;padding:2px 5px;border-radius:5px}"
)


def kinds(site: Path) -> Iterator[tuple[str, str]]:
    """Name and address of one page of each kind in a built site: the first at its depth under each folder."""
    seen = set()
    ids = {path.stem for path in (ROOT / "specs").glob("*.yaml")}
    for file in sorted(site.rglob("index.html")):
        parts = file.parent.relative_to(site).parts
        first = "spec" if parts and parts[0] in ids else "/".join(parts[:1])
        kind = (first, *parts[1:]) if first in ("spec", "across", "reference", "landscape") else (first, len(parts))
        if kind not in seen and 'http-equiv="refresh"' not in file.read_text(encoding="utf-8")[:600]:
            seen.add(kind)
            yield "-".join(parts) or "index", "".join(f"{part}/" for part in parts)


def shoot(browser: Browser, url: str, pages: list[tuple[str, str]], out: Path) -> None:
    """Writes `<page>-<size>-<scheme>.png` for every page."""
    for size in SIZES:
        for scheme in SCHEMES:
            _shoot(browser, url, pages, out, size, scheme)


def _shoot(browser: Browser, url: str, pages: list[tuple[str, str]], out: Path, size: Size, scheme: Scheme) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    for name, address in pages:
        page.goto(url + address, wait_until="networkidle")
        page.screenshot(path=out / f"{name}-{size}-{scheme}.png", full_page=False)
    context.close()


def _run(*command: str, folder: Path = ROOT, allowed: tuple[int, ...] = (0,)) -> str:
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode not in allowed:
        raise SystemExit(done.returncode)
    return done.stdout


def _project(folder: Path) -> Path:
    """A copy in `folder` of what this repository's site is made of, to be edited."""
    for name in ("specs", "site_overrides"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("mkdocs.yml", "integration-specs.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def _edit(project: Path, spec: str, before: str, after: str) -> None:
    file = project / "specs" / f"{spec}.yaml"
    text = file.read_text(encoding="utf-8")
    if before not in text:
        raise SystemExit(f"{file.name} no longer has {before!r}: edit the tables in {Path(__file__).name}")
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def staged(folder: Path) -> tuple[Path, Path]:
    """Two sites below `folder`: one with a broken spec, and one page that is the report of a pull request."""
    broken = _project(folder / "broken")
    for before, after in FAULTS:
        _edit(broken, "zoho-sprints", before, after)
    _run("mkdocs", "build", "--quiet", "--no-strict", folder=broken)
    _project(folder)
    shutil.copytree(ROOT / "specs", folder / "change" / "specs")
    for edit in EDITS:
        _edit(folder / "change", *edit)
    command = ("integration_specs", "diff", "--format", "markdown", "specs", "change/specs")
    report = _run(*command, folder=folder, allowed=(0, 1))
    comment = MarkdownIt("commonmark", {"html": True}).enable("table").render(report)
    (folder / "comment").mkdir()
    (folder / "comment" / "review.html").write_text(
        f"<!doctype html><meta charset=utf-8><title>Review</title><style>{COMMENT_STYLE}</style>{comment}", "utf-8"
    )
    return broken / "site", folder / "comment"


def shoot_kept(browser: Browser, site: Path, folder: Path) -> None:
    """Writes the pictures of the README."""
    broken, comment = staged(folder)
    KEPT.mkdir(parents=True, exist_ok=True)
    folders = {"error": broken, "review": comment}
    for picture in PICTURES:
        width, height = FRAMES[picture.size]
        with serve_folder(folders.get(picture.name, site)) as url:
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=picture.scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            answer = page.goto(url + picture.address, wait_until="networkidle")
            if answer is None or not answer.ok:
                raise SystemExit(f"there is no page {picture.address}: edit PICTURES in {Path(__file__).name}")
            page.screenshot(path=KEPT / f"{picture.name}.png")
            context.close()


def main(out: Path) -> int:
    """Build this repository's site, take the pictures, and say where they are."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name:
        site = Path(name, "site")
        _run("mkdocs", "build", "--site-dir", str(site))
        with sync_playwright() as playwright, launch(playwright) as browser:
            with serve_folder(site) as url:
                shoot(browser, url, list(kinds(site)), out)
            shoot_kept(browser, site, Path(name))
    sys.stdout.write(f"The pictures are in {out}, those of the README in {KEPT.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".cache" / "screenshots"))
