"""Discovery of the modules in a package whose folder is a registry, such as `checks/` or `reports/`."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

_HERE = Path(__file__).parent


@cache
def names(package: str) -> tuple[str, ...]:
    """Return the names of the public modules in `package`, sorted; nothing is imported."""
    found = (module.name for module in pkgutil.iter_modules([str(_HERE / package.replace(".", "/"))]))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def modules(package: str, attribute: str) -> Iterator[tuple[str, ModuleType]]:
    """Import the public modules of `package` and yield those that define `attribute`, with their names, sorted."""
    for name in names(package):
        module = importlib.import_module(f"integration_specs.{package}.{name}")
        if hasattr(module, attribute):
            yield name, module
