"""Pictures of every kind of page, light and dark, on a desktop and a phone: `make screenshots`, then look at them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from browser.harness import SIZES, Size, launch, serve_folder

ROOT = Path(__file__).parent.parent.parent
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


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


def _shoot(
    browser: Browser, url: str, pages: list[tuple[str, str]], out: Path, size: Size, scheme: Literal["light", "dark"]
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    for name, address in pages:
        page.goto(url + address, wait_until="networkidle")
        page.screenshot(path=out / f"{name}-{size}-{scheme}.png", full_page=False)
    context.close()


def main(out: Path) -> int:
    """Build this repository's site, take the pictures, and say where they are."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", folder]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, check=False)
        if done.returncode:
            return done.returncode
        with serve_folder(Path(folder)) as url, sync_playwright() as playwright, launch(playwright) as browser:
            shoot(browser, url, list(kinds(Path(folder))), out)
    sys.stdout.write(f"The pictures are in {out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".cache" / "screenshots"))
