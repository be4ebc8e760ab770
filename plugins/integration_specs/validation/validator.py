"""Document and `SpecSchema` to findings about shape.

jsonschema-rs says quickly that nothing is wrong; only when something is does jsonschema, the reference, say what. Each
fault becomes one finding at one place: an unknown key is paired with the missing one that it was meant to be, what
follows from another fault is left out, and so is what reading the file had said of the same value in milder words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from integration_specs.documents import Document
from integration_specs.documents.pointers import value_at
from integration_specs.documents.redaction import cut
from integration_specs.findings import Finding, Span
from integration_specs.text import suggestions
from integration_specs.text.display import printable
from integration_specs.text.names import slug

from .messages import tell
from .schema import Field, Pointer, SpecSchema
from .schema_errors import Misfit, shown_path

MOST_FINDINGS = 20
"""More faults of shape than this in one file are counted, not told: the first ones explain the rest."""

MANY_MISSING = 4
"""As many missing keys of one object, or more, are one finding: the file is unfinished, not mistaken."""


_MOST_HOMES = 2
"""A key that is known in more places than these (`name`, `description`) was not meant for one of them."""


def is_calendar_date(value: Any) -> bool:
    """Whether a text that looks like a date is a day that exists; anything else is not this check's business."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
    return True


def is_web_address(value: Any) -> bool:
    """Whether a text that starts as a web address has a host; anything else is not this check's business."""
    return not (isinstance(value, str) and value.startswith("http")) or bool(
        re.match(r"https?://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?([/?#]|\Z)", value)
    )


FORMATS = {"calendar-date": is_calendar_date, "web-address": is_web_address}


class Validator:
    """Checks the shape of documents against one schema; compiled once, used for many files."""

    def __init__(self, schema: SpecSchema) -> None:
        import jsonschema_rs

        self._schema = schema
        self._nested = _nested(schema.fields, {})
        self._fast = jsonschema_rs.validator_for(schema.json, formats=FORMATS, validate_formats=True)

    def __call__(self, document: Document) -> tuple[Finding, ...]:
        """All findings about a document: those of reading it, and where it could be read those of its shape.

        At most `MOST_FINDINGS` of shape, the first in the file, and a count of the rest.
        """
        if document.data is None:
            return document.findings
        found = list(_duplicates(self._schema, self._nested, document))
        if not self._fast.is_valid(document.data):
            found += _Shape(self._schema, document).findings()
        found.sort(key=lambda finding: finding.sort_key)
        if len(found) > MOST_FINDINGS:
            found[MOST_FINDINGS:] = [_more(document.path, found[MOST_FINDINGS:])]
        found = list(map(cut, found))
        told = [finding.span for finding in found]
        return (*(each for each in document.findings if not any(span.holds(each.span) for span in told)), *found)


def _more(path: str, rest: list[Finding]) -> Finding:
    message = f"and {len(rest)} more from here on"
    return Finding("more-findings", "error", message, path, rest[0].span, "Mend those above first, then check again.")


@cache
def _reference_validator_class() -> Any:
    import jsonschema
    from jsonschema import validators

    def pattern(_validator: Any, expression: str, instance: Any, _schema: Any) -> Iterator[Any]:
        # `$` must mean the very end, as in the editors' dialect: Python's also matches before a last line break.
        if isinstance(instance, str) and not re.search(re.sub(r"\$(?=$|\|)", r"\\Z", expression), instance):
            yield jsonschema.ValidationError("pattern")

    base: Any = jsonschema.Draft202012Validator
    every_item = base.VALIDATORS["items"]

    def items(validator: Any, expected: Any, instance: Any, schema: Any) -> Iterator[Any]:
        # Of a list that is too long, what fits is looked at: somebody may have written fifty thousand entries.
        shown = instance[: schema["maxItems"]] if isinstance(instance, list) and "maxItems" in schema else instance
        yield from every_item(validator, expected, shown, schema)

    extend: Any = validators.extend  # has no types of its own
    return extend(base, {"pattern": pattern, "items": items})


def reference_errors(schema: SpecSchema, data: Any) -> Iterator[Any]:
    """Errors of jsonschema, the reference; nothing outside the schema is ever looked up."""
    import jsonschema
    from referencing import Registry

    checker = jsonschema.FormatChecker(formats=())
    for name, function in FORMATS.items():
        checker.checks(name)(function)
    registry: Any = Registry()
    yield from _reference_validator_class()(schema.json, registry=registry, format_checker=checker).iter_errors(data)


