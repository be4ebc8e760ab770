"""Many mutated inputs for one target, and what became of them."""

import gc
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType

from .mutate import mutate

SLOW = 0.05
"""Seconds of processor time that an input may take: the machine is others', too."""


@dataclass
class Tried:
    """How many inputs there were, the longest time that one took, which broke a promise, and which took too long."""

    inputs: int = 0
    worst: float = 0.0
    failed: list[tuple[str, Exception]] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)


def many(target: ModuleType, dice: random.Random, count: int, seconds: float = float("inf")) -> Tried:
    """Run a target on `count` inputs, or on as many as fit into `seconds`."""
    tried = Tried()
    collecting = gc.isenabled()
    gc.disable()  # as in the pipeline; a collection would be booked on whatever input it meets
    try:
        for text in _inputs(target, dice, count, seconds):
            tried.inputs += 1
            try:
                spent = _time(target, text)
            except Exception as error:
                tried.failed.append((text, error))
                continue
            tried.worst = max(tried.worst, spent)
            if spent > SLOW:
                tried.slow.append(text)
            if tried.inputs % 1000 == 0:
                gc.collect()
    finally:
        if collecting:
            gc.enable()
    return tried


def _inputs(target: ModuleType, dice: random.Random, count: int, seconds: float) -> Iterator[str]:
    end = time.monotonic() + seconds
    for _ in range(count):
        if time.monotonic() > end:
            return
        yield mutate(target.SEEDS, dice)


def _time(target: ModuleType, text: str) -> float:
    """What an input takes; the shortest of three times when the first is long: it may have imported something."""
    spent = float("inf")
    for _ in range(3):
        start = time.process_time()
        target.run(text)
        spent = min(spent, time.process_time() - start)
        if spent <= SLOW:
            break
    return spent
