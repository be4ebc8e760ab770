"""The hooks of the MkDocs plugin. Each hands over to one of the other modules."""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import update_wrapper
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

import jinja2
from filelock import BaseFileLock
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority, get_plugin_logger
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage

from integration_specs.documents.atomic_write import refuse_links
from integration_specs.documents.code_frame import source_reader
from integration_specs.files import is_folder
from integration_specs.findings import Finding
from integration_specs.findings.internal_errors import has_internal_error
from integration_specs.reports.text import finding_text
from integration_specs.site import Site, csp
from integration_specs.site.completeness import check_site
from integration_specs.text.display import plural

from . import files as site_files
from . import incremental_build, nav, search
from .languages import SiteLanguages
from .options import Options
from .output_lock import OutputLocked, lock_output
from .page import RenderedPage, with_head_tags
from .page_frames import use_frames
from .server import Server, interrupt_on_sigterm, mark_site, remove_old_sites
from .site_builder import SiteBuilder, theme_language

log = get_plugin_logger(__name__)
_P = ParamSpec("_P")
_R = TypeVar("_R")


class _CannotRun(Abort):
    """Ends the build with the exit code that the command line uses for "could not run"."""

    code = exit_code = 2


def _guarded(
    hook: Callable[Concatenate["IntegrationSpecsPlugin", _P], _R],
) -> Callable[Concatenate["IntegrationSpecsPlugin", _P], _R | None]:
    """Return the hook so that an exception never ends a server, and never shows as a traceback in a build."""

    def run(self: "IntegrationSpecsPlugin", /, *args: _P.args, **kwargs: _P.kwargs) -> _R | None:
        try:
            return hook(self, *args, **kwargs)
        except (Abort, PluginError) as error:
            if not self.serving:
                raise
            self.failure = str(error)
        except Exception as error:
            log.debug("in %s", hook.__name__, exc_info=True)
            text = (
                f"Internal error of the plugin integration-specs in {hook.__name__}: {type(error).__name__}: {error}. "
                "Please report it; --verbose shows the traceback."
            )
            if not self.serving:
                raise PluginError(text) from error
            self.failure = text
        log.info(self.failure)
        return None

    return update_wrapper(run, hook)


class IntegrationSpecsPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Publishes the specs of a folder as pages of a MkDocs site."""

    def __init__(self) -> None:
        self.serving = False
        self.failure = ""
        self._builder = SiteBuilder()
        self._is_complete = False
        self._lock: BaseFileLock | None = None
        self._server: Server | None = None
        self._script_hashes: set[str] = set()
        self._nav: Any = None
        self._env: Any = None
        self._files: Any = None
        self._file_states: incremental_build.FileStates = {}
        self._last_build: incremental_build.Build | None = None

    # --- once a run ---------------------------------------------------------------------------------------------------

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Prepare a server. Defining this hook makes MkDocs reuse the plugin instance across the builds of a server."""
        self.serving = command == "serve"
        if self.serving:
            remove_old_sites()
            interrupt_on_sigterm()

    def on_shutdown(self) -> None:
        """Release what outlives a build."""
        if self._server is not None:
            self._server.stop()
        self._unlock()

    @_guarded
    def on_serve(self, server: Any, *, config: MkDocsConfig, builder: object) -> None:
        """Make the server survive failed builds and deleted folders. MkDocs calls this after the first build."""
        index = Path(config.site_dir, self._builder.mount, "index.html")
        self._server = Server(server, index, theme_language(config), log.info)
        self._server.guard(self._try_incremental_build, lambda: self.failure, lambda: self._is_complete)
        self._server.show(self.failure)
        self._server.keep_watching(lambda: self._builder.specs)

    # --- each build ---------------------------------------------------------------------------------------------------

    @event_priority(100)
    @_guarded
    def on_config(self, config: MkDocsConfig) -> None:
        """Read settings and schema, before the search plugin reads its separator."""
        try:
            self._builder.configure(config, self.config)
            search.set_separator(config)
        finally:
            config.watch.extend(self._builder.watched(config))  # a file with an error must be watched, too
        if self.serving:
            self._file_states = incremental_build.file_states(config, self._builder.specs)

    @_guarded
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Lock the site folder, before MkDocs cleans it."""
        if self.serving:
            mark_site(Path(config.site_dir))
            return
        try:
            refuse_links(Path(config.site_dir))
            self._lock = self._lock or lock_output(Path(config.site_dir))
        except OutputLocked as error:
            raise _CannotRun(str(error)) from None
        except OSError as error:
            raise _CannotRun(f"{error.filename}: {error.strerror}") from None

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
        if self.failure:
            return
        built, mount = self._builder.build(config, serving=self.serving), self._builder.mount
        problems = site_files.add_site(
            files, built.site, mount, config, lambda html: self._with_policy(html, "") or html
        )
        self._report([*built.findings, *problems], config)
        self._builder.texts = {}  # frees their memory
        if not search.take_over(config):
            log.info("The search plugin is unknown: it parses the pages of the specs.")

    @event_priority(-50)
    @_guarded
    def _on_nav_early(self, nav_: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """Put our pages into the navigation, after the plugins that make it."""
        self._nav = nav_
        if self._builder.last is not None and not self.failure:
            nav.place_pages(nav_, files, self._builder.last.site, self._builder.mount, config)

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
        self._env, self._files = env, files
        if self._nav is not None and not self.failure:
            use_frames(files, config, self._nav, env)
        if self._builder.last is not None and not self.serving:
            self._builder.last = replace(self._builder.last, site=Site(()))  # frees each page when it is written

    @event_priority(-100)
    @_guarded
    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str | None:
        """Finish a page, after all other plugins."""
        if not isinstance(page, RenderedPage):
            return self._with_policy(output, self._theme_part(output, page.content or ""))
        content = page.content
        page.free()
        output = with_head_tags(output, page, is_wide=content.startswith('<div class="ispec ispec--wide"'))
        if not self._has_policy:
            return output
        # Scripts in the content never run, not even if they got past escaping.
        return self._with_policy(output, output.replace(content, "", 1) if content else output)

    @event_priority(-100)
    @_guarded
    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> str | None:
        """Finish a page of the theme, such as 404.html."""
        return self._with_policy(output, output) if template_name.endswith(".html") else None

    @event_priority(-99)
    @_guarded
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Check that the site is complete, after all other plugins, but before `static-i18n` builds the next language."""
        self._is_complete = True
        built = self._builder.last
        if built is None:
            return
        if self.serving:
            if not self.failure and not SiteLanguages.of(config):
                self._last_build = incremental_build.Build(
                    config, self._files, self._nav, self._env, built.site, self._file_states
                )
            return
        site = Path(config.site_dir)
        if self.config.csp:
            (site / "_headers").write_text(csp.headers_file(self._script_hashes), encoding="utf-8")
        languages = SiteLanguages.of(config)
        mount = f"{languages.folder if languages else ''}{self._builder.mount}"
        pages = (file.page for file in self._files.documentation_pages())
        known = {page.file.dest_uri: page.facts for page in pages if isinstance(page, RenderedPage)}
        problems = check_site(site, built.expected, mount, known, languages.other_folders if languages else ())
        problems = (*problems, *(each for each in built.findings if has_internal_error([each])))
        self._builder.last = None
        if problems:
            raise PluginError(self._text(problems))

    def on_build_error(self, *, error: Exception) -> None:
        """Release the lock of a build that failed."""
        self._unlock()

    # ------------------------------------------------------------------------------------------------------------------

    def _try_incremental_build(self) -> bool:
        """Before each further build of a server: write only the changed pages, if possible. Return whether it was."""
        self.failure, self._is_complete = "", False
        build, self._last_build = self._last_build, None
        try:
            return build is not None and is_folder(self._builder.specs) and self._build_changed_pages(build)
        except Exception:
            log.debug("in the incremental build", exc_info=True)
            return False  # the full build raises it again, and shows it

    def _build_changed_pages(self, build: incremental_build.Build) -> bool:
        started = time.monotonic()
        if incremental_build.file_states(build.config, self._builder.specs) != build.file_states:
            return False
        built = self._builder.build(build.config, serving=True)
        pages = incremental_build.changed_pages(build.site, built.site)
        if pages is None or not incremental_build.write_pages(build, pages, self._builder.mount) or self.failure:
            return False
        incremental_build.write_assets(build, built.site, self._builder.mount)
        self._report(built.findings, build.config)
        self._last_build = replace(build, site=built.site)
        log.info(f"Built {plural(len(pages), 'changed page')} in {time.monotonic() - started:.2f} seconds")
        return True

    def _report(self, findings: Iterable[Finding], config: MkDocsConfig) -> None:
        problems = [each for each in findings if each.level != "info"]
        if not problems:
            return
        if self.serving:
            log.info(self._text(problems))  # a warning would end a server that is strict
        elif any(each.rule.startswith("address-") for each in problems) or (
            config.strict
            and not has_internal_error(problems)  # which are reported at the end, when everything else is written
        ):
            raise PluginError(self._text(problems))
        else:
            log.warning(self._text(problems))

    def _text(self, findings: Iterable[Finding]) -> str:
        """Return findings as `integration-specs check` prints them."""
        source = source_reader(self._builder.root, self._builder.texts)
        return "\n".join("".join(finding_text(each, source(each.file))) for each in findings).rstrip()

    def _theme_part(self, output: str, content: str) -> str:
        """Return a page without what its author wrote: its content, and the titles in the navigation, which MkDocs does not escape."""
        if not self._has_policy:
            return output
        if content and content not in output:  # another plugin has changed it
            return re.sub(r"(?s)<article\b.*</article>", "", output)
        output = output.replace(content, "", 1) if content else output
        for title in {str(each.title) for each in (self._nav.pages if self._nav else ()) if "<" in str(each.title)}:
            output = output.replace(title, "")
        return output

    @property
    def _has_policy(self) -> bool:
        return self.config.csp and not self.serving  # the server adds its reload script to the page later

    def _with_policy(self, output: str, trusted: str) -> str | None:
        """Return the page with a policy that allows the scripts of `trusted`; None if the site has no policy."""
        if not self._has_policy:
            return None
        hashes = csp.script_hashes(trusted)
        self._script_hashes |= hashes
        return csp.with_policy(output, hashes)

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None
