"""What the user probably meant: the closest known word, and dates, durations and failures in another notation."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from itertools import pairwise

from .display import printable
from .messages import Message

CERTAIN = 0.85
"""The similarity from which a word may be replaced without asking."""
_SIMILAR = 0.7
_COMPARED_LENGTH = 80


def closest(word: str, known: Iterable[str], similarity: float = _SIMILAR) -> str:
    """Return the known word that is most like `word`, or "" if none is similar.

    Upper case, camelCase, spaces and hyphens in place of `_` do not count as differences.
    """
    from difflib import get_close_matches

    normalized = {_normalized(each): each for each in known}
    found = get_close_matches(_normalized(word[:_COMPARED_LENGTH]), normalized, 1, similarity)
    return normalized[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return "; did you mean `…`?" as the end of a message, or `otherwise` if no known word is similar."""
    return suggestion(closest(word, known)) or otherwise


def suggestion(meant: str) -> str:
    """Return "; did you mean `…`?" as the end of a message; "" if nothing is meant."""
    return Message("; did you mean `{meant}`?", meant=printable(meant)) if meant else ""


@cache
def synonyms(table: str) -> dict[str, tuple[str, ...]]:
    """Return a table of `synonyms.toml`: the words that people write, by the word of the schemas that they mean."""
    import tomllib
    from importlib import resources

    text = resources.files(__package__).joinpath("synonyms.toml").read_text(encoding="utf-8")
    return {meant: tuple(words) for meant, words in tomllib.loads(text)[table].items()}


@cache
def _meanings(table: str) -> dict[str, tuple[str, ...]]:
    """Return a table of synonyms the other way round: what each word may mean."""
    meanings: dict[str, tuple[str, ...]] = {}
    for meant, words in synonyms(table).items():
        for word in words:
            meanings[word] = (*meanings.get(word, ()), meant)
    return meanings


def _meant(table: str, text: str, known: Iterable[str]) -> str:
    """Return the one of `known` words for which `text` is a synonym; "" if there is none."""
    meanings = _meanings(table).get(_normalized(text), ())
    return next((each for each in known if each in meanings), "")


def closest_value(text: str, allowed: Iterable[str]) -> tuple[str, bool]:
    """Return the allowed value that is meant ("" if none is similar), and whether that is certain."""
    allowed = list(allowed)
    certain = _meant("values", text, allowed) or closest(text, allowed, CERTAIN)
    return certain or closest(text, allowed), bool(certain)


def closest_key(text: str, known: Iterable[str]) -> tuple[str, bool]:
    """Return the known key that is meant ("" if none is similar), and whether that is certain.

    A key that alone begins with `text`, as `environments` with `envs`, may be meant, too.
    """
    known = list(known)
    if certain := closest(text, known, CERTAIN) or _meant("keys", text, known):
        return certain, True
    word = _normalized(text)
    begun = [each for each in known if len(word) > 2 and each.startswith(word.removesuffix("s"))]
    similar = _meant("similar_keys", text, known) or (begun[0] if len(begun) == 1 else "")
    return similar or closest(text, known), False


def other_places(text: str) -> tuple[str, ...]:
    """Return the paths (`events.received`) of keys elsewhere in the format that `text` may mean."""
    return _meanings("places").get(_normalized(text), ())


def means_none(text: str) -> bool:
    """Return whether a text says that there is nothing: `none`, `N/A`, `não se aplica`."""
    return _normalized(text.rstrip(".")) in synonyms("words")["none"]


FAILURES = ("timeout", "network", "malformed", "duplicate")
_STATUS = re.compile(
    r"(?:(?:http|status|code)_?)*(?:>=)?([1-5])_?(?:([0-9]{2})|xx?|[0-9]x|\*\*?)(_?(?:s|errors?|\+|_[1-5]99))?"
)


@lru_cache(maxsize=4096)
def standard_failure(text: str) -> str:
    """Return the standard notation of a failure (`5xx` for `500s`, `429` for `HTTP 429`); "" if it is standard, or a vendor's own code."""
    word = re.sub(r"[\s_-]+", "_", text.strip().lower())
    if re.fullmatch(r"[1-5]([0-9]{2}|xx)", word):
        return ""
    if status := _STATUS.fullmatch(word):
        return status[1] + ("xx" if not status[2] or (status[2] == "00" and status[3]) else status[2])
    meant = closest(word, FAILURES, CERTAIN)
    return meant if meant != word and abs(len(meant) - len(word)) < 3 else ""


