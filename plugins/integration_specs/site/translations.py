"""Texts, dates and durations in the language of a page.

Texts are looked up by their English wording in gettext catalogues: `locale/<language>/LC_MESSAGES/messages.po`. A catalogue
is all that a language needs. A text without a translation is shown in English.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from gettext import c2py
from html import escape
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.units import format_unit

from integration_specs.model import parse_duration
from integration_specs.text.messages import Message, gettext_noop

LOCALE_FOLDER = Path(__file__).parent / "locale"
_UNITS = {"ms": "millisecond", "s": "second", "m": "minute", "h": "hour", "d": "day"}


_DATE_PATTERN = gettext_noop("d MMM y")  # in the syntax of CLDR, as the language writes dates in tables


class LocalizedInteger(int):
    """An integer whose format `,` is that of a language."""

    _locale: str

    def __new__(cls, number: int, locale: str) -> "LocalizedInteger":
        """Return the number for a locale of Babel."""
        self = super().__new__(cls, number)
        self._locale = locale
        return self

    def __format__(self, specification: str) -> str:
        return _grouped(int(self), self._locale) if specification == "," else format(int(self), specification)


@lru_cache
def _grouped(number: int, locale: str) -> str:
    return str(format_decimal(number, locale=locale))


@dataclass(frozen=True, slots=True)
class Translations:
    """The texts of one language; call it with an English text to get the translation.

    Two objects are equal if they are of the same language.
    """

    language: str
    locale: Locale = field(compare=False)
    messages: dict[str, str | tuple[str, ...]] = field(compare=False, repr=False)
    plural_index: Callable[[int], int] = field(compare=False, repr=False)

    def __call__(self, message: str, **values: object) -> str:
        """Return the translation of `message`, which may be a `Message`, with `values` filled in, as plain text."""
        if isinstance(message, Message):
            return message.translated(self)
        text = self.messages.get(message, message)
        if not isinstance(text, str):
            text = text[0]
        return text.format(**values) if values else text

    def plural(self, singular: str, plural: str, number: int) -> str:
        """Return the text for `number` things; `{number}` in it is replaced."""
        forms = self.messages.get(singular, (singular, plural))
        text = forms[self.plural_index(number)] if isinstance(forms, tuple) else plural
        return text.format(number=f"{self.integer(number):,}")

    def integer(self, number: int) -> int:
        """Return an integer that groups its digits, with the format `,`, as the language does."""
        return LocalizedInteger(number, str(self.locale))

    def day(self, value: date) -> str:
        """Return a date such as `22 Nov 2026`."""
        return _format_date(value, self(_DATE_PATTERN), self.language)

    def month(self, value: date) -> str:
        """Return a month such as `November 2026`, as a heading."""
        text: str = format_skeleton("yMMMM", value, locale=self.locale)
        return text[0].upper() + text[1:]

    def time(self, value: date) -> str:
        """Return a date as an HTML `time` element."""
        return f'<time datetime="{value.isoformat()}">{escape(self.day(value))}</time>'

    def duration(self, text: str) -> str:
        """Return a duration such as `90 sec` or `7 days`, or `text` itself if it is not a duration."""
        return _format_duration(text, self.language)


@lru_cache(maxsize=4096)
def _format_duration(text: str, language: str) -> str:
    if parse_duration(text) is None:
        return text
    number, unit = (text[:-2], "ms") if text.endswith("ms") else (text[:-1], text[-1])
    return format_unit(int(number), f"duration-{_UNITS[unit]}", "short", locale=Locale.parse(language, sep="-"))


@lru_cache(maxsize=4096)
def _format_date(value: date, pattern: str, language: str) -> str:
    return format_date(value, pattern, Locale.parse(language, sep="-"))


def languages() -> tuple[str, ...]:
    """Return the languages that have a catalogue, such as `pt_BR`; English needs none."""
    return tuple(sorted(path.parent.parent.name for path in LOCALE_FOLDER.glob("*/LC_MESSAGES/messages.po")))


def translations_for(tag: str) -> Translations:
    """Return the translations for a language tag such as `pt-BR`.

    A tag without a catalogue gets another region's catalogue of the same language, otherwise English.
    """
    wanted = tag.replace("-", "_")
    known = languages()
    same = [name for name in known if name.lower() == wanted.lower()]
    same += [name for name in known if name.partition("_")[0].lower() == wanted.partition("_")[0].lower()]
    return read_catalogue(same[0]) if same else Translations("en", Locale("en"), {}, lambda number: number != 1)


@lru_cache(maxsize=16)
def read_catalogue(language: str) -> Translations:
    """Return the translations in the catalogue of a language."""
    with (LOCALE_FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    messages: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if message.id and not message.fuzzy and all(strings):
            key = message.id if isinstance(message.id, str) else message.id[0]
            messages[key] = strings[0] if isinstance(message.id, str) else tuple(strings)
    return Translations(language.replace("_", "-"), Locale.parse(language), messages, c2py(catalogue.plural_expr))
