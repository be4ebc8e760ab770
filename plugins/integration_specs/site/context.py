"""The input of every kind of page: catalog, schema, options, translations and templates."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context as JinjaContext
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from integration_specs import __version__
from integration_specs.findings import Finding
from integration_specs.findings.internal_errors import guarded, recorded_failures
from integration_specs.grouping import grouped
from integration_specs.model import Catalog, Owner, Spec, impact, parse_date
from integration_specs.text.compressed import compress
from integration_specs.text.messages import Message
from integration_specs.text.names import slug
from integration_specs.validation.schema import Pointer, SpecSchema

from . import ChangeView, Heading, LogEntry, Page, RuleText, SearchEntry, SiteOptions
from .completeness import PageFacts
from .links import file_link, page_link
from .local_fields import LocalField, local_fields
from .markdown import has_markup
from .template_helpers import TEMPLATE_GLOBALS, copyable, mapping_anchors, message
from .translations import Translations, translations_for
from .value_renderer import ValueRenderer

T = TypeVar("T")
_TEMPLATES = Path(__file__).parent / "templates"
_DOTTED = re.compile(r"\w+(?:\.\w+)+")

_FAILED = '<h1>{}</h1>\n<div class="ispec-broken" role="alert">\n<p class="ispec-strong">{}</p>\n<p>{}</p>\n</div>'


@dataclass(frozen=True)
class Context:
    """Everything that pages are made of. Equal contexts give equal pages."""

    catalog: Catalog
    schema: SpecSchema
    options: SiteOptions
    templates: Environment

    @cached_property
    def translations(self) -> Translations:
        """Return the translations for the site's language."""
        return translations_for(self.options.language)

    @cached_property
    def owner_names(self) -> dict[str, str]:
        """Return the names of owners by key."""
        return dict(self.catalog.owner_names)

    @cached_property
    def spec_titles(self) -> dict[str, str]:
        """Return the titles of specs by ID, in the order of the catalog."""
        return {spec.id: spec.title for spec in self.catalog.specs}

    @cached_property
    def row_facts(self) -> str:
        """Return a hash of what a row about a spec shows besides it: titles and folders of others, and what depends on the day."""
        others = [(spec.id, spec.title, spec.file) for spec in self.catalog.specs]
        return sha256(repr((others, self.options.today)).encode()).hexdigest()

    @cached_property
    def dependants(self) -> dict[str, list[str]]:
        """Return the IDs of the specs that depend on a spec or consume its events, by its ID."""
        found = impact.dependants(self.catalog)
        return {name: [each.spec.id for each in dependants] for name, dependants in found.items()}

    @cached_property
    def entries_of(self) -> dict[str, list[LogEntry]]:
        """Return the entries of the change log by the ID of their spec, newest first."""
        return grouped((each.spec, each) for each in (self.options.log.entries if self.options.log else ()))

    @cached_property
    def changed(self) -> dict[str, tuple[ChangeView, ...]]:
        """Return what a preview changes, by the ID of the spec."""
        return dict(self.options.preview.changes) if self.options.preview else {}

    @cached_property
    def local_fields(self) -> list[LocalField]:
        """Return every mapped local field with the specs that read or write it."""
        return local_fields(self.catalog)

    @cached_property
    def fields_of(self) -> dict[str, list[LocalField]]:
        """Return the local fields that a spec maps, by its ID."""
        return grouped((id_, each) for each in self.local_fields for id_ in each.directions)

    @cached_property
    def receivers(self) -> dict[str, list[str]]:
        """Return the IDs of the specs that receive an event, by its name."""
        return grouped((event.name, spec.id) for spec in self.catalog.specs for event in spec.events if not event.sent)

    @cached_property
    def findings(self) -> dict[str, list[Finding]]:
        """Return findings by file."""
        return grouped((each.file, each) for each in self.options.findings)

    @cached_property
    def specs_by_owner(self) -> dict[str, list[Spec]]:
        """Return specs by the key of their owner; specs without one are under the empty key."""
        return grouped((spec.owner, spec) for spec in self.catalog.specs)

    def owners_banner(self, address: str) -> Markup:
        """Return the errors of `owners.yaml` with file, line and fix for the page at `address`; empty if it has none.

        Other pages than that of the owners show the first errors, and link to it.
        """
        if not self.catalog.owners_have_errors:
            return Markup("")
        file, url = self.catalog.owners_file, self.options.edit_url
        errors = [each for each in self.catalog.project_findings if each.file == file and each.level == "error"]
        places = [(each, url(file, each.span.line)) for each in errors]
        link = "" if address == "owners" else self.link(address, "owners")
        return self.render("owners_banner.html", errors=places, owners_link=link)

    def is_unowned(self, spec: Spec) -> bool:
        """Return whether a spec has no known owner, unless that is only because `owners.yaml` has errors."""
        return not spec.owner or (self.owner(spec) is None and not self.catalog.owners_have_errors)

    def owner(self, spec: Spec) -> Owner | None:
        """Return the owner of a spec; None if `owners.yaml` does not list it."""
        return self.catalog.owner_by_key.get(spec.owner)

    @cached_property
    def rules(self) -> dict[str, RuleText]:
        """Return the rules of the reference by name."""
        return {rule.name: rule for rule in self.options.rules}

    def message(self, text: str) -> Markup:
        """Return a message in the language of the site, with the code in it."""
        return message(self.translations(text))

    def owner_name(self, key: str) -> str:
        """Return the name of an owner, its key if `owners.yaml` does not list it, or that there is none."""
        return self.owner_names.get(key, key) or self.translations("No owner")

    def is_overdue(self, spec: Spec) -> bool:
        """Return whether a spec must be reviewed."""
        return self.review_due(spec) < self.options.today.isoformat()

    def review_due(self, spec: Spec) -> str:
        """Return the last day on which the review of a spec is valid, as an ISO text; a retired spec is never overdue."""
        due = self.due(spec) or date.min
        return (date.max if spec.status == "retired" else due).isoformat()

    def due(self, spec: Spec) -> date | None:
        """Return the last day on which the last review of a spec is valid; None without a review."""
        return self._due_by_id[spec.id]

    @cached_property
    def _due_by_id(self) -> dict[str, date | None]:
        found: dict[str, date | None] = {}
        for spec in self.catalog.specs:
            reviewed = parse_date(spec.data.get("last_reviewed"))
            days, _ = spec.review_days(self.options.review_every)
            found[spec.id] = reviewed + timedelta(days=days) if reviewed else None
        return found

    def anchor(self, spec: Spec, pointer: Pointer) -> str:
        """Return the anchor on a spec's page of the value at `pointer`: of its card if it has one, else of its section."""
        for depth in (2, 3):
            if item := spec.targets.get(pointer[:depth]):
                return item.anchor
        if pointer[:1] == ("data_mapping",) and len(pointer) > 1:
            return mapping_anchors(spec)[int(pointer[1])]
        first = str(pointer[0]) if pointer else ""
        return slug(first) if first in (field.name for field in self.schema.sections) else "top"

    def link(self, source: str, target: str, anchor: str = "") -> str:
        """Return the link from the page `source` to the page `target`, or to a place on it."""
        link = page_link(source, target, self.options.directory_urls)
        return f"{link}#{anchor}" if anchor else link

    def file_link(self, source: str, target: str) -> str:
        """Return the link from the page `source` to the file `target`."""
        return file_link(source, target, self.options.directory_urls)

    def value_renderer(
        self, address: str, specs: Mapping[str, str] | None = None, files: Mapping[str, str] | None = None
    ) -> ValueRenderer:
        """Return a renderer for the page at `address`; `specs` are the titles it may use, by default those of all specs."""
        titles = self.spec_titles if specs is None else specs
        return ValueRenderer(
            self.translations, lambda target: self.link(address, target), self.owner_names, titles, files or {}
        )

    @cached_property
    def template_names(self) -> frozenset[str]:
        """Return the names of all templates, including those that the project overrides."""
        return frozenset(self.templates.list_templates())

    @cached_property
    def stamp(self) -> str:
        """Return a hash of everything that all pages depend on: code, templates, schema, options and owners."""
        loader, options = self.templates.loader, self.options
        templates = (
            [(name, loader.get_source(self.templates, name)[0]) for name in sorted(self.template_names)]
            if loader
            else []
        )
        owners = [(owner.key, owner.name, owner.kind, owner.data) for owner in self.catalog.owners]
        inputs = (
            options.language,
            options.directory_urls,
            options.edit_url("{path}", 1),
            options.rules,
            options.contact_urls,
            self.catalog.project_findings,
            __version__,
        )
        return sha256(repr((inputs, templates, json.dumps(self.schema.json), owners)).encode()).hexdigest()

    def reuse(self, kind: str, spec: Spec, facts: Any, make: Callable[[], T]) -> T:
        """Return what `make` makes of a spec and `facts`, or the kept result for the same spec and equal facts."""
        if not self.options.keeps_results:
            return make()
        facts = self.stamp, facts
        if kind not in spec.results or spec.results[kind][0] != facts:
            spec.results[kind] = facts, make()
        result: T = spec.results[kind][1]
        return result

    def guarded_page(self, make: Callable[[], Page], address: str, spec: Spec) -> Page:
        """Return the page of a spec, or one that shows the internal error; its `failures` are those of its parts, too."""
        with recorded_failures() as failures:
            failed = partial(self.failed_page, address, spec.title)
            page = guarded(make, failed, Message("the page {address}", address=address), spec.file, spec.id)
        return replace(page, failures=tuple(failures)) if failures else page

    def failed_page(self, address: str, title: str, finding: Finding) -> Page:
        """Return the page in place of one that could not be made."""
        t = self.translations
        content = Markup(_FAILED).format(title, t(finding.message), t(finding.help))  # noqa: S704 (a constant)
        source = finding.file if finding.spec == address else ""
        return self.page(address, title, t(finding.message), content, source=source)

    def render(self, template: str, **values: Any) -> Markup:
        """Return a rendered template; the schema is available in each."""
        html = self.templates.get_template(template).render(
            values,
            schema=self.schema,
            contact_urls=self.options.contact_urls,
            today=self.options.today,
            message=self.message,
        )
        return Markup(html)  # noqa: S704 (autoescaped)

    def page(
        self,
        address: str,
        title: str,
        description: str,
        content: str,
        headings: tuple[Heading, ...] = (),
        search: tuple[SearchEntry, ...] = (),
        source: str = "",
        edit_url: str = "",
    ) -> Page:
        """Return a page whose content is wrapped in an element that our styles are limited to.

        Unless `search` is given, the page is found by its title and description.
        """
        search = search or (SearchEntry("", title, description),)
        search = tuple(each._replace(text="\n".join(map(_with_parts, each.text.splitlines()))) for each in search)
        if headings:
            toc = self.render("toc.html", headings=headings)
            html = f'<div class="ispec">\n{toc}{content}\n</div>'
        else:
            # The theme has a skip link only on pages with headings.
            headings = (Heading(2, "content", title),)
            html = f'<div class="ispec ispec--wide" id="content">\n{content}\n</div>'
        facts = PageFacts.of_content(html)
        has_title = "<h1" in content
        return Page(address, title, description, compress(html), facts, headings, search, source, edit_url, has_title)

    def table_page(
        self,
        address: str,
        title: str,
        lead: str,
        tables: Iterable[Any],
        template: str = "tables.html",
        search: Iterable[SearchEntry] = (),
        **values: Any,
    ) -> Page:
        """Return a page with a title, a lead and tables; for `search` see `page`, `values` are for the template."""
        content = self.render(template, title=title, lead=lead, tables=list(tables), **values)
        return self.page(address, title, lead, content, search=tuple(search))


