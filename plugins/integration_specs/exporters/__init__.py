"""A catalog to what other tools read: one file a format, found by its folder (names that begin with `_` are parts of others).

An exporter module has `export(job)`, which returns the files it makes: address to content. One file may go to standard
output; more than one need a folder. Nothing here writes. What comes out is the same bytes on every machine and day.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from ..model import Catalog, Spec
from ..schema import SpecSchema
from ..settings import Settings


class ExportFault(Exception):
    """The format cannot say it: the text tells what, and what to do about it."""


@dataclass(frozen=True)
class ExportJob:
    """What is to leave: `specs` are those asked for, `catalog` is everything that is known.

    `read_attachment` gives the bytes of a file of a spec's folder.
    """

    catalog: Catalog
    specs: tuple[Spec, ...]
    schema: SpecSchema
    settings: Settings = field(default=Settings())
    read_attachment: Callable[[Spec, str], bytes] = field(default=lambda spec, path: b"")

    @property
    def whole(self) -> bool:
        """Whether everything was asked for."""
        return len(self.specs) == len(self.catalog.specs)
