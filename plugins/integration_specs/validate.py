"""Document and `SpecSchema` to findings about shape.

jsonschema-rs says quickly that nothing is wrong; only when something is does jsonschema, the reference, say what. Each
fault becomes one finding at one place: unknown keys are paired with the missing ones that they were meant to be.
"""

import difflib
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from .findings import Finding, Span, visible
from .load import Document
from .schema import Field, Pointer, SpecSchema

MOST_FINDINGS = 20
"""More faults of shape than this in one file are counted, not told: the first ones explain the rest."""

_WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "keys and values",
}
_TYPE_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys and values",
}


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
        self._fast = jsonschema_rs.validator_for(schema.json, formats=FORMATS, validate_formats=True)

    def __call__(self, document: Document) -> tuple[Finding, ...]:
        """Findings about the shape of a document whose YAML was read; at most `MOST_FINDINGS` and a count of the rest."""
        if self._fast.is_valid(document.data):
            found = list(_duplicates(self._schema, document))
        else:
            found = [*_shape(self._schema, document), *_duplicates(self._schema, document)]
        found.sort(key=lambda finding: finding.sort_key)
        if len(found) <= MOST_FINDINGS:
            return tuple(found)
        rest = len(found) - MOST_FINDINGS
        last = found[MOST_FINDINGS - 1]
        more = Finding(
            "more-findings",
            "error",
            f"and {rest} more like these",
            document.path,
            last.span,
            "Mend the ones above first, then check again.",
        )
        return (*found[:MOST_FINDINGS], more)


@cache
def _reference_validator_class() -> Any:
    import jsonschema
    from jsonschema import validators

    def pattern(_validator: Any, expression: str, instance: Any, _schema: Any) -> Iterator[Any]:
        # `$` must mean the very end, as in the editors' dialect: Python's also matches before a last line break.
        if isinstance(instance, str) and not re.search(re.sub(r"\$(?=$|\|)", r"\\Z", expression), instance):
            yield jsonschema.ValidationError("pattern")

    extend: Any = validators.extend  # has no types of its own
    return extend(jsonschema.Draft202012Validator, {"pattern": pattern})


def reference_errors(schema: SpecSchema, data: Any) -> Iterator[Any]:
    """Errors of jsonschema, the reference; nothing outside the schema is ever looked up."""
    import jsonschema
    from referencing import Registry

    checker = jsonschema.FormatChecker(formats=())
    for name, function in FORMATS.items():
        checker.checks(name)(function)
    registry: Any = Registry()
    yield from _reference_validator_class()(schema.json, registry=registry, format_checker=checker).iter_errors(data)


def _shape(schema: SpecSchema, document: Document) -> Iterator[Finding]:
    missing: dict[Pointer, list[str]] = {}
    unknown: dict[Pointer, list[str]] = {}
    seen: set[tuple[Pointer, str]] = set()
    told = 0
    for error in reference_errors(schema, document.data):
        pointer = tuple(error.absolute_path)
        if error.validator == "required":
            lacking = [name for name in error.validator_value if name not in error.instance]
            missing.setdefault(pointer, []).extend(name for name in lacking if name not in missing.get(pointer, ()))
        elif error.validator in ("additionalProperties", "propertyNames"):
            known = error.schema.get("properties", {}) if error.validator == "additionalProperties" else ()
            names = [error.instance] if error.validator == "propertyNames" else error.instance
            fresh = (name for name in names if name not in known and not str(name).startswith("x-"))
            unknown.setdefault(pointer, []).extend(name for name in fresh if name not in unknown.get(pointer, ()))
        elif (pointer, "value") not in seen:
            seen.add((pointer, "value"))
            yield _value(schema, document, pointer, error)
    for pointer in sorted({*missing, *unknown}, key=document.span):
        for finding in _keys(
            schema, document, pointer, unknown.get(pointer, []), missing.get(pointer, []), told < MOST_FINDINGS
        ):
            told += 1
            yield finding


