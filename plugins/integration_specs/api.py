"""The public API: one class for everything that can be done with a project. `docs/api.md` describes it."""

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from integration_specs import registry
from integration_specs.documents import ParserMissing
from integration_specs.files import is_folder
from integration_specs.model import Spec
from integration_specs.project.git import RevisionError
from integration_specs.project.workspace import CheckResult, Workspace
from integration_specs.settings import Settings, SettingsError, read_settings
from integration_specs.text.suggestions import did_you_mean
from integration_specs.validation.schema import SchemaError

if TYPE_CHECKING:  # `check` starts faster without these
    from integration_specs.exporters import PrintedPage
    from integration_specs.review.change_view import HistoryCache
    from integration_specs.review.compare import Comparison
    from integration_specs.site import Site, SiteOptions


class ProjectError(Exception):
    """The request cannot be fulfilled; the text says why and what to do."""


def open_project(root: str | Path = ".", settings: Settings | None = None, *, requires_specs: bool = True) -> "Project":
    """Return the project in a folder. Raises `ProjectError` for invalid settings, an invalid schema or missing specs.

    `settings` replace those of the project's file. Without `requires_specs`, the folder of the specs may be missing.
    """
    try:
        project = Project(settings or read_settings(Path(root)))
    except (SettingsError, SchemaError, ParserMissing) as error:
        raise ProjectError(str(error)) from error
    if requires_specs and not is_folder(project.settings.specs_folder):
        raise ProjectError(
            f"the folder {project.settings.specs_folder} does not exist; run this in the folder of the project, "
            "name that folder with --root, or set `specs` in integration-specs.toml"
        )
    return project


class Project(Workspace):
    """A folder of specs with its settings and schema.

    Files are read when a method needs them; a file that did not change is not read again. `today` is the date for everything
    that expires, by default the current date.
    """

    def specs(self) -> tuple[Spec, ...]:
        """Return the valid specs, by ID. `catalog()` has the owners and the broken specs, too."""
        return self.catalog().specs

    def check(self, today: date | None = None) -> CheckResult:
        """Return all findings, with severities and waivers applied, and how much was checked."""
        return super().check(today or date.today())

    def compare(
        self,
        base: str = "",
        head: str = "",
        *,
        merge_base: bool = False,
        today: date | None = None,
        source: str = "",
        contracts: Mapping[str, Path] | None = None,
    ) -> "Comparison":
        """Return the changes between two states, each a Git revision, a folder or a file.

        `base` is by default the merge base with the main branch, `head` the working tree. With `merge_base`, the base is the
        common ancestor of both. `contracts` are files by spec ID that replace the contracts of `head`; without a `base`, only
        they are compared. Of specs from several repositories, each is compared in its own one, or only the `source` with
        this name. Raises `ProjectError` for a state or source that does not exist.
        """
        from integration_specs.review.base_and_head import Source, find_sources
        from integration_specs.review.compare import compare

        try:
            if contracts and not base:
                sources = (Source("working tree", "working tree", path=self.settings.root),) * 2
            else:
                sources = find_sources(self.settings, base, head, merge_base=merge_base, only=source)
            return compare(self, *sources, today or date.today(), contracts)
        except RevisionError as error:
            raise ProjectError(str(error)) from error

    def export(
        self,
        format: str,
        ids: Iterable[str] = (),
        *,
        today: date | None = None,
        warn: Callable[[str], None] = lambda _: None,
    ) -> dict[str, str]:
        """Return files by name: the specs with these IDs, by default all, in another format.

        `warn` is called with a message for each part that the format cannot represent. Raises `ProjectError` for an unknown
        format or ID, and if there is nothing to export.
        """
        from integration_specs.exporters import ExportError, ExportJob, PrintedPage
        from integration_specs.site import SiteOptions
        from integration_specs.site.render import render

        formats = registry.names("exporters")
        if format not in formats:
            raise ProjectError(f"unknown format {format!r}{did_you_mean(format, formats)}")
        catalog, ids = self.catalog(), set(ids)
        for id_ in sorted(ids - {spec.id for spec in catalog.all_specs}):
            raise ProjectError(
                f"unknown spec {id_!r}{did_you_mean(id_, catalog.by_id, '; `integration-specs list` lists all specs')}"
            )
        specs = tuple(spec for spec in catalog.specs if not ids or spec.id in ids)

        def pages() -> "tuple[tuple[PrintedPage, ...], str]":
            options = SiteOptions(today=today or date.today(), edit_url=self.settings.edit_url)
            site = render(catalog, self.schema, options)
            styles = (asset.content.decode() for asset in site.assets if asset.address.endswith(".css"))
            chosen = {spec.id for spec in specs}
            printed = (PrintedPage(each.address, each.title, each.content) for each in site.pages)
            return tuple(page for page in printed if page.address in chosen), "".join(styles)

        exporter = importlib.import_module(f"integration_specs.exporters.{format}")
        try:
            files: dict[str, str] = exporter.export(ExportJob(catalog, specs, self.schema, self.settings, pages, warn))
        except ExportError as error:
            raise ProjectError(f"cannot export {format}: {error}") from error
        return files

    def site(
        self,
        today: date | None = None,
        *,
        options: "SiteOptions | None" = None,
        history: int = 100,
        compare: str = "",
        history_cache: "HistoryCache | None" = None,
    ) -> "tuple[Site, CheckResult]":
        """Return the rendered pages and files of all specs, and the result of checking them.

        `options` has the language and what else the generator of the site decides; the rest of it comes from the project. `history` is the
        number of commits in the change log; pages mark what changed since the merge base with the revision `compare`. `history_cache`
        keeps what was read of commits from one call to the next. Raises `ProjectError` if there is no such revision, or if a folder of specs is missing.
        """
        from integration_specs.model.verification import project_verification
        from integration_specs.project.rules import rule_texts
        from integration_specs.review import change_view
        from integration_specs.site import SiteOptions
        from integration_specs.site.render import render

        today = today or date.today()
        catalog = self.catalog()
        result = self.check_catalog(catalog, today)
        missing = [each for each in result.findings if each.rule == "missing-source" and each.level == "error"]
        if missing:  # never a smaller catalog that nobody notices
            raise ProjectError(f"{missing[0].message}. {missing[0].help}")
        try:
            preview = change_view.preview(self, compare, today) if compare else None
        except RevisionError as error:
            raise ProjectError(str(error)) from error
        options = replace(
            options or SiteOptions(),
            today=today,
            edit_url=self.settings.edit_url,
            findings=result.findings,
            rules=rule_texts(),
            root=self.settings.root,
            review_every=self.settings.review_every,
            contact_urls=self.settings.contact_urls,
            verification=project_verification(self.settings),
            sources=self.settings.more_specs,
            log=change_view.log(self, history, catalog, history_cache) if history > 0 else None,
            preview=preview,
        )
        return render(catalog, self.schema, options), result
