"""Interface words: English is its own key, each other language has a table of its own (`_portuguese.py`).

Titles of the schema pass through the same tables. A word without a translation is shown in English.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape

from integration_specs.model import parse_duration
from ._portuguese import WORDS as PORTUGUESE

_TABLES: Mapping[str, Mapping[str, str]] = {"en": {}, "pt": PORTUGUESE}
_MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "pt": ["jan.", "fev.", "mar.", "abr.", "maio", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez."],
}
_UNITS = {
    "en": {"ms": "ms", "s": "s", "m": "min", "h": "h", "d": "days"},
    "pt": {"ms": "ms", "s": "s", "m": "min", "h": "h", "d": "dias"},
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: call it with the English ones."""

    language: str

    def __call__(self, english: str, **values: object) -> str:
        """The words in this language, with `values` in their places; plain text."""
        text = _TABLES[self.language].get(english, english)
        return text.format(**values) if values else text

    def day(self, value: date) -> str:
        """A day as people write it: `22 Nov 2026`, `22 de nov. de 2026`."""
        month = _MONTHS[self.language][value.month - 1]
        return (
            f"{value.day} de {month} de {value.year}" if self.language == "pt" else f"{value.day} {month} {value.year}"
        )

    def time(self, value: date) -> str:
        """A day as HTML that machines can read too."""
        return f'<time datetime="{value.isoformat()}">{escape(self.day(value))}</time>'

    def duration(self, text: str) -> str:
        """A duration as people write it: `90 s`, `7 days`; the text itself when it is none."""
        if parse_duration(text) is None:
            return text
        number, unit = (text[:-2], "ms") if text.endswith("ms") else (text[:-1], text[-1])
        word = _UNITS[self.language][unit]
        return f"{int(number)} {word[:-1] if int(number) == 1 and unit == 'd' else word}"


def words_for(language: str) -> Words:
    """The words of a language tag such as `pt-BR`; English for any that is not in the table."""
    short = language.replace("_", "-").partition("-")[0].lower()
    return Words(short if short in _TABLES else "en")


def translated(language: str) -> frozenset[str]:
    """The English words that a language has its own for."""
    return frozenset(_TABLES[language])