def _keys(
    schema: SpecSchema, document: Document, pointer: Pointer, unknown: list[str], missing: list[str], suggest: bool
) -> Iterator[Finding]:
    """One finding for each unknown key (paired with the missing one it was meant to be) and each missing one left."""
    field = schema.at(pointer) if pointer else None
    children = {child.name: child for child in (field.fields if field else schema.fields if not pointer else ())}
    present = _value_at(document.data, pointer)
    free = [name for name in children if name not in present]
    missing = list(missing)
    for name in unknown:
        near = _nearest(name, free) if suggest else ""
        place = _place(pointer)
        notes: tuple[str, ...] = ()
        if near:
            help_ = f"Write `{near}:` instead of `{name}:`."
            question = f"; did you mean `{near}`?"
            if near in missing:
                missing.remove(near)
                notes = (f"`{near}` is required here and is missing.",)
            notes += (_describe(children[near]),)
        else:
            question = ""
            homes = [home[:-1] for home in _homes(schema, name) if home[:-1] != _names(pointer)]
            if homes:
                help_ = f"`{name}` belongs {' or '.join(_place(home) for home in homes[:2])}."
            else:
                help_ = f"Remove it, or name it `x-{name}:` to keep it as a note of your own."
                notes = (f"Known here: {', '.join(children)}.",) if children else ()
        yield Finding(
            "unknown-key",
            "error",
            f"unknown key `{visible(name)}` {place}{question}",
            document.path,
            document.key_span((*pointer, name)),
            help_,
            notes,
            (*pointer, name),
        )
    for name in missing:
        child = children.get(name)
        place = _place(pointer)
        always = child is not None and child.need == "always"
        yield Finding(
            "missing-key",
            "error",
            f"`{name}` is missing {place}" + ("" if always or child is None else " (only a draft may leave it out)"),
            document.path,
            _head(document, pointer),
            _how_to_write(name, child),
            (_describe(child),) if child else (),
            pointer,
        )


def _value(schema: SpecSchema, document: Document, pointer: Pointer, error: Any) -> Finding:
    """The finding for a value that is not as it should be."""
    field = schema.at(pointer)
    name = _path(pointer) or "the file"
    value, wanted = error.instance, error.validator_value
    shown = visible(document.source_text(pointer) or repr(value))
    span, notes = document.span(pointer), ((_describe(field),) if field and field.description else ())
    rule, message, help_ = "wrong-value", f"`{name}` is not as expected: {shown}", ""
    match error.validator:
        case "type":
            rule = "wrong-type"
            expected = _TYPE_WORDS.get(str(wanted), str(wanted))
            if value is None:
                rule, message = "empty-value", f"`{name}` has no value; expected {expected}"
                help_ = (
                    "Write a value, `[]` for none on purpose, or remove the key."
                    if wanted == "array"
                    else "Write a value or remove the key."
                )
                span = document.key_span(pointer)
            else:
                message = f"`{name}` must be {expected}, not {_WORDS.get(type(value), 'this')}" + (
                    "" if isinstance(value, (dict, list)) else f" ({shown})"
                )
                help_ = _type_help(wanted, value, document.source_text(pointer), field, pointer)
                if isinstance(value, (dict, list)):
                    span = document.key_span(pointer)
        case "enum" | "const":
            choices = [str(choice) for choice in (wanted if error.validator == "enum" else [wanted])]
            near = _nearest(str(value), choices)
            rule = "not-allowed"
            message = f"`{name}` cannot be {shown}" + (f"; did you mean `{near}`?" if near else "")
            help_ = (
                f"Write `{near}`."
                if near
                else ("Write one of the allowed values." if len(choices) > 1 else f"Write `{choices[0]}`.")
            )
            notes = (f"Allowed: {', '.join(choices)}.", *notes)
        case "pattern" | "format":
            shape = field.shape if field else ""
            rule, expected, help_ = _PATTERNS.get(shape, ("wrong-value", "another form", ""))
            message = f"`{name}` must be {expected}, not {shown}"
            if shape == "date" and error.validator == "format":
                message = f"`{name}`: there is no day {shown}"
            if isinstance(value, str) and "\n" in value and shape in ("line", "code"):
                message, help_ = f"`{name}` must be one line", "Put it on one line; only longer texts may have several."
            elif not help_ and field and field.example is not None:
                help_ = f"For example `{field.example}`."
        case "minLength":
            rule, message, help_ = "empty-value", f"`{name}` is empty", "Write a text or remove the key."
        case "maxLength":
            rule, message, help_ = (
                "too-long",
                f"`{name}` has {len(value):,} characters; at most {wanted:,} fit",
                "Shorten it, or put it into an attachment.",
            )
        case "maxItems" | "maxProperties":
            rule, message, help_ = (
                "too-many",
                f"`{name}` has {len(value):,} entries; at most {wanted:,} are read",
                "Split the spec.",
            )
            span = document.key_span(pointer)
        case "minItems":
            rule, message, help_ = (
                "too-few",
                f"`{name}` needs at least {wanted} entry",
                "Add one, or set `status: draft` until it is known.",
            )
            span = document.key_span(pointer)
        case "minimum" | "maximum":
            rule, message = (
                "out-of-range",
                f"`{name}` must be {'at least' if error.validator == 'minimum' else 'at most'} {wanted}, not {shown}",
            )
            help_ = "Write a number in range."
    return Finding(rule, "error", message, document.path, span, help_, notes, pointer)


