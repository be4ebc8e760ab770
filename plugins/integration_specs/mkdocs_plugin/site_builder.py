"""From the plugin's options to the rendered site of the specs."""

import gc
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.utils import get_build_datetime

from integration_specs.api import Project, ProjectError
from integration_specs.documents import ParserMissing
from integration_specs.files import is_file, is_folder
from integration_specs.findings import Finding
from integration_specs.project.discovery import shown_name
from integration_specs.project.git import RevisionError
from integration_specs.review import change_view
from integration_specs.settings import Settings, SettingsError, read_settings
from integration_specs.site import Site, SiteOptions
from integration_specs.validation.schema import SchemaError, schema_folder

from .options import Options


@dataclass(frozen=True)
class BuiltSite:
    """The rendered site, the findings of its specs, and the addresses that the site must have."""

    site: Site
    findings: tuple[Finding, ...]
    expected: tuple[str, ...]


class SiteBuilder:
    """Reads, checks and renders the specs. In a server, what did not change since the last build is used again."""

    def __init__(self) -> None:
        self.root = Path()
        self._settings = Settings()
        self.specs = Path()
        self.mount = ""
        self.last: BuiltSite | None = None
        self.texts: Mapping[str, str] = {}
        """Redacted texts of the specs of the last build, by file, for the findings in the log."""
        self._options = Options()
        self._project: Project | None = None
        self._origin: Any = None
        self._history = change_view.HistoryCache()

    def configure(self, config: MkDocsConfig, options: Options) -> None:
        """Find the folders, and read settings and schema if they changed. Raises `PluginError` for invalid ones."""
        self._options = options
        self.root = Path(config.config_file_path).absolute().parent if config.config_file_path else Path.cwd()
        self.specs = self.root / (options.specs_dir or "specs")
        try:
            settings = read_settings(self.root)
        except SettingsError as error:
            raise PluginError(str(error)) from None
        # git lists files by their path in the repository.
        folder = options.specs_dir and os.path.relpath(self.root / options.specs_dir, self.root)
        settings = replace(settings, specs=folder or settings.specs, edit=options.edit_url or settings.edit)
        self._settings = settings
        self.specs = Path(os.path.normpath(settings.specs_folder))
        for own in (self.specs, *(self.root / source.path for source in settings.more_specs)):
            if Path(os.path.realpath(own)).is_relative_to(os.path.realpath(config.site_dir)):
                raise PluginError(
                    f"the specs in {os.path.relpath(own)} would be deleted, since MkDocs empties the folder of the site; "
                    "set another `site_dir`"
                )
        is_docs_folder = os.path.realpath(config.docs_dir) == os.path.realpath(self.specs)
        mount = options.mount if options.mount is not None else "" if is_docs_folder else "integrations"
        self.mount = mount.strip("/")
        if any(part.startswith(".") for part in self.mount.split("/")) or "\\" in self.mount:
            raise PluginError(f"the plugin's option `mount` must be a folder inside the site, not {mount!r}")
        schemas = [*schema_folder().glob("*.json"), *([settings.schema_file] if settings.schema_file else [])]
        origin = (settings, [(path, path.stat().st_mtime_ns) for path in schemas if is_file(path)])
        if self._project is None or self._origin != origin:
            try:
                self._project, self._origin = Project(settings), origin
                self._history = change_view.HistoryCache()  # rules may have another level now
            except (SchemaError, SettingsError, ParserMissing) as error:
                raise PluginError(str(error)) from None

    def watched(self, config: MkDocsConfig) -> list[str]:
        """Return the paths that a server watches, also those that do not exist yet."""
        sources = self._settings.more_specs
        paths = [
            self.specs,
            *(self.root / source.path for source in sources),
            schema_folder(),
            Path(__file__).parent.parent / "site",
        ]
        paths += [Path(config.theme.custom_dir)] if config.theme.custom_dir else []
        paths += [self.root / name for name in ("pyproject.toml", "integration-specs.toml")]
        return [str(path.absolute()) for path in paths]

    def build(self, config: MkDocsConfig, *, serving: bool) -> BuiltSite:
        """Read, check and render the specs. Raises `PluginError` without specs.

        A server whose specs folder was deleted keeps the last site.
        """
        if not is_folder(self.specs):
            if self.last is not None and serving:
                return self.last
            raise PluginError(
                f"there is no folder {os.path.relpath(self.specs)}: create it, or set the plugin's option `specs_dir`"
            )
        project = self._project
        if project is None:
            raise PluginError("the plugin has no valid settings")
        overrides = Path(config.theme.custom_dir, "integration_specs") if config.theme.custom_dir else None
        options = SiteOptions(
            language=theme_language(config),
            description=config.site_description or "",
            search=any(name.rpartition("/")[2] == "search" for name in config.plugins),
            directory_urls=config.use_directory_urls,
            overrides=(overrides,) if overrides and is_folder(overrides) else (),
            keeps_results=serving,
        )
        try:
            site, result = project.site(
                get_build_datetime().date(),
                options=options,
                history=self._options.history,
                compare=self._options.compare,
                history_cache=self._history,
            )
        except ProjectError as error:
            option = "the plugin's option `compare`: " if isinstance(error.__cause__, RevisionError) else ""
            raise PluginError(f"{option}{error}") from None
        addresses = {page.source: page.address for page in site.pages if page.source}
        specs = project.files().specs
        expected = tuple(addresses.get(shown_name(path, self.root), path.stem) for path in specs)
        self.last = BuiltSite(site, (*result.findings, *site.failures), expected)
        self.texts = result.texts
        if not serving:
            self._project = None  # frees its memory for MkDocs
            gc.freeze()  # the garbage collector would search all pages again and again
        return self.last


def theme_language(config: MkDocsConfig) -> str:
    """Return the language of the site's theme."""
    language = config.theme.get("language") or getattr(config.theme.get("locale"), "language", None)
    return str(language or "en")
