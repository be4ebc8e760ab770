"""The keys of one object of a document: those that it may have, those that are unknown, and those that are missing."""

import re
from dataclasses import dataclass, field
from typing import Any

from integration_specs.text.messages import DerivedMessage, Message
from integration_specs.text.suggestions import closest_key

from .schema import Field, Pointer
from .violations import display_path

STATUS = re.compile(r"[1-5][0-9]{2}")
"""A key that is an HTTP status, as of a response."""
_MOST_OF_BODY = 4
"""Comparing words is slow, so of the keys of a body only this many are compared."""

Keys = dict[Pointer, dict[str, None]]
"""Keys of objects, in the order of the file or the schema."""


@dataclass(slots=True)
class ObjectKeys:
    """One object of the document: the fields that it may have, and the required ones that are missing."""

    pointer: Pointer
    value: dict[str, Any]
    fields: dict[str, Field]
    unknown: dict[str, None]
    missing: dict[str, None]
    meant: set[str] = field(default_factory=set)
    """Fields that unknown keys are to be renamed to, or to be moved below."""

    @property
    def place(self) -> str:
        """Where the object is, for a message."""
        return place_of(self.pointer)

    @property
    def body(self) -> str:
        """The field for a body, "" if there is none."""
        return next((each.name for each in self.fields.values() if each.format == "example"), "")

    def keys_of_body(self) -> list[str]:
        """Return the unknown keys that are like no other: those of a body if the object has a field for one."""
        names = list(self.unknown)[:_MOST_OF_BODY] if self.body else []
        return [each for each in names if not STATUS.fullmatch(each) and not closest_key(each, self.fields)[0]]


def describe_field(field: Field | None) -> tuple[str, ...]:
    """Return a note with the field's description."""
    if not field or not field.description:
        return ()
    return (Message("{key}: {description}", key=field.name, description=DerivedMessage(str, field.description)),)


def is_required(name: str) -> str:
    """Return a note that a key is required."""
    return Message("`{key}` is required here and is missing.", key=name)


def required_notes(here: ObjectKeys, name: str) -> tuple[str, ...]:
    """Return the notes about a key of an object: whether it is missing, and its description."""
    note = (is_required(name),) if name in here.missing else ()
    return (*note, *describe_field(here.fields.get(name)))


def place_of(pointer: Pointer) -> str:
    """Return where an object is, for a message: "in `auth`", or "at the top level"."""
    path = display_path(pointer)
    return Message("in `{path}`", path=path) if path else Message("at the top level")
