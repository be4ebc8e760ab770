"""Rewrite values in the type that their field expects: a text as a mapping, a mapping as a list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from integration_specs.documents.yaml_text import flow_text
from integration_specs.findings.rule_tables import RuleTable
from integration_specs.text.suggestions import closest_value, means_none, standard_duration

from .schema import Field


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text is rewritten as a mapping: see `rewrites.toml`."""

    name: str
    patterns: tuple[str, ...]
    rest: str
    keeps_text: bool = False


@cache
def text_forms() -> Mapping[str, TextForm]:
    """Return the forms by the key of the mapping."""
    return RuleTable("integration_specs.validation", "rewrites.toml", TextForm)


def as_mapping(field: Field, text: str) -> tuple[dict[str, Any], bool]:
    """Return the mapping for `field` that `text` means ({} if unknown), and whether that is certain."""
    text = text.strip()
    if not text or "\n" in text or len(text) > 200:
        return {}, False
    lists = [child for child in field.fields if child.kind == "list"]
    if means_none(text) and len(lists) == len(field.fields):
        return {child.name: [] for child in lists}, True
    if values := _by_form(field, text):
        return values, not text.isdigit()
    form = text_forms().get(field.name)
    fitting = fitting_field(field.fields, text)
    if form and not (fitting and fitting.format == "url"):
        return ({form.rest: text}, False) if form.rest else ({}, False)
    child = fitting or next(iter(field.fields), None)
    if child is None or _converted(child, text) is None:
        return {}, False
    return {child.name: _converted(child, text)}, child.kind != "text" or child.format == "url"


def _by_form(field: Field, text: str) -> dict[str, Any]:
    """Return the mapping for `field` if a pattern of its form matches `text`; {} if none does."""
    form = text_forms().get(field.name)
    for pattern in form.patterns if form else ():
        if match := re.fullmatch(pattern, text, re.IGNORECASE):
            parts = {name: part for name, part in match.groupdict().items() if part is not None}
            values = {name: _converted(field.field(name), part) for name, part in parts.items()}
            if form and None not in values.values():
                return ({form.rest: text} if form.keeps_text and not text.isdigit() else {}) | values
    return {}


def as_entry(item: Field, text: str) -> tuple[dict[str, Any], bool]:
    """Return the item that a text means, such as `name – description` ({} if unknown), and whether that is certain."""
    names = tuple(child.name for child in item.fields if child.need == "always")
    if "\n" in text or len(text) > 400:
        return {}, False
    if values := _by_form(item, text):
        return values, True
    parts = re.fullmatch(r"([^\s–—-].{0,80}?) ([–—-]) (\S.*)", text)
    if not parts or len(names) != 1 or not (second := _second(item, names, parts[3])):
        return {}, False
    return {names[0]: parts[1], second.name: _converted(second, parts[3])}, parts[2] != "-"


def _second(item: Field, names: tuple[str, ...], text: str) -> Field | None:
    """Return the field of an item that a text beside its first name means."""
    fields = [item.field(names[1])] if len(names) > 1 else [each for each in item.fields if each.name not in names]
    return next((each for each in fields if each and _converted(each, text) is not None), None)


def fitting_field(fields: tuple[Field, ...], text: str) -> Field | None:
    """Return the first field whose format only some texts have, such as a URL, and this one has; None if there is none."""
    special = (field for field in fields if field.kind != "text" or field.format in ("url", "date", "duration"))
    found = next((field for field in special if _converted(field, text) is not None), None)
    is_address = re.fullmatch(r"[a-z]+://\S+", text)
    return found or next((field for field in fields if is_address and "://" in str(field.example)), None)


def as_list(field: Field, mapping: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the items for the list `field` that a mapping of names to texts means; [] if it means none."""
    names = field.keys[-1] if field.keys else (".",)
    if not mapping or "." in names or not field.item:
        return []
    items = []
    for key, value in mapping.items():
        if not isinstance(value, (str, int, float)) or isinstance(value, bool) or "\n" in str(value):
            return []
        child = _second(field.item, names, str(value))
        if child is None:
            return []
        items.append({names[0]: key, child.name: _converted(child, str(value))})
    return items


def _converted(field: Field | None, text: str) -> Any:
    """Return a text as a value of `field`; None if it is not one."""
    if field is None:
        return None
    if field.kind == "choice":
        value, certain = closest_value(text, field.choices)
        return value if certain else None
    if field.kind == "integer":
        digits = re.sub(r"[.,](?=[0-9]{3}(?![0-9]))", "", text)
        return int(digits) if digits.isascii() and digits.isdigit() else None
    if field.kind != "text":
        return None
    match field.format:
        case "url":
            return text if re.fullmatch(r"https?://[^\s\"<>]+", text) else None
        case "date":
            return text if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
        case "duration":
            return standard_duration(text)[0] or None
        case _:
            return text


def is_plain(text: str) -> bool:
    """Return whether YAML reads `text` as that text without quotes, also inside `[…]`."""
    return bool(text) and flow_text(text) == text
