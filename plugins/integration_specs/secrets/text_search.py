"""Search for fixed texts, and for patterns that start at them."""

import re
from collections.abc import Iterable, Iterator

_MAX_OVERLAPS = 3
"""Matches that may start inside another: each may be as long as the text, which may be full of starts."""


def places_of(text: str, part: str) -> Iterator[int]:
    """Yield the index of each occurrence of `part`."""
    place = text.find(part)
    while place >= 0:
        yield place
        place = text.find(part, place + 1)


def matches_at(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """Yield the matches of `pattern` that start at `places`."""
    end = overlaps = 0
    for place in places:
        overlaps = overlaps if place < end else 0
        if overlaps < _MAX_OVERLAPS and (match := pattern.match(text, place)):
            overlaps += 1
            end = max(end, match.end())
            yield match
