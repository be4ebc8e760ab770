"""What every kind of page is given: the catalog, the schema, the options, the words, and the templates."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from integration_specs import __version__
from integration_specs.findings import Finding
from integration_specs.model import Catalog, Owner, Spec, parse_date
from integration_specs.model.review_interval import review_days
from integration_specs.validation.schema import SpecSchema
from .disk_buffer import Spool, Waiting
from . import Heading, LogEntry, Page, SearchEntry, SiteOptions, ChangeView
from .links import file_link, page_link
from .local_fields import LocalField, local_fields
from .template_helpers import GLOBALS
from .values import Values
from .words import Words, words_for

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Freshness:
    """Whether a spec's last review still holds. `state` is `fresh`, `overdue`, or `never` reviewed; `due` its last day."""

    state: str
    due: date | None


@dataclass(frozen=True)
class Context:
    """Everything that a page may be made of. It holds no state: equal contexts give equal pages."""

    catalog: Catalog
    schema: SpecSchema
    options: SiteOptions
    templates: Environment
    cache: MutableMapping[str, Page] | None = None
    spool: Spool | None = None

    @cached_property
    def words(self) -> Words:
        """The words of the site's language."""
        return words_for(self.options.language)

    @cached_property
    def owner_names(self) -> dict[str, str]:
        """Names of owners by key."""
        return {owner.key: owner.name for owner in self.catalog.owners}

    @cached_property
    def spec_titles(self) -> dict[str, str]:
        """Titles of specs by id, as they are listed."""
        return {spec.id: spec.title for spec in self.catalog.specs}

    @cached_property
    def dependants(self) -> dict[str, list[str]]:
        """Ids of the specs that need a spec, by its id."""
        needed: dict[str, list[str]] = defaultdict(list)
        for spec in self.catalog.specs:
            for other in spec.data.get("depends_on", ()):
                needed[other].append(spec.id)
        return needed

    @cached_property
    def entries_of(self) -> dict[str, list[LogEntry]]:
        """Entries of the change log by the id of their spec, the newest first."""
        by_spec: dict[str, list[LogEntry]] = defaultdict(list)
        for entry in self.options.log.entries if self.options.log else ():
            by_spec[entry.spec].append(entry)
        return by_spec

    @cached_property
    def changed(self) -> dict[str, tuple[ChangeView, ...]]:
        """What a preview changes, by the id of the spec."""
        return dict(self.options.preview.changes) if self.options.preview else {}

    @cached_property
    def local_fields(self) -> list[LocalField]:
        """Every local field that a mapping names, with all that read or write it."""
        return local_fields(self.catalog)

    @cached_property
    def fields_of(self) -> dict[str, list[LocalField]]:
        """The local fields that a spec maps, by its id."""
        by_spec: dict[str, dict[int, LocalField]] = defaultdict(dict)
        for each in self.local_fields:
            for spec, _ in each.uses:
                by_spec[spec.id][id(each)] = each
        return {spec: list(found.values()) for spec, found in by_spec.items()}

    @cached_property
    def receivers(self) -> dict[str, list[str]]:
        """Ids of the specs that say they receive an event, by its name."""
        by_name: dict[str, list[str]] = defaultdict(list)
        for spec in self.catalog.specs:
            for event in spec.events:
                if not event.sent:
                    by_name[event.name].append(spec.id)
        return by_name

    @cached_property
    def findings(self) -> dict[str, list[Finding]]:
        """Findings by the file they are about."""
        by_file: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.options.findings:
            by_file[finding.file].append(finding)
        return by_file

    @cached_property
    def specs_by_owner(self) -> dict[str, list[Spec]]:
        """Specs by the key of their owner; without one under the empty key."""
        by_owner: dict[str, list[Spec]] = defaultdict(list)
        for spec in self.catalog.specs:
            by_owner[spec.owner].append(spec)
        return by_owner

    def owner(self, spec: Spec) -> Owner | None:
        """The owner of a spec, where owners.yaml knows it."""
        return self.catalog.owner_by_key.get(spec.owner)

    def freshness(self, spec: Spec) -> Freshness:
        """How the review of a spec stands today."""
        reviewed = parse_date(spec.data.get("last_reviewed"))
        if reviewed is None:
            return Freshness("never", None)
        days, _ = review_days(spec, self.options.review_every)
        due = reviewed + timedelta(days=days)
        return Freshness("overdue" if due < self.options.today else "fresh", due)

    def link(self, source: str, target: str, anchor: str = "") -> str:
        """What the page `source` writes to lead to the page `target`, or to a place on it."""
        link = page_link(source, target, self.options.directory_urls)
        return f"{link}#{anchor}" if anchor else link

    def file_link(self, source: str, target: str) -> str:
        """What the page `source` writes to lead to the file `target`."""
        return file_link(source, target, self.options.directory_urls)

    def values(
        self, address: str, specs: Mapping[str, str] | None = None, files: Mapping[str, str] | None = None
    ) -> Values:
        """A renderer of values for the page at `address`; `specs` are those that it may name, all when not given."""
        known = self.spec_titles if specs is None else specs
        return Values(self.words, lambda target: self.link(address, target), self.owner_names, known, files or {})

    @cached_property
    def looks(self) -> frozenset[str]:
        """Names of all templates, those of the site included."""
        return frozenset(self.templates.list_templates())

    @cached_property
    def stamp(self) -> str:
        """What changes when anything changes that all pages depend on: code, templates, schema, options, owners."""
        loader, options = self.templates.loader, self.options
        templates = (
            [(name, loader.get_source(self.templates, name)[0]) for name in sorted(self.looks)] if loader else []
        )
        owners = [(owner.key, owner.name, owner.kind, owner.data) for owner in self.catalog.owners]
        told = (
            options.language,
            options.directory_urls,
            options.edit_url("{path}", 1),
            options.rules,
            __version__,
        )
        return sha256(repr((told, templates, json.dumps(self.schema.json), owners)).encode()).hexdigest()

    def remember(self, facts: object, make: Callable[[], Page]) -> Page:
        """The page that `make` makes of these facts; from the cache where it was made of the same ones before."""
        if self.cache is None:
            return make()
        key = sha256(f"{self.stamp}{facts!r}".encode("utf-8", "surrogatepass")).hexdigest()
        page = self.cache.get(key)
        if page is None:
            page = self.cache[key] = make()
        return page

    def fill(self, template: str, **values: Any) -> Markup:
        """A template filled; the words and the schema are in every one."""
        return Markup(self.templates.get_template(template).render(values, schema=self.schema))  # noqa: S704 (autoescaped)

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
        nav: int = 0,
    ) -> Page:
        """A finished page, wrapped so that our styles reach nothing else on a site."""
        kind = "ispec" if headings else "ispec ispec--wide"
        body = self.body(f'<div class="{kind}">\n{content}\n</div>')
        return Page(address, title, description, body, headings, search, source, edit_url, nav)

    def body(self, text: str) -> str | Waiting:
        """What a page holds of a long text."""
        return self.spool.put(text) if self.spool else text


