"""Generate a text that matches a regular expression."""

import re
import warnings
from collections.abc import Iterable, Iterator
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]  # the only parser of regular expressions in the library
from typing import Any

_MAX_PARTS = 2_000
_MAX_MATCHED = 16
_MAX_CHOICES = 4
_INVALID = (re.error, RecursionError, OverflowError)
_CANDIDATES = "a0A-_ ./:@#\u00e9"


def text_matching(pattern: str, shortest: int = 0, longest: int = 1_000) -> str | None:
    """Return a text of that length that matches the pattern; None if it is too complex.

    The pattern is never matched against the text, since a hostile one may take exponential time.
    """
    text = ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            parsed = _parser.parse(re.sub(r"\(\?<(?![=!])", "(?P<", pattern[:2_000]))
            for extra in (0, 1, shortest):
                text = "".join(_text(parsed, extra, iter(range(_MAX_PARTS))))
                if len(text) >= shortest:
                    break
        except _INVALID:
            return None
    if not pattern.startswith("^") or not pattern.endswith("$"):
        text += "a" * (shortest - len(text))
    return text if shortest <= len(text) <= longest else None


def may_match(value: Any, patterns: Iterable[str]) -> bool:
    """Return whether a value is a text that matches these patterns.

    A long text is trusted, and so is any text if the pattern could take exponential time.
    """
    if not isinstance(value, str) or len(value) > _MAX_MATCHED:
        return True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            simple = (pattern for pattern in patterns if _choices(_parser.parse(pattern)) <= _MAX_CHOICES)
            return all(re.search(pattern, value) for pattern in simple)
        except _INVALID:
            return True


def _choices(parsed: Any) -> int:
    """Return how many repetitions and alternatives a pattern has; too many if one is inside a repetition."""
    count = 0
    for operator, argument in parsed:
        match operator:
            case _constants.LITERAL | _constants.ANY | _constants.NOT_LITERAL | _constants.IN | _constants.AT:
                pass
            case _constants.MAX_REPEAT | _constants.MIN_REPEAT:
                least, most, inner = argument
                count += (least != most) + (_MAX_CHOICES + 1) * bool(_choices(inner))
            case _constants.SUBPATTERN:
                count += _choices(argument[3])
            case _constants.BRANCH:
                count += 1 + sum(map(_choices, argument[1]))
            case _:
                count += _MAX_CHOICES + 1
    return count


def _text(parsed: Any, extra: int, budget: Iterator[int]) -> Iterator[str]:
    """Yield the parts of a text; repeated parts occur `extra` times more than they must, if they may. `budget` limits their number."""
    for operator, argument in parsed:
        if next(budget, None) is None:
            raise re.error("the pattern is too complex")
        match operator:
            case _constants.LITERAL | _constants.ANY | _constants.NOT_LITERAL | _constants.IN:
                yield _character(parsed.state, operator, argument)
            case _constants.MAX_REPEAT | _constants.MIN_REPEAT:
                least, most, inner = argument
                for _ in range(min(int(most), int(least) + extra, _MAX_PARTS)):
                    yield from _text(inner, 0, budget)
            case _constants.SUBPATTERN:
                yield from _text(argument[-1], extra, budget)
            case _constants.BRANCH:
                yield from _text(argument[1][0], extra, budget)
            case _constants.AT:
                pass
            case _:
                raise re.error("the pattern is too complex")


def _character(state: Any, operator: Any, argument: Any) -> str:
    """Return a character that matches a step of a pattern, such as `a`, `.` or `[a-z_]`; one that it names if possible."""
    if operator is _constants.LITERAL:
        return chr(int(argument))
    choices = argument if operator is _constants.IN else []
    named: list[str] = [
        chr(choice if kind is _constants.LITERAL else choice[0]) for kind, choice in choices if kind in _NAMED
    ]
    step: re.Pattern[str] = _compiler.compile(_parser.SubPattern(state, [(operator, argument)]))
    for each in (*named, *_CANDIDATES):
        if step.fullmatch(each):
            return str(each)
    raise re.error("no character is known to match")


_NAMED = (_constants.LITERAL, _constants.RANGE)
