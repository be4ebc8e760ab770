"""JSON values as trees. Nothing here recurses, so no value is nested too deeply."""

from collections.abc import Iterator
from functools import reduce
from operator import getitem
from typing import Any

Place = tuple[str | int, ...]


def scalars(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every scalar in `value` with its place, in the order of the file."""
    stack: list[tuple[Place, Any]] = [(place, value)]
    while stack:
        here, value = stack.pop()
        if isinstance(value, dict):
            stack.extend(((*here, key), each) for key, each in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend(((*here, index), value[index]) for index in range(len(value) - 1, -1, -1))
        else:
            yield here, value


def value_at(value: Any, place: Place) -> Any:
    """The value at a place that is known to be there."""
    return reduce(getitem, place, value)
