"""Messages for schema violations: what is wrong, what to write instead, and the automatic fix if only one is possible."""

import json
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from integration_specs.text.display import printable
from integration_specs.text.names import slug
from integration_specs.text.suggestions import closest_value, means_none, possible_dates, standard_duration

from .rewrites import as_list, as_mapping, flow, is_plain
from .schema import Field
from .violations import Diagnostic, Violation, display_path

_Advice = tuple[str, str | None]
"""The help and the fix."""


def describe(violation: Violation) -> Diagnostic:
    """Return the message for a violation."""
    if violation.value is None and violation.keyword == "type":
        return _no_value(violation)
    if violation.value == "":
        return Diagnostic("empty-value", f"`{violation.path}` is empty", "Write a text, or remove the key.")
    return _BY_KEYWORD.get(violation.keyword, _other)(violation)


# Types

_EXPECTED = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys and values",
}


def _type(violation: Violation) -> Diagnostic:
    field, value = violation.field, violation.value
    is_scalar = isinstance(value, (str, int, float))
    if is_scalar and field and field.kind == "choice":
        return _choice(replace(violation, expected=field.choices))
    if is_scalar and field and field.format in _BY_FORMAT and violation.expected == "string":
        return _BY_FORMAT[field.format](violation)
    if isinstance(value, str):
        found = f"text ({violation.display})"
    elif is_scalar:
        found = f"{'the value' if isinstance(value, bool) else 'the number'} {violation.display}"
    else:
        found = "a list" if isinstance(value, list) else "keys and values"
    expected = str(violation.expected)
    message = f"`{violation.path}` must be {_EXPECTED.get(expected, expected)}, not {found}"
    return Diagnostic("wrong-type", message, *_ADVICE.get(expected, _other_advice)(violation))


def _no_value(violation: Violation) -> Diagnostic:
    field = violation.field
    expected = _EXPECTED.get(str(violation.expected), "a value")
    if violation.is_item:
        return Diagnostic(
            "empty-value", f"`{violation.path}` is an empty item", "Write a value after the `-`, or remove the item."
        )
    if violation.expected == "array":
        help_ = f"Write the items, write `{violation.key}: []` if there are none, or remove the key."
    elif field and field.example is not None and not isinstance(field.example, (dict, list)):
        remove = "" if field.need == "always" else ", or remove the key"
        help_ = f"Write a value, for example `{violation.line(_example(field))}`{remove}."
    elif field and field.fields:
        help_ = f"Write its keys indented below it, starting with `{field.fields[0].name}: …`, or remove `{violation.key}:`."
    else:
        help_ = f"Write {expected}, or remove the key."
    message = f"`{violation.path}` has no value; expected {expected}"
    return Diagnostic("empty-value", message, help_, at_key=True)


def _text_advice(violation: Violation) -> _Advice:
    value = violation.value
    if isinstance(value, dict) and len(value) == 1:
        key, inner = next(iter(value.items()))
        if isinstance(inner, (str, int, float)) and "\n" not in (text := f"{key}: {inner}"):
            quoted = "'" + text.replace("'", "''") + "'"
            return f"If the colon is part of the text, quote it: `{violation.line(printable(quoted, 100))}`.", None
    if isinstance(value, (list, dict)):
        if violation.field and violation.field.format == "markdown":
            return f"Write one text. Put a long text on the lines below `{violation.key}: |`.", None
        first = value[0] if isinstance(value, list) and value else None
        text = printable(first) if isinstance(first, str) else _example(violation.field)
        return f"Write one value: `{violation.line(text)}`.", None
    quoted = f'"{violation.text}"'
    return f"Quote it: `{violation.line(printable(quoted))}`.", quoted