def _with_parts(line: str) -> str:
    """Return a line for search with the parts of its dotted names after a tab, so that `amount` finds `payment.amount`."""
    dotted = (name for word in line.split() if "." in word for name in _DOTTED.findall(word))
    parts = dict.fromkeys(part for name in dotted for part in name.split(".") if len(part) > 2)
    return f"{line}\t{' '.join(parts)}" if parts else line


def environment(translations: Translations, overrides: tuple[Path, ...] = ()) -> Environment:
    """Return an environment with our templates: it escapes everything and rejects undefined names.

    A file in one of the `overrides` folders replaces our template of the same name; it may extend `builtin/<name>` to
    change one block. Environments are cached until a template file changes: compiling takes longer than rendering.
    """
    folders = (*overrides, _TEMPLATES)
    files = (path for folder in folders for path in sorted(folder.rglob("*.html")))
    return _environment(translations, overrides, tuple((str(path), path.stat().st_mtime_ns) for path in files))


class _Context(JinjaContext):
    """Calls functions as they are: none of ours asks Jinja for its context or environment."""

    def call(self, function: Any, /, *args: Any, **values: Any) -> Any:
        """Return the result of a function, called with the arguments of the template."""
        if isinstance(function, Macro):
            return super().call(function, *args, **values)
        values.pop("_block_vars", None)
        values.pop("_loop_vars", None)
        return function(*args, **values)


