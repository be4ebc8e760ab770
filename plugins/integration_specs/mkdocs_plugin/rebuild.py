"""In a running server: after an edit of specs alone, only the pages that changed are written again.

MkDocs builds the whole site at every change. With a thousand specs that is seconds; what an edit of one of them changes
is that page, the pages across specs and the search index.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from mkdocs.commands import build as mkdocs_build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

from integration_specs.site import Page, Site

from .site_files import FinishedPage, is_prominent

Stamp = dict[str, tuple[int, int, int]]
_MOST = 100
"""More changed pages than this are as well built by MkDocs itself."""


@dataclass(frozen=True)
class Built:
    """What MkDocs worked with in the last whole build, the site that it wrote, and everything else that it read."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: jinja2.Environment
    site: Site
    stamp: Stamp


def stamp(config: MkDocsConfig, specs: Path) -> Stamp:
    """When and how large the site's files are, except for the specs: whoever builds from those compares their content."""
    roots = {Path(root).absolute() for root in (config.docs_dir, config.config_file_path, *config.watch) if root}
    found: Stamp = {}
    for root in roots:
        for path in _files(root):
            if not (path.suffix == ".yaml" and path.is_relative_to(specs)):
                with suppress(OSError):
                    status = path.stat()
                    found[str(path)] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def _files(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    for folder, _, names in os.walk(root):
        yield from (Path(folder, name) for name in names)


def changed_pages(before: Site, after: Site) -> list[Page] | None:
    """The pages that differ; None when more differs than the content of a few pages."""
    if before.redirects != after.redirects:
        return None
    if [asset.address for asset in before.assets] != [asset.address for asset in after.assets]:
        return None
    if [page.address for page in before.pages] != [page.address for page in after.pages]:
        return None
    changed = []
    for old, new in zip(before.pages, after.pages, strict=True):
        if old is new or old == new:
            continue
        # The navigation of every page shows the titles of these.
        if is_prominent(old) != is_prominent(new) or (is_prominent(new) and old.title != new.title):
            return None
        changed.append(new)
    return changed if len(changed) <= _MOST else None


def write_assets(built: Built, after: Site, mount: str) -> None:
    """Write the files beside the pages that differ from those of the last build; their addresses are the same."""
    for old, new in zip(built.site.assets, after.assets, strict=True):
        if old.content != new.content:
            Path(built.config.site_dir, mount, new.address).write_bytes(new.content)


def rebuild(built: Built, pages: list[Page], mount: str) -> bool:
    """Write `pages` anew through all of MkDocs' events for a page; False when this MkDocs does not work as known."""
    populate = getattr(mkdocs_build, "_populate_page", None)
    write = getattr(mkdocs_build, "_build_page", None)
    if populate is None or write is None:
        return False
    prefix = f"{mount}/" if mount else ""
    targets: list[tuple[FinishedPage, Page]] = []
    for page in pages:
        file = built.files.get_file_from_path(f"{prefix}{page.address}.md")
        if file is None or not isinstance(file.page, FinishedPage):
            return False
        targets.append((file.page, page))
    for target, page in targets:
        target.fill(page)
        populate(target, built.config, built.files)
    every: Any = built.files.documentation_pages()
    for target, _ in targets:
        write(target, built.config, every, built.nav, built.env)
    built.config.plugins.on_post_build(config=built.config)
    return True
