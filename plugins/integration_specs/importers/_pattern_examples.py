"""Generate a text that matches a regular expression."""

import re
import warnings
from collections.abc import Iterable
from re import _constants, _parser  # type: ignore[attr-defined]  # the only parser of regular expressions in the library
from typing import Any

_MAX_PARTS = 2_000
_MAX_MATCHED = 16
_CATEGORIES = {
    _constants.CATEGORY_DIGIT: r"\d",
    _constants.CATEGORY_NOT_DIGIT: r"\D",
    _constants.CATEGORY_WORD: r"\w",
    _constants.CATEGORY_NOT_WORD: r"\W",
    _constants.CATEGORY_SPACE: r"\s",
    _constants.CATEGORY_NOT_SPACE: r"\S",
}
_NAMED = (_constants.LITERAL, _constants.RANGE)
_CANDIDATES = "a0A-_ ./:@#\u00e9"


def text_matching(pattern: str, shortest: int = 0, longest: int = 1_000) -> str | None:
    """Return a text of that length that matches the pattern; None if it is too complex.

    The pattern is never matched against the text, since a hostile one may take exponential time.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _parser.parse(re.sub(r"\(\?<(?![=!])", "(?P<", pattern[:2_000]))
    except (re.error, RecursionError, OverflowError):
        return None
    for extra in (0, 1, shortest):
        try:
            text = "".join(_text(parsed, extra, [0]))
        except _TooComplexError:
            return None
        if len(text) >= shortest:
            break
    if not pattern.startswith("^") or not pattern.endswith("$"):
        text += "a" * (shortest - len(text))
    return text if shortest <= len(text) <= longest else None


def may_match(value: Any, patterns: Iterable[str]) -> bool:
    """Return whether a value is a text that matches these patterns. A long text is trusted, as its matching may take exponential time."""
    if not isinstance(value, str) or len(value) > _MAX_MATCHED:
        return True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return all(re.search(pattern, value) for pattern in patterns)
    except (re.error, RecursionError, OverflowError):
        return True


class _TooComplexError(Exception):
    pass


def _text(parsed: Any, extra: int, count: list[int]) -> list[str]:
    """Return the parts of a text; repeated parts occur `extra` times more than they must, if they may."""
    parts: list[str] = []
    for operator, argument in parsed:
        count[0] += 1
        if count[0] > _MAX_PARTS:
            raise _TooComplexError
        match operator:
            case _constants.LITERAL:
                parts.append(chr(argument))
            case _constants.ANY:
                parts.append("a")
            case _constants.NOT_LITERAL:
                parts.append(next(each for each in _CANDIDATES if ord(each) != argument))
            case _constants.IN:
                parts.append(_member(argument))
            case _constants.MAX_REPEAT | _constants.MIN_REPEAT:
                least, most, inner = argument
                for _ in range(min(int(most), int(least) + extra, _MAX_PARTS)):
                    parts += _text(inner, 0, count)
            case _constants.SUBPATTERN:
                parts += _text(argument[-1], extra, count)
            case _constants.BRANCH:
                parts += _text(argument[1][0], extra, count)
            case _constants.AT:
                pass
            case _:
                raise _TooComplexError
    return parts


def _member(choices: list[tuple[Any, Any]]) -> str:
    """Return a character of a set such as `[a-z_]` or `[^@]`."""
    is_negated = choices[0][0] is _constants.NEGATE
    named: list[str] = [
        chr(each[1] if each[0] is _constants.LITERAL else each[1][0]) for each in choices if each[0] in _NAMED
    ]
    for character in (*([] if is_negated else named), *_CANDIDATES):
        if any(_contains(each, character) for each in choices[is_negated:]) != is_negated:
            return str(character)
    raise _TooComplexError


def _contains(choice: tuple[Any, Any], character: str) -> bool:
    operator, argument = choice
    match operator:
        case _constants.LITERAL:
            return chr(argument) == character
        case _constants.RANGE:
            return bool(argument[0] <= ord(character) <= argument[1])
        case _constants.CATEGORY if argument in _CATEGORIES:
            return bool(re.match(_CATEGORIES[argument], character))
    raise _TooComplexError