class _Shape:
    """One invalid document: its errors sorted into keys that are unknown or missing, and values that do not fit."""

    def __init__(self, schema: SpecSchema, document: Document) -> None:
        self._schema = schema
        self._document = document
        self._unknown: dict[Pointer, dict[str, None]] = {}
        self._missing: dict[Pointer, dict[str, None]] = {}
        self._misfits: dict[Pointer, Misfit] = {}
        self._told = 0
        unsure = self._status_is_wrong()
        for error in reference_errors(schema, document.data):
            if not (unsure and error.absolute_schema_path[0] == "else"):
                self._sort(error)

    def findings(self) -> Iterator[Finding]:
        """One finding for each fault."""
        self._leave_out_of_moved()
        for misfit in self._misfits.values():
            yield self._value(misfit)
        for pointer in sorted({*self._unknown, *self._missing}, key=self._document.span):
            yield from self._keys(pointer)

    def _status_is_wrong(self) -> bool:
        """Whether nobody can say if this is a draft: then what only a draft may leave out is not asked for."""
        status = self._schema.at(("status",))
        data = self._document.data
        return bool(status and "status" in data and data["status"] not in status.choices)

    def _sort(self, error: Any) -> None:
        pointer = tuple(error.absolute_path)
        if error.validator == "required":
            lacking = (name for name in error.validator_value if name not in error.instance)
            self._missing.setdefault(pointer, {}).update(dict.fromkeys(lacking))
        elif error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            fresh = (name for name in error.instance if name not in known and not name.startswith("x-"))
            self._unknown.setdefault(pointer, {}).update(dict.fromkeys(fresh))
        else:
            word = error.validator
            if error.parent is None and "propertyNames" in error.absolute_schema_path:
                pointer, word = (*pointer, error.instance), "propertyNames"
            source = self._document.source_text(pointer) if word != "propertyNames" else None
            field = self._schema.at(pointer)
            misfit = Misfit(word, error.validator_value, error.instance, pointer, field, source)
            self._misfits.setdefault(pointer, misfit)

    def _value(self, misfit: Misfit) -> Finding:
        told = tell(misfit)
        if told.rule == "empty-value" and (text := self._comment(misfit.pointer)):
            line = misfit.line(f'"{text}"')
            told = replace(told, help=f"What follows ` #` is a comment. Put the value in quotes: `{line}`.")
        at = self._document.key_span if told.at_key else self._document.span
        notes = (*told.notes, *_description(misfit.field))
        return self._finding(told.rule, told.message, at(misfit.pointer), told.help, notes, misfit.pointer, told.fix)

    def _comment(self, pointer: Pointer) -> str:
        """A value that YAML takes for a comment (`address: #payments`); empty where there is none."""
        line = self._document.text.split("\n")[self._document.key_span(pointer).line - 1]
        found = re.search(r"(?::|-)[ \t]+(#[^\s#\"].*)", line)
        return printable(found[1].rstrip(), 60) if found else ""

    def _keys(self, pointer: Pointer) -> Iterator[Finding]:
        """One finding for each unknown key, then those for what is still missing."""
        owner = self._schema.at(pointer) if pointer else None
        fields = owner.fields if owner else self._schema.fields if not pointer else ()
        children = {field.name: field for field in fields}
        missing = self._missing.get(pointer, {})
        for name in self._unknown.get(pointer, ()):
            self._told += 1
            yield self._unknown_key(pointer, name, children, missing)
        if len(missing) >= MANY_MISSING:
            yield self._missing_keys(pointer, children, list(missing))
        else:
            for name in missing:
                yield self._missing_key(pointer, name, children.get(name))

    def _unknown_key(
        self, pointer: Pointer, name: str, children: dict[str, Field], missing: dict[str, None]
    ) -> Finding:
        """The finding for an unknown key; takes what it was meant to be out of `missing`."""
        at = (*pointer, name)
        message = f"unknown key `{printable(name)}` {_place(pointer)}"
        here = value_at(self._document.data, pointer)
        free = [child for child in children if child not in here]
        # Looking for similar words takes time, and what comes after the first is not told.
        suggest = self._told <= MOST_FINDINGS
        near, sure = suggestions.closest_key(name, free) if suggest else ("", False)
        inside = [child for child, field in children.items() if field.kind == "object" and _knows(field, name)]
        if near and inside and not _is_of_kind(children[near], here[name]):
            near = ""
        fix = None
        notes: tuple[str, ...] = ()
        if near:
            message += f"; did you mean `{near}`?"
            help_ = f"Write `{near}:`."
            notes = (f"`{near}` is required here and is missing.",) if near in missing else ()
            notes += _description(children[near])
            missing.pop(near, None)
            fix = near if sure else None
        elif re.match(r"x[_.:\s]", name, re.IGNORECASE) or name.startswith("X-"):
            fix = f"x-{slug(name[2:], '')}"
            help_ = f"Notes of your own begin with `x-`: write `{fix}:`."
        elif inside:
            places = " or ".join(_place((*pointer, child)) for child in inside)
            help_ = f"Move it: `{printable(name)}` belongs {places}."
        elif parent := next((each for each in missing if _may_hold(children.get(each), here[name])), ""):
            del missing[parent]
            help_ = f"Write `{parent}:` above it, and indent `{printable(name)}:` below that."
            notes = (f"`{parent}` is required here and is missing.",)
        elif beside := self._beside(pointer, name):
            help_ = f"Move it: `{printable(name)}` belongs {_place(beside)}."
        elif any(child.format == "example" for child in children.values()):
            help_ = f"If it is part of a body, indent `{printable(name)}:` below `example:`."
            notes = (f"Known here: {', '.join(children)}.",)
        elif len(missing) == 1 and len(self._unknown[pointer]) == 1 and pointer:
            lone = missing.popitem()[0]
            help_ = (
                f"Write `{lone}:` if that is meant; else add `{lone}:`, and keep this one as `x-{slug(name, 'note')}:`."
            )
            notes = (f"`{lone}` is required here and is missing.", *_description(children.get(lone)))
        elif suggest and 0 < len(homes := _homes(self._schema, name)) <= _MOST_HOMES:
            help_ = f"Move it: `{printable(name)}` belongs {' or '.join(_place(home) for home in homes)}."
        else:
            help_ = f"Remove it, or write `x-{slug(name, 'note')}:` to keep it as a note of your own."
            notes = (f"Known here: {', '.join(children)}.",) if children else ()
        return self._finding("unknown-key", message, self._document.key_span(at), help_, notes, at, fix)

    def _beside(self, pointer: Pointer, name: str) -> Pointer:
        """The object next to the one at `pointer` that knows a key of this name; empty when there is none."""
        around = self._schema.at(pointer[:-1]) if len(pointer) > 1 else None
        near = (
            [field.name for field in around.fields if field.kind == "object" and _knows(field, name)] if around else []
        )
        return (*pointer[:-1], near[0]) if len(near) == 1 else ()

    def _leave_out_of_moved(self) -> None:
        """A section under the one before it is told at its key: it is not missing, and what stands below it is not unknown."""
        for pointer, names in self._unknown.items():
            for depth in range(len(pointer)):
                for name in [each for each in names if each in self._missing.get(pointer[:depth], ())]:
                    del self._missing[pointer[:depth]][name]
                    moved = self._schema.at((*pointer[:depth], name))
                    if moved and value_at(self._document.data, (*pointer, name)) is None:
                        self._unknown[pointer] = {each: None for each in names if not _knows(moved, each)}

    def _missing_key(self, pointer: Pointer, name: str, child: Field | None) -> Finding:
        later = child is not None and child.need != "always"
        message = f"`{name}` is missing {_place(pointer)}" + (" (only a draft may leave it out)" if later else "")
        return self._finding(
            "missing-key", message, self._head(pointer), _how_to_write(name, child), _description(child), pointer
        )

    def _missing_keys(self, pointer: Pointer, children: dict[str, Field], names: list[str]) -> Finding:
        later = all(name in children and children[name].need == "active" for name in names)
        message = f"{len(names)} keys are missing {_place(pointer)}" + (
            " (only a draft may leave them out)" if later else ""
        )
        help_ = f"Add {', '.join(f'`{name}:`' for name in names)}"
        help_ += ", or write `status: draft` until they are known." if later else "."
        return self._finding("missing-key", message, self._head(pointer), help_, (), pointer)

    def _head(self, pointer: Pointer) -> Span:
        """Where a missing thing is told: at the key that should hold it, or at the first line that says something."""
        first = next(iter(self._document.data), None) if not pointer else None
        return self._document.key_span(pointer if first is None else (first,))

    def _finding(
        self,
        rule: str,
        message: str,
        span: Span,
        help_: str,
        notes: tuple[str, ...],
        pointer: Pointer,
        fix: str | None = None,
    ) -> Finding:
        return Finding(rule, "error", message, self._document.path, span, help_, notes, pointer, fix=fix)