_PATTERNS = {
    "date": ("wrong-date", "a date written YYYY-MM-DD", "Write it like `2026-11-22`."),
    "duration": (
        "wrong-duration",
        "a duration: a number and ms, s, m, h or d",
        "Write it like `30s`, `5m`, `24h` or `90d`.",
    ),
    "url": (
        "wrong-address",
        "a web address that starts with https:// or http://",
        "Write it like `https://status.example.com`.",
    ),
    "owner": (
        "wrong-key",
        "a key of `owners.yaml`: lower-case letters, digits and hyphens",
        "Write it like `payments`.",
    ),
    "spec": (
        "wrong-id",
        "the id of a spec: lower-case letters, digits and hyphens",
        "Write the name of its file without `.yaml`.",
    ),
    "attachment": (
        "wrong-path",
        "a path inside the spec's folder",
        "Write it like `contract.yaml`: letters, digits, `.`, `_`, `-` and `/`.",
    ),
}


def _type_help(wanted: Any, value: Any, source: str | None, field: Field | None, pointer: Pointer) -> str:
    name = next((str(step) for step in reversed(pointer) if isinstance(step, str)), "")
    if wanted == "string" and isinstance(value, (int, float, bool)):
        return f'Put it in quotes: `{name}: "{visible(source or str(value))}"`.'
    if wanted == "array" and not isinstance(value, (list, dict)):
        return f"Write a list: `{name}: [{visible(source or str(value))}]`, or one `- ` a line."
    if wanted == "array" and isinstance(value, dict):
        return "Put `- ` before each entry."
    if wanted in ("integer", "number") and isinstance(value, str) and re.fullmatch(r"[0-9]+", value):
        return f"Remove the quotes: `{name}: {value}`."
    if wanted == "object" and isinstance(value, list):
        return "Remove the `- `: this is one entry, not a list."
    if wanted == "object" and field and field.fields:
        return f"Write its keys indented below `{name}:`, for example `{field.fields[0].name}: …`."
    return (
        f"For example `{name}: {visible(str(field.example))}`."
        if field and field.example is not None
        else "Write the value that is meant."
    )


