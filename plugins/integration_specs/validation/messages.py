"""What is said of a value that does not fit its field: message, help, and the mending where there is one right answer."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from integration_specs.text import suggestions
from integration_specs.text.display import printable
from integration_specs.text.names import slug

from .schema import Field
from .schema_errors import Misfit, Told, shown_path

_PLAIN_TEXT = re.compile(r"[A-Za-z0-9_./][^\n,:#\[\]{}\"'&*!|>%@`]*")
"""Texts that mean the same inside `[…]`, where more signs have a meaning."""


def tell(misfit: Misfit) -> Told:
    """The message for a value that does not fit."""
    if misfit.value is None and misfit.word == "type":
        return _nothing(misfit)
    if misfit.value == "":
        return Told("empty-value", f"`{misfit.name}` is empty", "Write a text, or remove the key.")
    return _WORDS.get(misfit.word, _other)(misfit)


# Kinds


_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys and values",
}
_FOUND = {str: "text", int: "a whole number", float: "a number", bool: "true or false", list: "a list"}


def _kind(misfit: Misfit) -> Told:
    field, value = misfit.field, misfit.value
    plain = isinstance(value, (str, int, float))
    if plain and field and field.kind == "choice":
        return _choice(replace(misfit, wanted=field.choices))
    if plain and field and field.format in _FORMS and misfit.wanted == "string":
        return _FORMS[field.format](misfit)
    found = f"text ({misfit.shown})" if isinstance(value, str) else _FOUND.get(type(value), "keys and values")
    if plain and not isinstance(value, str):
        found = f"{'the value' if isinstance(value, bool) else 'the number'} {misfit.shown}"
    message = f"`{misfit.name}` must be {_KINDS.get(str(misfit.wanted), misfit.wanted)}, not {found}"
    help_, fix = _MENDINGS.get(str(misfit.wanted), _no_mending)(misfit)
    return Told("wrong-type", message, help_, fix)


def _nothing(misfit: Misfit) -> Told:
    kind = _KINDS.get(str(misfit.wanted), "a value")
    if misfit.is_item:
        return Told("empty-value", f"`{misfit.name}` is an empty entry", "Write a value after the `-`, or remove it.")
    if misfit.wanted == "array":
        help_ = f"Write its entries, `{misfit.key}: []` for none on purpose, or remove the key."
    elif misfit.field and misfit.field.example is not None and not isinstance(misfit.field.example, (dict, list)):
        leave = "" if misfit.field.need == "always" else ", or remove the key"
        help_ = f"Write a value, for example `{misfit.line(_example(misfit.field))}`{leave}."
    elif misfit.field and misfit.field.fields:
        first = misfit.field.fields[0].name
        help_ = f"Write its keys indented below it, the first of them `{first}: …`, or remove `{misfit.key}:`."
    else:
        help_ = f"Write {kind}, or remove the key."
    return Told("empty-value", f"`{misfit.name}` has no value; expected {kind}", help_, at_key=True)


_Mending = tuple[str, str | None]


def _to_text(misfit: Misfit) -> _Mending:
    if isinstance(misfit.value, dict) and len(misfit.value) == 1:
        key, value = next(iter(misfit.value.items()))
        if isinstance(value, (str, int, float)) and "\n" not in (text := f"{key}: {value}"):
            quoted = "'" + text.replace("'", "''") + "'"
            return f"If the colon is part of the text, put it in quotes: `{misfit.line(printable(quoted, 100))}`.", None
    if isinstance(misfit.value, (list, dict)):
        if misfit.field and misfit.field.format == "markdown":
            return f"Write one text, a long one on the lines below `{misfit.key}: |`.", None
        first = misfit.value[0] if isinstance(misfit.value, list) and misfit.value else None
        alone = printable(first) if isinstance(first, str) else _example(misfit.field)
        return f"Write one value: `{misfit.line(alone)}`.", None
    quoted = f'"{misfit.text}"'
    return f"Put it in quotes: `{misfit.line(printable(quoted))}`.", quoted


def _to_number(misfit: Misfit) -> _Mending:
    number = re.match(r"-?[0-9]{1,15}", misfit.text)
    if re.fullmatch(r"[0-9]{1,3}([,._' ][0-9]{3})+", misfit.text):
        return f"Write the digits alone: `{misfit.line(re.sub('[^0-9]', '', misfit.text))}`.", None
    if number and number[0] == misfit.text:
        return f"Remove the quotes: `{misfit.line(number[0])}`.", number[0]
    if number and isinstance(misfit.value, str) and not re.match(r"[x*]", misfit.text[number.end() :]):
        return f"Write the number alone: `{misfit.line(number[0])}`.", None
    return f"Write a whole number, for example `{misfit.line(_example(misfit.field))}`.", None


def _to_flag(misfit: Misfit) -> _Mending:
    word = misfit.text.strip().lower()
    meant = "true" if word in ("yes", "y", "on", "true", "1") else "false"
    if meant == "true" or word in ("no", "n", "off", "false", "0"):
        return f"Write `{misfit.line(meant)}`.", meant
    return f"Write `{misfit.line('true')}` or `{misfit.line('false')}`.", None


def _to_list(misfit: Misfit) -> _Mending:
    item = misfit.field.item if misfit.field else None
    keys = misfit.field.keys[-1] if misfit.field and misfit.field.keys else (".",)
    first = keys[0]
    if isinstance(misfit.value, dict):
        if (
            first != "."
            and len(keys) == 1
            and misfit.value
            and all(isinstance(each, dict) for each in misfit.value.values())
        ):
            name = printable(next(iter(misfit.value)), 30)
            return f"Write each entry as `- {first}: {name}`, its keys below it at the same indent.", None
        names = [field.name for field in item.fields] if item else []
        if len(names) > 1 and first != "." and not any(key in names for key in misfit.value):
            name = printable(next(iter(misfit.value), "…"), 30)
            return f"Write each entry as `- {first}: {name}`, and below it `{names[names[0] == first]}: …`.", None
        return "Put `- ` before the first key of each entry, and indent its other keys by two more.", None
    if len(keys) > 1:
        rest = " and ".join(f"`{key}:`" for key in keys[1:])
        return f"Write each entry on lines of its own: `- {first}: …`, and {rest} below it.", None
    if item is not None and item.fields:
        return f"Write each entry on lines of its own, the first as `- {first}: {misfit.shown}`.", None
    words = misfit.text.removeprefix("-").strip()
    if bullet := re.match(r"[•·‣▪*–—]\s*(.*)", misfit.text):
        entry = printable(re.split(r"\n| - ", bullet[1])[0], 40)
        return f"Begin each entry with a dash and a space, at the same indent: `- {entry}`.", None
    if misfit.text.startswith("- ") and misfit.source and misfit.source[0] in "|>":
        return f"Remove the `{misfit.source[0]}`: each line that begins with `- ` is an entry of its own.", None
    if misfit.text.startswith("-"):
        return f"Put a space after the dash: `- {printable(words)}`.", f"- {words}" if _PLAIN_TEXT.fullmatch(
            words
        ) else None
    parts = [part.strip() for part in words.split(",")] if item and item.format != "markdown" else [words]
    listed = f"[{', '.join(parts)}]"
    safe = all(_PLAIN_TEXT.fullmatch(part) for part in parts)
    return f"Write a list: `{misfit.key}: {printable(listed)}`, or one `- ` a line.", listed if safe else None


def _to_keys(misfit: Misfit) -> _Mending:
    names = [field.name for field in misfit.field.fields] if misfit.field else []
    if isinstance(misfit.value, list) and misfit.value:
        return "Remove the `- `: this is one entry, not a list.", None
    if misfit.is_item and misfit.field and names:
        wanted = [field.name for field in misfit.field.fields if field.need == "always"] or names[:1]
        if len(wanted) > 1:
            return f"Write its keys: {' and '.join(f'`{name}: …`' for name in wanted)}.", None
        one_line = misfit.source is not None and "\n" not in misfit.source
        line = f"{wanted[0]}: {misfit.source}"
        return f"Name it: `- {printable(line)}`.", line if one_line else None
    if names:
        return f"Write its keys indented below `{misfit.key}:`, the first of them `{names[0]}: …`.", None
    return f"Write keys and values indented below `{misfit.key}:`.", None


def _no_mending(misfit: Misfit) -> _Mending:
    return "Write the value that is meant.", None


_MENDINGS: dict[str, Callable[[Misfit], _Mending]] = {
    "string": _to_text,
    "integer": _to_number,
    "number": _to_number,
    "boolean": _to_flag,
    "array": _to_list,
    "object": _to_keys,
}


# Words, lengths, numbers


def _choice(misfit: Misfit) -> Told:
    choices = [str(choice) for choice in (misfit.wanted if misfit.word != "const" else [misfit.wanted])]
    if len(choices) == 1:
        message = f"`{misfit.name}` must be {choices[0]}, not {misfit.shown}"
        return Told("not-allowed", message, f"Write `{misfit.line(choices[0])}`.")
    meant, sure = suggestions.closest_value(misfit.text, choices)
    message = f"`{misfit.name}` cannot be {misfit.shown}" + (f"; did you mean `{meant}`?" if meant else "")
    help_ = f"Write `{misfit.line(meant)}`." if meant else f"Write {_one_of(choices)}."
    notes = (f"Allowed: {', '.join(choices)}.",) if meant else ()
    return Told("not-allowed", message, help_, meant if sure else None, notes)


def _one_of(choices: list[str]) -> str:
    quoted = [f"`{choice}`" for choice in choices]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _long(misfit: Misfit) -> Told:
    message = f"`{misfit.name}` has {len(misfit.value):,} characters; at most {misfit.wanted:,} fit"
    return Told("too-long", message, "Shorten it, or move the long part to `notes` or an attachment.")


def _many(misfit: Misfit) -> Told:
    message = f"`{misfit.name}` has {len(misfit.value):,} entries; at most {misfit.wanted:,} are read"
    return Told("too-many", message, f"Keep the {misfit.wanted:,} that matter, or split the spec.")


def _few(misfit: Misfit) -> Told:
    help_ = f"Add one, for example `- {misfit.field.fields[0].name}: …`" if misfit.field and misfit.field.fields else ""
    return Told(
        "too-few",
        f"`{misfit.name}` needs at least {misfit.wanted} entry unless the spec is a draft",
        f"{help_ or 'Add one'}, or write `status: draft` at the top until it is known.",
    )


def _range(misfit: Misfit) -> Told:
    limit = "at least" if misfit.word == "minimum" else "at most"
    return Told(
        "out-of-range",
        f"`{misfit.name}` must be {limit} {misfit.wanted:,}, not {misfit.shown}",
        f"Write a number that is {limit} {misfit.wanted:,}, for example `{misfit.line(_example(misfit.field))}`.",
    )


def _other(misfit: Misfit) -> Told:
    return Told("wrong-value", f"`{misfit.name}` is not as expected: {misfit.shown}", "See its description.")


def _key(misfit: Misfit) -> Told:
    wrong = misfit.text
    meant = slug(wrong, "")
    message = f"`{printable(wrong)}` cannot be a key of `{shown_path(misfit.pointer[:-1])}`: lower-case letters, digits and hyphens only"
    return Told(
        "wrong-key",
        message,
        f"Write `{meant}:`." if meant else "Write it like `payments:`.",
        meant or None,
        at_key=True,
    )


# Forms of texts


def _form(misfit: Misfit) -> Told:
    return _FORMS.get(misfit.field.format if misfit.field else "", _line)(misfit)


def _date(misfit: Misfit) -> Told:
    if misfit.word == "format":
        year, month = (int(part) for part in misfit.text.split("-")[:2])
        message = f"`{misfit.name}`: there is no day {misfit.shown}"
        if 1 <= month <= 12 and year:
            last = monthrange(year, month)[1]
            return Told(
                "wrong-date", message, f"That month ends on `{year:04}-{month:02}-{last}`; write the right day."
            )
        return Told("wrong-date", message, "Write it as YYYY-MM-DD, the month from 01 to 12.")
    days = suggestions.possible_dates(misfit.text)
    message = f"`{misfit.name}` must be a date written YYYY-MM-DD, not {misfit.shown}"
    help_ = f"Write {' or '.join(f'`{day}`' for day in days)}." if days else "Write it like `2026-11-22`."
    if first := re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", misfit.text):
        help_ = f"Add the day, for example `{misfit.line(first[0] + '-01')}`."
    return Told("wrong-date", message, help_, days[0] if len(days) == 1 else None)


def _duration(misfit: Misfit) -> Told:
    message = f"`{misfit.name}` must be a duration (a number and ms, s, m, h or d), not {misfit.shown}"
    if misfit.text.isascii() and misfit.text.isdigit():
        help_ = f"Add the unit: `{misfit.line(printable(misfit.text) + 's')}` if these are seconds."
        return Told("wrong-duration", message, help_)
    meant, exact = suggestions.standard_duration(misfit.text)
    help_ = f"Write `{misfit.line(meant)}`." if meant else "Write it like `30s`, `5m`, `24h` or `90d`."
    return Told("wrong-duration", message, help_, meant if exact else None)


def _url(misfit: Misfit) -> Told:
    text = misfit.text.strip()
    message = f"`{misfit.name}` must be a web address that starts with https:// or http://, not {misfit.shown}"
    if re.match(r"https?://", text):
        alone, _, rest = text.partition(" ")
        if re.match(r"[(\[–—-]", rest.lstrip()):
            message = f"`{misfit.name}` has text after its address: {misfit.shown}"
            return Told("wrong-address", message, f"Write the address alone: `{misfit.line(printable(alone, 100))}`.")
        if re.search(r"\s", text) and re.match(r"https?://[A-Za-z0-9.-]+[/:]", text):
            meant = re.sub(r"\s", "%20", text)
            message = f"`{misfit.name}` has a space in its address: {misfit.shown}"
            return Told("wrong-address", message, f"Write `{misfit.line(printable(meant))}`.", meant)
        return Told("wrong-address", f"`{misfit.name}` has no usable host: {misfit.shown}", _URL_HELP)
    if inner := re.fullmatch(r"(?:<|\[[^\]]*\]\()(https?://[^\s<>()]+)[>)]", text):
        return Told(
            "wrong-address", message, f"Write the address alone: `{misfit.line(printable(inner[1], 100))}`.", inner[1]
        )
    if re.match(r"https?://[^\s]", text, re.IGNORECASE):
        meant = text.partition(":")[0].lower() + text[text.index(":") :]
        return Told("wrong-address", message, f"Write `{misfit.line(printable(meant))}`.")
    if re.fullmatch(r"([A-Za-z0-9-]+\.)+[A-Za-z]{2,}(:[0-9]+)?(/[^\s]*)?", text):
        return Told("wrong-address", message, f"Write `{misfit.line(printable('https://' + text))}`.")
    return Told("wrong-address", message, _URL_HELP)


_URL_HELP = "Write it like `https://docs.example.com`."


def _owner(misfit: Misfit) -> Told:
    meant = "" if "@" in misfit.text else slug(misfit.text, "")
    message = (
        f"`{misfit.name}` must be a key of `owners.yaml` (lower-case letters, digits and hyphens), not {misfit.shown}"
    )
    return Told("wrong-key", message, f"Write the owner's key, such as `{misfit.line(meant or 'payments')}`.")


def _spec(misfit: Misfit) -> Told:
    bare = misfit.text.removesuffix(".yaml").removesuffix(".yml").rpartition("/")[2]
    meant = slug(bare, "")
    message = f"`{misfit.name}` must be the id of a spec (lower-case letters, digits and hyphens), not {misfit.shown}"
    help_ = f"Write the name of its file without `.yaml`, such as `{meant or 'pagar-me'}`."
    return Told("wrong-id", message, help_, meant if meant == bare else None)


def _attachment(misfit: Misfit) -> Told:
    safe = re.sub(r"[^A-Za-z0-9_.-]+", "-", misfit.text.replace("\\", "/").rpartition("/")[2]).strip("-.")
    message = f"`{misfit.name}` must be a path inside the spec's own folder, not {misfit.shown}"
    name = printable(safe or "contract.yaml")
    return Told("wrong-path", message, f"Put the file into that folder and write `{misfit.line(name)}`.")


def _line(misfit: Misfit) -> Told:
    text = misfit.text
    if "\n" in text.strip():
        help_ = f"Put it on one line after `{misfit.key}:`; only fields of prose may have several."
        return Told("wrong-value", f"`{misfit.name}` must be one line", help_)
    parts = [part.strip() for part in text.split(",")]
    if misfit.is_item and len(parts) > 1 and all(_fits(part, misfit.wanted) for part in parts):
        listed = ", ".join(f"`- {printable(part)}`" for part in parts)
        return Told(
            "wrong-value",
            f"`{misfit.name}` is several entries in one: {misfit.shown}",
            f"Write each on a line of its own: {listed}.",
        )
    is_id = not _fits("a b", misfit.wanted)
    tries = (text.strip(), *((text.upper(), slug(text, "")) if is_id else ()))
    meant = next((each for each in tries if _fits(each, misfit.wanted)), "")
    if meant:
        message = f"`{misfit.name}` cannot be {misfit.shown}; did you mean `{printable(meant)}`?"
        return Told("wrong-value", message, f"Write `{misfit.line(printable(meant))}`.", meant if is_id else None)
    message = f"`{misfit.name}` has not the form it needs: {misfit.shown}"
    if misfit.field is None or misfit.field.example is None:
        return Told("wrong-value", message, f"It must match `{printable(str(misfit.wanted))}`.")
    return Told("wrong-value", message, f"Write it like `{misfit.line(_example(misfit.field))}`.")


def _fits(text: str, pattern: Any) -> bool:
    return bool(text and isinstance(pattern, str) and re.fullmatch(pattern.removeprefix("^").removesuffix("$"), text))


def _example(field: Field | None) -> str:
    return printable(str(field.example)) if field and field.example is not None else "…"


_FORMS: dict[str, Callable[[Misfit], Told]] = {
    "date": _date,
    "duration": _duration,
    "url": _url,
    "owner": _owner,
    "spec": _spec,
    "attachment": _attachment,
}
_WORDS: dict[str, Callable[[Misfit], Told]] = {
    "type": _kind,
    "enum": _choice,
    "const": _choice,
    "pattern": _form,
    "format": _form,
    "propertyNames": _key,
    "maxLength": _long,
    "maxItems": _many,
    "maxProperties": _many,
    "minItems": _few,
    "minimum": _range,
    "maximum": _range,
}
