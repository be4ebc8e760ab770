"""Discovery of the modules in a package whose folder is a registry, such as `checks/` or `reports/`."""

import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

_HERE = Path(__file__).parent


@cache
def names(package: str) -> tuple[str, ...]:
    """Return the names of the public modules in `package`, sorted; nothing is imported."""
    return tuple(sorted(file.stem for file in path(package, "").glob("[!_]*.py")))


def path(package: str, name: str) -> Path:
    """Return the file of a module, or the folder of `package` without a name."""
    folder = _HERE / package.replace(".", "/")
    return folder / f"{name}.py" if name else folder


def defining(package: str, function: str) -> tuple[str, ...]:
    """Return the names of the public modules in `package` that define `function`; nothing is imported."""
    starts = (f"\ndef {function}(", f"\n{function} = ")
    return tuple(
        name for name in names(package) if any(start in path(package, name).read_text("utf-8") for start in starts)
    )


def modules(package: str, attribute: str) -> Iterator[tuple[str, ModuleType]]:
    """Import the public modules of `package` and yield those that define `attribute`, with their names, sorted."""
    for name in names(package):
        module = importlib.import_module(f"integration_specs.{package}.{name}")
        if hasattr(module, attribute):
            yield name, module