def _number_advice(violation: Violation) -> _Advice:
    number = re.match(r"-?[0-9]{1,15}", violation.text)
    if re.fullmatch(r"[0-9]{1,3}([,._' ][0-9]{3})+", violation.text):
        return f"Write only the digits: `{violation.line(re.sub('[^0-9]', '', violation.text))}`.", None
    if number and number[0] == violation.text:
        return f"Remove the quotes: `{violation.line(number[0])}`.", number[0]
    if number and isinstance(violation.value, str) and not re.match(r"[x*]", violation.text[number.end() :]):
        return f"Write only the number: `{violation.line(number[0])}`.", None
    return f"Write a whole number, for example `{violation.line(_example(violation.field))}`.", None


def _boolean_advice(violation: Violation) -> _Advice:
    word = violation.text.strip().lower()
    for value, words in (("true", ("yes", "y", "on", "true", "1")), ("false", ("no", "n", "off", "false", "0"))):
        if word in words:
            return f"Write `{violation.line(value)}`.", value
    return f"Write `{violation.line('true')}` or `{violation.line('false')}`.", None


def _list_advice(violation: Violation) -> _Advice:
    field = violation.field
    keys = field.keys[-1] if field and field.keys else (".",)
    if isinstance(violation.value, dict):
        return _list_of_mapping_advice(violation, keys)
    if means_none(violation.text):
        return f"Write `{violation.key}: []` if there are none.", "[]"
    if len(keys) > 1:
        rest = " and ".join(f"`{key}:`" for key in keys[1:])
        return f"Write each entry on its own lines: `- {keys[0]}: …`, and {rest} below it.", None
    item = field.item if field else None
    if item is not None and item.fields:
        return f"Write each entry on its own lines, the first as `- {keys[0]}: {violation.display}`.", None
    text = violation.text
    if bullet := re.match(r"[•·‣▪*–—]\s*(.*)", text):
        entry = printable(re.split(r"\n| - ", bullet[1])[0], 40)
        return f"Start each item with a dash and a space, at the same indent: `- {entry}`.", None
    if text.startswith("- ") and violation.source and violation.source[0] in "|>":
        return f"Remove the `{violation.source[0]}`: each line that starts with `- ` is an item of its own.", None
    words = text.removeprefix("-").strip()
    if text.startswith("-"):
        fix = f"- {words}" if is_plain(words) else None
        return f"Put a space after the dash: `- {printable(words)}`.", fix
    parts = [part.strip() for part in words.split(",")] if item and item.format != "markdown" else [words]
    listed = f"[{', '.join(parts)}]"
    safe = all(map(is_plain, parts))
    return f"Write a list: `{violation.key}: {printable(listed)}`, or one `- ` line per item.", listed if safe else None


def _list_of_mapping_advice(violation: Violation, keys: tuple[str, ...]) -> _Advice:
    """Return the advice for a mapping where a list is expected: its names are identities, or its keys are those of one item."""
    field, value = violation.field, violation.value
    names = [child.name for child in field.item.fields] if field and field.item else []
    name = printable(next(iter(value), "…"), 30)
    if keys[0] != ".":
        if len(keys) == 1 and value and all(isinstance(each, dict) for each in value.values()):
            return f"Write each entry as `- {keys[0]}: {name}`, with its keys below it at the same indent.", None
        if field and not any(key in names for key in value) and (items := as_list(field, value)):
            lines = [[f"{key}: {flow(each)}" for key, each in item.items()] for item in items]
            indent = "\n" + " " * (violation.block_column or 0)
            fix = indent.join(f"- {indent.join([first, *(f'  {each}' for each in rest)])}" for first, *rest in lines)
            fix = flow(items) if violation.block_column is None else fix
            below = " and ".join(f"`{printable(line)}`" for line in lines[0][1:])
            return f"Write each entry as `- {printable(lines[0][0])}`, and below it {below}.", fix
        if len(names) > 1 and not any(key in names for key in value):
            return f"Write each entry as `- {keys[0]}: {name}`, and below it `{names[names[0] == keys[0]]}: …`.", None
    return "Put `- ` before the first key of each entry, and indent its other keys by two more spaces.", None


