"""Pages, assets and redirects of the specs among MkDocs' files."""

import os
import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.utils import get_relative_url

from integration_specs.findings import Finding
from integration_specs.site import Asset, Page, Site

from .languages import SiteLanguages
from .nav import nav_entries
from .page import RenderedPage

_ADDRESS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,127})*")


class _AssetFile(File):
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
    real_root = specs.resolve()
    for file in list(files):
        if file.abs_src_path is None or file.src_dir is None:
            continue
        source = Path(file.abs_src_path)
        real = Path(os.path.realpath(source))  # unlike `resolve`, it returns a path for a loop of links
        if not source.is_relative_to(specs) and not real.is_relative_to(real_root):
            continue
        is_itself = source.is_relative_to(specs) and real == real_root / source.relative_to(specs)
        if not is_itself or not file.is_documentation_page() or _is_attachment(source, specs):
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
    languages = SiteLanguages.of(config)
    taken = {_key(file.dest_uri): _name(file) for file in files if file.inclusion.is_in_serve()}  # type: ignore[no-untyped-call]
    for name in config.theme.static_templates:
        taken.setdefault(_key(name), f"{name} of the theme")
    taken.setdefault("search/search_index.json", "the search index")
    folders = {up for key in taken for up in _parents(key)}
    findings: list[Finding] = []
    titles = dict(each for each in nav_entries(config.nav) if each[1])
    for file, source, page in _files(site, mount, languages.folder if languages else "", config, finish, findings):
        file.abs_src_path = _source(page, config)
        key = _key(file.dest_uri)
        other = taken.get(key) or next((taken[up] for up in _parents(key) if up in taken), None)
        if other is None and key in folders:
            other = "a folder of the site"
        if other is not None:
            message = f"{source} and {other} would both be written to {file.dest_uri}"
            hint = "rename one of them, or set the plugin's option `mount` to another folder"
            findings.append(Finding("address-taken", "error", message, source, help=hint))
            continue
        taken[key] = source
        folders.update(_parents(key))
        files.append(file)
        if page is not None:
            RenderedPage(page, file, config, titles.get(file.src_uri))
    if languages:
        languages.register((file for file in files if isinstance(file.page, RenderedPage)), config)
    return findings


def _files(
    site: Site, mount: str, folder: str, config: MkDocsConfig, finish: Callable[[str], str], findings: list[Finding]
) -> Iterator[tuple[File, str, Page | None]]:
    """Yield files with their source and page. `folder` is the one of the language, in which all but styles and scripts are."""
    prefix = f"{mount}/" if mount else ""
    for page in site.pages:
        source = page.source or f"the page `{page.address}`"
        if _is_safe(page.address, source, findings):
            # `nav.place_pages` puts them into the navigation.
            file = File.generated(config, f"{prefix}{page.address}.md", content="", inclusion=InclusionLevel.NOT_IN_NAV)
            file.dest_uri = folder + file.dest_uri
            yield file, source, page
    for asset in site.assets:
        if _is_safe(asset.address, f"the file `{asset.address}`", findings):
            is_part_of_site = asset.address.startswith("assets/")  # an attachment never becomes a script or a style
            for ending, loaded in ((".css", config.extra_css), (".js", config.extra_javascript)):
                if is_part_of_site and asset.address.endswith(ending) and prefix + asset.address not in loaded:
                    loaded.append(prefix + asset.address)
            # Under its own name, MkDocs would take a Markdown file for a page.
            file = _AssetFile.generated(config, f"{prefix}{asset.address}.asset", content=asset)  # type: ignore[call-overload]
            file.dest_uri = ("" if is_part_of_site else folder) + prefix + asset.address
            file.inclusion = InclusionLevel.NOT_IN_NAV
            yield file, f"the file `{asset.address}`", None
    for redirect in site.redirects:
        source = f"the former address `{redirect.address}`"
        if _is_safe(redirect.address, source, findings) and _is_safe(redirect.target, source, findings):
            page_file = File(f"{prefix}{redirect.address}.md", None, config.site_dir, config.use_directory_urls)
            target = File(f"{prefix}{redirect.target}.md", None, config.site_dir, config.use_directory_urls)
            link = get_relative_url(target.url, page_file.url)
            content = finish(redirect_page(redirect.target, link, folder + target.url, config.site_url))
            file = File.generated(config, folder + page_file.dest_uri, content=content)
            file.inclusion = InclusionLevel.NOT_IN_NAV
            yield file, source, None


def _source(page: Page | None, config: MkDocsConfig) -> str:
    """Return the path of the file that a page shows; for all other files, that of the configuration of the site.

    Other plugins read the date of a page from it, or expect any path.
    """
    configuration = Path(config.config_file_path or "mkdocs.yml").absolute()
    return str(configuration.parent / page.source if page and page.source else configuration)


def _is_safe(address: str, source: str, findings: list[Finding]) -> bool:
    if _ADDRESS.fullmatch(address):
        return True
    shown = address.encode("unicode_escape").decode("ascii")[:80]
    message = f"invalid page address `{shown}`: expected letters, digits, `-`, `_` and single slashes"
    findings.append(Finding("address-unsafe", "error", message, source, help="rename it"))
    return False


def _key(address: str) -> str:
    # On some file systems `Foo` and `foo` are the same file; a site must build the same on all of them.
    return address.casefold()


def _parents(key: str) -> Iterator[str]:
    while "/" in key:
        key = key.rpartition("/")[0]
        yield key


def _name(file: File) -> str:
    return os.path.relpath(file.abs_src_path) if file.abs_src_path else file.src_uri


def redirect_page(name: str, link: str, url: str, site_url: str | None) -> str:
    """Return a page that redirects to the new address without a script."""
    target = escape(link)
    canonical = f'<link rel="canonical" href="{escape(site_url.rstrip("/") + "/" + url)}">' if site_url else ""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="0;url={target}"><meta name="robots" content="noindex"><link rel="icon" href="data:,">{canonical}'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(name)}</title></head>'
        f'<body><p><a href="{target}">{escape(name)}</a></p></body></html>\n'
    )
