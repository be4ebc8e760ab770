"""Dates, durations and retries as specs write them."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from integration_specs.text.display import plural
from integration_specs.text.messages import joined

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def parse_date(text: Any) -> date | None:
    """Return the date of an ISO text (`2026-12-10`); None for any other value, such as a `TODO`."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None


def parse_duration(text: Any) -> float | None:
    """Return the seconds of a duration such as `90s` or `7d`; None for any other value."""
    match = re.fullmatch(r"([0-9]{1,6})(ms|s|m|h|d)", text) if isinstance(text, str) else None
    return int(match[1]) * _SECONDS[match[2]] if match else None


def format_duration(seconds: float) -> str:
    """Return a duration for messages: `1.5 s`, `4 min 10 s`, `3 h`, `2 days`."""
    if seconds < 120:
        return f"{seconds:.3g} s"
    size, unit, lower, name = next(row for row in _UNITS if seconds >= row[0])
    whole, rest = divmod(round(seconds), size)
    more = rest // lower
    first = plural(whole, unit) if unit == "day" else f"{whole:,} {unit}"
    return joined("{first} {second}", (first, f"{more} {name}") if more else (first,))


_UNITS = ((86400, "day", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))


@dataclass(frozen=True, slots=True)
class RetrySchedule:
    """The delays before the second, third … attempt, in seconds, without jitter."""

    attempts: int
    delays: tuple[float, ...]

    def window(self, timeout: float = 0.0) -> float:
        """Return the seconds from the first attempt to the end of the last, if each takes `timeout` seconds."""
        return sum(self.delays) + self.attempts * timeout


def read_retry_schedule(retry: dict[str, Any]) -> RetrySchedule | None:
    """Return the schedule of `error_handling.retry`; None if a value for the calculation is missing."""
    attempts, kind = retry.get("max_attempts"), retry.get("backoff")
    first, most = parse_duration(retry.get("initial_delay")), parse_duration(retry.get("max_delay"))
    if not isinstance(attempts, int):
        return None
    if attempts == 1 or kind == "none":
        return RetrySchedule(attempts, (0.0,) * (attempts - 1))
    if kind is None or first is None:
        return None
    delays = []
    for number in range(attempts - 1):
        # 2 ** 40 seconds are 35,000 years; larger numbers do not fit a float.
        delay = first * {"fixed": 1, "linear": number + 1, "exponential": 2 ** min(number, 40)}[kind]
        delays.append(delay if most is None else min(delay, most))
    return RetrySchedule(attempts, tuple(delays))
