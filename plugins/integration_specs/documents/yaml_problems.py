"""Problems of a YAML text, by name; `yaml_problems.toml` holds their texts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from integration_specs.findings.rule_tables import RuleTable, load_rules
from integration_specs.text.messages import filled

RULES: Final = load_rules("integration_specs.documents")
"""The rules of reading a file, by name; `rules.toml` holds their texts."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding with indexes of the text (`start`, `end`) instead of lines and columns."""

    rule: str
    start: int
    end: int
    message: str
    help: str = ""


class StopReading(Exception):
    """Ends the reading of one document; never leaves the package."""

    def __init__(self, problem: Problem | None = None) -> None:
        self.problem = problem


@dataclass(frozen=True, slots=True)
class _Texts:
    name: str
    message: str
    help: str
    rule: str = "yaml-syntax"


TEXTS: Final = RuleTable("integration_specs.documents", "yaml_problems.toml", _Texts)


def problem(name: str, start: int, end: int | None = None, **values: Any) -> Problem:
    """Return a problem of the table. `values`, which must be printable, fill in its texts; it has one character without `end`."""
    texts = TEXTS[name]
    end = start + 1 if end is None else end
    return Problem(texts.rule, start, end, filled(texts.message, values), filled(texts.help, values))


_BREAKS = "\x85\u2028\u2029"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = "\u00ad\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb\ufffe\uffff"
_SURROGATES = "\ud800-\udfff"
_TAGS = "\U000e0000-\U000e007f"
_NOT_CRLF = "(?<!\r(?=\n))"  # after a set of characters: a search for a set is fast, one for alternatives is not
_BAD = re.compile(f"[\r{_BREAKS}{_BIDI}{_INVISIBLE}{_CONTROL}{_SURROGATES}{_TAGS}]{_NOT_CRLF}")
_UNREADABLE = re.compile(f"[\r{_BREAKS}\ufeff{_CONTROL}{_SURROGATES}]{_NOT_CRLF}")
_PLAIN_ASCII = bytes((9, 10, *range(32, 127)))
_IN_VALUE = re.compile(f"[{_BIDI}{_INVISIBLE}{_CONTROL}{_SURROGATES}{_TAGS}]")
_NAMES = (
    ("line-break", re.compile(f"[{_BREAKS}\r]")),
    ("bidi", re.compile(f"[{_BIDI}]")),
    ("surrogate", re.compile(f"[{_SURROGATES}]")),
    ("control-character", re.compile(f"[{_CONTROL}]")),
)


def bad_characters(text: str, allow_invisible: bool) -> Iterator[Problem]:
    """Yield a problem for each character of a source that is not allowed."""
    pattern = _UNREADABLE if allow_invisible else _BAD
    others = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN_ASCII).decode("utf-8", "surrogatepass")
    for match in pattern.finditer(text) if pattern.search(others) else ():
        yield _bad_character(match[0], match.start(), match.end())


def bad_value(value: str, start: int, end: int) -> Problem | None:
    """Return the problem of a value written with escapes, which may write any line break, but nothing else."""
    match = _IN_VALUE.search(value)
    return _bad_character(match[0], start, end) if match else None


def _bad_character(character: str, start: int, end: int) -> Problem:
    name = next((name for name, kind in _NAMES if kind.match(character)), "invisible")
    return problem(name, start, end, code=f"U+{ord(character):04X}")
