"""Pointers into JSON values. Nothing here recurses, so no value is nested too deeply."""

from collections.abc import Callable, Iterator
from functools import reduce
from operator import getitem
from typing import Any
from urllib.parse import unquote

Pointer = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""


def nodes(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Yield every value in `value`, itself included, with its pointer, in the order of the file."""
    stack: list[tuple[Pointer, Any]] = [(pointer, value)]
    while stack:
        here, value = stack.pop()
        yield here, value
        if isinstance(value, dict):
            stack.extend(((*here, key), each) for key, each in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend(((*here, index), value[index]) for index in range(len(value) - 1, -1, -1))


def scalars(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Yield every scalar in `value` with its pointer, in the order of the file."""
    return ((here, each) for here, each in nodes(value, pointer) if not isinstance(each, (dict, list)))


def last_key(pointer: Pointer) -> str:
    """Return the last key of a pointer, which names the value; "" if there is none."""
    return next((step for step in reversed(pointer) if isinstance(step, str)), "")


def find_texts(
    value: Any, is_wanted: Callable[[str, str], Any], skips: Callable[[str], bool] = lambda _: False
) -> Iterator[tuple[Pointer, str]]:
    """Yield the texts in `value` that are wanted, with their pointers, in the order of the file.

    `is_wanted` gets the name of a text, which is the last key that leads to it, and the text. Keys that `skips` accepts are
    left out. Only what is found gets a pointer, so that this is faster than `scalars`.
    """
    if isinstance(value, str) and is_wanted("", value):
        yield (), value
    steps: list[str | int] = []  # to the container whose items follow
    stack = [("", _items(value))]
    while stack:
        name, items = stack[-1]
        for step, each in items:
            inner = step if isinstance(step, str) else name
            if isinstance(each, str):
                if is_wanted(inner, each) and not (isinstance(step, str) and skips(step)):
                    yield (*steps, step), each
            elif isinstance(each, dict | list) and not (isinstance(step, str) and skips(step)):
                steps.append(step)
                stack.append((inner, _items(each)))
                break
        else:
            stack.pop()
            del steps[-1:]


def _items(value: Any) -> Iterator[tuple[str | int, Any]]:
    """Return an iterator of the items of a container with their keys or indexes; a check that searches asks for no item."""
    if isinstance(value, dict):
        return iter(value.items())
    return enumerate(list.__iter__(value) if isinstance(value, list) else ())


def pointer_steps(fragment: str) -> list[str]:
    """Return the keys of a JSON pointer (`/a/b~1c`, RFC 6901), as they are named in the document."""
    return [unquote(part).replace("~1", "/").replace("~0", "~") for part in fragment.split("/")[1:]]


def with_reference(root: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with the target of its `$ref` in `root` merged in; what is beside the `$ref` takes precedence.

    Raise `KeyError` or `TypeError` if there is no target.
    """
    while reference := schema.get("$ref"):
        target: dict[str, Any] = reduce(getitem, pointer_steps(reference), root)
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def value_at(value: Any, pointer: Pointer) -> Any:
    """Return the value at a pointer that is known to exist."""
    return reduce(getitem, pointer, value)
