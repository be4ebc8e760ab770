"""In a running server: when only specs changed, write the changed pages instead of the whole site.

An edit of one spec changes its page, the pages across specs and the search index; MkDocs would write all pages.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mkdocs.commands import build as mkdocs_build
from mkdocs.config.defaults import MkDocsConfig
from watchdog.utils.dirsnapshot import DirectorySnapshot

from integration_specs.site import Page, Site

from .page import own_pages

FileStates = dict[str, tuple[float, int, tuple[int, int]]]
_MAXIMUM = 100
"""With more changed pages, a full build takes no longer."""


@dataclass
class Build:
    """One build: the objects that MkDocs gives to hooks, the files that it read besides specs, and how it ended.

    A build is complete when everything is written; `failure` is the message of a hook that failed nevertheless.
    """

    config: Any = None
    files: Any = None
    nav: Any = None
    env: Any = None
    file_states: FileStates = field(default_factory=dict)
    failure: str = ""
    is_complete: bool = False


def file_states(config: MkDocsConfig, specs: Path) -> FileStates:
    """Return time, size and inode of the files that the server watches, without the specs."""
    roots = (config.docs_dir, config.config_file_path, *config.watch)
    snapshots = [DirectorySnapshot(os.path.abspath(root)) for root in roots if root and os.access(root, os.R_OK)]  # noqa: PTH100
    return {
        str(path): (each.mtime(path), each.size(path), each.inode(path))
        for each in snapshots
        for path in each.paths
        if not each.isdir(path) and not (str(path).endswith(".yaml") and Path(str(path)).is_relative_to(specs))
    }


def changed_pages(before: Site, after: Site) -> list[Page] | None:
    """Return the pages that differ; None when a full build is needed."""
    if _outline(before) != _outline(after):
        return None
    changed = [new for old, new in zip(before.pages, after.pages, strict=True) if old != new]
    return changed if len(changed) <= _MAXIMUM else None


def _outline(site: Site) -> tuple[Any, ...]:
    """Return all that more than one page depends on: addresses and the navigation."""
    pages = [(page.address, page.nav) for page in site.pages]
    return pages, [asset.address for asset in site.assets], site.redirects, site.nav_links


def write_changes(build: Build, before: Site, after: Site, pages: list[Page], mount: str) -> None:
    """Write changed `pages` through all of MkDocs' events for a page, and the assets that differ.

    The functions for it are private to MkDocs 1; any exception leads to a full build.
    """
    own = {page.address: page for page in own_pages(build.files)}
    for page in pages:
        own[page.address].fill(page)
        mkdocs_build._populate_page(own[page.address], build.config, build.files)
    every = build.files.documentation_pages()
    for page in pages:
        mkdocs_build._build_page(own[page.address], build.config, every, build.nav, build.env)
    for old, new in zip(before.assets, after.assets, strict=True):
        if old != new:
            Path(build.config.site_dir, mount, new.address).write_bytes(new.content)
    build.config.plugins.on_post_build(config=build.config)
