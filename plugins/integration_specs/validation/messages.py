"""Messages for schema violations: what is wrong, what to write instead, and the automatic fix if only one is possible.

`messages.toml` holds the texts.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from integration_specs.documents.yaml_text import flow_text, scalar_text
from integration_specs.findings.rule_tables import RuleTable, load_rules
from integration_specs.text.display import printable
from integration_specs.text.messages import Message, filled, joined
from integration_specs.text.names import slug
from integration_specs.text.suggestions import closest_value, means_none

from .rewrites import as_entry, as_list, as_mapping, fitting_field, is_plain
from .schema import Field
from .violations import Diagnostic, Violation, display_path

RULES = load_rules("integration_specs.validation")
_EXPECTED = {
    "string": Message("text"),
    "integer": Message("a whole number"),
    "number": Message("a number"),
    "boolean": Message("true or false"),
    "array": Message("a list"),
    "object": Message("keys and values"),
}


@dataclass(frozen=True, slots=True)
class _Texts:
    name: str
    help: str
    message: str = "`{path}` must be {wanted}, not {found}"
    rule: str = "wrong-type"
    at_key: bool = False


TEXTS = RuleTable("integration_specs.validation", "messages.toml", _Texts)


def diagnostic(
    name: str,
    violation: Violation,
    /,
    write: str = "",
    fix: str | None = None,
    notes: tuple[str, ...] = (),
    **values: Any,
) -> Diagnostic:
    """Return the message `name` of the table for a violation; `write` is the value in the line to write."""
    texts, value = TEXTS[name], violation.value
    values |= {
        "path": violation.path,
        "key": violation.key,
        "shown": violation.display,
        "expected": violation.expected,
        "wanted": _EXPECTED.get(str(violation.expected), Message("a value")),
        "found": _found(violation),
        "size": len(value) if isinstance(value, (str, list, dict)) else 0,
        "line": violation.line(printable(write, 100)),
    }
    return Diagnostic(texts.rule, filled(texts.message, values), filled(texts.help, values), fix, notes, texts.at_key)


def _found(violation: Violation) -> str:
    match violation.value:
        case list():
            return _EXPECTED["array"]
        case dict():
            return _EXPECTED["object"]
        case str():
            return Message("text ({value})", value=violation.display)
        case bool():
            return Message("the value {value}", value=violation.display)
    return Message("the number {value}", value=violation.display)


def describe(violation: Violation) -> Diagnostic:
    """Return the message for a violation."""
    from .format_messages import BY_FORMAT, line_message

    field, keyword = violation.field, violation.keyword
    if violation.value is None and keyword == "type":
        return _no_value(violation)
    if violation.value == "":
        return diagnostic("empty-text", violation)
    by_format = BY_FORMAT.get(field.format if field else "")
    if keyword == "type":
        if field and isinstance(violation.value, (str, int, float)):
            if field.kind == "choice":
                return _choice(replace(violation, expected=field.choices))
            if by_format and violation.expected == "string":
                return by_format(violation)
        return _BY_TYPE.get(str(violation.expected), partial(diagnostic, "other-type"))(violation)
    if keyword in ("pattern", "format"):
        return (by_format or line_message)(violation)
    if keyword in _CHECKED:
        return _CHECKED[keyword](violation)
    return diagnostic(_NAMES.get(keyword, "other"), violation, example(field))


def example(field: Field | None) -> str:
    """Return the example of a field; `…` if it has none."""
    return printable(str(field.example)) if field and field.example is not None else "…"


# Types


def _no_value(violation: Violation) -> Diagnostic:
    field = violation.field
    if violation.is_item:
        return diagnostic("empty-item", violation)
    if violation.expected == "array":
        return diagnostic("no-list", violation)
    if field and field.example is not None and not isinstance(field.example, (dict, list)):
        name = "no-required-value" if field.need == "always" else "no-optional-value"
        return diagnostic(name, violation, example(field))
    if field and field.fields:
        return diagnostic("no-keys", violation, first=field.fields[0].name)
    return diagnostic("no-value", violation)


def _text(violation: Violation) -> Diagnostic:
    value, field = violation.value, violation.field
    if isinstance(value, dict) and len(value) == 1:
        key, inner = next(iter(value.items()))
        if key in ("name", "id", "value") and isinstance(inner, str):
            return diagnostic("one-value", violation, printable(inner))
        if isinstance(inner, (str, int, float)) and "\n" not in (text := f"{key}: {inner}"):
            return diagnostic("quote-colon", violation, "'" + text.replace("'", "''") + "'")
    if isinstance(value, (list, dict)):
        if field and field.format == "owner" and isinstance(value, dict):
            return diagnostic("owner-object", violation, slug(str(value.get("name", "")), "") or example(field))
        if field and field.format == "markdown":
            return diagnostic("one-text", violation)
        first = value[0] if isinstance(value, list) and value else None
        return diagnostic("one-value", violation, printable(first) if isinstance(first, str) else example(field))
    quoted = f'"{violation.text}"'
    return diagnostic("quote", violation, printable(quoted), quoted)


def _number(violation: Violation) -> Diagnostic:
    text = violation.text
    number = re.match(r"-?[0-9]{1,15}", text)
    if re.fullmatch(r"[0-9]{1,3}([,._' ][0-9]{3})+", text):
        return diagnostic("digits", violation, re.sub("[^0-9]", "", text))
    if number and number[0] == text:
        return diagnostic("unquote", violation, number[0], number[0])
    if number and isinstance(violation.value, str) and not re.match(r"[x*]", text[number.end() :]):
        return diagnostic("number-only", violation, number[0])
    return diagnostic("whole-number", violation, example(violation.field))


_LIST_SIGNS = re.compile(r"[,;→]|->")
"""What people write between the items of a list."""
_BOOLEANS = {
    **dict.fromkeys(("yes", "y", "on", "true", "1"), "true"),
    **dict.fromkeys(("no", "n", "off", "false", "0"), "false"),
}


def _boolean(violation: Violation) -> Diagnostic:
    if value := _BOOLEANS.get(violation.text.strip().lower()):
        return diagnostic("boolean", violation, value, value)
    return diagnostic("true-or-false", violation, yes=violation.line("true"), no=violation.line("false"))


def _list(violation: Violation) -> Diagnostic:
    field, text = violation.field, violation.text
    keys = field.keys[-1] if field and field.keys else (".",)
    item = field.item if field else None
    if isinstance(violation.value, dict):
        return _list_of_mapping(violation, keys)
    if means_none(text):
        return diagnostic("empty-list", violation, fix="[]")
    fitting = fitting_field(item.fields, text) if item else None
    if fitting and fitting.name not in keys and keys != (".",):
        return diagnostic("list-of-objects-with", violation, first=keys[0], key_of_text=fitting.name)
    if len(keys) > 1:
        return diagnostic("list-of-parts", violation, first=keys[0], rest=listed(f"{key}:" for key in keys[1:]))
    if item is not None and item.fields:
        names = [each.strip() for each in text.split(",")]
        first = violation.display if any(" " in name for name in names) else printable(names[0])
        return diagnostic("list-of-objects", violation, first=keys[0], item=first)
    source = violation.source or ""
    is_block = source.startswith(("|", ">"))
    if bullet := re.match(r"(?:[•·‣▪*–—]|[0-9]{1,2}[.)](?= ))\s*(.*)", text if is_block else source):
        return diagnostic("bullets", violation, item=printable(bullet[1].split(" - ")[0], 40))
    if text.startswith("- ") and is_block:
        return diagnostic("block-of-items", violation, sign=source[0])
    words = text.removeprefix("-").strip()
    if text.startswith("-"):
        fix = f"- {words}" if is_plain(words) else None
        return diagnostic("space-after-dash", violation, fix=fix, item=printable(words))
    is_prose = item is None or item.format == "markdown"
    parts = [words] if is_prose else [part.strip() for part in _LIST_SIGNS.split(words)]
    both = None if is_prose else re.fullmatch(r"(\S+) (?:and|e) (\S+)", parts[-1])
    is_plain_list = all(is_plain(part) or part.isdigit() for part in parts)
    # Each line may be an item of its own, and a name may have `and` in it.
    is_certain = is_plain_list and not both and "\n" not in source
    parts = [*parts[:-1], both[1], both[2]] if both else parts
    line = flow_text(parts) if is_plain_list else f"[{', '.join(parts)}]"
    return diagnostic("list", violation, printable(line), line if is_certain else None)


def _list_of_mapping(violation: Violation, keys: tuple[str, ...]) -> Diagnostic:
    """Return the message for a mapping in place of a list: its names are identities, or its keys are those of one item."""
    field, value = violation.field, violation.value
    names = [child.name for child in field.item.fields] if field and field.item else []
    shown: dict[str, Any] = {"first": keys[0], "name": printable(next(iter(value), "…"), 30)}
    has_names = any(key in names for key in value)
    if keys[0] != ".":
        if len(keys) == 1 and value and all(isinstance(each, dict) for each in value.values()):
            return diagnostic("named-entries", violation, **shown)
        if field and not has_names and (items := as_list(field, value)):
            lines = [[f"{key}: {scalar_text(each)}" for key, each in item.items()] for item in items]
            indent = "\n" + " " * (violation.block_column or 0)
            fix = indent.join(f"- {indent.join([first, *(f'  {each}' for each in rest)])}" for first, *rest in lines)
            fix = flow_text(items) if violation.block_column is None else fix
            first, *rest = map(printable, lines[0])
            return diagnostic("named-texts", violation, fix=fix, first=first, below=listed(rest))
        if len(keys) > 1 and not has_names:
            return diagnostic("list-of-parts", violation, first=keys[0], rest=listed(f"{key}:" for key in keys[1:]))
        if len(names) > 1 and not has_names:
            return diagnostic("named-others", violation, **shown, second=names[names[0] == keys[0]])
    return diagnostic("dashes", violation)


def _mapping(violation: Violation) -> Diagnostic:
    fields, value = violation.field.fields if violation.field else (), violation.value
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return diagnostic("one-entry", violation)
    if violation.field and violation.is_item and fields:
        if means_none(violation.text):
            return diagnostic("empty-list", violation)
        entry, certain = as_entry(violation.field, violation.text)
        if entry:
            lines = [f"{key}: {scalar_text(each)}" for key, each in entry.items()]
            fix = f"\n{' ' * violation.block_column}".join(lines) if certain and violation.block_column else None
            return diagnostic("keys-of-item", violation, fix=fix, keys=listed(map(printable, lines)))
        fitting = fitting_field(fields, violation.text)
        required = [child for child in fields if child.need == "always" or child is fitting] or [fields[0]]
        if len(required) > 1:
            text = printable(violation.text, 100)
            lines = [f"{child.name}: {text if child is fitting else '…'}" for child in required]
            return diagnostic("keys-of-item", violation, keys=listed(lines))
        source = violation.source or ""
        quoted = json.dumps(violation.text) if required[0].kind == "text" and not isinstance(value, str) else source
        line = f"{required[0].name}: {quoted}"
        fix = line if source and "\n" not in source else None
        return diagnostic("key-of-item", violation, fix=fix, item=printable(line))
    if violation.field and fields and isinstance(value, (str, int, float)) and not isinstance(value, bool):
        mapping, certain = as_mapping(violation.field, violation.text)
        if mapping and not certain and means_none(violation.text):
            return diagnostic("no-object", violation, first=fields[0].name)
        if mapping:
            line = flow_text(mapping)
            return diagnostic("object", violation, line, line if certain else None)
    return diagnostic("keys-below" if fields else "free-keys", violation, first=fields[0].name if fields else "")


def listed(words: Iterable[str]) -> str:
    """Return words in code style as a list in a sentence."""
    return joined("{first} and {second}", (f"`{word}`" for word in words))


_BY_TYPE: dict[str, Callable[[Violation], Diagnostic]] = {
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "array": _list,
    "object": _mapping,
}


# Allowed values and limits


def _choice(violation: Violation) -> Diagnostic:
    choices = [str(choice) for choice in (violation.expected if violation.keyword != "const" else [violation.expected])]
    if len(choices) == 1:
        return diagnostic("only-value", violation, choices[0], choice=choices[0])
    meant, certain = closest_value(violation.text, choices)
    if not meant:
        quoted = [f"`{choice}`" for choice in choices]
        either = joined("{first} or {second}", (", ".join(quoted[:-1]), quoted[-1]))
        return diagnostic("allowed-values", violation, choices=either)
    allowed = (Message("Allowed: {choices}.", choices=", ".join(choices)),)
    return diagnostic("similar-value", violation, meant, meant if certain else None, allowed, meant=meant)


def _too_few(violation: Violation) -> Diagnostic:
    fields = violation.field.fields if violation.field else ()
    example = Message(", for example `- {first}: …`", first=fields[0].name) if fields else ""
    draft = Message(", or write `status: draft` at the top until they are known") if violation.is_active_only else ""
    return diagnostic("too-few", violation, example=example, draft=draft)


def _property_name(violation: Violation) -> Diagnostic:
    meant = slug(violation.text, "")
    parent = display_path(violation.pointer[:-1])
    return diagnostic(
        "wrong-key" if meant else "unusable-key", violation, fix=meant or None, parent=parent, meant=meant
    )


_CHECKED: dict[str, Callable[[Violation], Diagnostic]] = {
    "enum": _choice,
    "const": _choice,
    "propertyNames": _property_name,
    "minItems": _too_few,
}
_NAMES = {
    "maxLength": "too-long",
    "maxItems": "too-many",
    "maxProperties": "too-many",
    "minimum": "too-small",
    "maximum": "too-large",
}
