"""The arithmetic of retries: which delays a retry strategy makes, and how long it goes on at worst."""

from dataclasses import dataclass
from typing import Any

from . import parse_duration


@dataclass(frozen=True, slots=True)
class Backoff:
    """The delays before the second, third … attempt, in seconds, without the jitter."""

    attempts: int
    delays: tuple[float, ...]

    def window(self, timeout: float = 0.0) -> float:
        """Seconds from the first attempt to the end of the last, when each is cut off after `timeout`."""
        return sum(self.delays) + self.attempts * timeout


def read_backoff(retry: dict[str, Any]) -> Backoff | None:
    """What `error_handling.retry` says; None when it does not give enough to compute with."""
    attempts, kind = retry.get("max_attempts"), retry.get("backoff")
    first, most = parse_duration(retry.get("initial_delay")), parse_duration(retry.get("max_delay"))
    if not isinstance(attempts, int):
        return None
    if attempts == 1 or kind == "none":
        return Backoff(attempts, (0.0,) * (attempts - 1))
    if kind is None or first is None:
        return None
    delays = []
    for number in range(attempts - 1):
        # 2 ** 40 seconds are 35,000 years: no need to go on, and no number too large for a float.
        delay = first * {"fixed": 1, "linear": number + 1, "exponential": 2 ** min(number, 40)}[kind]
        delays.append(delay if most is None else min(delay, most))
    return Backoff(attempts, tuple(delays))


def in_words(seconds: float) -> str:
    """A time as people say it: `1.5 s`, `4 min 10 s`, `3 h`, `2 days`."""
    if seconds < 120:
        return f"{seconds:.3g} s"
    size, unit, lower, name = next(row for row in _SIZES if seconds >= row[0])
    whole, rest = divmod(round(seconds), size)
    more = rest // lower
    return f"{whole:,} {unit}{'s' if unit == 'day' and whole > 1 else ''}" + (f" {more} {name}" if more else "")


_SIZES = ((86400, "day", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))