def _mapping_advice(violation: Violation) -> _Advice:
    field, value = violation.field, violation.value
    fields = field.fields if field else ()
    if isinstance(value, list) and value:
        return "Remove the `- `: this is one entry, not a list.", None
    if violation.is_item and fields:
        required = [child for child in fields if child.need == "always"] or [fields[0]]
        if len(required) > 1:
            return f"Write its keys: {' and '.join(f'`{child.name}: …`' for child in required)}.", None
        source = violation.source or ""
        quoted = json.dumps(violation.text) if required[0].kind == "text" and not isinstance(value, str) else source
        line = f"{required[0].name}: {quoted}"
        return f"Add its key: `- {printable(line)}`.", line if source and "\n" not in source else None
    if field and fields and isinstance(value, (str, int, float)):
        mapping, certain = as_mapping(field, violation.text)
        if mapping:
            line = flow(mapping)
            return f"Write `{printable(violation.line(line), 100)}`.", line if certain else None
    if fields:
        return f"Write its keys indented below `{violation.key}:`, starting with `{fields[0].name}: …`.", None
    return f"Write keys and values indented below `{violation.key}:`.", None


def _other_advice(_violation: Violation) -> _Advice:
    return "Write a value of that type.", None


_ADVICE: dict[str, Callable[[Violation], _Advice]] = {
    "string": _text_advice,
    "integer": _number_advice,
    "number": _number_advice,
    "boolean": _boolean_advice,
    "array": _list_advice,
    "object": _mapping_advice,
}


# Allowed values, lengths, ranges


def _choice(violation: Violation) -> Diagnostic:
    choices = [str(choice) for choice in (violation.expected if violation.keyword != "const" else [violation.expected])]
    if len(choices) == 1:
        message = f"`{violation.path}` must be {choices[0]}, not {violation.display}"
        return Diagnostic("not-allowed", message, f"Write `{violation.line(choices[0])}`.")
    suggestion, certain = closest_value(violation.text, choices)
    message = f"Invalid value for `{violation.path}`: {violation.display}"
    if not suggestion:
        quoted = [f"`{choice}`" for choice in choices]
        return Diagnostic("not-allowed", message, f"Write {', '.join(quoted[:-1])} or {quoted[-1]}.")
    return Diagnostic(
        "not-allowed",
        f"{message}; did you mean `{suggestion}`?",
        f"Write `{violation.line(suggestion)}`.",
        suggestion if certain else None,
        (f"Allowed: {', '.join(choices)}.",),
    )


def _too_long(violation: Violation) -> Diagnostic:
    message = f"`{violation.path}` has {len(violation.value):,} characters; at most {violation.expected:,} are allowed"
    return Diagnostic("too-long", message, "Shorten it, or move the long part to `notes` or an attachment.")


def _too_many(violation: Violation) -> Diagnostic:
    message = f"`{violation.path}` has {len(violation.value):,} entries; at most {violation.expected:,} are allowed"
    return Diagnostic(
        "too-many", message, f"Keep the {violation.expected:,} most important entries, or split the spec."
    )


def _too_few(violation: Violation) -> Diagnostic:
    fields = violation.field.fields if violation.field else ()
    example = f", for example `- {fields[0].name}: …`" if fields else ""
    return Diagnostic(
        "too-few",
        f"`{violation.path}` needs at least {violation.expected} entry unless the spec is a draft",
        f"Add one{example}, or write `status: draft` at the top until it is known.",
    )


def _out_of_range(violation: Violation) -> Diagnostic:
    limit = f"{'at least' if violation.keyword == 'minimum' else 'at most'} {violation.expected:,}"
    message = f"`{violation.path}` must be {limit}, not {violation.display}"
    example = violation.line(_example(violation.field))
    return Diagnostic("out-of-range", message, f"Write a number that is {limit}, for example `{example}`.")


def _other(violation: Violation) -> Diagnostic:
    message = f"Invalid value for `{violation.path}`: {violation.display}"
    return Diagnostic("wrong-value", message, "Write a value as the description of the key says.")


