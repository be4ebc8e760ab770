"""Dates and durations as specs write them."""

import re
from datetime import date
from typing import Any

from integration_specs.text.display import plural
from integration_specs.text.messages import joined

_DURATION = re.compile(r"([0-9]{1,6})(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def parse_date(text: Any) -> date | None:
    """Return the date of an ISO text (`2026-12-10`); None for any other value, such as a `TODO`."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None


def parse_duration(text: Any) -> float | None:
    """Return the seconds of a duration such as `90s` or `7d`; None for any other value."""
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
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
