"""What a theme's template made of a finished page, kept for the next build.

Filling Material's template is most of the work of a second build. Where it depends on nothing that we do not see, the
template is replaced by what it made before; all events of MkDocs and of other plugins happen as ever.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import jinja2
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

from .page_cache import Shelf, programs
from .site_files import PLACE_OF_CONTENT, FinishedPage

_TEMPLATE = "integration-specs-kept.html"
_UNSEEN = ("build_date_utc", "update_date", "now()", "random")
"""Words of templates that give something else at each build."""

_KNOWN = ("material.plugins.search", "mkdocs.contrib.search", "integration_specs.")
"""Plugins whose part in a page is known; with any other that has one, nothing is kept."""


class KeptOutput:
    """The outputs of one build: taken from the shelf before the templates are filled, put there after."""

    def __init__(self, shelf: Shelf, config: MkDocsConfig, nav: Navigation, env: jinja2.Environment) -> None:
        self._shelf = shelf
        self._keys: dict[str, str] = {}
        self._stamp = _stamp(config, nav, env)

    def take(self, files: Files, env: jinja2.Environment) -> None:
        """Give each finished page that was written before the same template output again."""
        if not self._stamp or env.loader is None:
            return
        env.loader = jinja2.ChoiceLoader([jinja2.DictLoader({_TEMPLATE: "{{ page.kept }}"}), env.loader])
        for file in files.documentation_pages():
            page = file.page
            if isinstance(page, FinishedPage) and page.content and "template" not in page.meta:
                key = self._keys[page.url] = sha256(f"{self._stamp}{_facts(page)!r}".encode()).hexdigest()
                known = self._shelf.get(key)
                if known is not None:
                    del self._keys[page.url]
                    page.kept_frame = known
                    page.meta["template"] = _TEMPLATE

    def put(self, output: str, page: FinishedPage) -> None:
        """Keep what the template made of `page`; `output` is as no plugin has changed it yet."""
        key = self._keys.pop(page.url, None)
        content = page.content or ""
        if key is not None and output.count(content) == 1 and PLACE_OF_CONTENT not in output:
            self._shelf.put(key, output.replace(content, PLACE_OF_CONTENT))


def _facts(page: FinishedPage) -> tuple[Any, ...]:
    """Everything that a template can ask of a page."""
    around = (page.previous_page, page.next_page, *page.ancestors)
    return (
        page.url,
        page.title,
        sorted(page.meta.items()),
        sha256((page.content or "").encode("utf-8", "surrogatepass")).digest(),
        [*_contents(page.toc)],
        page.edit_url,
        page.canonical_url,
        page.is_homepage,
        [(getattr(each, "title", None), getattr(each, "url", None)) for each in around],
    )


def _contents(items: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    for item in items:
        yield item.title, item.url, item.level, [*_contents(item.children)]


def _stamp(config: MkDocsConfig, nav: Navigation, env: jinja2.Environment) -> str:
    """What changes when anything changes that all pages have in common; empty when that cannot be seen."""
    for event in ("env", "page_context"):
        for method in config.plugins.events[event]:
            if not type(getattr(method, "__self__", None)).__module__.startswith(_KNOWN):
                return ""
    digest = sha256(programs().encode())
    for folder in config.theme.dirs:
        for path in sorted(_templates(Path(folder))):
            text = path.read_bytes()
            if any(word.encode() in text for word in _UNSEEN) and path.suffix == ".html":
                return ""
            digest.update(text)
    plugins = {name: getattr(plugin, "config", {}) for name, plugin in config.plugins.items()}  # a hook has none
    told = [*_told({**config, "theme": dict(config.theme), "plugins": plugins})]
    digest.update(repr((told, [*_nav(nav.items)], config.theme.dirs)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _templates(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            if path.name not in (".icons", "assets"):  # those of a package change with its version
                yield from _templates(path)
        elif path.suffix in (".html", ".svg", ".yml"):
            yield path


def _told(value: Any) -> Iterator[Any]:
    """A configuration as plain values; objects by the name of what they are."""
    if isinstance(value, Mapping):
        for key in value:
            yield key
            yield from _told(value[key])
        yield "}"
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _told(each)
        yield "]"
    elif value is None or isinstance(value, (str, int, float)):
        yield value
    else:
        yield getattr(value, "__qualname__", type(value).__qualname__)


def _nav(items: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    for item in items:
        yield item.title, getattr(item, "url", None), [*_nav(item.children or ())]
