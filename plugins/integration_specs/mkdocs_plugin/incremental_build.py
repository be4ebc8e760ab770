"""In a running server: when only specs changed, write the changed pages instead of the whole site.

An edit of one spec changes its page, the pages across specs and the search index; MkDocs would write all pages.
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

from integration_specs.files import is_folder
from integration_specs.site import Page, Site

from .page import RenderedPage

FileStates = dict[str, tuple[int, int, int]]
_MAXIMUM = 100
"""With more changed pages, a full build takes no longer."""


@dataclass(frozen=True)
class Build:
    """The last build: MkDocs' objects, the site, and the states of all other files that it read."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: jinja2.Environment
    site: Site
    file_states: FileStates


def file_states(config: MkDocsConfig, specs: Path) -> FileStates:
    """Return time, size and inode of the site's files, without the specs."""
    roots = {Path(root).absolute() for root in (config.docs_dir, config.config_file_path, *config.watch) if root}
    found: FileStates = {}
    for root in roots:
        for path in _files(root):
            if not (path.suffix == ".yaml" and path.is_relative_to(specs)):
                with suppress(OSError):
                    status = path.stat()
                    found[str(path)] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def _files(root: Path) -> Iterator[Path]:
    if not is_folder(root):
        yield root
        return
    for folder, _, names in os.walk(root):
        yield from (Path(folder, name) for name in names)


def changed_pages(before: Site, after: Site) -> list[Page] | None:
    """Return the pages that differ; None when a full build is needed."""
    if (before.redirects, before.nav_links) != (after.redirects, after.nav_links):
        return None
    if [asset.address for asset in before.assets] != [asset.address for asset in after.assets]:
        return None
    if [page.address for page in before.pages] != [page.address for page in after.pages]:
        return None
    changed = []
    for old, new in zip(before.pages, after.pages, strict=True):
        if old is new or old == new:
            continue
        if old.nav != new.nav:  # every page shows it
            return None
        changed.append(new)
    return changed if len(changed) <= _MAXIMUM else None


def write_assets(build: Build, after: Site, mount: str) -> None:
    """Write the assets that differ from those of the last build."""
    for old, new in zip(build.site.assets, after.assets, strict=True):
        if old != new:
            Path(build.config.site_dir, mount, new.address).write_bytes(new.content)


def write_pages(build: Build, pages: list[Page], mount: str) -> bool:
    """Write `pages` through all of MkDocs' events for a page. Return False when this MkDocs lacks the functions for it."""
    populate = getattr(mkdocs_build, "_populate_page", None)
    write = getattr(mkdocs_build, "_build_page", None)
    if populate is None or write is None:
        return False
    prefix = f"{mount}/" if mount else ""
    targets: list[tuple[RenderedPage, Page]] = []
    for page in pages:
        file = build.files.get_file_from_path(f"{prefix}{page.address}.md")
        if file is None or not isinstance(file.page, RenderedPage):
            return False
        targets.append((file.page, page))
    for target, page in targets:
        target.fill(page)
        populate(target, build.config, build.files)
    every: Any = build.files.documentation_pages()
    for target, _ in targets:
        write(target, build.config, every, build.nav, build.env)
    build.config.plugins.on_post_build(config=build.config)
    return True
