"""Sites in several languages, as the plugin `static-i18n` builds them: one after the other, inside of one run."""

from collections.abc import Iterable
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File


class SiteLanguages:
    """The languages of a site, and the one of this build. Pages of all but the default one are in a folder."""

    def __init__(self, plugin: Any) -> None:
        self._plugin = plugin
        self._default = str(plugin.default_language)
        self._current = str(plugin.current_language or self._default)

    @staticmethod
    def of(config: MkDocsConfig) -> "SiteLanguages | None":
        """Return the languages of a site; None for one that `static-i18n` does not build."""
        plugin = config.plugins.get("i18n")
        return SiteLanguages(plugin) if isinstance(getattr(plugin, "default_language", None), str) else None

    @property
    def has_folders(self) -> bool:
        """Whether the sources of each language are in a folder, too."""
        return str(self._plugin.config.docs_structure) == "folder"

    @property
    def folder(self) -> str:
        """Folder of this build inside the site, with a slash; empty for the default language."""
        return self._folder(self._current)

    @property
    def other_folders(self) -> tuple[str, ...]:
        """Folders of the other languages, except for that of the default language, which is the whole site."""
        others = (each for each in self._plugin.build_languages if each not in (self._current, self._default))
        return tuple(map(self._folder, others))

    def register(self, files: Iterable[File], config: MkDocsConfig) -> None:
        """Link each of our pages to its translations, as the plugin does for other pages, and add it to its sitemap."""
        for file in files:
            own: Any = file
            own.locale = own.locale_alternate_of = self._current
            own.localization = None
            own.alternates = {}
            for language in self._plugin.build_languages:
                other = own.alternates[language] = File(file.src_uri, None, config.site_dir, config.use_directory_urls)
                other.dest_uri = self._folder(language) + file.dest_uri.removeprefix(self.folder)
            self._plugin.i18n_files_per_language.get(self._current, []).append(file)

    def _folder(self, language: str) -> str:
        return "" if language == self._default else f"{language}/"