def _property_name(violation: Violation) -> Diagnostic:
    suggestion = slug(violation.text, "")
    parent = display_path(violation.pointer[:-1])
    message = (
        f"Invalid key in `{parent}`: expected lower-case letters, digits and hyphens but found {violation.display}"
    )
    help_ = f"Write `{suggestion}:`." if suggestion else "Write a key such as `payments:`."
    return Diagnostic("wrong-key", message, help_, suggestion or None, at_key=True)


# Formats


def _format(violation: Violation) -> Diagnostic:
    return _BY_FORMAT.get(violation.field.format if violation.field else "", _line)(violation)


def _invalid(what: str, violation: Violation, expected: str) -> str:
    return f"Invalid {what} for `{violation.path}`: expected {expected} but found {violation.display}"


def _date(violation: Violation) -> Diagnostic:
    if violation.keyword == "format":
        message = f"Invalid date for `{violation.path}`: {violation.display} does not exist"
        year, month = (int(part) for part in violation.text.split("-")[:2])
        if not (1 <= month <= 12 and year):
            return Diagnostic("wrong-date", message, "Write YYYY-MM-DD, with a month from 01 to 12.")
        last = f"{year:04}-{month:02}-{monthrange(year, month)[1]}"
        return Diagnostic("wrong-date", message, f"The last day of that month is `{last}`.")
    days = possible_dates(violation.text)
    help_ = f"Write {' or '.join(f'`{day}`' for day in days)}." if days else "Write a date such as `2026-11-22`."
    if month_only := re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", violation.text):
        help_ = f"Add the day, for example `{violation.line(month_only[0] + '-01')}`."
    fix = days[0] if len(days) == 1 else None
    return Diagnostic("wrong-date", _invalid("date", violation, "YYYY-MM-DD"), help_, fix)


def _duration(violation: Violation) -> Diagnostic:
    message = _invalid("duration", violation, "a number with a unit (ms, s, m, h or d)")
    if violation.text.isascii() and violation.text.isdigit():
        line = violation.line(printable(violation.text) + "s")
        return Diagnostic("wrong-duration", message, f"Add the unit, for example `{line}` for seconds.")
    suggestion, exact = standard_duration(violation.text)
    help_ = (
        f"Write `{violation.line(suggestion)}`." if suggestion else "Write a duration such as `30s`, `24h` or `90d`."
    )
    return Diagnostic("wrong-duration", message, help_, suggestion if exact else None)


def _url(violation: Violation) -> Diagnostic:
    text = violation.text.strip()
    message = _invalid("URL", violation, "https://… or http://…")
    help_, fix = "Write a URL such as `https://docs.example.com`.", None
    if re.match(r"https?://", text):
        url, _, rest = text.partition(" ")
        if re.match(r"[(\[–—-]", rest.lstrip()):
            message = f"Invalid URL for `{violation.path}`: text after the URL in {violation.display}"
            help_ = f"Write only the URL: `{violation.line(printable(url, 100))}`."
        elif re.search(r"\s", text) and re.match(r"https?://[A-Za-z0-9.-]+[/:]", text):
            message = f"Invalid URL for `{violation.path}`: space in {violation.display}"
            fix = re.sub(r"\s", "%20", text)
            help_ = f"Write `{violation.line(printable(fix))}`."
        else:
            message = f"Invalid URL for `{violation.path}`: no valid host in {violation.display}"
    elif inner := re.fullmatch(r"(?:<|\[[^\]]*\]\()(https?://[^\s<>()]+)[>)]", text):
        fix = inner[1]
        help_ = f"Write only the URL: `{violation.line(printable(fix, 100))}`."
    elif re.match(r"https?://[^\s]", text, re.IGNORECASE):
        url = text.partition(":")[0].lower() + text[text.index(":") :]
        help_ = f"Write `{violation.line(printable(url))}`."
    elif re.fullmatch(r"([A-Za-z0-9-]+\.)+[A-Za-z]{2,}(:[0-9]+)?(/[^\s]*)?", text):
        help_ = f"Write `{violation.line(printable('https://' + text))}`."
    return Diagnostic("wrong-address", message, help_, fix)


