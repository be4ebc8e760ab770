"""A document with each of its values replaced by values of other types, and by references to itself."""

import copy
from collections.abc import Iterator
from typing import Any

ODD: tuple[Any, ...] = (
    None, 1, -1.5, True, "", "x", "http://[", "\x1b[31m\U0001f600", "a\n" * 3000, "w" * 499, "w" * 501, "word " * 1000, [], {}, [1], [[]], [{}],
    {"": {}}, {"a": None}, {"$ref": "#"}, {"$ref": 1}, {"$ref": "/etc/passwd"}, [None, "x"], 10**30,
)  # fmt: skip


def variants(data: Any) -> Iterator[Any]:
    """Yield a copy of `data` for each value in it and each odd value in its place, one of them a reference to that place."""
    for pointer in _pointers(data):
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in pointer)
        for value in (*ODD, {"$ref": f"#/{'/'.join(steps)}"}):
            changed = copy.deepcopy(data)
            parent = changed
            for step in pointer[:-1]:
                parent = parent[step]
            parent[pointer[-1]] = value
            yield changed


def _pointers(data: Any, pointer: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in pairs:
        yield (*pointer, step)
        yield from _pointers(value, (*pointer, step))
