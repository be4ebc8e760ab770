"""Rules in TOML files: one table for each rule, named after it, with the fields of a dataclass."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from . import Rule

T = TypeVar("T")


class RuleTable(Mapping[str, T]):
    """The rows of a TOML file by name, in the order of the file; read when the first one is looked up."""

    def __init__(self, package: str, file: str, row: type[T]) -> None:
        """Remember where the table is: `file` in the folder of `package`, which is already imported.

        `row` is a dataclass with a field `name`, which is the name of the table; arrays become tuples.
        """
        self._path = Path(str(sys.modules[package].__file__)).with_name(file)
        self._row = row

    @cached_property
    def _rows(self) -> dict[str, T]:
        import tomllib

        tables = tomllib.loads(self._path.read_text(encoding="utf-8"))
        return {name: self._read(name, table) for name, table in tables.items()}

    def _read(self, name: str, table: dict[str, Any]) -> T:
        """Return one row. Raises `ValueError` for a missing or unknown field; a test reads every table."""
        place = f"{self._path.parent.name}/{self._path.name}: [{name}]"
        if unknown := table.keys() - {field.name for field in fields(self._row)}:  # type: ignore[arg-type]
            raise ValueError(f"{place}: unknown field {', '.join(sorted(unknown))}")
        values = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
        try:
            return self._row(**values, name=name)  # type: ignore[call-arg]
        except TypeError as error:
            raise ValueError(f"{place}: {error}") from error

    def __getitem__(self, name: str) -> T:
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def load_rules(package: str) -> RuleTable[Rule]:
    """Return the rules in `rules.toml` of `package`."""
    return RuleTable(package, "rules.toml", Rule)