def _duplicates(schema: SpecSchema, document: Document) -> Iterator[Finding]:
    """Items of a keyed list that cannot be told apart: links, diff and reports go by identity."""
    stack: list[tuple[Pointer, tuple[Field, ...], Any]] = [((), schema.fields, document.data)]
    while stack:
        pointer, fields, data = stack.pop()
        if not isinstance(data, dict):
            continue
        for field in fields:
            value = data.get(field.name)
            if field.kind == "object":
                stack.append(((*pointer, field.name), field.fields, value))
            elif field.kind == "list" and isinstance(value, list):
                first: dict[str, int] = {}
                for index, item in enumerate(value):
                    at = (*pointer, field.name, index)
                    identity = field.identity(item)
                    if identity and first.setdefault(identity, index) != index:
                        line = document.span((*pointer, field.name, first[identity])).line
                        yield Finding(
                            "duplicate-item",
                            "error",
                            f"`{_path((*pointer, field.name))}` has `{visible(identity)}` twice; the first is in line {line}",
                            document.path,
                            document.key_span(at),
                            _tell_apart(field),
                            (),
                            at,
                        )
                    if field.fields:
                        stack.append((at, field.fields, item))


def _tell_apart(field: Field) -> str:
    keys = [" and ".join(f"`{part}`" for part in key) for key in field.keys if key != (".",)]
    return f"Remove one of them, or give it another {' or '.join(keys)}." if keys else "Remove one of them."


def _head(document: Document, pointer: Pointer) -> Span:
    """Where a thing that is missing is reported: at the key that should hold it, or at the first line that says anything."""
    span = document.key_span(pointer)
    return span if pointer else Span(span.line, span.column, span.line, span.column)


def _how_to_write(name: str, field: Field | None) -> str:
    if field is None:
        return f"Add `{name}:`."
    if field.kind == "list":
        return f"Add `{name}:` with its entries, or `{name}: []` for none on purpose."
    if field.kind == "object":
        inside = ", ".join(f"`{child.name}`" for child in field.fields if child.need != "optional")
        return f"Add `{name}:`" + (f" with {inside}." if inside else ".")
    if field.kind == "choice":
        return f"Add `{name}:` with one of {', '.join(field.choices)}."
    return (
        f"Add `{name}: {visible(str(field.example))}` with what is true."
        if field.example is not None
        else f"Add `{name}:`."
    )


def _describe(field: Field) -> str:
    return f"{field.name}: {field.description}"


def _homes(schema: SpecSchema, name: str) -> list[tuple[str, ...]]:
    """Where else in the schema a key of this name is known, the shallowest first."""
    found: list[tuple[str, ...]] = []
    level: list[tuple[tuple[str, ...], tuple[Field, ...]]] = [((), schema.fields)]
    while level and not found:
        found = [(*path, field.name) for path, fields in level for field in fields if field.name == name]
        level = [((*path, field.name), field.fields) for path, fields in level for field in fields if field.fields]
    return found


def _nearest(word: str, among: list[str]) -> str:
    """The known word that was probably meant; empty when none is near. Case and `-` for `_` are slips."""
    plain = {each.lower().replace("-", "_").replace(" ", "_"): each for each in among}
    near = difflib.get_close_matches(word[:80].lower().replace("-", "_").replace(" ", "_"), plain, 1, 0.7)
    return plain[near[0]] if near else ""


def _names(pointer: Pointer) -> tuple[str, ...]:
    return tuple(step for step in pointer if isinstance(step, str))


def _path(pointer: Pointer) -> str:
    """A pointer as people read it: `endpoints[2].response.status`."""
    text = ""
    for step in pointer:
        text += f"[{step}]" if isinstance(step, int) else f".{visible(step)}" if text else visible(step)
    return text


def _place(pointer: Pointer) -> str:
    return f"in `{_path(pointer)}`" if pointer else "at the top level"


def _value_at(data: Any, pointer: Pointer) -> Any:
    for step in pointer:
        data = data[step]
    return data
