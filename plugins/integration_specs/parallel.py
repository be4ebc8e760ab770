"""Map a function over a list in two processes, where that is safe and pays.

A child made by `fork` starts with everything that its parent knows, so only its results are sent back.
"""

import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")

MINIMUM = 100
"""A second process costs more than it saves for fewer items."""


def parallel_map(
    function: Callable[[S], T],
    items: Sequence[S],
    progress: Callable[[Sequence[S]], Iterable[S]] = iter,
    amount: int | None = None,
) -> list[T]:
    """Return the results of `function` for `items`, in their order.

    A child process may make every second result, so `function` must have no side effect, and results must be picklable.
    When the child fails, this process does its share: the results are the same, and so is any exception. `progress` hands
    out the items of this process one by one. `amount` is how much work there is, if that is not the number of items.
    """
    if not is_worthwhile(len(items) if amount is None else amount):
        return [function(item) for item in progress(items)]
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _send(function, items[1::2], reader, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        try:
            even = [function(item) for item in progress(items[::2])]
            answer = pipe.read()
        finally:
            pipe.close()  # a child that is still writing ends then
            _, status = os.waitpid(child, 0)
    if status == 0 and answer:
        odd: list[T] = pickle.loads(answer)  # noqa: S301 (from our own child)
    else:
        odd = [function(item) for item in items[1::2]]
    results: list[T] = [*even, *odd]
    results[::2], results[1::2] = even, odd
    return results


def _send(function: Callable[[S], T], items: Sequence[S], reader: int, writer: int) -> None:
    """Send the results for `items` to the parent and end the process."""
    code = 1
    try:
        os.close(reader)
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump([function(item) for item in items], pipe, pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        os._exit(code)


def is_worthwhile(amount: int) -> bool:
    """Return whether two processes would share so many items."""
    # Only on Linux do the system's libraries survive a fork, and nowhere do locks of other threads.
    if amount < MINIMUM or sys.platform != "linux" or threading.active_count() > 1:
        return False
    return len(os.sched_getaffinity(0)) > 1