_Nested = dict[int, tuple[Field, ...]]


def _nested(fields: tuple[Field, ...], known: _Nested) -> _Nested:
    """For the fields of each object, by their `id`, those that hold lists or objects: few of many are looked at."""
    if id(fields) not in known:
        known[id(fields)] = tuple(field for field in fields if field.kind in ("object", "list"))
        for field in known[id(fields)]:
            _nested(field.fields, known)
            if field.item:
                _nested(field.item.fields, known)
    return known


def _duplicates(schema: SpecSchema, nested: _Nested, document: Document) -> Iterator[Finding]:
    """Items of a keyed list that cannot be told apart: links, diff and reports go by identity."""
    stack: list[tuple[Pointer, tuple[Field, ...], Any]] = [((), schema.fields, document.data)]
    while stack:
        pointer, fields, data = stack.pop()
        if not isinstance(data, dict):
            continue
        for field in nested[id(fields)]:
            value = data.get(field.name)
            if not value:
                continue
            if field.kind == "object":
                if nested[id(field.fields)]:
                    stack.append(((*pointer, field.name), field.fields, value))
                if field.item and isinstance(value, dict):  # an object with free keys
                    stack.extend(((*pointer, field.name, key), field.item.fields, each) for key, each in value.items())
            elif field.kind == "list" and isinstance(value, list):
                at = (*pointer, field.name)
                if len(value) > 1:
                    yield from _same_items(document, field, at, value)
                if nested[id(field.fields)]:
                    stack.extend(((*at, index), field.fields, item) for index, item in enumerate(value))


