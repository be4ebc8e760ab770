"""Folders are registries: what lies in a package's folder is what there is."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

_HERE = Path(__file__).parent


@cache
def names(package: str) -> tuple[str, ...]:
    """Names of the modules in the sub-package `package` (`checks`, `pages`, ...), sorted, without parts of them (`_name`); nothing is imported."""
    found = (module.name for module in pkgutil.iter_modules([str(_HERE / package.replace(".", "/"))]))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def modules(package: str, exporting: str) -> Iterator[tuple[str, ModuleType]]:
    """Import each module of `package` and yield those that define `exporting`, with their names, sorted."""
    for name in names(package):
        module = importlib.import_module(f"integration_specs.{package}.{name}")
        if hasattr(module, exporting):
            yield name, module