def environment(words: Words, overrides: tuple[Path, ...] = ()) -> Environment:
    """Our own templates: escaping everything, refusing names that are not there.

    A file in one of the `overrides` folders comes before ours of the same name; it may extend `builtin/<name>` and
    change a block only. An environment is kept as long as no file of these folders changes, since compiling the
    templates takes longer than filling them for many specs.
    """
    folders = (*overrides, _TEMPLATES)
    files = (path for folder in folders for path in sorted(folder.rglob("*.html")))
    return _environment(words, overrides, tuple((str(path), path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=8)
def _environment(words: Words, overrides: tuple[Path, ...], stamp: tuple[tuple[str, int], ...]) -> Environment:
    ours = FileSystemLoader(str(_TEMPLATES))
    loaders: list[BaseLoader] = [FileSystemLoader([str(folder) for folder in overrides])] if overrides else []
    found = Environment(
        loader=ChoiceLoader([*loaders, ours, PrefixLoader({"builtin": ours})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # another stamp is another environment
    )
    found.globals.update(GLOBALS, t=words)
    # As a filter of a constant, a word is put in once, when its template is compiled.
    found.filters["t"] = words
    # A filter is called straight; a method of a value goes through the whole machinery of a template's call.
    found.filters["opt"] = dict.get
    return found
