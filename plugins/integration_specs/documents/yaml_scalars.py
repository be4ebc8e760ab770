"""Plain scalars in the core schema of YAML 1.2, with a warning for those that other parsers read differently."""

import re
from math import inf
from typing import Any, Final

from integration_specs.text.display import printable

from .yaml_problems import Problem, problem

WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
TRUTHY: Final = frozenset(form for word in ("yes", "no", "on", "off") for form in (word, word.title(), word.upper()))
NUMERIC: Final = frozenset("0123456789+-.")
"""The first characters of numbers."""
MEANINGFUL: Final = NUMERIC | {word[:1] for word in (*WORDS, *TRUTHY)}
"""The first characters of plain scalars that may not be texts."""
MAX_NUMBER_LENGTH: Final = 32
_NUMBER = re.compile(
    r"[-+]?(?:(?P<int>0|[1-9][0-9]*)|(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
    r"|0x(?P<hex>[0-9a-fA-F]+)|0o(?P<oct>[0-7]+)|(?P<zero>[-+]?0[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)"
)


def read_number(word: str, start: int, end: int) -> tuple[Any, Problem | None]:
    """Return the number that a plain word means, or the word itself, and what to report about it."""
    if word.isdigit() and word[0] != "0" and word.isascii() and len(word) <= MAX_NUMBER_LENGTH:
        return int(word), None
    match = _NUMBER.fullmatch(word)
    if match is None:
        return word, None
    shown = printable(word, 40)
    if match["zero"]:
        return word, problem("leading-zero", start, end, word=shown)
    if len(word) > MAX_NUMBER_LENGTH:
        return None, problem("long-number", start, end, word=shown, length=len(word), limit=MAX_NUMBER_LENGTH)
    if match["int"]:
        number: int | float = int(word)
    elif match["hex"] or match["oct"]:
        number = int(word, 0)
    else:
        number = float(word)
        if number in (inf, -inf) or (number == 0 and re.search("[1-9]", word.lower().partition("e")[0])):
            return None, problem("number-range", start, end, word=shown)
    if repr(number) == word:
        return number, None
    return number, problem("number-rewritten", start, end, word=shown, number=number)
