"""Conversion of a catalog to other formats; each format is one file in this folder.

An exporter module defines `export(job)`, which returns file contents by path. It writes nothing, and its output depends only on the
catalog.

May import `model`, `template` and the layers below.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from integration_specs.model import Catalog, Spec
from integration_specs.settings import Settings
from integration_specs.validation.schema import SpecSchema


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page of the site as a part of one document: finished HTML, whose ids are its own."""

    address: str
    title: str
    content: str


@dataclass(frozen=True)
class ExportJob:
    """What is to leave: `specs` are those asked for, `catalog` is everything that is known.

    `printed` gives the pages of the specs asked for and their CSS, for the formats that look like the site.
    """

    catalog: Catalog
    specs: tuple[Spec, ...]
    schema: SpecSchema
    settings: Settings = field(default=Settings())
    printed: Callable[[], tuple[tuple[PrintedPage, ...], str]] = field(default=lambda: ((), ""))

    @property
    def owners(self) -> tuple[tuple[str, str], ...]:
        """Keys and names of all owners."""
        return tuple((owner.key, owner.name) for owner in self.catalog.owners)
