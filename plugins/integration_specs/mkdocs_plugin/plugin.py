"""The hooks of the MkDocs plugin. Each hands over to one of the other modules."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any, Literal, TypeVar

import jinja2
from filelock import BaseFileLock
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority, get_plugin_logger
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage

from integration_specs.documents.code_frame import source_reader
from integration_specs.findings import Finding
from integration_specs.findings.internal_errors import has_internal_error
from integration_specs.reports.text import finding_text
from integration_specs.site import Site, csp
from integration_specs.site.completeness import check_site
from integration_specs.text.display import plural

from . import files as site_files
from . import nav, search
from .incremental_build import Build, changed_pages, file_states, write_changes
from .languages import SiteLanguages
from .options import Options
from .output_lock import lock_output
from .page import RenderedPage, own_pages, with_head_tags
from .page_frames import use_frames
from .server import Server, interrupt_when_ended
from .site_builder import SiteBuilder

log = get_plugin_logger(__name__)
_MOST_PROBLEMS = 20
"""Problems of a site that are shown: a page that could not be made is missing to all that link to it."""
_Hook = TypeVar("_Hook", bound=Callable[..., Any])


def _guarded(hook: _Hook) -> _Hook:
    """Return the hook so that an exception never ends a server, and never shows as a traceback in a build."""

    @wraps(hook)
    def run(self: "IntegrationSpecsPlugin", *args: Any, **kwargs: Any) -> Any:
        try:
            return hook(self, *args, **kwargs)
        except (Abort, PluginError) as error:
            failure = error
        except Exception as error:
            log.debug("in %s", hook.__name__, exc_info=True)
            failure = PluginError(
                f"Internal error of the plugin integration-specs in {hook.__name__}: {type(error).__name__}: {error}. "
                "Please report it; --verbose shows the traceback."
            )
        if not self.serving:
            raise failure
        self.build.failure = str(failure)
        log.info(self.build.failure)
        return None

    return run  # type: ignore[return-value]


class IntegrationSpecsPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Publishes the specs of a folder as pages of a MkDocs site."""

    def __init__(self) -> None:
        self.serving = False
        self.build = Build()
        self._builder = SiteBuilder()
        self._policies = csp.PagePolicies()
        self._lock: BaseFileLock | None = None

    # --- once a run ---------------------------------------------------------------------------------------------------

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Prepare a server. Defining this hook makes MkDocs reuse the plugin instance across the builds of a server."""
        self.serving = command == "serve"
        if self.serving:
            interrupt_when_ended()

    def on_shutdown(self) -> None:
        """Release the lock of the site folder."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def on_build_error(self, *, error: Exception) -> None:
        """Release the lock of a build that failed."""
        self.on_shutdown()

    @_guarded
    def on_serve(self, server: Any, *, config: MkDocsConfig, builder: object) -> None:
        """Make the server survive failed builds and deleted folders. MkDocs calls this after the first build."""
        index = Path(config.site_dir, self._builder.mount, "index.html")
        guarded = Server(server, index, self.rebuild, lambda: getattr(self.build.config, "watch", ()))
        guarded.show(self.build.failure)
        guarded.watch()

    def rebuild(self, build_all: Callable[[], object]) -> str:
        """Build again in a server, if possible only changed pages. Return why it failed: an exception would stop the server."""
        last, self.build = self.build, Build()
        raised = ""
        try:
            if not self._build_changed_pages(last):
                self.build = Build()
                build_all()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a plugin that exits must not end the server
            raised = f"{type(error).__name__}: {error}"
            log.info(f"The build failed: {raised}")
        # Warnings under `strict` raise an exception when the site is complete.
        return self.build.failure or ("" if self.build.is_complete else raised)

    def _build_changed_pages(self, last: Build) -> bool:
        """Write only the changed pages, if nothing else has changed since the last build. Return whether that was possible."""
        started = time.monotonic()
        try:
            if last.failure or not last.is_complete or SiteLanguages.of(last.config) or self._builder.last is None:
                return False
            if file_states(last.config, self._builder.specs) != last.file_states:
                return False
            self.build = last
            before = self._builder.last.site
            built = self._builder.build(last.config, serving=True)
            pages = changed_pages(before, built.site)
            if pages is None:
                return False
            write_changes(last, before, built.site, pages, self._builder.mount)
        except Exception:
            log.debug("in the incremental build", exc_info=True)
            return False  # the full build raises it again, and shows it
        self._report(built.findings, last.config)
        log.info(f"Built {plural(len(pages), 'changed page')} in {time.monotonic() - started:.2f} seconds")
        return not last.failure

    # --- each build ---------------------------------------------------------------------------------------------------

    @event_priority(100)
    @_guarded
    def on_config(self, config: MkDocsConfig) -> None:
        """Read settings and schema, before the search plugin reads its separator."""
        self.build = Build(config)
        try:
            self._builder.configure(config, self.config)
            search.set_separator(config)
        finally:
            if self.serving:  # a file with an error must be watched, too
                config.watch.extend(self._builder.watched(config))
        if self.serving:
            self.build.file_states = file_states(config, self._builder.specs)

    @event_priority(100)
    @_guarded
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Lock the site folder, before MkDocs cleans it."""
        if not self.serving:
            self._lock = self._lock or lock_output(Path(config.site_dir))

    @event_priority(75)
    @_guarded
    def _on_files_early(self, files: Files, *, config: MkDocsConfig) -> None:
        """Add the rendered specs to MkDocs' files, early, so that other plugins see them."""
        site_files.remove_unlisted(files, self._builder.specs)
        if not SiteLanguages.of(config):
            self._add_site(files, config)

    @event_priority(-110)
    @_guarded
    def _on_files_late(self, files: Files, *, config: MkDocsConfig) -> None:
        """Add the rendered specs after the plugin for several languages, which removes pages without Markdown."""
        if SiteLanguages.of(config):
            self._add_site(files, config)

    on_files = CombinedEvent(_on_files_early, _on_files_late)

    def _add_site(self, files: Files, config: MkDocsConfig) -> None:
        if self.build.failure:
            return
        built = self._builder.build(config, serving=self.serving)
        problems = site_files.add_site(files, built.site, self._builder.mount, config, self._finished)
        self._report([*built.findings, *problems], config)
        self._builder.texts = {}  # frees their memory
        if not search.take_over(config):
            log.info("The search plugin is unknown: it parses the pages of the specs.")

    @event_priority(-50)
    @_guarded
    def _on_nav_early(self, nav_: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """Put our pages into the navigation, after the plugins that make it."""
        if self._builder.last is not None and not self.build.failure:
            nav.place_pages(nav_, files, self._builder.last.site.nav_links, self._builder.mount, config)
        self.build.nav = nav_

    @event_priority(-110)
    @_guarded
    def _on_nav_late(self, nav_: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """Put them back if the plugin for several languages has removed them, as it does where each has a folder."""
        if (languages := SiteLanguages.of(config)) and languages.has_folders:
            self._on_nav_early(nav_, config=config, files=files)

    on_nav = CombinedEvent(_on_nav_early, _on_nav_late)

    @event_priority(-100)
    @_guarded
    def on_env(self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Prepare the frames of pages, after all other plugins have changed the templates' environment."""
        self.build.env, self.build.files = env, files
        titles = {str(file.page.title) for file in files.documentation_pages() if file.page}
        self._policies.titles = [title for title in titles if "<" in title]
        if self._builder.last is not None and not self.build.failure:
            use_frames(files, config, self.build.nav, env)
            if not self.serving:
                self._builder.last = replace(self._builder.last, site=Site(()))  # frees each page when it is written

    @event_priority(-100)
    @_guarded
    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Finish a page, after all other plugins."""
        content = page.content or ""
        if isinstance(page, RenderedPage):
            page.free()
            output = with_head_tags(output, page, is_wide=content.startswith('<div class="ispec ispec--wide"'))
        return self._finished(output, content)

    @event_priority(-100)
    @_guarded
    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Finish a page of the theme, such as 404.html."""
        return self._finished(output) if template_name.endswith(".html") else output

    def _finished(self, html: str, content: str = "") -> str:
        # The server adds its reload script to the page later.
        return self._policies.finish(html, content) if self.config.csp and not self.serving else html

    @event_priority(-99)
    @_guarded
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Check that the site is complete, after all other plugins, but before `static-i18n` builds the next language."""
        self.build.is_complete = True
        built = self._builder.last
        if built is None or self.serving:
            return
        self._builder.last = None
        site, languages = Path(config.site_dir), SiteLanguages.of(config)
        if self.config.csp:
            (site / "_headers").write_text(csp.headers_file(self._policies.hashes), encoding="utf-8")
        mount = f"{languages.folder if languages else ''}{self._builder.mount}"
        known = {page.file.dest_uri: page.facts for page in own_pages(self.build.files)}
        problems = [
            each for each in built.findings if has_internal_error([each])
        ]  # first: they may have caused the others
        problems += check_site(site, built.expected, mount, known, languages.other_folders if languages else ())
        if problems:
            more = len(problems) - _MOST_PROBLEMS
            command = f"integration-specs check-site {config.site_dir}{f' --mount {mount}' if mount else ''}"
            rest = f"\nand {more:,} more; list them with: {command}" if more > 0 else ""
            raise PluginError(self._text(problems[:_MOST_PROBLEMS]) + rest)

    # ------------------------------------------------------------------------------------------------------------------

    def _report(self, findings: Iterable[Finding], config: MkDocsConfig) -> None:
        problems = [each for each in findings if each.level != "info"]
        if not problems:
            return
        is_address = any(each.rule.startswith("address-") for each in problems)
        if self.serving:
            log.info(self._text(problems))  # a warning would end a server that is strict
        elif is_address or (config.strict and not has_internal_error(problems)):
            raise PluginError(self._text(problems))
        else:  # internal errors are reported at the end, when everything else is written
            log.warning(self._text(problems))

    def _text(self, findings: Iterable[Finding]) -> str:
        """Return findings as `integration-specs check` prints them."""
        source = source_reader(self._builder.root, self._builder.texts)
        return "\n".join("".join(finding_text(each, source(each.file))) for each in findings).rstrip()
