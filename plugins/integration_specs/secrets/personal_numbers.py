"""Personal numbers: Brazilian tax numbers and card numbers with valid check digits."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from integration_specs.text.messages import gettext_noop

_CANDIDATE = re.compile(
    # The search is fast because the pattern starts with a set of characters.
    r"[0-9A-Z](?<![\w.,-].)(?:[0-9A-Z]\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-[0-9]{2}"
    r"|(?<=[0-9])(?:[0-9]{2}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|[0-9]{7}/[0-9]{4}-[0-9]{2}|(?:[ -]?[0-9]){10,15}))(?![\w-])"
)
_DIGITS_AS_ZERO = bytes(48 if 48 <= code <= 57 else 120 for code in range(256))
_LETTERED = re.compile(r"/[0-9A-Z]{4}-[0-9]{2}")
_CPF = re.compile(r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|[0-9]{9}-?[0-9]{2}")
_CNPJ = re.compile(r"[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-[0-9]{2}|[0-9]{14}|[0-9]{8}/[0-9]{4}-[0-9]{2}")
_CARD = re.compile(
    r"(?:4[0-9]{15}|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}"
    r"|6(?:011|5[0-9]{2})[0-9]{12}|(?:636368|438935|504175|451416|636297|5067[0-9]{2}|4576[0-9]{2}|4011[0-9]{2}|606282)[0-9]{10})"
)
_TAX_NAME = re.compile(r"cpf|cnpj|document|tax|inscri|registration|holder", re.IGNORECASE)


@cache
def _test_numbers() -> frozenset[str]:
    text = Path(__file__).with_name("test_numbers.toml").read_text(encoding="utf-8")
    return frozenset(number for numbers in tomllib.loads(text).values() for number in numbers)


def may_contain_personal_numbers(text: str) -> bool:
    """Return whether the text has eleven digits with at most separators between them, or the end of a CNPJ with letters; fast."""
    digits = text.encode("utf-8", "replace").translate(_DIGITS_AS_ZERO, b" ./-")
    return b"0" * 11 in digits or bool(_LETTERED.search(text))


def personal_numbers(text: str, name: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the numbers in a value that may belong to a real person, with their kind; `name` is the name of the field."""
    for match in _CANDIDATE.finditer(text):
        if kind := _kind(match[0], name):
            yield match, kind


def mask_personal_numbers(text: str, name: str) -> str:
    """Return the text with `*` in place of the digits and letters of its personal numbers."""
    for match, _ in personal_numbers(text, name):
        text = text[: match.start()] + re.sub(r"[0-9A-Z]", "*", match[0]) + text[match.end() :]
    return text


def _kind(text: str, name: str) -> str:
    """Return `CPF`, `CNPJ` or `card number` if the check digits are valid and it is not a test number.

    Tax numbers without separators need a field name that suggests one.
    """
    digits = re.sub(r"[ ./-]", "", text)
    if digits in _test_numbers() or len(set(digits)) < 3:
        return ""
    is_suggested = bool(_TAX_NAME.search(name)) or "." in text or "/" in text
    if len(digits) == 11 and is_suggested and _CPF.fullmatch(text) and _is_cpf(digits):
        return gettext_noop("CPF")
    if len(digits) == 14 and is_suggested and _CNPJ.fullmatch(text) and _is_cnpj(digits):
        return gettext_noop("CNPJ")
    if _CARD.fullmatch(digits) and "." not in text and _passes_luhn(digits):
        return gettext_noop("card number")
    return ""


def _is_cpf(digits: str) -> bool:
    for length in (9, 10):
        total = sum(int(digit) * (length + 1 - place) for place, digit in enumerate(digits[:length]))
        if total * 10 % 11 % 10 != int(digits[length]):
            return False
    return True


def _is_cnpj(text: str) -> bool:
    """Since July 2026, the first twelve characters may be letters, with their ASCII code minus 48 as value."""
    for length in (12, 13):
        weights = [(length - 1 - place) % 8 + 2 for place in range(length)]
        rest = sum((ord(character) - 48) * weight for character, weight in zip(text, weights, strict=False)) % 11
        if (0 if rest < 2 else 11 - rest) != int(text[length]):
            return False
    return True


def _passes_luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 * (number > 9) for number in doubled) % 10 == 0