def _owner(violation: Violation) -> Diagnostic:
    suggestion = "" if "@" in violation.text else slug(violation.text, "")
    message = _invalid("key", violation, "a key of `owners.yaml` (lower-case letters, digits and hyphens)")
    help_ = f"Write the key of the owner, for example `{violation.line(suggestion or 'payments')}`."
    return Diagnostic("wrong-key", message, help_)


def _spec_id(violation: Violation) -> Diagnostic:
    name = violation.text.removesuffix(".yaml").removesuffix(".yml").rpartition("/")[2]
    suggestion = slug(name, "")
    message = _invalid("spec id", violation, "lower-case letters, digits and hyphens")
    help_ = f"Write the file name of the spec without `.yaml`, for example `{suggestion or 'pagar-me'}`."
    return Diagnostic("wrong-id", message, help_, suggestion if suggestion == name else None)


def _attachment(violation: Violation) -> Diagnostic:
    file = violation.text.replace("\\", "/").rpartition("/")[2]
    name = printable(re.sub(r"[^A-Za-z0-9_.-]+", "-", file).strip("-.") or "contract.yaml")
    message = _invalid("path", violation, "a path inside the folder of the spec")
    return Diagnostic("wrong-path", message, f"Put the file into that folder and write `{violation.line(name)}`.")


def _line(violation: Violation) -> Diagnostic:
    text, pattern = violation.text, violation.expected
    if "\n" in text.strip():
        help_ = f"Write it on one line after `{violation.key}:`."
        return Diagnostic("wrong-value", f"`{violation.path}` must be one line", help_)
    parts = [part.strip() for part in text.split(",")]
    if violation.is_item and len(parts) > 1 and all(_matches(part, pattern) for part in parts):
        message = f"`{violation.path}` contains several items: {violation.display}"
        listed = ", ".join(f"`- {printable(part)}`" for part in parts)
        return Diagnostic("wrong-value", message, f"Write each item on its own line: {listed}.")
    is_identifier = not _matches("a b", pattern)
    candidates = (text.strip(), *((text.upper(), slug(text, "")) if is_identifier else ()))
    suggestion = next((each for each in candidates if _matches(each, pattern)), "")
    message = f"Invalid format for `{violation.path}`: {violation.display}"
    if suggestion:
        message += f"; did you mean `{printable(suggestion)}`?"
        help_ = f"Write `{violation.line(printable(suggestion))}`."
        return Diagnostic("wrong-value", message, help_, suggestion if is_identifier else None)
    if violation.field is None or violation.field.example is None:
        return Diagnostic("wrong-value", message, f"Write a text that matches `{printable(str(pattern))}`.")
    return Diagnostic("wrong-value", message, f"Write it like `{violation.line(_example(violation.field))}`.")


def _matches(text: str, pattern: Any) -> bool:
    return bool(text and isinstance(pattern, str) and re.fullmatch(pattern.removeprefix("^").removesuffix("$"), text))


def _example(field: Field | None) -> str:
    return printable(str(field.example)) if field and field.example is not None else "…"


_BY_FORMAT: dict[str, Callable[[Violation], Diagnostic]] = {
    "date": _date,
    "duration": _duration,
    "url": _url,
    "owner": _owner,
    "spec": _spec_id,
    "attachment": _attachment,
}
_BY_KEYWORD: dict[str, Callable[[Violation], Diagnostic]] = {
    "type": _type,
    "enum": _choice,
    "const": _choice,
    "pattern": _format,
    "format": _format,
    "propertyNames": _property_name,
    "maxLength": _too_long,
    "maxItems": _too_many,
    "maxProperties": _too_many,
    "minItems": _too_few,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
}
