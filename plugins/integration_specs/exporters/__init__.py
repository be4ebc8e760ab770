"""Conversion of a catalog to other formats; each format is one file in this folder.

An exporter module defines `export(job)`, which returns file contents by path or raises `ExportError`. It writes nothing, and its
output depends only on the catalog.

May import `model`, `contracts`, `markdown_template` and the layers below.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from integration_specs.model import Catalog, Spec
from integration_specs.settings import Settings
from integration_specs.validation.schema import SpecSchema


class ExportError(Exception):
    """The specs cannot be exported in this format; the text says why."""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page of the site as part of one document: finished HTML with IDs that are unique on the page only."""

    address: str
    title: str
    content: str


@dataclass(frozen=True)
class ExportJob:
    """What to export: `specs` are the requested ones, `catalog` has all.

    `printed` returns the pages of the requested specs and their CSS, for formats that look like the site. `report` receives a
    line about each part that a format cannot express.
    """

    catalog: Catalog
    specs: tuple[Spec, ...]
    schema: SpecSchema
    settings: Settings = field(default=Settings())
    printed: Callable[[], tuple[tuple[PrintedPage, ...], str]] = field(default=lambda: ((), ""))
    report: Callable[[str], None] = field(default=lambda line: None)
