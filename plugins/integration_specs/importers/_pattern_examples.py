"""Generate a text that matches a regular expression."""

import re
import warnings
from collections.abc import Iterator
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]  # the only parser of regular expressions in the library
from typing import Any

_MAX_PARTS = 2_000
_NAMED = (_constants.LITERAL, _constants.RANGE)
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
        except (re.error, RecursionError, OverflowError):
            return None
    if not pattern.startswith("^") or not pattern.endswith("$"):
        text += "a" * (shortest - len(text))
    return text if shortest <= len(text) <= longest else None


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
    named = [chr(choice if kind is _constants.LITERAL else choice[0]) for kind, choice in choices if kind in _NAMED]
    step: re.Pattern[str] = _compiler.compile(_parser.SubPattern(state, [(operator, argument)]))
    for each in (*named, *_CANDIDATES):
        if step.fullmatch(each):
            return str(each)
    raise re.error("no character is known to match")
