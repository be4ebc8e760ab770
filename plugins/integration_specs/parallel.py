"""Map a function over a list in two processes, where that is safe and pays.

A child made by `fork` starts with all data of its parent, so only its results are sent back.
"""

import gc
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from tempfile import TemporaryFile
from typing import IO, TypeVar

S = TypeVar("S")
T = TypeVar("T")

MINIMUM = 100
"""A second process costs more than it saves for fewer items."""


def parallel_map(
    function: Callable[[S], T],
    items: Sequence[S],
    progress: Callable[[Sequence[S]], Iterable[S]] = iter,
    amount: int | None = None,
    alike: bool = False,
) -> list[T]:
    """Return the results of `function` for `items`, in their order.

    A child process may make every second result, so `function` must have no side effect, and results must be picklable.
    When the child fails, this process does its share: the results are the same, and so is any exception. `progress` hands
    out the items of this process one by one. `amount` is how much work there is, if that is not the number of items.
    With `alike`, results of the child share what is the same object in several of them; the child keeps all until it ends.
    """
    gc.freeze()  # the garbage collector would search all that is known so far, and write to memory that processes share
    try:
        if not is_worthwhile(len(items) if amount is None else amount):
            return [function(item) for item in progress(items)]
        return _in_two_processes(function, items, progress, alike)
    finally:
        gc.unfreeze()


def _in_two_processes(
    function: Callable[[S], T], items: Sequence[S], progress: Callable[[Sequence[S]], Iterable[S]], alike: bool
) -> list[T]:
    first = function(items[0])  # what it imports, compiles and caches serves both processes
    with TemporaryFile() as file:  # a pipe would be full while this process works, and the child would wait
        child = os.fork()
        if child == 0:
            _write(function, items[1::2], file, alike)
        try:
            even = [first, *map(function, progress(items[2::2]))]
        except BaseException:
            os.kill(child, signal.SIGKILL)
            raise
        finally:
            _, status = os.waitpid(child, 0)
        if status == 0:
            file.seek(0)
            reader = pickle.Unpickler(file)  # noqa: S301 (from our own child)
            odd: list[T] = [(reader if alike else pickle.Unpickler(file)).load() for _ in items[1::2]]  # noqa: S301
        else:
            odd = [function(item) for item in items[1::2]]
    results: list[T] = [*even, *odd]
    results[::2], results[1::2] = even, odd
    return results


def _write(function: Callable[[S], T], items: Sequence[S], file: IO[bytes], alike: bool) -> None:
    """Write the results for `items`, one by one to save memory, and end the process."""
    code = 1
    try:
        writer = pickle.Pickler(file, pickle.HIGHEST_PROTOCOL)
        for item in items:
            writer = writer if alike else pickle.Pickler(file, pickle.HIGHEST_PROTOCOL)
            writer.dump(function(item))
        file.flush()
        code = 0
    finally:
        os._exit(code)


def is_worthwhile(amount: int) -> bool:
    """Return whether two processes would share so many items."""
    # Only on Linux do the system's libraries survive a fork, and nowhere do locks of other threads.
    if amount < MINIMUM or sys.platform != "linux" or threading.active_count() > 1:
        return False
    return len(os.sched_getaffinity(0)) > 1