class _CodeGenerator(CodeGenerator):
    """Makes templates that do not copy what is escaped already."""

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:
        super().visit_Template(node, frame)
        self.writeline("escape = environment.escaped")


class _Environment(Environment):
    code_generator_class = _CodeGenerator
    context_class = _Context

    @staticmethod
    def escaped(value: Any) -> str:
        """Return a value as HTML, to be joined with other parts of a template's output."""
        if value.__class__ is Markup:
            return value
        return value if value.__class__ is str and not has_markup(value) else escape(value)


@lru_cache(maxsize=8)
def _environment(
    translations: Translations, overrides: tuple[Path, ...], modified: tuple[tuple[str, int], ...]
) -> Environment:
    ours = FileSystemLoader(str(_TEMPLATES))
    loaders: list[BaseLoader] = [FileSystemLoader([str(folder) for folder in overrides])] if overrides else []
    found = _Environment(
        loader=ChoiceLoader([*loaders, ours, PrefixLoader({"builtin": ours})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # modified files give another environment
    )
    found.globals.update(TEMPLATE_GLOBALS, t=translations)
    # Jinja applies a filter to a constant once, when it compiles the template.
    found.filters["t"] = translations
    # A filter is called directly; a method call goes through Jinja's slower call machinery.
    found.filters["opt"] = dict.get
    found.filters["copyable"] = copyable
    return found
