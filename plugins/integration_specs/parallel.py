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
from contextlib import ExitStack
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, TypeVar

S = TypeVar("S")
T = TypeVar("T")

MINIMUM = 100
"""A second process costs more than it saves for fewer items."""
BATCH = 50
"""How many results the child sends at once."""


def parallel_map(
    function: Callable[[S], T], items: Sequence[S], progress: Callable[[Sequence[S]], Iterable[S]] = iter
) -> list[T]:
    """Return the results of `function` for `items`, in their order.

    This process takes items from the start and a child from the end until none are left. So each process seldom needs a copy
    of what the other one derived from its items. `function` must have no side effect, and results must be picklable.
    When the child fails or cannot be started, this process does its share: the results are the same, and so is any
    exception. `progress` hands out all items one by one.
    """
    gc.freeze()  # the garbage collector would search all that is known so far, and write to memory that processes share
    try:
        if is_worthwhile(len(items)):
            return _in_two_processes(function, items, progress)
        return [function(item) for item in progress(items)]
    finally:
        if gc.isenabled():
            gc.collect()  # cycles that the function left; they may keep all that is known so far in memory
        gc.unfreeze()


def is_worthwhile(amount: int) -> bool:
    """Return whether two processes would share so many items."""
    # Only on Linux do the system's libraries survive a fork, and nowhere do locks of other threads.
    if amount < MINIMUM or sys.platform != "linux" or threading.active_count() > 1:
        return False
    return len(os.sched_getaffinity(0)) > 1


def _in_two_processes(
    function: Callable[[S], T], items: Sequence[S], progress: Callable[[Sequence[S]], Iterable[S]]
) -> list[T]:
    first = function(items[0])  # what it imports, compiles and caches serves both processes
    with ExitStack() as opened:
        try:
            left = os.eventfd(len(items) - 1, os.EFD_SEMAPHORE | os.EFD_NONBLOCK)
            opened.callback(os.close, left)
            # A pipe would be full while this process works, and the child would wait.
            file = opened.enter_context(TemporaryFile())
            child = os.fork()
        except OSError:  # no folder, memory or process is left for it
            return [first, *map(function, progress(items[1:]))]
        if child == 0:
            _write(map(function, _taken(items[:0:-1], left)), file)
        try:
            results = [first, *map(function, _taken(progress(items[1:]), left))]
        except BaseException:
            os.kill(child, signal.SIGKILL)
            raise
        finally:
            has_succeeded = _has_succeeded(child)
        if not has_succeeded:
            return [*results, *map(function, items[len(results) :])]
        file.seek(0)
        others: list[T] = []
        while len(results) + len(others) < len(items):
            others += pickle.load(file)  # noqa: S301 (from our own child)
        return results + others[::-1]


def _has_succeeded(child: int) -> bool:
    """Wait until a child has ended. Where the parent of this process ignores the end of children, its result is unknown."""
    try:
        return os.waitpid(child, 0)[1] == 0
    except ChildProcessError:
        return False


def _taken(items: Iterable[S], left: int) -> Iterator[S]:
    """Yield items until both processes together have taken all that are `left`."""
    for item in items:
        try:
            os.eventfd_read(left)
        except BlockingIOError:
            continue  # so that a progress bar ends
        yield item


def _write(results: Iterator[object], file: IO[bytes]) -> None:
    """Write results in batches and end the process. Those of a batch share equal objects; the rest need no memory."""
    code = 1
    try:
        while batch := [*islice(results, BATCH)]:
            pickle.dump(batch, file, pickle.HIGHEST_PROTOCOL)
        file.flush()
        code = 0
    finally:
        os._exit(code)
