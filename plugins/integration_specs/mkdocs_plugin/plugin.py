"""The MkDocs plugin: it hands finished pages to MkDocs and keeps the server alive. All that it knows is in the core."""

import os
import time
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass, replace
from functools import update_wrapper
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

import jinja2
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority, get_plugin_logger
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import get_build_datetime

from integration_specs.documents import ParserMissing
from integration_specs.documents.code_frame import source_reader
from integration_specs.findings import Finding
from integration_specs.project.discovery import find_files, shown_name
from integration_specs.project.rules import rule_texts
from integration_specs.project.workspace import Workspace
from integration_specs.reports.text import finding_text
from integration_specs.review import change_view
from integration_specs.settings import SettingsError, read_settings
from integration_specs.site import Page, Site, SiteOptions, csp
from integration_specs.site.completeness import check_site
from integration_specs.site.disk_buffer import Spool
from integration_specs.site.render import render
from integration_specs.validation.schema import SchemaError, schema_folder

from . import rebuild, search, site_files
from .lock import FolderLock, Held
from .options import Options
from .page_cache import KeptPages, Shelf
from .serve import Server, end_cleanly_when_terminated, mark, sweep
from .theme_cache import KeptOutput

log = get_plugin_logger(__name__)
_P = ParamSpec("_P")
_R = TypeVar("_R")


@dataclass(frozen=True)
class _Result:
    """What the specs became."""

    site: Site
    findings: tuple[Finding, ...]


class _Locked(Abort):
    """Could not run: as the command line says with 2."""

    code = exit_code = 2


def _hook(
    function: Callable[Concatenate["IntegrationSpecsPlugin", _P], _R],
) -> Callable[Concatenate["IntegrationSpecsPlugin", _P], _R | None]:
    """A hook that never lets an exception out of a running server, and never a traceback out of a build."""

    def run(self: "IntegrationSpecsPlugin", /, *args: _P.args, **kwargs: _P.kwargs) -> _R | None:
        try:
            return function(self, *args, **kwargs)
        except (Abort, PluginError) as error:
            if not self.serving:
                raise
            self.failure = str(error)
        except Exception as error:
            log.debug("in %s", function.__name__, exc_info=True)
            text = f"{function.__name__}: {type(error).__name__}: {error}"
            text = f"The plugin integration-specs met a fault of its own in {text}. Run with --verbose for the place."
            if not self.serving:
                raise PluginError(text) from error
            self.failure = text
        log.info(self.failure)
        return None

    return update_wrapper(run, function)


class IntegrationSpecsPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Publishes the specs of a folder as pages of a MkDocs site."""

    def __init__(self) -> None:
        self.serving = False
        self.failure = ""
        self._complete = False
        self._workspace: Workspace | None = None
        self._origin: Any = None
        self._pages: dict[str, Page] = {}
        self._shelf: Shelf | None = None
        self._spool: Spool | None = None
        self._outputs: KeptOutput | None = None
        self._history_cache = change_view.HistoryCache()
        self._built: rebuild.Built | None = None
        self._env: Any = None
        self._nav: Any = None
        self._files: Any = None
        self._stamp: rebuild.Stamp = {}
        self._lock: FolderLock | None = None
        self._server: Server | None = None
        self._hashes: set[str] = set()
        self._result: _Result | None = None
        self._root = Path()
        self._specs = Path()
        self._mount = ""

    # --- once a run ---------------------------------------------------------------------------------------------------

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Being here keeps this object, and its caches, across the builds of one server."""
        self.serving = command == "serve"
        if self.serving:
            sweep()
            end_cleanly_when_terminated()

    def on_shutdown(self) -> None:
        """End what outlives a build."""
        if self._server is not None:
            self._server.stop()
        self._release()

    @_hook
    def on_serve(self, server: Any, *, config: MkDocsConfig, builder: object) -> None:
        """Make the server survive bad builds and lost folders; called after its first build."""
        index = Path(config.site_dir, self._mount, "index.html")
        self._server = Server(server, index, self._language(config), log.info)
        self._server.guard(self._begin_again, lambda: self.failure, lambda: self._complete)
        self._server.show(self.failure)
        self._server.follow(lambda: self._specs)

    # --- each build ---------------------------------------------------------------------------------------------------

    def _begin_again(self) -> bool:
        """Before each further build of a server: whether it is needless, since a few pages could be written instead."""
        self.failure, self._complete = "", False
        built, self._built = self._built, None
        try:
            return built is not None and self._specs.is_dir() and self._write_changed(built)
        except Exception:
            log.debug("writing the changed pages alone", exc_info=True)
            return False  # the whole build meets the same fault, and shows it

    def _write_changed(self, built: rebuild.Built) -> bool:
        started = time.monotonic()
        if rebuild.stamp(built.config, self._specs) != built.stamp:
            return False
        result = self._render(built.config)
        pages = rebuild.changed_pages(built.site, result.site)
        if pages is None or not rebuild.rebuild(built, pages, self._mount) or self.failure:
            return False
        rebuild.write_assets(built, result.site, self._mount)
        self._report(result.findings, built.config)
        self._result, self._built = result, replace(built, site=result.site)
        log.info(f"Built {len(pages)} changed pages in {time.monotonic() - started:.2f} seconds")
        return True

    @event_priority(100)
    @_hook
    def on_config(self, config: MkDocsConfig) -> None:
        """Find folders and settings; before the search plugin reads its separator."""
        self._root = Path(config.config_file_path).absolute().parent if config.config_file_path else Path.cwd()
        self._specs = self._root / (self.config.specs_dir or "specs")
        try:
            self._configure(config)
        finally:
            self._watch(config)  # whatever is wrong, it must be possible to mend it
        if self.serving:
            self._stamp = rebuild.stamp(config, self._specs)

    def _configure(self, config: MkDocsConfig) -> None:
        try:
            settings = read_settings(self._root)
        except SettingsError as error:
            raise PluginError(str(error)) from None
        if self.config.specs_dir:
            settings = replace(settings, specs=self.config.specs_dir)
        if self.config.edit_url:
            settings = replace(settings, edit=self.config.edit_url)
        self._specs = Path(os.path.normpath(settings.specs_folder))
        at_root = os.path.realpath(config.docs_dir) == os.path.realpath(self._specs)
        mount = self.config.mount if self.config.mount is not None else "" if at_root else "integrations"
        self._mount = mount.strip("/")
        if any(part.startswith(".") for part in self._mount.split("/")) or "\\" in self._mount:
            raise PluginError(f"`mount` of the plugin must be a folder inside the site, not {mount!r}")
        schemas = [*schema_folder().glob("*.json"), *([settings.schema_file] if settings.schema_file else [])]
        origin = (settings, [(path, path.stat().st_mtime_ns) for path in schemas if path.is_file()])
        if self._workspace is None or self._origin != origin:
            try:
                self._workspace, self._origin = Workspace(settings), origin
                self._history_cache = change_view.HistoryCache()  # rules may have another level now
            except (SchemaError, SettingsError, ParserMissing) as error:
                raise PluginError(str(error)) from None
        search.set_separator(config)

    def _watch(self, config: MkDocsConfig) -> None:
        folders = [self._specs, schema_folder(), Path(__file__).parent.parent / "site"]
        folders += [Path(config.theme.custom_dir)] if config.theme.custom_dir else []
        files = [self._root / name for name in ("pyproject.toml", "integration-specs.toml")]
        # MkDocs' server dies of a watched path that does not exist.
        config.watch.extend(str(path) for path in folders + files if path.exists())

    @_hook
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Before MkDocs cleans the site folder: nobody else may be writing it."""
        if self.serving:
            mark(Path(config.site_dir))
            return
        self._lock = FolderLock(Path(config.site_dir))
        try:
            self._lock.acquire()
        except Held as error:
            raise _Locked(str(error)) from None

    @event_priority(75)
    @_hook
    def on_files(self, files: Files, *, config: MkDocsConfig) -> None:
        """Render the specs and put the pages among MkDocs' files, early, so that other plugins see them."""
        site_files.remove_unlisted(files, self._specs)
        if self.failure:
            return
        result = self._render(config)
        faults = site_files.add_site(
            files, result.site, self._mount, config, lambda html: self._with_policy(html, "") or html
        )
        self._report([*result.findings, *faults], config)
        site_files.add_to_nav(files, result.site, self._mount, config)
        if not search.take_over(config):
            log.info("The search plugin is not one that is known: it reads the finished pages itself.")
        self._result = result

    def _render(self, config: MkDocsConfig) -> "_Result":
        if not self._specs.is_dir():
            if self._result is not None and self.serving:
                return self._result
            raise PluginError(
                f"there is no folder {os.path.relpath(self._specs)}: create it, or set `specs_dir` of the plugin"
            )
        workspace = self._workspace
        if workspace is None:  # the settings were refused
            raise PluginError(self.failure or "the plugin was given no configuration")
        today = get_build_datetime().date()
        outcome = workspace.check_catalog(workspace.catalog(), today)
        history, compare = self.config.history, self.config.compare
        try:
            preview = change_view.preview(workspace, compare, today) if compare else None
        except change_view.RevisionError as error:
            raise PluginError(f"`compare` of the plugin: {error}") from None
        overrides = [Path(config.theme.custom_dir, "integration_specs")] if config.theme.custom_dir else []
        options = SiteOptions(
            language=self._language(config),
            today=today,
            edit_url=workspace.settings.edit_url,
            directory_urls=config.use_directory_urls,
            findings=outcome.findings,
            overrides=tuple(folder for folder in overrides if folder.is_dir()),
            rules=rule_texts(),
            root=workspace.settings.root,
            review_every=workspace.settings.review_every,
            log=change_view.log(workspace, history, outcome.catalog, self._history_cache) if history > 0 else None,
            preview=preview,
        )
        if len(self._pages) > 20 * len(outcome.catalog.specs) + 100:
            self._pages.clear()  # mostly pages of older states
        cache = self._cache()
        site = render(outcome.catalog, workspace.schema, options, cache, self._spool)
        if not self.serving:
            self._workspace = None  # thousands of specs are hundreds of megabytes, and MkDocs needs room, too
        return _Result(site, outcome.findings)

    def _cache(self) -> MutableMapping[str, Page]:
        """Where pages are kept: in memory from build to build of a server, on disk from run to run."""
        if self.serving:
            return self._pages
        self._spool = Spool()
        if not self.config.cache:
            return self._pages
        self._shelf = Shelf(self._root / ".cache" / "integration-specs" / "pages.sqlite")
        return KeptPages(self._shelf, self._spool)

    def _report(self, findings: Iterable[Finding], config: MkDocsConfig) -> None:
        serious = [each for each in findings if each.level != "info"]
        if not serious:
            return
        text = _text(serious, self._root)
        if self.serving:
            log.info(text)  # a warning would end a server that is strict
        elif config.strict or any(each.rule.startswith("address-") for each in serious):
            raise PluginError(text)
        else:
            log.warning(text)

    @event_priority(-50)
    @_hook
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """Tie the pages outside of the navigation to their section."""
        site_files.adopt(nav, files, self._mount)
        self._nav = nav

    @event_priority(-100)
    @_hook
    def on_env(self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Remember what a page is written with, as the other plugins left it."""
        self._env, self._files = env, files
        if self._shelf is not None and self._nav is not None:
            self._outputs = KeptOutput(self._shelf, config, self._nav, env)
            self._outputs.take(files, env)

    @event_priority(100)
    @_hook
    def _on_filled_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str | None:
        """First of all plugins: the page as the theme's template made it."""
        if self._outputs is not None and isinstance(page, site_files.FinishedPage):
            self._outputs.put(output, page)
        return None

    @event_priority(-100)
    @_hook
    def _on_written_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str | None:
        """Last of all plugins: the page as it will be written."""
        if not isinstance(page, site_files.FinishedPage):
            return self._with_policy(output, output)
        page.kept_frame = ""
        content, page.content = page.content, ""  # kept, a thousand pages are a tenth of a gigabyte
        output = site_files.with_preview(output, page)
        # What a spec says is never trusted to run, not even if it got past every escaping.
        return self._with_policy(output, output.replace(content, "", 1) if content else output) or output

    on_post_page = CombinedEvent(_on_filled_page, _on_written_page)

    @event_priority(-100)
    @_hook
    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> str | None:
        """The same for the pages that themes make, such as 404.html."""
        return self._with_policy(output, output) if template_name.endswith(".html") else None

    def _with_policy(self, output: str, trusted: str) -> str | None:
        if self.serving or not self.config.csp:  # the server's reload script is written into the page later
            return None
        hashes = csp.script_hashes(trusted)
        self._hashes |= hashes
        return csp.with_policy(output, hashes)

    @event_priority(-100)
    @_hook
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """After all other plugins: is everything there?"""
        self._complete = True
        if self.serving and self._result is not None and not self.failure:
            self._built = rebuild.Built(config, self._files, self._nav, self._env, self._result.site, self._stamp)
        self._outputs = None
        if self._shelf is not None:
            self._shelf.tidy()
            self._shelf = None
        if self.serving or self._result is None:
            return
        site = Path(config.site_dir)
        if self.config.csp:
            (site / "_headers").write_text(csp.headers_file(self._hashes), encoding="utf-8")
        faults = check_site(site, self._expected(self._result.site), self._mount)
        self._result = None
        self._release()
        if faults:
            raise PluginError(_text(faults, self._root))

    def _expected(self, site: Site) -> list[str]:
        """Where each file's page must be; a file that no page shows must be where its name says."""
        shown = {page.source: page.address for page in site.pages if page.source}
        return [shown.get(shown_name(path, self._root), path.stem) for path in find_files(self._specs).specs]

    def on_build_error(self, *, error: Exception) -> None:
        """Nothing may stay locked."""
        self._release()

    def _release(self) -> None:
        if self._spool is not None:
            self._spool.close()
            self._spool = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @staticmethod
    def _language(config: MkDocsConfig) -> str:
        language = config.theme.get("language") or getattr(config.theme.get("locale"), "language", None)
        return str(language or "en")


def _text(findings: Iterable[Finding], root: Path) -> str:
    """What `integration-specs check` prints of the same findings."""
    source = source_reader(root)
    return "\n".join("".join(finding_text(each, source(each.file))) for each in findings).rstrip()
