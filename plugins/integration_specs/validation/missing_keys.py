"""Findings for required keys that are missing: what to add."""

from collections.abc import Iterator

from integration_specs.documents import Document
from integration_specs.findings import Finding
from integration_specs.text.display import printable
from integration_specs.text.messages import Message
from integration_specs.text.suggestions import closest_value

from .messages import RULES
from .object_keys import ObjectKeys, describe_field
from .schema import Field

_MANY_MISSING = 4
"""From this number on, the missing keys of one object are one finding: the file is unfinished."""


def missing_keys(document: Document, here: ObjectKeys) -> Iterator[Finding]:
    """Yield one finding for each missing key of an object, or one for all of an unfinished object."""
    if len(here.missing) >= _MANY_MISSING:
        yield _many_missing(document, here)
    else:
        yield from (_one_missing(document, here, name) for name in here.missing)


def _one_missing(document: Document, here: ObjectKeys, name: str) -> Finding:
    field = here.fields.get(name)
    place, note = here.place, _only_drafts(here, [name])
    message = Message("Missing key `{key}` {place}{note}", key=name, place=place, note=note)
    choices = field.choices if field else ()
    texts = [each for each in here.value.values() if isinstance(each, str) and choices]
    meant = next((choice for text in texts for choice, certain in [closest_value(text, choices)] if certain), "")
    help_ = Message("Add `{key}: {value}`.", key=name, value=meant) if meant else _how_to_add(name, field)
    return _finding(document, message, here, help_, describe_field(field))


def _many_missing(document: Document, here: ObjectKeys) -> Finding:
    names = list(here.missing)
    note = _only_drafts(here, names)
    keys, place = ", ".join(f"`{name}:`" for name in names), here.place
    help_ = Message("Add {keys}.", keys=keys)
    if note:
        help_ = Message("Add {keys}, or write `status: draft` until they are known.", keys=keys)
    message = Message("{number} keys are missing {place}{note}", number=len(names), place=place, note=note)
    return _finding(document, message, here, help_)


def _finding(document: Document, message: str, here: ObjectKeys, help_: str, notes: tuple[str, ...] = ()) -> Finding:
    """Return a finding at the key of the object, or at the first line with a key."""
    first = next(iter(document.data), None) if not here.pointer else None
    span = document.key_span(here.pointer if first is None else (first,))
    return RULES["missing-key"].finding(message, document.path, span, help_, notes=notes, pointer=here.pointer)


def _only_drafts(here: ObjectKeys, names: list[str]) -> str:
    """Return a note if only a draft may omit all of `names`."""
    needs = {here.fields[name].need if name in here.fields else "always" for name in names}
    if "always" in needs:
        return ""
    return Message(" (only a draft may omit it)") if len(names) == 1 else Message(" (only a draft may omit them)")


def _how_to_add(name: str, field: Field | None) -> str:
    if field is None:
        return Message("Add `{key}:`.", key=name)
    if field.kind == "list":
        return Message("Add `{key}:` with its items, or `{key}: []` if there are none.", key=name)
    if field.kind == "object":
        inside = ", ".join(f"`{child.name}`" for child in field.fields if child.need != "optional")
        message = Message("Add `{key}:` with {inside} below it.", key=name, inside=inside)
        return message if inside else Message("Add `{key}:`.", key=name)
    if field.kind == "choice":
        return Message("Add `{key}:` with one of {choices}.", key=name, choices=", ".join(field.choices))
    return Message("Add `{key}:`, for example `{key}: {example}`.", key=name, example=printable(str(field.example)))
