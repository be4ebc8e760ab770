"""What somebody meant who wrote a word, date or duration in another way: plain functions of texts."""

import difflib
import re
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

SYNONYMS = {
    "API": "rest restful http https graphql grpc rpc openapi",
    "Webhook": "hook callback push",
    "File": "sftp ftp csv batch edi s3",
    "Other": "soap queue kafka database manual",
    "draft": "wip proposed planned new",
    "active": "live enabled current",
    "deprecated": "legacy obsolete",
    "retired": "removed dead off ended disabled",
    "low": "minor",
    "medium": "normal moderate",
    "critical": "blocker",
    "Inbound": "in incoming receive pull",
    "Outbound": "out outgoing send push",
    "Bidirectional": "both two-way bi-directional inout",
    "production": "prod live",
    "staging": "stage uat homologation preprod",
    "development": "dev local",
    "test": "testing qa",
    "string": "str text",
    "integer": "int long",
    "number": "float double decimal",
    "boolean": "bool",
    "date-time": "timestamp",
    "object": "dict map",
    "array": "list",
    "second": "sec s",
    "minute": "min m",
    "hour": "hr h",
    "mocked": "stub stubbed fake",
    "recorded": "vcr cassette",
    "real": "live",
    "team": "squad group department tribe",
    "person": "individual human user",
    "email": "mail",
    "phone": "telephone mobile",
    "url": "web site",
}
"""Words that people write for the choices of the schemas; a test makes sure that each is a choice of one."""

KEYS = {
    "title": "name heading",
    "system": "vendor_name provider service",
    "description": "desc summary",
    "method": "verb http_method",
    "path": "url uri route endpoint",
    "base_url": "url host server endpoint",
    "content_type": "mime media_type",
    "example": "body sample",
    "last_updated": "updated date",
    "mechanism": "auth_type scheme",
    "name": "event id title scope",
    "on": "code status error",
    "authentication": "security authorization",
    "error_handling": "errors",
    "testing": "tests",
}
"""Names that people write for keys of the schemas; a test makes sure that each is a key of one."""

_SURE = 0.85


def nearest(word: str, among: Iterable[str], cutoff: float = 0.7) -> str:
    """The known word that was probably meant; empty when none is near. Case, camelCase and `-` for `_` are slips."""
    plain = {_plain(each): each for each in among}
    near = difflib.get_close_matches(_plain(word[:80]), plain, 1, cutoff)
    return plain[near[0]] if near else ""


def choice(text: str, choices: Iterable[str]) -> tuple[str, bool]:
    """The choice that was probably meant (empty when none is near), and whether there is no doubt about it."""
    choices = list(choices)
    word = _plain(text)
    for each in choices:
        if word in map(_plain, SYNONYMS.get(each, "").split()):
            return each, True
    sure = nearest(text, choices, _SURE)
    return sure or nearest(text, choices), bool(sure)


def key(text: str, among: Iterable[str]) -> tuple[str, bool]:
    """The same for the name of a key; a beginning of one word (`auth`, `envs`) will do."""
    among = list(among)
    if sure := nearest(text, among, _SURE):
        return sure, True
    word = _plain(text)
    begun = [each for each in among if len(word) > 2 and each.startswith(word.removesuffix("s"))]
    meant = [each for each in among if word in KEYS.get(each, "").split()]
    return next(iter((*meant, *(begun if len(begun) == 1 else ()))), nearest(text, among)), False


FAILURES = ("timeout", "network", "malformed", "duplicate")
_STATUS = re.compile(
    r"(?:(?:http|status|code)_?)*(?:>=)?([1-5])_?(?:([0-9]{2})|xx?|[0-9]x|\*\*?)(_?(?:s|errors?|\+|_[1-5]99))?"
)


@lru_cache(maxsize=4096)
def failure(text: str) -> str:
    """How a failure is written that has another form: `5xx` for `500s`, `429` for `HTTP 429`; empty where it is right, and for a vendor's own code."""
    word = re.sub(r"[\s_-]+", "_", text.strip().lower())
    if re.fullmatch(r"[1-5]([0-9]{2}|xx)", word):
        return ""
    if status := _STATUS.fullmatch(word):
        return status[1] + ("xx" if not status[2] or (status[2] == "00" and status[3]) else status[2])
    meant = nearest(word, FAILURES, _SURE)
    return meant if meant != word and abs(len(meant) - len(word)) < 3 else ""


def slug(text: str) -> str:
    """A text as an id: lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80]


def _plain(word: str) -> str:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word)
    return re.sub(r"[\s_-]+", "_", snake.strip()).lower()


_YEAR_FIRST = re.compile(r"([0-9]{4})[-/. ]?([0-9]{1,2})[-/. ]?([0-9]{1,2})(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def days(text: str) -> list[str]:
    """The days, written YYYY-MM-DD, that a date in another form may mean: two when day and month may be either."""
    text = text.strip()[:40]
    tries: list[tuple[int, int, int]] = []
    if found := _YEAR_FIRST.fullmatch(text):
        tries = [(int(found[1]), int(found[2]), int(found[3]))]
    elif found := _YEAR_LAST.fullmatch(text):
        tries = [(int(found[3]), int(found[2]), int(found[1])), (int(found[3]), int(found[1]), int(found[2]))]
    else:
        numbers = [int(number) for number in re.findall(r"[0-9]{1,4}", text)]
        months = [word[:3].lower() for word in re.findall(r"[A-Za-z]{3,9}", text)]
        if len(numbers) == 2 and len(months) == 1 and months[0] in _MONTHS:
            tries = [(max(numbers), _MONTHS.index(months[0]) + 1, min(numbers))]
    found_days: list[str] = []
    for parts in tries:
        try:
            day = date(*parts).isoformat()
        except ValueError:
            continue
        if day not in found_days:
            found_days.append(day)
    return found_days


_UNITS = {
    word: unit
    for unit, words in {
        "ms": "ms msec millisecond milliseconds",
        "s": "s sec secs second seconds",
        "m": "m min mins minute minutes",
        "h": "h hr hrs hour hours",
        "d": "d day days",
    }.items()
    for word in words.split()
}
_MILLISECONDS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_LONG = {"w": 7, "week": 7, "mo": 30, "month": 30, "quarter": 90, "y": 365, "year": 365}
_EVERY = {"hourly": "1h", "daily": "1d", "weekly": "7d", "monthly": "30d", "quarterly": "90d", "yearly": "365d"}


def duration(text: str) -> tuple[str, bool]:
    """`10 seconds` as `10s`, `PT1H30M` as `90m`, `6 months` as `180d`, and whether that is exact; empty when it is none."""
    text = text.strip().lower().removeprefix("p").removeprefix("t")[:60]
    if text in _EVERY:
        return _EVERY[text], False
    if (long := re.fullmatch(r"([0-9]{1,3}) ?([a-z]+?)s?", text)) and long[2] in _LONG:
        return f"{int(long[1]) * _LONG[long[2]]}d", _LONG[long[2]] == 7
    parts = re.findall(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*([a-z]+)", text)
    units = [_UNITS.get(word, "") for _, word in parts]
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
