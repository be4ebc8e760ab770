"""Findings for unknown and missing keys: what each unknown key was meant to be, and where it belongs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from integration_specs.documents import Document
from integration_specs.documents.pointers import last_key, value_at
from integration_specs.documents.yaml_text import flow_text, scalar_text
from integration_specs.findings import Finding, Span
from integration_specs.text.display import printable
from integration_specs.text.messages import Message, joined
from integration_specs.text.names import slug
from integration_specs.text.suggestions import closest, closest_key, means_none, other_places, suggestion

from .messages import RULES, listed
from .missing_keys import missing_keys
from .object_keys import STATUS, Keys, ObjectKeys, describe_field, is_required, place_of, required_notes
from .rewrites import as_entry, as_list, as_mapping
from .schema import Field, Pointer, SpecSchema
from .violations import display_path

_MOST_HOMES = 2
"""A key that is known in more places (`name`, `description`) is not moved to one of them."""
_VERY_SIMILAR = 0.9
_GENERAL = {"at", "kind", "note", "on", "url", "value"}
"""Keys of items whose names mean nothing outside of their list."""
_MOST_SUGGESTIONS = 100
"""Comparing words is slow, so only this many unknown keys of a file are compared."""


@dataclass(slots=True)
class _Advice:
    """What to do about an unknown key; `suggestion` goes into the message."""

    help: str
    suggestion: str = ""
    fix: str | None = None
    notes: tuple[str, ...] = ()
    fix_span: Span | None = None


class KeyFinder:
    """Reports the `unknown` and `missing` keys of one document."""

    def __init__(self, schema: SpecSchema, document: Document, unknown: Keys, missing: Keys) -> None:
        self._schema, self._document = schema, document
        self._unknown, self._missing = unknown, missing
        self._suggested = 0
        self._drop_moved_sections()

    def findings(self) -> Iterator[Finding]:
        """Return one finding for each unknown key, and one for each missing key that no unknown key was probably meant to be."""
        for pointer in sorted({*self._unknown, *self._missing}, key=self._document.span):
            here = ObjectKeys(
                pointer,
                value_at(self._document.data, pointer),
                {field.name: field for field in self._schema.fields_at(pointer)},
                self._unknown.get(pointer, {}),
                dict(self._missing.get(pointer, {})),
            )
            if len(here.unknown) == len(here.value) and len(here.keys_of_body()) > 1:
                yield self._unknown_body(here)
                continue
            # Keys that may have to move come last: what another key is renamed to is where they belong.
            names = sorted(here.unknown, key=lambda name: bool(other_places(name)))
            yield from [self._unknown_key(here, name, self._advice(here, name)) for name in names]
            yield from missing_keys(self._document, here)

    def _drop_moved_sections(self) -> None:
        """Of a section indented under another one, report only its key: it is not missing, and its keys are not unknown."""
        for pointer, names in self._unknown.items():
            for depth in range(len(pointer)):
                for name in [each for each in names if each in self._missing.get(pointer[:depth], ())]:
                    del self._missing[pointer[:depth]][name]
                    section = self._schema.at((*pointer[:depth], name))
                    if section and value_at(self._document.data, (*pointer, name)) is None:
                        self._unknown[pointer] = {each: None for each in names if not section.field(each)}

    def _named_item(self, here: ObjectKeys, name: str) -> _Advice | None:
        """Return the advice for an item whose first key is its name: `- total: amount`, or `- POST /orders:` with keys below."""
        is_item = bool(here.pointer) and isinstance(here.pointer[-1], int)
        parent = self._schema.at(here.pointer[:-1]) if is_item else None
        keys, value, is_alone = parent.keys[-1] if parent else (), here.value[name], len(here.value) == 1
        if (
            not parent
            or not parent.item
            or name != next(iter(here.value))
            or name.startswith("$")
            or not here.missing.keys() >= {*keys}
        ):
            return None
        rest, certain = "", False
        if value is None or (is_alone and isinstance(value, dict)):
            entry, certain = as_entry(parent.item, name) if len(keys) > 1 else ({keys[0]: name}, False)
            certain = certain and value is None
            rest = "" if is_alone and not value else Message(", and its other keys at the same indent")
        else:
            entry = next(iter(as_list(parent, here.value) if is_alone else ()), {})
            needs_more = any(field.need != "optional" and field.name not in keys for field in parent.fields)
            certain = len(keys) > 1 and not needs_more
            if len(keys) == 1:
                rest = Message(
                    ", if that is its {key}; otherwise write `{key}:` in place of `{name}:`",
                    key=keys[0],
                    name=printable(name),
                )
        if not entry:
            return None
        for key in list(here.missing) if is_alone else keys:
            here.missing.pop(key, None)
        first, *others = [f"{key}: {scalar_text(each)}" for key, each in entry.items()]
        below = Message(", and below it {lines}", lines=listed(others)) if others else ""
        help_ = Message("Write `- {first}`{below}{rest}.", first=printable(first), below=below, rest=rest)
        span, before = self._entry((*here.pointer, name))
        fix = f"\n{' ' * (span.column - 1)}".join([first, *others]) if certain and before.strip() == "-" else None
        return _Advice(help_, fix=fix, fix_span=span)

    def _entry(self, pointer: Pointer) -> tuple[Span, str]:
        """Return the span of a key with its value, and what is before it in its line."""
        key, value = self._document.key_span(pointer), self._document.span(pointer)
        before = self._document.lines(key)[0][: key.column - 1]
        return Span(key.line, key.column, value.end_line, value.end_column), before

    def _unknown_key(self, here: ObjectKeys, name: str, advice: _Advice) -> Finding:
        place, hint = here.place, suggestion(advice.suggestion)
        message = Message("Unknown key `{key}` {place}{hint}", key=printable(name), place=place, hint=hint)
        pointer = (*here.pointer, name)
        span = self._document.key_span(pointer)
        finding = RULES["unknown-key"].finding(message, self._document.path, span, advice.help, pointer=pointer)
        return replace(finding, notes=advice.notes, fix=advice.fix, fix_span=advice.fix_span)

    def _advice(self, here: ObjectKeys, name: str) -> _Advice:
        """Return what to do about an unknown key. A missing key that was probably meant is not reported again."""
        value = here.value[name]
        self._suggested += 1
        suggests = self._suggested <= _MOST_SUGGESTIONS
        free = [field for field in here.fields if field not in here.value and field not in here.meant]
        free.sort(key=lambda field: field not in here.missing)
        label = re.sub(r"^[0-9]{1,2}[.)] *", "", name).lower()
        titled = next((field for field in free if here.fields[field].title.lower() == label), "")
        meant, certain = closest_key(titled or name, free) if suggests else ("", False)
        if not meant and (advice := self._named_item(here, name)):
            return advice
        fits = bool(meant) and _is_of_kind(here.fields[meant], value)
        if meant and not fits and closest(name, [meant]) and not closest(name, [meant], _VERY_SIMILAR):
            meant = ""  # a value of another kind must have a key that is more similar
        place = self._other_place(here, name) if suggests and not (fits and certain) else ()
        inside = self._objects_with(name, here.pointer)
        if place:
            return self._relocation(here, name, place)
        if meant and (fits or not inside):
            notes = required_notes(here, meant)
            here.missing.pop(meant, None)
            here.meant.add(meant)
            certain = certain and not (meant == here.body and here.keys_of_body())
            return _Advice(Message("Write `{key}:`.", key=meant), meant, meant if certain else None, notes)
        if re.match(r"x[_.:\s]", name, re.IGNORECASE) or name.startswith("X-"):
            fix = f"x-{slug(name[2:], 'note')}"
            return _Advice(Message("Keys of your own start with `x-`: write `{key}:`.", key=fix), fix=fix)
        return _move(name, *inside) if inside else self._elsewhere(here, name, suggests=suggests)

    def _elsewhere(self, here: ObjectKeys, name: str, *, suggests: bool) -> _Advice:
        """Return what to do about a key that belongs elsewhere, to a body, or nowhere."""
        value, shown = here.value[name], printable(name)
        if isinstance(value, dict) and not here.pointer and len(value.keys() & here.missing.keys()) > 1:
            here.missing.clear()
            return _Advice(Message("Remove `{key}:`, and write its keys at the left margin.", key=shown))
        # An entry of an object with free keys that was not written above it?
        missing = [field for each in here.missing if (field := here.fields.get(each)) and isinstance(value, dict)]
        if parent := next((field.name for field in missing if field.kind == "object" and field.item), ""):
            del here.missing[parent]
            help_ = Message("Write `{parent}:` above it, and indent `{key}:` below that.", parent=parent, key=shown)
            return _Advice(help_, notes=(is_required(parent),))
        siblings = self._objects_with(name, here.pointer[:-1]) if len(here.pointer) > 1 else []
        if len(siblings) == 1:
            return _move(name, *siblings)
        is_general = name in _GENERAL or not suggests
        lists = [
            (*here.pointer, each.name) for each in here.fields.values() if each.kind == "list" and each.field(name)
        ]
        if len(lists) == 1 and not is_general:
            return _move(name, *lists)
        known = (Message("Known here: {keys}.", keys=", ".join(here.fields)),) if here.fields else ()
        if here.body:
            if STATUS.fullmatch(name) and "status" in here.fields:
                help_ = Message(
                    "Write `status: {status}`, and below it `{body}:` with the body.", status=name, body=here.body
                )
                if name >= "400":
                    help_ = Message('Move it to the `errors:` of the endpoint, as `- on: "{status}"`.', status=name)
                return _Advice(help_, notes=known)
            help_ = Message("If it is part of a body, indent `{key}:` below `example:`.", key=shown)
            return _Advice(help_, notes=known)
        own = f"x-{slug(name, 'note')}"
        if len(here.missing) == 1 and len(here.unknown) == 1 and here.pointer:
            (lone,) = here.missing
            notes = required_notes(here, lone)
            here.missing.clear()
            help_ = Message(
                "Write `{key}:` if that is meant; else add `{key}:`, and keep this one as `{own}:`.", key=lone, own=own
            )
            return _Advice(help_, notes=notes)
        homes = [at[:-1] for at, field in self._schema.all_fields() if field.name == name]
        if is_general or any(isinstance(step, int) for step in here.pointer):
            homes = []  # an item with keys of its own
        if 0 < len(homes) <= _MOST_HOMES:
            return _move(name, *sorted(homes, key=len))
        help_ = Message("Remove it, or write `{key}:` to keep it as a note of your own.", key=own)
        return _Advice(help_, notes=known)

    def _objects_with(self, name: str, pointer: Pointer) -> list[Pointer]:
        """Return the objects in the one at `pointer` that may have a key `name`."""
        fields = self._schema.fields_at(pointer)
        return [(*pointer, field.name) for field in fields if field.kind == "object" and field.field(name)]

    def _other_place(self, here: ObjectKeys, name: str) -> tuple[str, ...]:
        """Return the path below this object of the key that was probably meant; () if there is none."""
        above = tuple(step for step in here.pointer if isinstance(step, str))
        for path in other_places(name):
            steps = tuple(path.split("."))
            below = steps[len(above) :]
            is_below = steps[: len(above)] == above and below and not _exists(here.value, below)
            if is_below and self._fits(here.fields.get(below[0]), below, here.value[name]):
                return below
        return ()

    def _fits(self, field: Field | None, path: tuple[str, ...], value: Any) -> bool:
        """Return whether a key at `path`, which starts with `field`, may have this value. Only objects are entered."""
        for step in path[1:]:
            field = field.field(step) if field and field.kind == "object" else None
        if field is None or path == ("notes",):
            return field is not None
        return len(path) > 1 and (
            _is_of_kind(field, value)
            or (isinstance(value, dict) and bool(as_list(field, value)))
            or bool(_rewritten(field, value, str(value))[0])
        )

    def _relocation(self, here: ObjectKeys, name: str, path: tuple[str, ...]) -> _Advice:
        """Return how to move a key to `path`; there is a fix only for an object that does not exist yet."""
        pointer, value = (*here.pointer, name), here.value[name]
        for step in path[:-1]:
            here.missing.pop(step, None)
        source = self._document.source_text(pointer)
        target, rewritten, certain = self._schema.at((*here.pointer, *path)), "", False
        if path == ("notes",):
            source = flow_text(_as_note(name, value))
        elif target:
            rewritten, certain = _rewritten(target, value, source or "")
        source = rewritten or source
        line = f"{path[-1]}:" + (f" {source}" if source else f" {flow_text(value)}" if not value else "")
        entries = "" if source or not value else Message(", and its entries below that")
        steps = [f"`{step}:`" for step in path[:-1]]
        line = f"`{printable(line, 100)}`"
        if path[0] in here.value or path[0] in here.meant:
            where = Message(" below {keys}", keys=joined("{first} and {second}", steps))
            where = where if steps else Message(", with what is there")
            return _Advice(Message("Move it: write {line}{where}{entries}.", line=line, where=where, entries=entries))
        here.meant.add(path[0])
        fix, span = self._nested(pointer, path, source)
        fix = fix if certain or not rewritten else None
        lines = joined("{first}, below it {second}", [*steps, line])
        return _Advice(Message("Write {lines}{entries}.", lines=lines, entries=entries), fix=fix, fix_span=span)

    def _nested(self, pointer: Pointer, path: tuple[str, ...], source: str | None) -> tuple[str | None, Span]:
        """Return the text for a key nested under `path`, which is None in flow style, and the span that it replaces."""
        span, before = self._entry(pointer)
        if before.strip(" -"):
            return None, span
        lines = self._document.lines(span)
        lines[-1] = lines[-1][: span.end_column - 1]
        indent, shift = " " * (span.column - 1), "  " * (len(path) - 1)
        first = f": {source}" if source else lines[0][self._document.key_span(pointer).end_column - 1 :]
        nested = [f"{'  ' * depth}{step}:" for depth, step in enumerate(path)]
        nested[-1] = nested[-1][:-1] + first
        rest = [] if source else [shift + line if line.strip() else line for line in lines[1:]]
        return f"\n{indent}".join(nested) + "".join(f"\n{line}" for line in rest), span

    def _unknown_body(self, here: ObjectKeys) -> Finding:
        """Return the finding of an object that only has the keys of a body, which belong below `name`."""
        path, first, name = display_path(here.pointer), next(iter(here.value)), here.body
        message = Message("The keys of `{path}` are unknown; are they those of a body?", path=path)
        help_ = Message(
            "Write `{name}:` below `{key}:`, and indent the body below that.", name=name, key=last_key(here.pointer)
        )
        span, pointer = self._document.key_span((*here.pointer, first)), (*here.pointer, first)
        notes = describe_field(here.fields[name])
        return RULES["unknown-key"].finding(message, self._document.path, span, help_, notes=notes, pointer=pointer)


def _as_note(name: str, value: Any) -> str:
    """Return the value of a key as a text: `params: page (number of the page), size`."""
    if isinstance(value, dict):
        value = [key if each is None else f"{key} ({flow_text(each)})" for key, each in value.items()]
    items = [
        each if isinstance(each, str) else flow_text(each) for each in (value if isinstance(value, list) else [value])
    ]
    return f"{name}: {', '.join(items)}"


def _rewritten(field: Field, value: Any, source: str) -> tuple[str, bool]:
    """Return a scalar as YAML in the type of `field`, such as a text as a list of one, and whether that is certain.

    It is "" if the scalar has that type or does not fit.
    """
    if isinstance(value, (dict, list)) or value is None:
        return "", False
    text = value if isinstance(value, str) else source
    if field.kind == "text" and not isinstance(value, str):
        return f'"{source}"', True
    if field.kind == "list" and field.keys == ((".",),):
        return flow_text([] if means_none(text) else [text]), True
    mapping, certain = as_mapping(field, text) if field.kind == "object" else ({}, False)
    return flow_text(mapping) if mapping else "", certain


def _exists(value: Any, path: tuple[str, ...]) -> bool:
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


def _is_of_kind(field: Field, value: Any) -> bool:
    if field.kind == "value":
        return True
    return isinstance(value, dict) == (field.kind == "object") and isinstance(value, list) == (field.kind == "list")


def _move(name: str, *homes: Pointer) -> _Advice:
    places = joined("{first} or {second}", map(place_of, homes))
    return _Advice(Message("Move it: `{key}` belongs {places}.", key=printable(name), places=places))
