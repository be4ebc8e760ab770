"""Pages, assets and redirects of the specs among MkDocs' files."""

import os
import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

from integration_specs.findings import Finding
from integration_specs.site import Asset, Redirect, Site
from integration_specs.site.links import address_path, page_link

from .languages import SiteLanguages
from .nav import nav_entries
from .page import RenderedPage, own_pages

_ADDRESS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,127})*")


class _OwnFile(File):
    """A file whose content is an asset, or the content by which another plugin replaces it."""

    _given: Asset | str | bytes | None = None

    @property
    def _content(self) -> str | bytes | None:
        return self._given.content if isinstance(self._given, Asset) else self._given

    @_content.setter
    def _content(self, content: Asset | str | bytes | None) -> None:
        self._given = content


def remove_unlisted(files: Files, specs: Path) -> None:
    """Remove the files of the specs folder from the site, except for Markdown pages.

    Specs, owners and attachments are published only where the site lists them. Symbolic links are never published: MkDocs
    would follow them out of the folder.
    """
    real_specs = Path(os.path.realpath(specs))
    for file in list(files):
        if file.abs_src_path is None or file.src_dir is None:
            continue
        source, real = Path(file.abs_src_path), Path(os.path.realpath(file.abs_src_path))
        if source.is_relative_to(specs):
            is_link = real != real_specs / source.relative_to(specs)
            if is_link or not file.is_documentation_page() or _is_attachment(source, specs):
                files.remove(file)
        elif real.is_relative_to(real_specs):
            files.remove(file)


def _is_attachment(path: Path, specs: Path) -> bool:
    """Return whether one of the folders above `path` has the name of a spec next to it."""
    folders = [folder for folder in path.parents if folder != specs and folder.is_relative_to(specs)]
    return any(os.path.lexists(f"{folder}{ending}") for folder in folders for ending in (".yaml", ".yml"))


def add_site(files: Files, site: Site, mount: str, config: MkDocsConfig, finish: Callable[[str], str]) -> list[Finding]:
    """Add pages, assets and redirects to MkDocs' files. Return a finding for each that was not added.

    `finish` returns the final HTML of a redirect page, which no event of MkDocs sees. A file never replaces another one
    with the same address: the first one stays.
    """
    prefix = f"{mount}/" if mount else ""
    # On some file systems `Foo` and `foo` are the same file; a site must build the same on all of them.
    taken = {name.casefold(): f"{name} of the theme" for name in config.theme.static_templates}
    taken |= {"search/search_index.json": "the search index"}
    taken |= {file.dest_uri.casefold(): _name(file) for file in files if file.inclusion.is_in_serve()}  # type: ignore[no-untyped-call]
    folders = {folder for key in taken for folder in _parents(key)}
    languages = SiteLanguages.of(config)
    findings: list[Finding] = []
    for address, source, file in _files(site, prefix, languages.folder if languages else "", config, finish):
        if not _ADDRESS.fullmatch(address):
            shown = address.encode("unicode_escape").decode("ascii")[:80]
            message = f"invalid page address `{shown}`: expected letters, digits, `-`, `_` and single slashes"
            findings.append(Finding("address-unsafe", "error", message, source, help="rename it"))
            continue
        key = file.dest_uri.casefold()
        others = [taken[each] for each in (key, *_parents(key)) if each in taken]
        if others or key in folders:
            other = others[0] if others else "a folder of the site"
            message = f"{source} and {other} would both be written to {file.dest_uri}"
            hint = "rename one of them, or set the plugin's option `mount` to another folder"
            findings.append(Finding("address-taken", "error", message, source, help=hint))
            continue
        taken[key] = source
        folders.update(_parents(key))
        files.append(file)
    for ending, loaded in ((".css", config.extra_css), (".js", config.extra_javascript)):
        own = [
            prefix + each.address for each in site.assets if _is_part_of_site(each) and each.address.endswith(ending)
        ]
        loaded += [address for address in own if address not in loaded]
    if languages:
        languages.register((page.file for page in own_pages(files)), config)
    return findings


def _files(
    site: Site, prefix: str, folder: str, config: MkDocsConfig, finish: Callable[[str], str]
) -> Iterator[tuple[str, str, File]]:
    """Yield the address in the site of specs, the source that messages name, and MkDocs' file.

    `folder` is the one of the language, in which all but styles and scripts are.
    """
    configuration = Path(config.config_file_path or "mkdocs.yml").absolute()

    def file(name: str, content: Any, source: str = "") -> File:
        """Return a file; other plugins read the date of a page from its source, or expect any path."""
        made = _OwnFile.generated(config, name, content=content, inclusion=InclusionLevel.NOT_IN_NAV)
        made.abs_src_path = str(configuration.parent / source if source else configuration)
        return made

    titles = dict(each for each in nav_entries(config.nav) if each[1])
    for page in site.pages:
        page_file = file(f"{prefix}{page.address}.md", "", page.source)  # `nav.place_pages` puts it into the navigation
        page_file.dest_uri = folder + page_file.dest_uri
        RenderedPage(page, page_file, config, titles.get(page_file.src_uri))
        yield page.address, page.source or f"the page `{page.address}`", page_file
    assets = [(each.address, f"the file `{each.address}`", each) for each in site.assets]
    assets += [
        (each.address, f"the former address `{each.address}`", _redirect(each, folder + prefix, config, finish))
        for each in site.redirects
    ]
    for address, source, asset in assets:
        # Under its own name, MkDocs would take a Markdown file for a page.
        asset_file = file(f"{prefix}{asset.address}.asset", asset)
        asset_file.dest_uri = ("" if _is_part_of_site(asset) else folder) + prefix + asset.address
        yield address, source, asset_file


def _is_part_of_site(asset: Asset) -> bool:
    return asset.address.startswith("assets/")  # an attachment never becomes a script or a style


def _parents(key: str) -> Iterator[str]:
    while "/" in key:
        key = key.rpartition("/")[0]
        yield key


def _name(file: File) -> str:
    return os.path.relpath(file.abs_src_path) if file.abs_src_path else file.src_uri


def _redirect(redirect: Redirect, folder: str, config: MkDocsConfig, finish: Callable[[str], str]) -> Asset:
    """Return a page that redirects to the new address without a script."""
    flat = config.use_directory_urls
    path = address_path(redirect.address, flat)
    link, name = escape(page_link(redirect.address, redirect.target, flat)), escape(redirect.target)
    url = f"{(config.site_url or '').rstrip('/')}/{folder}{address_path(redirect.target, flat)}"
    canonical = f'<link rel="canonical" href="{escape(url)}">' if config.site_url else ""
    html = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="0;url={link}"><meta name="robots" content="noindex"><link rel="icon" href="data:,">{canonical}'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{name}</title></head>'
        f'<body><p><a href="{link}">{name}</a></p></body></html>\n'
    )
    return Asset(path if path.endswith(".html") else f"{path}index.html", finish(html).encode())
