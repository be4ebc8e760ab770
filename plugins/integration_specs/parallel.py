"""Work in two processes, where that is safe and there are two processors; else one after the other in this one.

A child made by `fork` starts with everything that is known here, so only what it finds has to be sent back.
"""

import os
import pickle
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

WORTH = 100
"""With fewer specs than this a second process costs more than it gains."""


def run_in_two_processes(work: Callable[[int], T], amount: int) -> tuple[T, T]:
    """The results of `work(0)` and `work(1)`; the second may be made by a child process, so it must have no side effect.

    `amount` is how many specs there are to work on. Results must be picklable. Whatever goes wrong with the child, its
    half is done here: the answer is the same, and so is any exception.
    """
    if not is_worthwhile(amount):
        return work(0), work(1)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(work, reader, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        try:
            first = work(0)
            answer = pipe.read()
        finally:
            pipe.close()  # a child that is still writing ends then
            _, status = os.waitpid(child, 0)
    if status == 0 and answer:
        second: T = pickle.loads(answer)  # noqa: S301 (from our own child)
        return first, second
    return first, work(1)


def _answer(work: Callable[[int], T], reader: int, writer: int) -> None:
    """What the child does; it never returns, and leaves everything that it has in common with its parent alone."""
    code = 1
    try:
        os.close(reader)
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump(work(1), pipe, pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        os._exit(code)


def is_worthwhile(amount: int) -> bool:
    """Whether work on so many specs would be divided."""
    # Elsewhere than on Linux the system's own libraries do not survive a fork, and nowhere do locks of other threads.
    if amount < WORTH or sys.platform != "linux" or threading.active_count() > 1:
        return False
    return len(os.sched_getaffinity(0)) > 1
