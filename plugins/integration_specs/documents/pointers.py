"""Pointers into JSON values. Nothing here recurses, so no value is nested too deeply."""

from collections.abc import Iterator
from functools import reduce
from operator import getitem
from typing import Any

Pointer = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""


def scalars(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Yield every scalar in `value` with its pointer, in the order of the file."""
    stack: list[tuple[Pointer, Any]] = [(pointer, value)]
    while stack:
        here, value = stack.pop()
        if isinstance(value, dict):
            stack.extend(((*here, key), each) for key, each in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend(((*here, index), value[index]) for index in range(len(value) - 1, -1, -1))
        else:
            yield here, value


def value_at(value: Any, pointer: Pointer) -> Any:
    """Return the value at a pointer that is known to exist."""
    return reduce(getitem, pointer, value)
