"""Whole processes, timed from outside: wall and processor seconds, and the most memory that all of them held at once."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PATIENCE = 900.0
"""Seconds after which a command that is compared with is given up."""


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: seconds, megabytes at the peak, and what it printed."""

    wall: float
    cpu: float
    peak: float
    code: int
    output: str


class Failed(Exception):
    """A command that should have worked did not; the text is the end of what it said."""


def run(command: Sequence[str | Path], folder: Path, *, codes: tuple[int, ...] = (0,)) -> Run:
    """Run `command` in `folder` to its end. Raises `Failed` for an exit code that is not in `codes`."""
    log = folder / ".output"
    with log.open("wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen([*map(str, command)], cwd=folder, stdout=out, stderr=subprocess.STDOUT, env=env())
        watch = _Memory(process.pid)
        watch.start()
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
        watch.stop()
        process.returncode = os.waitstatus_to_exitcode(status)
    output = log.read_text(encoding="utf-8", errors="replace")
    log.unlink()
    if process.returncode not in codes:
        raise Failed(f"{Path(str(command[0])).name}: exit code {process.returncode}\n{output[-1500:]}")
    scale = 1024 if os.uname().sysname == "Linux" else 1024 * 1024
    peak = max(usage.ru_maxrss / scale, watch.peak)
    return Run(wall, usage.ru_utime + usage.ru_stime, peak, process.returncode, output)


def env() -> dict[str, str]:
    """The environment of every command."""
    # Fonts and versions are not looked up on the network, and nothing is coloured. Python keeps bytecode, as it does for users.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1", "ELEVENTY_SKIP_UPDATE": "1", "CI": "1"}


class _Memory(threading.Thread):
    """Looks at a process and its children ten times a second and keeps the largest sum of what they hold.

    The system's own figure for a finished process (`ru_maxrss`) is that of the largest one alone. Where there is no
    `/proc` this finds nothing, and that figure counts.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._end = pid, threading.Event()
        self.peak = 0.0

    def run(self) -> None:
        while not self._end.wait(0.1):
            family = _family(self._pid)
            if len(family) > 1:
                self.peak = max(self.peak, sum(map(_held, family)) / 1024)

    def stop(self) -> None:
        self._end.set()
        self.join()


def _family(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        try:
            found += map(int, Path(f"/proc/{each}/task/{each}/children").read_text(encoding="ascii").split())
        except (OSError, ValueError):
            continue
    return found


def _held(pid: int) -> int:
    """Kilobytes of a process, with its share of what it has in common with others."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)


def in_turn(first: Callable[[], Run], second: Callable[[], Run], most: int, budget: float) -> list[tuple[Run, Run]]:
    """Pairs A B, A B …: as many as `budget` seconds allow, one at least and `most` at most."""
    pairs: list[tuple[Run, Run]] = []
    start = time.monotonic()
    while not pairs or (len(pairs) < most and (time.monotonic() - start) * (1 + 1 / len(pairs)) < budget):
        pairs.append((first(), second()))
    return pairs


def ratio(pairs: Sequence[tuple[Run, Run]]) -> float:
    """The median of the wall seconds of A by those of B, pair by pair: the machine's speed may drift in between."""
    return median(first.wall / second.wall for first, second in pairs)


def middle(runs: Sequence[Run]) -> float:
    """The median of the wall seconds."""
    return median(run.wall for run in runs)
