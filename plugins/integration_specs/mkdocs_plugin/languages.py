"""Sites in several languages, as the plugin `static-i18n` builds them: one after the other, inside of one run."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File


@dataclass(frozen=True)
class SiteLanguages:
    """The languages of a site, and the one of this build. Pages of all but the default one are in a folder."""

    plugin: Any
    current: str
    default: str
    all: tuple[str, ...]

    @staticmethod
    def of(config: MkDocsConfig) -> "SiteLanguages | None":
        """Return the languages of a site; None for one that `static-i18n` does not build."""
        plugin: Any = config.plugins.get("i18n")
        current, default = (getattr(plugin, f"{name}_language", None) for name in ("current", "default"))
        if not isinstance(default, str):
            return None
        return SiteLanguages(plugin, current or default, default, tuple(getattr(plugin, "build_languages", ())))

    @property
    def has_folders(self) -> bool:
        """Whether the sources of each language are in a folder, too."""
        return str(self.plugin.config.docs_structure) == "folder"

    @property
    def folder(self) -> str:
        """Folder of this build inside the site, with a slash; empty for the default language."""
        return self._folder(self.current)

    @property
    def other_folders(self) -> tuple[str, ...]:
        """Folders of the other languages, except for that of the default language, which is the whole site."""
        return tuple(self._folder(each) for each in self.all if each not in (self.current, self.default))

    def register(self, files: Iterable[File], config: MkDocsConfig) -> None:
        """Link each of our pages to its translations, as the plugin does for other pages, and add it to its sitemap."""
        for file in files:
            own: Any = file
            own.locale = own.locale_alternate_of = self.current
            own.localization = None
            own.alternates = {language: self._translation(file, language, config) for language in self.all}
            self.plugin.i18n_files_per_language.get(self.current, []).append(file)

    def _translation(self, file: File, language: str, config: MkDocsConfig) -> File:
        if language == self.current:
            return file
        other = File(file.src_uri, None, config.site_dir, config.use_directory_urls)
        other.dest_uri = self._folder(language) + file.dest_uri.removeprefix(self.folder)
        return other

    def _folder(self, language: str) -> str:
        return "" if language == self.default else f"{language}/"
