"""The waiting times between the retries of a spec."""

from dataclasses import dataclass
from typing import Any

from .dates import parse_duration


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
