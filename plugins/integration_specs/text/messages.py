"""Texts for people that can be translated: a message is its English text, and keeps the template and values that it is made of."""

from collections.abc import Callable, Iterable
from functools import cache, reduce
from typing import Any, Protocol, Self


class Translator(Protocol):
    """The language of a page: how it writes a text, a number of things and an integer."""

    def __call__(self, message: str) -> str: ...

    def plural(self, singular: str, plural: str, number: int) -> str: ...

    def integer(self, number: int) -> object: ...


class Message(str):
    """A text for people: equal to its English wording, which reports print; pages translate its template.

    `template` is the text in the catalogues of translations, with names in braces as for `str.format`; the `values` for them
    may be messages, too. `tests/messages.py` finds the templates in the code and in the tables of rules.
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Return the message with `values` in the template."""
        return cls._of(template.format(**values), template, values)

    @classmethod
    def _of(cls, text: str, template: str, values: dict[str, Any]) -> Self:
        self = str.__new__(cls, text)
        self.template, self.values = template, values
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._of, (str(self), self.template, self.values)

    def translated(self, language: Translator) -> str:
        """Return the message with the translations of its template and of the messages among its values."""
        values = {name: _translated_value(value, language) for name, value in self.values.items()}
        return language(self.template).format(**values)


class DerivedMessage(Message):
    """A text of ours, which may be a message, in another form, such as `DerivedMessage(str.lower, field.title)`."""

    __slots__ = ()

    def __new__(cls, form: Callable[[str], str], text: str) -> Self:
        """Return `form(text)`."""
        return cls._of(form(str(text)), text, {"form": form})

    def translated(self, language: Translator) -> str:
        """Return the form of the translated text."""
        form: Callable[[str], str] = self.values["form"]
        return form(language(self.template))


class PluralMessage(Message):
    """A number of things, such as `3 days`; both templates have `{number}`."""

    __slots__ = ()

    def __new__(cls, singular: str, plural: str, number: int) -> Self:
        """Return the text for `number` things."""
        text = (singular if number == 1 else plural).format(number=f"{number:,}")
        return cls._of(text, singular, {"plural": plural, "number": number})

    def translated(self, language: Translator) -> str:
        """Return the text for the number in a language."""
        return language.plural(self.template, self.values["plural"], self.values["number"])


def _translated_value(value: object, language: Translator) -> object:
    if isinstance(value, Message):
        return value.translated(language)
    return language.integer(value) if type(value) is int else value


def filled(template: str, values: dict[str, Any]) -> str:
    """Return the message of a table of texts; it keeps only the values that its template names.

    A template that is only a name gives the value, which may be a message.
    """
    if "{" not in template:
        return _constant(template)
    only = values.get(template[1:-1]) if template[:1] == "{" else None
    if isinstance(only, str):
        return only
    return Message(template, **{name: value for name, value in values.items() if f"{{{name}" in template})


@cache
def _constant(template: str) -> Message:
    """Return the message of a template without placeholders; all findings share it."""
    return Message(template)


def gettext_noop(message: str) -> str:
    """Return `message` unchanged: it marks a text that is translated where it is used."""
    return message


def joined(template: str, texts: Iterable[str]) -> str:
    """Return the texts as one: `template` has `{first}`, which is all texts before, and `{second}`."""
    found = list(texts)
    return reduce(lambda first, second: Message(template, first=first, second=second), found) if found else ""


def map_values(function: Callable[[str], str], text: str) -> str:
    """Return `function(text)`; a message remains one if the function only changes its values."""
    changed = function(str(text))
    if changed == text:
        return text
    if type(text) is not Message:
        return changed
    values = {name: map_values(function, each) if isinstance(each, str) else each for name, each in text.values.items()}
    message = Message(text.template, **values)
    return message if message == changed else changed