def _same_items(document: Document, field: Field, at: Pointer, items: list[Any]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        identity = field.identity(item)
        if not identity or first.setdefault(identity, index) == index:
            continue
        here, there = document.key_span((*at, index)), document.key_span((*at, first[identity]))
        where = f"in line {there.line}" if there.line != here.line else "in the same line"
        message = f"`{shown_path(at)}` has `{printable(identity)}` twice; the first is {where}"
        yield Finding("duplicate-item", "error", message, document.path, here, _tell_apart(field), pointer=(*at, index))


def _tell_apart(field: Field) -> str:
    keys = [" and ".join(f"`{part}`" for part in key) for key in field.keys if key != (".",)]
    return f"Remove one of them, or give it another {' or '.join(keys)}." if keys else "Remove one of them."


def _how_to_write(name: str, field: Field | None) -> str:
    if field is None:
        return f"Add `{name}:`."
    if field.kind == "list":
        return f"Add `{name}:` with its entries, or `{name}: []` for none on purpose."
    if field.kind == "object":
        inside = [f"`{child.name}`" for child in field.fields if child.need != "optional"]
        return f"Add `{name}:`" + (f" with {', '.join(inside)} below it." if inside else ".")
    if field.kind == "choice":
        return f"Add `{name}:` with one of {', '.join(field.choices)}."
    return f"Add `{name}:`, for example `{name}: {printable(str(field.example))}`."


def _description(field: Field | None) -> tuple[str, ...]:
    return (f"{field.name}: {field.description}",) if field and field.description else ()


def _may_hold(field: Field | None, value: Any) -> bool:
    """Whether `value` looks like an entry of an object with free keys that was forgotten above it."""
    return bool(field and field.kind == "object" and field.item and isinstance(value, dict))


def _knows(field: Field, name: str) -> bool:
    return any(child.name == name for child in field.fields)


def _is_of_kind(field: Field, value: Any) -> bool:
    """Whether a value has the form of a field: keys, entries, or one value."""
    return isinstance(value, dict) == (field.kind == "object") and isinstance(value, list) == (field.kind == "list")


def _homes(schema: SpecSchema, name: str) -> list[tuple[str, ...]]:
    """Where else in the schema a key of this name is known."""
    found: list[tuple[str, ...]] = []
    stack: list[tuple[tuple[str, ...], tuple[Field, ...]]] = [((), schema.fields)]
    while stack:
        path, fields = stack.pop()
        found += [path for field in fields if field.name == name]
        stack += [((*path, field.name), field.fields) for field in fields if field.fields]
    return sorted(found, key=len)


def _place(pointer: Iterable[str | int]) -> str:
    path = shown_path(tuple(pointer))
    return f"in `{path}`" if path else "at the top level"
