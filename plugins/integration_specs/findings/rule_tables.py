"""Read rules from TOML files: one table for each rule, named after it, with the fields of a dataclass."""

import tomllib
from dataclasses import fields
from importlib import resources
from typing import Any, TypeVar

from . import Rule

T = TypeVar("T")


def load_rules(package: str, file: str = "rules.toml") -> dict[str, Rule]:
    """Return the rules in a data file of `package`, by name and in the order of the file."""
    return load_table(package, file, Rule)


def load_table(package: str, file: str, row: type[T]) -> dict[str, T]:
    """Return one `row` for each table in a data file of `package`, by name and in the order of the file.

    `row` is a dataclass with a field `name`, which is the name of the table; arrays become tuples. Raises `ValueError`
    for a missing or unknown field: the file is ours, so this is a fault of ours that a test finds.
    """
    tables = tomllib.loads(resources.files(package).joinpath(file).read_text(encoding="utf-8"))
    known = {field.name for field in fields(row)}  # type: ignore[arg-type]
    return {name: _row(f"{package}/{file}: [{name}]", name, table, known, row) for name, table in tables.items()}


def _row(place: str, name: str, table: dict[str, Any], known: set[str], row: type[T]) -> T:
    if unknown := table.keys() - known:
        raise ValueError(f"{place}: unknown field {', '.join(sorted(unknown))}")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    try:
        return row(name=name, **values)
    except TypeError as error:
        raise ValueError(f"{place}: {error}") from error
