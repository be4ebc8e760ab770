"""Map a function over a list in two processes, where that is safe and pays.

A child made by `fork` starts with all data of its parent, so only its results are sent back.
"""

import gc
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
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

    This process takes items from the start and a child from the end until none are left, so what is known of the items of
    one process is seldom copied for the other. `function` must have no side effect, and results must be picklable.
    When the child fails, this process does its share: the results are the same, and so is any exception. `progress` hands
    out all items one by one. `amount` is how much work there is, if that is not the number of items.
    With `alike`, results of the child share what is the same object in several of them; the child keeps all until it ends.
    """
    gc.freeze()  # the garbage collector would search all that is known so far, and write to memory that processes share
    try:
        if not is_worthwhile(len(items) if amount is None else amount):
            return [function(item) for item in progress(items)]
        return _in_two_processes(function, items, progress, alike)
    finally:
        if gc.isenabled():
            gc.collect()  # cycles that the function left; they may keep all that is known so far in memory
        gc.unfreeze()


def _in_two_processes(
    function: Callable[[S], T], items: Sequence[S], progress: Callable[[Sequence[S]], Iterable[S]], alike: bool
) -> list[T]:
    first = function(items[0])  # what it imports, compiles and caches serves both processes
    left = os.eventfd(len(items) - 1, os.EFD_SEMAPHORE | os.EFD_NONBLOCK)
    try:
        with TemporaryFile() as file:  # a pipe would be full while this process works, and the child would wait
            child = os.fork()
            if child == 0:
                _write(function, _taken(items[:0:-1], left), file, alike)
            try:
                results = [first, *map(function, _taken(progress(items[1:]), left))]
            except BaseException:
                os.kill(child, signal.SIGKILL)
                raise
            finally:
                _, status = os.waitpid(child, 0)
            others = items[len(results) :]
            if status == 0:
                file.seek(0)
                reader = pickle.Unpickler(file)  # noqa: S301 (from our own child)
                found: list[T] = [(reader if alike else pickle.Unpickler(file)).load() for _ in others]  # noqa: S301
                return [*results, *reversed(found)]
            return [*results, *map(function, others)]
    finally:
        os.close(left)


def _taken(items: Iterable[S], left: int) -> Iterator[S]:
    """Yield items until both processes together have taken all that are `left`."""
    for item in items:
        try:
            os.eventfd_read(left)
        except BlockingIOError:
            continue  # so that a progress bar ends
        yield item


def _write(function: Callable[[S], T], items: Iterable[S], file: IO[bytes], alike: bool) -> None:
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