@lru_cache(maxsize=4096)
def _normalized(word: str) -> str:
    """Return a word in lower case with `_` between its parts and without accents."""
    if not word.isascii():
        import unicodedata

        word = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word.strip())
    return re.sub(r"[\s_-]+(?=.)", "_", snake).lower()


_YEAR_FIRST = re.compile(r"([0-9]{4})[-/. ]?([0-9]{1,2})[-/. ]?([0-9]{1,2})(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")
_YEAR_OF_TWO_DIGITS = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{2})")
_IN_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_IN_PORTUGUESE = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")
_MONTHS = {word: month for words in (_IN_ENGLISH, _IN_PORTUGUESE) for month, word in enumerate(words, 1)}


def possible_dates(text: str) -> list[str]:
    """Return the dates as YYYY-MM-DD that `text` may mean: two if day and month may be either."""
    text = text.strip()[:40]
    if found := _YEAR_OF_TWO_DIGITS.fullmatch(text):
        days = possible_dates(f"{found[1]}/{found[2]}/20{found[3]}")  # 29/11/26 may begin with its year, too
        return days and list(dict.fromkeys((*days, *possible_dates(f"20{found[1]:0>2}-{found[2]}-{found[3]}"))))
    tries: list[tuple[int, int, int]] = []
    if found := _YEAR_FIRST.fullmatch(text):
        tries = [(int(found[1]), int(found[2]), int(found[3]))]
    elif found := _YEAR_LAST.fullmatch(text):
        tries = [(int(found[3]), int(found[2]), int(found[1])), (int(found[3]), int(found[1]), int(found[2]))]
    else:
        numbers = [int(number) for number in re.findall(r"[0-9]{1,4}", text)]
        months = [word[:3].lower() for word in re.findall(r"[A-Za-z]{3,9}", text)]
        if len(numbers) == 2 and len(months) == 1 and months[0] in _MONTHS:
            tries = [(max(numbers), _MONTHS[months[0]], min(numbers))]
    dates: list[str] = []
    for parts in tries:
        with suppress(ValueError):
            dates.append(date(*parts).isoformat())
    return list(dict.fromkeys(dates))


_MILLISECONDS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_LONG = {"w": 7, "week": 7, "mo": 30, "month": 30, "quarter": 90, "y": 365, "year": 365}
_EVERY = {"hourly": "1h", "daily": "1d", "weekly": "7d", "monthly": "30d", "quarterly": "90d", "yearly": "365d"}


def standard_duration(text: str) -> tuple[str, bool]:
    """Return the duration that `text` means (`10 seconds` is `10s`, `PT1H30M` is `90m`, `6 months` is `180d`) and whether it is exact; "" if it is none."""
    text = text.strip().lower().removeprefix("p").removeprefix("t")[:60]
    if text in _EVERY:
        return _EVERY[text], False
    if (long := re.fullmatch(r"([0-9]{1,3}) ?([a-z]+?)s?", text)) and long[2] in _LONG:
        return f"{int(long[1]) * _LONG[long[2]]}d", _LONG[long[2]] == 7
    parts = re.findall(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*([a-z]+)", text)
    units = [_meanings("units").get(word, ("",))[0] for _, word in parts]
    if not parts or not all(units) or re.sub(r"[0-9]{1,6}(\.[0-9]{1,3})?\s*[a-z]+|[\s,]", "", text):
        return "", False
    if any(_MILLISECONDS[left] <= _MILLISECONDS[right] for left, right in pairwise(units)):
        return "", False
    if len(parts) == 1 and parts[0][0].isdigit():
        return parts[0][0] + units[0], True
    total = sum(
        (Fraction(number) * _MILLISECONDS[unit] for (number, _), unit in zip(parts, units, strict=True)), Fraction()
    )
    if total.denominator != 1:
        return "", False
    unit = next(unit for unit, size in _MILLISECONDS.items() if total % size == 0)
    return f"{total // _MILLISECONDS[unit]}{unit}", True
